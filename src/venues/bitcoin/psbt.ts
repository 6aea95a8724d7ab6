/**
 * Partially signed transactions (BIP 174): what people see and sign away from the network. Whoever reads one here proves every claim in it
 * by the account's own keys: each input is a coin of the account, each change output is derived from it, and what is left is the one
 * payment and the fee. Pure.
 */

import { secp256k1 } from "@noble/curves/secp256k1.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { SigHash, Transaction } from "@scure/btc-signer";
import type { HDKey } from "viem/accounts";
import { VenueError } from "../index.ts";
import { type Account, type OwnScript, sameBytes } from "./account.ts";
import { addressOf } from "./chains.ts";
import { type Draft, VAULT_INPUTS_MAX } from "./draft.ts";
import { keyText } from "./key_expression.ts";
import { outpointOf } from "./signed.ts";
import type { Branch, Outpoint } from "./types.ts";

const PSBT_BYTES_MAX = 2_000_000;
const MAGIC = Uint8Array.of(0x70, 0x73, 0x62, 0x74, 0xff);
/** One input's signature: r and s. */
const SIGNATURE_BYTES = 64;
const OPTIONS = { version: 2, allowUnknownOutputs: true, lowR: true } as const;

/** `previous`: the transactions that made the coins, so that a signer who trusts nobody sees what each is worth. */
export function buildPsbt(draft: Draft, previous: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const { account, inputs, outputs, sequence } = draft;
  const tx = new Transaction({ ...OPTIONS, lockTime: 0 });
  for (const { txid, vout, amount, script, branch, index } of inputs) {
    const own = account.scriptAt(branch, index);
    const raw = previous.get(txid);
    tx.addInput({
      txid,
      index: vout,
      sequence,
      sighashType: SigHash.ALL,
      witnessUtxo: { script, amount },
      ...(raw === undefined ? {} : { nonWitnessUtxo: raw }),
      ...(own.witness_script === null ? {} : { witnessScript: own.witness_script }),
      bip32Derivation: derivationOf(own),
    });
  }
  for (const { script, amount, own } of outputs) {
    const place = own === null ? null : account.scriptAt(own.branch, own.index);
    tx.addOutput({
      script,
      amount,
      ...(place?.witness_script ? { witnessScript: place.witness_script, bip32Derivation: derivationOf(place) } : {}),
    });
  }
  return tx.toPSBT(0);
}

function derivationOf({ keys }: OwnScript): [Uint8Array, { fingerprint: number; path: number[] }][] {
  return keys.map(({ key, pubkey, path }) => [
    pubkey,
    { fingerprint: Number.parseInt(key.fingerprint, 16), path: [...path] },
  ]);
}

export interface PsbtInput extends Outpoint {
  readonly amount: bigint;
  readonly own: OwnScript;
}

export interface PsbtOutput {
  readonly script: Uint8Array;
  /** Null: a script without one. */
  readonly address: string | null;
  readonly amount: bigint;
  /** Where in the account it is; null: somebody else's. */
  readonly own: OwnScript | null;
}

export interface OpenedPsbt {
  readonly tx: Transaction;
  readonly txid: string;
  readonly inputs: readonly PsbtInput[];
  readonly outputs: readonly PsbtOutput[];
  readonly paid: readonly PsbtOutput[];
  readonly change: readonly PsbtOutput[];
  readonly fee: bigint;
  readonly sequence: number;
}

/** @throws VenueError venue_policy_denied where an input is not the account's, or an output claims to be and is not */
export function openPsbt(bytes: Uint8Array, account: Account): OpenedPsbt {
  const tx = parsePsbt(bytes);
  if (tx.lockTime !== 0) throw refusedPsbt("it is locked until later");
  if (tx.inputsLength > VAULT_INPUTS_MAX) throw refusedPsbt(`it has more than ${VAULT_INPUTS_MAX} inputs`);
  const inputs = Array.from({ length: tx.inputsLength }, (_, at) => readInput(tx, at, account));
  const outputs = Array.from({ length: tx.outputsLength }, (_, at) => readOutput(tx, at, account));
  if (new Set(inputs.map(({ txid, vout }) => `${txid}:${vout}`)).size !== inputs.length)
    throw refusedPsbt("it spends a coin twice");
  const total = inputs.reduce((sum, { amount }) => sum + amount, 0n);
  const fee = outputs.reduce((rest, { amount }) => rest - amount, total);
  if (fee < 0n || inputs.length === 0) throw refusedPsbt("it pays more than its inputs hold");
  const sequences = new Set(Array.from({ length: tx.inputsLength }, (_, at) => tx.getInput(at).sequence));
  const [sequence = 0xffffffff] = sequences;
  if (sequences.size !== 1) throw refusedPsbt("its inputs carry different marks");
  return {
    tx,
    txid: tx.id,
    inputs,
    outputs,
    paid: outputs.filter(({ own }) => own === null),
    change: outputs.filter(({ own }) => own !== null),
    fee,
    sequence,
  };
}

export function parsePsbt(bytes: Uint8Array): Transaction {
  if (bytes.length > PSBT_BYTES_MAX) throw refusedPsbt("it is too large");
  try {
    return Transaction.fromPSBT(bytes, OPTIONS);
  } catch {
    throw refusedPsbt("its bytes are no PSBT");
  }
}

/** As people hand it around: the bytes of a file, or base64 or hex of them. @throws VenueError venue_policy_denied */
export function readPsbtText(content: Uint8Array): Uint8Array {
  if (sameBytes(content.slice(0, MAGIC.length), MAGIC)) return content;
  const text = Buffer.from(content).toString("latin1").replace(/\s+/g, "");
  const bytes = /^(?:[0-9a-fA-F]{2})+$/.test(text) ? Buffer.from(text, "hex") : Buffer.from(text, "base64");
  if (sameBytes(bytes.subarray(0, MAGIC.length), MAGIC)) return Uint8Array.from(bytes);
  throw refusedPsbt("it is neither a PSBT nor base64 or hex of one");
}

function readInput(tx: Transaction, at: number, account: Account): PsbtInput {
  const input = tx.getInput(at);
  const outpoint = outpointOf(tx, at);
  const { witnessUtxo, witnessScript, bip32Derivation, nonWitnessUtxo, sighashType } = input;
  const own = ownOf(account, bip32Derivation);
  const fail = (why: string): VenueError => refusedPsbt(`input ${at} ${why}`);
  if (witnessUtxo === undefined || own === null) throw fail("is not a coin of this wallet");
  if (!sameBytes(witnessUtxo.script, own.script)) throw fail("is not a coin of this wallet");
  if (witnessScript === undefined || own.witness_script === null || !sameBytes(witnessScript, own.witness_script))
    throw fail("has another script than this wallet");
  if (sighashType !== undefined && sighashType !== SigHash.ALL)
    throw fail("asks for a signature that does not cover everything");
  const claimed = nonWitnessUtxo?.outputs[outpoint.vout];
  if (nonWitnessUtxo !== undefined && claimed?.amount !== witnessUtxo.amount)
    throw fail("is worth something else than it says");
  return { ...outpoint, amount: witnessUtxo.amount, own };
}

function readOutput(tx: Transaction, at: number, account: Account): PsbtOutput {
  const { script, amount, bip32Derivation } = tx.getOutput(at);
  if (script === undefined || amount === undefined) throw refusedPsbt(`output ${at} is incomplete`);
  const own = bip32Derivation === undefined || bip32Derivation.length === 0 ? null : ownOf(account, bip32Derivation);
  if (own !== null && !sameBytes(own.script, script))
    throw refusedPsbt(`output ${at} says that it is change, and is not this wallet's`);
  return { script, address: addressOf(account.chain, script), amount, own };
}

type Derivation = readonly (readonly [
  Uint8Array,
  { readonly fingerprint: number; readonly path: readonly number[] },
])[];

/** The script at the place that the derivation of any of our keys names; null where none of them is ours. */
function ownOf(account: Account, derivation: Derivation | undefined): OwnScript | null {
  for (const [pubkey, { path }] of derivation ?? []) {
    const [branch, index] = path.slice(-2);
    if ((branch !== 0 && branch !== 1) || index === undefined || index >= 0x80000000) continue;
    const own = account.scriptAt(branch as Branch, index);
    if (own.keys.some((key) => sameBytes(key.pubkey, pubkey))) return own;
  }
  return null;
}

/** The 32 bytes that a cosigner signs for an input (BIP 143). */
export function psbtHashes({ tx, inputs }: OpenedPsbt): Uint8Array[] {
  return inputs.map(({ own, amount }, at) => {
    if (own.witness_script === null) throw refusedPsbt(`input ${at} has no script`);
    return tx.preimageWitnessV0(at, own.witness_script, SigHash.ALL, amount);
  });
}

/** Hex of r and s of each input in order: what a vote of the scheme `psbt` carries. */
export function signWithKey(
  opened: OpenedPsbt,
  account: Account,
  key: HDKey,
): { readonly signer: string; readonly signature: string } {
  const at = account.keys.findIndex(({ xpub }) => xpub === key.publicExtendedKey);
  const own_key = account.keys[at];
  if (own_key === undefined) throw new VenueError("venue_auth", "This key is none of the wallet's cosigners.");
  const parts = psbtHashes(opened).map((hash, input) => {
    const { branch, index } = opened.inputs[input]?.own ?? { branch: 0, index: 0 };
    const { privateKey } = key.deriveChild(branch).deriveChild(index);
    if (privateKey === null) throw new VenueError("venue_auth", "This key cannot sign: it is a public one.");
    return bytesToHex(secp256k1.sign(hash, privateKey, { prehash: false, lowS: true }));
  });
  return { signer: keyText(own_key), signature: parts.join("") };
}

/** Every input is signed by this cosigner. @param signer as `keyText` writes it */
export function isSignedBy(opened: OpenedPsbt, signer: string, signature: string): boolean {
  const bytes = /^(?:[0-9a-f]{2})+$/.test(signature) ? hexToBytes(signature) : new Uint8Array();
  if (bytes.length !== opened.inputs.length * SIGNATURE_BYTES) return false;
  const hashes = psbtHashes(opened);
  return opened.inputs.every(({ own }, at) => {
    const pubkey = own.keys.find(({ key }) => keyText(key) === signer)?.pubkey;
    const part = bytes.slice(at * SIGNATURE_BYTES, (at + 1) * SIGNATURE_BYTES);
    const hash = hashes[at];
    return (
      pubkey !== undefined && hash !== undefined && secp256k1.verify(part, hash, pubkey, { prehash: false, lowS: true })
    );
  });
}

/** A PSBT with a cosigner's signatures in it, as any signer's device would hand it back. */
export function withSignature(bytes: Uint8Array, opened: OpenedPsbt, signer: string, signature: string): Uint8Array {
  const tx = parsePsbt(bytes);
  for (const [at, { own }] of opened.inputs.entries()) {
    const pubkey = own.keys.find(({ key }) => keyText(key) === signer)?.pubkey;
    const part = hexToBytes(signature.slice(at * SIGNATURE_BYTES * 2, (at + 1) * SIGNATURE_BYTES * 2));
    if (pubkey !== undefined)
      tx.updateInput(at, { partialSig: [...(tx.getInput(at).partialSig ?? []), [pubkey, toDer(part)]] });
  }
  return tx.toPSBT(0);
}

/** Signatures that a signed PSBT holds for exactly this transaction, by cosigner; those that do not hold are left out. */
export function signaturesIn(
  signed: Uint8Array,
  opened: OpenedPsbt,
  account: Account,
): { signer: string; signature: string }[] {
  const tx = parsePsbt(signed);
  if (tx.id !== opened.txid) throw refusedPsbt("it is another transaction than the one that waits");
  return account.keys.flatMap((key) => {
    const signer = keyText(key);
    const parts = opened.inputs.map(({ own }, at) => {
      const pubkey = own.keys.find((each) => each.key === key)?.pubkey;
      const found = tx.getInput(at).partialSig?.find(([by]) => pubkey !== undefined && sameBytes(by, pubkey))?.[1];
      return found === undefined ? null : fromDer(found);
    });
    if (parts.includes(null)) return [];
    const signature = parts.join("");
    return isSignedBy(opened, signer, signature) ? [{ signer, signature }] : [];
  });
}

/** The raw transaction out of exactly as many cosigners' signatures as it needs. @throws VenueError venue_policy_denied */
export function finishPsbt(
  bytes: Uint8Array,
  opened: OpenedPsbt,
  account: Account,
  signatures: readonly { readonly signer: string; readonly signature: string }[],
): Uint8Array {
  const good = new Map(
    signatures
      .filter(({ signer, signature }) => isSignedBy(opened, signer, signature))
      .map((each) => [each.signer, each]),
  );
  if (good.size < account.threshold) {
    const message = `${good.size} of the ${account.threshold} cosigners' signatures that the wallet needs are there.`;
    throw new VenueError("venue_policy_denied", message, { signed: good.size, needed: account.threshold });
  }
  const used = [...good.values()].slice(0, account.threshold);
  const clean = stripSignatures(bytes);
  const full = used.reduce((psbt, { signer, signature }) => withSignature(psbt, opened, signer, signature), clean);
  const tx = parsePsbt(full);
  tx.finalize();
  return tx.extract();
}

function stripSignatures(bytes: Uint8Array): Uint8Array {
  const tx = parsePsbt(bytes);
  for (let at = 0; at < tx.inputsLength; at += 1)
    if (tx.getInput(at).partialSig) tx.updateInput(at, { partialSig: [] });
  return tx.toPSBT(0);
}

function toDer(compact: Uint8Array): Uint8Array {
  const der = secp256k1.Signature.fromBytes(compact, "compact").toBytes("der");
  return Uint8Array.of(...der, SigHash.ALL);
}

/** Null for anything but a signature over everything. */
function fromDer(signature: Uint8Array): string | null {
  if (signature.at(-1) !== SigHash.ALL) return null;
  try {
    return bytesToHex(secp256k1.Signature.fromBytes(signature.slice(0, -1), "der").toBytes("compact"));
  } catch {
    return null;
  }
}

/** The 32-byte SHA-256 of the unsigned PSBT, 0x-hex: its name in every list. */
export function psbtHash(bytes: Uint8Array): string {
  return `0x${bytesToHex(sha256(bytes))}`;
}

export function refusedPsbt(why: string): VenueError {
  return new VenueError("venue_policy_denied", `This PSBT is refused: ${why}.`);
}
