/** What people approve, and the exact bytes they sign. */
import { sha256 } from "@noble/hashes/sha2.js";
import { hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { canonicalJson, digestOf } from "../digest/index.ts";
import type { BreakTerms } from "../ledger/types.ts";
import type { ExtensionDoc, FacilityDoc, SubstitutionDoc } from "../lending/types.ts";
import type { Mode } from "../policy/types.ts";
import type { Instant } from "../ports/index.ts";
import type { ResolutionTerms, SigningRequest, TransferPlan } from "../transfers/types.ts";
import type { WalletTerms } from "../wallets/types.ts";
import type { EnvelopeTerms, VotePayload } from "./types.ts";

const VOTE_DOMAIN = "tidegate/vote/v1\n";

/** Hex SHA-256 over the transfer domain and the canonical JSON of every field of the plan. */
export function transferDigest(plan: TransferPlan): string {
  return digestOf("transfer", plan);
}

/** What an admin approves to leave `frozen`: bound to this very freeze. */
export function resumeDigest(request: ResumePayload): string {
  const { frozen_at, mode, lost } = request;
  return digestOf("resume", { frozen_at, mode, ...(lost === undefined ? {} : { lost }) });
}

export interface ResumePayload {
  readonly frozen_at: Instant;
  readonly mode: Exclude<Mode, "frozen">;
  /** Checkpoints that the log does not continue, whose loss the signature accepts. */
  readonly lost?: readonly LostCheckpoint[];
}

export interface LostCheckpoint {
  readonly witness: string;
  readonly size: number;
  readonly root: string;
  /** Of the log that goes on. */
  readonly own_size: number;
  readonly own_root: string;
}

/** What people approve to end a held transfer: every field of the proposal, the hold it answers included. */
export function resolutionDigest(terms: ResolutionTerms): string {
  return digestOf("resolution", terms);
}

/** What people approve to close a break: every field of the proposal, the difference it answers included. */
export function breakDigest(terms: BreakTerms): string {
  return digestOf("break", terms);
}

/** What people approve in advance: every bound of the envelope. */
export function envelopeDigest(terms: EnvelopeTerms): string {
  return digestOf("envelope", terms);
}

/** What people approve to open a facility: all of its terms. */
export function facilityDigest(terms: FacilityDoc): string {
  return digestOf("facility", terms);
}

/** What people approve to give a margin call more time: the deadline it had, and the new one. */
export function extensionDigest(terms: ExtensionDoc): string {
  return digestOf("extension", terms);
}

/** What people approve to exchange collateral: what has to come, and what may then leave. */
export function substitutionDigest(terms: SubstitutionDoc): string {
  return digestOf("substitution", terms);
}

/** What people approve about a wallet: a balance that they enter, or its standing. */
export function walletDigest(terms: WalletTerms): string {
  return digestOf("wallet", terms);
}

/** UTF-8 text that an Ed25519 key signs: a domain of its own, so that no other signature can serve as a vote. */
export function voteText(payload: VotePayload): string {
  const { object_kind, object_id, digest, vote } = payload;
  return VOTE_DOMAIN + canonicalJson({ object_kind, object_id, digest, vote });
}

export function voteMessage(payload: VotePayload): Uint8Array {
  return utf8ToBytes(voteText(payload));
}

/**
 * The bytes a vote's signature covers. An owner of a Safe approves by signing the 32-byte hash of the Safe transaction itself, a cosigner
 * by signing every input of the PSBT, whose bytes these are; a denial must never be a signature that could execute it, so it signs
 * the 32-byte SHA-256 of the vote message.
 */
export function signedBytes(payload: VotePayload, signing: SigningRequest | null): Uint8Array {
  if (signing === null) return voteMessage(payload);
  if (payload.vote === "deny") return sha256(voteMessage(payload));
  const hash = hexToBytes(signing.hash.replace(/^0x/, ""));
  return signing.scheme === "psbt" ? (psbtBytes(signing, hash) ?? hash) : hash;
}

/** Null for a PSBT that is not what its hash says: then nothing is signed that any signature could fit. */
function psbtBytes({ typed_data }: SigningRequest, hash: Uint8Array): Uint8Array | null {
  const text = typeof typed_data === "object" && typed_data !== null && "psbt" in typed_data ? typed_data.psbt : null;
  if (typeof text !== "string" || !/^[A-Za-z0-9+/]+=*$/.test(text)) return null;
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return sha256(bytes).every((byte, at) => byte === hash[at]) ? bytes : null;
}
