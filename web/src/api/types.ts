/** The API as the terminal sees it: types alone, taken from the schemas; no code crosses this line. */
import type { DecisionView, Overview, PolicyView, Sandbox, Transfer, Wallet } from "../../../src/api/schemas/index.ts";

export type {
  Approval,
  ApprovalList,
  AuditPage,
  Break,
  BreakList,
  BreakResolution,
  BreakResolutionList,
  BreakResolutionRequest,
  DecisionDetail,
  DecisionPage,
  DecisionView,
  Envelope,
  EnvelopeList,
  EnvelopeRequest,
  EventView,
  Exception,
  History,
  ImportResult,
  LevelSet,
  ManualTransferRequest,
  Money,
  Move,
  Overview,
  People,
  PolicyView,
  Pool,
  Position,
  Problem,
  QrParts,
  Quorum,
  Reconciliation,
  ReplayView,
  Resolution,
  ResolutionList,
  ResolutionRequest,
  ResumeOffer,
  Sandbox,
  SandboxKey,
  ScenarioList,
  SignedVoteBody,
  StreamEvent,
  Stress,
  StressRequest,
  Transfer,
  TransferDetail,
  TransferEvidence,
  TransferPage,
  VenueExercise,
  VenueList,
  VenueView as Venue,
  VoteResult,
  Wallet,
  WalletList,
  WhatIf,
  WhatIfRequest,
} from "../../../src/api/schemas/index.ts";

export type Mode = Overview["mode"];
export type Band = Overview["pools"][number]["band"];
export type Freshness = Wallet["freshness"];
export type TransferState = Transfer["state"];
export type OperationType = Transfer["type"];
export type Verdict = DecisionView["verdict"];
export type Severity = DecisionView["severity"];
export type QuorumTier = PolicyView["quorum"]["tiers"][number];
export type SandboxPerson = Sandbox["people"][number];
