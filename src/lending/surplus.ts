/**
 * What a sale brought beyond the debt is the borrower's. Where people approved an address of his for that asset with the facility, it
 * goes there as a transfer under the quorum of custody; else it stays in the books (`loan_proceeds`), and people are told.
 */
import { tables } from "../store/index.ts";
import { findAddress, planTransfer, recordAlert } from "../transfers/index.ts";
import { getFacility } from "./change.ts";
import type { LendingDeps } from "./deps.ts";
import { changeLiquidation, getLiquidation } from "./liquidation.ts";
import { returnWalletId, surplusWay } from "./places.ts";
import type { LiquidationRow } from "./types.ts";

/** Plans its transfer; false where there is no way, it is not worth its fee, or it was sent before. @throws TransferError; LedgerError */
export async function sendSurplus(
  deps: LendingDeps,
  { id, surplus: seen, quote_asset: asset }: LiquidationRow,
): Promise<boolean> {
  if (seen <= 0n) return false;
  return deps.store.tx("sale.surplus", async (tx) => {
    const current = await getLiquidation(tx, id);
    const facility = await getFacility(tx, current.facility_id);
    const { surplus } = current;
    // Of this very sale, however many moves the facility has had.
    const where = { facility_id: facility.id, kind: "surplus", liquidation_id: id } as const;
    const [known] = await tx.find(tables.collateralMove, { where, limit: 1 });
    if (known !== undefined) return false;
    const entry = facility.terms.collateral.find((one) => one.asset === asset);
    const market = deps.config.credit?.liquidation.markets.find((one) => one.asset === current.asset);
    const to_wallet = returnWalletId(facility.id, asset);
    const attested = entry !== undefined && findAddress(deps.config, to_wallet, entry.network) !== undefined;
    const now = deps.clock.now();
    if (!attested || market === undefined) {
      const message = `The sale ${id} brought ${surplus} base units of ${asset} more than ${facility.reference} owed, and no address of its borrower for ${asset} was approved: people pay it out.`;
      await recordAlert(tx, deps, { code: "surplus_waits", severity: "page", message, ref: facility.id }, now);
      return false;
    }
    const fee_max = BigInt(entry.fee_max);
    const amount = surplus - fee_max;
    if (amount <= fee_max) return false;
    const transfer = await planTransfer(tx, deps, {
      ...{ id: deps.ids.next("trf"), pool_id: surplusWay(facility.id, asset), from_wallet: market.quote_wallet },
      ...{ to_wallet, network: entry.network, amount, fee_max, cause: "auto_pilot", decision_id: null },
      ...{
        initiator: "daemon",
        reason: `What the sale ${id} brought beyond the debt goes to ${facility.customer_id}.`,
      },
    });
    await tx.insert(tables.collateralMove, {
      ...{ transfer_id: transfer.id, facility_id: facility.id, asset, kind: "surplus", liquidation_id: id },
      ...{ promised: amount + fee_max, state: "open", at: now },
    });
    const note = "What it brought beyond the debt is on its way to the borrower.";
    await changeLiquidation(tx, deps, facility, current, { state: "returning", transfer_id: transfer.id, note });
    return true;
  });
}
