export {
  assertDestination,
  assertSameEffect,
  type Destinations,
  lookUpAddress,
  sameAddress,
  sameContract,
} from "./address_book.ts";
export {
  castVote,
  emitRefusal,
  type VerifiedVote,
  VOTES_MAX,
  type VoteCast,
  verifyVote,
  votesOn,
} from "./cast_vote.ts";
export {
  breakDigest,
  envelopeDigest,
  extensionDigest,
  facilityDigest,
  type LostCheckpoint,
  type ResumePayload,
  resolutionDigest,
  resumeDigest,
  signedBytes,
  substitutionDigest,
  transferDigest,
  voteMessage,
  voteText,
  walletDigest,
} from "./digest.ts";
export {
  assertEnvelope,
  assertSubstitution,
  checkDispatch,
  type DispatchInput,
  type EnvelopeFile,
  envelopeQuorum,
} from "./dispatch_check.ts";
export { type EnvelopePlan, fitProblem, remainingOf, standingProblem } from "./envelope.ts";
export { AuthorityError, type AuthorityErrorCode } from "./errors.ts";
export {
  ACCEPT_LOSS_REQUIREMENT,
  atLeast,
  canVote,
  crossingOf,
  type Move,
  quorumFor,
  RESUME_REQUIREMENT,
  type Requirement,
  type TierRequirement,
  tally,
  type VoteSubject,
} from "./quorum.ts";
export {
  breakSubject,
  envelopeSubject,
  extensionSubject,
  facilitySubject,
  RESOLUTION_APPROVALS_MIN,
  requirementOf,
  resolutionSubject,
  substitutionSubject,
  transferSubject,
  walletSubject,
} from "./subject.ts";
export type { SubstitutionFile } from "./substitution.ts";
export type * from "./types.ts";
