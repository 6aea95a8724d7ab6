/**
 * What wallets' own owners allow in advance on their chain, read with the wallets. It bounds the expedited lane beside the envelope;
 * the contract itself counts once more when a payment is made.
 */
import type { WalletConfig } from "../../config/types.ts";
import { maxOf } from "../../money/index.ts";
import type { Instant } from "../../ports/index.ts";
import { isOpen, messageOf, refOf } from "../../transfers/index.ts";
import type { VenueAllowance } from "../../venues/port.ts";
import type { OwnTransfer } from "../observe/own_transfers.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps } from "../types.ts";

/** Keeps the last known when it cannot be read; its age then makes it unusable. */
export async function readAllowance(deps: DaemonDeps, state: DaemonState, wallet: WalletConfig): Promise<void> {
  const venue = deps.venues.get(wallet.venue);
  if (venue?.readAllowance === undefined) return;
  try {
    state.allowances.set(wallet.id, await venue.readAllowance(refOf(wallet)));
  } catch (error) {
    deps.log.warn({ wallet: wallet.id, cause: messageOf(error) }, "The owners' allowance could not be read.");
  }
}

/** As it stands at `now`: one whose period has ended since it was read is whole again. */
export function allowanceAt(seen: VenueAllowance, now: Instant): VenueAllowance {
  const { amount, period_ms, resets_at } = seen;
  if (period_ms === null || resets_at === null || now < resets_at) return seen;
  const periods = Math.floor((now - resets_at) / period_ms) + 1;
  return { ...seen, remaining: amount, resets_at: resets_at + periods * period_ms };
}

/** What an expedited refill out of one wallet may take of the owners' allowance; `why` says what bounds it. */
export interface AllowanceRoom {
  readonly left: bigint;
  readonly why: string;
}

/** Null where the wallet has no owners of its own to ask. What is planned and not known to be paid yet is taken off. */
export function allowanceRoom(
  deps: DaemonDeps,
  state: DaemonState,
  wallet: WalletConfig,
  own: readonly OwnTransfer[],
  now: Instant,
): AllowanceRoom | null {
  if (deps.venues.get(wallet.venue)?.readAllowance === undefined) return null;
  const seen = state.allowances.get(wallet.id);
  if (seen === undefined) return { left: 0n, why: `what the owners of ${wallet.id} allow was not read yet` };
  if (now - seen.as_of > wallet.stale_after_ms) {
    return { left: 0n, why: `what the owners of ${wallet.id} allow was last read too long ago` };
  }
  const { remaining, problem } = allowanceAt(seen, now);
  if (problem !== null) return { left: 0n, why: problem };
  const taken = own
    .filter(({ row }) => row.from_wallet === wallet.id && row.plan.envelope !== undefined && isOpen(row))
    .reduce((sum, { row }) => sum + row.amount, 0n);
  return { left: maxOf(remaining - taken, 0n), why: `the owners of ${wallet.id} allow no more of it now` };
}
