import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { modelByName } from "../models/index.ts";
import type { LevelModel } from "../models/types.ts";
import { backtest, netOf } from "./backtest.ts";
import { hindsight } from "./hindsight.ts";
import { HOURLY, inputOf, seasonalFlows } from "./suite.ts";
import type { StepCosts } from "./types.ts";

/** The same problem by trying every position at every step, on whole numbers from -8 to 16. */
function byBruteForce(net: readonly number[], costs: StepCosts): number {
  const places = Array.from({ length: 25 }, (_, i) => i - 8);
  const charge = (y: number): number => (y >= 0 ? costs.exposure * y : -costs.delay * y);
  const move = (from: number, to: number): number => {
    if (to === from) return 0;
    if (to > from) return costs.fee_up + costs.fee_proportional * (to - from);
    return to >= 0 ? costs.fee_down + costs.fee_proportional * (from - to) : Number.POSITIVE_INFINITY;
  };
  const known = new Map<string, number>();
  const best = (t: number, y: number): number => {
    if (t === net.length) return 0;
    const key = `${t}:${y}`;
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    let least = Number.POSITIVE_INFINITY;
    for (const z of [y, ...places]) {
      const after = z + (net[t] ?? 0);
      least = Math.min(least, move(y, z) + charge(after) + best(t + 1, after));
    }
    known.set(key, least);
    return least;
  };
  return Math.min(...places.map((y) => best(0, y)));
}

describe("hindsight", () => {
  const costs = fc.record({
    exposure: fc.integer({ min: 1, max: 5 }),
    delay: fc.integer({ min: 5, max: 40 }),
    fee_up: fc.integer({ min: 1, max: 30 }),
    fee_down: fc.integer({ min: 1, max: 10 }),
    fee_proportional: fc.constantFrom(0, 1),
  });

  it("finds what trying everything finds", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 7 }), costs, (net, terms) => {
        const exact = byBruteForce(net, terms);
        const found = hindsight({ net: Float64Array.from(net), costs: terms }).cost;
        // The grid is finer than the numbers; a rest of rounding is all that may differ.
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(0.02 * Math.max(1, exact));
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it("splits its cost and shows its plan", () => {
    const net = netOf(inputOf(seasonalFlows(400, 3)));
    const best = hindsight({ net, costs: HOURLY });
    expect(best.exposure_cost + best.delay_cost + best.fee_cost).toBeCloseTo(best.cost, 6);
    expect(best.path).toHaveLength(400);
    const again = best.path.reduce((sum, y) => sum + HOURLY.exposure * Math.max(0, y), 0);
    expect(again).toBeCloseTo(best.exposure_cost, 6);
  });

  it("is worked by hand: one refill, or one queue, whichever is less", () => {
    // One withdrawal of 100 after nine quiet steps; whoever knows holds nothing, refills 100 in time, and pays the fee alone.
    const net = Float64Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, -100]);
    const terms = { exposure: 0.01, delay: 1, fee_up: 7, fee_down: 1, fee_proportional: 0 };
    // The first state is free, so holding 100 from the start for 9 steps (9.0) loses to the fee (7.0).
    expect(hindsight({ net, costs: terms }).cost).toBeCloseTo(7, 1);
    // A queue of 100 for the one last step is dearer at 1 a unit, and cheaper at 0.05.
    expect(hindsight({ net, costs: { ...terms, delay: 0.05 } }).cost).toBeCloseTo(5, 1);
  });

  it("costs nothing when nothing flows or nothing is charged", () => {
    expect(hindsight({ net: new Float64Array(50), costs: HOURLY }).cost).toBe(0);
    const free = { exposure: 0, delay: 0, fee_up: 0, fee_down: 0, fee_proportional: 0 };
    expect(hindsight({ net: netOf(inputOf(seasonalFlows(60, 1))), costs: free }).cost).toBe(0);
  });

  it("never costs more than any policy", () => {
    const names = ["custody-10-90", "terminal-40", "miller-orr", "quantile", "hybrid", "dual-lead"];
    const models = names.map((name) => modelByName(name)).filter((model): model is LevelModel => model !== null);
    expect(models).toHaveLength(names.length);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.constantFrom(60, 260, 1e9),
        fc.constantFrom(1, 4, 24),
        (seed, run_from, lead) => {
          const up = { lead_steps: lead, fee: 155 };
          const lanes = { up, down: { lead_steps: 1, fee: 5 }, expedite: { lead_steps: 1, fee: 1_000 } };
          const input = inputOf(seasonalFlows(300, seed, run_from), { lanes, from: 50 });
          for (const { result } of backtest(input, models).runs) {
            expect(result.rho ?? 1).toBeGreaterThanOrEqual(0.999);
          }
        },
      ),
      { numRuns: 8 },
    );
  }, 60_000);
});
