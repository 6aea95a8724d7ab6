/** Deliveries of venues over HTTP: signed, forged, changed, twice, in any order, in a flood. */
import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Venue, WebhookHint } from "../venues/index.ts";
import { createTestTreasury, type TestTreasury } from "./suite_treasury.ts";

const SECRET = "shared";
let test: TestTreasury;
let hints: (string | null)[];

beforeEach(async () => {
  test = await createTestTreasury();
  hints = [];
  const { venues } = test.treasury.deps;
  const venue = venues.get("exchange");
  if (venue === undefined) throw new Error("no exchange");
  Object.assign(venue, { verifyWebhook: verify } satisfies Partial<Venue>);
  const { hint } = test.treasury;
  test.treasury.hint = (venue_id, account) => {
    hints.push(account);
    hint.call(test.treasury, venue_id, account);
  };
});
afterEach(() => test.close());

function verify(raw: Uint8Array, headers: Readonly<Record<string, string>>): WebhookHint {
  const signed = createHmac("sha256", SECRET).update(raw).digest("hex");
  if (headers["x-signature"] !== signed) return { accepted: false, delivery_id: "", account: null };
  const { id, account } = JSON.parse(Buffer.from(raw).toString()) as { id: string; account: string };
  return { accepted: true, delivery_id: id, account };
}

async function deliver(id: string, change: { path?: string; signature?: string; body?: string } = {}) {
  const body = change.body ?? JSON.stringify({ id, account: "usdt" });
  const signature = change.signature ?? createHmac("sha256", SECRET).update(body).digest("hex");
  const request = new Request(`http://127.0.0.1:8420${change.path ?? "/v1/webhooks/exchange"}`, {
    method: "POST",
    body,
    headers: { host: "127.0.0.1:8420", "x-signature": signature },
  });
  const response = await test.app.fetch(request);
  return { status: response.status, body: (await response.json()) as { duplicate?: boolean; code?: string } };
}

describe("a delivery", () => {
  it("of the venue is a hint, once, however often it comes", async () => {
    expect(await deliver("d1")).toEqual({ status: 200, body: { accepted: true, duplicate: false } });
    expect(await deliver("d1")).toEqual({ status: 200, body: { accepted: true, duplicate: true } });
    expect(await deliver("d2")).toMatchObject({ body: { duplicate: false } });
    expect(hints).toEqual(["usdt", "usdt"]);
  });

  it.each([
    ["a forged signature", { signature: "00" }],
    ["no signature", { signature: "" }],
    [
      "changed bytes",
      { body: '{"id":"d1","account":"usdt"} ', signature: createHmac("sha256", SECRET).update("{}").digest("hex") },
    ],
  ])("with %s is refused, and nothing of it is kept", async (_name, change) => {
    expect(await deliver("d1", change)).toMatchObject({ status: 401, body: { code: "api_webhook_refused" } });
    expect(hints).toEqual([]);
    expect(await deliver("d1")).toMatchObject({ body: { duplicate: false } });
  });

  it("that is larger than any honest one is not read", async () => {
    expect(await deliver("d1", { body: "x".repeat(300_000) })).toMatchObject({ status: 413 });
  });

  it.each(["/v1/webhooks/nowhere", "/v1/webhooks/chain"])("to %s finds nobody", async (path) => {
    expect(await deliver("d1", { path })).toMatchObject({ status: 404 });
  });
});

it("hears a flood with repeats in disorder: each once, none lost", async () => {
  const ids = Array.from({ length: 700 }, (_, at) => `f${at}`);
  const flood = [...ids, ...ids.filter((_, at) => at % 3 === 0)].sort(
    (a, b) => a.length - b.length || (a > b ? -1 : 1),
  );
  const answers = await Promise.all(flood.map((id) => deliver(id)));
  expect(answers.filter(({ body }) => body.duplicate === false)).toHaveLength(ids.length);
  expect(hints).toHaveLength(ids.length);
});
