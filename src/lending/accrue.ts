/**
 * Interest, booked once a day. It is simple interest on the principal of now, from the day that this principal began, so that
 * rounding up happens once for each principal and not once for each day.
 */

import { makeEvent } from "../audit/index.ts";
import { interestOver } from "../credit/index.ts";
import { credit, debit, type PostInput, postMany } from "../ledger/index.ts";
import type { Instant } from "../ports/index.ts";
import { insertRows, type Tx, tables, updateRows } from "../store/index.ts";
import { loanAccount, posting } from "./books.ts";
import { changeFacility, emitFor, factsOf, getFacility } from "./change.ts";
import type { LendingDeps } from "./deps.ts";
import { LendingError } from "./errors.ts";
import { WATCHED } from "./position.ts";
import { dayOf, readFraction } from "./terms.ts";
import type { FacilityRow } from "./types.ts";

/** Facilities of one transaction. */
const BATCH = 200;

/** Interest in all through `day`. */
export function interestThrough(row: FacilityRow, day: number): bigint {
  const { principal, interest_before, accrual_day, terms } = row;
  if (principal === 0n || day <= accrual_day) return interest_before;
  return interest_before + interestOver(principal, readFraction(terms.rate), accrual_day, day, terms.day_count);
}

/** Books interest up to today for everybody who owes. True when somebody owes more than before. */
export async function accrueAll(deps: LendingDeps): Promise<boolean> {
  const today = dayOf(deps.clock.now());
  for (let any = false; ; any = true) {
    const due = await deps.store.read("accrual.due", (tx) =>
      tx.find(tables.facility, {
        where: { state: { in: [...WATCHED] }, booked_day: { lt: today } },
        order_by: [["id", "asc"]],
        limit: BATCH,
      }),
    );
    if (due.length === 0) return any;
    await deps.store.tx("accrual.book", (tx) => accrueSome(tx, deps, due, today));
  }
}

async function accrueSome(tx: Tx, deps: LendingDeps, due: readonly FacilityRow[], today: number): Promise<void> {
  const now = deps.clock.now();
  const rows: FacilityRow[] = [];
  for (const { id } of due) {
    const row = await getFacility(tx, id);
    if (WATCHED.includes(row.state) && row.booked_day < today) rows.push(row);
  }
  const added = rows.map((row) => ({ row, interest: interestThrough(row, today) }));
  const inputs = added.flatMap(({ row, interest }) => accrualPosting(row, interest, today, now) ?? []);
  for (const outcome of await postMany(tx, deps.ids, inputs)) if ("refused" in outcome) throw outcome.refused;
  const events = added
    .filter(({ row, interest }) => interest > row.interest)
    .map(({ row, interest }) =>
      makeEvent(deps.ids, {
        kind: "facility.accrued",
        ref: row.id,
        actor: "daemon",
        at: now,
        payload: facts(row, interest, today),
      }),
    );
  const writes = added.map(({ row, interest }) => ({
    key: { id: row.id },
    patch: { interest, booked_day: today, updated_at: now, version: row.version + 1 },
    guard: { version: row.version },
  }));
  // What was posted for them goes with the transaction: they are booked anew, all of them, in the next turn.
  if (writes.length > 0 && !(await tx.writeMany([updateRows(tables.facility, writes)]))) {
    throw new LendingError("facility_changed", "A facility changed while its interest was booked; it is booked again.");
  }
  if (events.length > 0) await tx.writeMany([insertRows(tables.event, events)]);
}

/** Books one facility up to today, and begins a new principal from today on; in the transaction that changes it. */
export async function accrueNow(
  tx: Tx,
  deps: Pick<LendingDeps, "ids" | "clock">,
  row: FacilityRow,
): Promise<FacilityRow> {
  const now = deps.clock.now();
  const today = dayOf(now);
  const interest = interestThrough(row, today);
  const input = accrualPosting(row, interest, today, now);
  if (input !== null) {
    const [outcome] = await postMany(tx, deps.ids, [input]);
    if (outcome !== undefined && "refused" in outcome) throw outcome.refused;
    await emitFor(tx, deps, row, {
      kind: "facility.accrued",
      actor: "daemon",
      at: now,
      payload: facts(row, interest, today),
    });
  }
  return changeFacility(tx, row, { interest, interest_before: interest, accrual_day: today, booked_day: today }, now);
}

function accrualPosting(row: FacilityRow, interest: bigint, day: number, at: Instant): PostInput | null {
  const amount = interest - row.interest;
  return posting({
    // The total says which step it is: two steps of one day differ in it.
    key: `loan/${row.id}/interest/${day}/${interest}`,
    ...{ kind: "loan_interest", ref: row.id, memo: row.reference, at },
    lines: [
      debit(loanAccount("loan_interest", row.id, row.currency), amount),
      credit(loanAccount("loan_income", row.id, row.currency), amount),
    ],
  });
}

function facts(row: FacilityRow, interest: bigint, day: number) {
  const amount = (interest - row.interest).toString();
  return { ...factsOf(row), day, amount, interest_total: interest.toString() };
}
