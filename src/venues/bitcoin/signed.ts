/**
 * A signed transaction at rest, and what it really does. Everything is read out of the raw bytes: the amounts of its inputs are
 * proved by its own signatures, which commit to them (BIP 143, BIP 341), and change is what the account's keys derive. Pure.
 */
import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { p2pkh, SigHash, Transaction } from "@scure/btc-signer";
import { z } from "zod";
import type { PreparedSubmit } from "../../transfers/types.ts";
import { VenueError } from "../index.ts";
import { type Account, type OwnScript, sameBytes } from "./account.ts";
import type { Paid } from "./coin_asset.ts";
import type { Draft } from "./draft.ts";
import type { Branch, Outpoint, Place } from "./types.ts";
import { outpointText } from "./types.ts";

/** BIP 340, without a byte for the default sighash. */
const SCHNORR_BYTES = 64;

const PlaceShape = {
  branch: z.union([z.literal(0), z.literal(1)]),
  index: z.number().int().min(0).max(0x7fffffff),
};

const SignedShape = z.strictObject({
  kind: z.literal("bitcoin_transaction"),
  network: z.string(),
  account: z.string(),
  raw_tx: z.string().regex(/^(?:[0-9a-f]{2}){10,200000}$/),
  /** Satoshi. */
  inputs: z.array(z.strictObject({ amount: z.string().regex(/^\d{1,16}$/), ...PlaceShape })).min(1),
  /** Of each output that is ours. */
  change: z.array(z.strictObject({ vout: z.number().int().min(0), ...PlaceShape })),
  /** The node's height when it was signed: it is mined above it. */
  from_height: z.number().int().min(0),
});

/** The body of a PreparedSubmit. Plain JSON. */
export type SignedBitcoin = z.output<typeof SignedShape>;

/** @throws VenueError venue_invalid when the stored body is not one of ours */
export function readSigned(prepared: PreparedSubmit): SignedBitcoin {
  const parsed = SignedShape.safeParse(prepared.body);
  if (parsed.success) return parsed.data;
  throw new VenueError("venue_invalid", `The stored request of ${prepared.reference} is no Bitcoin transaction.`);
}

export function toSigned(draft: Draft, raw_tx: Uint8Array, network: string, from_height: number): SignedBitcoin {
  return {
    kind: "bitcoin_transaction",
    network,
    account: draft.account.id,
    raw_tx: bytesToHex(raw_tx),
    inputs: draft.inputs.map(({ amount, branch, index }) => ({ amount: amount.toString(), branch, index })),
    change: draft.outputs.flatMap(({ own }, vout) =>
      own === null ? [] : [{ vout, branch: own.branch, index: own.index }],
    ),
    from_height,
  };
}

export interface OpenedInput extends Outpoint, Place {
  readonly amount: bigint;
}

export interface Opened {
  readonly txid: string;
  readonly inputs: readonly OpenedInput[];
  /** The one output that is not ours; null: all of them are. */
  readonly paid: Paid | null;
  readonly change: bigint;
  readonly outputs: readonly { readonly script: Uint8Array; readonly amount: bigint }[];
  readonly fee: bigint;
  readonly sequence: number;
}

/** @throws VenueError venue_policy_denied for anything but one payment out of this account or to itself, fully signed */
export function openSigned(prepared: PreparedSubmit, account: Account, network: string): Opened {
  const body = readSigned(prepared);
  if (body.network !== network) throw refused(`it is for ${body.network}`);
  if (body.account !== account.id) throw refused(`it is recorded for ${body.account}`);
  const tx = parseRaw(hexToBytes(body.raw_tx));
  if (tx.id !== prepared.tx_hash) throw refused("its bytes are not those of its hash");
  if (tx.lockTime !== 0) throw refused("it is locked until later");
  if (tx.inputsLength !== body.inputs.length) throw refused("its inputs are not the recorded ones");
  const places = body.inputs.map(({ branch, index }) => account.scriptAt(branch, index));
  const amounts = body.inputs.map(({ amount }) => BigInt(amount));
  const inputs = places.map(({ branch, index }, at) => ({
    ...outpointOf(tx, at),
    branch,
    index,
    amount: amounts[at] ?? 0n,
  }));
  for (const [at, place] of places.entries()) proveInput(tx, at, { account, place, places, amounts });
  const { paid, change, outputs } = readOutputs(tx, body, account);
  const fee = amounts.reduce((sum, amount) => sum + amount, 0n) - (paid?.amount ?? 0n) - change;
  if (fee < 0n) throw refused("it pays more than its inputs hold");
  return { txid: tx.id, inputs, paid, change, outputs, fee, sequence: sequenceOf(tx) };
}

/** All inputs carry the same mark. @throws VenueError venue_policy_denied */
function sequenceOf(tx: Transaction): number {
  const all = Array.from({ length: tx.inputsLength }, (_, at) => tx.getInput(at).sequence ?? 0xffffffff);
  const [first = 0xffffffff] = all;
  if (all.some((one) => one !== first)) throw refused("its inputs carry different marks");
  return first;
}

function readOutputs(
  tx: Transaction,
  body: SignedBitcoin,
  account: Account,
): Pick<Opened, "paid" | "change" | "outputs"> {
  const own = new Map(body.change.map(({ vout, branch, index }) => [vout, account.scriptAt(branch as Branch, index)]));
  let change = 0n;
  const outputs: { script: Uint8Array; amount: bigint }[] = [];
  const others: { script: Uint8Array; amount: bigint }[] = [];
  for (let vout = 0; vout < tx.outputsLength; vout += 1) {
    const { script, amount } = tx.getOutput(vout);
    if (script === undefined || amount === undefined) throw refused("an output is incomplete");
    outputs.push({ script, amount });
    const place = own.get(vout);
    if (place === undefined) others.push({ script, amount });
    else if (sameBytes(place.script, script)) change += amount;
    else throw refused(`output ${vout} is said to be change, and the account does not own it`);
  }
  const [paid = null] = others;
  if (others.length > 1) throw refused(`it pays to ${others.length} destinations, not to one`);
  return { paid, change, outputs };
}

interface Proof {
  readonly account: Account;
  readonly place: OwnScript;
  readonly places: readonly OwnScript[];
  readonly amounts: readonly bigint[];
}

/** The input's witness holds valid signatures of the account over this transaction and these amounts. */
function proveInput(tx: Transaction, at: number, proof: Proof): void {
  const { account, amounts } = proof;
  const witness = tx.getInput(at).finalScriptWitness ?? [];
  const proven = { wpkh: isSignedByKey, tr: isSignedByTaproot, wsh: isSignedByQuorum }[account.kind](
    tx,
    at,
    witness,
    proof,
  );
  if (!proven) throw refused(`input ${at} is not signed by ${account.id} over ${amounts[at] ?? 0n} satoshi`);
}

type Witness = readonly Uint8Array[];

function isSignedByKey(tx: Transaction, at: number, witness: Witness, { place, amounts }: Proof): boolean {
  const [signature, pubkey, ...more] = witness;
  const own = place.keys[0]?.pubkey;
  if (signature === undefined || pubkey === undefined || own === undefined || more.length > 0) return false;
  const hash = tx.preimageWitnessV0(at, p2pkh(own).script, SigHash.ALL, amounts[at] ?? 0n);
  return sameBytes(pubkey, own) && verifyEcdsa(signature, hash, own);
}

function isSignedByTaproot(tx: Transaction, at: number, witness: Witness, { place, places, amounts }: Proof): boolean {
  const [signature, ...more] = witness;
  if (signature?.length !== SCHNORR_BYTES || more.length > 0) return false;
  const scripts = places.map(({ script }) => script);
  const hash = tx.preimageWitnessV1(at, scripts, SigHash.DEFAULT, [...amounts]);
  return schnorr.verify(signature, hash, place.script.slice(2));
}

function isSignedByQuorum(tx: Transaction, at: number, witness: Witness, { account, place, amounts }: Proof): boolean {
  const [empty, ...rest] = witness;
  const script = rest.pop();
  if (empty?.length !== 0 || script === undefined || place.witness_script === null) return false;
  if (!sameBytes(script, place.witness_script) || rest.length !== account.threshold) return false;
  const hash = tx.preimageWitnessV0(at, script, SigHash.ALL, amounts[at] ?? 0n);
  const signers = rest.map((signature) => place.keys.find(({ pubkey }) => verifyEcdsa(signature, hash, pubkey)));
  return !signers.includes(undefined) && new Set(signers).size === account.threshold;
}

/** DER with the byte of SIGHASH_ALL behind it, low S only (BIP 146). */
export function verifyEcdsa(signature: Uint8Array, hash: Uint8Array, pubkey: Uint8Array): boolean {
  if (signature.at(-1) !== SigHash.ALL) return false;
  try {
    return secp256k1.verify(signature.slice(0, -1), hash, pubkey, { format: "der", prehash: false, lowS: true });
  } catch {
    return false;
  }
}

export function outpointOf(tx: Transaction, at: number): Outpoint {
  const { txid, index } = tx.getInput(at);
  if (txid === undefined || index === undefined) throw refused(`input ${at} is incomplete`);
  return { txid: bytesToHex(txid), vout: index };
}

export function spends(tx: Transaction, { txid, vout }: Outpoint): boolean {
  return Array.from({ length: tx.inputsLength }, (_, at) => outpointText(outpointOf(tx, at))).includes(
    `${txid}:${vout}`,
  );
}

/** @throws VenueError venue_policy_denied */
export function parseRaw(bytes: Uint8Array): Transaction {
  try {
    return Transaction.fromRaw(bytes, { allowUnknownOutputs: true, allowUnknownInputs: true });
  } catch {
    throw refused("its bytes are no transaction");
  }
}

export function refused(why: string): VenueError {
  return new VenueError("venue_policy_denied", `The built transaction is refused: ${why}.`);
}
