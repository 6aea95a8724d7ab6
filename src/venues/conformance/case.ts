/** One case of the suite, and the small steps that many cases share. */
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import { READ_ATTEMPTS_MAX } from "../http/index.ts";
import type { FindOutcome, SubmitOutcome, VenueMovement, VenueTransfer } from "../port.ts";
import { type CannedAnswer, type FarSide, queryOf, type VenueHarness } from "./harness.ts";

const PAGES_MAX = 200;

/** Hooks of the far side that a case cannot do without. */
export type Hook = Exclude<keyof FarSide, "effects" | "settle" | "wait" | "now">;

export interface Case {
  /** Stable: the table of results and the reasons of venues name it. */
  readonly id: string;
  /** What a venue does in it, as a sentence about the venue. */
  readonly title: string;
  readonly hooks: readonly Hook[];
  readonly run: (harness: VenueHarness) => Promise<void>;
}

export type HookOf<Name extends Hook> = NonNullable<FarSide[Name]>;

/** A hook that the runner has seen to be there. */
export function hook<Name extends Hook>({ far_side }: VenueHarness, name: Name): HookOf<Name> {
  const found = far_side[name];
  if (found === undefined) throw new Error(`the far side has no ${name}`);
  return (typeof found === "function" ? found.bind(far_side) : found) as HookOf<Name>;
}

export function prepare(harness: VenueHarness, plan: TransferPlan): Promise<PreparedSubmit> {
  return harness.venue.prepare(plan, { now: harness.far_side.now(), signing: null, signatures: [] });
}

export interface Sent {
  readonly plan: TransferPlan;
  readonly prepared: PreparedSubmit;
  readonly venue_ref: string;
}

/** A transfer that the venue has taken. */
export async function send(harness: VenueHarness): Promise<Sent> {
  const plan = harness.plan();
  const prepared = await prepare(harness, plan);
  const { venue_ref } = accepted(await harness.venue.submit(prepared));
  return { plan, prepared, venue_ref };
}

/** What the venue says of it now. */
export async function look(harness: VenueHarness, { plan, prepared, venue_ref }: Sent): Promise<VenueTransfer> {
  return found(await harness.venue.find(queryOf(harness, plan, prepared, venue_ref)));
}

export function accepted(outcome: SubmitOutcome): Extract<SubmitOutcome, { outcome: "accepted" }> {
  if (outcome.outcome === "accepted") return outcome;
  throw new Error(`not accepted: ${outcome.outcome}: ${outcome.message}`);
}

export function found(outcome: FindOutcome): VenueTransfer {
  if (outcome.outcome === "found") return outcome.transfer;
  throw new Error(`not found: ${JSON.stringify(outcome)}`);
}

/** The far side gives this answer to every attempt that `work` may make of one read, and to nothing after it. */
export async function answering(
  harness: VenueHarness,
  answer: Omit<CannedAnswer, "to">,
  work: () => Promise<void>,
): Promise<void> {
  const answerNext = hook(harness, "answerNext");
  for (let attempt = 0; attempt < READ_ATTEMPTS_MAX; attempt += 1) answerNext({ to: "read", ...answer });
  try {
    await work();
  } finally {
    await calm(harness);
  }
}

/** Longer than any pause that a 429 without a time, or an open breaker, makes. */
const CALM_MS = 60_000;

/** The line is whole, nothing is canned any more, and the connector asks again, whatever it had learnt. */
export async function calm({ far_side }: VenueHarness): Promise<void> {
  far_side.clearAnswers?.();
  far_side.line?.mend();
  await far_side.wait(CALM_MS);
}

export function allMovements(harness: VenueHarness): Promise<VenueMovement[]> {
  return movementsFrom(harness, null);
}

export async function movementsFrom(harness: VenueHarness, start: string | null): Promise<VenueMovement[]> {
  const all: VenueMovement[] = [];
  let cursor = start;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const read = await harness.venue.listMovements(harness.wallet, cursor);
    all.push(...read.movements);
    cursor = read.cursor;
    if (!read.has_more) return all;
  }
  throw new Error("the history has no end");
}
