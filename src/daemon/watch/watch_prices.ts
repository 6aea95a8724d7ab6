/**
 * A price that jumped since the last poll, and a market that has become restless or calm again: the mean squared change of late
 * against the usual one (both exponentially weighted), with hysteresis, so that one regime is told once.
 */
import type { AssetId, Ratio } from "../../money/index.ts";
import type { PriceState } from "../../policy/types.ts";
import type { DaemonState, PriceSeen } from "../state.ts";
import type { DaemonDeps } from "../types.ts";
import { signal } from "./signals.ts";

/** Two per cent between two polls. */
const JUMP_PPM = 20_000n;
const FAST = 1 / 12;
const SLOW = 1 / 288;
/** Polls before a regime is spoken of. */
const WARM_UP = 48;
/** Of the variances: twice and one and a half times the standard deviation. */
const RESTLESS_TIMES = 4;
const CALM_TIMES = 2.25;
const MILLION = 1_000_000n;
/** A change beyond is no more telling. */
const CHANGE_PPM_MAX = 1_000_000n;

export function watchPrice(deps: DaemonDeps, state: DaemonState, asset: AssetId, price: PriceState | null): void {
  if (price?.status !== "fresh" || price.price === null || price.price.num <= 0n) return;
  const last = state.prices_seen.get(asset);
  if (last === undefined) {
    state.prices_seen.set(asset, { price: price.price, fast: 0, slow: 0, seen: 0, restless: false });
    return;
  }
  const change = changePpm(last.price, price.price);
  if (change >= JUMP_PPM) signal(deps, state, "price_jump", asset);
  const now = learn(last, price.price, change);
  if (now.restless !== last.restless) signal(deps, state, "volatility_regime", asset);
  state.prices_seen.set(asset, now);
}

/** Size of the change in parts per million of the price before, exact but for its own rounding down. */
export function changePpm(before: Ratio, after: Ratio): bigint {
  const difference = after.num * before.den - before.num * after.den;
  const ppm = ((difference < 0n ? -difference : difference) * MILLION) / (before.num * after.den);
  return ppm > CHANGE_PPM_MAX ? CHANGE_PPM_MAX : ppm;
}

function learn(last: PriceSeen, price: Ratio, change: bigint): PriceSeen {
  const square = Number(change) ** 2;
  const seen = last.seen + 1;
  const fast = last.fast + (square - last.fast) * Math.max(FAST, 1 / seen);
  const slow = last.slow + (square - last.slow) * Math.max(SLOW, 1 / seen);
  const times = slow > 0 ? fast / slow : 1;
  const restless = seen >= WARM_UP && times > (last.restless ? CALM_TIMES : RESTLESS_TIMES);
  return { price, fast, slow, seen, restless };
}
