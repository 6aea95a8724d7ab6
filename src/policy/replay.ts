/**
 * A recorded decision made again from what it was made on. `decide` has no clock, no chance and no I/O, so the same snapshot and
 * the same policy give the same decision bit for bit; where they do not, the record or the program was changed.
 */
import { decodePolicy, decodeSnapshot, encodeDecision } from "./codec.ts";
import { decide } from "./decide.ts";
import type { Decision } from "./types.ts";

export interface RecordedDecision {
  readonly snapshot: unknown;
  readonly policy: unknown;
  readonly decision: unknown;
}

export interface Difference {
  /** `moves.0.amount`. */
  readonly path: string;
  /** As JSON; null where it has no such member. */
  readonly recorded: string | null;
  readonly replayed: string | null;
}

export interface Replay {
  readonly matches: boolean;
  readonly decision: Decision;
  /** First ones only. */
  readonly differences: readonly Difference[];
}

const DIFFERENCES_MAX = 50;

/**
 * @throws TidegateError record_malformed when a version of another shape wrote the record
 * @example replayDecision({ snapshot: row.snapshot, policy: version.policy, decision: row.decision }).matches
 */
export function replayDecision(record: RecordedDecision): Replay {
  const snapshot = decodeSnapshot(record.snapshot);
  const decision = decide(snapshot, decodePolicy(record.policy), snapshot.taken_at);
  const differences = differencesOf(record.decision, encodeDecision(decision), "").slice(0, DIFFERENCES_MAX);
  return { matches: differences.length === 0, decision, differences };
}

/** Every place where two plain values differ, in the order of their members. */
export function differencesOf(before: unknown, after: unknown, path: string): readonly Difference[] {
  if (isBranch(before) && isBranch(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
    return [...names].flatMap((name) => differencesOf(member(before, name), member(after, name), at(name)));
  }
  const [recorded, replayed] = [textOf(before), textOf(after)];
  return recorded === replayed ? [] : [{ path, recorded, replayed }];
}

function isBranch(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function member(branch: object, name: string): unknown {
  return Object.hasOwn(branch, name) ? (branch as Record<string, unknown>)[name] : undefined;
}

function textOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
