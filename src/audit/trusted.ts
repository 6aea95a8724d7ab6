/**
 * Checkpoints that were kept outside the database, and how a log is held against one: the tree of now must contain the tree that
 * was signed then. A database that was restored from a copy is shorter than the checkpoint, or has gone another way since.
 */
import type { SignatureVerifier } from "../authority/types.ts";
import { type ReadTx, type Store, tables } from "../store/index.ts";
import { eventBytes } from "./emit.ts";
import { AuditError } from "./errors.ts";
import type { LogRecord } from "./export.ts";
import {
  appendLeaf,
  EMPTY_FRONTIER,
  type Frontier,
  frontierRoot,
  type Hash,
  isFrontier,
  leafHash,
  sameHash,
} from "./merkle.ts";
import { type Checkpoint, parseCheckpoint, parseNote, parseVerifierKey } from "./note.ts";
import { readFrontier } from "./seal.ts";

const FORMAT = "tidegate-checkpoint/v1";
/** Leaves read in one transaction. */
const PAGE = 5_000;

export interface TrustedCheckpoint {
  /** C2SP signed note. */
  readonly note: string;
  /**
   * The tree at that size, which proves consistency from there on without reading what is before it. It is checked against the
   * signed root. Null: it is rebuilt from the first leaf.
   */
  readonly frontier: Frontier | null;
}

/** A place outside the database that keeps the newest checkpoint it was given. */
export interface Witness {
  readonly id: string;
  /** Apart from the treasury's own data, and given every checkpoint: what was signed lately is known there whatever happens here. */
  readonly outside: boolean;
  /** Null before the first. @throws when it cannot be asked or holds something else */
  latest(): Promise<TrustedCheckpoint | null>;
  /**
   * Durable when it resolves. `aside`: what is there was accepted as lost by people, and is kept beside it. A witness that signs
   * answers with its cosignature, a line for the end of the note; one that only keeps answers null.
   */
  publish(checkpoint: TrustedCheckpoint, options: PublishOptions): Promise<string | null>;
}

export interface PublishOptions {
  readonly aside: boolean;
  /** That the checkpoint continues the log's first `size` leaves; `then`: their tree, where it is known. */
  readonly prove: (size: number, then: Frontier | null) => Promise<readonly Hash[]>;
}

export interface LogDeps {
  readonly store: Store;
  readonly verifier: SignatureVerifier;
  /** `verifierKey(origin, public_key)` of this log. */
  readonly verifier_key: string;
}

/** Why a log does not continue a checkpoint. */
export interface LogFault {
  readonly code: "audit_log_behind" | "audit_log_forked" | "audit_checkpoint_foreign";
  /** Of the checkpoint; 0 when it cannot be read. */
  readonly size: number;
  readonly root: string;
  /** Of the log in the database. */
  readonly own_size: number;
  readonly own_root: string;
  readonly message: string;
}

/** Null when the log contains the checkpoint's tree. @throws StoreError; AuditError audit_log_damaged */
export async function faultOfLog(deps: LogDeps, trusted: TrustedCheckpoint): Promise<LogFault | null> {
  const own = await deps.store.read("audit.frontier", readFrontier);
  const own_root = toHex(frontierRoot(own));
  const signed = await readSigned(deps, trusted.note);
  if (signed === null) {
    const message =
      "The checkpoint is not signed by this log's key: it is of another log, or one of the two keys was replaced.";
    return { code: "audit_checkpoint_foreign", size: 0, root: "", own_size: own.size, own_root, message };
  }
  const { size } = signed;
  const facts = { size, root: toHex(signed.root), own_size: own.size, own_root };
  if (own.size < size) {
    const message = `The database holds ${own.size} events of the log, and ${size} were signed: it is an older copy. Transfers since then may have been paid.`;
    return { code: "audit_log_behind", ...facts, message };
  }
  if (await continues(deps.store, own, trusted.frontier, signed)) return null;
  const message = `The first ${size} events of the log are not those that were signed: the database went another way since an older copy.`;
  return { code: "audit_log_forked", ...facts, message };
}

/** From the tree that was signed, by the leaves since, to the tree of now. */
async function continues(store: Store, own: Frontier, then: Frontier | null, signed: Checkpoint): Promise<boolean> {
  const fits = then !== null && then.size === signed.size && sameHash(frontierRoot(then), signed.root);
  const from = fits ? then : await growTo(store, EMPTY_FRONTIER, signed.size);
  if (from === null || !sameHash(frontierRoot(from), signed.root)) return false;
  const now = await growTo(store, from, own.size);
  return now !== null && sameHash(frontierRoot(now), frontierRoot(own));
}

/** With the leaves up to `size`; null when one is missing. */
export async function growTo(store: Store, from: Frontier, size: number): Promise<Frontier | null> {
  let frontier = from;
  while (frontier.size < size) {
    const leaves = await leavesBetween(store, frontier.size, Math.min(size, frontier.size + PAGE));
    if (leaves === null) return null;
    frontier = leaves.reduce(appendLeaf, frontier);
  }
  return frontier;
}

/** Hashes of the leaves from `from` up to `to`; null when one is missing. */
export async function leavesBetween(store: Store, from: number, to: number): Promise<Hash[] | null> {
  const leaves: Hash[] = [];
  while (from + leaves.length < to) {
    const at = from + leaves.length;
    const rows = await store.read("audit.leaves", (tx) => leavesFrom(tx, at, Math.min(PAGE, to - at)));
    for (const [index, row] of rows.entries()) {
      if (row.seq !== at + index) return null;
      leaves.push(fromHex(row.leaf));
    }
    if (rows.length === 0) return null;
  }
  return leaves;
}

function leavesFrom(tx: ReadTx, from: number, limit: number) {
  return tx.find(tables.leaf, { where: { seq: { gte: from } }, order_by: [["seq", "asc"]], limit });
}

/** Null unless this log's key signed it. */
async function readSigned({ verifier, verifier_key }: LogDeps, note: string): Promise<Checkpoint | null> {
  const key = parseVerifierKey(verifier_key);
  try {
    const { text, signatures } = parseNote(note);
    const checkpoint = parseCheckpoint(text);
    if (checkpoint.origin !== key.name) return null;
    const message = new TextEncoder().encode(text);
    for (const { name, key_hash, signature } of signatures) {
      if (name !== key.name || !sameHash(key_hash, key.key_hash)) continue;
      if (await verifier({ scheme: "ed25519", public_key: key.public_key, message, signature: toHex(signature) })) {
        return checkpoint;
      }
    }
    return null;
  } catch (error) {
    if (error instanceof AuditError) return null;
    throw error;
  }
}

/** What a witness keeps, as text. */
export function printTrusted({ note, frontier }: TrustedCheckpoint): string {
  const tree = frontier === null ? null : { size: frontier.size, nodes: frontier.nodes.map(toHex) };
  return `${JSON.stringify({ format: FORMAT, note, frontier: tree }, null, 2)}\n`;
}

/** Reads what `printTrusted` wrote, or a bare signed note. @throws AuditError audit_note_malformed */
export function parseTrusted(text: string): TrustedCheckpoint {
  if (!text.trimStart().startsWith("{")) {
    parseNote(text);
    return { note: text, frontier: null };
  }
  const { format, note, frontier } = readJson(text);
  if (format !== FORMAT || typeof note !== "string") throw malformed();
  parseNote(note);
  return { note, frontier: readTree(frontier) };
}

/** The last checkpoint of an exported log, with the tree over the export's own events. */
export async function trustedFromExport(records: AsyncIterable<LogRecord>): Promise<TrustedCheckpoint> {
  let frontier = EMPTY_FRONTIER;
  let last: TrustedCheckpoint | null = null;
  for await (const record of records) {
    if (record.record === "event") frontier = appendLeaf(frontier, leafHash(eventBytes(record.event)));
    else last = { note: record.note, frontier };
  }
  if (last === null) throw malformed();
  return last;
}

function readJson(text: string): { format?: unknown; note?: unknown; frontier?: unknown } {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw malformed();
  }
}

/** Anything odd counts as absent: it only saves work. */
function readTree(value: unknown): Frontier | null {
  const { size, nodes } = (value ?? {}) as { size?: unknown; nodes?: unknown };
  if (typeof size !== "number" || !Array.isArray(nodes)) return null;
  const frontier = { size, nodes: nodes.map((node) => fromHex(String(node))) };
  return isFrontier(frontier) && frontier.nodes.every((node) => node.length === 32) ? frontier : null;
}

function malformed(): AuditError {
  return new AuditError("audit_note_malformed", "It is neither a checkpoint nor an exported log.");
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}

/** The size that a note states, its signature unseen. @throws AuditError audit_note_malformed */
export function sizeOfNote(note: string): number {
  return parseCheckpoint(parseNote(note).text).size;
}
