/** The question before signing, which is answered yes for exactly one thing. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { digestOf } from "../digest/index.ts";
import { tables } from "../store/index.ts";
import { freezeAsset, thawAsset } from "../transfers/index.ts";
import type { TransferRow } from "../transfers/types.ts";
import { VenueError } from "../venues/index.ts";
import type { SigningQuestion } from "../venues/port.ts";
import { createTestTreasury, type TestTreasury } from "./suite_treasury.ts";

const SECRET = "the-secret-of-the-url";
const ACCOUNT = "usdt";
let test: TestTreasury;
let row: TransferRow;
let count = 0;

beforeAll(async () => {
  test = await createTestTreasury();
  await test.cycles(2);
  const venue = test.treasury.deps.venues.get("northvault");
  Object.assign(venue ?? {}, {
    readSigningQuestion: (raw: Uint8Array, secret: string): SigningQuestion => {
      if (secret !== SECRET) throw new VenueError("venue_auth", "wrong");
      const asked = JSON.parse(Buffer.from(raw).toString("utf8"));
      if (asked.outputs === undefined) throw new VenueError("venue_invalid", "no question");
      const outputs = asked.outputs.map((each: { address: string; amount: string }) => ({
        ...each,
        amount: BigInt(each.amount),
      }));
      return { ...asked, outputs };
    },
  });
});
afterAll(() => test.close());
/** Each case has a transfer of its own, being sent, with an amount of its own. */
beforeEach(async () => {
  count += 1;
  await endAll();
  row = await sending(String(1_000 + count));
});

const { parse } = JSON;
const store = () => test.treasury.deps.store;
const patch = (id: string, change: Partial<TransferRow>): Promise<unknown> =>
  store().tx("test", (tx) => tx.update(tables.transfer, { id }, change));
const endAll = async (): Promise<void> => {
  const rows = await store().read("test", (tx) => tx.find(tables.transfer, { where: {}, limit: 100 }));
  for (const { id } of rows) await patch(id, { state: "failed", next_at: null });
};

async function sending(amount: string): Promise<TransferRow> {
  const body = {
    pool_id: "usdt",
    from_wallet: "northvault-usdt",
    to_wallet: "exchange-usdt",
    network: "tron",
    ...{ amount, reason: "drill", initiator: "ana" },
  };
  const headers = { "idempotency-key": `calls-of-venues-${count}` };
  const response = await test.request("POST", "/v1/transfers", { body, headers });
  expect(response.status).toBe(201);
  const { id } = parse(await response.text());
  await patch(id, { state: "submitting", next_at: null });
  const found = await store().read("test", (tx) => tx.get(tables.transfer, { id }));
  if (found === undefined) throw new Error("no transfer");
  return found;
}

const questionOf = (change: Record<string, unknown> = {}) => ({
  account: ACCOUNT,
  asset: "USDT",
  outputs: [{ address: row.plan.to.address, amount: row.plan.amount }],
  fingerprint: `tx of ${row.id}`,
  ...change,
});
async function ask(question: unknown, secret = SECRET) {
  const response = await test.request("POST", `/v1/venues/northvault/policy/${secret}`, { body: question });
  return { status: response.status, ...parse(await response.text()) };
}
const alertsOf = async (code: string): Promise<number> => {
  const events = await store().read("test", (tx) =>
    tx.find(tables.event, { where: { kind: "alert.raised" }, limit: 500 }),
  );
  return events.filter(({ payload }) => (payload as { code?: string }).code === code).length;
};

describe("the question before signing", () => {
  it("is answered yes for exactly our transfer, once and again for the same transaction, and it is recorded", async () => {
    expect(await ask(questionOf())).toMatchObject({ status: 200, allowed: true, transfer_id: row.id });
    expect(await ask(questionOf())).toMatchObject({ status: 200, allowed: true });
    expect(await alertsOf("signing_allowed")).toBeGreaterThan(0);
    await patch(row.id, { state: "submitted", stage: "pending_approval" });
    expect(await ask(questionOf())).toMatchObject({ status: 200 });
  });

  it("is no for another transaction under the same transfer: that would be a second payment", async () => {
    expect((await ask(questionOf())).status).toBe(200);
    expect(await ask(questionOf({ fingerprint: "another" }))).toMatchObject({ status: 403, code: "signing_replayed" });
  });

  it("is yes for one of two that ask at the same time", async () => {
    const asked = ["one", "two"].map((fingerprint) => ask(questionOf({ fingerprint })));
    expect((await Promise.all(asked)).map(({ status }) => status).toSorted()).toEqual([200, 403]);
  });

  it.each([
    ["another amount", () => ({ outputs: [{ address: row.plan.to.address, amount: "7" }] }), "signing_other_amount"],
    [
      "another recipient",
      () => ({ outputs: [{ address: "thief", amount: row.plan.amount }] }),
      "signing_other_recipient",
    ],
    [
      "another account at the same address",
      () => ({ outputs: [{ address: row.plan.to.address, memo: "of a thief", amount: row.plan.amount }] }),
      "signing_other_recipient",
    ],
    ["an unknown payment", () => ({ outputs: [{ address: "thief", amount: "7" }] }), "signing_unknown"],
    [
      "a second recipient",
      () => ({ outputs: [...questionOf().outputs, { address: "thief", amount: "7" }] }),
      "signing_recipients",
    ],
    ["no recipient", () => ({ outputs: [] }), "signing_recipients"],
    ["another wallet", () => ({ account: "elsewhere" }), "signing_unknown_wallet"],
    ["another asset", () => ({ asset: "BTC" }), "signing_unknown_wallet"],
  ])("is no for %s, with a reason, a record and an alert", async (_name, change, code) => {
    const before = await alertsOf(code);
    expect(await ask(questionOf(change()))).toMatchObject({ status: 403, allowed: false, code });
    expect(await alertsOf(code)).toBe(before + 1);
  });

  it.each<[string, () => Partial<TransferRow>, string]>([
    ["was cancelled", () => ({ state: "cancelled" }), "signing_not_open"],
    ["was denied", () => ({ state: "denied" }), "signing_not_open"],
    ["waits for approval", () => ({ state: "awaiting_approval" }), "signing_not_open"],
    ["is held", () => ({ state: "held" }), "signing_not_open"],
    ["is settled", () => ({ state: "settled" }), "signing_not_open"],
    ["people want to cancel", () => ({ state: "submitted", note_code: "cancel_asked" }), "signing_cancelled"],
    ["is on the network already", () => ({ state: "submitted", stage: "confirming" }), "signing_already_sent"],
    ["has expired", () => ({ plan: { ...row.plan, expires_at: 1 } }), "signing_expired"],
    [
      "is not what was approved",
      () => ({ digest: digestOf("transfer", { ...row.plan, nonce: "other" }) }),
      "signing_digest",
    ],
  ])("is no for a transfer that %s", async (_name, change, code) => {
    await patch(row.id, change());
    expect(await ask(questionOf())).toMatchObject({ status: 403, code });
  });

  it("is no once people asked to cancel it, also where its note says something else", async () => {
    const venue = test.treasury.deps.venues.get("northvault");
    if (venue === undefined) throw new Error("no venue");
    const { capabilities } = venue;
    Object.assign(venue, { capabilities: () => ({ ...capabilities(), cancel: true }) });
    await patch(row.id, { state: "submitted", stage: "pending_approval", venue_ref: "v", note_code: "overdue" });
    await test.treasury.cancelTransfer(row.id, "person:ana", "drill");
    Object.assign(venue, { capabilities });
    const found = await store().read("test", (tx) => tx.get(tables.transfer, { id: row.id }));
    expect(found?.note_code).toBe("overdue");
    expect(await ask(questionOf())).toMatchObject({ status: 403, code: "signing_cancelled" });
  });

  it("is no to everybody without the secret, to venues that ask nothing, and to what is no question", async () => {
    const before = await alertsOf("signing_allowed");
    const forged = await ask(questionOf(), "guess");
    expect(forged).toMatchObject({ status: 401 });
    expect(JSON.stringify(forged)).not.toContain("guess");
    expect((await ask({ hello: 1 })).status).toBeGreaterThanOrEqual(400);
    const elsewhere = await test.request("POST", `/v1/venues/exchange/policy/${SECRET}`, { body: questionOf() });
    expect(elsewhere.status).toBe(404);
    expect(await alertsOf("signing_allowed")).toBe(before);
  });

  it("is no while the asset is stopped", async () => {
    await store().tx("test", (tx) => freezeAsset(tx, "USDT", { reason: "drill", since: 0 }));
    expect(await ask(questionOf())).toMatchObject({ status: 403, code: "signing_frozen" });
    await store().tx("test", (tx) => thawAsset(tx, "USDT"));
    expect(await ask(questionOf())).toMatchObject({ status: 200 });
  });

  it("is no while the treasury is frozen", async () => {
    await test.treasury.freeze("person:ana", "drill");
    expect(await ask(questionOf())).toMatchObject({ status: 403, code: "signing_frozen" });
  });
});
