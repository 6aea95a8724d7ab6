/**
 * Coins on their way home from a market come into the borrower's own wallet, where his deposits come too. They are a transfer of ours
 * and are counted by it alone. The custodian may list them before their hash is known to us: then they wait, and count nothing yet.
 */
import { isBooked, reversePosting } from "../ledger/index.ts";
import type { Instant } from "../ports/index.ts";
import { type MovementRow, type ReadTx, type Tx, tables } from "../store/index.ts";
import { type CollateralDeps, getTransfer, type TransferRow, UNSENT } from "../transfers/index.ts";
import { getFacility } from "./change.ts";
import { adjustHeld } from "./held.ts";
import type { FacilityRow } from "./types.ts";

const MOVES_MAX = 100;

/** Whether a movement into a collateral wallet may be an open return of ours: of its asset, and of its amount less a fee. */
export async function looksReturned(
  tx: ReadTx,
  { id: facility_id }: Pick<FacilityRow, "id">,
  { asset, amount, wallet_id }: Pick<MovementRow, "asset" | "amount" | "wallet_id">,
): Promise<boolean> {
  const open = await tx.find(tables.collateralMove, { where: { facility_id, state: "open" }, limit: MOVES_MAX });
  for (const { transfer_id } of open.filter((move) => move.kind === "return" && move.asset === asset)) {
    const transfer = await getTransfer(tx, transfer_id);
    const { fee_max, to_wallet, state } = transfer;
    if (to_wallet !== wallet_id || UNSENT.has(state)) continue;
    if (amount <= transfer.amount && amount + fee_max >= transfer.amount) return true;
  }
  return false;
}

/** A movement that was booked as a deposit turned out to be ours: its booking is mirrored, and it counts by its transfer alone. */
export async function disownDeposit(
  tx: Tx,
  deps: CollateralDeps,
  { wallet_id, movement_id }: MovementRow,
  { id: ref }: Pick<TransferRow, "id">,
  at: Instant,
): Promise<boolean> {
  const key = { wallet_id, movement_id };
  const deposit = await tx.get(tables.collateralDeposit, key);
  if (deposit === undefined || deposit.problem === "wrong_asset") return false;
  const booked = `collateral/${wallet_id}/${movement_id}`;
  for (const one of [`${booked}/accepted`, booked]) {
    if (await isBooked(tx, one)) await reversePosting(tx, deps.ids, { key: one, memo: `part of ${ref}`, at });
  }
  await tx.update(tables.collateralDeposit, key, { state: "own", problem: null });
  const { asset, units, state, facility_id } = deposit;
  const by = state === "waiting" ? 0n : -units;
  await adjustHeld(tx, deps, await getFacility(tx, facility_id), {
    asset,
    by,
    what: "part_of_a_move",
    ref,
    fact: true,
  });
  return true;
}
