import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { modelByName } from "../models/index.ts";
import { createModelPolicy } from "./model_policy.ts";
import { runPolicy } from "./run_policy.ts";
import { inputOf, noise, seasonalFlows } from "./suite.ts";
import type { BenchPolicy, Order, StepView } from "./types.ts";

const flowsOf = (inflow: number[], outflow: number[]) => ({
  step_ms: 3_600_000,
  start_ms: 0,
  inflow: Float64Array.from(inflow),
  outflow: Float64Array.from(outflow),
});

function scripted(script: Record<number, Order[]>, seen: StepView[] = []): BenchPolicy {
  return {
    name: "scripted",
    decide: (view) => {
      seen.push(view);
      return script[view.step] ?? [];
    },
    observe: () => undefined,
  };
}

describe("runPolicy", () => {
  const costs = { exposure: 0.5, delay: 10, fee_up: 100, fee_down: 3, fee_proportional: 0.1 };

  it("keeps the order within a step, worked by hand", () => {
    const seen: StepView[] = [];
    const flows = flowsOf([0, 5, 0, 0], [4, 10, 0, 1]);
    const lanes = { up: { lead_steps: 2, fee: 100 }, down: { lead_steps: 1, fee: 3 }, expedite: null };
    const policy = scripted({ 0: [{ lane: "up", amount: 20 }], 3: [{ lane: "down", amount: 99 }] }, seen);
    const run = runPolicy(inputOf(flows, { opening: 100, hot: 6, costs, lanes }), policy);
    // Step 0: 6 - 4. Step 1: 2 + 5 - 10 leaves a queue of 3. Step 2: 20 land, 3 are served. Step 3: all 17 go down, 1 waits.
    expect([...run.trace.hot]).toEqual([2, 0, 17, 0]);
    expect([...run.trace.queue]).toEqual([0, 3, 0, 1]);
    expect(seen.map(({ hot, queue, in_transit_up }) => [hot, queue, in_transit_up])).toEqual([
      [6, 0, 0],
      [2, 0, 20],
      [20, 3, 0],
      [17, 0, 0],
    ]);
    expect(run.exposure_cost).toBeCloseTo(0.5 * 19, 9);
    expect(run.delay_cost).toBeCloseTo(10 * 4, 9);
    expect(run.fee_cost).toBeCloseTo(100 + 0.1 * 20 + 3 + 0.1 * 17, 9);
    expect([run.moves_up, run.moves_down]).toEqual([1, 1]);
  });

  it("lets nobody send what is not there, and charges nothing for it", () => {
    const flows = flowsOf([0, 0], [0, 0]);
    const policy = scripted({
      0: [
        { lane: "up", amount: 1e9 },
        { lane: "down", amount: 1e9 },
      ],
      1: [{ lane: "up", amount: 5 }],
    });
    const run = runPolicy(inputOf(flows, { opening: 100, hot: 40, costs }), policy);
    expect(run.closing).toBe(100);
    // What was swept at step 0 has landed in custody by step 1.
    expect([run.moves_up, run.moves_down]).toEqual([2, 1]);
  });

  it("uses the expedited lane with its own lead and fee", () => {
    const lanes = {
      up: { lead_steps: 24, fee: 100 },
      down: { lead_steps: 1, fee: 3 },
      expedite: { lead_steps: 1, fee: 700 },
    };
    const flows = flowsOf([0, 0], [0, 30]);
    const run = runPolicy(
      inputOf(flows, { opening: 100, hot: 0, costs, lanes }),
      scripted({
        0: [
          { lane: "expedite", amount: 30 },
          { lane: "up", amount: 10 },
        ],
      }),
    );
    expect([...run.trace.queue]).toEqual([0, 0]);
    expect(run.fee_cost).toBeCloseTo(800 + 4, 9);
    expect([run.moves_up, run.moves_expedited]).toEqual([2, 1]);
  });

  it("conserves what flows, whatever is ordered", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.constantFrom(0, 1, 3), (seed, lead) => {
        const next = noise(seed);
        const flows = seasonalFlows(120, seed);
        const chaos: BenchPolicy = {
          name: "chaos",
          observe: () => undefined,
          decide: () => [
            { lane: "up", amount: (next() - 0.5) * 80e6 },
            { lane: "down", amount: (next() - 0.5) * 80e6 },
          ],
        };
        const lanes = { up: { lead_steps: lead, fee: 1 }, down: { lead_steps: 2, fee: 1 }, expedite: null };
        const run = runPolicy(inputOf(flows, { lanes }), chaos);
        const net = flows.inflow.reduce((sum, flow, at) => sum + flow - (flows.outflow[at] ?? 0), 0);
        expect(run.closing).toBeCloseTo(600e6 + net, 1);
        expect(Math.min(...run.trace.hot, ...run.trace.queue)).toBeGreaterThanOrEqual(0);
        // Whoever waits, waits because nothing is left.
        for (const [at, queue] of run.trace.queue.entries()) expect(Math.min(queue, run.trace.hot[at] ?? 0)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it.each(["miller-orr", "quantile", "hybrid", "dual-lead"])("%s never looks ahead", (name) => {
    const model = modelByName(name);
    if (model === null) throw new Error(name);
    const cut = 200;
    const decided = (run_from: number): string[] => {
      const input = inputOf(seasonalFlows(260, 9, run_from), {
        lanes: {
          up: { lead_steps: 4, fee: 155 },
          down: { lead_steps: 1, fee: 5 },
          expedite: { lead_steps: 1, fee: 1_000 },
        },
      });
      const policy = createModelPolicy({ model, lanes: input.lanes, costs: input.costs, step_ms: input.flows.step_ms });
      const log: string[] = [];
      runPolicy(input, {
        ...policy,
        decide: (view) => {
          const orders = policy.decide(view);
          log.push(JSON.stringify(orders));
          return orders;
        },
      });
      return log;
    };
    const calm = decided(Number.POSITIVE_INFINITY);
    const run = decided(cut);
    // The flows of step `cut` are the first that differ; they are seen at the step after.
    expect(run.slice(0, cut + 1)).toEqual(calm.slice(0, cut + 1));
    expect(run.slice(cut + 1)).not.toEqual(calm.slice(cut + 1));
  });
});
