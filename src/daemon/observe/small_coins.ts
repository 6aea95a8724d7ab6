/** Whether a wallet's small coins should become one: asked of its venue each time the wallet is read, where its configuration says so. */
import type { WalletConfig } from "../../config/types.ts";
import { refOf } from "../../transfers/index.ts";
import { VenueError } from "../../venues/index.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps } from "../types.ts";

/** Nothing to put together, and what is not known, are the same here: nothing is proposed. */
export async function readSmallCoins(deps: DaemonDeps, state: DaemonState, wallet: WalletConfig): Promise<void> {
  const venue = deps.venues.get(wallet.venue);
  if (venue?.offerSelfPayment === undefined) return;
  state.small_coins.delete(wallet.id);
  try {
    const { due, ...offer } = await venue.offerSelfPayment(refOf(wallet), { purpose: "consolidate", parent: null });
    if (due !== null) state.small_coins.set(wallet.id, { ...offer, ...due });
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
  }
}
