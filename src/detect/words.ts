/** Figures of the detectors as people read them: grouped, in their unit, never in powers of ten. */
import { groupDecimal } from "../money/index.ts";

const DIGITS = 3;
const WHOLE_FROM = 1_000;
/** No asset has more decimals. */
const DECIMALS_MAX = 18;

/** @example figureText(252_412.4, "USDT") // "252,412 USDT" */
export function figureText(value: number, unit?: string): string {
  return unit === undefined ? plain(value) : `${plain(value)} ${unit}`;
}

/** How many times the usual, as far as that can be said. @example timesText(8.412) // "8.4" */
export function timesText(times: number): string {
  return groupDecimal(times >= 100 ? times.toFixed(0) : String(Number(times.toPrecision(2))));
}

function plain(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size >= Number.MAX_SAFE_INTEGER) return "more than can be counted";
  if (size >= WHOLE_FROM) return groupDecimal(value.toFixed(0));
  if (size === 0) return "0";
  const decimals = Math.min(DECIMALS_MAX, Math.max(0, DIGITS - 1 - Math.floor(Math.log10(size))));
  const text = value.toFixed(decimals);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
