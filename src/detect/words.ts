/** Figures of the detectors as people read them: grouped, in their unit, never in powers of ten. */

const WHOLE_FROM = 1_000;
/** No asset has a smaller unit. */
const NOTHING_BELOW = 1e-18;
const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });
const TIMES = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 2 });

/** @example figureText(252_412.4, "USDT") // "252,412 USDT" */
export function figureText(value: number, unit?: string): string {
  return unit === undefined ? plain(value) : `${plain(value)} ${unit}`;
}

/** How many times the usual, as far as that can be said. @example timesText(8.412) // "8.4" */
export function timesText(times: number): string {
  return (times >= 10 ? WHOLE : TIMES).format(times);
}

function plain(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size >= Number.MAX_SAFE_INTEGER) return "more than can be counted";
  if (size < NOTHING_BELOW) return "0";
  return (size >= WHOLE_FROM ? WHOLE : SHORT).format(value);
}
