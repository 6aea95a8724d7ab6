/** What authority refuses, each with a stable code. Every one of them means: nothing is sent, nothing is counted. */
import { type ErrorFacts, type ErrorKind, TidegateError } from "../errors/index.ts";

export type AuthorityErrorCode =
  | "authority_unknown_person"
  | "authority_wrong_role"
  | "authority_initiator"
  | "authority_wrong_scheme"
  | "authority_bad_signature"
  | "authority_wrong_digest"
  | "authority_expired"
  | "authority_too_early"
  | "authority_already_voted"
  | "authority_not_open"
  | "authority_no_tier"
  | "authority_quorum_missing"
  | "authority_destination_unknown"
  | "authority_destination_changed"
  | "authority_wrong_destination_role"
  | "authority_effect_mismatch"
  | "authority_envelope_unusable"
  | "authority_substitution_unusable"
  | "authority_frozen";

const KIND: Record<AuthorityErrorCode, ErrorKind> = {
  authority_unknown_person: "denied",
  authority_wrong_role: "denied",
  authority_initiator: "denied",
  authority_wrong_scheme: "invalid",
  authority_bad_signature: "denied",
  authority_wrong_digest: "conflict",
  authority_expired: "conflict",
  authority_too_early: "conflict",
  authority_already_voted: "conflict",
  authority_not_open: "conflict",
  authority_no_tier: "denied",
  authority_quorum_missing: "needs_approval",
  authority_destination_unknown: "denied",
  authority_destination_changed: "denied",
  authority_wrong_destination_role: "denied",
  authority_effect_mismatch: "denied",
  authority_envelope_unusable: "needs_approval",
  authority_substitution_unusable: "needs_approval",
  authority_frozen: "denied",
};

export class AuthorityError extends TidegateError {
  declare readonly code: AuthorityErrorCode;
  constructor(code: AuthorityErrorCode, message: string, facts: ErrorFacts = {}) {
    super(KIND[code], code, message, facts);
  }
}
