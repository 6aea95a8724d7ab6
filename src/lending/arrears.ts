/** Instalments of a schedule: what of the principal should have been repaid by now and was not. Pure. */
import { DAY_MS, readDay } from "./terms.ts";
import type { FacilityRow } from "./types.ts";

export interface Arrears {
  /** The first instalment that is not paid in full. */
  readonly due_on: string;
  readonly due_day: number;
  /** Of all instalments that are due, base units. */
  readonly amount: bigint;
}

/** Null while every instalment through yesterday is paid. Payments count for the oldest first; nothing is due of what was never drawn. */
export function arrearsOf(
  { terms, disbursed, principal, shortfall }: Pick<FacilityRow, "terms" | "disbursed" | "principal" | "shortfall">,
  today: number,
): Arrears | null {
  if (shortfall > 0n) return null;
  const repaid = disbursed - principal;
  let owed = 0n;
  let first: Pick<Arrears, "due_on" | "due_day"> | null = null;
  for (const { due_on, amount } of terms.schedule) {
    const due_day = readDay(due_on);
    if (due_day >= today) break;
    const due = owed + BigInt(amount);
    owed = due < disbursed ? due : disbursed;
    if (first === null && owed > repaid) first = { due_on, due_day };
  }
  return first === null ? null : { ...first, amount: owed - repaid };
}

/** Days after its due day within which a missed payment is no default yet. */
export function graceDays({ terms }: Pick<FacilityRow, "terms">): number {
  return Math.ceil(terms.grace_ms / DAY_MS);
}

export function missedNote({ due_on }: Pick<Arrears, "due_on">): string {
  return `The instalment of ${due_on} is missed.`;
}
