/**
 * What a log sends to a witness and what the witness answers, in the format of C2SP (tlog-witness, add-checkpoint). The body is the
 * size that the witness signed last, the proof that the new tree continues that one, and the new checkpoint:
 *
 *   old 20852014
 *   <base64 of one hash of the proof, a line each>
 *
 *   <the checkpoint, signed by the log>
 */
import type { SignatureVerifier } from "../authority/types.ts";
import type { Instant, Signer } from "../ports/index.ts";
import { cosign } from "./cosignature.ts";
import { AuditError } from "./errors.ts";
import { type Hash, sameHash, verifyConsistency } from "./merkle.ts";
import { type Checkpoint, parseCheckpoint, parseNote, parseVerifierKey } from "./note.ts";

/** A tree of 2^63 leaves needs no more. */
const PROOF_LINES_MAX = 63;
/** Longest body, in bytes: a proof and a note. */
export const SUBMISSION_BYTES_MAX = 131_072;

export interface Submission {
  readonly old_size: number;
  readonly proof: readonly Hash[];
  readonly note: string;
}

export function printSubmission({ old_size, proof, note }: Submission): string {
  const lines = proof.map((hash) => `${Buffer.from(hash).toString("base64")}\n`).join("");
  return `old ${old_size}\n${lines}\n${note}`;
}

/** @throws AuditError audit_note_malformed */
export function parseSubmission(body: string): Submission {
  const end = body.indexOf("\n\n");
  const [first = "", ...lines] = body.slice(0, Math.max(0, end)).split("\n");
  const size_text = /^old (0|[1-9][0-9]*)$/.exec(first)?.[1];
  const old_size = Number(size_text);
  const proof = lines.map((line) => Buffer.from(line, "base64"));
  const sound = proof.every((hash, at) => hash.length === 32 && hash.toString("base64") === lines[at]);
  if (size_text === undefined || !Number.isSafeInteger(old_size) || !sound || proof.length > PROOF_LINES_MAX) {
    throw new AuditError("audit_note_malformed", "It is no submission of a checkpoint.");
  }
  return { old_size, proof: proof.map((hash) => new Uint8Array(hash)), note: body.slice(end + 2) };
}

export interface WitnessReply {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly content_type: "text/plain" | "text/x.tlog.size";
  readonly body: string;
  /** To be durable before the reply is sent; null: nothing changes. */
  readonly keep: { readonly origin: string; readonly note: string } | null;
}

export interface WitnessParts {
  /** `verifierKey(...)` of each log that is witnessed. */
  readonly logs: readonly string[];
  readonly name: string;
  readonly signer: Signer;
  readonly verifier: SignatureVerifier;
  /** The note that was signed last for this log; null before the first. */
  readonly last: (origin: string) => Promise<string | null>;
  readonly now: () => Instant;
}

/**
 * A witness signs a tree only when it continues the one that it signed before. One submission of a log at a time: whoever calls
 * sees to that, and makes `keep` durable before it answers.
 */
export async function judgeSubmission(body: string, parts: WitnessParts): Promise<WitnessReply> {
  let submission: Submission;
  let text: string;
  let next: Checkpoint;
  try {
    submission = parseSubmission(body);
    text = parseNote(submission.note).text;
    next = parseCheckpoint(text);
  } catch (error) {
    if (error instanceof AuditError) return refusal(400, error.message);
    throw error;
  }
  const log = parts.logs.map(parseVerifierKey).find(({ name }) => name === next.origin);
  if (log === undefined) return refusal(404, "This log is not witnessed here.");
  if (!(await isSignedBy(submission.note, log, parts.verifier))) return refusal(403, "The log did not sign it.");
  const { old_size, proof } = submission;
  if (old_size > next.size) return refusal(400, "The old size is above the new one.");
  const last_note = await parts.last(next.origin);
  const last = last_note === null ? null : parseCheckpoint(parseNote(last_note).text);
  const known_size = last?.size ?? 0;
  if (old_size !== known_size) return conflict(known_size);
  if (last !== null && next.size === last.size && !sameHash(next.root, last.root)) return conflict(known_size);
  if (last === null || last.size === 0) {
    if (proof.length > 0) return refusal(422, "A first checkpoint needs no proof.");
  } else {
    const claim = { first: last.size, second: next.size, first_root: last.root, second_root: next.root, proof };
    if (!verifyConsistency(claim)) return refusal(422, "The tree does not continue the one that was signed before.");
  }
  const line = await cosign(text, Math.floor(parts.now() / 1_000), parts.name, parts.signer);
  const keep = { origin: next.origin, note: submission.note };
  return { status: 200, content_type: "text/plain", body: line, keep };
}

async function isSignedBy(
  note: string,
  log: ReturnType<typeof parseVerifierKey>,
  verifier: SignatureVerifier,
): Promise<boolean> {
  const { text, signatures } = parseNote(note);
  const message = new TextEncoder().encode(text);
  for (const { name, key_hash, signature } of signatures) {
    if (name !== log.name || !sameHash(key_hash, log.key_hash)) continue;
    const claim = { scheme: "ed25519", public_key: log.public_key, message } as const;
    if (await verifier({ ...claim, signature: Buffer.from(signature).toString("hex") })) return true;
  }
  return false;
}

function refusal(status: 400 | 403 | 404 | 422, message: string): WitnessReply {
  return { status, content_type: "text/plain", body: `${message}\n`, keep: null };
}

/** The size that was signed last, so that the log can prove from there. */
function conflict(size: number): WitnessReply {
  return { status: 409, content_type: "text/x.tlog.size", body: `${size}\n`, keep: null };
}
