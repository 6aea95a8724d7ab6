/** What the daemon needs (all ports) and what it offers to its faces: API, CLI and terminal call nothing else. */
import type { LogFault, Witness } from "../audit/index.ts";
import type { ResumePayload } from "../authority/index.ts";
import type { EnvelopeRow, QuorumView, SignatureVerifier, SignedVote } from "../authority/types.ts";
import type { TreasuryConfig } from "../config/types.ts";
import type { BreakResolutionRow, BreakRow, WalletReconciliation } from "../ledger/types.ts";
import type { Lending, NoticeChannel } from "../lending/index.ts";
import type { Decision, Mode, PriceState, Snapshot } from "../policy/types.ts";
import type { Clock, Ids, Instant, Log, Notifier, Random, Signer } from "../ports/index.ts";
import type { PriceSource } from "../prices/types.ts";
import type { ExpectedFlowRow, ObligationRow } from "../store/index.ts";
import type { Store } from "../store/port.ts";
import type {
  CollateralBooks,
  ImportedSignatures,
  ResolutionDraft,
  ResolutionRow,
  SelfPurpose,
  TransferRow,
} from "../transfers/types.ts";
import type { Venue, VenueAllowance } from "../venues/port.ts";
import type {
  Attested,
  Discovered,
  OpenDraft,
  Opened,
  WalletDraft,
  WalletProposalRow,
  WalletStandingRow,
} from "../wallets/types.ts";
import type { EnvelopeDraft } from "./people/propose_envelope.ts";
import type { BreakResolutionDraft } from "./reconcile/propose_break_resolution.ts";

export interface DaemonDeps {
  readonly config: TreasuryConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly store: Store;
  readonly venues: ReadonlyMap<string, Venue>;
  readonly price_sources: readonly PriceSource[];
  readonly verifier: SignatureVerifier;
  /** Signs checkpoints of the audit log. */
  readonly log_signer: Signer;
  /** Where checkpoints are kept outside the database; none: a restore to the past is not noticed. */
  readonly witnesses?: readonly Witness[];
  readonly notifier: Notifier;
  /** Where notices of lending go; none: they are only recorded. */
  readonly notice_channels?: readonly NoticeChannel[];
  /** What lending keeps beside the books of transfers; none where nothing is lent. */
  readonly collateral?: CollateralBooks;
  readonly log: Log;
  /** Unique per process: owner of leases. */
  readonly instance_id: string;
}

/** Why the loop woke: kept with every decision it makes. */
export type WakeCause =
  | "start"
  | "schedule"
  | "push"
  | "webhook"
  | "approval"
  | "manual"
  | "mode"
  | "transfer"
  | "obligation"
  | "ledger_movement"
  | "large_transaction"
  | "price_jump"
  | "volatility_regime"
  | "customer_pattern"
  | "fee_spike"
  | "poll_failed";

/** What a person lets go on. */
export interface LiftDraft {
  readonly pool_id: string;
  /** `sweeps` of the pool to custody, or every move of its `asset`. */
  readonly what: "sweeps" | "asset";
  readonly actor: string;
  readonly reason: string;
}

/** A payment that is known before it happens. */
export interface ObligationDraft {
  readonly pool_id: string;
  readonly direction: "in" | "out";
  /** Base units of the pool's asset. */
  readonly amount: bigint;
  readonly due_at: Instant;
  readonly what: string;
  readonly source: string;
  readonly reference: string | null;
  /** Registered destination that it may be paid to straight from custody; null: none. */
  readonly payee: string | null;
  readonly actor: string;
  /** Makes the request idempotent: the same key of the same actor is the same obligation. */
  readonly key: string;
}

/** A flow of a customer that the exchange's back office knows of before it happens. */
export interface ExpectedFlowDraft {
  readonly wallet_id: string;
  /** The back office's own name of it; makes the announcement idempotent. */
  readonly reference: string;
  readonly direction: "in" | "out";
  /** Base units of the wallet's asset, without the fee. */
  readonly amount: bigint;
  readonly destination: string | null;
  readonly tx_hash: string | null;
  /** Null: an hour ago. */
  readonly from_at: Instant | null;
  /** Null: a day later. */
  readonly until_at: Instant | null;
  readonly actor: string;
}

/** A person asks a wallet to pay itself. */
export interface SelfPaymentRequest {
  readonly wallet_id: string;
  readonly purpose: SelfPurpose;
  /** With `hasten`: the hash of the transaction that waits. */
  readonly parent: string | null;
  readonly reason: string;
  /** `person:<id>`; never counted in the quorum. */
  readonly initiator: string;
  readonly key: string;
}

export interface ManualTransfer {
  readonly pool_id: string;
  readonly from_wallet: string;
  readonly to_wallet: string;
  readonly network: string;
  readonly amount: bigint;
  readonly reason: string;
  /** `person:<id>`; never counted in the quorum. */
  readonly initiator: string;
  /** Makes the request idempotent: the same key is the same transfer. */
  readonly key: string;
}

/** A checkpoint kept outside the database that the log does not continue. */
export interface WitnessFault extends LogFault {
  readonly witness: string;
  /** The checkpoint as it is kept there. */
  readonly note: string;
}

export interface LogStanding {
  readonly faults: readonly WitnessFault[];
  /** Witnesses that could not be asked, or that took no checkpoint, each with why. */
  readonly unreadable: readonly { readonly witness: string; readonly message: string }[];
  /** Why payments wait: no witness outside the data directory can be asked and takes what it is given. Null while one can, or none is configured. */
  readonly waits: string | null;
  /** Null before the first look. */
  readonly looked_at: Instant | null;
}

export interface PoolPlan {
  readonly pool_id: string;
  readonly snapshot: Snapshot;
  readonly decision: Decision;
}

/** The last comparison of everything: every wallet read anew, the venues' lists read again, the books added up. */
export interface FullReconciliation {
  readonly started_at: Instant;
  readonly finished_at: Instant;
  readonly wallets: number;
  /** Wallets whose venue could not be read then. */
  readonly unread: readonly string[];
  readonly breaks_open: number;
  /** Movements that a venue listed behind the place we had read up to. */
  readonly found_late: number;
  /** What is wrong with the books or the lists, as sentences; empty when all is well. */
  readonly problems: readonly string[];
}

/** The faces' only door. Every method is safe to call at any time, in any mode. */
export interface Treasury {
  readonly deps: DaemonDeps;
  /** Null where the configuration lends nothing. */
  readonly lending: Lending | null;
  mode(): Promise<Mode>;
  /** Stops new submits at once and survives restart; in-flight work is still followed. */
  freeze(actor: string, reason: string): Promise<void>;
  /**
   * Leaves `frozen` for `mode`; needs an admin's signed vote on digestOf("resume", {frozen_at, mode}). Where a loss of the log is
   * accepted a second person signs too: after the first vote it stays frozen.
   */
  resume(mode: Exclude<Mode, "frozen">, vote: SignedVote): Promise<void>;
  /** What an admin has to sign to resume now, in the mode before the freeze where none is asked for; null when not frozen. */
  resumeRequest(
    mode: Exclude<Mode, "frozen"> | null,
    options?: { readonly accept_loss: boolean },
  ): Promise<{ object_id: string; digest: string; payload: ResumePayload } | null>;
  castVote(vote: SignedVote): Promise<{ transfer: TransferRow; quorum: QuorumView }>;
  /** A file that came back from signers without a network; what `importer` signed in it is that person's vote, and nobody else's. */
  importSigned(transfer_id: string, content: Uint8Array, importer: string): Promise<ImportedSignatures>;
  quorumOf(transfer: TransferRow): Promise<QuorumView>;
  /** @throws DaemonError */
  addObligation(draft: ObligationDraft): Promise<ObligationRow>;
  cancelObligation(id: string, actor: string, reason: string): Promise<ObligationRow>;
  /** @throws DaemonError */
  announceFlow(draft: ExpectedFlowDraft): Promise<ExpectedFlowRow>;
  /** @throws DaemonError */
  liftStop(draft: LiftDraft): Promise<void>;
  proposeTransfer(input: ManualTransfer): Promise<TransferRow>;
  proposeSelfPayment(input: SelfPaymentRequest): Promise<TransferRow>;
  /** What was sent the venue is asked to withdraw. @throws TidegateError transfer_not_cancellable, transfer_cancel_unsupported */
  cancelTransfer(id: string, actor: string, reason: string): Promise<TransferRow>;
  /** How a held transfer ended, as a person says; others decide. */
  proposeResolution(draft: ResolutionDraft): Promise<ResolutionRow>;
  voteOnResolution(vote: SignedVote): Promise<{ resolution: ResolutionRow; transfer: TransferRow; quorum: QuorumView }>;
  resolutionQuorum(resolution: ResolutionRow): Promise<QuorumView>;
  /** What a break was, as a person says; others decide, and their last vote closes it. */
  proposeBreakResolution(draft: BreakResolutionDraft): Promise<BreakResolutionRow>;
  voteOnBreak(vote: SignedVote): Promise<{ resolution: BreakResolutionRow; brk: BreakRow; quorum: QuorumView }>;
  breakQuorum(resolution: BreakResolutionRow): Promise<QuorumView>;
  /** Refills from custody that people approve in advance; proposing pays nothing. */
  proposeEnvelope(draft: EnvelopeDraft): Promise<EnvelopeRow>;
  voteOnEnvelope(vote: SignedVote): Promise<{ envelope: EnvelopeRow; quorum: QuorumView }>;
  /** Ends it at once; needs nobody else. */
  revokeEnvelope(id: string, actor: string, reason: string): Promise<EnvelopeRow>;
  envelopeQuorum(envelope: EnvelopeRow): Promise<QuorumView>;
  /** No new transfer in or out; what was sent is followed. Needs nobody else. */
  suspendWallet(wallet_id: string, actor: string, reason: string): Promise<WalletStandingRow>;
  /** A balance that a person enters, or a standing that lets money move again or never more; others decide. */
  proposeWallet(draft: WalletDraft): Promise<WalletProposalRow>;
  voteOnWallet(vote: SignedVote): Promise<{ proposal: WalletProposalRow; quorum: QuorumView }>;
  walletQuorum(proposal: WalletProposalRow): Promise<QuorumView>;
  /** Asks the venue now; changes nothing. */
  discoverWallets(venue_id: string): Promise<readonly Discovered[]>;
  openWallet(draft: OpenDraft): Promise<Opened>;
  attestAddresses(wallet_id: string): Promise<readonly Attested[]>;
  /** What the daemon would do now, on what it knows now; changes nothing. */
  planNow(): Promise<readonly PoolPlan[]>;
  price(asset: string): PriceState | null;
  /** What the owners of a wallet allow in advance on their chain, as it stands now; null where nothing of the kind is known. */
  allowance(wallet_id: string): VenueAllowance | null;
  reconcile(): Promise<readonly WalletReconciliation[]>;
  /** Whether the log continues what was signed outside the database, as last looked at. */
  logStanding(): LogStanding;
  /** Null before the first. */
  lastFull(): Promise<FullReconciliation | null>;
  wake(cause: WakeCause): void;
  /** A venue says that something changed at this account of its own, or somewhere (null): it is read again soon. */
  hint(venue_id: string, account: string | null): void;
  /** Instant of the last finished cycle; null before the first. */
  lastCycleAt(): Instant | null;
  /** Instant of the next planned cycle. */
  nextCycleAt(): Instant | null;
}
