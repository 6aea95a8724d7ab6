import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareRatios, ratio } from "../money/index.ts";
import { aPolicy, aPrice, terminal40, USD, USDT, usdt } from "./fixtures.ts";
import { parseLevel } from "./parse_level.ts";
import { type LevelBasis, resolveLevel, resolveLevels } from "./resolve_levels.ts";
import type { Level, LevelName, OutflowForecast, PriceState } from "./types.ts";

fc.configureGlobal({ seed: 1 });

const level = (text: string): Level => parseLevel(text, { asset: USDT, currency: USD });
const basis = (
  total: bigint,
  price: PriceState | null = null,
  forecast: OutflowForecast | null = null,
): LevelBasis => ({
  total,
  decimals: 6,
  price,
  forecast,
});
const policyWith = (over: Partial<Record<LevelName, string>>, floor: string | null = null) => ({
  ...aPolicy(),
  floor: floor === null ? null : level(floor),
  levels: {
    ...aPolicy().levels,
    ...(Object.fromEntries(Object.entries(over).map(([name, text]) => [name, level(text)])) as Record<
      LevelName,
      Level
    >),
  },
});

describe("resolveLevels", () => {
  it("resolves the three kinds against one total and one price", () => {
    const policy = policyWith({ low: "60000 USDT", target: "100000 USD" }, "30000 USD");
    const price = aPrice({ price: ratio(125n, 1n) });
    expect(resolveLevels(policy, basis(usdt("1000000"), price))).toEqual({
      ok: true,
      levels: {
        emergency_low: usdt("20000"),
        low: usdt("60000"),
        target: usdt("80000"),
        high: usdt("150000"),
        emergency_high: usdt("200000"),
        floor: usdt("24000"),
      },
      without_forecast: [],
      held: [],
    });
  });

  it("demands strict order and names the pair that breaks it", () => {
    const outcome = (over: Partial<Record<LevelName, string>>) =>
      resolveLevels(policyWith(over), basis(usdt("1000000")));
    expect(outcome({ low: "100000 USDT" })).toEqual({
      ok: false,
      code: "levels_out_of_order",
      levels: ["low", "target"],
      units: [usdt("100000"), usdt("100000")],
    });
    expect(outcome({ low: "99999.999999 USDT" }).ok).toBe(true);
    expect(outcome({ emergency_high: "1 USDT" })).toMatchObject({ levels: ["high", "emergency_high"] });
    expect(outcome({ emergency_low: "0 USDT" }).ok).toBe(true);
  });

  it("goes out of order when the pool shrinks, which is a condition and not a crash", () => {
    const policy = policyWith({ low: "60000 USDT" });
    expect(resolveLevels(policy, basis(usdt("1000000"))).ok).toBe(true);
    expect(resolveLevels(policy, basis(usdt("500000")))).toMatchObject({ ok: false, levels: ["low", "target"] });
    expect(resolveLevels(aPolicy(), basis(0n))).toMatchObject({ ok: false, code: "levels_out_of_order" });
    expect(resolveLevels(aPolicy(), basis(-5n))).toMatchObject({ ok: false, code: "levels_out_of_order" });
  });

  it("uses no price but a fresh one in the level's own currency", () => {
    const value = level("100 USD");
    const resolved = (price: PriceState | null): bigint | null => {
      const outcome = resolveLevel(value, basis(1n, price), "down");
      return outcome.ok ? outcome.units : null;
    };
    expect(resolved(aPrice())).toBe(usdt("100"));
    expect(resolved(null)).toBeNull();
    expect(resolved(aPrice({ status: "stale" }))).toBeNull();
    expect(resolved(aPrice({ currency: "EUR" }))).toBeNull();
    expect(resolved(aPrice({ price: null }))).toBeNull();
    expect(resolved(aPrice({ price: { num: 0n, den: 1n } }))).toBeNull();
    expect(resolved(aPrice({ price: { num: -1n, den: 1n } }))).toBeNull();
  });

  it("is unresolved without a price for a level, and has only no floor without a price for the floor", () => {
    expect(resolveLevels(policyWith({ high: "150000 USD" }), basis(usdt("1000000")))).toEqual({
      ok: false,
      code: "price_unavailable",
      levels: ["high"],
      units: [],
    });
    expect(resolveLevels(policyWith({}, "1 USD"), basis(usdt("1000000")))).toMatchObject({
      ok: true,
      levels: { floor: null },
    });
  });

  it("makes comparing integers say what comparing fractions would", () => {
    const share = (part: bigint, whole: bigint, points: bigint) =>
      compareRatios(ratio(part, whole), ratio(points, 100n));
    const total = fc.bigInt({ min: 1_000n, max: 10n ** 12n });
    fc.assert(
      fc.property(total, fc.bigInt({ min: 0n, max: 10n ** 12n }), (whole, any) => {
        const part = any % (whole + 1n);
        const at = resolveLevels(aPolicy(), basis(whole));
        const beyond = resolveLevels(terminal40(), basis(whole));
        if (!at.ok || !beyond.ok) throw new Error("these totals are large enough");
        expect(part <= at.levels.low).toBe(share(part, whole, 5n) <= 0);
        expect(part >= at.levels.high).toBe(share(part, whole, 15n) >= 0);
        expect(part < at.levels.emergency_low).toBe(share(part, whole, 2n) < 0);
        expect(part > at.levels.emergency_high).toBe(share(part, whole, 20n) > 0);
        expect(part < beyond.levels.low).toBe(share(part, whole, 35n) < 0);
        expect(part > beyond.levels.high).toBe(share(part, whole, 45n) > 0);
      }),
    );
  });
});

describe("levels that follow a forecast", () => {
  const DAY = 86_400_000;
  const seen = (over: Partial<OutflowForecast> = {}): OutflowForecast => ({
    as_of: 0,
    observed_hours: 200,
    needed_hours: 168,
    lead_time_ms: 4 * 3_600_000,
    covers: [
      { horizon_ms: DAY, quantile_ppm: 990_000, units: usdt("80000") },
      { horizon_ms: null, quantile_ppm: 990_000, units: usdt("60000") },
    ],
    model: null,
    ...over,
  });
  const of = (over: Partial<Record<LevelName, string>>, forecast: OutflowForecast | null) =>
    resolveLevels(policyWith(over), basis(usdt("1000000"), null, forecast));

  it("cover what the forecast wants covered", () => {
    expect(of({ low: "cover lead time at p99", target: "max(10%, cover 24h at p99)" }, seen())).toMatchObject({
      ok: true,
      levels: { low: usdt("60000"), target: usdt("100000") },
      without_forecast: [],
      held: [],
    });
    expect(of({ low: "min(5%, cover lead time at p99)" }, seen())).toMatchObject({ levels: { low: usdt("50000") } });
  });

  it("use their fixed part while too little was seen, and say so", () => {
    for (const forecast of [null, seen({ covers: [], observed_hours: 12 })]) {
      expect(of({ low: "max(5%, cover lead time at p99)" }, forecast)).toMatchObject({
        ok: true,
        levels: { low: usdt("50000") },
        without_forecast: ["low"],
      });
    }
  });

  it("have no value without a forecast and without a fixed part", () => {
    expect(of({ low: "cover 24h at p99" }, seen({ covers: [] }))).toEqual({
      ok: false,
      code: "forecast_unavailable",
      levels: ["low"],
      units: [],
    });
    expect(of({ low: "max(cover 24h at p99, cover 48h at p99)" }, null)).toMatchObject({ ok: false });
    expect(of({ low: "cover 24h at p99.5" }, seen())).toMatchObject({ code: "forecast_unavailable" });
  });

  it("never leave out a price that a person asked for", () => {
    expect(of({ low: "max(1000 USD, 5%)" }, seen())).toMatchObject({ ok: false, code: "price_unavailable" });
  });

  it("stay between the levels that people fixed", () => {
    const run = seen({ covers: [{ horizon_ms: DAY, quantile_ppm: 990_000, units: usdt("900000") }] });
    expect(of({ low: "max(5%, cover 24h at p99)" }, run)).toMatchObject({
      ok: true,
      levels: { low: usdt("100000") - 1n, target: usdt("100000") },
      held: [{ name: "low", wanted: usdt("900000") }],
    });
    const calm = seen({ covers: [{ horizon_ms: DAY, quantile_ppm: 990_000, units: -5n }] });
    expect(of({ low: "cover 24h at p99" }, calm)).toMatchObject({ ok: true, levels: { low: usdt("20000") + 1n } });
  });
});

describe("levels that a model sets", () => {
  const model = {
    name: "hybrid",
    low: 70n,
    target: 90n,
    high: 130n,
    sweep_to: 100n,
    may_sweep: true,
    because: [],
  } as const;
  const scale = usdt("1000");
  const forecast = (over: Partial<Record<"low" | "target" | "high", bigint>> = {}): OutflowForecast => ({
    as_of: 0,
    observed_hours: 200,
    needed_hours: 96,
    lead_time_ms: 1,
    covers: [],
    model: {
      ...model,
      low: (over.low ?? 70n) * scale,
      target: (over.target ?? 90n) * scale,
      high: (over.high ?? 130n) * scale,
      sweep_to: 100n * scale,
    },
  });
  const policy = (mode: "live" | "shadow") => ({
    ...aPolicy(),
    model: {
      name: "hybrid" as const,
      mode,
      refill_cost: 0n,
      sweep_cost: 0n,
      exposure_ppm_per_year: 0,
      delay_ppm_per_hour: 0,
    },
  });
  const of = (mode: "live" | "shadow", known: OutflowForecast | null) =>
    resolveLevels(policy(mode), basis(usdt("1000000"), null, known));

  it("stand where the model wants them, between the emergency levels", () => {
    expect(of("live", forecast())).toMatchObject({
      levels: { emergency_low: usdt("20000"), low: usdt("70000"), target: usdt("90000"), high: usdt("130000") },
      held: [],
    });
    expect(of("live", forecast({ high: 900n }))).toMatchObject({
      levels: { high: usdt("200000") - 1n },
      held: [{ name: "high", wanted: usdt("900000") }],
    });
    expect(of("live", forecast({ low: 0n }))).toMatchObject({ levels: { low: usdt("20000") + 1n } });
  });

  it("are the written ones while the model is silent, and in the shadow", () => {
    expect(of("live", null)).toMatchObject({
      levels: { low: usdt("50000"), target: usdt("100000") },
      without_forecast: ["low", "target", "high"],
    });
    expect(of("shadow", forecast())).toMatchObject({ levels: { low: usdt("50000") }, without_forecast: [] });
  });
});
