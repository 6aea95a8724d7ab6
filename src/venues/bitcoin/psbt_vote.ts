/**
 * A vote of the scheme `psbt` is a cosigner's valid signature of every input of exactly the PSBT that was asked for. Only the cosigner's
 * public key is needed to judge it; that the PSBT is the planned payment out of the wallet is judged before and after, by its venue.
 */
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import { SigHash } from "@scure/btc-signer";
import { HDKey } from "viem/accounts";
import type { SignatureVerifier } from "../../authority/types.ts";
import { VenueError } from "../index.ts";
import { sameBytes } from "./account.ts";
import { BITCOIN_CHAINS } from "./chains.ts";
import { parseKey } from "./key_expression.ts";
import { parsePsbt } from "./psbt.ts";

const SIGNATURE_BYTES = 64;

/** `message` is the PSBT, `public_key` the cosigner's key with its origin. */
export const verifyPsbtSignature: SignatureVerifier = async ({ scheme, public_key, message, signature }) => {
  if (scheme !== "psbt") return false;
  try {
    return isSignedByKey(message, public_key, signature);
  } catch (error) {
    if (error instanceof VenueError) return false;
    throw error;
  }
};

/** @throws VenueError for bytes that are no PSBT, and a key that is none */
function isSignedByKey(psbt: Uint8Array, public_key: string, signature: string): boolean {
  const tx = parsePsbt(psbt);
  const key = readPublicKey(public_key);
  const bytes = /^(?:[0-9a-f]{2})+$/.test(signature) ? hexToBytes(signature) : new Uint8Array();
  if (tx.inputsLength === 0 || bytes.length !== tx.inputsLength * SIGNATURE_BYTES) return false;
  return Array.from({ length: tx.inputsLength }, (_, at) => {
    const { witnessScript, witnessUtxo, bip32Derivation } = tx.getInput(at);
    const pubkey = bip32Derivation
      ?.map(([own, { path }]) => (isAt(key, own, path) ? own : null))
      .find((own) => own !== null);
    if (witnessScript === undefined || witnessUtxo === undefined || pubkey === undefined || pubkey === null)
      return false;
    const hash = tx.preimageWitnessV0(at, witnessScript, SigHash.ALL, witnessUtxo.amount);
    const part = bytes.slice(at * SIGNATURE_BYTES, (at + 1) * SIGNATURE_BYTES);
    return secp256k1.verify(part, hash, pubkey, { prehash: false, lowS: true });
  }).every(Boolean);
}

/** The public key stands at the last two steps of the path below ours. */
function isAt(key: HDKey, pubkey: Uint8Array, path: readonly number[]): boolean {
  const [branch, index] = path.slice(-2);
  if (branch === undefined || index === undefined || branch > 1 || index >= 0x80000000) return false;
  const own = key.deriveChild(branch).deriveChild(index).publicKey;
  return own !== null && sameBytes(own, pubkey);
}

function readPublicKey(text: string): HDKey {
  const chain =
    BITCOIN_CHAINS.find(({ coin_type }) => (coin_type === 0) === text.includes("]xpub")) ?? BITCOIN_CHAINS[0];
  if (chain === undefined) throw new VenueError("venue_invalid", "There is no Bitcoin network.");
  return HDKey.fromExtendedKey(parseKey(text, chain).xpub, chain.versions);
}
