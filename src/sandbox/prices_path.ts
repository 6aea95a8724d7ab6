/**
 * The sandbox's prices as a pure function of seed and time: value noise in octaves. Each octave's swing grows with the root
 * of its period, as the deviation of a random walk does, up to six weeks; beyond that the price stays around its base.
 */
import { divide, parseDecimal } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { unit } from "./random.ts";

export const PRICE_DECIMALS = 8;
/** Feeds renew their price this often. */
export const PRICE_STEP_MS = 60_000;
const QUARTER_HOUR_MS = 900_000;
const OCTAVES = 7;
const OCTAVE_GROWTH = 4;
const PPB = 1_000_000_000;

/** USD per whole asset, and the swing of the shortest octave as a share. */
const BASES: Readonly<Record<string, { readonly price: string; readonly swing: number }>> = {
  BTC: { price: "60000", swing: 0.001 },
  ETH: { price: "3000", swing: 0.0013 },
  USDT: { price: "1", swing: 0.000005 },
};
const OTHER = { price: "1", swing: 0.0005 };
/** How far a feed may stand from the others, as a share. */
const FEED_SPREAD = 0.0005;

/** What a scenario multiplies prices by at a time; absent: nothing happens to them. */
export type PriceShift = (asset: string, at: Instant) => number;

/** Price in units of 10^-8 USD that the feed shows at `at`. @example feedPrice(7, "feed-a", "BTC", at) // ~ 6_000_000_000_000n */
export function feedPrice(seed: number, feed: string, asset: string, at: Instant, shift: PriceShift = unmoved): bigint {
  const { swing } = BASES[asset] ?? OTHER;
  const step = Math.floor(at / PRICE_STEP_MS);
  const own = FEED_SPREAD * Math.min(1, swing * 1_000) * (2 * unit(seed, `price/${asset}/${feed}`, step) - 1);
  return priceAt(seed, asset, step * PRICE_STEP_MS, Math.exp(own) * shift(asset, step * PRICE_STEP_MS));
}

/** What the market itself says, between the feeds. */
export function marketPrice(seed: number, asset: string, at: Instant, shift: PriceShift = unmoved): bigint {
  const from = Math.floor(at / PRICE_STEP_MS) * PRICE_STEP_MS;
  return priceAt(seed, asset, from, shift(asset, from));
}

const unmoved: PriceShift = () => 1;

function priceAt(seed: number, asset: string, at: Instant, times: number): bigint {
  const { price, swing } = BASES[asset] ?? OTHER;
  const factor = Math.exp(walk(seed, asset, at, swing)) * times;
  return divide(parseDecimal(price, PRICE_DECIMALS) * BigInt(Math.round(factor * PPB)), BigInt(PPB), "half_even");
}

/** Logarithm of the price relative to its base. */
function walk(seed: number, asset: string, at: Instant, swing: number): number {
  let sum = 0;
  let period_ms = QUARTER_HOUR_MS;
  let height = swing;
  for (let octave = 0; octave < OCTAVES; octave += 1) {
    sum += height * valueNoise(seed, `price/${asset}/${octave}`, at / period_ms);
    period_ms *= OCTAVE_GROWTH;
    height *= Math.sqrt(OCTAVE_GROWTH);
  }
  return sum;
}

/** Smooth noise in [-1, 1): random values at whole positions, eased between them. */
function valueNoise(seed: number, stream: string, position: number): number {
  const left = Math.floor(position);
  const t = position - left;
  const eased = t * t * (3 - 2 * t);
  const a = 2 * unit(seed, stream, left) - 1;
  const b = 2 * unit(seed, stream, left + 1) - 1;
  return a + (b - a) * eased;
}
