/**
 * What lending books, each posting keyed so that it happens once.
 *
 *   deposit     Dr wallet / Cr collateral (it counts) or collateral_waiting (it does not yet)
 *   promised    Dr collateral / Cr collateral_leaving (release) or collateral_selling (sale), with room for the fee
 *   moved       what arrived and the fee leave the promise; the rest of it counts again
 *   sold        Dr collateral_selling / Cr wallet; Dr wallet of the proceeds / Cr loan_proceeds
 *   applied     Dr loan_received / Cr what is owed, in the loan's currency; Dr loan_proceeds / Cr equity: we took the proceeds
 *   disbursal   Dr loan_principal / Cr loan_paid_out; the fee Dr loan_fees / Cr loan_income
 *   repayment   Dr loan_received / Cr fees, interest, principal, shortfall; beyond that it is owed to the customer
 *   shortfall   Dr loan_shortfall / Cr what was owed
 */
import { type AccountRef, credit, customerAccount, debit, type Line, type PostInput } from "../ledger/index.ts";
import type { AssetId } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";

export type LoanAccountKind = Extract<AccountRef["kind"], `loan_${string}` | `collateral${string}`>;

/** Of a facility. */
export function loanAccount(kind: LoanAccountKind, facility_id: string, asset: AssetId): AccountRef {
  return { kind, owner: facility_id, asset };
}

/** Of the lender as a whole: what went to borrowers and came from them beside our wallets. */
export function lenderAccount(kind: "loan_paid_out" | "loan_received", asset: AssetId): AccountRef {
  return { kind, owner: "lender", asset };
}

interface Booked {
  readonly key: string;
  readonly kind: string;
  readonly ref: string;
  readonly memo: string;
  readonly at: Instant;
  readonly lines: readonly Line[];
}

/** A posting without its empty lines; null when nothing is left. */
export function posting({ lines, ...rest }: Booked, basis: "intent" | "fact" = "intent"): PostInput | null {
  const kept = lines.filter(({ amount }) => amount > 0n);
  return kept.length === 0 ? null : { ...rest, basis, lines: kept };
}

/** Where a repayment goes, in this order: fees, interest, principal, shortfall; the rest is the customer's. */
export interface Split {
  readonly to_fees: bigint;
  readonly to_interest: bigint;
  readonly to_principal: bigint;
  readonly to_shortfall: bigint;
  readonly surplus: bigint;
}

interface Owed {
  readonly fees: bigint;
  readonly interest: bigint;
  readonly principal: bigint;
  readonly shortfall: bigint;
}

export function splitRepayment(amount: bigint, owed: Owed): Split {
  let left = amount;
  const take = (most: bigint): bigint => {
    const taken = left < most ? left : most;
    left -= taken;
    return taken;
  };
  const [to_fees, to_interest] = [take(owed.fees), take(owed.interest)];
  const [to_principal, to_shortfall] = [take(owed.principal), take(owed.shortfall)];
  return { to_fees, to_interest, to_principal, to_shortfall, surplus: left };
}

/** Credits to what is owed; together with `surplus` they are the amount. */
export function repaymentLines(facility_id: string, customer_id: string, currency: AssetId, split: Split): Line[] {
  const of = (kind: LoanAccountKind, amount: bigint): Line => credit(loanAccount(kind, facility_id, currency), amount);
  const total = split.to_fees + split.to_interest + split.to_principal + split.to_shortfall + split.surplus;
  return [
    debit(lenderAccount("loan_received", currency), total),
    of("loan_fees", split.to_fees),
    of("loan_interest", split.to_interest),
    of("loan_principal", split.to_principal),
    of("loan_shortfall", split.to_shortfall),
    credit(customerAccount(customer_id, currency), split.surplus),
  ];
}
