/**
 * The state machine as data: every edge with what causes it. The code walks this table, the documentation draws it, the
 * tests enumerate it. A transaction that is reorganised before it was final changes the stage, not the state. One edge leads
 * back: what a network takes back after it called it final is in flight again.
 */
import { assert } from "../errors/index.ts";
import type { TransferState } from "./types.ts";

export interface Edge {
  readonly from: TransferState;
  readonly to: TransferState;
  readonly when: string;
}

export const EDGES: readonly Edge[] = [
  { from: "planned", to: "awaiting_approval", when: "the policy asks for a quorum" },
  { from: "planned", to: "approved", when: "the direction needs no quorum" },
  { from: "planned", to: "cancelled", when: "a newer plan replaced it or a person cancelled it" },
  { from: "planned", to: "expired", when: "its time passed before anything was sent" },
  { from: "awaiting_approval", to: "approved", when: "the quorum is complete" },
  { from: "awaiting_approval", to: "denied", when: "one person denied it" },
  { from: "awaiting_approval", to: "expired", when: "its time passed before the quorum was complete" },
  {
    from: "awaiting_approval",
    to: "held",
    when: "it ended after owners signed it: their signatures may still be executed",
  },
  { from: "awaiting_approval", to: "cancelled", when: "a newer plan replaced it or a person cancelled it" },
  { from: "approved", to: "submitting", when: "the request is built, checked and durable" },
  { from: "approved", to: "expired", when: "its time passed before anything was sent" },
  { from: "approved", to: "cancelled", when: "cancelled before anything was sent" },
  { from: "approved", to: "denied", when: "the re-check at dispatch refused it" },
  { from: "approved", to: "held", when: "it ended after owners signed it: their signatures may still be executed" },
  { from: "submitting", to: "submitted", when: "the venue accepted it, or a look-up found it" },
  { from: "submitting", to: "failed", when: "the venue refused it, or proved that it never took it" },
  {
    from: "submitting",
    to: "held",
    when: "the outcome is unknown and no machine can resolve it, or the venue refused what owners have signed",
  },
  { from: "submitted", to: "settled", when: "it is final and the receipt matches" },
  { from: "submitted", to: "failed", when: "the venue says finally that nothing moved" },
  { from: "submitted", to: "held", when: "the venue's account of it contradicts the plan, or an earlier settlement" },
  { from: "settled", to: "submitted", when: "its network took back what it had called final" },
  { from: "held", to: "submitted", when: "evidence shows that it was sent" },
  { from: "held", to: "settled", when: "people settled it with evidence" },
  {
    from: "held",
    to: "failed",
    when: "people proved that nothing moved, or its venue refused it and its owners' signatures are worth nothing",
  },
  { from: "held", to: "cancelled", when: "it was cancelled, and its owners' signatures are worth nothing" },
  { from: "held", to: "denied", when: "it was denied, and its owners' signatures are worth nothing" },
  { from: "held", to: "expired", when: "its time passed, and its owners' signatures are worth nothing" },
];

/** Ended: nothing is in flight. Only a network that takes back what it had called final leads out again, from `settled`. */
export const TERMINAL: ReadonlySet<TransferState> = new Set(["settled", "denied", "expired", "cancelled", "failed"]);
/** Nothing has been sent to the venue yet. */
export const UNSENT: ReadonlySet<TransferState> = new Set(["planned", "awaiting_approval", "approved"]);
/** Money may be moving: counted in flight until a terminal state, whatever its age. */
export const IN_FLIGHT: ReadonlySet<TransferState> = new Set(["submitting", "submitted", "held"]);

export function canMove(from: TransferState, to: TransferState): boolean {
  return EDGES.some((edge) => edge.from === from && edge.to === to);
}

/** Crashes on an edge that is not in the table: a programmer error, never a condition. */
export function assertEdge(from: TransferState, to: TransferState): void {
  assert(canMove(from, to), `no edge ${from} -> ${to}`);
}
