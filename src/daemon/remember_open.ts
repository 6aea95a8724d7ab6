/**
 * Some venues keep in memory alone which coins their open requests would spend. Whoever begins to lead tells them of every open
 * transfer before it works on any: else a payment built after a restart could spend a coin of one that people are signing.
 */
import { findOpenFrom } from "../transfers/index.ts";
import type { DaemonState } from "./state.ts";
import type { DaemonDeps } from "./types.ts";

/** Once for each lead. */
export async function rememberOpen(deps: DaemonDeps, state: DaemonState): Promise<void> {
  if (state.remembered_fence === state.leader_fence) return;
  const fence = state.leader_fence;
  for (const venue of deps.venues.values()) {
    if (venue.remember === undefined) continue;
    const wallet_ids = deps.config.wallets.filter((wallet) => wallet.venue === venue.id).map(({ id }) => id);
    if (wallet_ids.length === 0) continue;
    const rows = await deps.store.read("transfers.open_from", (tx) => findOpenFrom(tx, wallet_ids));
    venue.remember(
      rows.map(({ reference, signing, prepared, plan }) => ({
        reference,
        signing,
        prepared,
        expires_at: plan.expires_at,
      })),
    );
  }
  state.remembered_fence = fence;
}
