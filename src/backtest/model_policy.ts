/** A level model at work in the benchmark: its own forecast, and the one rule that turns levels into orders. */
import { FLOW_DEFAULTS, observeFlow, openFlowState } from "../forecast/index.ts";
import type { FlowState } from "../forecast/types.ts";
import type { LevelModel, ModelLevels } from "../models/types.ts";
import type { BenchPolicy, Lanes, Order, StepCosts, StepView } from "./types.ts";

/** Hot share of all assets that no model passes in the benchmark. */
export const HOT_SHARE_MAX = 0.6;
const HOUR_MS = 3_600_000;

export interface ModelPolicyOptions {
  readonly model: LevelModel;
  readonly lanes: Lanes;
  readonly costs: StepCosts;
  readonly step_ms: number;
  /** Static profiles keep their own shares; for them the rail is the whole. */
  readonly hot_share_max?: number;
}

export function createModelPolicy(options: ModelPolicyOptions): BenchPolicy & { readonly forecast: FlowState } {
  const { model, lanes, costs, step_ms } = options;
  const forecast = openFlowState({
    ...FLOW_DEFAULTS,
    step_hours: step_ms / HOUR_MS,
    horizons: [...model.horizons(lanes)],
  });
  const hot_share_max = options.hot_share_max ?? HOT_SHARE_MAX;
  return {
    name: model.name,
    forecast,
    observe: (inflow, outflow) => observeFlow(forecast, outflow - inflow),
    decide: (view) => {
      const rails = { low_min: null, hot_max: Math.max(0, hot_share_max * view.total) };
      const { exposure, delay } = costs;
      const { up, down, expedite } = lanes;
      const levels = model.levels({ forecast, up, down, expedite, exposure, delay, total: view.total, rails });
      return ordersFor(levels, view);
    },
  };
}

/**
 * Levels against the position (hot - queue + on its way up). The expedited lane first, on what lands in time; what it orders
 * counts towards the slow lane. No sweep while a refill is on its way, or the two lanes would chase each other.
 */
export function ordersFor(levels: ModelLevels, view: StepView): Order[] {
  const orders: Order[] = [];
  let position = view.hot - view.queue + view.in_transit_up;
  if (levels.expedite_low !== null && levels.expedite_to !== null) {
    const soon = view.hot - view.queue + view.arriving_soon;
    const amount = levels.expedite_to - soon;
    if (soon < levels.expedite_low && amount > 0) {
      orders.push({ lane: "expedite", amount });
      position += amount;
    }
  }
  if (position <= levels.low) {
    if (levels.target > position) orders.push({ lane: "up", amount: levels.target - position });
  } else if (position >= levels.high && levels.may_sweep && view.in_transit_up <= 0 && orders.length === 0) {
    orders.push({ lane: "down", amount: position - levels.sweep_to });
  }
  return orders;
}
