/** The tables of wallets: what venues said of them, and what people decided. */
import type { AssetId } from "../../money/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { WalletProposalRow, WalletStandingRow } from "../../wallets/types.ts";
import { amount, bool, defineTable, int, json, nullable, text, time } from "./columns.ts";

/** The last known balance of each wallet; survives a restart and is shown with its age. */
export interface BalanceRow {
  wallet_id: string;
  venue_id: string;
  asset: AssetId;
  total: bigint;
  available: bigint;
  pending_in: bigint;
  pending_out: bigint;
  locked: bigint;
  as_of: Instant;
  height: string | null;
  pending_readable: boolean;
  received_at: Instant;
  /** poll, push or manual. */
  source: string;
  /** Last failed read after this balance: sentence; null when the last read succeeded. */
  error: string | null;
  movement_cursor: string | null;
}
export const balance = defineTable<BalanceRow>({
  name: "balance",
  columns: {
    wallet_id: text(),
    venue_id: text(),
    asset: text(),
    total: amount(),
    available: amount(),
    pending_in: amount(),
    pending_out: amount(),
    locked: amount(),
    as_of: time(),
    height: nullable(text()),
    pending_readable: bool(),
    received_at: time(),
    source: text(),
    error: nullable(text()),
    movement_cursor: nullable(text()),
  },
  key: ["wallet_id"],
});

/** Every movement a venue reported, once. */
export interface MovementRow {
  wallet_id: string;
  movement_id: string;
  direction: "in" | "out";
  asset: AssetId;
  amount: bigint;
  fee: bigint;
  reference: string | null;
  tx_hash: string | null;
  counterparty: string | null;
  at: Instant;
  height: string | null;
  /** Our own transfer it belongs to; null: a customer's or an unexpected movement. */
  transfer_id: string | null;
  /** In no book yet: nobody of ours made it and no customer may; it waits for its transfer, or for people. */
  unexplained: boolean;
  /** The network took it back with its transfer; it counts again when its transfer settles or when it is listed again. */
  gone: boolean;
}
export const movement = defineTable<MovementRow>({
  name: "movement",
  columns: {
    wallet_id: text(),
    movement_id: text(),
    direction: text<"in" | "out">(),
    asset: text(),
    amount: amount(),
    fee: amount(),
    reference: nullable(text()),
    tx_hash: nullable(text()),
    counterparty: nullable(text()),
    at: time(),
    height: nullable(text()),
    transfer_id: nullable(text()),
    unexplained: bool(),
    gone: bool(),
  },
  key: ["wallet_id", "movement_id"],
  indexes: [["transfer_id"], ["wallet_id", "at"], ["wallet_id", "unexplained"]],
});

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

/**
 * `open` until its movement is listed (`matched`) or its time is over (`missed`). `late`: its movement had been listed before it was
 * announced, so that it explains nothing by itself.
 */
export interface ExpectedFlowRow {
  id: string;
  wallet_id: string;
  /** The back office's own name of it; once per wallet. */
  reference: string;
  asset: AssetId;
  direction: "in" | "out";
  /** Base units, without the fee. */
  amount: bigint;
  /** Where it is paid to, or comes from; null: not said. */
  destination: string | null;
  /** Null until it is known, or for ever. */
  tx_hash: string | null;
  /** The venue's time of its movement lies between these. */
  from_at: Instant;
  until_at: Instant;
  state: "open" | "matched" | "missed" | "late";
  /** Its movement in the wallet. */
  movement_id: string | null;
  created_at: Instant;
  created_by: string;
  ended_at: Instant | null;
}

export const expectedFlow = defineTable<ExpectedFlowRow>({
  name: "expected_flow",
  columns: {
    id: text(),
    wallet_id: text(),
    reference: text(),
    asset: text(),
    direction: text<"in" | "out">(),
    amount: amount(),
    destination: nullable(text()),
    tx_hash: nullable(text()),
    from_at: time(),
    until_at: time(),
    state: text<ExpectedFlowRow["state"]>(),
    movement_id: nullable(text()),
    created_at: time(),
    created_by: text(),
    ended_at: nullable(time()),
  },
  key: ["id"],
  indexes: [
    ["wallet_id", "state"],
    ["state", "until_at"],
    ["wallet_id", "movement_id"],
  ],
});
