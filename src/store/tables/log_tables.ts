/** The tables of the audit log. */
import type { CheckpointRow, EventRow, LeafRow } from "../../audit/types.ts";
import { defineTable, int, json, nullable, text, time } from "./columns.ts";

export const event = defineTable<EventRow>({
  name: "event",
  columns: {
    id: text(),
    kind: text(),
    ref: text(),
    actor: text(),
    at: time(),
    type: nullable(text()),
    payload: json(),
    seq: nullable(int()),
  },
  key: ["id"],
  unique: [["seq"]],
  indexes: [["ref"], ["kind"], ["at"]],
});

export const leaf = defineTable<LeafRow>({
  name: "leaf",
  columns: { seq: int(), event_id: text(), leaf: text() },
  key: ["seq"],
  unique: [["event_id"]],
});

export const checkpoint = defineTable<CheckpointRow>({
  name: "checkpoint",
  columns: { size: int(), root: text(), note: text(), key_id: text(), at: time() },
  key: ["size"],
});
