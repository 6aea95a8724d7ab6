import { expect, it } from "vitest";
import { milliseconds, partsPerMillion, secondsOf } from "./figures.ts";

it("says durations and shares in one short word", () => {
  expect([0, 12, 999, 1_500, 61_000].map(milliseconds)).toEqual(["0 ms", "12 ms", "999 ms", "1.5 s", "61 s"]);
  expect([0, 500, 12_500, 1_000_000].map(partsPerMillion)).toEqual(["0 %", "0.1 %", "1.3 %", "100 %"]);
  expect([0, -2_500, 30_000].map(secondsOf)).toEqual(["0 s", "-2.5 s", "30 s"]);
});
