/** A known payment over the API: added once, funded ahead, met by its movement, or overdue. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tables } from "../store/index.ts";
import type { Obligation, ObligationList, Problem } from "./index.ts";
import { createTestTreasury, type TestTreasury } from "./suite_treasury.ts";

const HOUR_MS = 3_600_000;
let test: TestTreasury;
let pool_id: string;

beforeAll(async () => {
  test = await createTestTreasury();
  await test.cycles(2);
  pool_id = test.config.pools.find(({ asset }) => asset === "USDT")?.id ?? "";
});
afterAll(() => test.close());

const send = async <T>(method: string, path: string, body: unknown, key: string, status: number): Promise<T> => {
  const response = await test.request(method, path, { body, headers: { "idempotency-key": `obligations-${key}` } });
  expect(response.status).toBe(status);
  return (await response.json()) as T;
};
const list = async (query = ""): Promise<Obligation[]> =>
  ((await (await test.request("GET", `/v1/obligations${query}`)).json()) as ObligationList).items;
const due = (hours: number): string => new Date(test.clock.now() + hours * HOUR_MS).toISOString();
const request = (amount: string, hours: number, over: object = {}) => ({
  ...{ pool_id, amount, due_at: due(hours), what: "settlement with Acme", source: "erp" },
  ...over,
});

describe("known payments over the API", () => {
  it("is added once, whatever is repeated", async () => {
    const body = request("900000", 1);
    const first = await send<Obligation>("POST", "/v1/obligations", body, "acme", 201);
    expect(first).toMatchObject({
      ...{ state: "open", direction: "out", what: "settlement with Acme" },
      amount: { amount: "900000.000000", asset: "USDT" },
    });
    expect(await send<Obligation>("POST", "/v1/obligations", body, "acme", 201)).toEqual(first);
    expect(await list()).toEqual([first]);
    const reused = await send<Problem>("POST", "/v1/obligations", request("1", 1), "acme", 422);
    expect(reused.code).toBe("idempotency_key_reused");
  });

  it("is funded by the decision that it wakes, with its reason", async () => {
    await test.cycles(1);
    const [decision] = await test.treasury.deps.store.read("test", (tx) =>
      tx.find(tables.decision, {
        where: { pool_id },
        order_by: [
          ["at", "desc"],
          ["id", "desc"],
        ],
        limit: 1,
      }),
    );
    expect(decision?.cause).toBe("obligation");
    expect(JSON.stringify(decision?.decision)).toContain("900,000 USDT (settlement with Acme) is due at");
    const transfers = await test.treasury.deps.store.read("test", (tx) =>
      tx.find(tables.transfer, { where: { pool_id, direction: "reserve_to_liquidity" }, limit: 10 }),
    );
    // 10 % of the 9.1 million that are left, on top of the 900,000 that go.
    expect(transfers.reduce((sum, { amount }) => sum + amount, 0n) / 1_000_000n).toBe(810_000n);
  });

  it("goes straight from custody above the pool's size, and the list says how, when and for how long", async () => {
    const payee = { payee: "acme-usdt", what: "withdrawal 17" };
    const large = await send<Obligation>("POST", "/v1/obligations", request("2000000", 40, payee), "large", 201);
    expect(large).toMatchObject({ way: "custody", payee: "acme-usdt", transfer_id: null, declared_ms: 12 * HOUR_MS });
    expect(Date.parse(large.due_at) - Date.parse(large.asked_at ?? "")).toBe(12 * HOUR_MS);
    const small = await send<Obligation>("POST", "/v1/obligations", request("1000000", 40, payee), "small", 201);
    expect(small).toMatchObject({ way: "liquidity", asked_at: null, declared_ms: null });
    const stranger = await send<Problem>("POST", "/v1/obligations", request("1", 9, { payee: "x" }), "stranger", 422);
    expect(stranger.detail).toContain("registered are acme-usdt");
    for (const { id } of [large, small]) {
      await send("POST", `/v1/obligations/${id}/cancel`, { reason: "a test" }, `cancel-${id}`, 200);
    }
  });

  it("is met by the payment of its amount, and only by one", async () => {
    await send<Obligation>("POST", "/v1/obligations", request("900000", 2, { what: "another" }), "acme-2", 201);
    test.world.flow("exchange/usdt", -900_000_000_000n, "USDT");
    test.treasury.wake("manual");
    await test.cycles(1);
    expect((await list("?state=met")).map(({ what, note }) => [what, note !== null])).toEqual([
      ["settlement with Acme", true],
    ]);
    expect((await list()).map(({ what }) => what)).toEqual(["another"]);
  });

  it("is cancelled with a reason, and not twice otherwise", async () => {
    const [open] = await list();
    const path = `/v1/obligations/${open?.id}/cancel`;
    const cancelled = await send<Obligation>("POST", path, { reason: "paid elsewhere" }, "cancel", 200);
    expect(cancelled).toMatchObject({ state: "cancelled", note: "paid elsewhere" });
    const [met] = await list("?state=met");
    const late = await send<Problem>("POST", `/v1/obligations/${met?.id}/cancel`, { reason: "x" }, "late", 409);
    expect(late.code).toBe("obligation_not_open");
    const none = await send<Problem>("POST", "/v1/obligations/obl_none/cancel", { reason: "x" }, "none", 404);
    expect(none.code).toBe("obligation_not_found");
  });

  it("refuses what cannot be: the past, nothing, an unknown pool", async () => {
    for (const [at, body, status] of [
      [1, request("1", -1), 422],
      [2, request("0", 1), 422],
      [3, request("1", 1, { pool_id: "none" }), 404],
      [4, request("1", 1, { due_at: "tomorrow" }), 422],
    ] as const) {
      await send<Problem>("POST", "/v1/obligations", body, `bad-${at}`, status);
    }
  });

  it("is overdue a day after its time, and people are told", async () => {
    await send<Obligation>("POST", "/v1/obligations", request("123", 1, { what: "nobody pays" }), "late-1", 201);
    await test.clock.sleep(25 * HOUR_MS + 1);
    test.treasury.wake("manual");
    await test.cycles(1);
    expect((await list("?state=overdue")).map(({ what }) => what)).toEqual(["nobody pays"]);
    const events = await test.treasury.deps.store.read("test", (tx) =>
      tx.find(tables.event, {
        where: { kind: "obligation.closed" },
        order_by: [
          ["at", "asc"],
          ["id", "asc"],
        ],
        limit: 9,
      }),
    );
    expect(events.map(({ payload }) => (payload as { state: string }).state)).toEqual([
      ...["cancelled", "cancelled"],
      ...["met", "cancelled", "overdue"],
    ]);
  });
});
