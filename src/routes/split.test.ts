import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minOf } from "../money/index.ts";
import { feeLimit, LEGS_MAX, type RouteLimits, type RouteOption, splitAmount } from "./index.ts";

fc.configureGlobal({ seed: 1 });

const LIMITS: RouteLimits = { fee_max: 0n, fee_max_ppm: 0, leg_min: 1n, delay_ppm_per_hour: 0, priority: [] };

const fromTo = (from_wallet: string, to_wallet = "hot", over: Partial<RouteOption> = {}): RouteOption => ({
  from_wallet,
  to_wallet,
  network: "tron",
  enabled: true,
  disabled_reason: null,
  fee_fixed: 0n,
  fee_ppm: 0,
  fee_usual: null,
  minimum: 1n,
  maximum: null,
  step: 1n,
  lead_time_ms: 60_000,
  ...over,
});
const legsOf = (split: ReturnType<typeof splitAmount>) =>
  split.legs.map((leg) => [leg.route.from_wallet, leg.amount] as const);

describe("splitAmount", () => {
  const cash = new Map([
    ["a", 60n],
    ["b", 50n],
    ["c", 10n],
  ]);
  const routes = [fromTo("a"), fromTo("b"), fromTo("c")];

  it("uses one source when one can carry all of it", () => {
    const split = splitAmount(routes, 55n, cash, LIMITS);
    expect(legsOf(split)).toEqual([["a", 55n]]);
    expect(split.rejected.map((entry) => entry.code)).toEqual(["source_short", "source_short"]);
  });

  it("spreads over several when none can, and says how far they reach", () => {
    expect(legsOf(splitAmount(routes, 100n, cash, LIMITS))).toEqual([
      ["a", 60n],
      ["b", 40n],
    ]);
    expect(splitAmount(routes, 1_000n, cash, LIMITS)).toMatchObject({ amount: 120n });
  });

  it("fills the cheapest source first", () => {
    const dear = { fee_fixed: 3n };
    const limits = { ...LIMITS, fee_max: 3n, fee_max_ppm: 1_000_000 };
    const split = splitAmount([fromTo("a", "hot", dear), fromTo("b")], 100n, cash, limits);
    expect(legsOf(split)).toEqual([
      ["b", 47n],
      ["a", 53n],
    ]);
    expect(split.fee).toBe(3n);
  });

  it("sends at most one leg over a pair of wallets, and keeps a wallet's cash across its legs", () => {
    const two_networks = [fromTo("a", "hot", { maximum: 20n }), fromTo("a", "hot", { maximum: 20n, network: "sol" })];
    expect(splitAmount(two_networks, 60n, cash, LIMITS).amount).toBe(20n);
    const two_destinations = [fromTo("a", "hot", { maximum: 40n }), fromTo("a", "hot-2", { maximum: 40n })];
    expect(legsOf(splitAmount(two_destinations, 200n, cash, LIMITS))).toEqual([
      ["a", 40n],
      ["a", 20n],
    ]);
  });

  it("sets the highest fee of every leg aside before the next leg of the same wallet", () => {
    const two_destinations = [fromTo("a", "hot", { maximum: 40n }), fromTo("a", "hot-2", { maximum: 40n })];
    const limits = { ...LIMITS, fee_max: 5n, fee_max_ppm: 1_000_000 };
    expect(legsOf(splitAmount(two_destinations, 200n, cash, limits))).toEqual([
      ["a", 40n],
      ["a", 10n],
    ]);
  });

  it("makes no leg below the smallest one, even to finish", () => {
    expect(splitAmount(routes, 63n, cash, { ...LIMITS, leg_min: 5n })).toMatchObject({ amount: 60n });
  });

  it("makes no leg when none is allowed, and never more than the bound", () => {
    for (const none of [0, -1, Number.NaN]) expect(splitAmount(routes, 100n, cash, LIMITS, none).legs).toEqual([]);
    const many = Array.from({ length: 20 }, (_, index) => `w${index}`);
    const spendable = new Map(many.map((name) => [name, 5n]));
    const split = splitAmount(
      many.map((name) => fromTo(name)),
      100n,
      spendable,
      LIMITS,
      99,
    );
    expect(split.legs).toHaveLength(LEGS_MAX);
    expect(split.amount).toBe(40n);
  });

  const pool = fc.record({
    cash: fc.array(fc.bigInt({ min: 0n, max: 60n }), { minLength: 1, maxLength: 10 }),
    amount: fc.bigInt({ min: 1n, max: 300n }),
    legs_max: fc.integer({ min: 1, max: 9 }),
  });

  it("carries as much as any choice of that many sources could", () => {
    fc.assert(
      fc.property(pool, ({ cash: held, amount, legs_max }) => {
        const names = held.map((_, index) => `w${index}`);
        const spendable = new Map(names.map((name, index) => [name, held[index] ?? 0n]));
        const split = splitAmount(
          names.map((name) => fromTo(name)),
          amount,
          spendable,
          LIMITS,
          legs_max,
        );
        const best = mostOf(held, Math.min(legs_max, LEGS_MAX));
        expect(split.amount).toBe(minOf(best, amount));
      }),
    );
  });

  /** The most that `count` of the amounts add up to, by trying every choice. */
  function mostOf(held: readonly bigint[], count: number): bigint {
    let most = 0n;
    for (let choice = 0; choice < 2 ** held.length; choice += 1) {
      const taken = held.filter((_, index) => (choice >> index) & 1);
      const sum = taken.reduce((total, value) => total + value, 0n);
      if (taken.length <= count && sum > most) most = sum;
    }
    return most;
  }

  const network = fc.record({
    from_wallet: fc.constantFrom("a", "b", "c"),
    to_wallet: fc.constantFrom("hot", "hot-2"),
    fee_fixed: fc.bigInt({ min: 0n, max: 5n }),
    fee_ppm: fc.integer({ min: 0, max: 100_000 }),
    minimum: fc.bigInt({ min: 0n, max: 30n }),
    maximum: fc.option(fc.bigInt({ min: 0n, max: 80n })),
    step: fc.bigInt({ min: 1n, max: 7n }),
    enabled: fc.boolean(),
  });

  it("keeps every limit on every leg, whatever the routes", () => {
    const limits = fc.record({
      fee_max: fc.bigInt({ min: 0n, max: 20n }),
      fee_max_ppm: fc.integer({ min: 0, max: 300_000 }),
      leg_min: fc.bigInt({ min: 0n, max: 20n }),
      delay_ppm_per_hour: fc.constantFrom(0, 10, 5_000),
      priority: fc.constant(["b"]),
    });
    fc.assert(
      fc.property(
        fc.array(network, { maxLength: 8 }),
        fc.bigInt({ min: 1n, max: 200n }),
        limits,
        (parts, amount, own) => {
          const options = parts.map((part) => fromTo(part.from_wallet, part.to_wallet, part));
          const { legs, ...split } = splitAmount(options, amount, cash, own);
          expect(split.amount <= amount).toBe(true);
          expect(new Set(legs.map(({ route }) => `${route.from_wallet}/${route.to_wallet}`)).size).toBe(legs.length);
          for (const { route, ...leg } of legs) {
            expect(route.enabled && leg.amount >= own.leg_min && leg.amount >= route.minimum).toBe(true);
            expect(leg.amount % route.step === 0n && leg.amount <= (route.maximum ?? leg.amount)).toBe(true);
            expect(leg.fee <= leg.fee_max && leg.fee_max === feeLimit(own, leg.amount)).toBe(true);
          }
          for (const [wallet, held] of cash) {
            const own_legs = legs.filter((leg) => leg.route.from_wallet === wallet);
            expect(own_legs.reduce((sum, leg) => sum + leg.amount + leg.fee_max, 0n) <= held).toBe(true);
          }
        },
      ),
    );
  });
});
