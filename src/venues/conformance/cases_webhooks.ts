/** Webhooks: believed only with the venue's signature over the raw bytes, and even then only a reason to read again. */
import { expect } from "vitest";
import { type Case, hook, send } from "./case.ts";
import type { Delivery, VenueHarness } from "./harness.ts";

const DAY_MS = 86_400_000;

export const WEBHOOKS: readonly Case[] = [
  {
    id: "webhook_true",
    title: "believes a delivery of the venue, and names the wallet to read again or none",
    hooks: ["webhookOf"],
    run: async (harness) => {
      const { plan } = await send(harness);
      const hint = verify(harness, hook(harness, "webhookOf")(plan.id));
      expect(hint.accepted).toBe(true);
      expect(hint.delivery_id).not.toBe("");
      expect([null, harness.wallet.account]).toContain(hint.account);
    },
  },
  {
    id: "webhook_forged",
    title: "does not believe a delivery that was changed, signed by somebody else or not signed",
    hooks: ["webhookOf", "forgeWebhook"],
    run: async (harness) => {
      const { plan } = await send(harness);
      const delivery = hook(harness, "webhookOf")(plan.id);
      expect(verify(harness, hook(harness, "forgeWebhook")(delivery)).accepted).toBe(false);
      expect(
        verify(harness, { raw: Buffer.concat([delivery.raw, Buffer.from(" ")]), headers: delivery.headers }).accepted,
      ).toBe(false);
      expect(verify(harness, { raw: delivery.raw, headers: {} }).accepted).toBe(false);
      expect(verify(harness, { raw: new Uint8Array(), headers: delivery.headers }).accepted).toBe(false);
    },
  },
  {
    id: "webhook_duplicate",
    title: "gives a delivery that comes twice one name, and two events two",
    hooks: ["webhookOf"],
    run: async (harness) => {
      const [one, other] = [await send(harness), await send(harness)];
      const webhookOf = hook(harness, "webhookOf");
      const delivery = webhookOf(one.plan.id);
      expect(verify(harness, delivery).delivery_id).toBe(verify(harness, delivery).delivery_id);
      expect(verify(harness, webhookOf(other.plan.id)).delivery_id).not.toBe(verify(harness, delivery).delivery_id);
    },
  },
  {
    id: "webhook_reordered",
    title: "believes deliveries in any order, because none of them says what is true",
    hooks: ["webhookOf"],
    run: async (harness) => {
      const { plan } = await send(harness);
      const webhookOf = hook(harness, "webhookOf");
      const early = webhookOf(plan.id);
      await harness.far_side.settle();
      const late = webhookOf(plan.id);
      const hint = harness.venue.verifyWebhook?.(late.raw, late.headers, harness.far_side.now());
      expect(hint?.accepted).toBe(true);
      expect(Object.keys(verify(harness, early)).sort()).toEqual(["accepted", "account", "delivery_id"]);
    },
  },
  {
    id: "webhook_replayed",
    title: "does not believe an old delivery where the venue signs its time; elsewhere it keeps its name",
    hooks: ["webhookOf"],
    run: async (harness) => {
      const { plan } = await send(harness);
      const delivery = hook(harness, "webhookOf")(plan.id);
      const now = verify(harness, delivery);
      const later = harness.venue.verifyWebhook?.(delivery.raw, delivery.headers, harness.far_side.now() + DAY_MS);
      if (later?.accepted) expect(later.delivery_id).toBe(now.delivery_id);
    },
  },
];

function verify({ venue, far_side }: VenueHarness, { raw, headers }: Delivery) {
  if (venue.verifyWebhook === undefined) throw new Error("the venue verifies no webhooks");
  return venue.verifyWebhook(raw, headers, far_side.now());
}
