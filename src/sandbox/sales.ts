/**
 * Sales at the sandbox exchange: a market without depth, at the price of the moment less a spread, whole or not at all, with a fee
 * off the proceeds. What is sold leaves the world, and what it brings comes into it; both movements name the order.
 */
import { createHash } from "node:crypto";
import { type Asset, type AssetId, divide, parseDecimal } from "../money/index.ts";
import { Draft } from "./draft.ts";
import type { Patch, WorldOrder, WorldState } from "./types.ts";

/** What an order pays below the market, and its fee, in parts per million. */
const SPREAD_PPM = 500n;
export const FEE_PPM = 1_000;
const PPM = 1_000_000n;
const REFERENCE = /^[A-Za-z0-9_.:-]{1,64}$/;

/** Steps and least amounts, decimal strings of whole units. */
const LOTS: Readonly<Record<AssetId, { readonly step: string; readonly minimum: string }>> = {
  BTC: { step: "0.0001", minimum: "0.001" },
  ETH: { step: "0.001", minimum: "0.01" },
};

export interface Lot {
  readonly step: bigint;
  readonly minimum: bigint;
}

/** Null: it is not sold here. */
export function lotOf({ id, decimals }: Asset): Lot | null {
  const lot = LOTS[id];
  if (lot === undefined) return null;
  return { step: parseDecimal(lot.step, decimals), minimum: parseDecimal(lot.minimum, decimals) };
}

/** Base units of the quote asset for an amount of the base asset, below the market by the spread, rounded down. */
export function worthOf(amount: bigint, base: Asset, quote: Asset, price: (asset: AssetId) => bigint): bigint {
  const num = amount * price(base.id) * 10n ** BigInt(quote.decimals) * (PPM - SPREAD_PPM);
  return divide(num, price(quote.id) * 10n ** BigInt(base.decimals) * PPM, "down");
}

export function feeOf(value: bigint): bigint {
  return divide(value * BigInt(FEE_PPM), PPM, "up");
}

export interface SaleRequest {
  readonly venue: string;
  readonly reference: string;
  readonly body_digest: string;
  /** Name of the account that has the base asset. */
  readonly account: string;
  readonly base: Asset;
  readonly quote: Asset;
  readonly amount: bigint;
  /** Base units of the quote asset per whole base asset. */
  readonly limit: bigint;
}

export type SaleRefusal = "bad_reference" | "unknown_account" | "no_market" | "bad_step" | "insufficient_balance";

export type SaleResult =
  | { readonly taken: true; readonly patch: Patch; readonly order: WorldOrder }
  | { readonly taken: false; readonly refusal: SaleRefusal };

interface Market {
  readonly seed: number;
  price(asset: AssetId): bigint;
}

/** `desk-btc` is paid into `desk-usdt`. */
export function quoteKeyOf({ venue, account, base, quote }: Pick<SaleRequest, "venue" | "account" | "base" | "quote">) {
  const own = base.id.toLowerCase();
  const stem = account.endsWith(own) ? account.slice(0, -own.length) : `${account}-`;
  return `${venue}/${stem}${quote.id.toLowerCase()}`;
}

/** The reference must not have been used at the venue before. */
export function sale(state: WorldState, request: SaleRequest, market: Market): SaleResult {
  const { venue, reference, body_digest, base, quote, amount, limit } = request;
  const [key, quote_key] = [`${venue}/${request.account}`, quoteKeyOf(request)];
  const [from, into] = [state.accounts.get(key), state.accounts.get(quote_key)];
  const lot = lotOf(base);
  if (!REFERENCE.test(reference)) return { taken: false, refusal: "bad_reference" };
  if (from?.asset !== base.id || into?.asset !== quote.id) return { taken: false, refusal: "unknown_account" };
  if (lot === null || quote.id !== "USDT") return { taken: false, refusal: "no_market" };
  if (amount < lot.minimum || amount % lot.step !== 0n) return { taken: false, refusal: "bad_step" };
  if (from.total - from.held < amount) return { taken: false, refusal: "insufficient_balance" };
  const worth = worthOf(amount, base, quote, (asset) => market.price(asset));
  const wanted = divide(amount * limit, 10n ** BigInt(base.decimals), "up");
  const filled = worth >= wanted ? amount : 0n;
  const value = filled === 0n ? 0n : worth;
  const fee = feeOf(value);
  const id = createHash("sha256").update([venue, "order", reference].join("\n")).digest("hex").slice(0, 20);
  const order: WorldOrder = {
    ...{ id: `${venue}-${id}`, venue, reference, body_digest, base: base.id, quote: quote.id, amount },
    ...{ filled, value, fee, at: state.at },
  };
  const draft = new Draft(state, state.at);
  draft.addOrder(order);
  if (filled > 0n) {
    const named = { fee: 0n, reference, tx_hash: null, counterparty: "market" };
    draft.move(key, { direction: "out", amount: filled, ...named });
    draft.move(quote_key, { direction: "in", amount: value - fee, ...named });
    draft.asset(base.id).sent_outside += filled;
    draft.asset(quote.id).sent_outside -= value - fee;
  }
  return { taken: true, patch: draft.patch(), order };
}
