import { describe, expect, it } from "vitest";
import { BASE_COSTS, backtest, costParts, verdict } from "../backtest/index.ts";
import { aPrice } from "../policy/fixtures.ts";
import { parseLevel } from "../policy/index.ts";
import type { PriceState } from "../policy/types.ts";
import { tables } from "../store/index.ts";
import { poolPolicyMaker } from "./pool_policy.ts";
import { readOwnLedger } from "./read_ledger.ts";
import { AS_MEASURED, replayInput } from "./replay_ledger.ts";
import { HOUR, movement, type Own, openOwn, poolWith, START, UNIT } from "./suite.ts";

const POOL = poolWith();
const ledgerOf = ({ store, clock }: Own, pool = POOL, price: PriceState | null = null, days = 42) =>
  store.read("test", (tx) => readOwnLedger(tx, { pool, now: clock.now(), days, price }));
const inputOf = async (own: Own, pool = POOL) => replayInput(await ledgerOf(own, pool), AS_MEASURED).input;
const run = (input: Awaited<ReturnType<typeof inputOf>>, pool = POOL) =>
  backtest(input, [poolPolicyMaker("in-force", pool)]);

describe("a pool's own history", () => {
  it("begins with the first full hour, and leaves own transfers out", async () => {
    const own = await openOwn(POOL, { hours: 60 });
    const before = await ledgerOf(own);
    const [hot = ""] = POOL.liquidity;
    await own.store.tx("test", (tx) =>
      tx.insert(tables.movement, movement(POOL, hot, "own", "in", 900_000, START + 30 * HOUR, "trf_1")),
    );
    expect(await ledgerOf(own)).toEqual(before);
    expect(before).toMatchObject({ start_ms: START + HOUR, opening: 40_000_000, hot: 4_000_000, lead_up_ms: 4 * HOUR });
    expect(before.inflow).toHaveLength(59);
    expect(before.costs).toEqual({ ...BASE_COSTS });
    expect(Math.min(...before.outflow)).toBeGreaterThan(0);
  });

  it("says which hours have no movement, and does not count hours nobody has looked at", async () => {
    const own = await openOwn(POOL, { hours: 60 });
    const read = await ledgerOf(own);
    await own.clock.run(own.clock.now() + 12 * HOUR);
    const later = await ledgerOf(own);
    expect(later.inflow).toHaveLength(71);
    expect(later.notes.join(" ")).toContain("12 of 71 hours have no movement");
    const [wallet_id = ""] = POOL.liquidity;
    const seen = { pending_in: 0n, pending_out: 0n, locked: 0n, height: null, pending_readable: true, source: "poll" };
    const at = START + 60 * HOUR + 10 * 60_000;
    const row = { ...seen, wallet_id, venue_id: "v", asset: POOL.asset, total: UNIT, available: UNIT, as_of: at };
    await own.store.tx("test", (tx) =>
      tx.insert(tables.balance, { ...row, received_at: at, error: null, movement_cursor: null }),
    );
    expect((await ledgerOf(own)).inflow).toEqual(read.inflow);
  });

  it("takes the shipped costs at the price of now where no model names any, and none without a price", async () => {
    const pool = poolWith({ model: null });
    const own = await openOwn(pool, { hours: 60 });
    const priced = await ledgerOf(own, pool, aPrice({ price: { num: 200n, den: 1n } }));
    expect(priced.costs).toMatchObject({ fee_up: 77.5, fee_down: 2.5 });
    const unpriced = await ledgerOf(own, pool);
    expect(unpriced.costs).toBeNull();
    expect(() => replayInput(unpriced, AS_MEASURED)).toThrow(/Give --costs/);
    expect(replayInput(unpriced, { ...AS_MEASURED, costs: BASE_COSTS }).input.costs.fee_up).toBe(155);
  });

  it("refuses what it cannot replay, and says what is missing", async () => {
    const quiet = await openOwn(POOL, { hours: 0 });
    await expect(ledgerOf(quiet)).rejects.toMatchObject({ code: "tuning_no_flows" });
    const short = await ledgerOf(await openOwn(POOL, { hours: 31 }));
    expect(() => replayInput(short, AS_MEASURED)).toThrow(/30 hours of flows; a backtest needs 48, so 18 more/);
    const valued = poolWith({
      levels: {
        ...POOL.policy.levels,
        low: parseLevel("900 USD", { asset: POOL.policy.asset, currency: { id: "USD", decimals: 2 } }),
      },
    });
    expect(() => poolPolicyMaker("mine", valued)).toThrow(/the level low \(900 USD\) is a value/);
  });

  it("is lived through for a week before it is paid for, or for half of it when it is shorter", async () => {
    expect(await inputOf(await openOwn(POOL, { hours: 400 }))).toMatchObject({ from: 168, to: 399 });
    expect(await inputOf(await openOwn(POOL, { hours: 101 }))).toMatchObject({ from: 50, to: 100 });
  });

  it("prices the policy in force against the optimum, with the sentence and every part", async () => {
    const { runs, best } = run(await inputOf(await openOwn(POOL, { hours: 400 })));
    const result = runs[0]?.result;
    if (result === undefined) throw new Error("one run");
    expect(result.cost).toBeCloseTo(result.exposure_cost + result.delay_cost + result.fee_cost, 6);
    expect(result.rho).toBeGreaterThan(1);
    expect(verdict(result, best)).toMatch(
      /^You paid [\d.]+ times what was possible; \d+ % of the excess is exposure\.$/,
    );
    expect(costParts(result, best)).toMatch(
      /^exposure .+ \(optimum .+\), delay .+ \(optimum .+\), fees .+ \(optimum .+\)$/,
    );
  });
});

describe("a pool policy in the benchmark", () => {
  it("refills at its level, to its target, and not twice", async () => {
    const pool = poolWith({
      levels: {
        ...POOL.policy.levels,
        ...Object.fromEntries(
          Object.entries({ low: "9.5%", target: "10%", high: "10.5%" }).map(([name, text]) => [
            name,
            parseLevel(text, { asset: POOL.policy.asset, currency: { id: "USD", decimals: 2 } }),
          ]),
        ),
      },
    });
    const input = await inputOf(await openOwn(pool, { hours: 400, size: 200_000 }), pool);
    const tight = run(input, pool).runs[0];
    expect(tight?.result.moves_up).toBeGreaterThan(2);
    expect(Math.max(...(tight?.totals.trace.hot ?? []))).toBeLessThan(0.2 * 40_000_000);
    const slow = poolWith({ ...pool.policy, cooldown_ms: 96 * HOUR });
    expect(run(input, slow).runs[0]?.result.moves_up).toBeLessThan(tight?.result.moves_up ?? 0);
    const capped = poolWith({
      ...pool.policy,
      windows: [{ direction: "to_liquidity", window_ms: 24 * HOUR, amount_max: UNIT, count_max: 1 }],
    });
    const moved = run(input, capped).runs[0]?.totals.trace.up ?? new Float64Array();
    expect(moved.reduce((sum, amount) => sum + amount, 0)).toBeLessThanOrEqual(400 / 24 + 1);
  });

  it("follows its model once enough was seen, and stays under the emergency level that people wrote", async () => {
    const live = poolWith({ model: { ...POOL.policy.model, mode: "live" } as never });
    const input = await inputOf(await openOwn(live, { hours: 400 }), live);
    const [modelled, fixed] = [run(input, live).runs[0]?.result, run(input).runs[0]?.result];
    expect(modelled?.mean_hot).toBeLessThan(fixed?.mean_hot ?? 0);
    expect(modelled?.stockout_hours).toBe(0);
  });
});
