/**
 * Prices for lending: of the sources that do not stand still, low for what is held and high for what it is counted in, and trusted
 * only as far as sources, age and jumps allow.
 */
import { crossRate, PriceGate, type PriceTrust, trustIn } from "../../credit/index.ts";
import type { CreditPrice, CreditPrices } from "../../lending/index.ts";
import type { AssetId } from "../../money/index.ts";
import type { PriceState } from "../../policy/types.ts";
import { type EvenMedian, priceFrom, type Quote } from "../../prices/index.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps } from "../types.ts";

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
  const made = madeOf(deps, gate, asset, quotes, "low");
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
  const doubt = gateOf(deps, state)?.doubt(asset) ?? null;
  const waits = trust === "act" && doubt !== null;
  const weak = trust === "act" ? null : `${asset} is ${made.status} with ${made.sources} sources`;
  return {
    trust: waits ? "warn" : trust,
    price: made.price,
    as_of: made.as_of,
    doubt: waits ? `${asset} ${DOUBTS[doubt]}` : weak,
    state: made,
  };
}

const DOUBTS = {
  jump: "jumped further than its limit, and no second poll has confirmed it",
  first: "was read for the first time since the start, and no second poll has confirmed it",
} as const;

function stateOf({ deps, state, quotesOf }: Parts, asset: AssetId, even: EvenMedian): PriceState {
  return madeOf(deps, gateOf(deps, state), asset, quotesOf(asset), even);
}

/** Of the sources that move; where all of them stand still it is as old as their last move, and stale. */
function madeOf(
  { config, clock }: Pick<DaemonDeps, "config" | "clock">,
  gate: PriceGate | null,
  asset: AssetId,
  quotes: readonly Quote[],
  even: EvenMedian,
): PriceState {
  const now = clock.now();
  const moving = gate?.moving(asset, quotes, now) ?? quotes;
  const made = priceFrom(moving, config.prices.policy, now, config.currency, even);
  const still_since = gate?.stillSince(asset, now) ?? null;
  if (still_since === null || made.price === null) return made;
  return { ...made, status: "stale", as_of: still_since };
}
