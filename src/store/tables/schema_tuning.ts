/** The table of proposed policies; part of `schema.ts`. */
import type { PolicyProposalRow } from "../../tuning/types.ts";
import { defineTable, json, nullable, text, time } from "./columns.ts";

/** Policies that a search in a pool's own history proposed; the file alone says what is in force. */
export const policy_proposal = defineTable<PolicyProposalRow>({
  name: "policy_proposal",
  columns: {
    id: text(),
    pool_id: text(),
    state: text(),
    from_digest: text(),
    to_digest: text(),
    policy: json(),
    report: json(),
    created_at: time(),
    ended_at: nullable(time()),
    ended_by: nullable(text()),
    note: nullable(text()),
  },
  key: ["id"],
  indexes: [["pool_id", "state"]],
});
