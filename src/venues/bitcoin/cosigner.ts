/**
 * The cosigner's side, on a machine without a network: what a PSBT would do is proved from the wallet's own descriptor, which the cosigner
 * keeps, and signed with a key that never leaves. The second reader beside the daemon.
 */
import { readFile, stat } from "node:fs/promises";
import { HDKey } from "viem/accounts";
import { z } from "zod";
import { TidegateError } from "../../errors/index.ts";
import { VenueError } from "../index.ts";
import type { Account } from "./account.ts";
import { type BitcoinChain, findChain } from "./chains.ts";
import { keyText, parseVault } from "./key_expression.ts";
import { type OpenedPsbt, openPsbt, parsePsbt, psbtHash, readPsbtText, signWithKey, withSignature } from "./psbt.ts";
import { toBtc } from "./units.ts";

const FILE_BYTES_MAX = 4_000_000;
const KEY_FILE_BYTES_MAX = 16_384;
/** Bits of a file's mode that let anybody but its owner at it. */
const OTHERS = 0o077;

const WalletFile = z.object({ network: z.string(), descriptor: z.string() });
const KeyFile = WalletFile.extend({ scheme: z.literal("psbt"), private_key: z.string() });

/** What a PSBT does, for people. Amounts are BTC as text. */
export interface PsbtSummary {
  readonly hash: string;
  readonly txid: string;
  readonly network: string;
  readonly signatures_needed: number;
  readonly signed_by: readonly string[];
  readonly inputs: readonly { readonly coin: string; readonly btc: string; readonly place: string }[];
  readonly pays: readonly { readonly address: string; readonly btc: string }[];
  readonly change: readonly { readonly address: string; readonly btc: string; readonly place: string }[];
  readonly fee_btc: string;
}

/** @param wallet_file the wallet's `{network, descriptor}`, or a key file @throws TidegateError */
export async function showPsbtFile(psbt_file: string, wallet_file: string): Promise<PsbtSummary> {
  const { account, chain } = await readWalletFile(wallet_file);
  const bytes = readPsbtText(await readBytes(psbt_file));
  return summarize(bytes, openPsbt(bytes, account), account, chain);
}

/** Signs after it was proved; the PSBT with the signature added. @throws TidegateError, VenueError */
export async function signPsbtFile(
  psbt_file: string,
  key_file: string,
): Promise<{ readonly summary: PsbtSummary; sign(): { readonly psbt: Uint8Array; readonly signer: string } }> {
  const { account, chain, key } = await readKeyFile(key_file);
  const bytes = readPsbtText(await readBytes(psbt_file));
  const opened = openPsbt(bytes, account);
  return {
    summary: summarize(bytes, opened, account, chain),
    sign: () => {
      const { signer, signature } = signWithKey(opened, account, key);
      return { psbt: withSignature(bytes, opened, signer, signature), signer };
    },
  };
}

function summarize(bytes: Uint8Array, opened: OpenedPsbt, account: Account, chain: BitcoinChain): PsbtSummary {
  const tx = parsePsbt(bytes);
  const signed = account.keys.filter((key) =>
    opened.inputs.every(({ own }, at) => {
      const pubkey = own.keys.find((each) => each.key === key)?.pubkey;
      return (
        tx.getInput(at).partialSig?.some(([by]) => pubkey !== undefined && Buffer.compare(by, pubkey) === 0) ?? false
      );
    }),
  );
  return {
    hash: psbtHash(bytes),
    txid: opened.txid,
    network: chain.network,
    signatures_needed: account.threshold,
    signed_by: signed.map(keyText),
    inputs: opened.inputs.map(({ txid, vout, amount, own }) => ({
      coin: `${txid}:${vout}`,
      btc: toBtc(amount),
      place: `${own.branch}/${own.index}`,
    })),
    pays: opened.paid.map(({ address, amount }) => ({
      address: address ?? "a script without an address",
      btc: toBtc(amount),
    })),
    change: opened.change.map(({ address, amount, own }) => ({
      address: address ?? "",
      btc: toBtc(amount),
      place: `${own?.branch}/${own?.index}`,
    })),
    fee_btc: toBtc(opened.fee),
  };
}

interface WalletParts {
  readonly account: Account;
  readonly chain: BitcoinChain;
}

async function readWalletFile(path: string): Promise<WalletParts> {
  const parsed = WalletFile.safeParse(parseJson(await readText(path)));
  if (!parsed.success)
    throw new VenueError("venue_invalid", `${path} must be {"network", "descriptor"} of the wallet.`);
  return toWallet(parsed.data);
}

function toWallet({ network, descriptor }: z.output<typeof WalletFile>): WalletParts {
  const chain = findChain(network);
  if (chain === null) throw new VenueError("venue_invalid", `There is no network "${network}".`);
  return { chain, account: parseVault(chain, descriptor) };
}

async function readKeyFile(path: string): Promise<WalletParts & { readonly key: HDKey }> {
  const { mode } = await stat(path).catch(() => ({ mode: 0 }));
  if ((mode & OTHERS) !== 0) {
    throw new TidegateError("denied", "key_exposed", `Others can read the key ${path}; run: chmod 600 ${path}`, {
      path,
    });
  }
  const parsed = KeyFile.safeParse(parseJson(await readText(path, KEY_FILE_BYTES_MAX)));
  if (!parsed.success) {
    throw new VenueError("venue_auth", `${path} must be {"scheme": "psbt", "network", "descriptor", "private_key"}.`);
  }
  const wallet = toWallet(parsed.data);
  const key = readPrivate(parsed.data.private_key, wallet.chain);
  const known = key !== null && wallet.account.keys.some(({ xpub }) => xpub === key.publicExtendedKey);
  if (key === null || !known)
    throw new VenueError("venue_auth", `The key in ${path} is none of the wallet's cosigners.`);
  return { ...wallet, key };
}

function readPrivate(text: string, chain: BitcoinChain): HDKey | null {
  try {
    const key = HDKey.fromExtendedKey(text, chain.versions);
    return key.privateKey === null ? null : key;
  } catch {
    return null;
  }
}

async function readBytes(path: string, bytes_max = FILE_BYTES_MAX): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > bytes_max) throw new VenueError("venue_invalid", `${path} is too large.`);
    return Uint8Array.from(await readFile(path));
  } catch (error) {
    if (error instanceof TidegateError) throw error;
    throw new TidegateError("not_found", "key_unreadable", `${path} cannot be read.`, { path }, error);
  }
}

async function readText(path: string, bytes_max?: number): Promise<string> {
  return Buffer.from(await readBytes(path, bytes_max)).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
