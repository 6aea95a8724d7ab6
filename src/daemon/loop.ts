/** What drives the daemon: one cycle after another, one at a time, whoever asks for it; its first words and its last. */
import packageJson from "../../package.json" with { type: "json" };
import { emit } from "../audit/index.ts";
import { AssertionError } from "../errors/index.ts";
import type { Lending } from "../lending/index.ts";
import { readStandings, type Standings, type WalletStandingRow } from "../wallets/index.ts";
import { pauseMs, runCycle, sealLast } from "./cycle.ts";
import { type Patience, patienceAfter } from "./grace.ts";
import { stepDown } from "./leader.ts";
import { CYCLE_PAUSE_REAL_MS, CYCLE_RETRY_REAL_MS } from "./limits.ts";
import { observeDue, subscribeAll } from "./observe/observe.ts";
import { startMode } from "./people/control.ts";
import { pollPrices } from "./plan/prices.ts";
import type { DaemonState } from "./state.ts";
import type { DaemonDeps, WakeCause } from "./types.ts";
import type { Wakes } from "./watch/wakes.ts";

const NEVER = new AbortController().signal;

interface LoopParts {
  readonly deps: DaemonDeps;
  readonly state: DaemonState;
  readonly wakes: Wakes;
  /** Null where nothing is lent. */
  readonly lending: Lending | null;
}

export class Loop {
  /** What people changed of wallets, as last read. */
  standings: Standings = new Map();
  readonly #deps: DaemonDeps;
  readonly #state: DaemonState;
  readonly #wakes: Wakes;
  readonly #lending: Lending | null;
  #started = false;
  /** One cycle at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ deps, state, wakes, lending }: LoopParts) {
    this.#deps = deps;
    this.#state = state;
    this.#wakes = wakes;
    this.#lending = lending;
  }

  /** Reads every wallet and every price once, and decides and starts nothing. */
  observeOnce(): Promise<void> {
    return this.#inTurn(async () => {
      await startMode(this.#deps);
      await this.readStandings();
      await this.#lending?.prepare();
      this.#state.wallet_due_at.clear();
      await observeDue(this.#deps, this.#state, NEVER);
      await pollPrices(this.#deps, this.#state);
    });
  }

  /** One cycle now. */
  cycleOnce(): Promise<void> {
    return this.#cycle(NEVER, this.#wakes.take());
  }

  /** Until `signal` aborts; rejects when an invariant of ours broke. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    this.#wakes.wake("start");
    const over = new AbortController();
    const patience = patienceAfter(signal, clock, over.signal);
    const unsubscribe = subscribeAll(this.#deps, this.#state, () => this.#wakes.wake("push"));
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
      return signal.aborted ? 0 : await pauseMs(this.#deps, this.#state);
    } catch (error) {
      if (error instanceof AssertionError) throw error;
      this.#deps.log.error({ error }, "This cycle failed; the next one tries again.");
      return CYCLE_RETRY_REAL_MS * (this.#deps.clock.rate ?? 1);
    }
  }

  #cycle(signal: AbortSignal, cause: WakeCause): Promise<void> {
    return this.#inTurn(async () => {
      await this.#start();
      await this.readStandings();
      await runCycle(this.#deps, this.#state, { cause, signal, lending: this.#lending });
    });
  }

  /** The same map while nothing changed, so that the configuration made of it is the same too. */
  async readStandings(): Promise<void> {
    const read = await this.#deps.store.read("wallet.standings", readStandings);
    const same = ([id, { version }]: readonly [string, WalletStandingRow]) =>
      this.standings.get(id)?.version === version;
    if (read.size !== this.standings.size || ![...read].every(same)) this.standings = read;
  }

  async #start(): Promise<void> {
    if (this.#started) return;
    const { store, ids, clock, config, instance_id } = this.#deps;
    const mode = await startMode(this.#deps);
    const policy_digests = Object.fromEntries(config.pools.map((pool) => [pool.id, pool.policy_digest]));
    const payload = { instance_id, version: packageJson.version, mode, policy_digests };
    await store.tx("daemon.started", (tx) =>
      emit(tx, ids, { kind: "daemon.started", ref: instance_id, actor: "daemon", at: clock.now(), payload }),
    );
    this.#started = true;
  }

  async #stop(): Promise<void> {
    const { store, ids, clock, instance_id } = this.#deps;
    if (!this.#started) return;
    await this.#lending?.delivered();
    await store.tx("daemon.stopped", (tx) =>
      emit(tx, ids, {
        kind: "daemon.stopped",
        ref: instance_id,
        actor: "daemon",
        at: clock.now(),
        payload: { instance_id, reason: "asked to stop" },
      }),
    );
    await sealLast(this.#deps, this.#state);
    await stepDown(this.#deps, this.#state);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}
