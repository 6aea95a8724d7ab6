import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Envelope, EnvelopeList, EnvelopeRequest, Overview } from "./schemas/index.ts";
import { createTestTreasury, type TestTreasury } from "./suite_treasury.ts";

let test: TestTreasury;
beforeEach(async () => {
  // 1 % hot: below the emergency level.
  test = await createTestTreasury({ hot: 100_000n, cold: 9_900_000n });
});
afterEach(() => test.close());

const headers = { "idempotency-key": "envelope-of-a-test" };
const post = (path: string, body: unknown) => test.request("POST", path, { body, headers });

function draft(): EnvelopeRequest {
  const [pool] = test.config.pools.filter(({ asset }) => asset === "USDT");
  const at = (ms: number) => new Date(test.clock.now() + ms).toISOString();
  return {
    ...{ pool_id: pool?.id ?? "", from_wallets: [...(pool?.reserve ?? [])], to_wallets: [...(pool?.liquidity ?? [])] },
    ...{ amount_max: "50000", amount_total: "60000", count_max: 2, valid_from: at(0), valid_until: at(3_600_000) },
    ...{ reason: "cover for a run", proposed_by: "ana" },
  };
}

async function approve(person: string, { object_id, digest }: Envelope): Promise<Envelope> {
  const vote = await test.sign(person, { object_kind: "envelope", object_id, digest, vote: "approve" });
  const response = await test.request("POST", `/v1/envelopes/${object_id}/votes`, {
    body: vote,
    headers: { "idempotency-key": `vote-${person}-of-a-test` },
  });
  return (await response.json()) as Envelope;
}

describe("the expedited lane from end to end", () => {
  it("bridges an emergency without new votes, while the slow refill waits for people", async () => {
    const proposed = (await (await post("/v1/envelopes", draft())).json()) as Envelope;
    expect(proposed).toMatchObject({ state: "open", usable: false, quorum: { approvals: [] } });
    const waiting = async () =>
      ((await (await test.request("GET", "/v1/overview")).json()) as Overview).approvals_waiting;
    expect(await waiting()).toBe(1);
    for (const person of ["ben", "chen"]) await approve(person, proposed);
    expect(await waiting()).toBe(0);
    const list = (await (await test.request("GET", "/v1/envelopes")).json()) as EnvelopeList;
    expect(list.items).toMatchObject([{ state: "active", usable: true, count_remaining: 2 }]);
    await test.cycles(4);
    const page = (await (await test.request("GET", "/v1/transfers")).json()) as {
      items: { state: string; amount: { amount: string } }[];
    };
    const sent = page.items.filter(({ state }) => state === "submitted" || state === "settled");
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.reduce((sum, { amount }) => sum + BigInt(amount.amount.replace(".", "")), 0n)).toBeLessThanOrEqual(
      60_000_000_000n,
    );
    expect(page.items.some(({ state }) => state === "awaiting_approval")).toBe(true);
    const after = (await (await test.request("GET", `/v1/envelopes/${proposed.object_id}`)).json()) as Envelope;
    expect(after.count_remaining).toBe(2 - sent.length);
    expect(after.uses).toHaveLength(sent.length);
    expect(after.uses.every(({ transfer_id, state }) => transfer_id.startsWith("trf") && state !== "planned")).toBe(
      true,
    );
  });

  it("is taken back by one person at once", async () => {
    const proposed = (await (await post("/v1/envelopes", draft())).json()) as Envelope;
    for (const person of ["ben", "chen"]) await approve(person, proposed);
    const path = `/v1/envelopes/${proposed.object_id}/revoke`;
    const revoked = await (await test.request("POST", path, { body: { reason: "not needed" } })).json();
    expect(revoked).toMatchObject({ state: "revoked", usable: false });
    await test.cycles(3);
    const page = (await (await test.request("GET", "/v1/transfers")).json()) as { items: { state: string }[] };
    expect(new Set(page.items.map(({ state }) => state))).toEqual(new Set(["awaiting_approval"]));
  });
});
