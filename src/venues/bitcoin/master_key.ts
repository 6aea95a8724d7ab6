/**
 * The key of the hot wallet as it stands in a key file: `{"scheme": "bip32", "fingerprint", "private_key": "xprv…"}`, or the bare
 * extended private key. Never printed. Accounts hang below it as BIP 84 (`84h`, native SegWit) and BIP 86 (`86h`, Taproot) say.
 */
import { HDKey } from "viem/accounts";
import { z } from "zod";
import { assert } from "../../errors/index.ts";
import { VenueError } from "../index.ts";
import { type Account, createAccount, parsePath } from "./account.ts";
import type { BitcoinChain } from "./chains.ts";

const KeyFile = z.object({
  scheme: z.literal("bip32"),
  fingerprint: z.string().regex(/^[0-9a-f]{8}$/),
  private_key: z.string(),
});

const ACCOUNT = /^(84|86)h\/([01])h\/(\d{1,9})h$/;

export interface MasterKey {
  readonly fingerprint: string;
  /** The account named like `84h/0h/0h`. @throws VenueError venue_not_found */
  account(id: string): Account;
  /** 32 bytes. @param path from the master key */
  privateKey(path: readonly number[]): Uint8Array;
}

/** @throws VenueError venue_auth; the message never holds any part of the key */
export function readMasterKey(text: string, chain: BitcoinChain, name: string): MasterKey {
  const master = openKey(text.trim(), chain, name);
  const fingerprint = toFingerprint(master);
  const accounts = new Map<string, Account>();
  const derive = (id: string): Account => {
    const [, purpose = "", coin = ""] = ACCOUNT.exec(id) ?? [];
    if (purpose === "" || coin !== String(chain.coin_type)) {
      const example = `84h/${chain.coin_type}h/0h`;
      throw new VenueError(
        "venue_not_found",
        `"${id}" names no account of ${name}; on ${chain.network} it is like ${example}.`,
      );
    }
    const { publicExtendedKey } = deriveAll(master, parsePath(id));
    const key = { fingerprint, path: id, xpub: publicExtendedKey };
    return createAccount(chain, { id, kind: purpose === "84" ? "wpkh" : "tr", threshold: 1, keys: [key] });
  };
  return {
    fingerprint,
    account(id) {
      const account = accounts.get(id) ?? derive(id);
      accounts.set(id, account);
      return account;
    },
    privateKey(path) {
      const { privateKey } = deriveAll(master, path);
      assert(privateKey !== null, "a private key has private children");
      return privateKey;
    },
  };
}

export function toFingerprint(key: HDKey): string {
  return key.fingerprint.toString(16).padStart(8, "0");
}

export function deriveAll(key: HDKey, path: readonly number[]): HDKey {
  return path.reduce((node, step) => node.deriveChild(step), key);
}

function openKey(text: string, chain: BitcoinChain, name: string): HDKey {
  if (!text.startsWith("{")) return toMaster(text, chain, name);
  const parsed = KeyFile.safeParse(parseJson(text));
  if (!parsed.success) {
    throw unusable(name, 'it must be {"scheme": "bip32", "fingerprint", "private_key"} or an extended private key');
  }
  const key = toMaster(parsed.data.private_key, chain, name);
  if (toFingerprint(key) !== parsed.data.fingerprint) {
    throw unusable(name, `its key has the fingerprint ${toFingerprint(key)}, not ${parsed.data.fingerprint}`);
  }
  return key;
}

function toMaster(text: string, chain: BitcoinChain, name: string): HDKey {
  const key = readExtended(text, chain);
  if (key === null) throw unusable(name, `it is no extended key of ${chain.network}`);
  if (key.privateKey === null) throw unusable(name, "it is a public key; the hot wallet signs");
  if (key.depth !== 0) throw unusable(name, "it is not a master key");
  return key;
}

export function readExtended(text: string, chain: BitcoinChain): HDKey | null {
  try {
    return HDKey.fromExtendedKey(text, chain.versions);
  } catch {
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function unusable(name: string, why: string): VenueError {
  return new VenueError("venue_auth", `The key of ${name} cannot be used: ${why}.`);
}
