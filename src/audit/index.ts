export { cosign, parseWitnessKey, verifyCosignature, type WitnessKey, witnessKey } from "./cosignature.ts";
export type { Cosigner, CosignerDemand } from "./cosigners.ts";
export { CSV_HEADER, csvLine, csvRow, type EventFacts, eventFacts } from "./csv.ts";
export { EVENT_BYTES_MAX, type EventInput, emit, eventBytes, makeEvent } from "./emit.ts";
export { AuditError, type AuditErrorCode } from "./errors.ts";
export { EXPORT_FORMAT, exportJsonl, type LogRecord, parseJsonl, readLog, readSealed } from "./export.ts";
export {
  consistencyProof,
  EMPTY_FRONTIER,
  EMPTY_ROOT,
  type Frontier,
  type Hash,
  inclusionProof,
  leafHash,
  merkleRoot,
  verifyConsistency,
  verifyInclusion,
} from "./merkle.ts";
export {
  checkpointText,
  logOrigin,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  signNote,
  verifierKey,
} from "./note.ts";
export {
  type BalancesAfter,
  type EventPayloads,
  type ObligationFacts,
  type OperationType,
  operationType,
  type PayloadOf,
  type TransferFacts,
} from "./payloads.ts";
export type { FacilityFacts } from "./payloads_lending.ts";
export { proveSince } from "./prove_since.ts";
export {
  lastCheckpoint,
  readFrontier,
  SEALER,
  type SealDeps,
  type SealResult,
  sealOnce,
  stopSealing,
} from "./seal.ts";
export {
  judgeSubmission,
  parseSubmission,
  printSubmission,
  SUBMISSION_BYTES_MAX,
  type Submission,
  type WitnessParts,
  type WitnessReply,
} from "./submission.ts";
export {
  faultOfLog,
  type LogDeps,
  type LogFault,
  type PublishOptions,
  parseTrusted,
  printTrusted,
  sizeOfNote,
  type TrustedCheckpoint,
  trustedFromExport,
  type Witness,
} from "./trusted.ts";
export type * from "./types.ts";
export { type ProblemCode, type VerifyProblem, type VerifyReport, verifyCheckpoint, verifyLog } from "./verify.ts";
