/**
 * Movements of an account, once they are final. The cursor is the hash of the last block whose movements were listed. Should the
 * chain take that block back all the same, the node names what was in it, and each of these is listed again as its opposite: the sum
 * of all movements stays the balance.
 */
import type { Instant } from "../../ports/index.ts";
import { VenueError } from "../index.ts";
import type { MovementPage, VenueMovement, WalletRef } from "../port.ts";
import type { AccountAt } from "./balance.ts";
import { Txid } from "./coins.ts";
import { type HistoryEntry, readSince } from "./wallet_history.ts";

/** Movements after which a page ends, with its last block complete. */
const PAGE = 1_000;
const MS_PER_SECOND = 1_000;
/** Enough of a block's hash to tell it from the others that a transaction was in. */
const HASH_DIGITS = 16;

export type ToUnits = (sats: bigint) => bigint;

/** @throws VenueError */
export async function listAccountMovements(
  { rpc, settings, node_wallet }: AccountAt,
  wallet: WalletRef,
  cursor: string | null,
  to_units: ToUnits,
  now: Instant,
): Promise<MovementPage> {
  const from = cursor === null || cursor === "" ? null : readCursor(cursor);
  const { transactions, removed, lastblock } = await readSince(rpc, node_wallet, from, settings.confirmations);
  const final = transactions.filter(({ confirmations }) => confirmations >= settings.confirmations);
  const listed = toMovements(final, wallet, to_units);
  const undone =
    from === null ? [] : toMovements(removed, wallet, to_units).map((movement) => takenBack(movement, from, now));
  const sorted = listed.sort(byHeight);
  const cut = sorted[PAGE - 1]?.height ?? null;
  const page = cut === null ? sorted : sorted.filter(({ height }) => Number(height) <= Number(cut));
  if (page.length === sorted.length) return { movements: [...undone, ...page], cursor: lastblock, has_more: false };
  const hash = await rpc.call("getblockhash", [Number(cut)], Txid);
  return { movements: [...undone, ...page], cursor: hash, has_more: true };
}

function readCursor(cursor: string): string {
  const parsed = Txid.safeParse(cursor);
  if (parsed.success) return parsed.data;
  throw new VenueError(
    "venue_invalid",
    `"${cursor.slice(0, 80)}" is no cursor of this connector; it must be the hash of a block.`,
  );
}

/** One movement for each payment of our own, and one for each coin that came in. */
function toMovements(entries: readonly HistoryEntry[], { asset }: WalletRef, to_units: ToUnits): VenueMovement[] {
  const by_txid = Map.groupBy(entries, ({ txid }) => txid);
  return [...by_txid.values()].flatMap((group): VenueMovement[] => {
    const sent = group.filter(({ category }) => category === "send");
    const received = group.filter(({ category }) => ["receive", "generate", "immature"].includes(category));
    const common = (
      entry: HistoryEntry,
    ): Omit<VenueMovement, "id" | "direction" | "amount" | "fee" | "counterparty"> => ({
      asset,
      reference: null,
      tx_hash: entry.txid,
      at: (entry.blocktime ?? 0) * MS_PER_SECOND,
      height: entry.blockheight === undefined ? null : String(entry.blockheight),
      final: true,
    });
    const [first] = sent;
    if (first === undefined) {
      return received.map((entry) => ({
        ...common(entry),
        id: nameOf(entry, `in:${entry.vout}`),
        direction: "in",
        amount: to_units(entry.amount),
        fee: 0n,
        counterparty: null,
      }));
    }
    // What the account sends to itself is listed on both sides.
    const back = new Set(received.map(({ vout }) => vout));
    const paid = sent.filter(({ vout }) => !back.has(vout));
    return [
      {
        ...common(first),
        id: nameOf(first, "out"),
        direction: "out",
        amount: to_units(paid.reduce((sum, { amount }) => sum - amount, 0n)),
        fee: to_units(-(first.fee ?? 0n)),
        counterparty: paid[0]?.address ?? null,
      },
    ];
  });
}

/** The same transaction in another block is another movement: the first one was taken back. */
function nameOf({ txid, blockhash }: HistoryEntry, what: string): string {
  return `${txid}:${what}@${(blockhash ?? "").slice(-HASH_DIGITS)}`;
}

/** What a vanished block had booked, the other way round. */
function takenBack(movement: VenueMovement, cursor: string, now: Instant): VenueMovement {
  const id = `${movement.id.split("@")[0]}:undone@${cursor.slice(-HASH_DIGITS)}`;
  const base = { ...movement, id, at: now, height: null };
  if (movement.direction === "in") return { ...base, direction: "out" };
  return { ...base, direction: "in", amount: movement.amount + movement.fee, fee: 0n };
}

function byHeight(a: VenueMovement, b: VenueMovement): number {
  return Number(a.height) - Number(b.height) || (a.id < b.id ? -1 : 1);
}
