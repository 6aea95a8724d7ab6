/** Quotes of all sources, kept as they come; the price is made of them whenever it is asked for, so that it ages by itself. */
import { emit } from "../../audit/index.ts";
import type { AssetId } from "../../money/index.ts";
import type { PriceState } from "../../policy/types.ts";
import { convertQuote, priceFrom } from "../../prices/index.ts";
import type { PriceSource, Quote } from "../../prices/types.ts";
import { messageOf } from "../../transfers/index.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps } from "../types.ts";
import { watchPrice } from "../watch/watch_prices.ts";
import { creditAssets, passGate } from "./credit_prices.ts";

/** Null when no source is configured: then nothing can depend on a price. */
export function priceOf(deps: DaemonDeps, state: DaemonState, asset: AssetId): PriceState | null {
  const { config, price_sources, clock } = deps;
  if (price_sources.length === 0) return null;
  return priceFrom(countedQuotes(deps, state, asset), config.prices.policy, clock.now(), config.currency);
}

/** The last quote of every source, in the reference currency. */
export function countedQuotes(deps: DaemonDeps, state: DaemonState, asset: AssetId): readonly Quote[] {
  const quotes = deps.price_sources.flatMap((source) => state.quotes.get(quoteKey(source, asset)) ?? []);
  return quotes.flatMap((quote) => inReferenceCurrency(deps, state, asset, quote) ?? []);
}

/** Null where the quote counts in a coin that has no fresh price itself, or in the coin that it prices. */
function inReferenceCurrency(deps: DaemonDeps, state: DaemonState, asset: AssetId, quote: Quote): Quote | null {
  if (quote.currency === undefined) return quote;
  const counted_in = deps.config.assets.get(quote.currency);
  if (counted_in === undefined || counted_in.id === asset) return null;
  const direct = deps.price_sources
    .flatMap((source) => state.quotes.get(quoteKey(source, counted_in.id)) ?? [])
    .filter((entry) => entry.currency === undefined);
  const price = priceFrom(direct, deps.config.prices.policy, deps.clock.now(), deps.config.currency);
  return convertQuote(quote, { asset: counted_in.id, decimals: counted_in.decimals, price });
}

/** Asks every source once, when it is time; a source that fails is left out and its last quote ages. */
export async function pollPrices(deps: DaemonDeps, state: DaemonState): Promise<void> {
  const now = deps.clock.now();
  if (deps.price_sources.length === 0 || now < state.prices_due_at) return;
  const assets = pricedAssets(deps);
  await Promise.all(assets.flatMap((asset) => deps.price_sources.map((source) => poll(deps, state, source, asset))));
  state.prices_due_at = now + deps.config.prices.poll_interval_ms;
  for (const asset of assets) {
    await recordStatus(deps, state, asset);
    watchPrice(deps, state, asset, priceOf(deps, state, asset));
    passGate(deps, state, asset, countedQuotes(deps, state, asset));
  }
}

/** The pools' assets, what lending needs, and the coins that a source counts in. */
function pricedAssets({ config, price_sources }: DaemonDeps): readonly AssetId[] {
  const counted_in = price_sources.flatMap((it) => it.counts_in ?? []);
  return [...new Set([...config.pools.map((pool) => pool.asset), ...counted_in, ...creditAssets({ config })])];
}

async function poll(deps: DaemonDeps, state: DaemonState, source: PriceSource, asset: AssetId): Promise<void> {
  try {
    state.quotes.set(quoteKey(source, asset), await source.fetchQuote(asset, deps.config.currency.id));
  } catch (error) {
    deps.log.warn({ source: source.id, asset, cause: messageOf(error) }, "A price source did not answer.");
  }
}

async function recordStatus(deps: DaemonDeps, state: DaemonState, asset: AssetId): Promise<void> {
  const price = priceOf(deps, state, asset);
  const from_status = state.price_status.get(asset) ?? null;
  if (price === null || price.status === from_status) return;
  await deps.store.tx("price.state", (tx) =>
    emit(tx, deps.ids, {
      kind: "price.state",
      ref: asset,
      actor: "daemon",
      at: deps.clock.now(),
      payload: {
        asset,
        currency: price.currency,
        from_status,
        to_status: price.status,
        sources: price.sources,
        spread_ppm: price.spread_ppm,
        as_of: price.as_of,
      },
    }),
  );
  state.price_status.set(asset, price.status);
}

function quoteKey(source: PriceSource, asset: AssetId): string {
  return `${source.id}/${asset}`;
}
