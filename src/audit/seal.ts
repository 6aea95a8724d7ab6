/**
 * The sealer: one process at a time numbers the events that wait, hashes them into the tree and signs its root. Numbers, leaves
 * and frontier change in one transaction, so a crash leaves either all of a batch or nothing; a checkpoint that a crash kept from
 * being written is signed at the next turn. Events written since the last turn are not sealed yet: that is the tamper window.
 */
import { assert } from "../errors/index.ts";
import type { Clock, Signer } from "../ports/index.ts";
import {
  acquireLease,
  holdsLease,
  type Json,
  type ReadTx,
  releaseLease,
  type Store,
  type Tx,
  tables,
} from "../store/index.ts";
import { eventBytes } from "./emit.ts";
import { AuditError } from "./errors.ts";
import { appendLeaf, EMPTY_FRONTIER, type Frontier, frontierRoot, isFrontier, leafHash } from "./merkle.ts";
import { checkpointText, signNote } from "./note.ts";
import type { CheckpointRow } from "./types.ts";

/** Name of the sealer's lease, and of its row among the singletons. */
export const SEALER = "sealer";
const FRONTIER = "audit.frontier";
/** Events sealed in one transaction. */
export const SEAL_BATCH = 100;
/** Batches of one turn, so that a long backlog does not keep the caller. */
const BATCHES_MAX = 50;
const LEASE_TTL_MS = 30_000;

export interface SealDeps {
  readonly store: Store;
  readonly clock: Pick<Clock, "now">;
  readonly signer: Signer;
  /** Name of the log: `logOrigin(config.name)`. */
  readonly origin: string;
  /** Unique per process. */
  readonly owner: string;
}

export interface SealResult {
  /** False when another process seals. */
  readonly leading: boolean;
  /** Events numbered by this turn. */
  readonly sealed: number;
  /** Length of the sealed log now; null when not leading. */
  readonly size: number | null;
  /** The checkpoint this turn signed; null when there was nothing new. */
  readonly checkpoint: CheckpointRow | null;
}

/** One turn: takes or renews the lease, seals what waits, signs the new root. Call it again and again. @throws StoreError */
export async function sealOnce(deps: SealDeps): Promise<SealResult> {
  const { store, owner } = deps;
  let sealed = 0;
  let turn: Sealed | null = null;
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    turn = await store.tx("seal.batch", async (tx) => {
      const lease = await acquireLease(tx, { name: SEALER, owner, ttl_ms: LEASE_TTL_MS });
      return lease === null ? null : sealBatch(tx, deps, lease.fence);
    });
    sealed += turn?.count ?? 0;
    if (turn === null || turn.count < SEAL_BATCH) break;
  }
  if (turn === null) return { leading: false, sealed, size: null, checkpoint: null };
  const checkpoint = await signFrontier(deps, turn);
  return { leading: true, sealed, size: turn.frontier.size, checkpoint };
}

/** Gives the lease back on a clean stop, so that the next process need not wait for it. @throws StoreError */
export async function stopSealing({ store, owner }: Pick<SealDeps, "store" | "owner">): Promise<void> {
  await store.tx("seal.release", async (tx) => {
    const lease = await tx.get(tables.lease, { name: SEALER });
    if (lease?.owner === owner) await releaseLease(tx, SEALER, owner, lease.fence);
  });
}

/** The tree as far as it is sealed. @throws AuditError audit_log_damaged */
export async function readFrontier(tx: Pick<ReadTx, "get">): Promise<Frontier> {
  const row = await tx.get(tables.control, { name: FRONTIER });
  return row === undefined ? EMPTY_FRONTIER : decodeFrontier(row.value);
}

/** The newest signed checkpoint; undefined before the first. */
export async function lastCheckpoint(tx: Pick<ReadTx, "find">): Promise<CheckpointRow | undefined> {
  const [last] = await tx.find(tables.checkpoint, { order_by: [["size", "desc"]], limit: 1 });
  return last;
}

/** One batch as it was committed. */
interface Sealed {
  readonly fence: number;
  readonly count: number;
  readonly frontier: Frontier;
  /** A checkpoint of this size is there. */
  readonly signed: boolean;
}

async function sealBatch(tx: Tx, deps: SealDeps, fence: number): Promise<Sealed> {
  const waiting = await tx.find(tables.event, {
    where: { seq: null },
    order_by: [
      ["at", "asc"],
      ["id", "asc"],
    ],
    limit: SEAL_BATCH,
  });
  let frontier = await readFrontier(tx);
  if (waiting.length === 0) {
    const signed = (await tx.get(tables.checkpoint, { size: frontier.size })) !== undefined;
    return { fence, count: 0, frontier, signed };
  }
  for (const event of waiting) {
    const hash = leafHash(eventBytes(event));
    const seq = frontier.size;
    await tx.insert(tables.leaf, { seq, event_id: event.id, leaf: toHex(hash) });
    const numbered = await tx.update(tables.event, { id: event.id }, { seq }, { seq: null });
    assert(numbered, `the event ${event.id} waits for its number`);
    frontier = appendLeaf(frontier, hash);
  }
  const value = { size: frontier.size, nodes: frontier.nodes.map(toHex) };
  await tx.upsert(tables.control, { name: FRONTIER, value, version: frontier.size, updated_at: deps.clock.now() });
  return { fence, count: waiting.length, frontier, signed: false };
}

/** Signs outside a transaction, because a key may live elsewhere; what it signs is committed already and can only grow. */
async function signFrontier(deps: SealDeps, { fence, frontier, signed }: Sealed): Promise<CheckpointRow | null> {
  const { store, signer, origin, owner, clock } = deps;
  const { size } = frontier;
  if (signed || size === 0) return null;
  const root = frontierRoot(frontier);
  const note = await signNote(checkpointText({ origin, size, root }), origin, signer);
  const row = { size, root: toHex(root), note, key_id: signer.key_id, at: clock.now() };
  const written = await store.tx("seal.checkpoint", async (tx) => {
    if (!(await holdsLease(tx, SEALER, owner, fence))) return false;
    return tx.insertIfAbsent(tables.checkpoint, row);
  });
  return written ? row : null;
}

function decodeFrontier(value: Json): Frontier {
  const { size, nodes } = (value ?? {}) as { size?: unknown; nodes?: unknown };
  if (typeof size === "number" && Array.isArray(nodes)) {
    const frontier = { size, nodes: nodes.map((node) => new Uint8Array(Buffer.from(String(node), "hex"))) };
    if (isFrontier(frontier) && frontier.nodes.every((node) => node.length === 32)) return frontier;
  }
  throw new AuditError("audit_log_damaged", "The sealer's record of the log is damaged: verify it against an export.");
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
