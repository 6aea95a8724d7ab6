import { describe, expect, it } from "vitest";
import { benchDecidePool } from "./decide_pool.ts";

describe("benchDecidePool", () => {
  it("times an hour observed, its forecast and its decision, and a year of them, by the clock it is given", () => {
    let clock_ms = 0;
    const now_ms = (): number => {
      clock_ms += 0.25;
      return clock_ms;
    };
    const result = benchDecidePool({ history_hours: 168, iterations: 5, year_hours: 400, now_ms });
    expect(result).toMatchObject({ history_hours: 168, iterations: 5, p50_ms: 0.25, p99_ms: 0.25, max_ms: 0.25 });
    expect(BigInt(result.low) > 0n).toBe(true);
    expect(result.rho).toBeGreaterThan(1);
    // Another history asks for other levels: the model looks at what was seen.
    expect(benchDecidePool({ history_hours: 96, iterations: 1, year_hours: 400, now_ms }).low).not.toBe(result.low);
  });
});
