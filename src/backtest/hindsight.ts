/**
 * What the flows would have cost someone who knew them: the least cost of exposure, delay and fees over all plans of moves.
 * Lead times do not matter to him (he orders early) and the first state is free, so it is a lower bound for every policy.
 *
 * Dynamic programme on the net position y = hot - queue, backwards from V = 0 after the last step:
 *   G_t(y) = charge(y + net_t) + V_{t+1}(y + net_t),   charge(y) = exposure * y if y >= 0, else delay * -y
 *   V_t(y) = min( G_t(y),
 *                 fee_up - v y + min_{z > y} (G_t(z) + v z),
 *                 fee_down + v y + min_{0 <= z < y} (G_t(z) - v z) )
 * Running minima from both ends make a step linear in the grid. Flows are rounded on their running sum, so grid errors do
 * not add up. A coarse pass finds the range that the best plan uses, a fine pass prices it. The plan itself is read forwards
 * in segments that are computed twice, so that memory stays small.
 * Source: TPB-1; the band structure is Constantinides and Richard, Operations Research 26 (1978).
 */
import type { Hindsight, StepCosts } from "./types.ts";

export interface HindsightInput {
  /** Deposits less withdrawals of each paid step. */
  readonly net: Float64Array;
  readonly costs: StepCosts;
  /** Points of the fine grid. */
  readonly points?: number;
}

interface Grid {
  /** Currency per grid cell. */
  readonly cell: number;
  /** Index of y = 0. */
  readonly zero: number;
  readonly size: number;
  /** Net flow of each step in cells. */
  readonly shift: Int32Array;
}

const POINTS_COARSE = 1_200;
const POINTS_FINE = 4_000;
const SEGMENT_STEPS = 128;
/** Room left around the range of the coarse plan. */
const MARGIN = 1.15;
/** A plan that touches the edge of its grid asks for a wider one, this often at most. */
const WIDEN_MAX = 6;

/** The hindsight optimum of a series of net flows. */
export function hindsight({ net, costs, points = POINTS_FINE }: HindsightInput): Hindsight {
  let range = firstRange(net, costs);
  for (let round = 0; round < WIDEN_MAX; round += 1) {
    const plan = solve(makeGrid(net, range, POINTS_COARSE), net, costs);
    const tight = rangeOf(plan.start, plan.path, net, range);
    if (!tight.touched) {
      range = tight;
      break;
    }
    range = { low: range.low * 2, high: range.high * 2 };
  }
  return solve(makeGrid(net, range, points), net, costs).hindsight;
}

interface Range {
  /** How far below zero, as a positive number, and how far above. */
  readonly low: number;
  readonly high: number;
}

/** Nobody who knows the future lets a queue stand that costs more than the move that would have served it. */
function firstRange(net: Float64Array, costs: StepCosts): Range {
  let drop = 0;
  let drop_max = 0;
  let flow_max = 0;
  for (const flow of net) {
    drop = Math.max(0, drop - flow);
    drop_max = Math.max(drop_max, drop);
    flow_max = Math.max(flow_max, Math.abs(flow));
  }
  const mean_abs = net.reduce((sum, flow) => sum + Math.abs(flow), 0) / Math.max(1, net.length);
  const gain = costs.delay - 2 * costs.fee_proportional;
  const queue = gain > 0 ? (costs.fee_up + costs.fee_down) / gain : drop_max;
  const lot =
    costs.exposure > 0 ? Math.sqrt((2 * (costs.fee_up + costs.fee_down) * mean_abs) / costs.exposure) : drop_max;
  const high = Math.min(Math.max(drop_max, flow_max), 4 * lot + 4 * flow_max);
  // A deposit of the same step may serve what waits, so the position before it lies lower still.
  const low = Math.min(Math.max(queue, high / 50) + flow_max, drop_max + flow_max);
  return { low: Math.max(low, 1e-9), high: Math.max(high, 1e-9) };
}

function makeGrid(net: Float64Array, { low, high }: Range, points: number): Grid {
  const cell = (low + high) / points;
  const zero = Math.ceil(low / cell);
  const size = zero + Math.ceil(high / cell) + 1;
  const shift = new Int32Array(net.length);
  let sum = 0;
  let cells = 0;
  for (let t = 0; t < net.length; t += 1) {
    sum += net[t] ?? 0;
    const next = Math.round(sum / cell);
    shift[t] = next - cells;
    cells = next;
  }
  return { cell, zero, size, shift };
}

interface Plan {
  /** Index after the move of each step, before its flow. */
  readonly path: Float64Array;
  readonly start: number;
  readonly hindsight: Hindsight;
}

interface Scratch {
  readonly g: Float64Array;
  readonly down: Float64Array;
  readonly down_at: Int32Array;
}

function solve(grid: Grid, net: Float64Array, costs: StepCosts): Plan {
  const steps = net.length;
  const segments = Math.ceil(steps / SEGMENT_STEPS);
  const kept: Float64Array[] = new Array(segments + 1);
  const scratch = makeScratch(grid);
  let value: Float64Array = new Float64Array(grid.size);
  kept[segments] = value;
  for (let segment = segments - 1; segment >= 0; segment -= 1) {
    value = Float64Array.from(value);
    const last = Math.min(steps, (segment + 1) * SEGMENT_STEPS);
    for (let t = last - 1; t >= segment * SEGMENT_STEPS; t -= 1) stepBack(grid, costs, t, value, scratch, null);
    kept[segment] = value;
  }
  return follow(grid, costs, steps, kept, scratch);
}

function makeScratch({ size }: Grid): Scratch {
  return { g: new Float64Array(size), down: new Float64Array(size), down_at: new Int32Array(size) };
}

/** Turns V_{t+1} in `value` into V_t, in place; writes where each position moves to into `targets`. */
function stepBack(
  grid: Grid,
  costs: StepCosts,
  t: number,
  value: Float64Array,
  scratch: Scratch,
  targets: Int32Array | null,
) {
  chargeStep(grid, costs, t, value, scratch.g);
  bestBelow(grid, costs, scratch);
  chooseMoves(grid, costs, value, scratch, targets);
}

/** G_t: what the step charges at each position, and what the rest costs from where its flow leads. */
function chargeStep(
  { cell, zero, size, shift }: Grid,
  costs: StepCosts,
  t: number,
  value: Float64Array,
  g: Float64Array,
): void {
  const by = shift[t] ?? 0;
  const is_last = t + 1 === shift.length;
  const h = costs.exposure * cell;
  const b = costs.delay * cell;
  const v = costs.fee_proportional * cell;
  const above = is_last ? 0 : costs.fee_down + leastWithin(value, zero, size, -v);
  const below = is_last ? 0 : costs.fee_up + leastWithin(value, 0, size, v);
  const sweep = is_last ? 0 : v;
  for (let i = 0; i < size; i += 1) {
    const at = i + by;
    const charge = at >= zero ? h * (at - zero) : b * (zero - at);
    if (at >= size) g[i] = charge + above + sweep * at;
    else if (at < 0) g[i] = charge + below - sweep * at;
    else g[i] = charge + (value[at] ?? 0);
  }
}

/** For every position the best place below it and not below zero: min over zero <= z < i of g(z) - v z. */
function bestBelow({ cell, zero, size }: Grid, costs: StepCosts, { g, down, down_at }: Scratch): void {
  const v = costs.fee_proportional * cell;
  let best = Number.POSITIVE_INFINITY;
  let best_at = -1;
  for (let i = 0; i < size; i += 1) {
    down[i] = best;
    down_at[i] = best_at;
    const here = (g[i] ?? 0) - v * i;
    if (i >= zero && here < best) {
      best = here;
      best_at = i;
    }
  }
}

/** From the other end the best place above, min over z > i of g(z) + v z, and the least of staying, raising and sweeping. */
function chooseMoves(
  { cell, size }: Grid,
  { fee_up, fee_down, fee_proportional }: StepCosts,
  value: Float64Array,
  { g, down, down_at }: Scratch,
  targets: Int32Array | null,
): void {
  const v = fee_proportional * cell;
  let up = Number.POSITIVE_INFINITY;
  let up_at = -1;
  for (let i = size - 1; i >= 0; i -= 1) {
    const stay = g[i] ?? 0;
    const raise = fee_up - v * i + up;
    const sweep = fee_down + v * i + (down[i] ?? 0);
    const least = Math.min(stay, raise, sweep);
    value[i] = least;
    if (targets !== null) targets[i] = least === stay ? i : least === raise ? up_at : (down_at[i] ?? i);
    const here = stay + v * i;
    if (here < up) {
      up = here;
      up_at = i;
    }
  }
}

/** A position outside the grid must come back at the next step; this is the best of where to, before its own fee. */
function leastWithin(value: Float64Array, from: number, to: number, v: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = from; i < to; i += 1) least = Math.min(least, (value[i] ?? 0) + v * i);
  return least;
}

/** Reads the best plan forwards, a segment at a time, and prices it. */
function follow(grid: Grid, costs: StepCosts, steps: number, kept: readonly Float64Array[], scratch: Scratch): Plan {
  const { cell, zero, size, shift } = grid;
  const first = kept[0] ?? new Float64Array(size);
  let at = lowestOf(first, zero);
  const cost = first[at] ?? 0;
  const start = (at - zero) * cell;
  const path = new Float64Array(steps);
  const after = new Float64Array(steps);
  for (let from = 0; from < steps; from += SEGMENT_STEPS) {
    const to = Math.min(steps, from + SEGMENT_STEPS);
    const targets = segmentTargets(
      grid,
      costs,
      from,
      to,
      Float64Array.from(kept[from / SEGMENT_STEPS + 1] ?? first),
      scratch,
    );
    for (let t = from; t < to; t += 1) {
      at = targets[t - from]?.[Math.max(0, Math.min(size - 1, at))] ?? at;
      path[t] = (at - zero) * cell;
      at += shift[t] ?? 0;
      after[t] = (at - zero) * cell;
    }
  }
  const exposure_cost = after.reduce((sum, y) => sum + costs.exposure * Math.max(0, y), 0);
  const delay_cost = after.reduce((sum, y) => sum + costs.delay * Math.max(0, -y), 0);
  const fee_cost = Math.max(0, cost - exposure_cost - delay_cost);
  return { path, start, hindsight: { cost, exposure_cost, delay_cost, fee_cost, path: after } };
}

/** Where each position moves to at each step of a segment; `value` is V at its end and is used up. */
function segmentTargets(grid: Grid, costs: StepCosts, from: number, to: number, value: Float64Array, scratch: Scratch) {
  const targets: Int32Array[] = new Array(to - from);
  for (let t = to - 1; t >= from; t -= 1) {
    const row = new Int32Array(grid.size);
    stepBack(grid, costs, t, value, scratch, row);
    targets[t - from] = row;
  }
  return targets;
}

function lowestOf(value: Float64Array, from: number): number {
  let at = from;
  for (let i = 0; i < value.length; i += 1) if ((value[i] ?? 0) < (value[at] ?? 0)) at = i;
  return at;
}

/** The range the plan used, with a margin; `touched` when it pressed against the grid it was found on. */
function rangeOf(
  start: number,
  path: Float64Array,
  net: Float64Array,
  { low, high }: Range,
): Range & { touched: boolean } {
  let top = Math.max(0, start);
  let bottom = Math.min(0, start);
  for (let t = 0; t < path.length; t += 1) {
    const moved = path[t] ?? 0;
    top = Math.max(top, moved);
    bottom = Math.min(bottom, moved, moved + (net[t] ?? 0));
  }
  const touched = top > 0.97 * high || -bottom > 0.97 * low;
  return { low: Math.max(-bottom * MARGIN, high / 200), high: Math.max(top * MARGIN, high / 200), touched };
}
