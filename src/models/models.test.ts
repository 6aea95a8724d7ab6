import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FLOW_DEFAULTS, type FlowState, observeFlow, openFlowState } from "../forecast/index.ts";
import { FLOOR_DEFAULTS, floorOver } from "./floor.ts";
import { MODEL_NAMES, modelByName } from "./index.ts";
import { cycleLot, lotSize } from "./lots.ts";
import { keepOnRails } from "./rails.ts";
import type { LevelModel, ModelInput } from "./types.ts";

const coin = (t: number): number => ((Math.imul(t + 1, 2_654_435_761) >>> 8) % 1_000) / 1_000;

function stateOf(steps: number, flow: (t: number) => number): FlowState {
  const state = openFlowState({ ...FLOW_DEFAULTS, step_hours: 1, horizons: [2, 5, 25] });
  for (let t = 0; t < steps; t += 1) observeFlow(state, flow(t));
  return state;
}

function inputOf(forecast: FlowState, changes: Partial<ModelInput> = {}): ModelInput {
  return {
    forecast,
    up: { lead_steps: 4, fee: 155 },
    down: { lead_steps: 1, fee: 5 },
    expedite: null,
    exposure: 2.283e-6,
    delay: 1e-3,
    total: 1_000e6,
    rails: { low_min: null, hot_max: 600e6 },
    ...changes,
  };
}

const CALM = (t: number): number => 4e6 * (coin(t) - 0.5);
const model = (name: string): LevelModel => {
  const found = modelByName(name);
  if (found === null) throw new Error(name);
  return found;
};

describe("level models", () => {
  it.each(MODEL_NAMES)("%s orders its levels and keeps them on the rails, whatever it saw", (name) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 400 }),
        fc.constantFrom(1, 1e6, 1e9),
        fc.constantFrom(0, 1, 24),
        fc.constantFrom(0, 50e6, 600e6),
        fc.boolean(),
        (steps, size, lead_steps, hot_max, run) => {
          const forecast = stateOf(steps, (t) => (run && t > 200 ? 12 * size : size * (coin(t) - 0.5)));
          const expedite = run ? { lead_steps: 1, fee: 1_000 } : null;
          const input = inputOf(forecast, {
            up: { lead_steps, fee: 155 },
            expedite,
            rails: { low_min: null, hot_max },
          });
          const levels = model(name).levels(input);
          expect(levels.low).toBeLessThanOrEqual(levels.target);
          expect(levels.sweep_to).toBeLessThanOrEqual(levels.high);
          expect(levels.low).toBeLessThanOrEqual(levels.sweep_to);
          expect(Math.max(levels.low, levels.target, levels.high)).toBeLessThanOrEqual(hot_max);
          expect(levels.expedite_to ?? 0).toBeLessThanOrEqual(hot_max);
          expect(Object.values(levels).every((value) => typeof value !== "number" || Number.isFinite(value))).toBe(
            true,
          );
          expect(levels.reasons.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("static is shares of the total, exactly", () => {
    expect(model("custody-10-90").levels(inputOf(stateOf(0, CALM)))).toMatchObject({
      low: 50e6,
      target: 100e6,
      high: 150e6,
    });
  });

  it("miller-orr is its formula", () => {
    const forecast = { ...stateOf(300, CALM), variance: 4e12, mean: 1e6 };
    const { low, target, high } = model("miller-orr").levels(inputOf(forecast));
    const floor = 5e6 + 3 * 2e6 * Math.sqrt(5);
    const spread = Math.max(Math.cbrt((0.75 * 80 * 4e12) / 2.283e-6), Math.sqrt((2 * 80 * 1e6) / 2.283e-6));
    expect(low).toBeCloseTo(floor, 3);
    expect(target).toBeCloseTo(floor + spread, 3);
    expect(high).toBeCloseTo(floor + 3 * spread, 3);
  });

  it("lots: the larger of Miller-Orr and Baumol-Tobin, the rail when exposure is free", () => {
    expect(lotSize(100, 10, 0, 0.001, 1e9)).toBeCloseTo(Math.cbrt(0.75 * 100 * 100 * 1_000), 9);
    expect(lotSize(100, 0, 50, 0.001, 1e9)).toBeCloseTo(Math.sqrt((2 * 100 * 50) / 0.001), 9);
    expect(lotSize(100, 10, 5, 0, 77)).toBe(77);
  });

  it("a cycle's lot is the one that costs least per step, by trying every length", () => {
    const held = (flows: readonly number[], lot: number): number => {
      let [left, sum] = [lot, 0];
      for (const flow of flows) {
        // What flows in above the lot is swept.
        left = Math.min(lot, left - flow);
        sum += left;
      }
      return sum;
    };
    const needed = (flows: readonly number[]): number => {
      const need = flows.map((_, from) => flows.slice(from).map((_, to) => flows.slice(from, from + to + 1)));
      return Math.max(0, ...need.flat().map((part) => part.reduce((sum, flow) => sum + flow, 0)));
    };
    const flow = fc.integer({ min: -5, max: 5 });
    fc.assert(
      fc.property(fc.array(flow, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 50 }), (flows, fee) => {
        const costs = flows.map((_, at) => {
          const part = flows.slice(0, at + 1);
          const lot = needed(part);
          return { lot, cost: (fee + 0.5 * held(part, lot)) / part.length };
        });
        const least = Math.min(...costs.map(({ cost }) => cost));
        const best = costs.filter(({ cost }) => cost < least + 1e-9).map(({ lot }) => lot);
        expect(best).toContain(cycleLot(fee, 0.5, Float64Array.from(flows)));
      }),
    );
  });

  it("a lot covers the hours that take, as far ahead as a fee is worth, and nothing where all flows in", () => {
    const day = Float64Array.from({ length: 48 }, (_, hour) => (hour % 24 < 6 ? 2 : -1));
    expect(cycleLot(1_000, 0.1, day)).toBe(12);
    expect(cycleLot(0.5, 0.1, day)).toBeLessThan(12);
    expect(cycleLot(1_000, 0.1, new Float64Array(48).fill(-1))).toBe(0);
    // One way and steady: the lot of Baumol and Tobin, sqrt(2 K mu / h), within a step's flow.
    expect(Math.abs(cycleLot(100, 0.5, new Float64Array(168).fill(1)) - 20)).toBeLessThanOrEqual(1);
  });

  it("covers more hours when the lead is longer", () => {
    const forecast = stateOf(500, (t) => 1e6 + CALM(t));
    const lows = [1, 4, 24].map(
      (lead_steps) => model("hybrid").levels(inputOf(forecast, { up: { lead_steps, fee: 155 } })).low,
    );
    expect(lows).toEqual([...lows].sort((a, b) => a - b));
    expect(lows[2]).toBeGreaterThan(20e6);
  });

  it("keeps room for the largest withdrawals without refilling for it", () => {
    const quiet = model("hybrid").levels(inputOf(stateOf(500, CALM)));
    const whales = model("hybrid").levels(inputOf(stateOf(500, (t) => (t % 96 === 20 ? -30e6 : CALM(t)))));
    expect(whales.sweep_to).toBeGreaterThan(quiet.sweep_to + 5e6);
    expect(whales.target).toBeLessThan(whales.sweep_to);
  });

  it("in a run raises the floor towards the run curve and stops sweeping", () => {
    const input = inputOf(stateOf(500, (t) => (t > 480 ? 30e6 : CALM(t))));
    const levels = model("hybrid").levels(input);
    expect(levels.may_sweep).toBe(false);
    expect(levels.low).toBeCloseTo(0.06 * 1_000e6 * 5 ** 0.6, 0);
    expect(floorOver(5, input, FLOOR_DEFAULTS).reason.code).toBe("run");
  });

  it("dual-lead is hybrid without the lane, and has a short floor with it", () => {
    const forecast = stateOf(500, CALM);
    expect(model("dual-lead").levels(inputOf(forecast))).toEqual(model("hybrid").levels(inputOf(forecast)));
    // A lane that is no faster is no lane.
    const useless = inputOf(forecast, { expedite: { lead_steps: 4, fee: 1_000 } });
    expect(model("dual-lead").levels(useless)).toEqual(model("hybrid").levels(inputOf(forecast)));
    const both = model("dual-lead").levels(
      inputOf(forecast, { up: { lead_steps: 24, fee: 155 }, expedite: { lead_steps: 1, fee: 1_000 } }),
    );
    expect(both.expedite_low ?? 0).toBeGreaterThan(0);
    expect(both.expedite_low ?? 0).toBeLessThan(both.low);
    expect(both.expedite_to ?? 0).toBeGreaterThan(both.expedite_low ?? 0);
  });

  it("the lower rail lifts, the upper rail cuts and leaves a lot, and both are said", () => {
    const levels = model("custody-10-90").levels(
      inputOf(stateOf(0, CALM), { rails: { low_min: 70e6, hot_max: 120e6 } }),
    );
    expect(levels).toMatchObject({ low: 70e6, target: 100e6, high: 120e6 });
    expect(levels.reasons.map((reason) => reason.code)).toContain("rail");
    const cut = keepOnRails({ ...levels, low: 90e6 }, { low_min: null, hot_max: 80e6 });
    expect(cut).toMatchObject({ low: 72e6, target: 80e6 });
  });

  it("knows no other name", () => {
    expect(["", "magic", "constructor", "__proto__"].map(modelByName)).toEqual([null, null, null, null]);
  });
});
