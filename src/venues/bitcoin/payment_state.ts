/**
 * Where is this payment? Identity is its anchor, the first coin it spends: as long as that coin is free, the payment may still be mined;
 * once another transaction has spent it for good, it never will. A transaction with the same anchor, the same mark and the same output
 * is this payment at another fee.
 */

import type { Instant } from "../../ports/index.ts";
import { VenueError } from "../index.ts";
import { sameBytes } from "./account.ts";
import type { AccountAt } from "./balance.ts";
import { readChainView } from "./chain_view.ts";
import { Txid } from "./coins.ts";
import { Integer } from "./rpc.ts";
import type { Opened } from "./signed.ts";
import { spends } from "./signed.ts";
import { isInPool, type KnownTransaction, readSince, readTransaction } from "./wallet_history.ts";

/** Transactions whose inputs are looked at when a coin's spender is searched. */
const SPENDERS_MAX = 5_000;

export type Located = {
  readonly head_at: Instant;
} /** In the chain so deep, or in the pool (0); `fee` null: it is not known yet. */ & (
  | { readonly kind: "ours"; readonly txid: string; readonly confirmations: number; readonly fee: bigint | null }
  /** Its anchor belongs to another transaction, which is so deep in the chain. */
  | { readonly kind: "replaced"; readonly by: string; readonly confirmations: number }
  | { readonly kind: "absent"; readonly as_of: Instant }
);

/** @throws VenueError when the node did not answer: that is no absence */
export async function locatePayment(
  at: AccountAt,
  opened: Opened,
  from_height: number,
  now: Instant,
): Promise<Located> {
  const { rpc, settings, node_wallet } = at;
  const view = await readChainView(rpc, settings, now);
  const { head_at } = view;
  const own = await readTransaction(rpc, node_wallet, opened.txid);
  if (own !== null && (own.confirmations > 0 || (await isInPool(rpc, opened.txid)))) {
    return { head_at, kind: "ours", txid: own.txid, confirmations: Math.max(own.confirmations, 0), fee: opened.fee };
  }
  const spender = await findSpender(at, opened, own, from_height);
  if (spender === null) {
    const gone = await goneWith(at, opened);
    return gone === null ? { head_at, kind: "absent", as_of: view.as_of } : { head_at, kind: "replaced", ...gone };
  }
  const confirmations = Math.max(spender.confirmations, 0);
  if (!isSamePayment(spender, opened)) return { head_at, kind: "replaced", by: spender.txid, confirmations };
  return { head_at, kind: "ours", txid: spender.txid, confirmations, fee: spender.fee };
}

/** The transaction that made the anchor was replaced by another one in the chain: a coin that never came to be is never spent. */
async function goneWith(
  { rpc, node_wallet }: AccountAt,
  { inputs }: Opened,
): Promise<{ readonly by: string; readonly confirmations: number } | null> {
  const [anchor] = inputs;
  const source = anchor === undefined ? null : await readTransaction(rpc, node_wallet, anchor.txid);
  if (source === null || source.confirmations >= 0) return null;
  return { by: source.conflicts[0] ?? "what took the place of its source", confirmations: -source.confirmations };
}

/** Another transaction that spends the anchor and is in the chain or in the pool; one in the chain goes first. */
async function findSpender(
  at: AccountAt,
  opened: Opened,
  own: KnownTransaction | null,
  from_height: number,
): Promise<KnownTransaction | null> {
  const [anchor] = opened.inputs;
  if (anchor === undefined) return null;
  const candidates = own === null || own.conflicts.length === 0 ? await sentSince(at, from_height) : own.conflicts;
  if (candidates.length > SPENDERS_MAX) {
    // Not looked at is not absent.
    throw new VenueError("venue_transient", `More than ${SPENDERS_MAX} transactions may have spent a coin.`);
  }
  let waiting: KnownTransaction | null = null;
  for (const txid of candidates) {
    const known = txid === opened.txid ? null : await readTransaction(at.rpc, at.node_wallet, txid);
    if (known === null || !spends(known.tx, anchor)) continue;
    if (known.confirmations > 0) return known;
    if (known.confirmations === 0 && (await isInPool(at.rpc, txid))) waiting = known;
  }
  return waiting;
}

/** The wallet watches the anchor's script, so whoever spends it is among its own transactions. */
async function sentSince({ rpc, node_wallet }: AccountAt, from_height: number): Promise<string[]> {
  const count = await rpc.call("getblockcount", [], Integer);
  const hash = await rpc.call("getblockhash", [Math.min(from_height, count)], Txid);
  const { transactions } = await readSince(rpc, node_wallet, hash, 1);
  return [...new Set(transactions.filter(({ category }) => category === "send").map(({ txid }) => txid))];
}

/** The same mark, and the same output to the same script; to itself: the same scripts and no other. */
export function isSamePayment(
  { tx }: Pick<KnownTransaction, "tx">,
  { paid, outputs, sequence }: Pick<Opened, "paid" | "outputs" | "sequence">,
): boolean {
  for (let at = 0; at < tx.inputsLength; at += 1) if (tx.getInput(at).sequence !== sequence) return false;
  if (paid === null) {
    const theirs = Array.from({ length: tx.outputsLength }, (_, vout) => tx.getOutput(vout).script);
    return theirs.every((script) => script !== undefined && outputs.some((own) => sameBytes(own.script, script)));
  }
  for (let vout = 0; vout < tx.outputsLength; vout += 1) {
    const { script, amount } = tx.getOutput(vout);
    if (script !== undefined && amount === paid.amount && sameBytes(script, paid.script)) return true;
  }
  return false;
}
