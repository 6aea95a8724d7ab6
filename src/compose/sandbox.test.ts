import { expect, it } from "vitest";
import { tellPace } from "./sandbox.ts";

it("says once that a sandbox's time waits, with both speeds, and once that it does no more", () => {
  const said: [unknown, string][] = [];
  const told = tellPace({ warn: (facts, message) => said.push([facts, message]) }, 0.25);
  for (const share of [1, 0.8, 0.4, 0.2, 0.8, 0.9, 0.96, 1, 0.9]) told(share);
  expect(said).toEqual([
    [{ minutes_per_second: 6, asked: 15 }, expect.stringContaining("waits for the daemon")],
    [{ minutes_per_second: 14.4, asked: 15 }, expect.stringContaining("as fast as asked again")],
  ]);
});
