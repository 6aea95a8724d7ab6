/**
 * What a sale brought pays the loan. Proceeds in another asset than the loan's currency are taken at their price, low: a dollar
 * token is not a dollar. What is more than the debt stays the borrower's.
 */
import { credit, debit, equityAccount, post } from "../ledger/index.ts";
import { divide, minOf, type Ratio, ratio } from "../money/index.ts";
import { accrueNow } from "./accrue.ts";
import { loanAccount, posting } from "./books.ts";
import { notePartialCure } from "./calls.ts";
import { getFacility } from "./change.ts";
import type { LendingDeps } from "./deps.ts";
import { changeLiquidation, getLiquidation } from "./liquidation.ts";
import { recordPayment, takeRepayment } from "./payments.ts";
import { owedOf } from "./position.ts";

/** Applies what is not applied yet. False when it has to wait for a price that may act. */
export async function applyProceeds(deps: LendingDeps, liquidation_id: string): Promise<boolean> {
  return deps.store.tx("sale.apply", async (tx) => {
    const sale = await getLiquidation(tx, liquidation_id);
    const before = await getFacility(tx, sale.facility_id);
    const account = loanAccount("loan_proceeds", before.id, sale.quote_asset);
    const fresh = sale.proceeds - sale.applied;
    if (fresh <= 0n) return true;
    const rate = rateOf(deps, sale.quote_asset, before.currency);
    if (rate === null) return false;
    const row = await accrueNow(tx, deps, before);
    const worth = divide(fresh * rate.num, rate.den, "down");
    const pays = minOf(worth, owedOf(row));
    const used = pays === worth ? fresh : minOf(fresh, divide(pays * rate.den, rate.num, "up"));
    const surplus = fresh - used;
    const reference = `sale:${sale.id}:${sale.rounds}:${sale.applied}`;
    const taken = posting({
      key: `loan/${row.id}/proceeds/${reference}`,
      ...{ kind: "loan_proceeds_taken", ref: row.id, memo: sale.id, at: deps.clock.now() },
      lines: [debit(account, used), credit(equityAccount(sale.quote_asset), used)],
    });
    if (taken !== null) await post(tx, deps.ids, taken);
    let facility = row;
    if (pays > 0n) {
      const { next, split } = await takeRepayment(tx, deps, row, { amount: pays, reference });
      await recordPayment(tx, deps, next, "repayment", { amount: pays, reference, source: sale.id }, split);
      facility = next;
    }
    await changeLiquidation(tx, deps, facility, sale, {
      applied: sale.proceeds,
      repaid: sale.repaid + pays,
      surplus: sale.surplus + surplus,
      note: surplus > 0n ? "More came in than was owed: the rest is the borrower's." : "Its proceeds are applied.",
    });
    await notePartialCure(tx, deps, facility, "A sale paid part of it.", deps.clock.now());
    return true;
  });
}

/** Base units of the currency per base unit of what came in; null while its price may not act. */
function rateOf(deps: LendingDeps, asset: string, currency: string): Ratio | null {
  if (asset === currency) return ratio(1n, 1n);
  const { price, trust } = deps.prices.of(asset, currency);
  const decimals = deps.config.assets.get(asset)?.decimals;
  if (price === null || trust !== "act" || decimals === undefined) return null;
  return ratio(price.num, price.den * 10n ** BigInt(decimals));
}
