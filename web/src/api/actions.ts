/** What the screens ask for. Every request carries a key minted when its intent began. */
import { get, post } from "./client.ts";
import type {
  BreakResolution,
  BreakResolutionRequest,
  CallExtension,
  Discovery,
  Envelope,
  EnvelopeRequest,
  ExpectedFlow,
  ExpectedFlowRequest,
  Facility,
  FacilityRequest,
  ImportResult,
  LeftoverRequest,
  Liquidation,
  ManualTransferRequest,
  MarginCall,
  PaymentRequest,
  ReleaseRequest,
  Resolution,
  ResolutionRequest,
  SandboxDeposit,
  SandboxDepositRequest,
  SandboxKey,
  SelfPaymentRequest,
  SignedVoteBody,
  Stress,
  StressRequest,
  Substitution,
  SubstitutionRequest,
  Transfer,
  VenueExercise,
  VoteResult,
  WalletProposal,
  WalletProposalRequest,
  WalletStanding,
  WhatIf,
  WhatIfRequest,
} from "./types.ts";

const STRESS_TIMEOUT_MS = 180_000;

export const actions = {
  /** `by`: who stops it, where somebody said so. */
  freeze: (reason: string, by: string | null, key: string) =>
    post<unknown>("/v1/freeze", { reason, ...(by === null ? {} : { frozen_by: by }) }, key),
  resume: (mode: string, vote: SignedVoteBody, key: string) => post<unknown>("/v1/resume", { mode, vote }, key),
  vote: (vote: SignedVoteBody, key: string) =>
    post<VoteResult>(`/v1/approvals/${vote.payload.object_id}/votes`, vote, key),
  importPsbt: (id: string, request: { readonly psbt: string; readonly person: string }, key: string) =>
    post<ImportResult>(`/v1/approvals/${id}/psbt`, request, key),
  voteOnResolution: (vote: SignedVoteBody, key: string) =>
    post<Resolution>(`/v1/resolutions/${vote.payload.object_id}/votes`, vote, key),
  voteOnBreak: (vote: SignedVoteBody, key: string) =>
    post<BreakResolution>(`/v1/break-resolutions/${vote.payload.object_id}/votes`, vote, key),
  resolveBreak: (id: string, request: BreakResolutionRequest, key: string) =>
    post<BreakResolution>(`/v1/breaks/${id}/resolutions`, request, key),
  voteOnEnvelope: (vote: SignedVoteBody, key: string) =>
    post<Envelope>(`/v1/envelopes/${vote.payload.object_id}/votes`, vote, key),
  voteOnWallet: (vote: SignedVoteBody, key: string) =>
    post<WalletProposal>(`/v1/wallet-proposals/${vote.payload.object_id}/votes`, vote, key),
  proposeEnvelope: (request: EnvelopeRequest, key: string) => post<Envelope>("/v1/envelopes", request, key),
  announceFlow: (request: ExpectedFlowRequest, key: string) => post<ExpectedFlow>("/v1/expected-flows", request, key),
  revokeEnvelope: (id: string, reason: string, key: string) =>
    post<Envelope>(`/v1/envelopes/${id}/revoke`, { reason }, key),
  propose: (request: ManualTransferRequest, key: string) => post<Transfer>("/v1/transfers", request, key),
  cancel: (id: string, reason: string, key: string) => post<Transfer>(`/v1/transfers/${id}/cancel`, { reason }, key),
  whatIf: (pool: string, request: WhatIfRequest, key: string) =>
    post<WhatIf>(`/v1/pools/${pool}/what-if`, request, key),
  /** A stress test is seconds of work on a busy machine. */
  stress: (request: StressRequest, key: string, signal: AbortSignal) =>
    post<Stress>("/v1/stress", request, key, { signal, timeout_ms: STRESS_TIMEOUT_MS }),
  proposeFacility: (request: FacilityRequest, key: string) => post<Facility>("/v1/facilities", request, key),
  voteOnFacility: (vote: SignedVoteBody, key: string) =>
    post<Facility>(`/v1/facilities/${vote.payload.object_id}/votes`, vote, key),
  cancelFacility: (id: string, reason: string, key: string) =>
    post<Facility>(`/v1/facilities/${id}/cancel`, { reason }, key),
  pay: (id: string, kind: "disbursals" | "repayments", request: PaymentRequest, key: string) =>
    post<unknown>(`/v1/facilities/${id}/${kind}`, request, key),
  release: (id: string, request: ReleaseRequest, key: string) =>
    post<Transfer>(`/v1/facilities/${id}/releases`, request, key),
  bringHome: (id: string, request: LeftoverRequest, key: string) =>
    post<Transfer>(`/v1/liquidations/${id}/bring-home`, request, key),
  paySurplus: (id: string, request: LeftoverRequest, key: string) =>
    post<Transfer>(`/v1/liquidations/${id}/pay-surplus`, request, key),
  surplusPaid: (id: string, request: { readonly reference: string; readonly recorded_by: string }, key: string) =>
    post<Liquidation>(`/v1/liquidations/${id}/surplus-paid`, request, key),
  payItself: (request: SelfPaymentRequest, key: string) => post<Transfer>("/v1/self-payments", request, key),
  proposeSubstitution: (id: string, request: SubstitutionRequest, key: string) =>
    post<Substitution>(`/v1/facilities/${id}/substitutions`, request, key),
  voteOnSubstitution: (vote: SignedVoteBody, key: string) =>
    post<Substitution>(`/v1/substitutions/${vote.payload.object_id}/votes`, vote, key),
  cancelSubstitution: (id: string, reason: string, key: string) =>
    post<Substitution>(`/v1/substitutions/${id}/cancel`, { reason }, key),
  payIn: (request: SandboxDepositRequest, key: string) => post<SandboxDeposit>("/v1/sandbox/deposits", request, key),
  acceptDeposit: (
    id: string,
    deposit: { readonly wallet_id: string; readonly movement_id: string; readonly accepted_by: string },
    key: string,
  ) => post<unknown>(`/v1/facilities/${id}/deposits/accept`, deposit, key),
  acknowledgeCall: (id: string, person: string, key: string) =>
    post<MarginCall>(`/v1/margin-calls/${id}/acknowledge`, { person }, key),
  proposeExtension: (
    id: string,
    request: { readonly deadline_at: string; readonly reason: string; readonly proposed_by: string },
    key: string,
  ) => post<CallExtension>(`/v1/margin-calls/${id}/extensions`, request, key),
  voteOnExtension: (vote: SignedVoteBody, key: string) =>
    post<CallExtension>(`/v1/extensions/${vote.payload.object_id}/votes`, vote, key),
  resolveTransfer: (id: string, request: ResolutionRequest, key: string) =>
    post<Resolution>(`/v1/transfers/${id}/resolutions`, request, key),
  /** A venue that does not answer is given up by the daemon, call by call. */
  exerciseVenue: (id: string, key: string) =>
    post<VenueExercise>(`/v1/venues/${id}/exercise`, {}, key, { timeout_ms: STRESS_TIMEOUT_MS }),
  discover: (venue: string, key: string) =>
    post<Discovery>(`/v1/venues/${venue}/discover`, {}, key, { timeout_ms: STRESS_TIMEOUT_MS }),
  suspendWallet: (id: string, reason: string, key: string) =>
    post<WalletStanding>(`/v1/wallets/${id}/suspend`, { reason }, key),
  proposeOnWallet: (id: string, request: WalletProposalRequest, key: string) =>
    post<WalletProposal>(`/v1/wallets/${id}/proposals`, request, key),
  sandboxKey: (person: string) => get<SandboxKey>(`/v1/sandbox/keys/${person}`),
};
