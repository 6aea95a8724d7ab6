import { describe, expect, it } from "vitest";
import { createSeededRandom } from "../simulate/seeded_random.ts";
import { createTail, surprise } from "./surprise.ts";

describe("surprise", () => {
  it("is 0 in the bulk, and about -log10 of the tail probability beyond it", () => {
    const random = createSeededRandom(7);
    const tail = createTail();
    let above_two = 0;
    let above_three = 0;
    const rows = 100_000;
    for (let row = 0; row < rows; row += 1) {
      const value = surprise(tail, -Math.log(1 - random.next()));
      if (row < 2_000) continue;
      if (value > 2) above_two += 1;
      if (value > 3) above_three += 1;
    }
    // Exponential values: the tail is exactly the model's, so one in 100 and one in 1,000.
    expect(above_two / rows).toBeGreaterThan(0.004);
    expect(above_two / rows).toBeLessThan(0.025);
    expect(above_three / rows).toBeGreaterThan(0.0003);
    expect(above_three / rows).toBeLessThan(0.004);
  });

  it("says nothing while it has no history, and nothing about what never varies", () => {
    const tail = createTail();
    expect(surprise(tail, 1_000)).toBe(0);
    for (let row = 0; row < 1_000; row += 1) surprise(tail, 5);
    expect(surprise(tail, 5)).toBeLessThan(3);
    expect(surprise(tail, 5_000)).toBeGreaterThan(3);
  });
});
