/** The daemon as its faces see it, and the loop that drives it. */
import packageJson from "../../package.json" with { type: "json" };
import { emit } from "../audit/index.ts";
import type { EnvelopeRow, SignedVote } from "../authority/types.ts";
import { AssertionError } from "../errors/index.ts";
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
  readStandings,
  type Standings,
  suspendWallet,
  voteOnWallet,
  type WalletDraft,
  type WalletProposalRow,
  type WalletStandingRow,
  walletQuorum,
  withStandings,
} from "../wallets/index.ts";
import { pauseMs, runCycle, sealLast } from "./cycle.ts";
import { type Patience, patienceAfter } from "./grace.ts";
import { stepDown } from "./leader.ts";
import { CYCLE_PAUSE_REAL_MS, CYCLE_RETRY_REAL_MS } from "./limits.ts";
import { markAllDirty, markDirty, observeDue, subscribeAll, takeHint } from "./observe/observe.ts";
import { freeze, resume, resumeRequest, startMode } from "./people/control.ts";
import { liftStop } from "./people/lift_stop.ts";
import { type EnvelopeDraft, proposeEnvelope, revokeEnvelope } from "./people/propose_envelope.ts";
import { countEnvelope, voteOnEnvelope } from "./people/vote_on_envelope.ts";
import { allowanceAt } from "./plan/allowances.ts";
import { creditPrices } from "./plan/credit_prices.ts";
import { planPool } from "./plan/decide_pools.ts";
import { addObligation, cancelObligation } from "./plan/obligations.ts";
import { countedQuotes, pollPrices, priceOf } from "./plan/prices.ts";
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

const NEVER = new AbortController().signal;

class Daemon implements RunnableTreasury {
  readonly deps: DaemonDeps;
  readonly lending: Lending | null;
  readonly #state = newState();
  readonly #wakes = new Wakes();
  #started = false;
  /** What people changed of wallets, as last read. */
  #standings: Standings = new Map();
  /** One cycle at a time, whoever asks for it. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: DaemonDeps) {
    const added = (): Added => this.lending?.added() ?? NOTHING_ADDED;
    const lent = deps.config.credit !== undefined;
    const config = lent ? liveConfig(deps.config, added) : deps.config;
    const standing = { ...deps, config: withStandings(config, () => this.#standings) };
    this.deps = lent ? { ...standing, collateral: COLLATERAL_BOOKS } : standing;
    const lending_deps = {
      ...this.deps,
      prices: creditPrices(this.deps, this.#state, (asset) => countedQuotes(this.deps, this.#state, asset)),
    };
    this.lending = deps.config.credit === undefined ? null : new Lending(lending_deps, deps.notice_channels ?? []);
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
    await this.#readStandings();
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
    await this.#readStandings();
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
    return this.#inTurn(async () => {
      await startMode(this.deps);
      await this.#readStandings();
      await this.lending?.prepare();
      this.#state.wallet_due_at.clear();
      await observeDue(this.deps, this.#state, NEVER);
      await pollPrices(this.deps, this.#state);
    });
  }

  cycleOnce(): Promise<void> {
    return this.#cycle(NEVER, this.#wakes.take());
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.deps;
    this.#wakes.wake("start");
    const over = new AbortController();
    const patience = patienceAfter(signal, clock, over.signal);
    const unsubscribe = subscribeAll(this.deps, this.#state, () => this.#wakes.wake("push"));
    try {
      while (!signal.aborted) {
        const began_at = clock.now();
        const pause_ms = await this.#guardedCycle(signal, patience);
        this.#state.next_cycle_at = clock.now() + pause_ms;
        // So many cycles in a second and no more; one that took long enough needs no breath, and a wake waits for none.
        const took_ms = Math.max(0, clock.now() - began_at);
        const breath_ms = Math.max(0, CYCLE_PAUSE_REAL_MS * (clock.rate ?? 1) - took_ms);
        if (breath_ms > 0) await clock.sleep(breath_ms, signal);
        await this.#wakes.wait(clock, Math.max(0, pause_ms - breath_ms), signal);
      }
    } finally {
      over.abort();
      unsubscribe();
    }
    await this.#stop();
  }

  /** A store that cannot be reached ends a cycle, not the daemon; a broken invariant ends the daemon. */
  async #guardedCycle(signal: AbortSignal, patience: Patience): Promise<number> {
    try {
      const cycle = this.#cycle(signal, this.#wakes.take());
      await patience(cycle);
      return signal.aborted ? 0 : await pauseMs(this.deps, this.#state);
    } catch (error) {
      if (error instanceof AssertionError) throw error;
      this.deps.log.error({ error }, "This cycle failed; the next one tries again.");
      return CYCLE_RETRY_REAL_MS * (this.deps.clock.rate ?? 1);
    }
  }

  #cycle(signal: AbortSignal, cause: WakeCause): Promise<void> {
    return this.#inTurn(async () => {
      await this.#start();
      await this.#readStandings();
      await runCycle(this.deps, this.#state, { cause, signal, lending: this.lending });
    });
  }

  /** The same map while nothing changed, so that the configuration made of it is the same too. */
  async #readStandings(): Promise<void> {
    const read = await this.deps.store.read("wallet.standings", readStandings);
    const same = ([id, { version }]: readonly [string, WalletStandingRow]) =>
      this.#standings.get(id)?.version === version;
    if (read.size !== this.#standings.size || ![...read].every(same)) this.#standings = read;
  }

  async #start(): Promise<void> {
    if (this.#started) return;
    const { store, ids, clock, config, instance_id } = this.deps;
    const mode = await startMode(this.deps);
    const policy_digests = Object.fromEntries(config.pools.map((pool) => [pool.id, pool.policy_digest]));
    const payload = { instance_id, version: packageJson.version, mode, policy_digests };
    await store.tx("daemon.started", (tx) =>
      emit(tx, ids, { kind: "daemon.started", ref: instance_id, actor: "daemon", at: clock.now(), payload }),
    );
    this.#started = true;
  }

  async #stop(): Promise<void> {
    const { store, ids, clock, instance_id } = this.deps;
    if (!this.#started) return;
    await this.lending?.delivered();
    await store.tx("daemon.stopped", (tx) =>
      emit(tx, ids, {
        kind: "daemon.stopped",
        ref: instance_id,
        actor: "daemon",
        at: clock.now(),
        payload: { instance_id, reason: "asked to stop" },
      }),
    );
    await sealLast(this.deps, this.#state);
    await stepDown(this.deps, this.#state);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}
