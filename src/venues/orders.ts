/**
 * Orders at a market: what a liquidation sells and a settlement buys. The same three rules as for transfers: the outcome of
 * placing is `accepted | rejected | unknown`, a look-up that failed is not an absence, an unknown status word is open and never
 * final. Amounts are base units of our own registry; a price is quote units per whole base coin, as an exact decimal string.
 */
import type { AssetId } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import type { CancelOutcome } from "./port.ts";

export interface VenueOrders {
  /**
   * What an order moved is listed with that order's reference (`listMovements`). Only then can its fills be told from the moves of
   * others, so nothing is sold by a machine where it is false.
   */
  readonly references_fills: boolean;
  /** The markets that this venue can trade, with their least amounts and steps. @throws VenueError */
  listMarkets(): Promise<readonly VenueMarket[]>;
  /** What the amount would bring now, fees taken off, from the venue's own book. No effect. @throws VenueError */
  quote(request: QuoteRequest): Promise<VenueQuote>;
  /** One effect for each `reference`. Never throws for an outcome. */
  place(order: OrderRequest): Promise<OrderOutcome>;
  /** Looks an order up by our reference. Never throws for an answer. */
  find(query: OrderQuery): Promise<OrderFindOutcome>;
  /** Takes back what is not filled yet. */
  cancel(query: OrderQuery): Promise<CancelOutcome>;
}

export interface VenueMarket {
  readonly base: AssetId;
  readonly quote: AssetId;
  readonly enabled: boolean;
  /** Of the base asset. */
  readonly amount_min: bigint;
  readonly amount_step: bigint;
  /** Of the quote asset; 0n: none is stated. */
  readonly value_min: bigint;
  /** Taker's fee in parts per million of the proceeds. */
  readonly fee_ppm: number;
}

export interface QuoteRequest {
  readonly account: string;
  readonly base: AssetId;
  readonly quote: AssetId;
  readonly side: "sell" | "buy";
  /** Of the base asset. */
  readonly amount: bigint;
}

export interface VenueQuote {
  /** Sell: what would arrive, net. Buy: what would be paid, fees included. Of the quote asset. */
  readonly value: bigint;
  readonly fee: bigint;
  /** Worst price among the levels used. */
  readonly price_worst: string;
  /** Less than the amount asked for where the book is too thin. */
  readonly amount_available: bigint;
  readonly as_of: Instant;
}

export interface OrderRequest {
  /** Our client reference, durable before the call. */
  readonly reference: string;
  /** The wallet's account at the venue. */
  readonly account: string;
  readonly base: AssetId;
  readonly quote: AssetId;
  readonly side: "sell" | "buy";
  /** Of the base asset; a multiple of the market's step. */
  readonly amount: bigint;
  /** Never worse than this; what cannot be filled at once at this price is cancelled by the venue (immediate or cancel). */
  readonly price_limit: string;
}

export type OrderOutcome =
  | { readonly outcome: "accepted"; readonly venue_ref: string }
  | { readonly outcome: "rejected"; readonly code: string; readonly message: string }
  | { readonly outcome: "unknown"; readonly message: string };

export interface OrderQuery {
  readonly reference: string;
  readonly venue_ref: string | null;
  readonly account: string;
  readonly base: AssetId;
  readonly quote: AssetId;
}

export type OrderFindOutcome =
  | { readonly outcome: "found"; readonly order: VenueOrder }
  | { readonly outcome: "absent"; readonly as_of: Instant }
  | { readonly outcome: "unreadable"; readonly message: string };

export interface VenueOrder {
  readonly venue_ref: string;
  readonly reference: string | null;
  readonly status: "open" | "filled" | "cancelled" | "rejected";
  /** No more fills can come. */
  readonly final: boolean;
  readonly side: "sell" | "buy";
  /** Filled so far, of the base asset. */
  readonly amount_filled: bigint;
  /** Of the quote asset, before the fee. */
  readonly value_filled: bigint;
  readonly fee: bigint;
  readonly fee_asset: AssetId | null;
  readonly raw_status: string;
}
