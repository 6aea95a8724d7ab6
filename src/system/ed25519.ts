/**
 * Ed25519 (RFC 8032) with Node's own crypto: the verifier of votes, signers from key files, and the files themselves. Keys are
 * 32 bytes in hex everywhere; a private key is its seed.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from "node:crypto";
import { link, open, readFile, stat, unlink } from "node:fs/promises";
import type { SignatureVerifier } from "../authority/types.ts";
import { TidegateError } from "../errors/index.ts";
import type { Signer } from "../ports/index.ts";

const HEX_32 = /^[0-9a-f]{64}$/;
const HEX_64 = /^[0-9a-f]{128}$/;
/** DER of a bare Ed25519 key without its 32 bytes (RFC 8410). */
const PRIVATE_DER = Buffer.from("302e020100300506032b657004220420", "hex");
const PUBLIC_DER = Buffer.from("302a300506032b6570032100", "hex");
/** Keys under which anybody can sign anything: the y of the points of small order, canonical or not, sign bit cleared. */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  "00".repeat(32),
  `01${"00".repeat(31)}`,
  `ec${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
]);
/** Larger than any key file of ours. */
const KEY_FILE_BYTES_MAX = 4_096;

/** `private_key` is the 32-byte seed in hex. */
export interface KeyFile {
  readonly scheme: "ed25519";
  readonly public_key: string;
  readonly private_key: string;
}

/** False for every other scheme and for anything malformed; never throws. */
export const ed25519Verifier: SignatureVerifier = async ({ scheme, public_key, message, signature }) => {
  const key_hex = bareHex(public_key);
  const signature_hex = bareHex(signature);
  if (scheme !== "ed25519" || !HEX_32.test(key_hex) || !HEX_64.test(signature_hex)) return false;
  if (isWeak(key_hex)) return false;
  try {
    return verify(null, message, publicKeyFrom(key_hex), Buffer.from(signature_hex, "hex"));
  } catch {
    return false;
  }
};

/** A signer from a 32-byte seed in hex; its `key_id` is `ed25519:` and the public key. @throws TidegateError key_malformed */
export function ed25519SignerFromSeed(seed: string): Signer {
  const hex = bareHex(seed.trim());
  if (!HEX_32.test(hex)) throw malformed("An Ed25519 private key is 32 bytes in hex.");
  return signerOf(
    createPrivateKey({ key: Buffer.concat([PRIVATE_DER, Buffer.from(hex, "hex")]), format: "der", type: "pkcs8" }),
  );
}

/**
 * A signer from a file: our JSON, a bare hex seed, or a PKCS#8 PEM. A file that others may read is refused.
 * @throws TidegateError key_unreadable, key_exposed, key_malformed
 */
export async function ed25519SignerFromFile(path: string): Promise<Signer> {
  const text = (await readSecret(path)).trim();
  if (text.startsWith("-----BEGIN")) return signerFromPem(text, path);
  if (!text.startsWith("{")) return ed25519SignerFromSeed(text);
  const { private_key, public_key } = parseKeyFile(text, path);
  const signer = ed25519SignerFromSeed(private_key);
  if (signer.public_key !== bareHex(public_key)) throw malformed(`The two keys in ${path} do not belong together.`);
  return signer;
}

/**
 * Writes a new key, readable by its owner alone; an existing file is never replaced, and a process that is killed meanwhile
 * leaves either the whole key or none. @throws TidegateError key_exists
 */
export async function generateKeyFile(path: string): Promise<{ public_key: string }> {
  const { privateKey } = generateKeyPairSync("ed25519");
  const public_key = rawPublicKey(createPublicKey(privateKey));
  const private_key = privateKey.export({ format: "der", type: "pkcs8" }).subarray(-32).toString("hex");
  const file: KeyFile = { scheme: "ed25519", public_key, private_key };
  try {
    await writeWhole(path, `${JSON.stringify(file)}\n`);
  } catch (error) {
    throw new TidegateError(
      "conflict",
      "key_exists",
      `The key ${path} could not be written: is it there already?`,
      { path },
      error,
    );
  }
  return { public_key };
}

/** On the disk under another name first; taking the name is one step, and fails where it is taken. */
async function writeWhole(path: string, text: string): Promise<void> {
  const fresh = `${path}.${randomBytes(8).toString("hex")}.new`;
  const file = await open(fresh, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    await link(fresh, path);
  } finally {
    await file.close();
    await unlink(fresh);
  }
}

function signerOf(key: KeyObject): Signer {
  const public_key = rawPublicKey(createPublicKey(key));
  return {
    key_id: `ed25519:${public_key}`,
    public_key,
    sign: async (message) => new Uint8Array(sign(null, message, key)),
  };
}

function signerFromPem(text: string, path: string): Signer {
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch (error) {
    throw malformed(`${path} is not a private key in PEM.`, error);
  }
  if (key.asymmetricKeyType !== "ed25519") throw malformed(`${path} is not an Ed25519 key.`);
  return signerOf(key);
}

async function readSecret(path: string): Promise<string> {
  try {
    const { mode, size } = await stat(path);
    if ((mode & 0o077) !== 0) {
      throw new TidegateError("denied", "key_exposed", `Others can read the key ${path}; run: chmod 600 ${path}`, {
        path,
      });
    }
    if (size > KEY_FILE_BYTES_MAX) throw malformed(`${path} is too large for a key.`);
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof TidegateError) throw error;
    throw new TidegateError("not_found", "key_unreadable", `The key ${path} cannot be read.`, { path }, error);
  }
}

function parseKeyFile(text: string, path: string): KeyFile {
  let value: Partial<Record<keyof KeyFile, unknown>>;
  try {
    value = JSON.parse(text) as typeof value;
  } catch (error) {
    throw malformed(`${path} is not a key file.`, error);
  }
  const { scheme, public_key, private_key } = value;
  if (scheme !== "ed25519" || typeof public_key !== "string" || typeof private_key !== "string") {
    throw malformed(`${path} is not an Ed25519 key file.`);
  }
  return { scheme, public_key, private_key };
}

function publicKeyFrom(hex: string): KeyObject {
  return createPublicKey({ key: Buffer.concat([PUBLIC_DER, Buffer.from(hex, "hex")]), format: "der", type: "spki" });
}

function rawPublicKey(key: KeyObject): string {
  return key.export({ format: "der", type: "spki" }).subarray(-32).toString("hex");
}

function isWeak(public_key: string): boolean {
  const bytes = Buffer.from(public_key, "hex");
  bytes.writeUInt8(bytes.readUInt8(31) & 0x7f, 31);
  return SMALL_ORDER.has(bytes.toString("hex"));
}

function bareHex(text: string): string {
  return text.toLowerCase().replace(/^0x/, "");
}

/** Says nothing of the content: it may be a secret. */
function malformed(message: string, cause?: unknown): TidegateError {
  return new TidegateError("invalid", "key_malformed", message, {}, cause);
}
