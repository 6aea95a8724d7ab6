/** Everything that `tidegate run` starts, in order, and stops in the opposite order. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type RunningApi, startApi } from "../api/index.ts";
import type { Scheme, SignatureVerifier } from "../authority/types.ts";
import type { RunningDaemon } from "../cli/index.ts";
import type { TreasuryConfig } from "../config/types.ts";
import { createTreasury } from "../daemon/index.ts";
import type { DaemonDeps } from "../daemon/types.ts";
import { TidegateError } from "../errors/index.ts";
import type { Clock, Log, Signer } from "../ports/index.ts";
import { type Sandbox, WaitingClock } from "../sandbox/index.ts";
import type { Store } from "../store/index.ts";
import {
  createIds,
  createLogNotifier,
  createNoticeChannel,
  createRandom,
  createSystemClock,
  ed25519Verifier,
  sleep,
} from "../system/index.ts";
import { verifyPsbtSignature } from "../venues/bitcoin/index.ts";
import { verifyOwnerSignature } from "../venues/safe/index.ts";
import { logSigner } from "./keys.ts";
import {
  createDaemonClock,
  openApprovers,
  openBorrowers,
  openSandbox,
  openStatements,
  openWithdrawals,
  sandboxDoor,
} from "./sandbox.ts";
import { openStore } from "./stores.ts";
import { createPriceSources, createVenues, type SandboxAddresses } from "./venues.ts";
import { createWitnesses } from "./witnesses.ts";

const WEB_DIR = join(fileURLToPath(new URL("../..", import.meta.url)), "web", "dist");
/** Everything is down after this, come what may. */
const STOP_MS_MAX = 4_500;
/** A call that a venue never answers keeps the process no longer than this; the next start takes it up. */
const CUT_OFF_MS = 200;
const READY_LOOK_MS = 25;
const READY_MS_MAX = 60_000;

/** Undoes what was started, newest first; one failure does not keep the rest from stopping. */
class Closers {
  readonly #closers: (() => Promise<void>)[] = [];
  readonly #log: Log;
  #done: Promise<void> | null = null;

  constructor(log: Log) {
    this.#log = log;
  }

  add(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  close(): Promise<void> {
    this.#done ??= this.#closeAll();
    return this.#done;
  }

  async #closeAll(): Promise<void> {
    for (const close of this.#closers.toReversed()) {
      try {
        await close();
      } catch (error) {
        this.#log.error({ error }, "Something did not stop cleanly.");
      }
    }
  }
}

const VERIFIERS: Readonly<Record<Scheme, SignatureVerifier>> = {
  ed25519: ed25519Verifier,
  eip712_safe: verifyOwnerSignature,
  psbt: verifyPsbtSignature,
};

/** Every scheme, by the key it belongs to. */
export const verifySignature: SignatureVerifier = (input) => VERIFIERS[input.scheme](input);

/** What the daemon lives in and does not make itself: treasury time, and the venues of a sandbox. */
export interface Surroundings {
  createClock(config: TreasuryConfig, log: Log): Clock;
  /** Null when the configuration is no sandbox. */
  openSandbox(config: TreasuryConfig, clock: Clock): Promise<SandboxParts | null>;
}

export type SandboxParts = SandboxAddresses & Pick<Sandbox, "ended" | "stop"> & Partial<Pick<Sandbox, "world">>;

/** A sandbox of this process's own. */
const OWN: Surroundings = { createClock: createDaemonClock, openSandbox };

export interface DaemonParts {
  readonly clock: Clock;
  readonly store: Store;
  readonly sandbox: SandboxAddresses | null;
  readonly log: Log;
  readonly log_signer: Signer;
}

export function daemonDeps(config: TreasuryConfig, parts: DaemonParts): DaemonDeps {
  const { clock, store, sandbox, log, log_signer } = parts;
  const ids = createIds(clock);
  return {
    config,
    clock,
    random: createRandom(),
    ids,
    store,
    venues: createVenues(config, clock, sandbox, store),
    price_sources: createPriceSources(config, clock, sandbox),
    verifier: verifySignature,
    log_signer,
    notifier: createLogNotifier(log),
    notice_channels: (config.credit?.channels ?? []).map((channel) =>
      createNoticeChannel(channel, createSystemClock()),
    ),
    log,
    instance_id: ids.next("daemon"),
  };
}

/**
 * `surroundings`: several daemons may share one sandbox that another process runs.
 * @throws TidegateError whatever keeps it from starting; nothing is left running then
 */
export async function startDaemon(config: TreasuryConfig, log: Log, surroundings = OWN): Promise<RunningDaemon> {
  const closers = new Closers(log);
  try {
    return await startParts(config, log, closers, surroundings);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function startParts(
  config: TreasuryConfig,
  log: Log,
  closers: Closers,
  surroundings: Surroundings,
): Promise<RunningDaemon> {
  const clock = surroundings.createClock(config, log);
  const store = await openStore(config, clock);
  closers.add(() => store.close());
  const sandbox = await surroundings.openSandbox(config, clock);
  if (sandbox !== null) closers.add(() => sandbox.stop());
  const log_signer = await logSigner(config.store.data_dir);
  const witnesses = await createWitnesses(config);
  const deps = { ...daemonDeps(config, { clock, store, sandbox, log, log_signer }), witnesses };
  closers.add(async () => {
    for (const venue of deps.venues.values()) await venue.close();
    for (const source of deps.price_sources) await source.close();
  });
  const treasury = createTreasury(deps);
  if (clock instanceof WaitingClock)
    clock.waitFor({ lastCycleAt: () => treasury.lastCycleAt(), config: treasury.deps.config });
  const api = await startApi({
    treasury,
    config: treasury.deps.config,
    sandbox: sandboxDoor(config, { clock, world: sandbox?.world }),
    web_dir: WEB_DIR,
  });
  const stopping = new AbortController();
  const running = treasury.run(stopping.signal);
  closers.add(async () => {
    stopping.abort();
    await running;
  });
  const approvers = await openApprovers(config, treasury);
  if (approvers !== null) closers.add(() => approvers.stop());
  const withdrawals = openWithdrawals(config, treasury);
  if (withdrawals !== null) closers.add(() => withdrawals.stop());
  const statements = openStatements(config, treasury);
  if (statements !== null) closers.add(() => statements.stop());
  const borrowers = openBorrowers(config, treasury, sandbox?.world);
  if (borrowers !== null) closers.add(() => borrowers.stop());
  closers.add(() => api.close());
  const ended = Promise.race(
    [running, sandbox?.ended, approvers?.ended, withdrawals?.ended, statements?.ended, borrowers?.ended].filter(
      (end): end is Promise<void> => end !== undefined,
    ),
  );
  return {
    url: api.url,
    ready: untilReady(api, ended),
    ended,
    stop: () => stopInTime(closers.close()),
  };
}

/** The timer ends with the closing, so that it does not keep the process alive. */
async function stopInTime(closing: Promise<void>): Promise<void> {
  const closed = new AbortController();
  void closing.then(() => closed.abort());
  await sleep(STOP_MS_MAX, closed.signal);
  setTimeout(() => process.exit(), CUT_OFF_MS).unref();
}

/** Asks the API itself, as a load balancer would. */
async function untilReady(api: RunningApi, ended: Promise<void>): Promise<void> {
  const gone = ended.then(() => "gone" as const);
  for (let waited_ms = 0; waited_ms < READY_MS_MAX; waited_ms += READY_LOOK_MS) {
    const { status } = await fetch(`${api.url}/readyz`);
    if (status === 200) return;
    if ((await Promise.race([gone, sleep(READY_LOOK_MS)])) === "gone") return;
  }
  throw new TidegateError(
    "unavailable",
    "daemon_not_ready",
    `It runs, but ${api.url}/readyz does not answer 200; open that page to see what is missing.`,
  );
}
