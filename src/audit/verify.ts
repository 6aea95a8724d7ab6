/**
 * Verifies a log from nothing but its records and the operator's public key: every number in order without a gap, every root
 * recomputed from the events, every checkpoint signed by that key. Any changed, removed, added or reordered event shows.
 */
import type { SignatureVerifier } from "../authority/types.ts";
import { eventBytes } from "./emit.ts";
import { AuditError } from "./errors.ts";
import type { LogRecord } from "./export.ts";
import { appendLeaf, EMPTY_FRONTIER, type Frontier, frontierRoot, leafHash, sameHash } from "./merkle.ts";
import { parseCheckpoint, parseNote, parseVerifierKey } from "./note.ts";

/** Findings listed in full; what comes after is only counted. */
export const PROBLEMS_MAX = 100;

export type ProblemCode =
  | "audit_gap"
  | "audit_root_mismatch"
  | "audit_size_mismatch"
  | "audit_wrong_origin"
  | "audit_bad_signature"
  | "audit_note_malformed"
  | "audit_unsigned_tail";

export interface VerifyProblem {
  readonly code: ProblemCode;
  readonly message: string;
}

export interface VerifyReport {
  readonly ok: boolean;
  /** Events read. */
  readonly events: number;
  /** Checkpoints that held. */
  readonly checkpoints: number;
  /** Events covered by the last checkpoint that held. */
  readonly signed_size: number;
  /** Root over all events read, in hex. */
  readonly root: string;
  readonly problems: readonly VerifyProblem[];
  readonly problem_count: number;
}

export interface VerifyInput {
  readonly records: AsyncIterable<LogRecord> | Iterable<LogRecord>;
  /** `<name>+<hash>+<key>`, from a source the verifier trusts. @see verifierKey */
  readonly verifier_key: string;
  readonly verifier: SignatureVerifier;
}

/** @throws AuditError audit_note_malformed when the verifier key itself is none; audit_export_malformed from the records */
export async function verifyLog(input: VerifyInput): Promise<VerifyReport> {
  const key = parseVerifierKey(input.verifier_key);
  const problems: VerifyProblem[] = [];
  let [frontier, checkpoints, signed_size, problem_count] = [EMPTY_FRONTIER, 0, 0, 0];
  const add = (problem: VerifyProblem): void => {
    problem_count += 1;
    if (problems.length < PROBLEMS_MAX) problems.push(problem);
  };
  for await (const record of input.records) {
    if (record.record === "event") {
      const { seq } = record.event;
      if (seq !== frontier.size)
        add({ code: "audit_gap", message: `Event ${seq} stands where ${frontier.size} belongs.` });
      frontier = appendLeaf(frontier, leafHash(eventBytes(record.event)));
      continue;
    }
    const problem = await checkNote(record.note, frontier, key, input.verifier);
    if (problem) add(problem);
    else [checkpoints, signed_size] = [checkpoints + 1, frontier.size];
  }
  if (signed_size !== frontier.size) {
    add({ code: "audit_unsigned_tail", message: `No valid checkpoint covers events ${signed_size} and later.` });
  }
  const root = Buffer.from(frontierRoot(frontier)).toString("hex");
  return { ok: problem_count === 0, events: frontier.size, checkpoints, signed_size, root, problems, problem_count };
}

async function checkNote(
  note: string,
  frontier: Frontier,
  key: ReturnType<typeof parseVerifierKey>,
  verifier: SignatureVerifier,
): Promise<VerifyProblem | null> {
  try {
    const { text, signatures } = parseNote(note);
    const { origin, size, root } = parseCheckpoint(text);
    if (origin !== key.name) return finding("audit_wrong_origin", `A checkpoint of ${origin} is not of ${key.name}.`);
    if (size !== frontier.size) {
      return finding("audit_size_mismatch", `A checkpoint of ${size} events stands after ${frontier.size}.`);
    }
    if (!sameHash(root, frontierRoot(frontier))) {
      return finding("audit_root_mismatch", `The first ${size} events are not those that were signed.`);
    }
    const message = new TextEncoder().encode(text);
    for (const { name, key_hash, signature } of signatures) {
      if (name !== key.name || !sameHash(key_hash, key.key_hash)) continue;
      const hex = Buffer.from(signature).toString("hex");
      if (await verifier({ scheme: "ed25519", public_key: key.public_key, message, signature: hex })) return null;
    }
    return finding("audit_bad_signature", `The checkpoint of ${size} events is not signed by ${key.name}.`);
  } catch (error) {
    if (error instanceof AuditError) return finding("audit_note_malformed", error.message);
    throw error;
  }
}

function finding(code: ProblemCode, message: string): VerifyProblem {
  return { code, message };
}
