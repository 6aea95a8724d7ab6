/** What would cure a loan, in one sentence a borrower can act on. */
import type { FacilityDetail, Money } from "../api/types.ts";
import { formatAmount } from "../format/amount.ts";
import { isZero } from "../format/decimal.ts";

export type Offer = NonNullable<FacilityDetail["calculator"]>["cure"];

/**
 * @returns null when nothing is needed
 * @example cureText(offer) // "deposit 0.412 BTC or repay 18,200.00 USD"
 */
export function cureText({ repay, deposits }: Offer): string | null {
  if (isZero(repay.amount)) return null;
  return [...deposits.map((money) => `deposit ${textOf(money)}`), `repay ${textOf(repay)}`].join(" or ");
}

/** Coins without their trailing zeros, money with its digits. */
function textOf({ amount, asset }: Money): string {
  const fraction = amount.split(".")[1] ?? "";
  const plain = fraction.length > 2 ? amount.replace(/0+$/, "").replace(/\.$/, "") : amount;
  return `${formatAmount(plain)}\u00a0${asset}`;
}
