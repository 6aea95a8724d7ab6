/** The tables of the books and of their breaks. */
import type { AccountRow, BreakResolutionRow, BreakRow, EntryRow, HoldRow, PostingRow } from "../../ledger/types.ts";
import { amount, bool, defineTable, int, json, nullable, text, time } from "./columns.ts";

export const account = defineTable<AccountRow>({
  name: "account",
  columns: {
    id: text(),
    kind: text(),
    owner: text(),
    asset: text(),
    side: text(),
    posted: amount(),
    held: amount(),
    entry_count: int(),
  },
  key: ["id"],
  indexes: [["asset"]],
});

export const posting = defineTable<PostingRow>({
  name: "posting",
  columns: { id: text(), key: text(), digest: text(), kind: text(), ref: text(), memo: text(), at: time() },
  key: ["id"],
  unique: [["key"]],
  indexes: [["ref"]],
});

export const entry = defineTable<EntryRow>({
  name: "entry",
  columns: {
    account_id: text(),
    seq: int(),
    posting_id: text(),
    side: text(),
    amount: amount(),
    balance_after: amount(),
    at: time(),
  },
  key: ["account_id", "seq"],
  indexes: [["posting_id"]],
});

export const hold = defineTable<HoldRow>({
  name: "hold",
  columns: { id: text(), account_id: text(), amount: amount(), state: text(), ref: text(), at: time() },
  key: ["id"],
  indexes: [["account_id", "state"]],
});

export const breaks = defineTable<BreakRow>({
  name: "break",
  columns: {
    id: text(),
    wallet_id: text(),
    asset: text(),
    difference: amount(),
    opened_at: time(),
    last_seen_at: time(),
    closed_at: nullable(time()),
    cause: text(),
    kind: text(),
    movement_id: nullable(text()),
    causes: json(),
    freezes: bool(),
    closed_by: nullable(text()),
    resolution_id: nullable(text()),
  },
  key: ["id"],
  indexes: [
    ["wallet_id", "closed_at"],
    ["asset", "closed_at"],
  ],
});

/** Proposals of people to close a break. */
export const breakResolution = defineTable<BreakResolutionRow>({
  name: "break_resolution",
  columns: {
    id: text(),
    break_id: text(),
    state: text(),
    terms: json(),
    digest: text(),
    created_at: time(),
    expires_at: time(),
    ended_at: nullable(time()),
    posting_id: nullable(text()),
  },
  key: ["id"],
  indexes: [["break_id"], ["state"]],
});
