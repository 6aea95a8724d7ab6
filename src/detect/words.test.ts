import fc from "fast-check";
import { expect, it } from "vitest";
import { figureText, timesText } from "./words.ts";

it("writes figures grouped and in their unit", () => {
  expect(figureText(252_412.4, "USDT")).toBe("252,412 USDT");
  expect(figureText(4_260_000, "USDT")).toBe("4,260,000 USDT");
  expect([5.7, 80, 0.000239, 0, -0.5, 999.6].map((value) => figureText(value))).toEqual([
    "5.7",
    "80",
    "0.000239",
    "0",
    "-0.5",
    "1,000",
  ]);
  expect([8.412, 747.3, 12_345.6].map(timesText)).toEqual(["8.4", "747", "12,346"]);
});

it("never writes powers of ten", () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      expect(figureText(value)).not.toMatch(/\de/);
    }),
  );
});
