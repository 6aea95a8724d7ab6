/** The key file a person chooses: read in the page, kept in memory for one vote, never stored, never sent. */
import { openSeed, type SigningKey } from "./ed25519.ts";

const KEY_FILE_BYTES_MAX = 4_096;

/** What a key file holds. */
export interface KeyFile {
  readonly scheme: "ed25519";
  readonly public_key: string;
  /** 32-byte seed in hex. */
  readonly private_key: string;
}

/**
 * @throws Error with a sentence for the person
 * @example parseKeyFile('{"scheme":"ed25519","public_key":"…","private_key":"…"}')
 */
export function parseKeyFile(text: string): KeyFile {
  if (text.length > KEY_FILE_BYTES_MAX) throw new Error("This file is too large to be a key file.");
  const value = parseObject(text);
  const { scheme, public_key, private_key } = value;
  if (scheme !== "ed25519") throw new Error('This is not an Ed25519 key file: its "scheme" must be "ed25519".');
  if (typeof public_key !== "string" || typeof private_key !== "string") {
    throw new Error('This key file lacks "public_key" or "private_key".');
  }
  return { scheme, public_key, private_key };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === "object") return value as Readonly<Record<string, unknown>>;
  } catch {
    // Falls through to the one sentence below.
  }
  throw new Error("This is not a key file: it must be JSON with scheme, public_key and private_key.");
}

/** @throws Error with a sentence for the person */
export async function openKeyFile(text: string): Promise<SigningKey> {
  const file = parseKeyFile(text);
  return openSeed(file.private_key, file.public_key);
}
