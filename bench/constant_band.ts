/**
 * The best constant band (low, target, high) picked in hindsight: the yardstick "beyond". No online policy may look like this
 * one does: it is chosen on the very flows it is priced on, from a grid in units of the median outflow.
 */
import { runPolicy } from "../src/backtest/index.ts";
import type { BacktestInput, BenchPolicy } from "../src/backtest/types.ts";

const LOWS = [0, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 10, 13, 17, 25, 40, 70, 120, 200, 350];
const LOTS = [0.7, 1.4, 2.5, 4, 6, 9, 14, 25, 50, 100, 200, 400];
const GAPS = [1.5, 3, 6, 12, 25, 60, 1_000];

export interface BestBand {
  readonly cost: number;
  readonly low: number;
  readonly target: number;
  readonly high: number;
}

/** `unit` is the median outflow in the currency of the input. */
export function bestConstantBand(input: BacktestInput, unit: number): BestBand {
  const one_way = input.flows.inflow.every((flow) => flow === 0);
  let best: BestBand = { cost: Number.POSITIVE_INFINITY, low: 0, target: 0, high: 0 };
  for (const low of LOWS) {
    for (const lot of LOTS) {
      for (const gap of one_way ? GAPS.slice(-1) : GAPS) {
        const band = { low: low * unit, target: (low + lot) * unit, high: (low + lot + gap) * unit };
        const run = runPolicy(input, constantBand(band));
        const cost = run.exposure_cost + run.delay_cost + run.fee_cost;
        if (cost < best.cost) best = { cost, ...band };
      }
    }
  }
  return best;
}

function constantBand({ low, target, high }: Omit<BestBand, "cost">): BenchPolicy {
  return {
    name: "constant-band",
    observe: () => undefined,
    decide: ({ hot, queue, in_transit_up }) => {
      const position = hot - queue + in_transit_up;
      if (position <= low) return [{ lane: "up", amount: target - position }];
      if (position >= high && in_transit_up <= 0) return [{ lane: "down", amount: position - target }];
      return [];
    },
  };
}
