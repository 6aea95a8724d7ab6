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
  type LostCheckpoint,
  type ResumePayload,
  resolutionDigest,
  resumeDigest,
  signedBytes,
  transferDigest,
  voteMessage,
  voteText,
} from "./digest.ts";
export { checkDispatch, type DispatchInput } from "./dispatch_check.ts";
export { AuthorityError, type AuthorityErrorCode } from "./errors.ts";
export {
  atLeast,
  canVote,
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
  RESOLUTION_APPROVALS_MIN,
  requirementOf,
  resolutionSubject,
  transferSubject,
} from "./subject.ts";
export type * from "./types.ts";
