import { describe, expect, it } from "vitest";
import { TidegateError } from "../errors/index.ts";
import { VirtualClock } from "../simulate/virtual_clock.ts";
import { startRoutine } from "./routine.ts";

const MINUTE_MS = 60_000;
const away = () => new TidegateError("unavailable", "store_unavailable", "The database is away.");

describe("the routine of somebody in the sandbox", () => {
  it("goes on through what passes by itself, and ends when it is stopped", async () => {
    const clock = new VirtualClock(0);
    const looks: number[] = [];
    const routine = startRoutine({
      ...{ clock, every_ms: MINUTE_MS },
      look: async () => {
        looks.push(clock.now());
        if (looks.length === 2) throw away();
      },
    });
    await clock.run(3 * MINUTE_MS);
    await routine.stop();
    await clock.run(9 * MINUTE_MS);
    expect(looks).toEqual([0, 1, 2, 3].map((minutes) => minutes * MINUTE_MS));
    await expect(routine.ended).resolves.toBeUndefined();
  });

  it.each([
    ["a mistake of the sandbox", new TypeError("nothing is not a function")],
    ["an answer that no second look changes", new TidegateError("invalid", "sandbox_key_mismatch", "Another key.")],
  ])("says %s", async (_, error) => {
    const clock = new VirtualClock(0);
    const routine = startRoutine({ clock, every_ms: MINUTE_MS, look: () => Promise.reject(error) });
    await expect(routine.ended).rejects.toBe(error);
  });
});
