/** What can go wrong in a run, how often, and how often it did. */
import type { Random } from "../ports/index.ts";
import { chance } from "./seeded_random.ts";

export const FAULTS = [
  "lost_request",
  "lost_reply",
  "late_execution",
  "lookup_lag",
  "lookup_error",
  "stale_balance",
  "misdated_balance",
  "list_lag",
  "read_error",
  "outage",
  "duplicate_hint",
  "replaced_hash",
  "venue_denies",
  "crash_before",
  "crash_after",
  "commit_unknown",
  "store_unavailable",
  "second_instance",
  "freeze",
  "denied_by_person",
  "no_vote",
  "venue_refuses",
  "cancelled_at_venue",
  "tampered_at_venue",
  "reissued",
  "fee_from_amount",
  "reorg",
  "reorg_after_final",
  "rate_limit",
  "slow_answer",
  "lost_hint",
  "late_hint",
  "forged_hint",
  "store_conflict",
  "paused_process",
  "double_vote",
  "usd_level",
  "price_down",
  "price_stale",
  "price_outlier",
  "envelope_planned",
  "envelope_revoked",
  "partial_fill",
  "short_delivery",
  "skewed_clocks",
  "skewed_venue",
  "owners_sign",
  "executed_by_others",
  "cancelled_by_person",
] as const;
export type Fault = (typeof FAULTS)[number];
/** Shares of the calls at which each may happen. */
export type FaultRates = Readonly<Record<Fault, number>>;

const DENSEST: FaultRates = {
  lost_request: 0.25,
  lost_reply: 0.25,
  late_execution: 0.2,
  lookup_lag: 0.4,
  lookup_error: 0.2,
  stale_balance: 0.1,
  misdated_balance: 0.03,
  list_lag: 0.1,
  read_error: 0.1,
  outage: 0.01,
  duplicate_hint: 0.3,
  replaced_hash: 0.2,
  venue_denies: 0.1,
  crash_before: 0.0015,
  crash_after: 0.0015,
  commit_unknown: 0.0015,
  store_unavailable: 0.002,
  second_instance: 0.5,
  freeze: 0.2,
  denied_by_person: 0.05,
  no_vote: 0.1,
  venue_refuses: 0.1,
  cancelled_at_venue: 0.08,
  tampered_at_venue: 0.1,
  reissued: 0.15,
  fee_from_amount: 0.3,
  reorg: 0.2,
  reorg_after_final: 0.1,
  rate_limit: 0.02,
  slow_answer: 0.02,
  lost_hint: 0.4,
  late_hint: 0.3,
  forged_hint: 0.2,
  store_conflict: 0.004,
  paused_process: 0.0008,
  double_vote: 0.3,
  usd_level: 1,
  price_down: 0.15,
  price_stale: 0.15,
  price_outlier: 0.4,
  envelope_planned: 0.9,
  envelope_revoked: 0.5,
  partial_fill: 0.3,
  short_delivery: 0.1,
  skewed_clocks: 0.8,
  skewed_venue: 0.4,
  owners_sign: 0.9,
  executed_by_others: 0.3,
  cancelled_by_person: 0.1,
};
/** Each fault is absent from about this share of the seeds. */
const ABSENT_SHARE = 0.35;

export class Faults {
  readonly reached = new Map<Fault, number>();
  /** Transfers that were struck. */
  readonly struck = new Set<string>();
  /** What people did about it. */
  readonly noted = new Map<string, number>();
  readonly #rates: FaultRates;
  readonly #random: Random;
  /** How often each may still strike, in a story that says so. */
  readonly #left: Map<Fault, number> | null;
  #on = true;

  /** Each seed has a mixture of its own; `fixed` takes the place of what would be drawn, `counted` that of chance itself. */
  constructor(random: Random, fixed: Partial<FaultRates> = {}, counted?: Readonly<Partial<Record<Fault, number>>>) {
    this.#random = random;
    this.#left = counted === undefined ? null : new Map(Object.entries(counted) as [Fault, number][]);
    const drawn = FAULTS.map((fault) => {
      const absent = chance(random, ABSENT_SHARE);
      const rate = DENSEST[fault] * random.next();
      return [fault, absent ? 0 : rate] as const;
    });
    this.#rates = { ...(Object.fromEntries(drawn) as Record<Fault, number>), ...fixed };
  }

  /** Nothing goes wrong any more: what is open can come to its end. */
  end(): void {
    this.#on = false;
  }

  get on(): boolean {
    return this.#on;
  }

  /** Draws always, so that the end of faults does not shift the stream; counts what happens, and to which transfer. */
  strikes(fault: Fault, transfer_id?: string): boolean {
    const drawn = chance(this.#random, this.#rates[fault]);
    const strikes = this.#on && (this.#left === null ? drawn : this.#countDown(this.#left, fault));
    if (strikes) this.reached.set(fault, (this.reached.get(fault) ?? 0) + 1);
    if (strikes && transfer_id !== undefined) this.struck.add(transfer_id);
    return strikes;
  }

  /** How often faults may still strike in a story; it changes with each that had its turn. */
  left(): readonly number[] {
    return [...(this.#left?.values() ?? [])];
  }

  /** Something that is no fault and worth counting. */
  note(name: string): void {
    this.noted.set(name, (this.noted.get(name) ?? 0) + 1);
  }

  #countDown(left: Map<Fault, number>, fault: Fault): boolean {
    const times = left.get(fault) ?? 0;
    if (times > 0) left.set(fault, times - 1);
    return times > 0;
  }
}
