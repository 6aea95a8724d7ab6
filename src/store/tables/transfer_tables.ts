/** The tables of transfers and of the votes on them. */
import type { ApprovalRow } from "../../authority/types.ts";
import type { ResolutionRow, TransferRow } from "../../transfers/types.ts";
import { amount, defineTable, int, json, nullable, text, time } from "./columns.ts";

export const transfer = defineTable<TransferRow>({
  name: "transfer",
  columns: {
    id: text(),
    pool_id: text(),
    asset: text(),
    state: text(),
    stage: nullable(text()),
    from_wallet: text(),
    to_wallet: text(),
    network: text(),
    direction: text(),
    cause: text(),
    amount: amount(),
    fee_max: amount(),
    fee_actual: nullable(amount()),
    amount_received: nullable(amount()),
    reference: text(),
    plan: json(),
    digest: text(),
    decision_id: nullable(text()),
    signing: nullable(json()),
    prepared: nullable(json()),
    venue_ref: nullable(text()),
    tx_hash: nullable(text()),
    confirmations: nullable(int()),
    confirmations_needed: nullable(int()),
    note_code: nullable(text()),
    note: nullable(text()),
    created_at: time(),
    updated_at: time(),
    submitted_at: nullable(time()),
    settled_at: nullable(time()),
    next_at: nullable(time()),
    attempts: int(),
    lease_owner: nullable(text()),
    lease_until: nullable(time()),
    fence: int(),
    version: int(),
  },
  key: ["id"],
  unique: [["reference"]],
  indexes: [["state"], ["next_at"], ["tx_hash"], ["created_at"], ["submitted_at"]],
});

/** Proposals of people to end a held transfer. */
export const resolution = defineTable<ResolutionRow>({
  name: "resolution",
  columns: {
    id: text(),
    transfer_id: text(),
    state: text(),
    terms: json(),
    digest: text(),
    created_at: time(),
    expires_at: time(),
    ended_at: nullable(time()),
  },
  key: ["id"],
  indexes: [["transfer_id"], ["state"]],
});

export const approval = defineTable<ApprovalRow>({
  name: "approval",
  columns: {
    object_id: text(),
    person_id: text(),
    digest: text(),
    key_id: text(),
    scheme: text(),
    vote: text(),
    signature: text(),
    at: time(),
  },
  key: ["object_id", "person_id"],
});
