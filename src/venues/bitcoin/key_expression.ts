/**
 * Public keys of cosigners as descriptors write them (BIP 380), and a whole custody descriptor: `wsh(sortedmulti(2,[d34db33f/48h/0h/0h/2h]xpub…/<0;1>/*,…))`
 * (BIP 389 for the two branches). Pure.
 */
import { VenueError } from "../index.ts";
import { type Account, type AccountKey, accountMark, createAccount } from "./account.ts";
import type { BitcoinChain } from "./chains.ts";
import { readExtended } from "./master_key.ts";

const KEY = /^\[([0-9a-f]{8})((?:\/\d{1,9}[h'])*)\]([xt]pub[1-9A-HJ-NP-Za-km-z]{100,112})$/;
const DESCRIPTOR = /^wsh\(sortedmulti\((\d{1,2}),(.+)\)\)(?:#[0-9a-z]{8})?$/;
/** Keys in one script (bitcoin: MAX_PUBKEYS_PER_MULTISIG). */
export const COSIGNERS_MAX = 16;

/** @throws VenueError venue_invalid @example parseKey("[d34db33f/48h/1h/0h/2h]tpub…", chain) */
export function parseKey(text: string, chain: BitcoinChain): AccountKey {
  const [, fingerprint = "", path = "", xpub = ""] = KEY.exec(text) ?? [];
  const key = readExtended(xpub, chain);
  if (key === null || key.privateKey !== null) {
    throw new VenueError(
      "venue_invalid",
      `"${text.slice(0, 40)}" is no public key of ${chain.network} with its origin, like [d34db33f/48h/${chain.coin_type}h/0h/2h]${chain.coin_type === 0 ? "xpub" : "tpub"}….`,
    );
  }
  return { fingerprint, path: path.slice(1).replaceAll("'", "h"), xpub };
}

/** The one spelling of a key: what a person's key in the configuration is compared with. */
export function keyText({ fingerprint, path, xpub }: AccountKey): string {
  return `[${fingerprint}${path === "" ? "" : `/${path}`}]${xpub}`;
}

/** The custody of m of n cosigners; its name is its first address. @throws VenueError venue_invalid */
export function createVault(chain: BitcoinChain, threshold: number, cosigners: readonly string[]): Account {
  const keys = cosigners.map((text) => parseKey(text, chain));
  const invalid = (why: string): VenueError =>
    new VenueError("venue_invalid", `This is no custody of several people: ${why}.`);
  if (keys.length < 2 || keys.length > COSIGNERS_MAX)
    throw invalid(`it has ${keys.length} cosigners, not 2 to ${COSIGNERS_MAX}`);
  if (new Set(keys.map(({ xpub }) => xpub)).size !== keys.length) throw invalid("two cosigners have the same key");
  if (threshold < 1 || threshold > keys.length) throw invalid(`${threshold} of ${keys.length} can never sign`);
  const parts = { kind: "wsh", threshold, keys } as const;
  const unnamed = createAccount(chain, { id: accountMark(parts), ...parts });
  return createAccount(chain, { id: unnamed.scriptAt(0, 0).address, ...parts });
}

/** Both branches in one text, without checksum. */
export function vaultDescriptor({ threshold, keys }: Pick<Account, "threshold" | "keys">): string {
  return `wsh(sortedmulti(${threshold},${keys.map((key) => `${keyText(key)}/<0;1>/*`).join(",")}))`;
}

/** @throws VenueError venue_invalid */
export function parseVault(chain: BitcoinChain, descriptor: string): Account {
  const [, threshold, list] = DESCRIPTOR.exec(descriptor.trim()) ?? [];
  const keys = list?.split(",").map((text) => /^(.+)\/<0;1>\/\*$/.exec(text)?.[1]);
  if (threshold === undefined || keys === undefined || keys.includes(undefined)) {
    throw new VenueError(
      "venue_invalid",
      "This is no descriptor of the form wsh(sortedmulti(m,[origin]key/<0;1>/*,…)).",
    );
  }
  return createVault(chain, Number(threshold), keys as string[]);
}
