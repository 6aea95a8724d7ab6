import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  breachSteps,
  coveredOutflow,
  expectedAt,
  expectedDrawdown,
  FLOW_DEFAULTS,
  type FlowState,
  observeFlow,
  openFlowState,
  outflowQuantile,
  pathOutflow,
  peakShare,
  runwaySteps,
  spreadOver,
  tailFlow,
  volatility,
  widthAt,
} from "./index.ts";

const open = (step_hours = 1, horizons = [5]): FlowState => openFlowState({ ...FLOW_DEFAULTS, step_hours, horizons });
/** A triangle wave with a day as its period: no chance in it. */
const wave = (t: number): number => 10 + Math.abs((t % 24) - 12);
const fed = (flows: number[], state = open()): FlowState => {
  for (const flow of flows) observeFlow(state, flow);
  return state;
};
const steps = (n: number, flow: (t: number) => number): number[] => Array.from({ length: n }, (_, t) => flow(t));
const coin = (t: number): number => ((Math.imul(t + 1, 2_654_435_761) >>> 8) % 1_000) / 1_000;

describe("forecast", () => {
  it("learns the hour of the day", () => {
    const state = fed(steps(24 * 28, wave));
    for (const ahead of [0, 6, 12, 18]) {
      expect(Math.abs(expectedAt(state, state.steps + ahead) - wave(state.steps + ahead))).toBeLessThan(1);
    }
    expect(expectedDrawdown(state, 24)).toBeGreaterThan(0.95 * 24 * 16 - 24);
  });

  it("a path counts the deposits expected before its deepest point, and never passes both extremes together", () => {
    const state = open();
    for (let t = 0; t < 24 * 40; t += 1) observeFlow(state, t % 24 === 20 ? 30 : -2 + coin(t) - 0.5);
    for (const [steps, spreads] of [
      [1, 0],
      [2, 3],
      [25, 0],
      [25, 3],
    ] as const) {
      const path = pathOutflow(state, steps, spreads);
      expect(path).toBeGreaterThanOrEqual(expectedDrawdown(state, steps) - 1e-9);
      expect(path).toBeLessThanOrEqual(expectedDrawdown(state, steps) + spreads * spreadOver(state, steps) + 1e-9);
    }
    expect(pathOutflow(state, 25, 0)).toBeCloseTo(expectedDrawdown(state, 25), 9);
    // 40 in before 20:00: the 30 of that hour need nothing, and the hours after it bring more.
    expect(pathOutflow(state, 25, 0)).toBe(0);
    expect(pathOutflow(state, 25, 3)).toBeLessThan(3 * spreadOver(state, 25));
  });

  it("learns the day of the week with daily steps", () => {
    const weekly = (t: number): number => (t % 7 === 5 ? 30 : 10);
    const state = fed(steps(7 * 30, weekly), open(24, [2]));
    const day = state.steps + ((5 - (state.steps % 7) + 7) % 7);
    expect(expectedAt(state, day)).toBeGreaterThan(24);
    expect(expectedAt(state, day + 1)).toBeLessThan(13);
  });

  it("knows a named day from its second time on", () => {
    const holiday = (step: number): string | null => (step === 100 || step === 150 ? "holiday" : null);
    const state = open(24, [2]);
    for (let t = 0; t < 150; t += 1) observeFlow(state, t === 100 ? 90 : 10, holiday);
    expect(expectedAt(state, 150, holiday)).toBeGreaterThan(25);
    expect(expectedAt(state, 151, holiday)).toBeLessThan(15);
  });

  it("follows a level that moved", () => {
    const before = steps(200, () => 10);
    const state = fed([...before, ...steps(60, (t) => 14 + (coin(t) - 0.5))], open(24, [2]));
    expect(expectedAt(state, state.steps)).toBeGreaterThan(12.5);
  });

  it("widens where the day is wide", () => {
    const state = fed(steps(24 * 20, (t) => (t % 24 === 15 ? 20 : 1) * (coin(t) - 0.5)));
    const at = (hour: number): number => widthAt(state, 24 * 40 + hour);
    expect(at(15)).toBeGreaterThan(3 * at(3));
    expect(peakShare(state, 3)).toBeLessThan(1);
    expect(volatility(state)).toBeGreaterThan(0);
  });

  it("says how long a balance lasts", () => {
    const state = fed(steps(400, () => 2));
    expect(runwaySteps(state, 20)).toBeCloseTo(10, 0);
    expect(breachSteps(state, 20, 10)).toBeCloseTo(5, 0);
    expect(breachSteps(state, 5, 10)).toBe(0);
    expect(runwaySteps(fed(steps(400, () => -2)), 20)).toBeNull();
  });

  it("skips only weeks in which the floor is out of reach: the same step as walking all of them", () => {
    let reached = 0;
    const noDay = (): null => null;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: -3, max: 12, noNaN: true }),
        fc.double({ min: 0, max: 60, noNaN: true }),
        fc.double({ min: 0, max: 20_000, noNaN: true }),
        (seen, drift, swing, balance) => {
          const state = fed(steps(seen, (t) => drift + swing * (coin(t) - 0.5) + wave(t) - 13));
          const walked = breachSteps(state, balance, 5, noDay);
          const found = breachSteps(state, balance, 5);
          if (walked === null) expect(found).toBeNull();
          else expect(found).toBeCloseTo(walked, 5);
          reached += walked === null ? 0 : 1;
        },
      ),
      { seed: 1, numRuns: 300 },
    );
    expect(reached).toBeGreaterThan(50);
  });

  it("estimates a Pareto tail of known index", () => {
    // x = u^(-1/2): half of all above sqrt 2, one in ten thousand above 100.
    const state = fed(
      steps(1_000, (t) => 1 / Math.sqrt((t * 0.618034) % 1 || 0.5)),
      openFlowState({ ...FLOW_DEFAULTS, step_hours: 1, horizons: [2], tail_clip: 1e6 }),
    );
    expect(tailFlow(state, 1e-4)).toBeGreaterThan(50);
    expect(tailFlow(state, 1e-4)).toBeLessThan(200);
    expect(tailFlow(open(), 0.01)).toBe(0);
  });

  it("draws the tail towards a usual one while few large flows are known, and no longer when many are", () => {
    // x = u^(-1/4): lighter than what customers' flows mostly have, which is near u^(-0.43).
    const light = (seen: number) =>
      fed(
        steps(seen, (t) => ((t * 0.618034) % 1 || 0.5) ** -0.25),
        openFlowState({ ...FLOW_DEFAULTS, step_hours: 1, horizons: [2], tail_clip: 1e6 }),
      );
    const [chance, truth] = [1e-4, 10];
    const [young, old] = [tailFlow(light(200), chance), tailFlow(light(1_000), chance)];
    expect(young).toBeGreaterThan(1.5 * truth);
    expect(old).toBeGreaterThan(0.8 * truth);
    expect(old).toBeLessThan(1.25 * truth);
  });

  it("keeps to what was reached twice where large flows stand alone", () => {
    const with_whales = (count: number) =>
      steps(500, (t) => (t % 100 === 50 && t < 100 * count + 200 && t > 200 ? 12 : 2 * (coin(t) - 0.5)));
    expect(tailFlow(fed(with_whales(2)), 1e-3)).toBeCloseTo(12, 0);
    expect(tailFlow(fed(with_whales(1)), 1e-3)).toBeLessThan(8);
  });

  it("raises the alarm in a run, not for one large withdrawal, and keeps the run out of the season", () => {
    const calm = (t: number): number => 4 * (coin(t) - 0.5);
    const one = fed([...steps(300, calm), 60, ...steps(10, calm)]);
    expect(one.run.alarm_steps).toBe(0);
    const run = fed([...steps(300, calm), ...steps(12, () => 8)]);
    expect(run.run.alarm_steps).toBeGreaterThan(0);
    expect(run.mean).toBeLessThan(0.5);
    expect(run.run.rate).toBeGreaterThan(6);
  });

  it("keeps the declared service level on any sequence", () => {
    // Widths that double every 150 steps: an uncorrected quantile of the past would miss ever more often.
    const state = openFlowState({ ...FLOW_DEFAULTS, step_hours: 1, horizons: [3], service: 0.9, conformal_gain: 0.05 });
    for (let t = 0; t < 1_500; t += 1) observeFlow(state, 2 ** Math.floor(t / 150) * (coin(t) - 0.5));
    const [drawdown] = state.drawdowns;
    const misses = (drawdown?.misses ?? 0) / (drawdown?.judged ?? 1);
    expect(misses).toBeLessThan(0.13);
    expect(coveredOutflow(state, 3)).toBeGreaterThan(0);
  });

  it("asks more for a higher level, never less", () => {
    const state = fed(steps(500, (t) => 5 * (coin(t) - 0.4)));
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 1.5, noNaN: true }),
        fc.double({ min: 0.5, max: 1.5, noNaN: true }),
        (a, b) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)];
          expect(outflowQuantile(state, 5, low)).toBeLessThanOrEqual(outflowQuantile(state, 5, high));
        },
      ),
    );
  });

  it("survives being stored: the copy goes on exactly as the original", () => {
    const state = fed(steps(300, (t) => wave(t) * coin(t)));
    const copy = JSON.parse(JSON.stringify(state)) as FlowState;
    for (const flow of steps(200, (t) => 3 * coin(t + 7))) {
      observeFlow(state, flow);
      observeFlow(copy, flow);
    }
    expect(copy).toEqual(state);
  });

  it("stays finite on nothing, on zeros and on one giant", () => {
    for (const flows of [[], steps(100, () => 0), [...steps(100, () => 0), 1e15, ...steps(100, () => 0)]]) {
      const state = fed(flows);
      const said = [coveredOutflow(state, 5), volatility(state), tailFlow(state, 0.001), peakShare(state, 3)];
      expect(said.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
    }
  });

  it("keeps its memory bounded", () => {
    const size = (n: number): number => JSON.stringify(fed(steps(n, () => 1))).length;
    expect(size(4_000)).toBeLessThan(1.1 * size(2_000));
  });
});
