/**
 * What a sale brought beyond the debt is the borrower's. Where people approved an address of his for that asset with the facility, it
 * goes there as a transfer under the quorum of custody; else it stays in the books (`loan_proceeds`), and people are told: where there is
 * no such address, where its transfer is refused for good, and where that transfer ends without having paid.
 */

import { type ErrorKind, TidegateError } from "../errors/index.ts";
import type { Instant } from "../ports/index.ts";
import { type Tx, tables } from "../store/index.ts";
import { findAddress, messageOf, planTransfer, recordAlert } from "../transfers/index.ts";
import { getFacility } from "./change.ts";
import type { LendingDeps } from "./deps.ts";
import { changeLiquidation, getLiquidation } from "./liquidation.ts";
import { returnWalletId, surplusWay } from "./places.ts";
import { say } from "./say.ts";
import type { FacilityRow, LiquidationRow } from "./types.ts";

/** For people: what they do with it. */
export const PAY_OUT =
  "People pay it out: `liquidations pay-surplus` to an address that was approved with the loan, `liquidations surplus-paid` says it was paid otherwise.";

/** Neither time nor people who know of it already will let it go. */
export function isRefusedForGood(error: unknown): error is TidegateError {
  return error instanceof TidegateError && !PASSING.has(error.kind) && !STOPS.has(error.code);
}

/** What time cures: another transfer ends, a balance is read. */
const PASSING: ReadonlySet<ErrorKind> = new Set(["conflict", "stale", "unavailable"]);
/** What people cure who know of it already. */
const STOPS: ReadonlySet<string> = new Set(["treasury_frozen", "transfer_asset_frozen", "transfer_window_exhausted"]);

export interface SurplusSent {
  readonly sent: boolean;
  /** Why it stays in the books although it is worth a transfer: people have to be told, once. */
  readonly waits: string | null;
}
const NOT_SENT: SurplusSent = { sent: false, waits: null };

/**
 * Plans its transfer; not sent where there is no way, it is not worth its fee, or it was sent before.
 * @throws TransferError, LedgerError for what passes: it is tried again
 */
export async function sendSurplus(deps: LendingDeps, sale: LiquidationRow): Promise<SurplusSent> {
  if (sale.surplus <= 0n) return NOT_SENT;
  try {
    return await planSurplus(deps, sale);
  } catch (error) {
    if (!isRefusedForGood(error)) throw error;
    const { id, surplus, quote_asset } = sale;
    const waits = `The sale ${id} brought ${say(deps.config, quote_asset, surplus)} more than was owed, and its transfer to the borrower is refused (${messageOf(error)}). ${PAY_OUT}`;
    return { sent: false, waits };
  }
}

/** In the transaction that ends its sale or its move, so that people are told exactly once; null: there is nothing to tell. */
export async function tellSurplusWaits(
  tx: Tx,
  deps: Pick<LendingDeps, "ids">,
  { id }: FacilityRow,
  message: string | null,
  at: Instant,
): Promise<void> {
  if (message !== null) await recordAlert(tx, deps, { code: "surplus_waits", severity: "page", message, ref: id }, at);
}

function planSurplus(deps: LendingDeps, { id, quote_asset: asset }: LiquidationRow): Promise<SurplusSent> {
  return deps.store.tx("sale.surplus", async (tx) => {
    const current = await getLiquidation(tx, id);
    const facility = await getFacility(tx, current.facility_id);
    const { surplus } = current;
    // Of this very sale, however many moves the facility has had.
    const where = { facility_id: facility.id, kind: "surplus", liquidation_id: id } as const;
    const [known] = await tx.find(tables.collateralMove, { where, limit: 1 });
    if (known !== undefined) return NOT_SENT;
    const entry = facility.terms.collateral.find((one) => one.asset === asset);
    const market = deps.config.credit?.liquidation.markets.find((one) => one.asset === current.asset);
    const to_wallet = returnWalletId(facility.id, asset);
    const attested = entry !== undefined && findAddress(deps.config, to_wallet, entry.network) !== undefined;
    const now = deps.clock.now();
    if (!attested || market === undefined) {
      const waits = `The sale ${id} brought ${say(deps.config, asset, surplus)} more than ${facility.reference} owed, and no address of its borrower for ${asset} was approved. ${PAY_OUT}`;
      return { sent: false, waits };
    }
    const fee_max = BigInt(entry.fee_max);
    const amount = surplus - fee_max;
    if (amount <= fee_max) return NOT_SENT;
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
    return { sent: true, waits: null };
  });
}
