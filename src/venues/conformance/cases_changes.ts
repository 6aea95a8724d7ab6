/** What becomes of a transfer after it was taken: unknown words, reorganised, removed, replaced, retried, refused by approvers. */
import { expect } from "vitest";
import { type Case, hook, look, prepare, send } from "./case.ts";
import { queryOf, type VenueHarness } from "./harness.ts";

const DAY_MS = 86_400_000;

export const CHANGES: readonly Case[] = [
  {
    id: "absent",
    title: "says absent for what it never saw",
    hooks: [],
    run: async (harness) => {
      const plan = harness.plan();
      const answer = await harness.venue.find(queryOf(harness, plan, await prepare(harness, plan)));
      expect(answer.outcome).toBe("absent");
      if (answer.outcome === "absent") expect(answer.as_of).toBeLessThanOrEqual(harness.far_side.now());
    },
  },
  {
    id: "unknown_status",
    title: "takes a status word it does not know as pending",
    hooks: ["useUnknownStatus"],
    run: async (harness) => {
      const sent = await send(harness);
      await harness.far_side.settle();
      hook(harness, "useUnknownStatus")();
      const transfer = await look(harness, sent);
      expect(transfer).toMatchObject({ status: "pending", final: false, amount_received: null });
      expect(transfer.raw_status).not.toBe("");
    },
  },
  {
    id: "reorganised",
    title: "does not call a reorganised transfer failed, and follows it to its end",
    hooks: ["reorganize"],
    run: async (harness) => {
      const sent = await send(harness);
      await hook(harness, "reorganize")(sent.plan.id);
      await expectNotFailed(harness, sent);
      await harness.far_side.settle();
      expect(await look(harness, sent)).toMatchObject({ status: "succeeded", final: true });
      expect(harness.far_side.effects(sent.plan.id)).toBe(1);
    },
  },
  {
    id: "removed",
    title: "never says that a removed transfer was paid",
    hooks: ["remove"],
    run: async (harness) => {
      const sent = await send(harness);
      await hook(harness, "remove")(sent.plan.id);
      const outcome = await harness.venue.find(queryOf(harness, sent.plan, sent.prepared, sent.venue_ref));
      if (outcome.outcome === "found") expect(outcome.transfer.status).not.toBe("succeeded");
      await harness.far_side.settle();
      expect(harness.far_side.effects(sent.plan.id)).toBeLessThanOrEqual(1);
    },
  },
  {
    id: "replaced",
    title: "follows a transfer that goes on under another transaction hash",
    hooks: ["replace"],
    run: async (harness) => {
      const sent = await send(harness);
      await hook(harness, "replace")(sent.plan.id);
      await expectNotFailed(harness, sent);
      await harness.far_side.settle();
      expect(await look(harness, sent)).toMatchObject({ status: "succeeded", final: true });
      expect(harness.far_side.effects(sent.plan.id)).toBe(1);
    },
  },
  {
    id: "retried",
    title: "follows a transfer that the venue tries again under another id",
    hooks: ["retry"],
    run: async (harness) => {
      const sent = await send(harness);
      await hook(harness, "retry")(sent.plan.id);
      await expectNotFailed(harness, sent);
      await harness.far_side.settle();
      expect(await look(harness, sent)).toMatchObject({ status: "succeeded", final: true });
      expect(harness.far_side.effects(sent.plan.id)).toBe(1);
    },
  },
  {
    id: "approval_rejected",
    title: "says finally that the venue's approvers refused, with no effect",
    hooks: ["rejectApproval"],
    run: (harness) => refusedByPeople(harness, hook(harness, "rejectApproval")),
  },
  {
    id: "approval_expired",
    title: "says finally that the venue's approval ran out, with no effect",
    hooks: ["expireApproval"],
    run: (harness) => refusedByPeople(harness, hook(harness, "expireApproval")),
  },
  {
    id: "clock_skew",
    title: "signs by the venue's clock where it is a little off, and says so where it is far off",
    hooks: ["skewClock"],
    run: async (harness) => {
      const { venue, wallet } = harness;
      const skewClock = hook(harness, "skewClock");
      for (const skew_ms of [20_000, -20_000]) {
        skewClock(skew_ms);
        await venue.getBalance(wallet).catch(() => undefined);
        for (let reading = 0; reading < 10; reading += 1) await venue.getBalance(wallet);
        await send(harness);
      }
      skewClock(DAY_MS);
      for (let reading = 0; reading < 10; reading += 1) await venue.getBalance(wallet).catch(() => undefined);
      await expect(venue.getBalance(wallet)).rejects.toMatchObject({ code: "venue_auth" });
      await expect(venue.getBalance(wallet)).rejects.toThrow(/clock/);
      skewClock(0);
    },
  },
];

type SentTransfer = Awaited<ReturnType<typeof send>>;

/** Pending, or not to be seen for a moment; never finally failed. */
async function expectNotFailed(harness: VenueHarness, sent: SentTransfer): Promise<void> {
  const outcome = await harness.venue.find(queryOf(harness, sent.plan, sent.prepared, sent.venue_ref));
  if (outcome.outcome !== "found") return;
  expect(outcome.transfer.final && outcome.transfer.status === "failed").toBe(false);
}

async function refusedByPeople(harness: VenueHarness, refuse: (reference: string) => Promise<void>): Promise<void> {
  const before = await harness.venue.getBalance(harness.wallet);
  const sent = await send(harness);
  await refuse(sent.plan.id);
  expect(await look(harness, sent)).toMatchObject({ status: "failed", final: true, amount_received: null });
  await harness.far_side.settle();
  const after = await harness.venue.getBalance(harness.wallet);
  expect(after.pending_out).toBeLessThanOrEqual(before.pending_out);
}
