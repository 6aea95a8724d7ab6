import { describe, expect, it } from "vitest";
import { benchRevalue } from "./revalue.ts";
import { Reference } from "./revalue_reference.ts";

describe("benchRevalue", () => {
  it("times real ticks by the clock it is given, and finds no mismatch", () => {
    let clock_ms = 0;
    const now_ms = (): number => {
      clock_ms += 0.5;
      return clock_ms;
    };
    const result = benchRevalue({ facilities: 2_000, ticks: 300, now_ms });
    expect(result).toMatchObject({ facilities: 2_000, ticks: 300, p50_us: 500, p99_us: 500, mean_us: 500 });
    expect(result).toMatchObject({ mismatches: 0, build_ms: 0.5, full_scan_ms: 0.5 });
    expect(result.crossings).toBeGreaterThan(50);
    expect(benchRevalue({ facilities: 2_000, ticks: 300, now_ms }).crossings).toBe(result.crossings);
  });
});

describe("reference", () => {
  const loan = { owed: 4_200_000n, units: 100_000_000n };
  const crossing = { facility_id: "0", direction: "worse" as const, skipped: [] };

  it("notices a crossing that is missing, wrong or told twice", () => {
    const told = [{ ...crossing, from: "initial" as const, to: "warning" as const }];
    expect(new Reference([loan], 6_000_001).take(told, 6_000_000)).toBe(0);
    expect(new Reference([loan], 6_000_001).take([], 6_000_000)).toBe(1);
    expect(new Reference([loan], 6_000_001).take(told, 6_000_001)).toBe(1);
    const reference = new Reference([loan], 6_000_001);
    reference.take(told, 6_000_000);
    expect(reference.take(told, 6_000_000)).toBe(1);
  });
});
