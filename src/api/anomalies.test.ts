/** A velocity cap that is passed, over the API: found, acted on as the configuration says, shown, and lifted by a person. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DetectAction } from "../detect/index.ts";
import { tables } from "../store/index.ts";
import type { AnomalyList, Overview, Problem } from "./index.ts";
import { createTestTreasury, type TestTreasury } from "./suite_treasury.ts";

const HOUR_MS = 3_600_000;

async function treasuryWith(critical: DetectAction): Promise<TestTreasury> {
  const test = await createTestTreasury({
    change: (config) => ({
      ...config,
      anomalies: { note: "note", alert: "alert", high: "alert", critical },
      pools: config.pools.map((pool) => ({
        ...pool,
        velocity_cap: { window_ms: HOUR_MS, amount_max: 150_000n * 10n ** BigInt(pool.policy.asset.decimals) },
      })),
    }),
  });
  await test.cycles(2);
  return test;
}

const get = async <T>(test: TestTreasury, path: string): Promise<T> =>
  (await (await test.request("GET", path)).json()) as T;

async function pay(test: TestTreasury, usdt: bigint): Promise<void> {
  test.world.flow("exchange/usdt", -usdt * 1_000_000n, "USDT");
  test.treasury.wake("manual");
  await test.cycles(1);
}

async function lift(test: TestTreasury, body: object, status: number): Promise<AnomalyList & Problem> {
  const headers = { "idempotency-key": `lift-${JSON.stringify(body).length}-${status}` };
  const response = await test.request("POST", "/v1/anomalies/lift", { body, headers });
  expect(response.status).toBe(status);
  return (await response.json()) as AnomalyList & Problem;
}

describe("a finding that freezes", () => {
  let test: TestTreasury;
  let pool_id: string;
  beforeAll(async () => {
    test = await treasuryWith("freeze_outgoing");
    pool_id = test.config.pools.find(({ asset }) => asset === "USDT")?.id ?? "";
  });
  afterAll(() => test.close());

  it("says nothing below the cap", async () => {
    await pay(test, 100_000n);
    expect(await get<AnomalyList>(test, "/v1/anomalies")).toMatchObject({ stops: [], findings: [] });
  });

  it("stops the asset, wakes the decision, and stands on the overview", async () => {
    await pay(test, 100_000n);
    const { stops, findings } = await get<AnomalyList>(test, "/v1/anomalies");
    expect(findings).toMatchObject([
      { pool_id, detector: "velocity_cap", severity: "critical", action: "freeze_outgoing" },
    ]);
    expect(stops).toMatchObject([{ pool_id, what: "asset", asset: "USDT", reason: findings[0]?.sentence }]);
    const { exceptions } = await get<Overview>(test, "/v1/overview");
    expect(exceptions.map(({ code, ref }) => `${code}/${ref}`)).toContain(`asset_frozen/${pool_id}`);
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
    expect(decision?.cause).toBe("large_transaction");
  });

  it("lets no transfer of the asset be planned, by hand either", async () => {
    const pool = test.config.pools.find(({ id }) => id === pool_id);
    const body = {
      ...{ pool_id, from_wallet: pool?.reserve[0], to_wallet: pool?.liquidity[0], network: pool?.networks[0] },
      ...{ amount: "1000.000000", reason: "by hand", initiator: "ana" },
    };
    const headers = { "idempotency-key": "by-hand-while-frozen" };
    const response = await test.request("POST", "/v1/transfers", { body, headers });
    expect(((await response.json()) as Problem).code).toBe("transfer_asset_frozen");
  });

  it("is lifted by a person, once, with an event", async () => {
    const body = { pool_id, what: "asset", reason: "checked one by one" };
    expect((await lift(test, body, 200)).stops).toEqual([]);
    expect((await lift(test, { ...body, reason: "again" }, 409)).code).toBe("anomaly_nothing_stopped");
    expect((await lift(test, { ...body, pool_id: "none" }, 404)).code).toBe("anomaly_pool_unknown");
    const events = await test.treasury.deps.store.read("test", (tx) =>
      tx.find(tables.event, { where: { kind: "anomaly.lifted" }, limit: 9 }),
    );
    expect(events.map(({ payload }) => payload)).toMatchObject([{ what: "asset", reason: "checked one by one" }]);
  });
});

it("a finding that holds sweeps makes them wait and is said on the overview; by default people are only told", async () => {
  const held = await treasuryWith("hold_sweeps");
  await pay(held, 200_000n);
  const { stops } = await get<AnomalyList>(held, "/v1/anomalies");
  expect(stops.map(({ what }) => what)).toEqual(["sweeps"]);
  const { exceptions } = await get<Overview>(held, "/v1/overview");
  expect(exceptions.map(({ code }) => code)).toContain("sweeps_held");
  await held.close();
  const told = await treasuryWith("alert");
  await pay(told, 200_000n);
  expect((await get<AnomalyList>(told, "/v1/anomalies")).stops).toEqual([]);
  expect((await get<AnomalyList>(told, "/v1/anomalies")).findings).toHaveLength(1);
  await told.close();
});
