/**
 * Money between lender and borrower that goes beside our wallets: recorded with its reference, once. A disbursal is let through
 * only while the loan stays below its margin level at prices that may act; a repayment is a fact and is always taken.
 */

import { mayDisburse } from "../credit/index.ts";
import { credit, debit, post } from "../ledger/index.ts";
import { type Tx, tables } from "../store/index.ts";
import { accrueNow } from "./accrue.ts";
import { lenderAccount, loanAccount, posting, repaymentLines, type Split, splitRepayment } from "./books.ts";
import { changeFacility, demandState, emitFor, factsOf, getFacility } from "./change.ts";
import type { LendingDeps } from "./deps.ts";
import { LendingError } from "./errors.ts";
import { holdingsOf, owedOf, pricesFor, WATCHED } from "./position.ts";
import { say } from "./say.ts";
import { dayOf, levelsIn, readDay } from "./terms.ts";
import type { FacilityRow, LoanPaymentRow } from "./types.ts";

const REFERENCE = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/;

export interface PaymentDraft {
  readonly facility_id: string;
  /** Base units of the loan's currency. */
  readonly amount: bigint;
  /** Of the bank or chain; the same reference of a facility is the same payment. */
  readonly reference: string;
  /** `person:<id>`, or the sale that paid. */
  readonly source: string;
}

/** @throws LendingError facility_wrong_state, facility_above_principal, facility_price_untrusted, facility_ltv_too_high */
export function disburse(deps: LendingDeps, draft: PaymentDraft): Promise<LoanPaymentRow> {
  return once(deps, "disbursal", draft, async (tx, before) => {
    demandState(before, ["active"], "nothing is paid out");
    const now = deps.clock.now();
    if (dayOf(now) >= readDay(before.terms.matures_on)) {
      throw new LendingError("facility_wrong_state", `${before.reference} has matured: nothing is paid out.`);
    }
    const left = BigInt(before.terms.principal) - before.disbursed;
    if (draft.amount > left) {
      throw new LendingError(
        "facility_above_principal",
        `${say(deps.config, before.currency, left)} of the principal are left to draw.`,
        {
          facility: before.id,
          left: left.toString(),
        },
      );
    }
    const row = await accrueNow(tx, deps, before);
    const fee = row.disbursed === 0n ? BigInt(row.terms.opening_fee) : 0n;
    demandRoom(deps, row, draft.amount + fee);
    const { id, currency } = row;
    const input = posting({
      key: `loan/${id}/disbursal/${draft.reference}`,
      ...{ kind: "loan_disbursal", ref: id, memo: draft.reference, at: now },
      lines: [
        debit(loanAccount("loan_principal", id, currency), draft.amount),
        credit(lenderAccount("loan_paid_out", currency), draft.amount),
        debit(loanAccount("loan_fees", id, currency), fee),
        credit(loanAccount("loan_income", id, currency), fee),
      ],
    });
    if (input !== null) await post(tx, deps.ids, input);
    const patch = {
      principal: row.principal + draft.amount,
      disbursed: row.disbursed + draft.amount,
      fees: row.fees + fee,
    };
    const next = await changeFacility(tx, row, patch, now);
    return { next, split: { to_fees: 0n, to_interest: 0n, to_principal: 0n, to_shortfall: 0n, surplus: 0n } };
  });
}

/** Takes a payment of the borrower: fees first, then interest, principal and shortfall; the rest is owed to him. */
export function repay(deps: LendingDeps, draft: PaymentDraft): Promise<LoanPaymentRow> {
  return once(deps, "repayment", draft, (tx, row) => takeRepayment(tx, deps, row, draft));
}

/** In the transaction of its caller, for a sale that pays. */
export async function takeRepayment(
  tx: Tx,
  deps: LendingDeps,
  before: FacilityRow,
  { amount, reference }: Pick<PaymentDraft, "amount" | "reference">,
): Promise<{ next: FacilityRow; split: Split }> {
  demandState(before, WATCHED, "nothing is owed under it");
  const now = deps.clock.now();
  const row = await accrueNow(tx, deps, before);
  const split = splitRepayment(amount, {
    fees: row.fees - row.fees_paid,
    interest: row.interest - row.interest_paid,
    principal: row.principal,
    shortfall: row.shortfall,
  });
  const { id, currency, customer_id } = row;
  const input = posting({
    key: `loan/${id}/repayment/${reference}`,
    ...{ kind: "loan_repayment", ref: id, memo: reference, at: now },
    lines: repaymentLines(id, customer_id, currency, split),
  });
  if (input !== null) await post(tx, deps.ids, { ...input, basis: "fact" });
  const patch = {
    fees_paid: row.fees_paid + split.to_fees,
    interest_paid: row.interest_paid + split.to_interest,
    principal: row.principal - split.to_principal,
    shortfall: row.shortfall - split.to_shortfall,
  };
  return { next: await changeFacility(tx, row, patch, now), split };
}

/** The row of a payment with its event, for those who took it in their own transaction. */
export async function recordPayment(
  tx: Tx,
  deps: LendingDeps,
  row: FacilityRow,
  kind: LoanPaymentRow["kind"],
  { amount, reference, source }: Omit<PaymentDraft, "facility_id">,
  split: Split,
): Promise<LoanPaymentRow> {
  const at = deps.clock.now();
  const id = deps.ids.next("pay");
  const payment: LoanPaymentRow = { id, facility_id: row.id, kind, amount, ...split, reference, source, at };
  await tx.insert(tables.loanPayment, payment);
  await emitFor(tx, deps, row, {
    kind: "facility.payment",
    ...{ actor: source.startsWith("person:") ? source : "daemon", at },
    payload: {
      ...{ ...factsOf(row), kind, payment_reference: reference, amount: amount.toString() },
      ...{ to_fees: split.to_fees.toString(), to_interest: split.to_interest.toString() },
      ...{ to_principal: split.to_principal.toString(), to_shortfall: split.to_shortfall.toString() },
      ...{ surplus: split.surplus.toString(), outstanding_after: owedOf(row).toString() },
    },
  });
  return payment;
}

type Taken = (tx: Tx, row: FacilityRow) => Promise<{ next: FacilityRow; split: Split }>;

/** @throws LendingError facility_invalid */
export function checkReference(reference: string): void {
  if (REFERENCE.test(reference)) return;
  throw new LendingError(
    "facility_invalid",
    "A payment has a reference of 1 to 100 letters, digits, '.', '_', ':', '/' or '-'.",
  );
}

/** The same reference again is the first result; with another amount it is refused. */
async function once(
  deps: LendingDeps,
  kind: LoanPaymentRow["kind"],
  draft: PaymentDraft,
  take: Taken,
): Promise<LoanPaymentRow> {
  const { facility_id, amount, reference } = draft;
  if (amount <= 0n) throw new LendingError("facility_invalid", "A payment is above zero.");
  checkReference(reference);
  return deps.store.tx(`loan.${kind}`, async (tx) => {
    const row = await getFacility(tx, facility_id);
    const [known] = await tx.find(tables.loanPayment, { where: { facility_id, kind, reference }, limit: 1 });
    if (known !== undefined) {
      if (known.amount === amount) return known;
      throw new LendingError("facility_payment_reused", `${reference} is already recorded with another amount.`, {
        payment: known.id,
      });
    }
    const { next, split } = await take(tx, row);
    return recordPayment(tx, deps, next, kind, draft, split);
  });
}

/** @throws LendingError facility_price_untrusted, facility_ltv_too_high */
function demandRoom(deps: LendingDeps, row: FacilityRow, amount: bigint): void {
  const holdings = holdingsOf(row);
  const { trust, prices } = pricesFor(deps.prices, holdings, row.currency);
  if (trust !== "act") {
    throw new LendingError("facility_price_untrusted", "The prices are not trusted now: nothing is paid out on them.");
  }
  const { margin_call } = levelsIn(row.terms);
  if (mayDisburse(owedOf(row), amount, holdings, margin_call, prices)) return;
  throw new LendingError("facility_ltv_too_high", "After it the loan would be at or above its margin level.", {
    facility: row.id,
  });
}
