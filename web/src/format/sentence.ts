/** The server's sentences carry exact decimals; people read grouped ones. */
import { formatAmount } from "./amount.ts";

/** A decimal followed by the name of an asset: "2524000.000000 USDT". */
const AMOUNT = /(?<![\w.,-])(-?\d{1,78}(?:\.\d{1,30})?) (?=[A-Z][A-Z0-9]{1,9}\b)/g;

/**
 * Groups the amounts in a sentence and drops their trailing zeros; nothing else is touched.
 * @example readable("Move 2524000.000000 USDT.") // "Move 2,524,000 USDT."
 */
export function readable(sentence: string): string {
  return sentence.replace(AMOUNT, (_match, amount: string) => {
    const plain = amount.includes(".") ? amount.replace(/0+$/, "").replace(/\.$/, "") : amount;
    return `${formatAmount(plain)}\u00a0`;
  });
}
