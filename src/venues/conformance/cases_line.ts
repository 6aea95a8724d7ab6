/** Lines that break and servers that answer badly: what is unknown stays unknown, and nothing is paid twice. */
import { expect } from "vitest";
import { accepted, answering, type Case, calm, found, hook, prepare } from "./case.ts";
import { type CannedAnswer, type LineFault, queryOf, type VenueHarness } from "./harness.ts";

const SLOW: LineFault = { kind: "latency", latency_ms: 20 };
const SOME_BYTES = 40;

export const LINES: readonly Case[] = [
  {
    id: "lost_reply",
    title: "does not know when the answer is lost after the effect, and finds it by looking",
    hooks: ["line"],
    run: (harness) => lostAfter(harness, { kind: "cut_reply" }),
  },
  {
    id: "truncated_reply",
    title: "does not know when the answer ends in its middle, and finds it by looking",
    hooks: ["line"],
    run: (harness) => lostAfter(harness, { kind: "truncate", bytes: SOME_BYTES }),
  },
  {
    id: "reset_before",
    title: "does not know when the request is lost before the effect, and sees its absence",
    hooks: ["line"],
    run: (harness) => lostBefore(harness, { kind: "reset_before" }),
  },
  {
    id: "black_hole",
    title: "gives a silent venue up in time, and does not know",
    hooks: ["line"],
    run: (harness) => lostBefore(harness, { kind: "black_hole" }),
  },
  {
    id: "same_caution",
    title: "says the same of a lost answer and of a lost request, because nobody can tell them apart",
    hooks: ["line"],
    run: async (harness) => {
      const said = [];
      for (const kind of ["cut_reply", "reset_before"] as const) said.push(await submitThrough(harness, { kind }));
      expect(said.map(({ outcome }) => outcome)).toEqual([{ outcome: "unknown" }, { outcome: "unknown" }]);
      expect(said.map(({ effects }) => effects)).toEqual([1, 0]);
    },
  },
  {
    id: "latency",
    title: "is patient with a slow line",
    hooks: ["line"],
    run: async (harness) => {
      hook(harness, "line").breakAll(SLOW);
      const plan = harness.plan();
      const outcome = await harness.venue.submit(await prepare(harness, plan));
      await calm(harness);
      accepted(outcome);
      expect(harness.far_side.effects(plan.id)).toBe(1);
    },
  },
  {
    id: "broken_reads",
    title: "leaves a read without an answer, never with a guess",
    hooks: ["line"],
    run: async (harness) => {
      const { venue, wallet } = harness;
      for (const kind of ["cut_reply", "reset_before", "black_hole"] as const) {
        hook(harness, "line").breakAll({ kind });
        await expect(venue.getBalance(wallet)).rejects.toMatchObject({ code: "venue_transient" });
        await calm(harness);
      }
      expect((await venue.getBalance(wallet)).total).toBeGreaterThan(0n);
    },
  },
  {
    id: "server_errors",
    title: "takes the answer of a broken server to a submit as unknown",
    hooks: ["answerNext"],
    run: async (harness) => {
      for (const status of [500, 502, 503, 504, 408, 302]) {
        expect(await answered(harness, { status, body: { message: "something broke" } })).toBe("unknown");
      }
    },
  },
  {
    id: "rate_limited_submit",
    title: "takes a 429 as a refusal only when the venue says that nothing was taken",
    hooks: ["answerNext", "rate_limit_body"],
    run: async (harness) => {
      expect(await answered(harness, { status: 429, body: { message: "slow down" } })).toBe("unknown");
      const body = hook(harness, "rate_limit_body");
      expect(await answered(harness, { status: 429, body })).toBe("rejected");
      expect(await answered(harness, { status: 429, body, retry_after_s: 2 })).toBe("rejected");
    },
  },
  {
    id: "foreign_refusal",
    title: "takes a refusal that is not in the venue's own words as unknown",
    hooks: ["answerNext"],
    run: async (harness) => {
      expect(await answered(harness, { status: 400, body: "<html>Bad Request</html>" })).toBe("unknown");
      expect(await answered(harness, { status: 200, body: "<html>Sign in</html>" })).toBe("unknown");
    },
  },
  {
    id: "unreadable_look_up",
    title: "says unreadable, not absent, when a look-up is not answered as promised",
    hooks: ["answerNext"],
    run: async (harness) => {
      const plan = harness.plan();
      const prepared = await prepare(harness, plan);
      const answers = [401, 404, 429, 500, 503].map((status) => ({ status, body: { message: "no" } as object }));
      for (const answer of [...answers, { status: 200, body: {} }]) {
        await answering(harness, answer, async () => {
          const { outcome } = await harness.venue.find(queryOf(harness, plan, prepared));
          expect([answer.status, outcome]).toEqual([answer.status, "unreadable"]);
        });
      }
    },
  },
];

async function submitThrough(harness: VenueHarness, fault: LineFault) {
  const plan = harness.plan();
  const prepared = await prepare(harness, plan);
  hook(harness, "line").breakSubmits(fault);
  const { outcome } = await harness.venue.submit(prepared);
  await calm(harness);
  return { plan, prepared, outcome: { outcome }, effects: harness.far_side.effects(plan.id) };
}

async function lostAfter(harness: VenueHarness, fault: LineFault): Promise<void> {
  const { plan, prepared, outcome, effects } = await submitThrough(harness, fault);
  expect(outcome).toEqual({ outcome: "unknown" });
  expect(effects).toBe(1);
  const transfer = found(await harness.venue.find(queryOf(harness, plan, prepared)));
  expect(transfer).toMatchObject({ to_address: plan.to.address, amount: BigInt(plan.amount) });
  if (harness.venue.capabilities().idempotency.kind === "none") return;
  accepted(await harness.venue.submit(prepared));
  expect(harness.far_side.effects(plan.id)).toBe(1);
}

async function lostBefore(harness: VenueHarness, fault: LineFault): Promise<void> {
  const { plan, prepared, outcome, effects } = await submitThrough(harness, fault);
  expect(outcome).toEqual({ outcome: "unknown" });
  expect(effects).toBe(0);
  expect((await harness.venue.find(queryOf(harness, plan, prepared))).outcome).toBe("absent");
}

async function answered(harness: VenueHarness, answer: Omit<CannedAnswer, "to">): Promise<string> {
  const prepared = await prepare(harness, harness.plan());
  hook(harness, "answerNext")({ to: "submit", ...answer });
  const { outcome } = await harness.venue.submit(prepared);
  await calm(harness);
  return outcome;
}
