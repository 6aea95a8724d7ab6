/**
 * One account of a wallet: every script it can have, derived here and never taken from the node. A node that lies about an
 * address, a coin or a change output is found out, because what it says is compared with what the keys say.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { p2ms, p2tr, p2wpkh, p2wsh } from "@scure/btc-signer";
import { HDKey } from "viem/accounts";
import { assert } from "../../errors/index.ts";
import type { BitcoinChain } from "./chains.ts";
import type { Branch, Place } from "./types.ts";

export type ScriptKind = "wpkh" | "tr" | "wsh";

/** An extended public key with where it comes from, as in a descriptor (BIP 380): `[d34db33f/84h/1h/0h]tpub…`. */
export interface AccountKey {
  /** Of the master key, 8 hex digits. */
  readonly fingerprint: string;
  /** From the master key to `xpub`, like `84h/1h/0h`. */
  readonly path: string;
  readonly xpub: string;
}

export interface AccountParts {
  /** The venue's own name of the holding. */
  readonly id: string;
  readonly kind: ScriptKind;
  /** Signatures that a spend needs. */
  readonly threshold: number;
  readonly keys: readonly AccountKey[];
}

export interface PlaceKey {
  readonly key: AccountKey;
  /** 33 bytes compressed. */
  readonly pubkey: Uint8Array;
  /** From the master key, hardened steps with their top bit. */
  readonly path: readonly number[];
}

export interface OwnScript extends Place {
  readonly script: Uint8Array;
  readonly address: string;
  /** Of `wsh` only. */
  readonly witness_script: Uint8Array | null;
  readonly keys: readonly PlaceKey[];
}

export interface Account extends AccountParts {
  readonly chain: BitcoinChain;
  /** With `/0/*` or `/1/*` behind each key, without checksum. */
  descriptor(branch: Branch): string;
  scriptAt(branch: Branch, index: number): OwnScript;
}

/** BIP 32: steps from here on are hardened. */
export const HARDENED = 0x80000000;
/** Derived scripts that are remembered; each costs about a millisecond for each key. */
const KNOWN_MAX = 20_000;

/** @throws Error for keys that are none; options are checked before */
export function createAccount(chain: BitcoinChain, parts: AccountParts): Account {
  assert(parts.keys.length >= parts.threshold && parts.threshold >= 1, "an account has at least the keys it needs");
  const nodes = parts.keys.map((key) => {
    const node = HDKey.fromExtendedKey(key.xpub, chain.versions);
    return { key, branches: [node.deriveChild(0), node.deriveChild(1)] as const, path: parsePath(key.path) };
  });
  const known = new Map<string, OwnScript>();
  const derive = (branch: Branch, index: number): OwnScript => {
    const keys = nodes.map(({ key, branches, path }) => {
      const pubkey = branches[branch].deriveChild(index).publicKey;
      assert(pubkey !== null, "a public child has a public key");
      return { key, pubkey, path: [...path, branch, index] };
    });
    return { branch, index, keys, ...payTo(parts, chain, keys) };
  };
  return {
    ...parts,
    chain,
    descriptor: (branch) => descriptorOf(parts, branch),
    scriptAt(branch, index) {
      const name = `${branch}/${index}`;
      const own = known.get(name) ?? derive(branch, index);
      if (!known.has(name) && known.size < KNOWN_MAX) known.set(name, own);
      return own;
    },
  };
}

/** `sortedmulti` sorts its keys at each place (BIP 67). */
function payTo(
  { kind, threshold }: AccountParts,
  chain: BitcoinChain,
  keys: readonly PlaceKey[],
): Pick<OwnScript, "script" | "address" | "witness_script"> {
  const [first] = keys;
  assert(first !== undefined, "an account has a key");
  if (kind === "wpkh") {
    const { script, address } = p2wpkh(first.pubkey, chain.address);
    return { script, address, witness_script: null };
  }
  if (kind === "tr") {
    const { script, address } = p2tr(first.pubkey.slice(1), undefined, chain.address);
    return { script, address, witness_script: null };
  }
  const sorted = keys.map(({ pubkey }) => pubkey).sort(compareBytes);
  const { script, address, witnessScript } = p2wsh(p2ms(threshold, sorted), chain.address);
  return { script, address, witness_script: witnessScript };
}

function descriptorOf({ kind, threshold, keys }: AccountParts, branch: Branch): string {
  const texts = keys.map(
    ({ fingerprint, path, xpub }) => `[${fingerprint}${path === "" ? "" : `/${path}`}]${xpub}/${branch}/*`,
  );
  return kind === "wsh" ? `wsh(sortedmulti(${threshold},${texts.join(",")}))` : `${kind}(${texts.join()})`;
}

/** Eight hex digits that name an account's keys and rule: the same for whoever has the same descriptor. */
export function accountMark(parts: Omit<AccountParts, "id">): string {
  const text = descriptorOf({ id: "", ...parts }, 0);
  return bytesToHex(sha256(new TextEncoder().encode(text))).slice(0, 8);
}

/** @example parsePath("84h/1h/0h") // [0x80000054, 0x80000001, 0x80000000] */
export function parsePath(path: string): number[] {
  if (path === "") return [];
  return path.split("/").map((step) => {
    assert(/^\d{1,10}[h']?$/.test(step), `"${step}" is a step of a path`);
    return Number(step.replace(/[h']$/, "")) + (/[h']$/.test(step) ? HARDENED : 0);
  });
}

export function pathText(path: readonly number[]): string {
  return path.map((step) => (step >= HARDENED ? `${step - HARDENED}h` : String(step))).join("/");
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return compareBytes(a, b) === 0;
}
