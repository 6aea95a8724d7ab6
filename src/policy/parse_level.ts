/** Reads one level as people write it: `5%`, `150000 USDT`, `10000 USD`, `cover 24h at p99`, `max(5%, cover lead time at p99)`. */
import { TidegateError } from "../errors/index.ts";
import { type Asset, compareRatios, parseDecimal, percent, ratio } from "../money/index.ts";
import type { Level } from "./types.ts";

const PERCENT = /^(\d+(?:\.\d+)?)\s*%$/;
const QUANTITY = /^(\d+(?:\.\d+)?)\s+(\S+)$/;
const COVER = /^cover\s+(?:(\d{1,4})([hd])|lead\s+time)\s+at\s+p(\d{2}(?:\.\d{1,4})?)$/;
const EITHER = /^(max|min)\s*\((.*)\)$/s;
const TEXT_CHARS_MAX = 120;
const OPERANDS_MAX = 4;
const HOUR_MS = 3_600_000;
/** Longest horizon of a forecast: five weeks. */
const HORIZON_MS_MAX = 35 * 24 * HOUR_MS;

interface Units {
  readonly asset: Asset;
  readonly currency: Asset;
}

/**
 * A share of the pool's total, an amount of its asset, a value in the reference currency, the net outflow that a forecast wants
 * covered, or the larger or smaller of up to four of these.
 * @throws TidegateError level_malformed | level_unit_unknown | amount_too_precise | amount_too_large
 * @example parseLevel("5%", { asset: usdt, currency: usd }) // { kind: "percent", share: 5/100, text: "5%" }
 */
export function parseLevel(text: string, units: Units): Level {
  const trimmed = text.slice(0, TEXT_CHARS_MAX + 1).trim();
  if (trimmed.length > TEXT_CHARS_MAX) throw malformed(text, units);
  const [, kind, inner] = EITHER.exec(trimmed) ?? [];
  if (inner === undefined) return parseSimple(trimmed, units);
  const of = inner.split(",").map((part) => parseSimple(part.trim(), units));
  if (of.length < 2 || of.length > OPERANDS_MAX) throw malformed(text, units);
  return {
    kind: kind === "min" ? "min" : "max",
    of,
    text: `${kind}(${of.map((one) => one.text).join(", ")})`,
  };
}

function parseSimple(trimmed: string, units: Units): Level {
  const cover = COVER.exec(trimmed);
  if (cover !== null) return coverLevel(cover, trimmed, units);
  const share = PERCENT.exec(trimmed)?.[1];
  if (share !== undefined) return percentLevel(share);
  const [, number, unit] = QUANTITY.exec(trimmed) ?? [];
  if (number === undefined || unit === undefined) throw malformed(trimmed, units);
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
    `"${trimmed.slice(0, 40)}" is in ${unit.slice(0, 20)}; this pool's levels are in %, ${asset.id} or ${currency.id}.`,
    { unit: unit.slice(0, 20) },
  );
}

/** `p99.5` is 995,000 parts per million; less than p50 would cover the quiet half of the time only. */
function coverLevel(match: RegExpExecArray, text: string, units: Units): Level {
  const [, count, unit, quantile = "0"] = match;
  const horizon_ms = count === undefined ? null : Number(count) * (unit === "d" ? 24 * HOUR_MS : HOUR_MS);
  const quantile_ppm = Number(parseDecimal(quantile, 4));
  if (horizon_ms !== null && (horizon_ms === 0 || horizon_ms > HORIZON_MS_MAX)) throw malformed(text, units);
  if (quantile_ppm < 500_000) throw malformed(text, units);
  const horizon = count === undefined ? "lead time" : `${Number(count)}${unit}`;
  return { kind: "cover", horizon_ms, quantile_ppm, text: `cover ${horizon} at p${quantile}` };
}

/** @example percentLevel("15") // 15 % of the pool's total */
export function percentLevel(number: string): Level {
  const share = percent(number);
  if (compareRatios(share, ratio(1n, 1n)) > 0) {
    throw new TidegateError("invalid", "level_malformed", `"${number.slice(0, 40)}%" is more than the whole pool.`);
  }
  return { kind: "percent", share, text: `${number}%` };
}

function malformed(text: string, units: Units): TidegateError {
  return new TidegateError(
    "invalid",
    "level_malformed",
    `"${text.slice(0, 40)}" is not a level; write it like 5%, 150000 ${units.asset.id}, 10000 ${units.currency.id}, cover 24h at p99 or max(5%, cover lead time at p99).`,
  );
}
