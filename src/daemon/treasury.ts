/** The daemon as its faces see it; what drives it is `loop.ts`. */
import type { EnvelopeRow, SignedVote } from "../authority/types.ts";
import type { BreakResolutionRow, WalletReconciliation } from "../ledger/types.ts";
import { type Added, COLLATERAL_BOOKS, Lending, liveConfig, NOTHING_ADDED } from "../lending/index.ts";
import type { Mode, PriceState } from "../policy/types.ts";
import type { ExpectedFlowRow, ObligationRow } from "../store/index.ts";
import {
  cancelTransfer,
  type ImportedSignatures,
  importSigned,
  proposeResolution,
  proposeSelfPayment,
  proposeTransfer,
  quorumOf,
  type ResolutionDraft,
  type ResolutionRow,
  readMode,
  recordingRefusal,
  resolutionQuorum,
  type TransferRow,
  voteOnResolution,
  voteOnTransfer,
} from "../transfers/index.ts";
import type { VenueAllowance } from "../venues/index.ts";
import {
  attestAddresses,
  discoverWallets,
  getWalletProposal,
  type OpenDraft,
  openWallet,
  proposeWallet,
  suspendWallet,
  voteOnWallet,
  type WalletDraft,
  type WalletProposalRow,
  type WalletStandingRow,
  walletQuorum,
  withStandings,
} from "../wallets/index.ts";
import { Loop } from "./loop.ts";
import { markAllDirty, markDirty, takeHint } from "./observe/observe.ts";
import { freeze, resume, resumeRequest } from "./people/control.ts";
import { liftStop } from "./people/lift_stop.ts";
import { type EnvelopeDraft, proposeEnvelope, revokeEnvelope } from "./people/propose_envelope.ts";
import { countEnvelope, voteOnEnvelope } from "./people/vote_on_envelope.ts";
import { allowanceAt } from "./plan/allowances.ts";
import { creditPrices } from "./plan/credit_prices.ts";
import { planPool } from "./plan/decide_pools.ts";
import { addObligation, cancelObligation } from "./plan/obligations.ts";
import { countedQuotes, priceOf } from "./plan/prices.ts";
import { announceFlow } from "./reconcile/expected_flows.ts";
import { type BreakResolutionDraft, proposeBreakResolution } from "./reconcile/propose_break_resolution.ts";
import { listReconciliations } from "./reconcile/reconcile.ts";
import { readFull } from "./reconcile/reconcile_full.ts";
import { breakQuorum, voteOnBreak } from "./reconcile/vote_on_break.ts";
import { newState } from "./state.ts";
import type {
  DaemonDeps,
  ExpectedFlowDraft,
  FullReconciliation,
  LiftDraft,
  LogStanding,
  ManualTransfer,
  ObligationDraft,
  PoolPlan,
  SelfPaymentRequest,
  Treasury,
  WakeCause,
} from "./types.ts";
import { Wakes } from "./watch/wakes.ts";

export interface RunnableTreasury extends Treasury {
  /** Runs until `signal` aborts; rejects when an invariant of ours broke. */
  run(signal: AbortSignal): Promise<void>;
  /** One cycle now. */
  cycleOnce(): Promise<void>;
  /** Reads every wallet and every price once, and decides and starts nothing. */
  observeOnce(): Promise<void>;
}

/** @example await createTreasury(deps).run(signal) */
export function createTreasury(deps: DaemonDeps): RunnableTreasury {
  return new Daemon(deps);
}

class Daemon implements RunnableTreasury {
  readonly deps: DaemonDeps;
  readonly lending: Lending | null;
  readonly #state = newState();
  readonly #wakes = new Wakes();
  readonly #loop: Loop;

  constructor(deps: DaemonDeps) {
    const added = (): Added => this.lending?.added() ?? NOTHING_ADDED;
    const lent = deps.config.credit !== undefined;
    const config = lent ? liveConfig(deps.config, added) : deps.config;
    const standing = { ...deps, config: withStandings(config, () => this.#loop.standings) };
    this.deps = lent ? { ...standing, collateral: COLLATERAL_BOOKS } : standing;
    const lending_deps = {
      ...this.deps,
      prices: creditPrices(this.deps, this.#state, (asset) => countedQuotes(this.deps, this.#state, asset)),
    };
    this.lending = deps.config.credit === undefined ? null : new Lending(lending_deps, deps.notice_channels ?? []);
    this.#loop = new Loop({ deps: this.deps, state: this.#state, wakes: this.#wakes, lending: this.lending });
  }

  mode(): Promise<Mode> {
    return this.deps.store.read("mode", readMode);
  }

  async freeze(actor: string, reason: string): Promise<void> {
    await freeze(this.deps, actor, reason);
    this.wake("mode");
  }

  async resume(mode: Exclude<Mode, "frozen">, vote: SignedVote): Promise<void> {
    if (!(await resume(this.deps, mode, vote))) return;
    // Under an accepted loss the log is held against its witnesses again before anything is paid or sealed.
    this.#state.log_fence = null;
    this.wake("mode");
  }

  resumeRequest(
    mode: Exclude<Mode, "frozen"> | null,
    options = { accept_loss: false },
  ): ReturnType<Treasury["resumeRequest"]> {
    return resumeRequest(this.deps, mode, options.accept_loss);
  }

  async castVote(vote: SignedVote): ReturnType<Treasury["castVote"]> {
    const voted = await voteOnTransfer(this.deps, vote);
    this.wake("approval");
    return voted;
  }

  async importSigned(transfer_id: string, content: Uint8Array, importer: string): Promise<ImportedSignatures> {
    try {
      return await importSigned(this.deps, transfer_id, content, importer);
    } finally {
      this.wake("approval");
    }
  }

  quorumOf(transfer: TransferRow): ReturnType<Treasury["quorumOf"]> {
    return quorumOf(this.deps, transfer);
  }

  async addObligation(draft: ObligationDraft): Promise<ObligationRow> {
    const row = await addObligation(this.deps, draft);
    this.wake("obligation");
    return row;
  }

  async cancelObligation(id: string, actor: string, reason: string): Promise<ObligationRow> {
    const row = await cancelObligation(this.deps, id, actor, reason);
    this.wake("obligation");
    return row;
  }

  announceFlow(draft: ExpectedFlowDraft): Promise<ExpectedFlowRow> {
    return announceFlow(this.deps, draft);
  }

  async liftStop(draft: LiftDraft): Promise<void> {
    await liftStop(this.deps, draft);
    this.wake("mode");
  }

  async proposeTransfer(input: ManualTransfer): Promise<TransferRow> {
    const row = await proposeTransfer(this.deps, input);
    this.wake("transfer");
    return row;
  }

  async proposeSelfPayment(input: SelfPaymentRequest): Promise<TransferRow> {
    const row = await proposeSelfPayment(this.deps, input);
    this.wake("transfer");
    return row;
  }

  async cancelTransfer(id: string, actor: string, reason: string): Promise<TransferRow> {
    const row = await cancelTransfer(this.deps, id, actor, reason);
    this.wake("transfer");
    return row;
  }

  proposeResolution(draft: ResolutionDraft): Promise<ResolutionRow> {
    return proposeResolution(this.deps, draft);
  }

  async voteOnResolution(vote: SignedVote): ReturnType<Treasury["voteOnResolution"]> {
    const voted = await voteOnResolution(this.deps, vote);
    this.wake("approval");
    return voted;
  }

  resolutionQuorum(resolution: ResolutionRow): ReturnType<Treasury["resolutionQuorum"]> {
    return resolutionQuorum(this.deps, resolution);
  }

  proposeBreakResolution(draft: BreakResolutionDraft): Promise<BreakResolutionRow> {
    return proposeBreakResolution(this.deps, draft);
  }

  async voteOnBreak(vote: SignedVote): ReturnType<Treasury["voteOnBreak"]> {
    const voted = await voteOnBreak(this.deps, vote);
    markDirty(this.#state, [voted.brk.wallet_id]);
    this.wake("approval");
    return voted;
  }

  breakQuorum(resolution: BreakResolutionRow): ReturnType<Treasury["breakQuorum"]> {
    return breakQuorum(this.deps, resolution);
  }

  proposeEnvelope(draft: EnvelopeDraft): Promise<EnvelopeRow> {
    return proposeEnvelope(this.deps, draft);
  }

  async voteOnEnvelope(vote: SignedVote): ReturnType<Treasury["voteOnEnvelope"]> {
    const voted = await voteOnEnvelope(this.deps, vote);
    this.wake("approval");
    return voted;
  }

  async suspendWallet(wallet_id: string, actor: string, reason: string): Promise<WalletStandingRow> {
    const row = await suspendWallet(this.deps, { wallet_id, actor, reason });
    await this.#loop.readStandings();
    this.wake("mode");
    return row;
  }

  proposeWallet(draft: WalletDraft): Promise<WalletProposalRow> {
    return proposeWallet(this.deps, draft);
  }

  async voteOnWallet(vote: SignedVote): ReturnType<Treasury["voteOnWallet"]> {
    const { object_id } = vote.payload;
    await this.deps.store.read("wallet.read", (tx) => getWalletProposal(tx, object_id));
    const voted = await recordingRefusal(this.deps, vote, () => voteOnWallet(this.deps, vote));
    await this.#loop.readStandings();
    markDirty(this.#state, [voted.proposal.wallet_id]);
    this.wake("approval");
    return voted;
  }

  walletQuorum(proposal: WalletProposalRow): ReturnType<Treasury["walletQuorum"]> {
    return walletQuorum(this.deps, proposal);
  }

  discoverWallets(venue_id: string): ReturnType<Treasury["discoverWallets"]> {
    return discoverWallets(this.deps, venue_id);
  }

  openWallet(draft: OpenDraft): ReturnType<Treasury["openWallet"]> {
    return openWallet(this.deps, draft);
  }

  attestAddresses(wallet_id: string): ReturnType<Treasury["attestAddresses"]> {
    return attestAddresses(this.deps, wallet_id);
  }

  revokeEnvelope(id: string, actor: string, reason: string): Promise<EnvelopeRow> {
    return revokeEnvelope(this.deps, id, actor, reason);
  }

  envelopeQuorum(envelope: EnvelopeRow): ReturnType<Treasury["envelopeQuorum"]> {
    return countEnvelope(this.deps, envelope);
  }

  async planNow(): Promise<readonly PoolPlan[]> {
    const plans: PoolPlan[] = [];
    for (const pool of this.deps.config.pools) plans.push(await planPool(this.deps, this.#state, pool));
    return plans;
  }

  price(asset: string): PriceState | null {
    return priceOf(this.deps, this.#state, asset);
  }

  allowance(wallet_id: string): VenueAllowance | null {
    const seen = this.#state.allowances.get(wallet_id);
    return seen === undefined ? null : allowanceAt(seen, this.deps.clock.now());
  }

  async reconcile(): Promise<readonly WalletReconciliation[]> {
    if (this.#state.reconciliations.size === 0) await this.observeOnce();
    return listReconciliations(this.deps, this.#state);
  }

  logStanding(): LogStanding {
    return this.#state.log_standing;
  }

  lastFull(): Promise<FullReconciliation | null> {
    return this.deps.store.read("reconcile.full", readFull);
  }

  hint(venue_id: string, account: string | null): void {
    takeHint(this.deps, this.#state, venue_id, account);
    this.#wakes.wake("webhook");
  }

  wake(cause: WakeCause): void {
    if (cause === "webhook" || cause === "manual") markAllDirty(this.deps, this.#state);
    this.#wakes.wake(cause);
  }

  lastCycleAt(): number | null {
    return this.#state.last_cycle_at;
  }

  nextCycleAt(): number | null {
    return this.#state.next_cycle_at;
  }

  observeOnce(): Promise<void> {
    return this.#loop.observeOnce();
  }

  cycleOnce(): Promise<void> {
    return this.#loop.cycleOnce();
  }

  run(signal: AbortSignal): Promise<void> {
    return this.#loop.run(signal);
  }
}
