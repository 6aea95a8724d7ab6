/** Coins that a wallet would put together are a payment's as soon as it needs them. */
import { beforeEach, expect, it } from "vitest";
import { VenueError } from "../../venues/index.ts";
import type { OpenRequest, OwnerSignature, SelfOffer } from "../../venues/port.ts";
import { cancelTransfer, proposeSelfPayment, type TransferPlan, type TransferRow, voteOnTransfer } from "../index.ts";
import { type Desk, openDesk, REFILL, signedAsOwner } from "../suite_transfers.ts";

const SIGNING = { scheme: "eip712_safe", hash: `0x${"ab".repeat(32)}`, typed_data: {} } as const;
const OFFER: SelfOffer = {
  ...{ network: "tron", coins: 4, touches: 40_000n, fee: 30n, fee_rate: "1 sat/vB", held: 4, due: null },
};
let desk: Desk;
/** Requests whose coins the venue keeps, as it knows them: it has coins for one. */
let kept: string[];

beforeEach(async () => {
  desk = await openDesk();
  kept = [];
  const keep = ({ id }: TransferPlan): void => {
    if (kept.some((other) => other !== id)) throw new VenueError("venue_insufficient", "All coins are taken.");
    kept = [id];
  };
  desk.script.capabilities = { signing: "eip712_safe" };
  desk.script.decode = {};
  Object.assign(desk.deps.venues.get("vault-venue") ?? {}, {
    offerSelfPayment: async () => OFFER,
    remember: (open: readonly OpenRequest[]) => {
      kept = kept.filter((id) => open.some(({ reference }) => reference === id));
    },
    requestSigning: async (plan: TransferPlan) => {
      keep(plan);
      return SIGNING;
    },
    readSignatures: async (_: unknown, signatures: readonly OwnerSignature[]) =>
      ({ standing: "too_few", signed: signatures.length, needed: 2 }) as const,
  });
});

async function tidy(purpose: "consolidate" | "hasten" = "consolidate"): Promise<TransferRow> {
  const parent = purpose === "hasten" ? "aa".repeat(32) : null;
  const asked = { purpose, parent, reason: "fees are low", initiator: "person:ana", key: "one" } as const;
  const row = await proposeSelfPayment(desk.deps, { ...asked, wallet_id: "vault" });
  return desk.work(row.id);
}
const refill = async (): Promise<TransferRow> => desk.work((await desk.plan(REFILL)).id);

it("regression: a consolidation that a person asked for gives its coins to a payment at once, where the payment waited for its end", async () => {
  const asked = await tidy();
  expect(asked).toMatchObject({ state: "awaiting_approval" });
  const payment = await refill();
  expect(payment).toMatchObject({ state: "awaiting_approval", note: null });
  expect(await desk.row(asked.id)).toMatchObject({ state: "cancelled", note_code: "coins_needed" });
  expect((await desk.row(asked.id)).note).toContain(payment.id);
  expect(kept).toEqual([payment.id]);
});

it("does so also after one of its owners signed it, and lets it end", async () => {
  const asked = await tidy();
  const vote = { object_kind: "transfer", object_id: asked.id, digest: asked.digest, vote: "approve" } as const;
  await voteOnTransfer(desk.deps, signedAsOwner("ben", vote, SIGNING));
  expect((await refill()).state).toBe("awaiting_approval");
  expect(await desk.row(asked.id)).toMatchObject({ state: "held", note_code: "cancelled_signed" });
  expect(await desk.work(asked.id)).toMatchObject({ state: "cancelled" });
});

it("regression: coins of a request that people took back are free for the next", async () => {
  const first = await refill();
  await cancelTransfer(desk.deps, first.id, "person:chen", "not needed");
  const payment = await refill();
  expect(payment).toMatchObject({ state: "planned", note_code: "signing_unavailable" });
  expect(await desk.later(payment.id, 10_000)).toMatchObject({ state: "awaiting_approval" });
});

it("leaves alone a child that somebody wants hastened, and what another payment has", async () => {
  const child = await tidy("hasten");
  const payment = await refill();
  expect(payment).toMatchObject({ state: "planned", note_code: "signing_unavailable" });
  expect(await desk.row(child.id)).toMatchObject({ state: "awaiting_approval" });
});
