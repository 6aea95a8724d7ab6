/**
 * Payments that went beyond what the books knew wait in suspense. The usual reason is order: an arrival was spent before the
 * transfer that brought it was final. As soon as the account has the amount, the wait ends by a posting of its own.
 */
import type { WalletConfig } from "../../config/types.ts";
import {
  type AccountRef,
  accountId,
  credit,
  customersAccount,
  debit,
  post,
  walletAccount,
} from "../../ledger/index.ts";
import { minOf } from "../../money/index.ts";
import { type ReadTx, type Tx, tables } from "../../store/index.ts";
import type { DaemonDeps } from "../types.ts";

export async function clearSuspense(tx: Tx, deps: DaemonDeps, wallet: WalletConfig): Promise<void> {
  const { id: owner, asset } = wallet;
  const customers = customersAccount(asset);
  const surplus: AccountRef = { kind: "suspense_surplus", owner, asset };
  const shortfall: AccountRef = { kind: "suspense_shortfall", owner: customers.owner, asset };
  await clear(tx, deps, surplus, walletAccount(owner, asset), "debit");
  await clear(tx, deps, shortfall, customers, "credit");
}

/** The accounts of both, asked for at once. */
export async function lookAtSuspense(tx: ReadTx, { id: owner, asset }: WalletConfig): Promise<void> {
  const customers = customersAccount(asset);
  const refs: AccountRef[] = [
    { kind: "suspense_surplus", owner, asset },
    { kind: "suspense_shortfall", owner: customers.owner, asset },
    walletAccount(owner, asset),
    customers,
  ];
  await Promise.all(refs.map((ref) => tx.get(tables.account, { id: accountId(ref) })));
}

/** What was paid out of a wallet beyond its books, and waits for the arrival that covers it. */
export async function carriedOf(tx: ReadTx, { id: owner, asset }: WalletConfig): Promise<bigint> {
  const id = accountId({ kind: "suspense_surplus", owner, asset });
  return (await tx.get(tables.account, { id }))?.posted ?? 0n;
}

/** Takes from both what both have; `side` is the one that lowers the suspense account. */
async function clear(
  tx: Tx,
  deps: DaemonDeps,
  suspense: AccountRef,
  account: AccountRef,
  side: "debit" | "credit",
): Promise<void> {
  const waiting = await tx.get(tables.account, { id: accountId(suspense) });
  if (waiting === undefined || waiting.posted === 0n) return;
  const there = (await tx.get(tables.account, { id: accountId(account) }))?.posted ?? 0n;
  const amount = minOf(waiting.posted, there);
  if (amount === 0n) return;
  const lines =
    side === "debit"
      ? [debit(suspense, amount), credit(account, amount)]
      : [debit(account, amount), credit(suspense, amount)];
  await post(tx, deps.ids, {
    key: `${waiting.id}/cleared/${waiting.entry_count}`,
    kind: "suspense_cleared",
    ref: suspense.owner,
    memo: "what was paid early is covered now",
    at: deps.clock.now(),
    lines,
    basis: "fact",
  });
}
