export { CSV_HEADER, csvLine, csvRow, type EventFacts, eventFacts } from "./csv.ts";
export { EVENT_BYTES_MAX, type EventInput, emit, eventBytes, makeEvent } from "./emit.ts";
export { AuditError, type AuditErrorCode } from "./errors.ts";
export { EXPORT_FORMAT, exportJsonl, type LogRecord, parseJsonl, readLog, readSealed } from "./export.ts";
export {
  consistencyProof,
  EMPTY_ROOT,
  type Hash,
  inclusionProof,
  leafHash,
  merkleRoot,
  verifyConsistency,
  verifyInclusion,
} from "./merkle.ts";
export { logOrigin, parseCheckpoint, parseNote, parseVerifierKey, verifierKey } from "./note.ts";
export {
  type BalancesAfter,
  type EventPayloads,
  type OperationType,
  operationType,
  type PayloadOf,
  type TransferFacts,
} from "./payloads.ts";
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
  faultOfLog,
  type LogDeps,
  type LogFault,
  parseTrusted,
  printTrusted,
  sizeOfNote,
  type TrustedCheckpoint,
  trustedFromExport,
  type Witness,
} from "./trusted.ts";
export type * from "./types.ts";
export { type ProblemCode, type VerifyProblem, type VerifyReport, verifyLog } from "./verify.ts";
