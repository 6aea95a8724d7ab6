/** What the fake exchanges keep. Amounts are base units of the coin; the dialects print them as their exchange would. */
import type { Instant } from "../../ports/index.ts";

export interface ExchangeNetwork {
  /** The exchange's own word: TRX, ERC20, BTC. */
  readonly network: string;
  readonly fee: bigint;
  readonly minimum: bigint;
  readonly maximum: bigint;
  readonly step: bigint;
  readonly confirmations: number;
}

export interface ExchangeCoin {
  readonly coin: string;
  readonly decimals: number;
  readonly networks: readonly ExchangeNetwork[];
}

export interface ExchangeMarket {
  readonly base: string;
  readonly quote: string;
  readonly amount_min: bigint;
  readonly amount_step: bigint;
  /** Of the quote coin. */
  readonly value_min: bigint;
  readonly fee_ppm: bigint;
}

export type WithdrawalState = "review" | "processing" | "completed" | "partial" | "cancelled" | "failed" | "odd";

export interface ExchangeWithdrawal {
  readonly id: string;
  readonly client_id: string | null;
  readonly coin: string;
  readonly network: string;
  readonly address: string;
  readonly tag: string;
  /** What left the account, the fee included. */
  readonly gross: bigint;
  readonly fee: bigint;
  readonly created_at: Instant;
  state: WithdrawalState;
  /** Arrived at the destination. */
  delivered: bigint;
  tx_hash: string | null;
  completed_at: Instant | null;
}

export interface ExchangeDeposit {
  readonly id: string;
  readonly coin: string;
  readonly network: string;
  readonly address: string;
  readonly amount: bigint;
  readonly tx_hash: string;
  readonly at: Instant;
  /** Seen, and not credited yet. */
  pending?: boolean;
}

export interface ExchangeOrder {
  readonly id: string;
  readonly client_id: string | null;
  readonly market: ExchangeMarket;
  readonly side: "sell" | "buy";
  readonly amount: bigint;
  /** Quote units per whole base coin. */
  readonly price_limit: bigint;
  readonly created_at: Instant;
  state: "open" | "filled" | "cancelled";
  filled: bigint;
  /** Of the quote coin, before the fee. */
  value: bigint;
  fee: bigint;
}

export interface ExchangeTrade {
  readonly id: string;
  readonly order: ExchangeOrder;
  readonly amount: bigint;
  readonly value: bigint;
  readonly price: bigint;
  readonly fee: bigint;
  readonly at: Instant;
}

/** One change of a balance, as a ledger lists it. */
export interface ExchangeEntry {
  readonly id: string;
  /** The withdrawal, deposit or trade that it belongs to. */
  readonly ref: string;
  readonly kind: "deposit" | "withdrawal" | "trade";
  readonly coin: string;
  /** Signed, without the fee. */
  readonly change: bigint;
  readonly fee: bigint;
  readonly balance: bigint;
  readonly at: Instant;
}

export interface Refusal {
  readonly refused:
    | "insufficient"
    | "bad_amount"
    | "bad_address"
    | "bad_network"
    | "unknown_coin"
    | "unknown_key"
    | "duplicate"
    | "bad_price";
}
