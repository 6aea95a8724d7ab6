/**
 * The expedited lane in the store. Room is taken in the transaction that writes the plan, with a guard on the envelope's row, so
 * that two plans never take the same room; it is judged again when the transfer is let on and again before it is sent.
 */
import { emit } from "../../audit/index.ts";
import {
  type EnvelopeFile,
  type EnvelopePlan,
  type EnvelopeRow,
  type EnvelopeTaken,
  envelopeQuorum,
  fitProblem,
  remainingOf,
  standingProblem,
  votesOn,
} from "../../authority/index.ts";
import type { Instant } from "../../ports/index.ts";
import { type ReadTx, type Tx, tables } from "../../store/index.ts";
import { type TransferDeps, venueOf } from "../context.ts";
import { TransferError } from "../errors.ts";
import type { TransferRow, TransferState } from "../types.ts";

/** Envelopes of one pool that are looked at, and transfers planned inside one; more than that allows nothing. */
export const ENVELOPES_MAX = 50;
export const USES_MAX = 1_000;

/** Nothing of these was ever sent. What was sent and failed keeps its room: it may turn out to have been paid. */
const GIVES_BACK: ReadonlySet<TransferState> = new Set(["denied", "expired", "cancelled"]);

export interface EnvelopeRoom extends EnvelopeFile {
  readonly remaining: EnvelopeTaken;
}

/** @throws TransferError envelope_not_found */
export async function getEnvelope(tx: ReadTx, id: string): Promise<EnvelopeRow> {
  const row = await tx.get(tables.envelope, { id });
  if (row !== undefined) return row;
  throw new TransferError("envelope_not_found", `There is no envelope ${id}.`, { envelope: id });
}

/** Newest first. */
export function findEnvelopes(tx: ReadTx, limit: number): Promise<EnvelopeRow[]> {
  return tx.find(tables.envelope, {
    order_by: [
      ["created_at", "desc"],
      ["id", "desc"],
    ],
    limit,
  });
}

/** Those that wait for votes, oldest first. */
export async function findOpenEnvelopes(tx: ReadTx, now: Instant): Promise<EnvelopeRow[]> {
  const rows = await tx.find(tables.envelope, {
    where: { state: "open" },
    order_by: [
      ["created_at", "asc"],
      ["id", "asc"],
    ],
    limit: ENVELOPES_MAX,
  });
  return rows.filter(({ terms }) => now < terms.valid_until);
}

export interface EnvelopeUse {
  readonly transfer_id: string;
  readonly amount: bigint;
  readonly at: Instant;
  readonly state: TransferRow["state"];
}

/** Who took of it, newest first, with what became of each. */
export async function usesOf(tx: ReadTx, envelope_id: string): Promise<EnvelopeUse[]> {
  const rows = await tx.find(tables.envelopeUse, {
    where: { envelope_id },
    order_by: [["transfer_id", "asc"]],
    limit: USES_MAX,
  });
  const uses: EnvelopeUse[] = [];
  for (const { transfer_id, amount, at } of rows) {
    const transfer = await tx.get(tables.transfer, { id: transfer_id });
    if (transfer !== undefined) uses.push({ transfer_id, amount, at, state: transfer.state });
  }
  return uses.sort((a, b) => b.at - a.at);
}

/** What transfers other than `except` take of it. */
export async function takenOf(tx: ReadTx, envelope_id: string, except: string | null = null): Promise<EnvelopeTaken> {
  const uses = await tx.find(tables.envelopeUse, {
    where: { envelope_id },
    order_by: [["transfer_id", "asc"]],
    limit: USES_MAX,
  });
  let taken: EnvelopeTaken = { amount: 0n, count: uses.length < USES_MAX ? 0 : Number.MAX_SAFE_INTEGER };
  for (const { transfer_id, amount } of uses) {
    if (transfer_id === except) continue;
    const transfer = await tx.get(tables.transfer, { id: transfer_id });
    if (transfer !== undefined && GIVES_BACK.has(transfer.state)) continue;
    taken = { amount: taken.amount + amount, count: taken.count + 1 };
  }
  return taken;
}

/** The envelope that the plan names, beside what others take of it; null when it names none. */
export async function envelopeOf(tx: ReadTx, { id, plan }: TransferRow): Promise<EnvelopeFile | null> {
  if (plan.envelope === undefined) return null;
  const row = await tx.get(tables.envelope, { id: plan.envelope.id });
  if (row === undefined) return null;
  return { row, votes: await votesOn(tx, row.id), taken: await takenOf(tx, row.id, id) };
}

/** Envelopes of a pool that stand now and have room, the one that ends first first. */
export async function envelopesWithRoom(
  tx: ReadTx,
  deps: Pick<TransferDeps, "config" | "verifier">,
  pool_id: string,
  now: Instant,
): Promise<EnvelopeRoom[]> {
  const active = await tx.find(tables.envelope, {
    where: { pool_id, state: "active", valid_until: { gt: now } },
    order_by: [
      ["valid_until", "asc"],
      ["id", "asc"],
    ],
    limit: ENVELOPES_MAX,
  });
  const rooms: EnvelopeRoom[] = [];
  for (const row of active) {
    const votes = await votesOn(tx, row.id);
    const { verifier, config } = deps;
    const quorum = await envelopeQuorum({ row, votes }, { authority: config.authority, verifier, now });
    if (standingProblem(row, quorum, now) !== null) continue;
    const taken = await takenOf(tx, row.id);
    rooms.push({ row, votes, taken, remaining: remainingOf(row, taken) });
  }
  return rooms;
}

/**
 * An envelope into which the plan fits; null when there is none, and the plan needs votes of its own.
 * @throws TransferError envelope_unsupported where the wallet's own owners have to sign every payment
 */
export async function findEnvelope(
  tx: ReadTx,
  deps: TransferDeps,
  plan: EnvelopePlan,
  now: Instant,
): Promise<EnvelopeRoom | null> {
  assertSupported(deps, plan.from);
  const rooms = await envelopesWithRoom(tx, deps, plan.pool_id, now);
  return rooms.find(({ row, taken }) => fitProblem(row, plan, taken) === null) ?? null;
}

/** @throws TransferError envelope_unsupported */
export function assertSupported(
  deps: Pick<TransferDeps, "venues">,
  { venue, wallet }: Pick<EnvelopePlan["from"], "venue" | "wallet">,
): void {
  const from = venueOf(deps, venue);
  if (from.capabilities().signing === "digest" || from.readAllowance !== undefined) return;
  throw new TransferError(
    "envelope_unsupported",
    `${wallet} pays only what its own owners sign, each payment anew: nothing can be approved for it in advance, unless they allow it on their chain.`,
    { wallet },
  );
}

/** Takes the room, in the transaction that wrote the plan. */
export async function takeEnvelope(
  tx: Tx,
  deps: Pick<TransferDeps, "ids">,
  { row, taken }: EnvelopeRoom,
  transfer: TransferRow,
  now: Instant,
): Promise<void> {
  const { id: transfer_id, amount, pool_id, asset } = transfer;
  const bumped = await tx.update(
    tables.envelope,
    { id: row.id },
    { version: row.version + 1 },
    { version: row.version, state: "active" },
  );
  if (!bumped) throw new TransferError("transfer_conflict", `The envelope ${row.id} changed meanwhile.`);
  await tx.insert(tables.envelopeUse, { transfer_id, envelope_id: row.id, amount, at: now });
  const left = remainingOf(row, { amount: taken.amount + amount, count: taken.count + 1 });
  await emit(tx, deps.ids, {
    kind: "envelope.used",
    ref: row.id,
    actor: transfer.plan.initiator,
    at: now,
    payload: {
      ...{ envelope_id: row.id, pool_id, asset, transfer_id, digest: row.digest, amount: amount.toString() },
      ...{ amount_remaining: left.amount.toString(), count_remaining: left.count },
    },
  });
}
