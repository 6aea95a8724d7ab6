export { recordAlert } from "./alerts.ts";
export { cancelTransfer } from "./cancel_transfer.ts";
export { wakeSettled } from "./change_state.ts";
export {
  destinationsOf,
  findAddress,
  findPool,
  findWallet,
  messageOf,
  refOf,
  type TransferDeps,
  walletOf,
} from "./context.ts";
export { endUnsent } from "./end_unsent.ts";
export {
  assertSupported,
  type EnvelopeRoom,
  type EnvelopeUse,
  envelopeOf,
  envelopesWithRoom,
  findEnvelopes,
  findOpenEnvelopes,
  getEnvelope,
  takenOf,
  usesOf,
} from "./envelopes.ts";
export { TransferError, type TransferErrorCode } from "./errors.ts";
export { importSigned } from "./import_signed.ts";
export { judgeSigning, type SigningJudgement } from "./judge_signing.ts";
export { DUE_MAX, SEND_WITHIN_REAL_MS } from "./limits.ts";
export { claimMovements, findOwner, movementsOf } from "./match_movements.ts";
export { MODE_CONTROL, type ModeControl, readMode, readModeControl } from "./mode_control.ts";
export { obligationFacts } from "./payout.ts";
export { wayOf } from "./plan_checks.ts";
export { planTransfer, supersede, type TransferDraft } from "./plan_transfer.ts";
export { proposeResolution } from "./propose_resolution.ts";
export { proposeTransfer } from "./propose_transfer.ts";
export { findOpenResolutions, getResolution } from "./read_resolutions.ts";
export { findCounted, findDue, findOpen, getTransfer, isOpen, isWatched, nextDueAt } from "./read_transfers.ts";
export { assertEdge, canMove, EDGES, type Edge, IN_FLIGHT, TERMINAL, UNSENT } from "./states.ts";
export { mayRepeat } from "./step_submitting.ts";
export {
  freezeAsset,
  holdSweeps,
  readAssetFrozen,
  readSweepsHeld,
  readUnwitnessed,
  releaseSweeps,
  type Stop,
  setUnwitnessed,
  thawAsset,
} from "./stops.ts";
export type * from "./types.ts";
export { type ResolutionVoted, resolutionQuorum, voteOnResolution } from "./vote_on_resolution.ts";
export { quorumOf, recordingRefusal, type Voted, voteOnTransfer } from "./vote_on_transfer.ts";
export { type WorkOutcome, workTransfer } from "./work_transfer.ts";
