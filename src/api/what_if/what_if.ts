/**
 * "What if this much left?": the real `decide`, hour by hour, on a copy. Nothing is recorded and nothing moves. Money out of
 * custody takes the approval time and the route's lead time; the rest takes the lead time.
 */
import { type Decision, decide, type Move, type PoolPolicy, type Position, type Snapshot } from "../../policy/index.ts";
import { HOUR_MS, World } from "../../stress/index.ts";

export interface WhatIfInput {
  readonly snapshot: Snapshot;
  readonly policy: PoolPolicy;
  /** Base units that leave the liquidity side; negative: come in. */
  readonly outflow: bigint;
  readonly over_hours: number;
  readonly horizon_hours: number;
  readonly approval_hours: number;
  readonly needsApproval: (move: Move) => boolean;
}

export interface WhatIfStep {
  readonly hour: number;
  readonly at: number;
  readonly decision: Decision;
  readonly position: Position;
}

export interface WhatIfMove {
  readonly hour: number;
  readonly lands_hour: number;
  readonly move: Move;
  readonly needs_approval: boolean;
}

export interface WhatIfResult {
  readonly steps: readonly WhatIfStep[];
  readonly moves: readonly WhatIfMove[];
  readonly first_below_low_hour: number | null;
  readonly first_below_floor_hour: number | null;
  readonly first_unpaid_hour: number | null;
  readonly unpaid: bigint;
  readonly fees: bigint;
}

/** Null when the position is not known now: from the unknown nothing can be foreseen. */
export function whatIf(input: WhatIfInput): WhatIfResult | null {
  const approval_ms = input.approval_hours * HOUR_MS;
  const world = new World(input.snapshot, (transfer) => (transfer.supersedable ? approval_ms + HOUR_MS : HOUR_MS));
  const steps: WhatIfStep[] = [];
  const moves: WhatIfMove[] = [];
  let unpaid = 0n;
  let first_unpaid_hour: number | null = null;
  for (let hour = 0; hour <= input.horizon_hours; hour++) {
    const at = input.snapshot.taken_at + hour * HOUR_MS;
    world.land(at);
    const short = world.flow(outflowOf(hour, input));
    unpaid += short;
    if (short > 0n) first_unpaid_hour ??= hour;
    const decision = decide(world.snapshot(at), input.policy, at);
    if (decision.before === null) return null;
    world.mark(sideOf(decision), at);
    steps.push({ hour, at, decision, position: decision.before });
    if (decision.verdict === "move") moves.push(...start(world, decision, hour, input));
  }
  const first = (codes: readonly string[]): number | null =>
    steps.find((step) => step.decision.reasons.some((reason) => codes.includes(reason.code)))?.hour ?? null;
  return {
    steps,
    moves,
    first_below_low_hour: first(["below_low", "below_emergency_low"]),
    first_below_floor_hour: first(["below_floor"]),
    first_unpaid_hour,
    unpaid,
    fees: moves.reduce((sum, { move }) => sum + move.fee, 0n),
  };
}

function start(world: World, decision: Decision, hour: number, input: WhatIfInput): WhatIfMove[] {
  world.withdraw(decision.supersedes);
  return decision.moves.map((move) => {
    const needs_approval = input.needsApproval(move);
    const lead_hours = Math.max(1, Math.ceil(move.lead_time_ms / HOUR_MS));
    const lands_hour = hour + lead_hours + (needs_approval ? input.approval_hours : 0);
    world.start(move, decision.decided_at, input.snapshot.taken_at + lands_hour * HOUR_MS);
    return { hour, lands_hour, move, needs_approval };
  });
}

/** Evenly over the hours; the last one takes what the division left. */
function outflowOf(hour: number, { outflow, over_hours }: WhatIfInput): bigint {
  if (over_hours === 0) return hour === 0 ? outflow : 0n;
  if (hour >= over_hours) return 0n;
  const part = outflow / BigInt(over_hours);
  return hour === over_hours - 1 ? outflow - part * BigInt(over_hours - 1) : part;
}

function sideOf(decision: Decision): "low" | "high" | null {
  for (const { code } of decision.reasons) {
    if (code === "below_low" || code === "below_emergency_low") return "low";
    if (code === "above_high" || code === "above_emergency_high") return "high";
  }
  return null;
}
