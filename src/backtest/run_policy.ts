/**
 * One policy over one series, the benchmark TPB-1 step by step. The order within a step is part of its definition:
 * 1. what is due lands; 2. the policy sees the past and orders; 3. deposits enter the hot wallet, withdrawals enter the
 * queue, and the queue is paid first in, first out, as far as the hot balance goes; 4. the step is charged: exposure on
 * the hot balance, delay on the queue, a fixed and a proportional fee on each move.
 */
import { assert } from "../errors/index.ts";
import type { BacktestInput, BenchPolicy, LaneTerms, Order, RunTotals, StepTrace, StepView } from "./types.ts";

interface World {
  hot: number;
  queue: number;
  custody: number;
  /** Amounts by the step they land in. */
  readonly landing_up: Float64Array;
  readonly landing_down: Float64Array;
}

interface Tally {
  exposure_cost: number;
  delay_cost: number;
  fee_cost: number;
  moves_up: number;
  moves_down: number;
  moves_expedited: number;
}

/** Runs `policy` from the first row; only steps in [from, to) are paid for. */
export function runPolicy(input: BacktestInput, policy: BenchPolicy, onStep?: (step: number) => void): RunTotals {
  const { flows, from, to, costs } = input;
  assert(from >= 0 && from < to && to <= flows.inflow.length, "the paid part lies within the series");
  const world = openWorld(input);
  const tally: Tally = { exposure_cost: 0, delay_cost: 0, fee_cost: 0, moves_up: 0, moves_down: 0, moves_expedited: 0 };
  const trace = openTrace(to - from);
  for (let step = 0; step < to; step += 1) {
    const paid = step >= from;
    land(world, step);
    const orders = policy.decide(viewOf(world, input, step));
    for (const order of orders) place(world, input, step, order, paid ? { tally, trace, at: step - from } : null);
    const inflow = flows.inflow[step] ?? 0;
    const outflow = flows.outflow[step] ?? 0;
    serve(world, inflow, outflow);
    policy.observe(inflow, outflow);
    if (!paid) continue;
    tally.exposure_cost += costs.exposure * world.hot;
    tally.delay_cost += costs.delay * world.queue;
    trace.hot[step - from] = world.hot;
    trace.queue[step - from] = world.queue;
    onStep?.(step - from);
  }
  return { ...tally, closing: viewOf(world, input, to - 1).total, trace };
}

function openWorld({ opening, hot, lanes, to }: BacktestInput): World {
  const room = to + Math.max(lanes.up.lead_steps, lanes.down.lead_steps, lanes.expedite?.lead_steps ?? 0) + 1;
  return {
    hot,
    queue: 0,
    custody: opening - hot,
    landing_up: new Float64Array(room),
    landing_down: new Float64Array(room),
  };
}

function openTrace(steps: number): StepTrace {
  const row = (): Float64Array => new Float64Array(steps);
  return { hot: row(), queue: row(), up: row(), down: row() };
}

function land(world: World, step: number): void {
  world.hot += world.landing_up[step] ?? 0;
  world.custody += world.landing_down[step] ?? 0;
}

/** What lands after this step and within `ahead` steps. Summed anew each time: a running sum would keep a rounding rest. */
function inTransit(landing: Float64Array, step: number, ahead: number): number {
  let sum = 0;
  for (let at = step + 1; at <= step + ahead; at += 1) sum += landing[at] ?? 0;
  return sum;
}

function viewOf(world: World, { lanes }: BacktestInput, step: number): StepView {
  const soon_steps = lanes.expedite?.lead_steps ?? 0;
  const in_transit_up = inTransit(world.landing_up, step, Math.max(lanes.up.lead_steps, soon_steps));
  const in_transit_down = inTransit(world.landing_down, step, lanes.down.lead_steps);
  const { hot, queue, custody } = world;
  return {
    step,
    hot,
    queue,
    custody,
    in_transit_up,
    arriving_soon: inTransit(world.landing_up, step, soon_steps),
    in_transit_down,
    total: hot + custody + in_transit_up + in_transit_down - queue,
  };
}

interface Charge {
  readonly tally: Tally;
  readonly trace: StepTrace;
  readonly at: number;
}

function place(world: World, { lanes, costs }: BacktestInput, step: number, order: Order, charge: Charge | null): void {
  const terms: LaneTerms | null = lanes[order.lane];
  assert(terms !== null, `the ${order.lane} lane is open`);
  const limit = order.lane === "down" ? Math.max(0, world.hot - world.queue) : Math.max(0, world.custody);
  const amount = Math.min(order.amount, limit);
  assert(Number.isFinite(order.amount), "an order is a finite amount");
  if (amount <= 0) return;
  if (order.lane === "down") sendDown(world, step + terms.lead_steps, amount, terms.lead_steps === 0);
  else sendUp(world, step + terms.lead_steps, amount, terms.lead_steps === 0);
  if (charge === null) return;
  const { tally, trace, at } = charge;
  tally.fee_cost += terms.fee + costs.fee_proportional * amount;
  if (order.lane === "down") tally.moves_down += 1;
  else tally.moves_up += 1;
  if (order.lane === "expedite") tally.moves_expedited += 1;
  const row = order.lane === "down" ? trace.down : trace.up;
  row[at] = (row[at] ?? 0) + amount;
}

function sendUp(world: World, lands: number, amount: number, at_once: boolean): void {
  world.custody -= amount;
  if (at_once) world.hot += amount;
  else world.landing_up[lands] = (world.landing_up[lands] ?? 0) + amount;
}

function sendDown(world: World, lands: number, amount: number, at_once: boolean): void {
  world.hot -= amount;
  if (at_once) world.custody += amount;
  else world.landing_down[lands] = (world.landing_down[lands] ?? 0) + amount;
}

function serve(world: World, inflow: number, outflow: number): void {
  world.hot += inflow;
  world.queue += outflow;
  const served = Math.min(world.hot, world.queue);
  world.hot -= served;
  world.queue -= served;
}
