/** What can go wrong at a sandbox server, on demand: tests and drills say which requests fail and how. */
import type { Instant } from "../../ports/index.ts";

export type Fault =
  /** The effect happens and the line is cut before the answer. */
  | { readonly kind: "lose_reply" }
  /** The line is cut before anything happens. */
  | { readonly kind: "reset_before" }
  /** Nothing happens and no answer ever comes. */
  | { readonly kind: "hang" }
  /** Nothing happens and this is the answer. */
  | {
      readonly kind: "respond";
      readonly status: number;
      readonly body: unknown;
      readonly retry_after_s?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly text?: string;
    }
  /** The effect happens and this is the answer. */
  | { readonly kind: "respond_after"; readonly status: number; readonly body: unknown }
  /** The effect happens and the answer is changed on its way. */
  | { readonly kind: "edit"; readonly edit: (body: unknown) => unknown }
  /** The answer given last to the same request is given again: a cache that stands still. */
  | { readonly kind: "stale" }
  /** The answer waits this much of the world's time. */
  | { readonly kind: "latency"; readonly latency_ms: number };

export interface FaultRule {
  readonly method?: string;
  /** Beginning of the path. */
  readonly path?: string;
  /** The path is the whole of it. */
  readonly exact?: boolean;
  /** How many requests it hits. */
  readonly times: number;
  readonly fault: Fault;
}

/** The faults of one server. In-process only: no request can set them. */
export class Faults {
  readonly #rules: { rule: FaultRule; left: number }[] = [];
  #outage: { from: Instant; until: Instant } | null = null;

  add(rule: FaultRule): void {
    this.#rules.push({ rule, left: rule.times });
  }

  /** Every request between the two instants is answered with 503. */
  setOutage(from: Instant, until: Instant): void {
    this.#outage = { from, until };
  }

  clear(): void {
    this.#rules.length = 0;
    this.#outage = null;
  }

  /** The fault for this request, used up by it; null: none. */
  take(method: string, path: string, at: Instant): Fault | null {
    if (this.#outage && at >= this.#outage.from && at < this.#outage.until) {
      return { kind: "respond", status: 503, body: { code: "maintenance" } };
    }
    const found = this.#rules.find(
      ({ rule, left }) =>
        left > 0 &&
        (rule.method ?? method) === method &&
        (rule.path === undefined || (rule.exact ? path === rule.path : path.startsWith(rule.path))),
    );
    if (!found) return null;
    found.left -= 1;
    return found.rule.fault;
  }
}
