/** What of an exchange's new collateral is there now: what lets the old one leave has to have come, and to have stayed. */
import { openBreaksOf } from "../../ledger/index.ts";
import type { SubstitutionRow } from "../../lending/types.ts";
import { maxOf, minOf } from "../../money/index.ts";
import { type ReadTx, tables } from "../../store/index.ts";

/** Deposits of one exchange. */
const DEPOSITS_MAX = 1_000;

/**
 * Base units that came since it was proposed and count, without what went home again meanwhile and what the venue does not show any
 * more: a network may take a deposit back, and then an open break says so before anybody has said why.
 */
export async function arrivedFor(
  tx: ReadTx,
  { facility_id, created_at, terms }: Pick<SubstitutionRow, "facility_id" | "created_at" | "terms">,
): Promise<bigint> {
  const { asset, wallet: wallet_id } = terms.brings;
  const [deposits, facility, breaks] = await Promise.all([
    tx.find(tables.collateralDeposit, {
      where: { facility_id, wallet_id, asset, state: { in: ["posted", "accepted"] } },
      order_by: [["movement_id", "asc"]],
      limit: DEPOSITS_MAX,
    }),
    tx.get(tables.facility, { id: facility_id }),
    openBreaksOf(tx, wallet_id),
  ]);
  const came = deposits.reduce((sum, { units, booked_at }) => (booked_at >= created_at ? sum + units : sum), 0n);
  const lost = breaks.reduce((sum, { difference }) => (difference < 0n ? sum - difference : sum), 0n);
  return maxOf(0n, minOf(came, BigInt(facility?.held[asset] ?? "0")) - lost);
}
