/** What is still owed when nothing stands behind it any more: named, kept apart in the books, and owed all the same. */
import { credit, debit, post } from "../ledger/index.ts";
import { recordAlert } from "../transfers/index.ts";
import { accrueNow } from "./accrue.ts";
import { loanAccount, posting } from "./books.ts";
import { changeCall, getCall } from "./calls.ts";
import { changeFacility, getFacility } from "./change.ts";
import type { LendingDeps } from "./deps.ts";
import { isMissing, owedOf } from "./position.ts";
import { say } from "./say.ts";

/** `uncovered`: no collateral is left. `too_small`: what is left is less than any sale takes; it stays held for people. */
export type ShortfallKind = "uncovered" | "too_small";

/** Moves everything owed to the shortfall and closes the call; nothing happens where more is left, or nothing is owed. */
export async function bookShortfall(
  deps: LendingDeps,
  facility_id: string,
  kind: ShortfallKind = "uncovered",
): Promise<void> {
  await deps.store.tx("loan.shortfall", async (tx) => {
    const before = await getFacility(tx, facility_id);
    const held = kind === "uncovered" && Object.values(before.held).some((units) => BigInt(units) > 0n);
    if (held || isMissing(before) || before.liquidation_id !== null || owedOf(before) === before.shortfall) return;
    const row = await accrueNow(tx, deps, before);
    const { id, currency, principal } = row;
    const [interest, fees] = [row.interest - row.interest_paid, row.fees - row.fees_paid];
    const amount = principal + interest + fees;
    const said = say(deps.config, currency, amount);
    const now = deps.clock.now();
    const input = posting({
      key: `loan/${id}/shortfall/${row.version}`,
      ...{ kind: "loan_shortfall", ref: id, memo: row.reference, at: now },
      lines: [
        debit(loanAccount("loan_shortfall", id, currency), amount),
        credit(loanAccount("loan_principal", id, currency), principal),
        credit(loanAccount("loan_interest", id, currency), interest),
        credit(loanAccount("loan_fees", id, currency), fees),
      ],
    });
    if (input !== null) await post(tx, deps.ids, input);
    const patch = { principal: 0n, interest_paid: row.interest, fees_paid: row.fees, call_id: null };
    const next = await changeFacility(tx, row, { ...patch, shortfall: row.shortfall + amount }, now);
    if (row.call_id !== null) {
      const call = await getCall(tx, row.call_id);
      const note = `A shortfall of ${said} is left (${kind.replaceAll("_", " ")}).`;
      const end = { state: "closed", note, ended_at: now } as const;
      await changeCall(tx, deps, { call, facility: next, patch: end, actor: "daemon", now });
    }
    const message = `${row.reference} owes ${said} that nothing stands behind any more.`;
    await recordAlert(tx, deps, { code: "loan_shortfall", severity: "page", message, ref: id }, now);
  });
}
