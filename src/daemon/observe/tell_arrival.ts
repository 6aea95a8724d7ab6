/** Nothing is ever sent to a wallet that people archived. What arrives there all the same is for them, at once. */
import type { WalletConfig } from "../../config/types.ts";
import { sayAmount } from "../../money/index.ts";
import type { Notice } from "../../ports/index.ts";
import type { Tx } from "../../store/index.ts";
import { recordAlert } from "../../transfers/index.ts";
import { isGuarded } from "../../wallets/index.ts";
import type { DaemonDeps } from "../types.ts";

/** Told with each rise of what it holds, in the transaction that writes it. Base units. */
export async function tellArrival(
  tx: Tx,
  deps: DaemonDeps,
  wallet: WalletConfig,
  { before, after }: { readonly before: bigint; readonly after: bigint },
): Promise<Notice[]> {
  if (!isGuarded(wallet) || after <= before) return [];
  const say = (units: bigint): string => sayAmount(deps.config.assets, wallet.asset, units);
  const message = `${wallet.id} is archived, and ${say(after - before)} arrived there; it holds ${say(after)}.`;
  const notice = { code: "archived_wallet_received", severity: "page", message, ref: wallet.id } as const;
  await recordAlert(tx, deps, notice, deps.clock.now());
  return [notice];
}
