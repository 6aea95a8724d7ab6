/**
 * What the command line needs from the composition root. `main.ts` is the only file that builds adapters; it hands them to
 * `runCli(argv, composition)`, so that no command imports an adapter.
 */
import type { SignatureVerifier } from "../authority/types.ts";
import type { PoolConfig, TreasuryConfig } from "../config/types.ts";
import type { PoolPlan } from "../daemon/types.ts";
import type { Signer } from "../ports/index.ts";
import type { OwnLedger } from "../tuning/types.ts";
import type { ExerciseStep } from "../venues/index.ts";

/** What `run` and `demo` may override. Undefined: as the configuration says. */
export interface RunOptions {
  readonly port?: number;
  readonly data_dir?: string;
  readonly scenario?: string;
  readonly seed?: number;
  /** Hours of treasury time per second. */
  readonly speed?: number;
  readonly manual?: boolean;
  /** A checkpoint or an exported log that the database must continue. */
  readonly trusted_checkpoint?: string;
}

export interface RunningDaemon {
  readonly url: string;
  /** Settles when `/readyz` answers 200. */
  readonly ready: Promise<void>;
  /** Rejects when the daemon can no longer run (a broken invariant, a lost store). Resolves after `stop`. */
  readonly ended: Promise<void>;
  /** Clean stop within 5 s; safe to call twice. */
  stop(): Promise<void>;
}

/** One line of `doctor`. */
export interface DoctorCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface VenueTypeView {
  readonly type: string;
  readonly summary: string;
}

export interface ExerciseRequest {
  /** A venue of the configuration, or without one a type of venue. */
  readonly name: string;
  readonly base_url: string | null;
  readonly secrets_file: string | null;
  readonly account: string | null;
  readonly asset: string | null;
  /** Decimal strings of whole units; null: nothing is moved. */
  readonly submit: { readonly to: string; readonly amount: string; readonly fee_max: string } | null;
}

export interface VenueExercise {
  readonly venue: string;
  readonly steps: readonly ExerciseStep[];
}

/** What an owner of a Safe signs, and what it must be. */
export interface SignedRejection {
  readonly safe: string;
  readonly chain_id: number;
  readonly nonce: string;
  readonly hash: string;
  readonly address: string;
  readonly signature: string;
}

export interface SafeSigning {
  /** File with the owner's private key. */
  readonly key_file: string;
  readonly typed_data: unknown;
  /** Hash the daemon says the typed data has. */
  readonly hash: string;
  /** The frozen plan, as it was parsed from the canonical payload: the typed data must pay exactly this. */
  readonly plan: Readonly<Record<string, unknown>>;
}

/** What a PSBT does, for people. Amounts are BTC as text. */
export interface PsbtSummary {
  readonly hash: string;
  readonly txid: string;
  readonly network: string;
  readonly signatures_needed: number;
  /** Keys of cosigners with a signature in it. */
  readonly signed_by: readonly string[];
  readonly inputs: readonly { readonly coin: string; readonly btc: string; readonly place: string }[];
  readonly pays: readonly { readonly address: string; readonly btc: string }[];
  readonly change: readonly { readonly address: string; readonly btc: string; readonly place: string }[];
  readonly fee_btc: string;
}

export interface SignablePsbt {
  readonly summary: PsbtSummary;
  sign(): { readonly psbt: Uint8Array; readonly signer: string };
}

export interface WitnessOptions {
  /** Of its key and of what it signed last; made when it is missing. */
  readonly data_dir: string;
  readonly host: string;
  readonly port: number;
  readonly name: string;
  /** Verifier keys of the logs it signs for. */
  readonly logs: readonly string[];
}

export interface RunningWitness {
  readonly url: string;
  /** What the logs are told: their configuration's `key`. */
  readonly key: string;
  close(): Promise<void>;
}

export interface Composition {
  readonly version: string;
  /** Configuration of `demo`. */
  readonly sandbox_config: string;
  /** Reads the file, makes the sandbox's keys where they are missing, resolves the configuration. */
  loadConfig(path: string, options: RunOptions): Promise<TreasuryConfig>;
  /** Opens the store, starts the sandbox when the configuration has one, the daemon, and the API. */
  startDaemon(config: TreasuryConfig): Promise<RunningDaemon>;
  /**
   * Observes once and decides; records nothing and moves nothing.
   * @throws StoreError store_locked when another process holds the data directory
   */
  planOnce(config: TreasuryConfig): Promise<readonly PoolPlan[]>;
  /**
   * The pool's own history, at most so many days of it, from the store.
   * @throws StoreError store_locked when another process holds the data directory
   */
  readLedger(config: TreasuryConfig, pool: PoolConfig, days: number): Promise<OwnLedger>;
  /** The types of venue that can be configured. */
  venueTypes(): Promise<readonly VenueTypeView[]>;
  /** The standard sequence against one venue. @throws TidegateError for a venue that does not exist or refused options */
  exercise(request: ExerciseRequest, config: TreasuryConfig | null): Promise<VenueExercise>;
  /** Checks of the store, the venues and the price sources; a failed check is a line, never an exception. */
  inspect(config: TreasuryConfig): Promise<readonly DoctorCheck[]>;
  /** An Ed25519 key from a file. @throws TidegateError key_unreadable, key_exposed, key_malformed */
  loadSigner(path: string): Promise<Signer>;
  /**
   * Decodes the typed data, compares it with the plan, recomputes the Safe transaction hash and signs that.
   * @throws TidegateError when the hash or any field differs
   */
  signSafe(signing: SafeSigning): Promise<{ readonly address: string; readonly signature: string }>;
  /** Signs the rejection of that Safe transaction: nothing to the Safe itself at the same nonce. */
  signRejection(signing: SafeSigning): Promise<SignedRejection>;
  /** Proves what a PSBT does from the wallet's own descriptor; no network. */
  showPsbt(psbt_file: string, wallet_file: string): Promise<PsbtSummary>;
  /** The same, and a way to sign it with the key in the file. */
  signPsbt(psbt_file: string, key_file: string): Promise<SignablePsbt>;
  /** A witness for other machines' logs; it runs until it is closed. */
  startWitness(options: WitnessOptions): Promise<RunningWitness>;
  /** Ed25519, for `audit verify`. */
  readonly verifier: SignatureVerifier;
}
