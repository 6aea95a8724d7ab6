/**
 * A witness on another machine, run by somebody else (`./tidegate audit witness`, or another one of C2SP's protocol): it gets each
 * checkpoint with the proof that the log continues what it signed before, and its cosignature is verified before it is believed.
 */
import {
  AuditError,
  type Frontier,
  parseTrusted,
  parseWitnessKey,
  printSubmission,
  sizeOfNote,
  type TrustedCheckpoint,
  verifyCosignature,
  type Witness,
} from "../audit/index.ts";
import { ed25519Verifier } from "./ed25519.ts";

const TIMEOUT_MS = 5_000;
/** More than a note with all its signatures. */
const ANSWER_BYTES_MAX = 131_072;

export interface HttpWitnessOptions {
  readonly id: string;
  /** Prefix of its routes: `https://witness.example/tidegate`. */
  readonly url: string;
  /** `<name>+<hash>+<key>`, from whoever runs it. */
  readonly key: string;
  /** Name of our log. */
  readonly origin: string;
}

/** @throws AuditError audit_note_malformed when the key is none */
export function httpWitness({ id, url, key, origin }: HttpWitnessOptions): Witness {
  const base = url.replace(/\/+$/, "");
  const witness = parseWitnessKey(key);
  /** What it was given last: proves on from there without reading what is before. */
  let given: TrustedCheckpoint | null = null;

  const latest = async (): Promise<TrustedCheckpoint | null> => {
    const { status, body } = await ask(`${base}/checkpoint?origin=${encodeURIComponent(origin)}`);
    if (status === 404) return null;
    if (status !== 200) throw refused(id, status, body);
    const there = parseTrusted(body);
    return given !== null && given.note === there.note ? given : there;
  };

  return {
    id,
    outside: true,
    latest,
    publish: async (checkpoint, { aside, prove }) => {
      if (aside) {
        const message = `${id} keeps what it signed. Whoever runs it has to set that aside there before it signs for this log again.`;
        throw new AuditError("audit_witness_refused", message);
      }
      const there = await latest();
      const old_size = there === null ? 0 : sizeOfNote(there.note);
      const proof = await prove(old_size, frontierOf(there));
      const submission = printSubmission({ old_size, proof, note: checkpoint.note });
      const { status, body } = await ask(`${base}/add-checkpoint`, submission);
      if (status !== 200) throw refused(id, status, body);
      if ((await verifyCosignature(checkpoint.note + body, witness, ed25519Verifier)) === null) {
        throw new AuditError("audit_witness_refused", `The answer of ${id} is not signed with its key.`);
      }
      given = checkpoint;
      return body;
    },
  };
}

function frontierOf(there: TrustedCheckpoint | null): Frontier | null {
  return there?.frontier ?? null;
}

async function ask(url: string, body?: string): Promise<{ status: number; body: string }> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const options = body === undefined ? {} : { method: "POST", body, headers: { "content-type": "text/plain" } };
  const response = await fetch(url, { ...options, signal, redirect: "error" });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new AuditError("audit_witness_refused", "The witness answers too much.");
    chunks.push(chunk);
  }
  return { status: response.status, body: Buffer.concat(chunks).toString("utf8") };
}

function refused(id: string, status: number, body: string): AuditError {
  const said = body.trim().slice(0, 200);
  return new AuditError(
    "audit_witness_refused",
    `The witness ${id} answers ${status}: ${said === "" ? "nothing" : said}.`,
  );
}
