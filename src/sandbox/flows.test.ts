import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { START } from "./fixtures.ts";
import { FLOW_STEP_MS, type FlowInput, flowOfStep, HOUR_MS, season } from "./flows.ts";
import { scenarioOf } from "./scenarios.ts";

const INITIAL = 100_000_000_000_000n;

function inputAt(step: number, change: Partial<FlowInput> = {}): FlowInput {
  return {
    seed: 7,
    scenario: scenarioOf("calm"),
    asset: "USDT",
    genesis_at: START,
    scenario_at: START,
    step_at: START + step * FLOW_STEP_MS,
    initial: INITIAL,
    total: INITIAL,
    ...change,
  };
}

/** Lets customers come and go for `hours`, without any treasury in between. */
function run(hours: number, change: Partial<FlowInput>): { totals: bigint[]; hourly_out: bigint[] } {
  const totals: bigint[] = [];
  const hourly_out: bigint[] = [];
  let total = INITIAL;
  for (let hour = 0; hour < hours; hour += 1) {
    let out = 0n;
    for (let step = hour * 4; step < hour * 4 + 4; step += 1) {
      const flow = flowOfStep(inputAt(step, { ...change, total }));
      total += flow.deposits - flow.withdrawals;
      out += flow.withdrawals;
    }
    totals.push(total);
    hourly_out.push(out);
  }
  return { totals, hourly_out };
}

describe("flowOfStep", () => {
  it("is a function of seed, asset and time alone", () => {
    expect(flowOfStep(inputAt(40))).toEqual(flowOfStep(inputAt(40)));
    expect(flowOfStep(inputAt(40))).not.toEqual(flowOfStep(inputAt(40, { seed: 8 })));
    expect(flowOfStep(inputAt(40))).not.toEqual(flowOfStep(inputAt(40, { asset: "BTC" })));
  });

  it("is never negative, and nobody withdraws more than there is", () => {
    const scenarios = fc.constantFrom("calm", "bank-run", "deposit-surge").map(scenarioOf);
    fc.assert(
      fc.property(
        fc.nat(5_000),
        fc.nat(),
        fc.bigInt(-INITIAL, 2n * INITIAL),
        scenarios,
        (step, seed, total, scenario) => {
          const flow = flowOfStep(inputAt(step, { seed, total, scenario }));
          expect(flow.deposits).toBeGreaterThanOrEqual(0n);
          expect(flow.withdrawals).toBeGreaterThanOrEqual(0n);
          expect(flow.withdrawals).toBeLessThanOrEqual(total > 0n ? total : 0n);
        },
      ),
    );
  });

  it("has the published spread: an hour is now and then ten times the median, and most are near it", () => {
    const { hourly_out } = run(2_000, {});
    const sorted = [...hourly_out].sort((a, b) => (a < b ? -1 : 1));
    const median = sorted[1_000] ?? 0n;
    const perMille = (median * 1_000n) / INITIAL;
    expect(perMille).toBeGreaterThanOrEqual(2n);
    expect(perMille).toBeLessThanOrEqual(4n);
    const near = hourly_out.filter((out) => out * 4n > median && out < median * 4n).length;
    expect(near).toBeGreaterThan(1_500);
    expect(hourly_out.filter((out) => out > median * 6n).length).toBeGreaterThan(5);
    expect(hourly_out.filter((out) => out > median * 6n).length).toBeLessThan(120);
  });

  it("stays around its norm for months when calm", () => {
    const { totals } = run(24 * 120, {});
    for (const total of totals) {
      expect(total).toBeGreaterThan((INITIAL * 5n) / 10n);
      expect(total).toBeLessThan((INITIAL * 16n) / 10n);
    }
  });

  it.each([1, 2, 3, 7])("follows the measured run with seed %i: more than four fifths gone in seven days", (seed) => {
    const { totals } = run(24 * 7, { seed, scenario: scenarioOf("bank-run") });
    expect(totals.at(-1)).toBeLessThan((INITIAL * 2n) / 10n);
    expect(totals[23]).toBeGreaterThan((INITIAL * 8n) / 10n);
  });

  it("brings the surge", () => {
    const { totals } = run(24 * 3, { scenario: scenarioOf("deposit-surge") });
    expect(totals.at(-1)).toBeGreaterThan((INITIAL * 12n) / 10n);
  });
});

describe("season", () => {
  it("is high on a weekday afternoon and low on a Sunday night, with a period of a week", () => {
    const monday_15 = Date.UTC(2026, 0, 5, 15) / HOUR_MS;
    const sunday_3 = Date.UTC(2026, 0, 4, 3) / HOUR_MS;
    expect(season(monday_15)).toBeCloseTo(1.45, 6);
    expect(season(sunday_3)).toBeCloseTo(0.385, 6);
    expect(season(monday_15 + 168)).toBe(season(monday_15));
  });
});
