/** What the daemon needs (all ports) and what it offers to its faces: API, CLI and terminal call nothing else. */
import type { LogFault, Witness } from "../audit/index.ts";
import type { QuorumView, SignatureVerifier, SignedVote } from "../authority/types.ts";
import type { TreasuryConfig } from "../config/types.ts";
import type { Decision, Mode, PriceState, Snapshot } from "../policy/types.ts";
import type { Clock, Ids, Instant, Log, Notifier, Random, Signer } from "../ports/index.ts";
import type { PriceSource } from "../prices/types.ts";
import type { Store } from "../store/port.ts";
import type { ResolutionDraft, ResolutionRow, TransferRow } from "../transfers/types.ts";
import type { Venue } from "../venues/port.ts";

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
  readonly log: Log;
  /** Unique per process: owner of leases. */
  readonly instance_id: string;
}

/** Why the loop woke: kept with every decision it makes. */
export type WakeCause = "start" | "schedule" | "push" | "webhook" | "approval" | "manual" | "mode" | "transfer";

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
  /** Witnesses that could not be asked, each with why. */
  readonly unreadable: readonly { readonly witness: string; readonly message: string }[];
  /** Null before the first look. */
  readonly looked_at: Instant | null;
}

export interface PoolPlan {
  readonly pool_id: string;
  readonly snapshot: Snapshot;
  readonly decision: Decision;
}

export interface WalletReconciliation {
  readonly wallet_id: string;
  readonly asset: string;
  /** Null when the venue's balance is not known. */
  readonly venue: bigint | null;
  readonly ledger: bigint;
  /** Ledger corrected by our own movements that one side has seen and the other not yet. */
  readonly expected: bigint;
  readonly difference: bigint | null;
  readonly as_of: Instant | null;
  readonly state: "equal" | "in_flight" | "break" | "unknown";
}

/** The faces' only door. Every method is safe to call at any time, in any mode. */
export interface Treasury {
  readonly deps: DaemonDeps;
  mode(): Promise<Mode>;
  /** Stops new submits at once and survives restart; in-flight work is still followed. */
  freeze(actor: string, reason: string): Promise<void>;
  /** Leaves `frozen` for `mode`; needs an admin's signed vote on digestOf("resume", {frozen_at, mode}). */
  resume(mode: Exclude<Mode, "frozen">, vote: SignedVote): Promise<void>;
  /** What an admin has to sign to resume now; null when not frozen. */
  resumeRequest(
    mode: Exclude<Mode, "frozen">,
    options?: { readonly accept_loss: boolean },
  ): Promise<{ object_id: string; digest: string; payload: unknown } | null>;
  castVote(vote: SignedVote): Promise<{ transfer: TransferRow; quorum: QuorumView }>;
  quorumOf(transfer: TransferRow): Promise<QuorumView>;
  proposeTransfer(input: ManualTransfer): Promise<TransferRow>;
  /** @throws TidegateError transfer_not_cancellable once anything was sent. */
  cancelTransfer(id: string, actor: string, reason: string): Promise<TransferRow>;
  /** How a held transfer ended, as a person says; others decide. */
  proposeResolution(draft: ResolutionDraft): Promise<ResolutionRow>;
  voteOnResolution(vote: SignedVote): Promise<{ resolution: ResolutionRow; transfer: TransferRow; quorum: QuorumView }>;
  resolutionQuorum(resolution: ResolutionRow): Promise<QuorumView>;
  /** What the daemon would do now, on what it knows now; changes nothing. */
  planNow(): Promise<readonly PoolPlan[]>;
  price(asset: string): PriceState | null;
  reconcile(): Promise<readonly WalletReconciliation[]>;
  /** Whether the log continues what was signed outside the database, as last looked at. */
  logStanding(): LogStanding;
  wake(cause: WakeCause): void;
  /** Instant of the last finished cycle; null before the first. */
  lastCycleAt(): Instant | null;
  /** Instant of the next planned cycle. */
  nextCycleAt(): Instant | null;
}
