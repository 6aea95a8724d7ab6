/** What another policy would say: of a snapshot now, and of recorded ones. Each snapshot is judged by itself; what would have followed is not played on. */
import { encodePolicy } from "./codec.ts";
import { decide } from "./decide.ts";
import { type Difference, differencesOf } from "./replay.ts";
import type { Decision, Level, PoolPolicy, Snapshot } from "./types.ts";

/** Fields of the policy that differ, old against new. */
export function policyChanges(before: PoolPolicy, after: PoolPolicy): readonly Difference[] {
  return differencesOf(inWords(before), inWords(after), "");
}

/** Levels as people write them: one place each. */
function inWords(policy: PoolPolicy): unknown {
  const encoded = encodePolicy(policy) as Record<string, unknown>;
  const words = (levels: Readonly<Record<string, Level>>) =>
    Object.fromEntries(Object.entries(levels).map(([name, { text }]) => [name, text]));
  return {
    ...encoded,
    levels: words(policy.levels),
    wallet_caps: words(policy.wallet_caps),
    floor: policy.floor?.text ?? null,
  };
}

export interface PolicyComparison {
  readonly snapshots: number;
  /** Snapshots on which the two do something else: another verdict, other moves. */
  readonly changed: number;
  readonly before: Activity;
  readonly after: Activity;
  /** First ones that differ, in the order given. */
  readonly examples: readonly { readonly at: number; readonly before: Decision; readonly after: Decision }[];
}

export interface Activity {
  readonly moving: number;
  readonly blocked: number;
  readonly to_liquidity: bigint;
  readonly to_reserve: bigint;
  readonly fees: bigint;
}

const EXAMPLES_MAX = 10;

/** @example comparePolicies(recorded, policy, edited).changed */
export function comparePolicies(
  snapshots: readonly Snapshot[],
  before: PoolPolicy,
  after: PoolPolicy,
  /** The same snapshots with what `after` would have known of them, where that is more. */
  known: readonly Snapshot[] = snapshots,
): PolicyComparison {
  const pairs = snapshots.map((snapshot, at) => ({
    at: snapshot.taken_at,
    before: decide(snapshot, before, snapshot.taken_at),
    after: decide(known[at] ?? snapshot, after, snapshot.taken_at),
  }));
  const changed = pairs.filter((pair) => isOther(pair.before, pair.after));
  return {
    snapshots: pairs.length,
    changed: changed.length,
    before: activityOf(pairs.map((pair) => pair.before)),
    after: activityOf(pairs.map((pair) => pair.after)),
    examples: changed.slice(0, EXAMPLES_MAX),
  };
}

export function isOther(a: Decision, b: Decision): boolean {
  if (a.verdict !== b.verdict || a.moves.length !== b.moves.length) return true;
  return a.moves.some((move, index) => {
    const other = b.moves[index];
    if (other === undefined || move.amount !== other.amount) return true;
    return (
      move.from_wallet !== other.from_wallet || move.to_wallet !== other.to_wallet || move.network !== other.network
    );
  });
}

function activityOf(decisions: readonly Decision[]): Activity {
  const moving = decisions.filter((decision) => decision.verdict === "move");
  const moves = moving.flatMap((decision) => decision.moves);
  const sum = (direction: "to_liquidity" | "to_reserve"): bigint =>
    moves.filter((move) => move.direction === direction).reduce((total, move) => total + move.amount, 0n);
  return {
    moving: moving.length,
    blocked: decisions.filter(({ verdict }) => verdict === "blocked" || verdict === "escalate").length,
    to_liquidity: sum("to_liquidity"),
    to_reserve: sum("to_reserve"),
    fees: moves.reduce((total, move) => total + move.fee, 0n),
  };
}
