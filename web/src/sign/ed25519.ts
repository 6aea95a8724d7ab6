/** Ed25519 with the browser's own WebCrypto: the key never leaves this page and is never sent anywhere. */
import { fromHex, toHex } from "./canonical.ts";

/** RFC 8410: PKCS #8 head of an Ed25519 private key; the 32-byte seed follows. */
const PKCS8_HEAD = new Uint8Array([
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
]);
const SEED_BYTES = 32;

export interface SigningKey {
  /** 32 bytes in hex, as the server knows it. */
  readonly public_key: string;
  sign(message: Uint8Array<ArrayBuffer>): Promise<string>;
}

/**
 * Opens a 32-byte seed in hex. The public key that was claimed for it is checked by signing and verifying once.
 * @throws Error with a sentence for the person
 */
export async function openSeed(seedHex: string, publicKeyHex: string): Promise<SigningKey> {
  const seed = fromHex(seedHex);
  const publicKey = fromHex(publicKeyHex);
  if (seed?.length !== SEED_BYTES) throw new Error("The private key must be 32 bytes in hex.");
  if (publicKey?.length !== SEED_BYTES) throw new Error("The public key must be 32 bytes in hex.");
  const privateKey = await importSeed(seed);
  const sign = async (message: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, message));
  if (!(await matches(publicKey, sign)))
    throw new Error("The public key in this file does not belong to its private key.");
  return { public_key: toHex(publicKey), sign: async (message) => toHex(await sign(message)) };
}

/**
 * Opens a 32-byte seed in hex without its public half, which the browser computes.
 * @throws Error with a sentence for the person
 */
export async function openPrivateKey(seedHex: string): Promise<SigningKey> {
  const seed = fromHex(seedHex);
  if (seed?.length !== SEED_BYTES) throw new Error("The private key must be 32 bytes in hex.");
  const { x = "" } = await crypto.subtle.exportKey("jwk", await importSeed(seed, true));
  const bytes = atob(x.replaceAll("-", "+").replaceAll("_", "/"));
  return openSeed(seedHex, toHex(Uint8Array.from(bytes, (char) => char.charCodeAt(0))));
}

/** @param extractable only to learn its public half; the key that signs never is */
async function importSeed(seed: Uint8Array, extractable = false): Promise<CryptoKey> {
  const pkcs8 = new Uint8Array(PKCS8_HEAD.length + SEED_BYTES);
  pkcs8.set(PKCS8_HEAD);
  pkcs8.set(seed, PKCS8_HEAD.length);
  try {
    return await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", extractable, ["sign"]);
  } catch {
    throw new Error("This browser cannot sign with Ed25519; approve with ./tidegate approve instead.");
  }
}

async function matches(
  publicKey: Uint8Array<ArrayBuffer>,
  sign: (message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<boolean> {
  const probe = new TextEncoder().encode("tidegate/key-check");
  const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, await sign(probe), probe);
}
