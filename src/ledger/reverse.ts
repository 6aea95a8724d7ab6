/** Taking a posting back: never by changing it, always by its mirror. */
import { assert } from "../errors/index.ts";
import type { Ids, Instant } from "../ports/index.ts";
import { type Tx, tables } from "../store/index.ts";
import { LedgerError } from "./errors.ts";
import { LINES_MAX } from "./lines.ts";
import { findPosting, post } from "./post.ts";
import type { Line, Posted } from "./types.ts";

export interface ReverseInput {
  /** Key of the posting to take back; the reversal's own key is `<key>/reversed`. */
  readonly key: string;
  readonly memo: string;
  readonly at: Instant;
}

export const reversalKey = (key: string): string => `${key}/reversed`;

/**
 * Books the mirror of what was really booked, suspense included. A second call gives the first result. It is a fact: what was
 * spent meanwhile shows as suspense.
 * @throws LedgerError ledger_posting_unknown
 */
export async function reversePosting(tx: Tx, ids: Ids, input: ReverseInput): Promise<Posted> {
  const original = await findPosting(tx, input.key);
  if (original === undefined) {
    throw new LedgerError("ledger_posting_unknown", `There is no posting ${input.key} to reverse.`, { key: input.key });
  }
  const key = reversalKey(input.key);
  const known = await findPosting(tx, key);
  if (known) return { posting: known, replayed: true };
  return post(tx, ids, {
    key,
    kind: `${original.kind}_reversed`,
    ref: original.ref,
    memo: input.memo,
    at: input.at,
    basis: "fact",
    lines: await mirroredLines(tx, original.id),
  });
}

/** True when the posting is booked and was not taken back. */
export async function isBooked(tx: Pick<Tx, "find">, key: string): Promise<boolean> {
  return (await findPosting(tx, key)) !== undefined && (await findPosting(tx, reversalKey(key))) === undefined;
}

async function mirroredLines(tx: Tx, posting_id: string): Promise<Line[]> {
  const entries = await tx.find(tables.entry, {
    where: { posting_id },
    order_by: [
      ["account_id", "asc"],
      ["seq", "asc"],
    ],
    limit: 2 * LINES_MAX,
  });
  const lines: Line[] = [];
  for (const entry of entries) {
    const account = await tx.get(tables.account, { id: entry.account_id });
    assert(account !== undefined, "an entry has its account");
    const { kind, owner, asset } = account;
    lines.push({
      account: { kind, owner, asset },
      side: entry.side === "debit" ? "credit" : "debit",
      amount: entry.amount,
    });
  }
  return lines;
}
