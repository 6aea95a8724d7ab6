/** Counts what was reached and keeps the trace of a run. */
import { createHash } from "node:crypto";
import type { Clock } from "../ports/index.ts";
import type { Violation } from "./types.ts";

/** Lines of a trace kept for reading; the digest covers all of them. */
const TRACE_LINES_MAX = 20_000;
const VIOLATIONS_MAX = 50;
const PENDING_LENGTH_MAX = 16_384;

export class Tally {
  readonly violations: Violation[] = [];
  readonly trace: string[] = [];
  crash_restarts = 0;
  readonly #hash = createHash("sha256");
  /** Lines that are not hashed yet: many short updates cost more than a long one. */
  #pending = "";
  readonly #seed: number;
  readonly #clock: Pick<Clock, "now">;
  /** Whether anybody wants to know what happens; sentences that nobody reads cost time. */
  readonly traces: boolean;

  constructor(seed: number, clock: Pick<Clock, "now">, traces: boolean) {
    this.#seed = seed;
    this.#clock = clock;
    this.traces = traces;
  }

  note(line: string): void {
    if (!this.traces) return;
    const text = `${this.#clock.now()} ${line}`;
    this.#pending += `${text}\n`;
    if (this.#pending.length > PENDING_LENGTH_MAX) this.#flush();
    if (this.trace.length < TRACE_LINES_MAX) this.trace.push(text);
  }

  violate(invariant: string, detail: string): void {
    this.note(`VIOLATION ${invariant} ${detail}`);
    if (this.violations.length >= VIOLATIONS_MAX) return;
    this.violations.push({ seed: this.#seed, at: this.#clock.now(), invariant, detail });
  }

  digest(): string {
    this.#flush();
    return this.#hash.copy().digest("hex");
  }

  #flush(): void {
    this.#hash.update(this.#pending);
    this.#pending = "";
  }
}
