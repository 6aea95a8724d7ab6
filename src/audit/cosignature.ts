/**
 * What a witness signs, in the format of C2SP (tlog-cosignature, cosignature/v1): the time and the checkpoint, so that a log cannot
 * show one tree to one reader and another to the next without a witness that lies.
 *
 *   cosignature/v1
 *   time 1679315147
 *   tidegate/acme
 *   20852163
 *   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 */
import { sha256 } from "@noble/hashes/sha2.js";
import type { SignatureVerifier } from "../authority/types.ts";
import type { Signer } from "../ports/index.ts";
import { AuditError } from "./errors.ts";
import { sameHash } from "./merkle.ts";
import { isName, parseNote } from "./note.ts";

/** Algorithm byte of timestamped Ed25519 cosignatures. */
const COSIGNATURE_V1 = 0x04;
const KEY_HASH_BYTES = 4;
const TIME_BYTES = 8;

export interface WitnessKey {
  readonly name: string;
  /** 4 bytes. */
  readonly key_hash: Uint8Array;
  /** 32 bytes in hex. */
  readonly public_key: string;
}

/** `<name>+<key hash>+<base64 of algorithm and key>`: what a log is told of its witness. */
export function witnessKey(name: string, public_key: string): string {
  const key = Buffer.from(public_key, "hex");
  const blob = Buffer.concat([Buffer.of(COSIGNATURE_V1), key]);
  return `${name}+${Buffer.from(keyHash(name, key)).toString("hex")}+${blob.toString("base64")}`;
}

/** @throws AuditError audit_note_malformed */
export function parseWitnessKey(text: string): WitnessKey {
  const [name = "", hash_text = "", ...rest] = text.split("+");
  const blob = Buffer.from(rest.join("+"), "base64");
  if (!isName(name) || blob.length !== 33 || blob[0] !== COSIGNATURE_V1) throw malformed();
  const key = new Uint8Array(blob.subarray(1));
  const key_hash = keyHash(name, key);
  if (Buffer.from(key_hash).toString("hex") !== hash_text) throw malformed();
  return { name, key_hash, public_key: Buffer.from(key).toString("hex") };
}

/** One line for the end of the note: `— <name> <base64 of key hash, time and signature>`. @param time_s Unix time */
export async function cosign(text: string, time_s: number, name: string, signer: Signer): Promise<string> {
  const signature = await signer.sign(messageOf(text, time_s));
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigUInt64BE(BigInt(time_s));
  const blob = Buffer.concat([keyHash(name, Buffer.from(signer.public_key, "hex")), time, signature]);
  return `— ${name} ${blob.toString("base64")}\n`;
}

/** The witness's time in Unix seconds where one of the note's lines is its cosignature; null otherwise. */
export async function verifyCosignature(
  note: string,
  key: WitnessKey,
  verifier: SignatureVerifier,
): Promise<number | null> {
  const { text, signatures } = parseNote(note);
  for (const { name, key_hash, signature } of signatures) {
    if (name !== key.name || !sameHash(key_hash, key.key_hash) || signature.length <= TIME_BYTES) continue;
    const bytes = Buffer.from(signature);
    const time_s = Number(bytes.readBigUInt64BE(0));
    if (!Number.isSafeInteger(time_s)) continue;
    const claim = { scheme: "ed25519", public_key: key.public_key, message: messageOf(text, time_s) } as const;
    if (await verifier({ ...claim, signature: bytes.subarray(TIME_BYTES).toString("hex") })) return time_s;
  }
  return null;
}

function messageOf(text: string, time_s: number): Uint8Array {
  return new TextEncoder().encode(`cosignature/v1\ntime ${time_s}\n${text}`);
}

function keyHash(name: string, public_key: Uint8Array): Uint8Array {
  const bytes = Buffer.concat([Buffer.from(`${name}\n`, "utf8"), Buffer.of(COSIGNATURE_V1), public_key]);
  return sha256(bytes).subarray(0, KEY_HASH_BYTES);
}

function malformed(): AuditError {
  return new AuditError("audit_note_malformed", "It is no key of a witness (cosignature/v1).");
}
