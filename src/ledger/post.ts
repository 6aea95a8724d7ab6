/** One posting in a transaction of its caller: the batch of one. The laws are in `judge.ts`. */
import { assert } from "../errors/index.ts";
import type { Ids } from "../ports/index.ts";
import { type Tx, tables } from "../store/index.ts";
import { postMany } from "./post_many.ts";
import type { Posted, PostInput, PostingRow } from "./types.ts";

/**
 * Writes a posting with its entries, creating accounts on first use; the same key with the same body gives the first result.
 * Everything is checked before the first write.
 * @throws LedgerError ledger_key_reused, ledger_insufficient, ledger_overflow, ledger_hold_unknown, ledger_hold_closed
 * @example
 * await post(tx, ids, { key: "opening/hot-usdt/USDT", kind: "opening", ref: "hot-usdt", memo: "First balance", at,
 *   lines: [debit(walletAccount("hot-usdt", "USDT"), 5n), credit(equityAccount("USDT"), 5n)] });
 */
export async function post(tx: Tx, ids: Ids, input: PostInput): Promise<Posted> {
  const [outcome] = await postMany(tx, ids, [input]);
  assert(outcome !== undefined, "a posting has an outcome");
  if ("refused" in outcome) throw outcome.refused;
  return outcome;
}

/** Posts what was held: the hold ends and the posting is written together, or neither. @throws LedgerError as `post` */
export async function postHold(tx: Tx, ids: Ids, hold_id: string, input: PostInput): Promise<Posted> {
  return post(tx, ids, { ...input, releases: [...(input.releases ?? []), hold_id] });
}

/** The posting booked under this key. */
export async function findPosting(tx: Pick<Tx, "find">, key: string): Promise<PostingRow | undefined> {
  const [found] = await tx.find(tables.posting, { where: { key }, limit: 1 });
  return found;
}
