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
  const lease = await store.tx("seal.lease", (tx) => acquireLease(tx, { name: SEALER, owner, ttl_ms: LEASE_TTL_MS }));
  if (lease === null) return { leading: false, sealed: 0, size: null, checkpoint: null };
  let sealed = 0;
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    const count = await store.tx("seal.batch", (tx) => sealBatch(tx, deps, lease.fence));
    sealed += count;
    if (count < SEAL_BATCH) break;
  }
  const { checkpoint, size } = await signFrontier(deps, lease.fence);
  return { leading: true, sealed, size, checkpoint };
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

async function sealBatch(tx: Tx, deps: SealDeps, fence: number): Promise<number> {
  if (!(await holdsLease(tx, SEALER, deps.owner, fence))) return 0;
  const waiting = await tx.find(tables.event, {
    where: { seq: null },
    order_by: [
      ["at", "asc"],
      ["id", "asc"],
    ],
    limit: SEAL_BATCH,
  });
  if (waiting.length === 0) return 0;
  let frontier = await readFrontier(tx);
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
  return waiting.length;
}

/** Signs outside a transaction, because a key may live elsewhere; what it signs is committed already and can only grow. */
async function signFrontier(deps: SealDeps, fence: number): Promise<Signed> {
  const { store, signer, origin, owner, clock } = deps;
  const { frontier, signed } = await store.read("seal.frontier", async (tx) => {
    const current = await readFrontier(tx);
    return { frontier: current, signed: (await tx.get(tables.checkpoint, { size: current.size })) !== undefined };
  });
  const { size } = frontier;
  if (signed || size === 0) return { size, checkpoint: null };
  const root = frontierRoot(frontier);
  const note = await signNote(checkpointText({ origin, size, root }), origin, signer);
  const row = { size, root: toHex(root), note, key_id: signer.key_id, at: clock.now() };
  const written = await store.tx("seal.checkpoint", async (tx) => {
    if (!(await holdsLease(tx, SEALER, owner, fence))) return false;
    return tx.insertIfAbsent(tables.checkpoint, row);
  });
  return { size, checkpoint: written ? row : null };
}

interface Signed {
  /** Of the log as it was signed. */
  readonly size: number;
  readonly checkpoint: CheckpointRow | null;
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
