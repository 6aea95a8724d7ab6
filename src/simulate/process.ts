/**
 * One process of the daemon. When it crashes, nothing it asked is ever answered: its sleeps, its calls to venues and its
 * transactions stay open for ever, exactly as for a program that is gone. What it had already sent goes on in the world.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import type { SignatureVerifier } from "../authority/types.ts";
import { createTreasury, type DaemonDeps, type RunnableTreasury } from "../daemon/index.ts";
import type { Clock, Ids, Log, Signer } from "../ports/index.ts";
import { type MemoryData, MemoryStore, type Store } from "../store/index.ts";
import type { Venue } from "../venues/port.ts";
import { FaultyStore } from "./faulty_store.ts";
import { checkWritten } from "./invariants.ts";
import { simulatedSignature } from "./owners.ts";
import { between } from "./seeded_random.ts";
import type { Simulation } from "./simulation.ts";

/** What of a venue goes over the wire. */
const CALLS: ReadonlySet<string> = new Set([
  "verify",
  "listWallets",
  "getBalance",
  "getAddress",
  "listNetworks",
  "prepare",
  "submit",
  "find",
  "cancel",
  "listMovements",
  "requestSigning",
  "readSignatures",
]);
/** All that a venue can be asked. */
const METHODS = [...CALLS, "capabilities", "decode", "subscribe", "close"];
/** In real time; after a write longer than a write allows a call. */
const PAUSE_REAL_MS_MIN = 100;
const PAUSE_AFTER_REAL_MS_MIN = 5_500;
/** Longest time a process stands still. */
export const PAUSE_REAL_MS_MAX = 12_000;
const CLOCK_SET_MS: readonly [number, number] = [3_600_000, 12 * 3_600_000];
const CRASH_PAUSE_MS: readonly [number, number] = [1_000, 1_800_000];

export class Process {
  readonly name: string;
  readonly treasury: RunnableTreasury;
  alive = true;
  #still_until = 0;
  /** By how much its clock is wrong; set anew now and then, forwards or back. */
  #skew_ms = 0;
  readonly #simulation: Simulation;
  readonly #memory: MemoryStore;

  constructor(simulation: Simulation, name: string, data: MemoryData) {
    this.name = name;
    this.#simulation = simulation;
    this.#setClock();
    this.#memory = new MemoryStore({ clock: simulation.clock, data });
    this.treasury = createTreasury(this.#deps());
  }

  #setClock(): void {
    const { clock, random, skew_ms_max, faults } = this.#simulation;
    if (skew_ms_max === 0) return;
    if (faults.on) this.#skew_ms = this.#simulation.skewMs();
    clock.after(between(random, ...CLOCK_SET_MS), () => {
      if (this.alive) this.#setClock();
    });
  }

  /** Runs until it crashes or the simulation ends. */
  start(): void {
    const { end } = this.#simulation;
    this.treasury.run(end.signal).catch((error: unknown) => {
      if (this.alive) this.#simulation.tally.violate("daemon_goes_on", String(error));
    });
  }

  crash(): Promise<never> {
    if (this.alive) {
      this.alive = false;
      this.#memory.crash();
      const { clock, random } = this.#simulation;
      this.#simulation.tally.crash_restarts += 1;
      clock.after(between(random, ...CRASH_PAUSE_MS), () => this.#simulation.restart(this.name));
    }
    return new Promise(() => {});
  }

  /** A suspended machine: nothing of this process goes on before it wakes; the world, and other processes, do. */
  #pause(before: boolean): Promise<void> {
    const { clock, random, pace } = this.#simulation;
    const pause_real_ms = between(random, before ? PAUSE_REAL_MS_MIN : PAUSE_AFTER_REAL_MS_MIN, PAUSE_REAL_MS_MAX);
    this.#still_until = clock.now() + pause_real_ms * pace.rate;
    return this.#whileAlive(Promise.resolve());
  }

  /** Answers only a process that lives, and only when it is awake. */
  async #whileAlive<T>(result: Promise<T>): Promise<T> {
    const value = await whileAlive(() => this.alive, result);
    const still_ms = this.#still_until - this.#simulation.clock.now();
    if (still_ms <= 0) return value;
    return whileAlive(
      () => this.alive,
      this.#simulation.clock.sleep(still_ms).then(() => value),
    );
  }

  #deps(): DaemonDeps {
    const { config, random, clock, options, tally } = this.#simulation;
    const point = {
      crash: () => this.crash(),
      pause: (before: boolean) => this.#pause(before),
      written: (label: string) => checkWritten(this.#simulation, label),
      note: (label: string) => void (tally.traces && tally.note(`${this.name} ${label}`)),
      dies: (label: string, when: "before" | "after") => this.#dies(label, when),
    };
    const store: Store = new FaultyStore(this.#memory, this.#simulation.faults, point);
    const deps: DaemonDeps = {
      config,
      clock: this.#mortalClock(clock),
      random,
      ids: this.#ids(),
      store,
      venues: new Map([...this.#simulation.venues].map(([id, venue]) => [id, this.#mortal(venue)])),
      price_sources: this.#simulation.price_sources,
      verifier: VERIFIER,
      log_signer: LOG_SIGNER,
      notifier: { notify: () => {} },
      log: this.#log(),
      instance_id: this.name,
    };
    return options.sabotage?.(deps) ?? deps;
  }

  #dies(label: string, when: "before" | "after"): boolean {
    const { options, faults } = this.#simulation;
    if (!this.alive || !faults.on || options.crash_rule === undefined) return false;
    return options.crash_rule({ label, when, left_behind: () => this.#simulation.leftBehind(this.name) });
  }

  /** Every method of a port, answered only while the process lives. */
  #mortal(venue: Venue): Venue {
    const alive = (): boolean => this.alive;
    const answer = async (label: string, result: Promise<unknown>): Promise<unknown> => {
      const value = await this.#whileAlive(result);
      return this.#dies(label, "after") ? this.crash() : value;
    };
    const mortal: Record<string, unknown> = { id: venue.id };
    for (const name of METHODS) {
      const member: unknown = Reflect.get(venue, name);
      if (typeof member !== "function") continue;
      const call = member.bind(venue) as (...args: unknown[]) => unknown;
      const label = `${venue.id}.${name}`;
      const on_wire = CALLS.has(name);
      mortal[name] = (...args: unknown[]) => {
        if (!alive()) return new Promise(() => {});
        if (on_wire && this.#dies(label, "before")) return this.crash();
        if (on_wire) this.#simulation.calls += 1;
        const result = call(...args);
        return result instanceof Promise ? answer(label, result) : result;
      };
    }
    return mortal as unknown as Venue;
  }

  #mortalClock(clock: Clock): Clock {
    const { rate } = clock;
    return {
      ...(rate === undefined ? {} : { rate }),
      now: () => clock.now() + this.#skew_ms,
      sleep: (ms, signal) => this.#whileAlive(clock.sleep(ms, signal)),
    };
  }

  #ids(): Ids {
    return { next: (prefix) => `${prefix}_${String(this.#simulation.nextId()).padStart(9, "0")}` };
  }

  #log(): Log {
    if (!this.#simulation.tally.traces) return { info: () => {}, warn: () => {}, error: () => {} };
    const note = (level: string) => (fields: Record<string, unknown>, message: string) => {
      this.#simulation.tally.note(`${this.name} ${level} ${message} ${logText(fields)}`);
    };
    return { info: note("info"), warn: note("warn"), error: note("error") };
  }
}

function logText(fields: Record<string, unknown>): string {
  const { error, cause } = fields;
  return error instanceof Error ? (error.stack ?? error.message) : String(cause ?? "");
}

async function whileAlive<T>(alive: () => boolean, result: Promise<T>): Promise<T> {
  try {
    const value = await result;
    if (alive()) return value;
  } catch (error) {
    if (alive()) throw error;
  }
  return new Promise<never>(() => {});
}

const VERIFIER: SignatureVerifier = async ({ public_key, message, signature }) =>
  simulatedSignature(public_key, message) === signature;

const LOG_SIGNER: Signer = {
  key_id: "sim-log",
  public_key: "00".repeat(32),
  sign: async (message) => new Uint8Array([...sha256(message), ...sha256(message)]),
};
