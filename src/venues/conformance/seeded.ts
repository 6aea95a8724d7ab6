/**
 * Seeded runs: many transfers through a line and a server that break at random, driven as the worker drives them: look up what is
 * unknown, repeat only where that is harmless, hold what no machine can know. At the end the referee counts.
 */
import { expect } from "vitest";
import { createSeededRandom, type Random } from "../../ports/index.ts";
import { mayRepeat } from "../../transfers/index.ts";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import { type Case, calm, prepare } from "./case.ts";
import { type LineFault, queryOf, type VenueHarness } from "./harness.ts";

/** In `npm test`; `npm run conformance` sets CONFORMANCE_RUNS to 200. */
const RUNS_IN_TESTS = 3;
const TRANSFERS_PER_RUN = 2;
const LOOKS_MAX = 40;
const HOLES_PER_HUNDRED = 3;

/** What the driver believes in the end. */
type Belief = "paid" | "refused" | "held";

export interface RunCount {
  readonly transfers: number;
  readonly double_payments: number;
  readonly lost_transfers: number;
  readonly held: number;
}

export const SEEDED: Case = {
  id: "seeded_runs",
  title: "pays nothing twice and loses nothing in seeded runs",
  hooks: ["line"],
  run: async (harness) => {
    const runs = Number(process.env.CONFORMANCE_RUNS ?? RUNS_IN_TESTS);
    for (let seed = 1; seed <= runs; seed += 1) {
      const { double_payments, lost_transfers } = await runSeed(harness, seed);
      expect({ seed, double_payments, lost_transfers }).toEqual({ seed, double_payments: 0, lost_transfers: 0 });
    }
  },
};

/** One run; the same seed breaks the same things. */
export async function runSeed(harness: VenueHarness, seed: number): Promise<RunCount> {
  const random = createSeededRandom(seed);
  const beliefs: Believed[] = [];
  for (let count = 0; count < TRANSFERS_PER_RUN; count += 1) {
    const plan = harness.plan();
    const prepared = await prepare(harness, plan);
    beliefs.push({ plan, prepared, belief: await drive(harness, { plan, prepared, random }) });
  }
  await calm(harness);
  await harness.far_side.settle();
  const counted = [];
  for (const believed of beliefs) {
    const effects = harness.far_side.effects(believed.plan.id);
    counted.push({ belief: await beliefInTheEnd(harness, believed), effects });
  }
  return {
    transfers: counted.length,
    double_payments: counted.filter(({ effects }) => effects > 1).length,
    // Paid and believed refused: nobody looks for it any more. Believed paid and not: a hole in the books.
    lost_transfers: counted.filter(
      ({ belief, effects }) => (belief === "refused" && effects > 0) || (belief === "paid" && effects === 0),
    ).length,
    held: counted.filter(({ belief }) => belief === "held").length,
  };
}

interface Believed {
  readonly plan: TransferPlan;
  readonly prepared: PreparedSubmit;
  readonly belief: Belief;
}

/** What was taken is followed to its end, and the end may be that nothing moved. */
async function beliefInTheEnd(harness: VenueHarness, { plan, prepared, belief }: Believed): Promise<Belief> {
  if (belief !== "paid") return belief;
  const answer = await harness.venue.find(queryOf(harness, plan, prepared));
  const ended = answer.outcome === "found" && answer.transfer.final && answer.transfer.status === "failed";
  return ended ? "refused" : "paid";
}

async function drive(harness: VenueHarness, { plan, prepared, random }: Omit<Unknown, "first_at">): Promise<Belief> {
  const { venue, far_side } = harness;
  const first_at = far_side.now();
  breakLine(harness, random, "submits");
  const { outcome } = await venue.submit(prepared);
  await mendLine(harness);
  if (outcome === "rejected") return "refused";
  if (outcome === "accepted" && random.next() < 0.5) return "paid";
  return resolve(harness, { plan, prepared, first_at, random });
}

interface Unknown {
  readonly plan: TransferPlan;
  readonly prepared: PreparedSubmit;
  readonly first_at: number;
  readonly random: Random;
}

/** As `stepSubmitting` of the transfers' worker does it. */
async function resolve(harness: VenueHarness, { plan, prepared, first_at, random }: Unknown): Promise<Belief> {
  const { venue, far_side } = harness;
  const { idempotency, consistency_window_ms } = venue.capabilities();
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    if (looks < LOOKS_MAX / 2) breakLine(harness, random, "all");
    const answer = await venue.find(queryOf(harness, plan, prepared));
    await mendLine(harness);
    if (answer.outcome === "found") return "paid";
    const now = far_side.now();
    if (answer.outcome === "absent" && Math.min(answer.as_of, now) - first_at >= consistency_window_ms) {
      if (!mayRepeat(idempotency, first_at, plan.expires_at, now)) return "held";
      breakLine(harness, random, "submits");
      const { outcome } = await venue.submit(prepared);
      await mendLine(harness);
      if (outcome === "accepted") return "paid";
      // A refusal of the second sending says nothing of the first.
    }
    await far_side.wait(Math.ceil(consistency_window_ms * random.next()) + 1);
  }
  return "held";
}

function breakLine(harness: VenueHarness, random: Random, what: "submits" | "all"): void {
  const { line, answerNext } = harness.far_side;
  const dice = Math.floor(random.next() * 100);
  if (answerNext !== undefined && dice < 10) {
    answerNext.call(harness.far_side, { to: what === "submits" ? "submit" : "read", status: 503, body: {} });
    return;
  }
  const fault = faultOf(dice);
  if (fault === null || line === undefined) return;
  if (what === "submits") line.breakSubmits(fault);
  else line.breakAll(fault);
}

function faultOf(dice: number): LineFault | null {
  if (dice < 30) return { kind: "cut_reply" };
  if (dice < 45) return { kind: "reset_before" };
  if (dice < 60) return { kind: "truncate", bytes: dice };
  if (dice < 60 + HOLES_PER_HUNDRED) return { kind: "black_hole" };
  return null;
}

/** Broken for a while, not for good: the driver meets the venue's breaker too. */
async function mendLine({ far_side }: VenueHarness): Promise<void> {
  far_side.clearAnswers?.();
  far_side.line?.mend();
}
