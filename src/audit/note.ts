/**
 * Signed notes and checkpoints in the formats of C2SP (signed-note, tlog-checkpoint): the text of a log's size and root, and below
 * it a line per signature, which any verifier of transparency logs reads.
 *
 *   tidegate/acme
 *   20852163
 *   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 *
 *   — tidegate/acme <base64 of a 4-byte key hash and the 64-byte Ed25519 signature>
 */
import { sha256 } from "@noble/hashes/sha2.js";
import type { Signer } from "../ports/index.ts";
import { AuditError } from "./errors.ts";
import type { Hash } from "./merkle.ts";

/** Algorithm byte of Ed25519 in key hashes and verifier keys. */
const ED25519 = 0x01;
const KEY_HASH_BYTES = 4;
/** Longest note that is read, in characters. */
export const NOTE_LENGTH_MAX = 65_536;
/** Most signature lines of one note. */
export const SIGNATURES_MAX = 16;

export interface Checkpoint {
  /** Name of the log. */
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
}

export interface NoteSignature {
  readonly name: string;
  /** 4 bytes. */
  readonly key_hash: Uint8Array;
  readonly signature: Uint8Array;
}

/** Name of a treasury's log, which is also the name of its key: no spaces and no plus. */
export function logOrigin(treasury_name: string): string {
  const slug = treasury_name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return `tidegate/${slug === "" ? "treasury" : slug}`;
}

export function checkpointText(checkpoint: Checkpoint): string {
  return `${checkpoint.origin}\n${checkpoint.size}\n${toBase64(checkpoint.root)}\n`;
}

/** Appends one signature to a text that ends with a newline. `public_key` of the signer is 32 bytes in hex. */
export async function signNote(text: string, name: string, signer: Signer): Promise<string> {
  if (!text.endsWith("\n") || !isName(name)) throw new AuditError("audit_note_malformed", "The note cannot be signed.");
  const signature = await signer.sign(new TextEncoder().encode(text));
  const blob = Buffer.concat([keyHash(name, Buffer.from(signer.public_key, "hex")), signature]);
  return `${text}\n— ${name} ${blob.toString("base64")}\n`;
}

/** The text and its signatures. @throws AuditError audit_note_malformed */
export function parseNote(note: string): { text: string; signatures: NoteSignature[] } {
  const split = note.lastIndexOf("\n\n");
  if (note.length > NOTE_LENGTH_MAX || split < 0 || !note.endsWith("\n")) throw malformed("It is no signed note.");
  const lines = note.slice(split + 2, -1).split("\n");
  if (lines.length > SIGNATURES_MAX) throw malformed("It has too many signatures.");
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignature) };
}

/** @throws AuditError audit_note_malformed */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = "", size_text = "", root_text = "", ...rest] = text.split("\n");
  const root = fromBase64(root_text);
  const size = Number(size_text);
  const plain = /^(0|[1-9][0-9]*)$/.test(size_text) && Number.isSafeInteger(size);
  // Extension lines are allowed and not understood; the text ends with a newline, so the last part is empty.
  if (origin === "" || !plain || root?.length !== 32 || rest.at(-1) !== "") throw malformed("It is no checkpoint.");
  return { origin, size, root };
}

/** `<name>+<key hash>+<base64 of algorithm and key>`: all that an outsider needs to verify. */
export function verifierKey(name: string, public_key: string): string {
  const key = Buffer.from(public_key, "hex");
  const blob = Buffer.concat([Buffer.of(ED25519), key]);
  return `${name}+${Buffer.from(keyHash(name, key)).toString("hex")}+${blob.toString("base64")}`;
}

/** @throws AuditError audit_note_malformed */
export function parseVerifierKey(text: string): { name: string; key_hash: Uint8Array; public_key: string } {
  const [name = "", hash_text = "", ...rest] = text.split("+");
  // A base64 text may hold a plus of its own.
  const blob = fromBase64(rest.join("+"));
  if (!isName(name) || blob?.length !== 33 || blob[0] !== ED25519) throw malformed("It is no Ed25519 verifier key.");
  const key = blob.subarray(1);
  const key_hash = keyHash(name, key);
  if (Buffer.from(key_hash).toString("hex") !== hash_text) throw malformed("The hash of the verifier key is wrong.");
  return { name, key_hash, public_key: Buffer.from(key).toString("hex") };
}

function keyHash(name: string, public_key: Uint8Array): Uint8Array {
  const bytes = Buffer.concat([Buffer.from(`${name}\n`, "utf8"), Buffer.of(ED25519), public_key]);
  return sha256(bytes).subarray(0, KEY_HASH_BYTES);
}

function parseSignature(line: string): NoteSignature {
  const [dash, name = "", blob_text = "", ...rest] = line.split(" ");
  const blob = fromBase64(blob_text);
  if (dash !== "—" || !isName(name) || rest.length > 0 || blob === null || blob.length <= KEY_HASH_BYTES) {
    throw malformed("A signature line is malformed.");
  }
  return { name, key_hash: blob.subarray(0, KEY_HASH_BYTES), signature: blob.subarray(KEY_HASH_BYTES) };
}

export function isName(name: string): boolean {
  return name !== "" && !/[\s+]/u.test(name);
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

/** Null unless the text is exactly what encoding its bytes gives: one note has one spelling. */
function fromBase64(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, "base64");
  return text !== "" && bytes.toString("base64") === text ? new Uint8Array(bytes) : null;
}

function malformed(message: string): AuditError {
  return new AuditError("audit_note_malformed", message);
}
