/**
 * The second checker. It is given two things and nothing else: the exported log as text, and what the venues know to be true. It
 * imports no code of the daemon, not even its table of states; what it believes about the log's format is written here.
 */
import type { Effect, WorldAccount } from "./world_types.ts";

export interface LogTruth {
  readonly effects: readonly Effect[];
  readonly accounts: readonly WorldAccount[];
  /** Distinct people a payment out of custody needs. */
  readonly approvals_needed: number;
  /** By how much the clocks that wrote the log may be wrong. */
  readonly skew_ms: number;
}

export interface LogFinding {
  readonly invariant: string;
  readonly detail: string;
}

interface LogEvent {
  readonly id: string;
  readonly kind: string;
  readonly ref: string;
  readonly actor: string;
  readonly at: number;
  readonly seq: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Where a transfer may go next, in the checker's own words. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  planned: ["awaiting_approval", "approved", "cancelled", "expired"],
  awaiting_approval: ["approved", "denied", "expired", "cancelled", "held"],
  approved: ["submitting", "expired", "cancelled", "denied", "held"],
  submitting: ["submitted", "failed", "held"],
  submitted: ["settled", "failed", "held"],
  held: ["submitted", "settled", "failed", "denied", "expired", "cancelled"],
  settled: ["submitted"],
};
const NOTHING_MOVED: ReadonlySet<string> = new Set(["denied", "expired", "cancelled", "failed"]);

/** Everything in which the log is not the truth; empty when it is. Times in ms, amounts in base units. */
export function checkLog(lines: readonly string[], truth: LogTruth): LogFinding[] {
  const findings: LogFinding[] = [];
  const find = (invariant: string, detail: string): void => void findings.push({ invariant, detail });
  const events = eventsOf(lines);
  checkNumbers(events, find);
  const by_ref = new Map<string, LogEvent[]>();
  for (const event of events) {
    const known = by_ref.get(event.ref);
    if (known === undefined) by_ref.set(event.ref, [event]);
    else known.push(event);
  }
  const planned = events.filter(({ kind }) => kind === "transfer.planned");
  for (const plan of planned) checkTransfer(plan, by_ref, truth, find);
  const known = new Set(planned.map(({ ref }) => ref));
  for (const { plan_id } of truth.effects) if (!known.has(plan_id)) find("log_misses_payment", plan_id);
  for (const account of truth.accounts) checkWallet(account, events, find);
  return findings;
}

/** What others executed with the owners' signatures needed no intent of ours. */
function checkIntent(ref: string, changes: readonly LogEvent[], effect: Effect, truth: LogTruth, find: Find): void {
  if (effect.by_others) return;
  const durable = changes.find(({ payload: change }) => change.to_state === "submitting");
  if (durable === undefined || durable.at > effect.accepted_at + truth.skew_ms) find("log_intent_after_payment", ref);
}

function eventsOn(by_ref: ByRef, ref: string): readonly LogEvent[] {
  return by_ref.get(ref) ?? [];
}

type ByRef = ReadonlyMap<string, readonly LogEvent[]>;
type Find = (invariant: string, detail: string) => void;

function eventsOf(lines: readonly string[]): LogEvent[] {
  return lines
    .map((line) => JSON.parse(line) as { readonly record?: string; readonly event?: LogEvent })
    .flatMap(({ record, event }) => (record === "event" && event !== undefined ? [event] : []));
}

function checkNumbers(events: readonly LogEvent[], find: Find): void {
  events.forEach(({ seq }, index) => {
    if (seq !== index) find("log_has_gap", `entry ${index} has the number ${seq}`);
  });
  if (new Set(events.map(({ id }) => id)).size !== events.length) find("log_repeats_event", `${events.length} entries`);
}

function checkTransfer(plan: LogEvent, by_ref: ByRef, truth: LogTruth, find: Find): void {
  const { ref, payload } = plan;
  const events = eventsOn(by_ref, ref);
  const changes = inOrder(events.filter(({ kind }) => kind === "transfer.state"));
  let state = "planned";
  for (const { payload: change } of changes) {
    const to = String(change.to_state);
    if (change.from_state !== state || !(NEXT[state] ?? []).includes(to)) {
      find("log_breaks_history", `${ref}: ${state}, then ${String(change.from_state)} to ${to}`);
    }
    state = to;
  }
  const moved = truth.effects.filter(({ plan_id, status }) => plan_id === ref && status !== "failed");
  if (moved.length > 1) find("log_paid_twice", ref);
  const [effect] = moved;
  if (effect === undefined) {
    if (state === "settled") find("log_settles_nothing", ref);
    return;
  }
  if (NOTHING_MOVED.has(state)) find("log_denies_payment", `${ref} is ${state} and moved`);
  if (String(effect.amount) !== payload.amount || effect.from.account !== payload.from_wallet) {
    find("log_differs_from_payment", ref);
  }
  if (effect.to.account !== payload.to_wallet) find("log_differs_from_payment", `${ref} went elsewhere`);
  checkIntent(ref, changes, effect, truth, find);
  if (payload.direction === "reserve_to_liquidity" || payload.direction === "reserve_to_payee")
    checkVotes(plan, by_ref, effect, truth, find);
  const last = changes.at(-1)?.payload;
  if (state === "settled" && last?.amount_received !== String(effect.received)) {
    find("log_credits_wrong_amount", `${ref}: ${String(last?.amount_received)}, truly ${effect.received}`);
  }
}

/** Written in the order of their changes, whatever the clocks of the processes said. */
function inOrder(events: readonly LogEvent[]): LogEvent[] {
  return [...events].sort((a, b) => a.seq - b.seq);
}

/** Votes on the transfer itself, or on what was approved in advance and the transfer was planned inside of. */
function checkVotes(plan: LogEvent, by_ref: ByRef, effect: Effect, truth: LogTruth, find: Find): void {
  // What others executed has its owners' signatures, or this world had refused it.
  if (effect.by_others) return;
  const { digest, initiator, plan: terms } = plan.payload;
  const { envelope } = terms as { envelope?: { id: string; digest: string } };
  const until = effect.accepted_at + truth.skew_ms;
  const own = yesOn(eventsOn(by_ref, plan.ref), String(digest), String(initiator), until);
  if (own >= truth.approvals_needed) return;
  const advance = envelope === undefined ? [] : eventsOn(by_ref, envelope.id);
  const proposer = advance.find(({ kind }) => kind === "envelope.state")?.actor ?? "";
  const before = envelope === undefined ? 0 : yesOn(advance, envelope.digest, proposer, until);
  if (before < truth.approvals_needed) find("log_lacks_quorum", `${plan.ref} has ${own}, its envelope ${before}`);
  const used = advance.filter(({ kind }) => kind === "envelope.used").map(({ payload }) => payload);
  if (!used.some(({ transfer_id }) => transfer_id === plan.ref)) find("log_lacks_use", plan.ref);
  if (used.some(({ count_remaining }) => Number(count_remaining) < 0)) find("log_exceeds_envelope", plan.ref);
}

/** Distinct people who approved exactly this before the money moved; who asked for it does not count. */
function yesOn(events: readonly LogEvent[], digest: string, initiator: string, until: number): number {
  const yes = new Set<string>();
  for (const { kind, at, payload } of events) {
    if (kind !== "approval.voted" || payload.digest !== digest || at > until) continue;
    const person = `person:${String(payload.person_id)}`;
    if (payload.vote === "approve" && person !== initiator) yes.add(person);
  }
  return yes.size;
}

/** The first balance and every movement since make what is there now. */
function checkWallet({ account, total }: WorldAccount, events: readonly LogEvent[], find: Find): void {
  const own = inOrder(events.filter(({ ref }) => ref === account));
  const first = own.find(({ kind }) => kind === "wallet.observed");
  if (first === undefined) return;
  let sum = BigInt(String(first.payload.total));
  for (const { kind, payload } of own) {
    if (kind !== "movement.booked") continue;
    const amount = BigInt(String(payload.amount));
    sum += payload.direction === "in" ? amount : -amount - BigInt(String(payload.fee));
  }
  if (sum !== total) find("log_differs_from_venue", `${account}: the log makes it ${sum}, the venue ${total}`);
}
