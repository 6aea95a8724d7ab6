/**
 * The ports through which everything impure enters: time, chance, identifiers, keys, people. Production adapters live
 * in `system/`; the simulator brings its own. Store, Venue and PriceSource have their ports beside their modules.
 */

/** Milliseconds since the Unix epoch. Instants are plain integers everywhere inside; RFC 3339 UTC outside. */
export type Instant = number;

export interface Clock {
  /** Milliseconds of this clock per real millisecond; 1 where absent. */
  readonly rate?: number;
  now(): Instant;
  /** Resolves after `ms` of this clock's time, or at once (rejecting nothing) when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Ids {
  /** A new time-ordered unique id (UUIDv7 in production), with a readable prefix: `trf_0192…`. */
  next(prefix: string): string;
}

/** Signs with a key the process holds (checkpoints, sandbox approvers, CLI). */
export interface Signer {
  readonly key_id: string;
  readonly public_key: string;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

export type NoticeSeverity = "info" | "warning" | "page";

export interface Notice {
  readonly code: string;
  readonly severity: NoticeSeverity;
  readonly message: string;
  readonly ref?: string;
}

/** Tells people. Delivery is best effort; the event in the store is the record. */
export interface Notifier {
  notify(notice: Notice): void;
}

/** Structured log. Fields are an allow-list of plain values; never secrets. */
export interface Log {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}
export type { Random } from "./random.ts";
export { between, chance, createSeededRandom, createStream } from "./seeded_random.ts";
