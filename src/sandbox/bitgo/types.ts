/** The BitGo fake's own words: coins, wallets, transfers, pending approvals and webhooks, all in base units of the coin. */
import type { Instant } from "../../ports/index.ts";

/** `utxo`: the fee is the wallet's own; `account`: a flat fee of the coin; `token`: the fee is paid in another coin. */
export type BitgoCoinKind = "utxo" | "account" | "token";

export interface BitgoCoin {
  /** BitGo's name: `btc`, `eth`, `usdt`. */
  readonly coin: string;
  readonly kind: BitgoCoinKind;
  /** The coin whose wallets hold it; itself unless it is a token. */
  readonly wallet_coin: string;
  /** Utxo: base units per 1,000 virtual bytes. Account: base units per transaction. Token: 0. */
  readonly fee: bigint;
  readonly block_ms: number;
}

export type BitgoTransferState =
  | "initialized"
  | "pendingApproval"
  | "signed"
  | "unconfirmed"
  | "confirmed"
  | "failed"
  | "rejected"
  | "removed"
  | "replaced";

export interface BitgoWallet {
  readonly id: string;
  readonly coin: string;
  readonly label: string;
  readonly address: string;
  /** Every send waits for people. */
  needs_approval: boolean;
  /** Nothing leaves it now: sends answer 423. */
  locked: boolean;
  /** Its contract or first address is not on the chain yet. */
  ready_at: Instant;
  readonly balances: Map<string, BitgoBalance>;
  /** Further receive addresses, with the instant from which each is usable. */
  readonly addresses: { readonly id: string; readonly address: string; readonly ready_at: Instant }[];
}

export interface BitgoBalance {
  confirmed: bigint;
  /** Amount and fee of sends that are not confirmed yet. */
  held: bigint;
  /** Receives that are not confirmed yet. */
  incoming: bigint;
}

export interface BitgoTransfer {
  readonly id: string;
  readonly coin: string;
  readonly wallet: string;
  readonly type: "send" | "receive";
  state: BitgoTransferState;
  /** What the recipient gets (send) or what arrived (receive). */
  readonly amount: bigint;
  readonly fee: bigint;
  readonly address: string;
  readonly memo: string | null;
  readonly sequence_id: string | null;
  readonly comment: string;
  /** Empty until it is signed. */
  txid: string;
  readonly created_at: Instant;
  changed_at: Instant;
  confirmed_at: Instant | null;
  height: number;
  /** Transaction hashes that took its place. */
  replaced_by: string[];
  replaces: string[];
  /** When it moves on by itself; null: it does not. */
  due_at: Instant | null;
}

export interface BitgoApproval {
  readonly id: string;
  readonly transfer_id: string;
  readonly wallet: string;
  readonly coin: string;
  readonly creator: string;
  readonly created_at: Instant;
  state: "pending" | "approved" | "rejected";
  /** What would be signed. Differs from the transfer when somebody in between has changed it. */
  recipients: { readonly address: string; readonly amount: bigint }[];
  resolved_by: string | null;
  resolved_at: Instant | null;
}

export interface BitgoWebhook {
  readonly id: string;
  readonly wallet: string;
  readonly coin: string;
  readonly type: string;
  readonly url: string;
  readonly created_at: Instant;
}

export interface SendRequest {
  readonly wallet: BitgoWallet;
  readonly coin: BitgoCoin;
  readonly address: string;
  readonly memo: string | null;
  readonly amount: bigint;
  readonly sequence_id: string | null;
  readonly comment: string;
  /** Utxo only: base units per 1,000 virtual bytes. */
  readonly fee_rate_max: bigint | null;
  /** Account coins only: gas limit times the highest price of gas. */
  readonly fee_max: bigint | null;
}

export interface Refusal {
  readonly status: number;
  readonly name: string;
  readonly error: string;
}
