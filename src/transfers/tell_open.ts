/** Tells a venue that keeps in memory alone what its requests would spend which of them are open; of all others it frees that. */
import type { TransferDeps } from "./context.ts";
import { findOpenFrom } from "./read_transfers.ts";
import type { TransferRow } from "./types.ts";

/** Nothing to do for a venue that keeps no such thing. */
export async function tellOpen(
  deps: Pick<TransferDeps, "config" | "venues" | "store" | "clock">,
  venue_id: string,
): Promise<void> {
  const venue = deps.venues.get(venue_id);
  const wallet_ids = deps.config.wallets.filter((wallet) => wallet.venue === venue_id).map(({ id }) => id);
  if (venue?.remember === undefined || wallet_ids.length === 0) return;
  const as_of = deps.clock.now();
  const rows = await deps.store.read("transfers.open_from", (tx) => findOpenFrom(tx, wallet_ids));
  venue.remember(
    rows
      .filter((row) => !endedToItself(row))
      .map(({ reference, signing, prepared, plan }) => ({
        reference,
        signing,
        prepared,
        expires_at: plan.expires_at,
      })),
    as_of,
  );
}

/**
 * A payment of a wallet to itself that ended after owners signed it: whoever sends it all the same takes nothing out of the wallet, and
 * what it would spend had better be spent by a payment, which makes the signatures worthless.
 */
function endedToItself({ state, plan, prepared }: TransferRow): boolean {
  return state === "held" && plan.self !== undefined && prepared === null;
}
