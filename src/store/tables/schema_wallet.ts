/** What people decided about wallets; part of `schema.ts`. */
import type { WalletProposalRow, WalletStandingRow } from "../../wallets/types.ts";
import { defineTable, int, json, nullable, text, time } from "./columns.ts";

/** The newest change of each wallet's standing; a wallet without a row stands as the file says. */
export const walletStanding = defineTable<WalletStandingRow>({
  name: "wallet_standing",
  columns: { wallet_id: text(), state: text(), reason: text(), by: text(), at: time(), version: int() },
  key: ["wallet_id"],
});

/** Balances that people enter, and proposals to activate or archive a wallet. */
export const walletProposal = defineTable<WalletProposalRow>({
  name: "wallet_proposal",
  columns: {
    id: text(),
    wallet_id: text(),
    what: text(),
    state: text(),
    terms: json(),
    digest: text(),
    created_at: time(),
    ended_at: nullable(time()),
  },
  key: ["id"],
  indexes: [["wallet_id", "what", "state"], ["state"]],
});
