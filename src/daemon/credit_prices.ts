/**
 * Prices for lending: of the sources that do not stand still, low for what is held and high for what it is counted in, and trusted
 * only as far as sources, age and jumps allow.
 */
import { crossRate, PriceGate, type PriceTrust, trustIn } from "../credit/index.ts";
import type { CreditPrice, CreditPrices } from "../lending/index.ts";
import type { AssetId } from "../money/index.ts";
import type { PriceState } from "../policy/types.ts";
import { type EvenMedian, priceFrom, type Quote } from "../prices/index.ts";
import type { DaemonState } from "./state.ts";
import type { DaemonDeps } from "./types.ts";

/** Assets whose price lending needs: what is pledged, what it is sold for, what is lent. */
export function creditAssets({ config }: Pick<DaemonDeps, "config">): readonly AssetId[] {
  const { credit } = config;
  if (credit === undefined) return [];
  return [...credit.collateral.map(({ asset }) => asset.id), ...credit.liquidation.markets.map(({ quote }) => quote)];
}

/** The gate of this process; made when lending is first looked at. */
export function gateOf(deps: Pick<DaemonDeps, "config">, state: DaemonState): PriceGate | null {
  if (deps.config.credit === undefined) return null;
  state.price_gate ??= new PriceGate(deps.config.credit.prices);
  return state.price_gate;
}

/** After each poll of an asset. */
export function passGate(deps: DaemonDeps, state: DaemonState, asset: AssetId, quotes: readonly Quote[]): void {
  const gate = gateOf(deps, state);
  if (gate === null) return;
  const now = deps.clock.now();
  gate.observe(asset, quotes, now);
  const { policy } = deps.config.prices;
  const made = priceFrom(gate.moving(asset, quotes, now), policy, now, deps.config.currency, "low");
  if (made.price !== null && trustIn(made) === "act") gate.judge(asset, made.price);
}

/** `quotesOf` gives the last quote of every source in the reference currency. */
export function creditPrices(deps: DaemonDeps, state: DaemonState, quotesOf: QuotesOf): CreditPrices {
  const parts = { deps, state, quotesOf };
  return {
    of: (asset, currency) => priceIn(parts, asset, currency),
    sources: (asset) => {
      const frozen = new Set(gateOf(deps, state)?.frozen(asset, deps.clock.now()) ?? []);
      return quotesOf(asset).map((quote) => ({ quote, frozen: frozen.has(quote.source) }));
    },
  };
}

type QuotesOf = (asset: AssetId) => readonly Quote[];

interface Parts {
  readonly deps: DaemonDeps;
  readonly state: DaemonState;
  readonly quotesOf: QuotesOf;
}

function priceIn(parts: Parts, asset: AssetId, currency: AssetId): CreditPrice {
  const { deps } = parts;
  const value = oneOf(parts, asset, "low");
  if (currency === deps.config.currency.id) return { asset, currency, ...value };
  const other = oneOf(parts, currency, "high");
  const decimals = deps.config.assets.get(currency)?.decimals ?? 0;
  const both = value.price !== null && other.price !== null;
  return {
    ...{ asset, currency, state: value.state },
    trust: RANK[other.trust] > RANK[value.trust] ? other.trust : value.trust,
    price: both && value.price && other.price ? crossRate(value.price, other.price, decimals) : null,
    as_of: value.as_of === null || other.as_of === null ? null : Math.min(value.as_of, other.as_of),
    doubt: value.doubt ?? other.doubt,
  };
}

const RANK: Readonly<Record<PriceTrust, number>> = { act: 0, warn: 1, unknown: 2 };

function oneOf(parts: Parts, asset: AssetId, even: EvenMedian): Omit<CreditPrice, "asset" | "currency"> {
  const { deps, state } = parts;
  const made = stateOf(parts, asset, even);
  const trust = trustIn(made);
  const jumped = gateOf(deps, state)?.doubts(asset) === true;
  const doubt = jumped
    ? `${asset} jumped further than its limit, and no second poll has confirmed it`
    : trust === "act"
      ? null
      : `${asset} is ${made.status} with ${made.sources} sources`;
  return {
    trust: jumped && trust === "act" ? "warn" : trust,
    price: made.price,
    as_of: made.as_of,
    doubt,
    state: made,
  };
}

function stateOf({ deps, state, quotesOf }: Parts, asset: AssetId, even: EvenMedian): PriceState {
  const { config, clock } = deps;
  const now = clock.now();
  const quotes = quotesOf(asset);
  const moving = gateOf(deps, state)?.moving(asset, quotes, now) ?? quotes;
  return priceFrom(moving, config.prices.policy, now, config.currency, even);
}
