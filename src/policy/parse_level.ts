/** Reads one level as people write it: `5%`, `150000 USDT`, `10000 USD`. */
import { TidegateError } from "../errors/index.ts";
import { type Asset, compareRatios, parseDecimal, percent, ratio } from "../money/index.ts";
import type { Level } from "./types.ts";

const PERCENT = /^(\d+(?:\.\d+)?)\s*%$/;
const QUANTITY = /^(\d+(?:\.\d+)?)\s+(\S+)$/;
const TEXT_CHARS_MAX = 120;

/**
 * A share of the pool's total, an amount of its asset, or a value in the reference currency.
 * @throws TidegateError level_malformed | level_unit_unknown | amount_too_precise | amount_too_large
 * @example parseLevel("5%", { asset: usdt, currency: usd }) // { kind: "percent", share: 5/100, text: "5%" }
 */
export function parseLevel(text: string, units: { readonly asset: Asset; readonly currency: Asset }): Level {
  const trimmed = text.slice(0, TEXT_CHARS_MAX + 1).trim();
  const share = PERCENT.exec(trimmed)?.[1];
  if (share !== undefined) return percentLevel(share);
  const [, number, unit] = QUANTITY.exec(trimmed) ?? [];
  if (number === undefined || unit === undefined || trimmed.length > TEXT_CHARS_MAX) throw malformed(text, units);
  const { asset, currency } = units;
  if (unit === asset.id) {
    return { kind: "amount", units: parseDecimal(number, asset.decimals), text: `${number} ${unit}` };
  }
  if (unit === currency.id) {
    const value = parseDecimal(number, currency.decimals);
    return { kind: "value", value, currency: currency.id, text: `${number} ${unit}` };
  }
  throw new TidegateError(
    "invalid",
    "level_unit_unknown",
    `"${text.slice(0, 40)}" is in ${unit.slice(0, 20)}; this pool's levels are in %, ${asset.id} or ${currency.id}.`,
    { unit: unit.slice(0, 20) },
  );
}

/** @example percentLevel("15") // 15 % of the pool's total */
export function percentLevel(number: string): Level {
  const share = percent(number);
  if (compareRatios(share, ratio(1n, 1n)) > 0) {
    throw new TidegateError("invalid", "level_malformed", `"${number.slice(0, 40)}%" is more than the whole pool.`);
  }
  return { kind: "percent", share, text: `${number}%` };
}

function malformed(text: string, units: { readonly asset: Asset; readonly currency: Asset }): TidegateError {
  return new TidegateError(
    "invalid",
    "level_malformed",
    `"${text.slice(0, 40)}" is not a level; write it like 5%, 150000 ${units.asset.id} or 10000 ${units.currency.id}.`,
  );
}
