/**
 * Verifies a log from nothing but its records and the operator's public key: every number in order without a gap, every root
 * recomputed from the events, every checkpoint signed by that key. Any changed, removed, added or reordered event shows. With keys of
 * witnesses, enough of them must have signed the last checkpoint too: then nobody was shown another history.
 */
import type { SignatureVerifier } from "../authority/types.ts";
import { type Cosigner, type CosignerDemand, Cosigners } from "./cosigners.ts";
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
  | "audit_unsigned_tail"
  | "audit_too_few_witnesses";

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
  /** Each witness that was named, and how far it signed. */
  readonly witnesses: readonly Cosigner[];
  /** Named witnesses that signed the last checkpoint, and how many have to. */
  readonly cosigned: number;
  readonly required: number;
  readonly problems: readonly VerifyProblem[];
  readonly problem_count: number;
}

export interface VerifyInput extends CosignerDemand {
  readonly records: AsyncIterable<LogRecord> | Iterable<LogRecord>;
  /** `<name>+<hash>+<key>`, from a source the verifier trusts. @see verifierKey */
  readonly verifier_key: string;
  readonly verifier: SignatureVerifier;
}

/** @throws AuditError audit_note_malformed when the verifier key itself is none; audit_export_malformed from the records */
export async function verifyLog(input: VerifyInput): Promise<VerifyReport> {
  const key = parseVerifierKey(input.verifier_key);
  const cosigners = new Cosigners(input, input.verifier);
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
    else {
      [checkpoints, signed_size] = [checkpoints + 1, frontier.size];
      await cosigners.look(record.note, signed_size);
    }
  }
  if (signed_size !== frontier.size) {
    add({ code: "audit_unsigned_tail", message: `No valid checkpoint covers events ${signed_size} and later.` });
  }
  const short = cosigners.shortfallAt(signed_size);
  if (short !== null) add({ code: "audit_too_few_witnesses", message: short });
  const root = Buffer.from(frontierRoot(frontier)).toString("hex");
  return {
    ...{ ok: problem_count === 0, events: frontier.size, checkpoints, signed_size, root },
    ...{ witnesses: cosigners.list(), cosigned: cosigners.countAt(signed_size), required: cosigners.required },
    ...{ problems, problem_count },
  };
}

/** A checkpoint alone: who signed it. That its events are these only the log itself can show. */
export async function verifyCheckpoint(input: {
  readonly note: string;
  readonly verifier_key: string;
  readonly verifier: SignatureVerifier;
  readonly demand: CosignerDemand;
}): Promise<VerifyReport> {
  const { note, verifier, demand } = input;
  const key = parseVerifierKey(input.verifier_key);
  const cosigners = new Cosigners(demand, verifier);
  const { size, root } = parseCheckpoint(parseNote(note).text);
  const problem = await checkSignature(note, key, verifier);
  if (problem === null) await cosigners.look(note, size);
  const short = cosigners.shortfallAt(size);
  const problems = [
    ...(problem === null ? [] : [problem]),
    ...(short === null ? [] : [finding("audit_too_few_witnesses", short)]),
  ];
  const held = problem === null ? 1 : 0;
  return {
    ...{ ok: problems.length === 0, events: 0, checkpoints: held, signed_size: held * size },
    ...{ root: Buffer.from(root).toString("hex"), problems, problem_count: problems.length },
    ...{ witnesses: cosigners.list(), cosigned: cosigners.countAt(size), required: cosigners.required },
  };
}

async function checkNote(
  note: string,
  frontier: Frontier,
  key: ReturnType<typeof parseVerifierKey>,
  verifier: SignatureVerifier,
): Promise<VerifyProblem | null> {
  try {
    const { size, root } = parseCheckpoint(parseNote(note).text);
    const unsigned = await checkSignature(note, key, verifier);
    if (unsigned?.code === "audit_wrong_origin") return unsigned;
    if (size !== frontier.size) {
      return finding("audit_size_mismatch", `A checkpoint of ${size} events stands after ${frontier.size}.`);
    }
    if (!sameHash(root, frontierRoot(frontier))) {
      return finding("audit_root_mismatch", `The first ${size} events are not those that were signed.`);
    }
    return unsigned;
  } catch (error) {
    if (error instanceof AuditError) return finding("audit_note_malformed", error.message);
    throw error;
  }
}

/** Null when the log's own key signed it. @throws AuditError audit_note_malformed */
async function checkSignature(
  note: string,
  key: ReturnType<typeof parseVerifierKey>,
  verifier: SignatureVerifier,
): Promise<VerifyProblem | null> {
  const { text, signatures } = parseNote(note);
  const { origin, size } = parseCheckpoint(text);
  if (origin !== key.name) return finding("audit_wrong_origin", `A checkpoint of ${origin} is not of ${key.name}.`);
  const message = new TextEncoder().encode(text);
  for (const { name, key_hash, signature } of signatures) {
    if (name !== key.name || !sameHash(key_hash, key.key_hash)) continue;
    const hex = Buffer.from(signature).toString("hex");
    if (await verifier({ scheme: "ed25519", public_key: key.public_key, message, signature: hex })) return null;
  }
  return finding("audit_bad_signature", `The checkpoint of ${size} events is not signed by ${key.name}.`);
}

function finding(code: ProblemCode, message: string): VerifyProblem {
  return { code, message };
}
