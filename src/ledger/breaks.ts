/** Breaks: a wallet has at most one open; it opens with the first difference, follows it, and closes when agreement returns. */
import { emit } from "../audit/index.ts";
import type { WalletReconciliation } from "../daemon/types.ts";
import { assert } from "../errors/index.ts";
import type { Ids, Instant } from "../ports/index.ts";
import { type ReadTx, type Tx, tables } from "../store/index.ts";
import type { BreakRow } from "./types.ts";

/** Most open breaks listed at once. */
export const OPEN_BREAKS_MAX = 1_000;

export interface BreakChange {
  readonly change: "none" | "opened" | "refreshed" | "closed";
  /** The break as it is now; null when there is none. */
  readonly row: BreakRow | null;
}

export interface BreakInput {
  readonly reconciliation: WalletReconciliation;
  readonly actor: string;
  readonly at: Instant;
  /** What is known of its cause when it opens, as a sentence. */
  readonly cause: string;
}

/** An unknown balance changes nothing: it neither opens a break nor closes one. */
export async function recordBreak(tx: Tx, ids: Ids, input: BreakInput): Promise<BreakChange> {
  const { wallet_id, state } = input.reconciliation;
  const open = await openBreak(tx, wallet_id);
  if (state === "unknown") return { change: "none", row: open ?? null };
  if (state !== "break") return open ? close(tx, ids, open, input) : { change: "none", row: null };
  return open ? refresh(tx, open, input) : start(tx, ids, input);
}

/** The wallet's open break. */
export async function openBreak(tx: Pick<ReadTx, "find">, wallet_id: string): Promise<BreakRow | undefined> {
  const [open] = await tx.find(tables.breaks, { where: { wallet_id, closed_at: null }, limit: 1 });
  return open;
}

/** All open breaks, oldest first. */
export async function openBreaks(tx: Pick<ReadTx, "find">): Promise<BreakRow[]> {
  return tx.find(tables.breaks, {
    where: { closed_at: null },
    order_by: [
      ["opened_at", "asc"],
      ["id", "asc"],
    ],
    limit: OPEN_BREAKS_MAX,
  });
}

async function start(tx: Tx, ids: Ids, input: BreakInput): Promise<BreakChange> {
  const { wallet_id, asset, difference, expected, venue } = input.reconciliation;
  assert(difference !== null && venue !== null, "a break has a difference");
  const { at, cause } = input;
  const row = {
    id: ids.next("brk"),
    wallet_id,
    asset,
    difference,
    opened_at: at,
    last_seen_at: at,
    closed_at: null,
    cause,
  };
  await tx.insert(tables.breaks, row);
  await emit(tx, ids, {
    kind: "break.opened",
    ref: wallet_id,
    actor: input.actor,
    at,
    payload: {
      wallet_id,
      asset,
      difference: difference.toString(),
      expected: expected.toString(),
      venue: venue.toString(),
      cause,
    },
  });
  return { change: "opened", row };
}

async function refresh(tx: Tx, open: BreakRow, input: BreakInput): Promise<BreakChange> {
  const { difference } = input.reconciliation;
  assert(difference !== null, "a break has a difference");
  const patch = { difference, last_seen_at: input.at };
  await tx.update(tables.breaks, { id: open.id }, patch);
  return { change: "refreshed", row: { ...open, ...patch } };
}

async function close(tx: Tx, ids: Ids, open: BreakRow, input: BreakInput): Promise<BreakChange> {
  const { at } = input;
  await tx.update(tables.breaks, { id: open.id }, { closed_at: at });
  const { wallet_id, asset, difference } = open;
  const payload = { wallet_id, asset, difference: difference.toString(), open_ms: Math.max(0, at - open.opened_at) };
  await emit(tx, ids, { kind: "break.closed", ref: wallet_id, actor: input.actor, at, payload });
  return { change: "closed", row: { ...open, closed_at: at } };
}
