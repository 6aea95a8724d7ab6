/** The server's sentences carry exact decimals; people read grouped ones. */
import { formatAmount } from "./amount.ts";
import { formatDateTime } from "./time.ts";

/** The instant of a sentence, to the millisecond. */
const INSTANT = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z/g;
/** A decimal, grouped or not, followed by the name of an asset: "2524000.000000 USDT". */
const AMOUNT = /(?<![\w.,-])(-?\d[\d,]{0,103}(?:\.\d{1,30})?) (?=[A-Z][A-Z0-9]{1,9}\b)/g;

/**
 * Groups the amounts in a sentence and drops their trailing zeros, and writes instants as people read them; nothing else is touched.
 * @example readable("Move 2524000.000000 USDT.") // "Move 2,524,000 USDT."
 */
export function readable(sentence: string): string {
  const told = sentence.replace(INSTANT, (instant) => `${formatDateTime(instant).replace(/:00$/, "")}\u00a0UTC`);
  return told.replace(AMOUNT, (_match, amount: string) => {
    const exact = amount.replaceAll(",", "");
    const plain = exact.includes(".") ? exact.replace(/0+$/, "").replace(/\.$/, "") : exact;
    return `${formatAmount(plain)}\u00a0`;
  });
}
