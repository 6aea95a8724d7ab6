/**
 * The key file a person chooses, as our JSON, as the PEM that `openssl genpkey` writes, or as a seed in hex: read in the page, kept
 * in memory for one vote, never stored, never sent.
 */
import { toHex } from "./canonical.ts";
import { openPrivateKey, openSeed, type SigningKey } from "./ed25519.ts";

const KEY_FILE_BYTES_MAX = 4_096;
const SEED = /^[0-9a-f]{64}$/i;
/** Its label, and what it holds in base64. Other text may stand around it. */
const PEM = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----/;

/** What a key file holds; a PEM does not say its public half, which follows from the seed. */
export interface KeyFile {
  readonly scheme: "ed25519";
  readonly public_key: string | null;
  /** 32-byte seed in hex. */
  readonly private_key: string;
}

/** RFC 8410: an Ed25519 private key in PKCS #8, of version 1 (48 bytes) or 2 with its public half, up to the 32-byte seed. */
const PKCS8_ED25519 = /^30(?:2e020100|51020101)300506032b657004220420([0-9a-f]{64})/;

/**
 * @throws Error with a sentence for the person
 * @example parseKeyFile('{"scheme":"ed25519","public_key":"…","private_key":"…"}')
 * @example parseKeyFile("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw…\n-----END PRIVATE KEY-----")
 */
export function parseKeyFile(text: string): KeyFile {
  if (text.length > KEY_FILE_BYTES_MAX) throw new Error("This file is too large to be a key file.");
  if (text.includes("-----BEGIN")) return parsePem(text);
  if (SEED.test(text.trim())) return { scheme: "ed25519", public_key: null, private_key: text.trim() };
  const value = parseObject(text);
  const { scheme, public_key, private_key } = value;
  if (scheme !== "ed25519") throw new Error('This is not an Ed25519 key file: its "scheme" must be "ed25519".');
  if (typeof public_key !== "string" || typeof private_key !== "string") {
    throw new Error('This key file lacks "public_key" or "private_key".');
  }
  return { scheme, public_key, private_key };
}

function parsePem(text: string): KeyFile {
  const [, label, base64 = ""] = PEM.exec(text) ?? [];
  if (label === undefined) throw new Error("This PEM file is damaged: its BEGIN and END lines do not fit together.");
  if (label === "PUBLIC KEY")
    throw new Error("This is the public half of a key; choose the file with the private one.");
  if (label === "ENCRYPTED PRIVATE KEY") {
    throw new Error("This key is locked with a passphrase, which neither this page nor ./tidegate approve opens.");
  }
  const seed = label === "PRIVATE KEY" ? PKCS8_ED25519.exec(hexOfBase64(base64))?.[1] : undefined;
  if (seed === undefined) throw new Error("This PEM file holds no Ed25519 private key.");
  return { scheme: "ed25519", public_key: null, private_key: seed };
}

/** Empty for what is no base64. */
function hexOfBase64(base64: string): string {
  try {
    return toHex(Uint8Array.from(atob(base64.replace(/\s/g, "")), (char) => char.charCodeAt(0)));
  } catch {
    return "";
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === "object") return value as Readonly<Record<string, unknown>>;
  } catch {
    // Falls through to the one sentence below.
  }
  throw new Error(
    "This is not a key file: it must be a PEM of an Ed25519 private key, or JSON with scheme, public_key and private_key.",
  );
}

/** @throws Error with a sentence for the person */
export async function openKeyFile(text: string): Promise<SigningKey> {
  const { private_key, public_key } = parseKeyFile(text);
  return public_key === null ? openPrivateKey(private_key) : openSeed(private_key, public_key);
}
