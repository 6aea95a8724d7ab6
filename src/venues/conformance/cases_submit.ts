/** One effect for each reference, and no doubt about what was refused. */
import { expect } from "vitest";
import { mayRepeat } from "../../transfers/index.ts";
import { accepted, allMovements, type Case, hook, look, prepare, send } from "./case.ts";

export const SUBMITS: readonly Case[] = [
  {
    id: "exact_bytes",
    title: "builds bytes that do exactly what was planned",
    hooks: [],
    run: async (harness) => {
      const plan = harness.plan();
      const effect = harness.venue.decode(await prepare(harness, plan));
      expect(effect).toMatchObject({
        from_account: harness.wallet.account,
        to_address: plan.to.address,
        to_memo: plan.to.memo,
        asset: plan.asset,
        network: plan.network,
        amount: BigInt(plan.amount),
        reference: plan.id,
      });
      expect(effect.fee_max).toBeLessThanOrEqual(BigInt(plan.fee_max));
    },
  },
  {
    id: "settles",
    title: "accepts a transfer, follows it to finality and books it once",
    hooks: [],
    run: async (harness) => {
      const { venue, wallet, far_side } = harness;
      const sent = await send(harness);
      expect((await look(harness, sent)).final).toBe(false);
      await far_side.settle();
      const late = await look(harness, sent);
      const { plan } = sent;
      expect(late).toMatchObject({ status: "succeeded", final: true, stage: "final", to_address: plan.to.address });
      expect(late.amount_received).toBe(BigInt(plan.amount));
      if (late.confirmations_needed !== null)
        expect(late.confirmations).toBeGreaterThanOrEqual(late.confirmations_needed);
      expect(late.fee).not.toBeNull();
      const booked = (await allMovements(harness)).filter(
        (row) => row.reference === plan.id || (row.direction === "out" && row.tx_hash === late.tx_hash),
      );
      expect(booked).toMatchObject([{ direction: "out", amount: late.amount, fee: late.fee, tx_hash: late.tx_hash }]);
      expect((await venue.getBalance(wallet)).pending_out).toBe(0n);
    },
  },
  {
    id: "duplicate_submit",
    title: "has one effect when the same bytes are sent again",
    hooks: [],
    run: async (harness) => {
      const { plan, prepared, venue_ref } = await send(harness);
      const { idempotency } = harness.venue.capabilities();
      const now = harness.far_side.now();
      expect(mayRepeat(idempotency, now, now + 1, now)).toBe(idempotency.kind !== "none");
      if (idempotency.kind === "none") return;
      expect(accepted(await harness.venue.submit(prepared)).venue_ref).toBe(venue_ref);
      expect(harness.far_side.effects(plan.id)).toBe(1);
    },
  },
  {
    id: "reused_reference",
    title: "is never sure of a reference that was used for something else",
    hooks: [],
    run: async (harness) => {
      const { plan, prepared } = await send(harness);
      const other = await prepare(harness, { ...plan, amount: String(BigInt(plan.amount) * 2n) });
      if (harness.venue.capabilities().idempotency.kind === "key") {
        expect((await harness.venue.submit(other)).outcome).toBe("unknown");
        expect(harness.far_side.effects(plan.id)).toBe(1);
      } else {
        expect(other.tx_hash === null || other.tx_hash !== prepared.tx_hash).toBe(true);
      }
    },
  },
  {
    id: "insufficient",
    title: "is refused, with no effect, when the wallet does not have the amount",
    hooks: [],
    run: async (harness) => {
      const { total } = await harness.venue.getBalance(harness.wallet);
      const plan = harness.plan({ amount: total * 2n });
      expect(await refusalOf(() => prepare(harness, plan).then((prepared) => harness.venue.submit(prepared)))).toBe(
        "refused",
      );
      expect(harness.far_side.effects(plan.id)).toBe(0);
    },
  },
  {
    id: "fee_limit",
    title: "is refused when the fee would pass the limit",
    hooks: [],
    run: async (harness) => {
      const plan = harness.plan({ fee_max: 0n });
      expect(await refusalOf(() => prepare(harness, plan).then((prepared) => harness.venue.submit(prepared)))).toBe(
        "refused",
      );
      expect(harness.far_side.effects(plan.id)).toBe(0);
    },
  },
  {
    id: "fee_from_amount",
    title: "says what was delivered where a fee was taken from the amount",
    hooks: ["takeFeeFromAmount"],
    run: async (harness) => {
      hook(harness, "takeFeeFromAmount")();
      const sent = await send(harness);
      await harness.far_side.settle();
      const { amount_received, final } = await look(harness, sent);
      expect(final).toBe(true);
      expect(amount_received).not.toBeNull();
      expect(amount_received ?? 0n).toBeLessThan(BigInt(sent.plan.amount));
    },
  },
  {
    id: "cancel_held",
    title: "takes a request back while it can, and says so when it cannot",
    hooks: [],
    run: async (harness) => {
      const sent = await send(harness);
      const can = harness.venue.capabilities().cancel;
      expect((await harness.venue.cancel(sent.venue_ref)).outcome).toBe(can ? "cancelled" : "unsupported");
      await harness.far_side.settle();
      expect(await look(harness, sent)).toMatchObject({ status: can ? "failed" : "succeeded", final: true });
    },
  },
  {
    id: "cancel_late",
    title: "does not take back what has left",
    hooks: [],
    run: async (harness) => {
      const { venue_ref } = await send(harness);
      await harness.far_side.settle();
      const can = harness.venue.capabilities().cancel;
      expect((await harness.venue.cancel(venue_ref)).outcome).toBe(can ? "too_late" : "unsupported");
    },
  },
];

/** Refused when it was built, or by the venue; either way before any effect. */
async function refusalOf(work: () => Promise<{ readonly outcome: string }>): Promise<string> {
  try {
    const { outcome } = await work();
    return outcome === "rejected" ? "refused" : outcome;
  } catch {
    return "refused";
  }
}
