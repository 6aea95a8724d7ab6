export { recordAlert } from "./change/alerts.ts";
export { wakeSettled } from "./change/change_state.ts";
export { endUnsent } from "./change/end_unsent.ts";
export { findOwner, movementsOf } from "./change/match_movements.ts";
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
export { TransferError, type TransferErrorCode } from "./errors.ts";
export { DUE_MAX, SEND_WITHIN_REAL_MS } from "./limits.ts";
export { cancelTransfer } from "./people/cancel_transfer.ts";
export { importSigned } from "./people/import_signed.ts";
export { judgeSigning, type SigningJudgement } from "./people/judge_signing.ts";
export { proposeResolution } from "./people/propose_resolution.ts";
export { findOpenResolutions, getResolution } from "./people/read_resolutions.ts";
export { type ResolutionVoted, resolutionQuorum, voteOnResolution } from "./people/vote_on_resolution.ts";
export { quorumOf, recordingRefusal, type Voted, voteOnTransfer } from "./people/vote_on_transfer.ts";
export { arrivedFor } from "./plan/arrived_collateral.ts";
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
} from "./plan/envelopes.ts";
export { MODE_CONTROL, type ModeControl, readMode, readModeControl } from "./plan/mode_control.ts";
export { obligationFacts } from "./plan/payout.ts";
export { wayOf } from "./plan/plan_checks.ts";
export { planTransfer, supersede, type TransferDraft } from "./plan/plan_transfer.ts";
export { proposeSelfPayment } from "./plan/propose_self_payment.ts";
export { proposeTransfer } from "./plan/propose_transfer.ts";
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
} from "./plan/stops.ts";
export {
  findCounted,
  findDue,
  findOpen,
  getTransfer,
  isOpen,
  isWatched,
  nextDueAt,
} from "./read_transfers.ts";
export { assertEdge, canMove, EDGES, type Edge, IN_FLIGHT, TERMINAL, UNSENT } from "./states.ts";
export { mayRepeat } from "./steps/step_submitting.ts";
export { tellOpen } from "./tell_open.ts";
export type * from "./types.ts";
export { type WorkOutcome, workTransfer } from "./work_transfer.ts";
