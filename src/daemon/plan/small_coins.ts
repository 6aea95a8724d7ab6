/**
 * Small coins that a wallet may put together by itself, as its snapshot says them. That is never urgent: where the last try came to nothing,
 * whoever said no, it is not asked for again for a day.
 */
import type { WalletState } from "../../policy/types.ts";
import type { Instant } from "../../ports/index.ts";
import { type ReadTx, tables } from "../../store/index.ts";
import type { DaemonState } from "../state.ts";

const PAUSE_MS = 24 * 3_600_000;

export async function coinsOf(
  tx: ReadTx,
  { small_coins }: DaemonState,
  wallet_id: string,
  now: Instant,
): Promise<Pick<WalletState, "small_coins">> {
  const coins = small_coins.get(wallet_id);
  if (coins === undefined) return {};
  const ended = await tx.count(tables.transfer, {
    from_wallet: wallet_id,
    to_wallet: wallet_id,
    state: { in: ["denied", "expired", "cancelled", "failed"] },
    updated_at: { gt: now - PAUSE_MS },
  });
  return ended > 0 ? {} : { small_coins: coins };
}
