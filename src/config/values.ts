/** The small notations of the configuration: durations, shares, speeds, amounts. Each throws a TidegateError with its code. */
import { TidegateError } from "../errors/index.ts";
import { type Asset, parseDecimal } from "../money/index.ts";

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNIT_MS;
/** Longest duration: two years. */
export const DURATION_MAX_MS = 2 * 366 * UNIT_MS.d;

export const DURATION_PATTERN = "^(\\d{1,9}(ms|s|m|h|d))+$";
export const SHARE_PATTERN = "^\\d{1,3}(\\.\\d{1,4})?\\s*%$";
export const AMOUNT_PATTERN = "^\\d+(\\.\\d+)?\\s+\\S+$";
export const SPEED_PATTERN = "^(\\d{1,9}(ms|s|m|h|d))+/s$";

/**
 * Milliseconds of "30m", "24h", "1h30m", "0s".
 * @throws TidegateError config_duration_malformed
 */
export function parseDuration(text: string): number {
  if (!new RegExp(DURATION_PATTERN).test(text)) {
    throw invalid("config_duration_malformed", `"${text}" is not a duration; write it like 30m, 24h or 1h30m.`);
  }
  let total_ms = 0;
  for (const [, count = "0", unit = "s"] of text.matchAll(/(\d+)(ms|s|m|h|d)/g)) {
    total_ms += Number(count) * UNIT_MS[unit as Unit];
  }
  if (total_ms > DURATION_MAX_MS) {
    throw invalid("config_duration_malformed", `"${text}" is longer than two years.`);
  }
  return total_ms;
}

/**
 * Hours of treasury time per second of "1h/s", "1s/s".
 * @throws TidegateError config_duration_malformed
 */
export function parseSpeed(text: string): number {
  const match = /^(.+)\/s$/.exec(text);
  const step_ms = match === null ? 0 : parseDuration(match[1] ?? "");
  if (step_ms === 0) {
    throw invalid("config_duration_malformed", `"${text}" is not a speed; write it like 1h/s, or 1s/s for real time.`);
  }
  return step_ms / UNIT_MS.h;
}

/**
 * Parts per million of "0.5%".
 * @throws TidegateError config_share_malformed
 * @example parseShare("0.5%") // 5000
 */
export function parseShare(text: string): number {
  const match = /^(\d{1,3}(?:\.\d{1,4})?)\s*%$/.exec(text.trim());
  const ppm = match === null ? -1 : Number(parseDecimal(match[1] ?? "", 4));
  if (ppm < 0 || ppm > 1_000_000) {
    throw invalid("config_share_malformed", `"${text}" is not a share; write it like 0.5% (0% to 100%).`);
  }
  return ppm;
}

/**
 * Base units of "10000 USDT". The asset must be the one that is expected here: an amount without its asset is refused.
 * @throws TidegateError config_amount_malformed | config_amount_too_precise | config_amount_too_large | config_amount_wrong_asset
 */
export function parseAmount(text: string, asset: Asset): bigint {
  const [number = "", name, ...rest] = text.trim().split(/\s+/);
  if (name === undefined || rest.length > 0) {
    throw invalid("config_amount_malformed", `"${text}" is not an amount; write it like 10000 ${asset.id}.`);
  }
  if (name !== asset.id) {
    throw invalid("config_amount_wrong_asset", `"${text}" must be an amount of ${asset.id}.`);
  }
  if (number.startsWith("-")) throw invalid("config_amount_malformed", `"${text}" is negative.`);
  return parseUnits(number, asset);
}

function parseUnits(number: string, asset: Asset): bigint {
  try {
    return parseDecimal(number, asset.decimals);
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    throw new TidegateError(error.kind, `config_${error.code}`, error.message, error.facts, error);
  }
}

function invalid(code: string, message: string): TidegateError {
  return new TidegateError("invalid", code, message);
}
