/**
 * The limits once more at dispatch, as the policy has them now: people may have tightened one since they approved. What was
 * loosened meanwhile changes nothing, because the plan is frozen.
 */
import { walletBalance } from "../../ledger/index.ts";
import { amountText } from "../../money/index.ts";
import type { ReadTx } from "../../store/index.ts";
import { findPool, type TransferDeps } from "../context.ts";
import { TransferError } from "../errors.ts";
import { UNSENT } from "../states.ts";
import type { TransferRow } from "../types.ts";
import { assertWindows, highestFee } from "./plan_checks.ts";

/** @throws TransferError transfer_limit_tightened for good; transfer_floor_raised, transfer_window_exhausted for now */
export async function assertLimitsNow(tx: ReadTx, deps: TransferDeps, row: TransferRow): Promise<void> {
  const pool = findPool(deps.config, row.pool_id);
  if (pool === undefined) return;
  const { policy } = pool;
  const tightened = (what: string, limit: bigint): TransferError =>
    new TransferError(
      "transfer_limit_tightened",
      `${what} is ${amountText(policy.asset, limit)} now, less than what was approved.`,
      {
        transfer: row.id,
        limit: limit.toString(),
      },
    );
  if (row.amount > policy.move_max) throw tightened("The largest move", policy.move_max);
  const fee_limit = highestFee(policy, row.amount, row.plan.self);
  if (row.fee_max > fee_limit) throw tightened("The highest fee", fee_limit);
  // The hold of this very transfer is taken off what is available already.
  const { available } = await walletBalance(tx, row.from_wallet, row.asset);
  const floor = policy.wallet_floors[row.from_wallet] ?? 0n;
  if (available < floor) {
    const [kept, least] = [available, floor].map((units) => amountText(policy.asset, units));
    throw new TransferError(
      "transfer_floor_raised",
      `${row.from_wallet} would keep ${kept}, less than its floor of ${least}.`,
      { transfer: row.id, wallet: row.from_wallet },
    );
  }
  await assertWindows(tx, pool, row, (other) => precedes(other, row), deps.clock.now());
}

/** What was sent, and what was planned earlier: of two that fit only one by one, the earlier goes. */
function precedes(other: TransferRow, row: TransferRow): boolean {
  if (other.id === row.id) return false;
  if (!UNSENT.has(other.state)) return true;
  return other.created_at < row.created_at || (other.created_at === row.created_at && other.id < row.id);
}
