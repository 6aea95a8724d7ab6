/**
 * A vote as it is signed in the browser. The message is built here from what was reviewed; the server's own text must be
 * the same byte for byte, or nothing is signed.
 */
import type { SignedVoteBody } from "../api/types.ts";
import { canonicalJson, type JsonValue, sha256Hex } from "./canonical.ts";
import type { SigningKey } from "./ed25519.ts";

export type VotePayload = SignedVoteBody["payload"];

const VOTE_DOMAIN = "tidegate/vote/v1\n";

/** UTF-8 text that an Ed25519 key signs for this vote. */
export function voteMessage(payload: VotePayload): string {
  return VOTE_DOMAIN + canonicalJson({ ...payload });
}

/** Digest of an object's canonical text, under the domain of its kind. */
export function payloadDigest(kind: VotePayload["object_kind"], payload_text: string): Promise<string> {
  return sha256Hex(`tidegate/${kind}/v1\n${payload_text}`);
}

/** What the browser found when it recomputed what the server claims. */
export interface Check {
  readonly digest: string;
  readonly digest_matches: boolean;
  /** The text is canonical: parsing and writing it again gives the same bytes, so nothing hides in its form. */
  readonly canonical: boolean;
}

export async function checkPayload(kind: VotePayload["object_kind"], text: string, claimed: string): Promise<Check> {
  const digest = await payloadDigest(kind, text);
  return { digest, digest_matches: digest === claimed, canonical: isCanonical(text) };
}

function isCanonical(text: string): boolean {
  try {
    return canonicalJson(JSON.parse(text) as JsonValue) === text;
  } catch {
    return false;
  }
}

/** A key with the person whose key it is. */
export interface Signatory {
  readonly person_id: string;
  readonly key_id: string;
  readonly key: SigningKey;
}

/**
 * @param server_message what the server says will be signed for this vote
 * @throws Error when it differs from what was reviewed
 */
export async function signVote(payload: VotePayload, server_message: string, by: Signatory): Promise<SignedVoteBody> {
  const message = voteMessage(payload);
  if (message !== server_message) {
    throw new Error("The server's vote text differs from what you reviewed. Nothing was signed; report this.");
  }
  const signature = await by.key.sign(new TextEncoder().encode(message));
  return { payload, person_id: by.person_id, key_id: by.key_id, scheme: "ed25519", signature };
}
