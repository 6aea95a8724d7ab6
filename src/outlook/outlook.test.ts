import { beforeEach, describe, expect, it } from "vitest";
import type { PoolConfig } from "../config/types.ts";
import { parseLevel, policyDigest } from "../policy/index.ts";
import type { PoolPolicy, RouteOption, WalletState } from "../policy/types.ts";
import { simulatedConfig } from "../simulate/sim_config.ts";
import { VirtualClock } from "../simulate/virtual_clock.ts";
import { MemoryData, MemoryStore, type MovementRow, tables } from "../store/index.ts";
import { figureOf, unitsOf } from "./figure.ts";
import { keepForecast } from "./keep_forecast.ts";
import { measuredLeadTime } from "./lead_time.ts";
import { NEEDED_HOURS, outlookOf } from "./outlook.ts";
import { readFlows } from "./read_flows.ts";
import { decideShadow } from "./shadow.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 5);
const UNIT = 1_000_000n;
const [SIMULATED] = simulatedConfig().pools;
if (SIMULATED === undefined) throw new Error("the simulator has a pool");
const units = { asset: SIMULATED.policy.asset, currency: { id: "USD", decimals: 2 } };

const poolWith = (over: Partial<PoolPolicy>): PoolConfig => {
  const policy = { ...SIMULATED.policy, ...over };
  return { ...SIMULATED, policy, policy_digest: policyDigest(policy) };
};
const COVERED = poolWith({
  levels: { ...SIMULATED.policy.levels, low: parseLevel("max(5%, cover 24h at p99)", units) },
});
const MODELLED = (mode: "live" | "shadow") =>
  poolWith({
    model: {
      name: "hybrid",
      mode,
      refill_cost: 155n * UNIT,
      sweep_cost: 5n * UNIT,
      exposure_ppm_per_year: 20_000,
      delay_ppm_per_hour: 1_000,
    },
  });

let clock: VirtualClock;
let store: MemoryStore;
beforeEach(() => {
  clock = new VirtualClock(START);
  store = new MemoryStore({ clock, data: new MemoryData() });
});

/** Day and night: 50,000 out in every hour of the day, 10,000 in every one of the night. */
async function customersMove(hours: number, pool: PoolConfig, transfer_id: string | null = null): Promise<void> {
  const [wallet_id = ""] = pool.liquidity;
  for (let hour = 0; hour < hours; hour += 1) {
    const amount = (hour % 24 < 12 ? 50_000n : 10_000n) * UNIT + BigInt((hour * 7_919) % 1_000) * UNIT;
    const row: MovementRow = {
      wallet_id,
      movement_id: `${transfer_id ?? "m"}${hour}`,
      direction: "out",
      asset: pool.asset,
      amount,
      fee: 0n,
      reference: null,
      tx_hash: null,
      counterparty: null,
      at: START + hour * HOUR + 60_000,
      height: null,
      transfer_id,
      unexplained: false,
      gone: false,
    };
    await store.tx("test", (tx) => tx.insert(tables.movement, row));
  }
  await clock.run(START + hours * HOUR + 10 * 60_000);
  await venuesShow(pool, clock.now());
}

/** Every liquidity wallet was read, movements and balance, as it was at `as_of`. */
async function venuesShow(pool: PoolConfig, as_of: number): Promise<void> {
  for (const wallet_id of pool.liquidity) {
    const zero = { total: 0n, available: 0n, pending_in: 0n, pending_out: 0n, locked: 0n };
    const read = { ...zero, as_of, height: null, pending_readable: true, received_at: clock.now(), source: "poll" };
    const row = { wallet_id, venue_id: "v", asset: pool.asset, ...read, error: null, movement_cursor: null };
    await store.tx("test", (tx) => tx.upsert(tables.balance, row));
  }
}

const row = (pool: PoolConfig) => store.read("test", (tx) => tx.get(tables.flow_forecast, { pool_id: pool.id }));
const wallets = (pool: PoolConfig, hot: bigint): WalletState[] =>
  [...pool.liquidity, ...pool.reserve].map((wallet_id, index) => ({
    wallet_id,
    venue_id: "v",
    side: pool.liquidity.includes(wallet_id) ? "liquidity" : "reserve",
    kind: pool.liquidity.includes(wallet_id) ? "hot" : "custody",
    status: "active",
    freshness: "fresh",
    as_of: START,
    total: null,
    available: index === 0 ? hot : 5_000_000n * UNIT,
    pending_in: 0n,
    pending_out: 0n,
    reserved: 0n,
    earmarked: 0n,
    in_flight_in: 0n,
    pending_readable: true,
  }));
const outlook = (pool: PoolConfig, routes: readonly RouteOption[] = []) =>
  store.read("test", (tx) =>
    outlookOf(tx, { pool, routes, wallets: wallets(pool, 900_000n * UNIT), now: clock.now() }),
  );

describe("a pool's forecast", () => {
  it("is kept only where the policy follows one", async () => {
    await customersMove(5, SIMULATED);
    await keepForecast({ store, clock, config: simulatedConfig() }, SIMULATED);
    expect(await row(SIMULATED)).toBeUndefined();
    expect(await outlook(SIMULATED)).toBeNull();
  });

  it("sees every hour once, when it has ended", async () => {
    await customersMove(30, COVERED);
    await keepForecast({ store, clock, config: simulatedConfig() }, COVERED);
    const first = await row(COVERED);
    expect(first).toMatchObject({ through: START + 30 * HOUR, state: { steps: 30 } });
    await keepForecast({ store, clock, config: simulatedConfig() }, COVERED);
    expect(await row(COVERED)).toEqual(first);
    await clock.run(clock.now() + HOUR);
    await venuesShow(COVERED, clock.now());
    await keepForecast({ store, clock, config: simulatedConfig() }, COVERED);
    expect(await row(COVERED)).toMatchObject({ through: START + 31 * HOUR, state: { steps: 31 } });
  });

  it("does not take an hour for calm that a venue has not shown yet", async () => {
    await customersMove(30, COVERED);
    await venuesShow(COVERED, START + 24 * HOUR + 6 * 60_000);
    await keepForecast({ store, clock, config: simulatedConfig() }, COVERED);
    expect(await row(COVERED)).toMatchObject({ through: START + 24 * HOUR, state: { steps: 24 } });
    await store.tx("test", (tx) => tx.delete(tables.balance, { wallet_id: COVERED.liquidity[0] ?? "" }));
    await keepForecast({ store, clock, config: simulatedConfig() }, COVERED);
    expect(await row(COVERED)).toMatchObject({ through: START + 24 * HOUR, state: { steps: 24 } });
    await venuesShow(COVERED, clock.now());
    await keepForecast({ store, clock, config: simulatedConfig() }, COVERED);
    expect(await row(COVERED)).toMatchObject({ through: START + 30 * HOUR, state: { steps: 30 } });
  });

  it("learns from customers, not from transfers of our own", async () => {
    await customersMove(30, COVERED, "trf_1");
    await keepForecast({ store, clock, config: simulatedConfig() }, COVERED);
    expect(await row(COVERED)).toMatchObject({ state: { steps: 0 } });
  });

  it("counts what customers bring to deposit addresses as the inflow of the pool that they are swept into", async () => {
    await customersMove(30, COVERED);
    const fed: PoolConfig = { ...COVERED, fed_by: ["deposit-1"] };
    const [bought] = await store.read("test", (tx) =>
      tx.find(tables.movement, { where: { movement_id: "m3" }, limit: 1 }),
    );
    if (bought === undefined) throw new Error("the customers moved");
    const own = { ...bought, wallet_id: "deposit-1", amount: 7n * UNIT };
    await store.tx("test", (tx) => tx.insert(tables.movement, { ...own, movement_id: "d1", direction: "in" }));
    await store.tx("test", (tx) => tx.insert(tables.movement, { ...own, movement_id: "d2", direction: "out" }));
    const read = (pool: PoolConfig) => store.read("test", (tx) => readFlows(tx, pool, START, START + 30 * HOUR));
    const [before, after] = [await read(COVERED), await read(fed)];
    expect(after.map(({ inflow }) => inflow)).toEqual(before.map(({ inflow }, hour) => inflow + (hour === 3 ? 7 : 0)));
    expect(after.map(({ outflow }) => outflow)).toEqual(before.map(({ outflow }) => outflow));
  });

  it("is learned anew, to the last digit, when the row is lost", async () => {
    await customersMove(200, COVERED);
    await keepForecast({ store, clock, config: simulatedConfig() }, COVERED);
    const kept = await row(COVERED);
    await store.tx("test", (tx) => tx.delete(tables.flow_forecast, { pool_id: COVERED.id }));
    await keepForecast({ store, clock, config: simulatedConfig() }, COVERED);
    expect(await row(COVERED)).toEqual(kept);
  });

  it("is learned anew when the policy names another horizon", async () => {
    await customersMove(120, COVERED);
    await keepForecast({ store, clock, config: simulatedConfig() }, COVERED);
    const other = poolWith({
      levels: { ...SIMULATED.policy.levels, low: parseLevel("max(5%, cover 30h at p99)", units) },
    });
    const first = await row(COVERED);
    // What was learnt for other horizons is no answer, also before it was learnt anew.
    expect(await outlook(other)).toMatchObject({ observed_hours: 0, covers: [] });
    await keepForecast({ store, clock, config: simulatedConfig() }, other);
    const kept = await row(other);
    expect(kept?.shape).not.toBe(first?.shape);
    expect(await outlook(other)).toMatchObject({ observed_hours: 120 });
    expect(JSON.stringify(kept?.state)).toContain('"steps":30');
  });
});

describe("the outlook", () => {
  it("says how little was seen, and nothing more, while it is young", async () => {
    await customersMove(NEEDED_HOURS - 1, COVERED);
    await keepForecast({ store, clock, config: simulatedConfig() }, COVERED);
    expect(await outlook(COVERED)).toMatchObject({ observed_hours: 95, needed_hours: 96, covers: [], model: null });
  });

  it("covers a day's outflow as it was", async () => {
    await customersMove(240, COVERED);
    await keepForecast({ store, clock, config: simulatedConfig() }, COVERED);
    const [cover] = (await outlook(COVERED))?.covers ?? [];
    // A day takes 720,000 and up to 24,000 of noise.
    expect(cover).toMatchObject({ horizon_ms: 24 * HOUR, quantile_ppm: 990_000 });
    expect(cover?.units).toBeGreaterThan(700_000n * UNIT);
    expect(cover?.units).toBeLessThan(1_200_000n * UNIT);
  });

  it("gives the model's levels in rising order, with reasons in words", async () => {
    const pool = MODELLED("live");
    await customersMove(240, pool);
    await keepForecast({ store, clock, config: simulatedConfig() }, pool);
    const model = (await outlook(pool))?.model;
    expect(model).toMatchObject({ name: "hybrid", may_sweep: true });
    if (model === null || model === undefined) throw new Error("there is a model");
    expect(model.low).toBeLessThan(model.target);
    expect(model.target).toBeLessThanOrEqual(model.sweep_to);
    expect(model.sweep_to).toBeLessThan(model.high);
    expect(model.because.length).toBeGreaterThan(0);
  });

  it("gives the model the expedited lane while it is open and faster, and the model says what it bridges", async () => {
    const pool = MODELLED("live");
    const dual = poolWith({ model: pool.policy.model && { ...pool.policy.model, name: "dual-lead" } });
    await customersMove(240, dual);
    await keepForecast({ store, clock, config: simulatedConfig() }, dual);
    const input = { pool: dual, routes: [], wallets: wallets(dual, 900_000n * UNIT), now: clock.now() };
    const of = async (expedite: { lead_time_ms: number } | null) =>
      (await store.read("test", (tx) => outlookOf(tx, { ...input, expedite })))?.model;
    const [closed, open] = [await of(null), await of({ lead_time_ms: HOUR })];
    expect(closed).not.toHaveProperty("expedite_low");
    expect(await of({ lead_time_ms: 4 * HOUR })).toEqual(closed);
    if (open == null || closed == null) throw new Error("there is a model");
    expect(open.expedite_low).toBeGreaterThan(0n);
    expect(open.expedite_to).toBeGreaterThan(open.expedite_low ?? 0n);
    // What the lane covers, the slow one need not.
    expect(open.low).toBeLessThan(closed.low);
  });

  it("learns days with names, and says what the next one takes", async () => {
    await customersMove(240, COVERED);
    const named_dates = [{ name: "feast", dates: ["2026-01-07", "2026-01-15"] }];
    const config = { ...simulatedConfig(), named_dates };
    const [wallet_id = ""] = COVERED.liquidity;
    const [some] = await store.read("test", (tx) => tx.find(tables.movement, { where: { wallet_id }, limit: 1 }));
    if (some === undefined) throw new Error("the customers moved");
    for (let hour = 48; hour < 72; hour += 1) {
      const at = START + hour * HOUR + 120_000;
      const extra = { ...some, movement_id: `feast${hour}`, amount: 200_000n * UNIT, at };
      await store.tx("test", (tx) => tx.insert(tables.movement, extra));
    }
    await keepForecast({ store, clock, config }, COVERED);
    const input = { pool: COVERED, routes: [], wallets: wallets(COVERED, 900_000n * UNIT), now: clock.now() };
    const day = async (named: typeof named_dates) =>
      (await store.read("test", (tx) => outlookOf(tx, { ...input, named_dates: named })))?.covers[0]?.units;
    const [usual, feast] = [await day([]), await day(named_dates)];
    // A state that learnt other days says nothing about these.
    expect(usual).toBeUndefined();
    await keepForecast({ store, clock, config: { ...config, named_dates: [] } }, COVERED);
    const unnamed = (await day([])) ?? 0n;
    expect(feast).toBeGreaterThan(unnamed);
  });

  it("measures the lead time once enough refills were seen, and says a cautious one before", async () => {
    const route = { enabled: true, to_wallet: SIMULATED.liquidity[0], lead_time_ms: 30 * 60_000 } as RouteOption;
    const lead = () => store.read("test", (tx) => measuredLeadTime(tx, SIMULATED, [route]));
    expect(await lead()).toBe(4 * HOUR + 30 * 60_000);
  });
});

describe("a model in the shadow", () => {
  it("decides beside what is done, and only there", async () => {
    const pool = MODELLED("shadow");
    await customersMove(240, pool);
    await keepForecast({ store, clock, config: simulatedConfig() }, pool);
    const forecast = await outlook(pool);
    const snapshot = {
      pool_id: pool.id,
      asset: pool.asset,
      decimals: pool.policy.asset.decimals,
      taken_at: clock.now(),
      mode: "auto" as const,
      wallets: wallets(pool, 100n * UNIT),
      routes: [],
      open_transfers: [],
      price: null,
      forecast,
      history: { last_to_reserve_at: null, last_to_liquidity_at: null, outside_since: null, outside: null, moves: [] },
      frozen_reason: null,
    };
    const shadow = decideShadow(snapshot, pool.policy);
    expect(shadow?.reasons.map(({ code }) => code)).toContain("model_sets_levels");
    expect(shadow?.levels?.low).not.toBe(0n);
    expect(decideShadow(snapshot, MODELLED("live").policy)).toBeNull();
    expect(decideShadow({ ...snapshot, forecast: null }, pool.policy)).toBeNull();
  });
});

describe("a figure", () => {
  it("is what units are in whole", () => {
    expect([figureOf(1_500_000n, 6), figureOf(-5n, 0), figureOf(10n ** 30n, 18)]).toEqual([1.5, -5, 1e12]);
  });

  it("rounds up, and makes nothing of what is no figure", () => {
    expect(unitsOf(1.0000001, 6)).toBe(1_000_001n);
    expect(unitsOf(2.5, 18)).toBe(2_500_000_000_000_000_000n);
    expect(unitsOf(1.234, 2)).toBe(124n);
    expect([Number.NaN, Number.POSITIVE_INFINITY, -1, 0].map((figure) => unitsOf(figure, 6))).toEqual([0n, 0n, 0n, 0n]);
  });
});
