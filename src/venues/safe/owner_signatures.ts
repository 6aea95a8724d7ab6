/**
 * Owners' signatures: 65 bytes `r s v` over the Safe transaction hash, `v` 27 or 28 (Safe.sol `checkNSignatures`). Other
 * kinds of Safe signatures (contract signatures, approved hashes, eth_sign) are not accepted.
 */
import {
  concatHex,
  getAddress,
  type Hash,
  type Hex,
  hexToNumber,
  isAddressEqual,
  recoverAddress,
  slice,
  toHex,
} from "viem";
import type { SignatureVerifier } from "../../authority/types.ts";
import { VenueError } from "../index.ts";
import type { OwnerSignature } from "../port.ts";

const SIGNATURE_BYTES = 65;
const HASH_BYTES = 32;
const SIGNATURE = /^(?:0x)?[0-9a-fA-F]{130}$/;

/** Verifier of the scheme `eip712_safe`: `message` is the 32-byte Safe transaction hash, `public_key` the owner's address. */
export const verifyOwnerSignature: SignatureVerifier = async ({ scheme, public_key, message, signature }) => {
  if (scheme !== "eip712_safe" || message.length !== HASH_BYTES) return false;
  const signer = await recoverOwner(toHex(message), signature);
  return signer !== null && signer.toLowerCase() === public_key.toLowerCase();
};

/** The address that made the signature; null for anything that is not an acceptable signature. */
export async function recoverOwner(hash: Hash, signature: string): Promise<Hex | null> {
  const bytes = normalise(signature);
  if (bytes === null) return null;
  try {
    return await recoverAddress({ hash, signature: bytes });
  } catch {
    return null;
  }
}

export interface Quorum {
  readonly owners: readonly Hex[];
  readonly threshold: number;
}

/**
 * The signatures in the form the Safe reads: distinct owners, ascending by address, exactly as many as it asks for.
 * @throws VenueError venue_policy_denied while there are too few; `facts.signed` and `facts.needed` say how many
 */
export async function packSignatures(
  hash: Hash,
  signatures: readonly OwnerSignature[],
  { owners, threshold }: Quorum,
): Promise<Hex> {
  const by_owner = new Map<Hex, Hex>();
  for (const { signature } of signatures) {
    const signer = await recoverOwner(hash, signature);
    const bytes = normalise(signature);
    const owner = owners.find((each) => signer !== null && isAddressEqual(each, signer));
    if (owner !== undefined && bytes !== null) by_owner.set(getAddress(owner), bytes);
  }
  if (by_owner.size < threshold) {
    const message = `${by_owner.size} of the ${threshold} owners' signatures that the Safe needs are there.`;
    throw new VenueError("venue_policy_denied", message, { signed: by_owner.size, needed: threshold });
  }
  const sorted = [...by_owner].sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -1 : 1));
  return concatHex(sorted.slice(0, threshold).map(([, bytes]) => bytes));
}

function normalise(signature: string): Hex | null {
  if (!SIGNATURE.test(signature)) return null;
  const bytes: Hex = `0x${signature.replace(/^0x/, "").toLowerCase()}`;
  const v = hexToNumber(slice(bytes, SIGNATURE_BYTES - 1));
  return v === 27 || v === 28 ? bytes : null;
}
