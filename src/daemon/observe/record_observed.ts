/** The event of a wallet seen for the first time, of reads that begin to fail, and of reads that work again. */
import { emit } from "../../audit/index.ts";
import type { BalanceRow, Tx } from "../../store/index.ts";
import type { DaemonDeps } from "../types.ts";

export async function recordObserved(tx: Tx, deps: Pick<DaemonDeps, "ids" | "clock">, row: BalanceRow): Promise<void> {
  const { wallet_id, asset, total, available, as_of, source, error } = row;
  await emit(tx, deps.ids, {
    kind: "wallet.observed",
    ref: wallet_id,
    actor: "daemon",
    at: deps.clock.now(),
    payload: {
      wallet_id,
      asset,
      total: total.toString(),
      available: available.toString(),
      as_of,
      freshness: error === null ? "fresh" : "stale",
      source,
      error,
    },
  });
}
