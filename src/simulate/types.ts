/** What a simulated run is asked and what it reports. */
import type { DaemonDeps } from "../daemon/types.ts";
import type { Instant } from "../ports/index.ts";
import type { TransferState } from "../transfers/types.ts";
import type { Fault, FaultRates } from "./faults.ts";
import type { Simulation } from "./simulation.ts";

export interface SeedOptions {
  readonly seed: number;
  readonly hours: number;
  /** Fixed shares of calls that go wrong, instead of those the seed draws. */
  readonly rates?: Partial<FaultRates>;
  /** The only wallets there are, with their opening balances in whole USDT; all five where absent. */
  readonly wallets?: Readonly<Record<string, bigint>>;
  /** A written story instead of the seed's own weather. */
  readonly scenario?: Scenario;
  /** Keeps a trace and its digest; without it both are empty. */
  readonly trace?: boolean;
  /** Where the process dies, besides by chance. */
  readonly crash_rule?: CrashRule;
  /** Replaces ports of the daemon; how tests plant bugs without a switch in production code. */
  readonly sabotage?: Sabotage;
}

/** A story with a name: few wallets, chosen faults, people who do what it needs. */
export interface Scenario {
  readonly name: string;
  readonly hours: number;
  readonly wallets: Readonly<Record<string, bigint>>;
  /** Time without faults at the end, for all that is open. */
  readonly quiet_hours?: number;
  /** Each fault strikes the first so many times it can; all others never do. */
  readonly strikes: Readonly<Partial<Record<Fault, number>>>;
  readonly approval_lifetime_ms?: number;
  /** What people and customers do. */
  readonly begin?: (simulation: Simulation) => void;
  /** States its undisturbed run must reach: a story that is not what its name says proves nothing. */
  readonly reaches: readonly TransferState[];
}

/** One side of a call of a port, at which a process can die. */
export interface CrashPlace {
  readonly label: string;
  readonly when: "before" | "after";
  /**
   * What a death at this place leaves behind, in one text: time, tables, venues and chance. Places with the same text have the
   * same future after a death, whatever the process itself knew by then. While another process lives no two are the same.
   */
  readonly left_behind: () => string;
}

/** Asked at every call of the store or of a venue while faults are on, before and after; true kills the process there. */
export type CrashRule = (place: CrashPlace) => boolean;
export type Sabotage = (deps: DaemonDeps) => DaemonDeps;

export interface Violation {
  readonly seed: number;
  readonly at: Instant;
  readonly invariant: string;
  readonly detail: string;
}

export interface SeedResult {
  readonly seed: number;
  readonly transfers: number;
  /** Transfers that a fault struck on their way: their request, its reply, a look-up, or what the venue or the network did. */
  readonly faulted_transfers: number;
  readonly crash_restarts: number;
  readonly violations: readonly Violation[];
  readonly faults_reached: Readonly<Record<string, number>>;
  /** How many transfers were in each state at some time. */
  readonly states_reached: Readonly<Record<string, number>>;
  /** SHA-256 over everything that happened, where a trace was asked for: two runs of a seed give the same. */
  readonly trace_digest: string;
  readonly trace: readonly string[];
}

export interface SimulationReport {
  readonly seeds: number;
  readonly simulated_hours: number;
  readonly transfers: number;
  readonly faulted_transfers: number;
  readonly crash_restarts: number;
  readonly violations: readonly Violation[];
  readonly faults_reached: Readonly<Record<string, number>>;
  readonly states_reached: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** What dying at every point of one story did. */
export interface ScenarioKills {
  readonly name: string;
  /** Calls of ports, each counted before and after. */
  readonly points: number;
  /** Deaths that leave something else behind than the one before: neighbours that leave the same are one. */
  readonly moments: number;
  readonly kills: number;
  readonly pairs: number;
  readonly violations: number;
}

export interface CrashpointReport {
  readonly scenarios: readonly ScenarioKills[];
  readonly points: number;
  readonly moments: number;
  readonly kills: number;
  readonly pairs: number;
  readonly violations: readonly Violation[];
  readonly seconds: number;
}

/** A bug that is planted from outside, and what must find it. */
export interface Mutant {
  /** snake_case. */
  readonly name: string;
  /** The invariants of which at least one must be broken. */
  readonly expects: readonly string[];
  readonly sabotage: Sabotage;
  readonly rates?: Partial<FaultRates>;
  readonly wallets?: Readonly<Record<string, bigint>>;
  readonly hours?: number;
}

export interface MutantResult {
  readonly name: string;
  readonly expects: readonly string[];
  readonly caught: boolean;
  /** The first seed that shows it, or how many were tried. */
  readonly seeds: number;
  /** Every invariant seen broken. */
  readonly found: readonly string[];
}

export interface MutantReport {
  readonly mutants: number;
  readonly caught: number;
  readonly survivors: readonly string[];
  readonly results: readonly MutantResult[];
  readonly seconds: number;
}
