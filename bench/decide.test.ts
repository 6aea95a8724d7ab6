import { describe, expect, it } from "vitest";
import { benchDecide } from "./decide.ts";

describe("benchDecide", () => {
  it("times real decisions, exact to the base unit, by the clock it is given", () => {
    let clock_ms = 0;
    const now_ms = (): number => {
      clock_ms += 1.5;
      return clock_ms;
    };
    const result = benchDecide({ wallets: 200, iterations: 5, now_ms });
    expect(result).toMatchObject({ wallets: 200, routes: 300, iterations: 5, verdict: "move" });
    expect([result.p50_ms, result.p99_ms, result.max_ms]).toEqual([1.5, 1.5, 1.5]);
    expect(benchDecide({ wallets: 200, iterations: 1, now_ms }).moved).toBe(result.moved);
    expect(BigInt(result.moved) > 0n).toBe(true);
  });

  it("refuses no size: the smallest pool has one wallet on each side", () => {
    expect(benchDecide({ wallets: 0, iterations: 0 })).toMatchObject({ wallets: 2, iterations: 1, verdict: "move" });
  });
});
