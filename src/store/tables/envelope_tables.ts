/** The tables of what people approve in advance, as data. */
import type { EnvelopeRow, EnvelopeUseRow } from "../../authority/types.ts";
import { amount, defineTable, int, json, nullable, text, time } from "./columns.ts";

/** What people approved in advance. */
export const envelope = defineTable<EnvelopeRow>({
  name: "envelope",
  columns: {
    id: text(),
    pool_id: text(),
    state: text(),
    terms: json(),
    digest: text(),
    created_at: time(),
    valid_until: time(),
    ended_at: nullable(time()),
    version: int(),
  },
  key: ["id"],
  indexes: [["pool_id", "state"]],
});

/** Transfers planned inside an envelope. */
export const envelopeUse = defineTable<EnvelopeUseRow>({
  name: "envelope_use",
  columns: { transfer_id: text(), envelope_id: text(), amount: amount(), at: time() },
  key: ["transfer_id"],
  indexes: [["envelope_id"]],
});
