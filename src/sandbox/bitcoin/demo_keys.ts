/**
 * The keys of the local Bitcoin world: a hot wallet's master key and those of three cosigners, from seeds that everybody can read here.
 * The same at every start, so that a configuration can name them; worth nothing anywhere.
 */
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { HDKey } from "viem/accounts";
import { ROOT, writeSecret, writeVoteKey } from "../chain/index.ts";

export const COSIGNER_NAMES = ["ana", "ben", "chen"] as const;
export type CosignerName = (typeof COSIGNER_NAMES)[number];
export const SIGNATURES_NEEDED = 2;
export const DEMO_NETWORK = "bitcoin-regtest";
/** The example that the demonstration runs, and where it looks for its key files. */
export const BITCOIN_CONFIG = join(ROOT, "examples", "bitcoin", "tidegate.yaml");
export const BITCOIN_KEYS = join(ROOT, "data", "bitcoin", "keys");

/** BIP 32 versions of test networks. */
const VERSIONS = { private: 0x04358394, public: 0x043587cf };
const HOT_ACCOUNT = "84h/1h/0h";
/** BIP 48, native SegWit. */
const COSIGNER_PATH = "48h/1h/0h/2h";

function master(name: string): HDKey {
  return HDKey.fromMasterSeed(createHash("sha256").update(`tidegate local ${name}`).digest(), VERSIONS);
}

function fingerprintOf({ fingerprint }: HDKey): string {
  return fingerprint.toString(16).padStart(8, "0");
}

function accountOf(key: HDKey, path: string): HDKey {
  return key.derive(`m/${path.replaceAll("h", "'")}`);
}

/** Public key with its origin. */
export function cosignerKey(name: CosignerName): string {
  const key = master(name);
  return `[${fingerprintOf(key)}/${COSIGNER_PATH}]${accountOf(key, COSIGNER_PATH).publicExtendedKey}`;
}

/** Both branches, as the cosigners keep it. */
export function vaultDescriptor(branch = "<0;1>"): string {
  const keys = COSIGNER_NAMES.map((name) => `${cosignerKey(name)}/${branch}/*`);
  return `wsh(sortedmulti(${SIGNATURES_NEEDED},${keys.join(",")}))`;
}

/** Of the hot wallet's first account; `secret` with the key that spends. */
export function hotDescriptor(branch: 0 | 1, secret: boolean): string {
  const key = master("hot");
  const account = accountOf(key, HOT_ACCOUNT);
  const text = secret ? account.privateExtendedKey : account.publicExtendedKey;
  return `wpkh([${fingerprintOf(key)}/${HOT_ACCOUNT}]${text}/${branch}/*)`;
}

/** The files that examples/bitcoin/tidegate.yaml refers to, and what each cosigner keeps. @throws LocalChainError */
export async function writeBitcoinKeys(dir: string): Promise<void> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const hot = master("hot");
  const hot_key = { scheme: "bip32", fingerprint: fingerprintOf(hot), private_key: hot.privateExtendedKey };
  writeSecret(join(dir, "hot.json"), hot_key);
  const wallet = { network: DEMO_NETWORK, descriptor: vaultDescriptor() };
  writeSecret(join(dir, "vault.json"), wallet);
  for (const name of COSIGNER_NAMES) {
    const private_key = accountOf(master(name), COSIGNER_PATH).privateExtendedKey;
    writeSecret(join(dir, `${name}.json`), { scheme: "psbt", ...wallet, private_key });
    await writeVoteKey(dir, name);
  }
}
