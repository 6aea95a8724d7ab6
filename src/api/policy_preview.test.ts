/** Recorded decisions made again, and an edited policy against the one in force, over the API. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodePolicy, type PoolPolicy, replayDecision } from "../policy/index.ts";
import { tables } from "../store/index.ts";
import type { DecisionDetail, DecisionPage, PolicyPreview, Problem, ReplayView } from "./index.ts";
import { createTestTreasury, type TestTreasury } from "./suite_treasury.ts";

let test: TestTreasury;
let policy: PoolPolicy;

beforeAll(async () => {
  test = await createTestTreasury();
  await test.cycles(4);
  const [pool] = test.config.pools;
  if (pool === undefined) throw new Error("the test treasury has a pool");
  policy = pool.policy;
});
afterAll(() => test.close());

const get = async <T>(path: string): Promise<T> => (await (await test.request("GET", path)).json()) as T;
const preview = async (edited: unknown, status = 200): Promise<PolicyPreview & Problem> => {
  const response = await test.request("POST", "/v1/policy/preview", { body: { policies: [edited] } });
  expect(response.status).toBe(status);
  return (await response.json()) as PolicyPreview & Problem;
};
const recorded = async () => (await get<DecisionPage>("/v1/decisions")).items.flatMap(({ id }) => id ?? []);

describe("a recorded decision", () => {
  it("comes out the same when it is made again, here and by whoever asks", async () => {
    const ids = await recorded();
    expect(ids.length).toBeGreaterThan(0);
    for (const id of ids) {
      expect(await get<ReplayView>(`/v1/decisions/${id}/replay`)).toMatchObject({ id, matches: true, differences: [] });
      const { raw } = await get<DecisionDetail>(`/v1/decisions/${id}`);
      expect(replayDecision(raw).matches).toBe(true);
    }
  });

  it("does not, once somebody has touched it", async () => {
    const [id = ""] = await recorded();
    const store = test.treasury.deps.store;
    const row = await store.read("test", (tx) => tx.get(tables.decision, { id }));
    const touched = { ...(row?.decision as Record<string, unknown>), verdict: "escalate" } as never;
    await store.tx("test", (tx) => tx.update(tables.decision, { id }, { decision: touched }));
    expect(await get<ReplayView>(`/v1/decisions/${id}/replay`)).toMatchObject({
      matches: false,
      differences: [{ path: "verdict", recorded: '"escalate"' }],
    });
    await store.tx("test", (tx) => tx.update(tables.decision, { id }, { decision: row?.decision ?? null }));
  });

  it("is not found where there is none", async () => {
    expect(await get<Problem>("/v1/decisions/dec_nowhere/replay")).toMatchObject({ status: 404 });
  });
});

describe("an edited policy", () => {
  it("that says the same changes nothing", async () => {
    const { pools } = await preview(encodePolicy(policy));
    expect(pools).toMatchObject([{ changes: [], now: { differs: false }, past: { changed: 0, unreadable: 0 } }]);
    expect(pools[0]?.new_digest).toBe(pools[0]?.digest);
    expect(pools[0]?.past.snapshots).toBeGreaterThan(0);
  });

  it("is shown with what it changes, and what it would do now", async () => {
    const edited = { ...policy, move_min: policy.move_max, cooldown_ms: policy.cooldown_ms + 1 };
    const before = await test.treasury.deps.store.read("test", (tx) => tx.count(tables.event));
    const { pools } = await preview(encodePolicy(edited));
    expect(pools[0]?.changes.map(({ path }) => path)).toEqual(["move_min", "cooldown_ms"]);
    expect(pools[0]?.now.proposed.policy_digest).toBeDefined();
    expect(await test.treasury.deps.store.read("test", (tx) => tx.count(tables.event))).toBe(before);
  });

  it("that follows a forecast judges what was recorded without one: its forecast is learnt up to then", async () => {
    const low = { kind: "cover", horizon_ms: 24 * 3_600_000, quantile_ppm: 990_000, text: "cover 24h at p99" } as const;
    const store = test.treasury.deps.store;
    const at = test.clock.now();
    await store.tx("test", async (tx) => {
      for (let hour = 1; hour <= 200; hour += 1) {
        await tx.insert(tables.movement, {
          ...{
            wallet_id: "hot-usdt",
            movement_id: `old-${hour}`,
            direction: "out",
            asset: "USDT",
            fee: 0n,
            gone: false,
          },
          ...{ amount: BigInt(1_000 + (hour % 24) * 100) * 1_000_000n, at: at - hour * 3_600_000, height: null },
          ...{ reference: null, tx_hash: null, counterparty: null, transfer_id: null, unexplained: false },
        });
      }
    });
    const { pools } = await preview(encodePolicy({ ...policy, levels: { ...policy.levels, low } }));
    const past = pools[0]?.past;
    expect(past?.snapshots).toBeGreaterThan(0);
    expect(past?.forecasts_rebuilt).toBe(past?.snapshots);
    // A cover with nothing to stand on would be blocked; this one is judged.
    expect(past?.proposed.blocked).toBe(past?.current.blocked);
    expect(pools[0]?.now.proposed.reasons.map(({ code }) => code)).not.toContain("forecast_unavailable");
  });

  it("of an unknown pool, or of no shape at all, is refused in words", async () => {
    expect(await preview(encodePolicy({ ...policy, pool_id: "elsewhere" }), 404)).toMatchObject({
      code: "api_not_found",
    });
    expect(await preview({ nonsense: true }, 422)).toMatchObject({ code: "record_malformed" });
  });
});
