/** May a wallet be closed for good? Asked in the transaction that archives it, in which nothing can start that it does not see. */
import type { TreasuryConfig, WalletConfig } from "../config/types.ts";
import { walletBalance } from "../ledger/index.ts";
import { sayAmount } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { type ReadTx, tables } from "../store/index.ts";
import type { TransferState } from "../transfers/types.ts";

/** States in which something of a transfer is still to come. */
export const UNFINISHED: readonly TransferState[] = [
  "planned",
  "awaiting_approval",
  "approved",
  "submitting",
  "submitted",
  "held",
];

/** Sentence of what is still there; null when it is at zero in books and at its venue, with nothing in flight or in dispute. */
export async function emptyProblem(
  tx: ReadTx,
  { assets }: Pick<TreasuryConfig, "assets">,
  wallet: WalletConfig,
  now: Instant,
): Promise<string | null> {
  const { id, asset, stale_after_ms } = wallet;
  const say = (units: bigint): string => sayAmount(assets, asset, units);
  const balance = await tx.get(tables.balance, { wallet_id: id });
  if (balance === undefined) return "Its balance was never read.";
  if (balance.error !== null) return `Its venue could not be read: ${balance.error}`;
  if (!balance.pending_readable) return "What is pending there cannot be read.";
  if (now - balance.as_of > stale_after_ms) return "Its balance is stale; read it again first.";
  const { total, available, pending_in, pending_out, locked } = balance;
  if ([total, available, pending_in, pending_out, locked].some((part) => part !== 0n)) {
    return `It holds ${say(total)}, with ${say(pending_in)} coming in and ${say(pending_out)} going out.`;
  }
  const { posted, held } = await walletBalance(tx, id, asset);
  if (posted !== 0n || held !== 0n) return `The books have ${say(posted)} there, ${say(held)} of them reserved.`;
  return (await transferProblem(tx, id)) ?? disputeProblem(tx, id);
}

/** A settled one that its network could still take back counts as well. */
async function transferProblem(tx: ReadTx, wallet_id: string): Promise<string | null> {
  for (const end of ["from_wallet", "to_wallet"] as const) {
    for (const where of [{ state: { in: UNFINISHED } }, { state: "settled", next_at: { gte: 0 } }] as const) {
      const [row] = await tx.find(tables.transfer, { where: { [end]: wallet_id, ...where }, limit: 1 });
      if (row !== undefined) return `The transfer ${row.id} is not over: it is ${row.state}.`;
    }
  }
  return null;
}

async function disputeProblem(tx: ReadTx, wallet_id: string): Promise<string | null> {
  const [broken] = await tx.find(tables.breaks, { where: { wallet_id, closed_at: null }, limit: 1 });
  return broken === undefined ? null : `The break ${broken.id} is open.`;
}
