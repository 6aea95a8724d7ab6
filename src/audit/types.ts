/** The audit log: one event per state change, written in the same transaction, numbered and chained by the sealer. */
import type { Instant } from "../ports/index.ts";
import type { Json } from "../store/port.ts";

export type EventKind =
  | "daemon.started"
  | "daemon.stopped"
  | "mode.changed"
  | "wallet.observed"
  | "wallet.standing"
  | "wallet.proposal"
  | "wallet.opened"
  | "movement.booked"
  | "decision.made"
  | "transfer.planned"
  | "transfer.state"
  | "transfer.stage"
  | "transfer.cancel"
  | "transfer.resolution"
  | "approval.voted"
  | "approval.refused"
  | "signature.given"
  | "break.opened"
  | "break.closed"
  | "break.resolution"
  | "envelope.state"
  | "envelope.used"
  | "policy.tuning"
  | "reconciliation.full"
  | "price.state"
  | "venue.state"
  | "alert.raised"
  | "obligation.added"
  | "obligation.closed"
  | "expected_flow.added"
  | "expected_flow.closed"
  | "anomaly.found"
  | "anomaly.lifted"
  | "facility.state"
  | "facility.stage"
  | "facility.collateral"
  | "facility.payment"
  | "facility.accrued"
  | "margin_call.state"
  | "call.extension"
  | "substitution.state"
  | "liquidation.state"
  | "credit.order"
  | "credit.notice"
  | "credit.rescan";

export interface EventRow {
  id: string;
  kind: EventKind;
  /** What it is about: a transfer, wallet, pool or person id. */
  ref: string;
  /** `daemon`, `person:<id>`, `venue:<id>`, `sandbox`. */
  actor: string;
  at: Instant;
  /** `Manual`, `Auto-Pilot`, `Stress test`, `Emergency` for operators; null for the rest. */
  type: string | null;
  payload: Json;
  /** Number in the sealed log; null until sealed. */
  seq: number | null;
}

export interface LeafRow {
  seq: number;
  event_id: string;
  /** Hex SHA-256 of 0x00 and the canonical JSON of the event (RFC 6962 leaf). */
  leaf: string;
}

export interface CheckpointRow {
  size: number;
  root: string;
  /** C2SP signed note text. */
  note: string;
  key_id: string;
  at: Instant;
}
