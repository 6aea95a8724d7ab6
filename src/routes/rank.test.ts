import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { capacityOf, feeLimit, feeOf, type RouteLimits, type RouteOption, rankRoutes } from "./index.ts";

fc.configureGlobal({ seed: 1 });

const LIMITS: RouteLimits = { fee_max: 100n, fee_max_ppm: 50_000, leg_min: 1n, delay_ppm_per_hour: 0, priority: [] };

const aRoute = (over: Partial<RouteOption> = {}): RouteOption => ({
  from_wallet: "vault",
  to_wallet: "hot",
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

const rich = new Map([
  ["vault", 10n ** 12n],
  ["vault-2", 10n ** 12n],
]);
const rank = (routes: readonly RouteOption[], amount = 10_000n, limits = LIMITS, spendable = rich) =>
  rankRoutes(routes, amount, spendable, limits);
const namesOf = (routes: readonly RouteOption[], limits = LIMITS) =>
  rank(routes, 10_000n, limits).usable.map((leg) => leg.route.network);

describe("rankRoutes", () => {
  it("prefers the lower fee of this amount, not the lower fixed fee", () => {
    const flat = aRoute({ network: "flat", fee_fixed: 50n });
    const share = aRoute({ network: "share", fee_fixed: 1n, fee_ppm: 9_000 });
    expect(namesOf([flat, share])).toEqual(["flat", "share"]);
    expect(rank([flat, share], 2_000n).usable.map((leg) => leg.fee)).toEqual([19n, 50n]);
  });

  it("breaks ties by lead time, then by preferred wallet, then by name", () => {
    const slow = aRoute({ network: "slow", lead_time_ms: 90_000 });
    const other = aRoute({ network: "a", from_wallet: "vault-2" });
    const first = aRoute({ network: "b" });
    expect(namesOf([slow, other, first])).toEqual(["b", "a", "slow"]);
    expect(namesOf([slow, other, first], { ...LIMITS, priority: ["vault-2"] })).toEqual(["a", "b", "slow"]);
  });

  it.each([
    ["disabled", aRoute({ enabled: false, disabled_reason: "maintenance" })],
    ["malformed", aRoute({ fee_ppm: Number.NaN })],
    ["malformed", aRoute({ fee_ppm: -1 })],
    ["malformed", aRoute({ fee_fixed: -1n })],
    ["malformed", aRoute({ step: 0n })],
    ["below_minimum", aRoute({ minimum: 10_001n })],
    ["below_minimum", aRoute({ step: 20_000n })],
    ["above_maximum", aRoute({ maximum: 9_999n })],
    ["above_maximum", aRoute({ maximum: 0n })],
    ["source_short", aRoute({ from_wallet: "unheard-of" })],
    ["fee_above_limit", aRoute({ fee_fixed: 101n })],
    ["fee_above_limit", aRoute({ fee_ppm: 50_001 })],
  ] as const)("says why: %s", (code, route) => {
    const { usable, rejected } = rank([route]);
    expect(usable).toEqual([]);
    expect(rejected.map((entry) => entry.code)).toEqual([code]);
  });

  it("allows no fee at all when a fee limit is zero or not a number", () => {
    const costly = aRoute({ fee_fixed: 1n });
    for (const odd of [{ fee_max: 0n }, { fee_max_ppm: 0 }, { fee_max_ppm: Number.NaN }, { fee_max: -5n }]) {
      expect(rank([costly], 10_000n, { ...LIMITS, ...odd }).rejected[0]?.code).toBe("fee_above_limit");
      expect(rank([aRoute()], 10_000n, { ...LIMITS, ...odd }).usable).toHaveLength(1);
    }
  });

  it("regression DeversiFi 2021-09-27: a fee of 7,676 ETH on a deposit of 100,000 USDT is refused by both limits", () => {
    const worth_of_fee = aRoute({ fee_fixed: 23_700_000_000_000n });
    const amount = 100_000_000_000n;
    const limits = { ...LIMITS, fee_max: 100_000_000n, fee_max_ppm: 5_000 };
    expect(rank([worth_of_fee], amount, limits).rejected[0]).toMatchObject({
      code: "fee_above_limit",
      limit: 100_000_000n,
    });
    const no_absolute_help = { ...limits, fee_max: 10n ** 30n };
    expect(rank([worth_of_fee], amount, no_absolute_help).rejected[0]).toMatchObject({ limit: 500_000_000n });
  });

  const amounts = fc.bigInt({ min: 1n, max: 100_000n });
  const routes = fc.array(
    fc
      .record({
        network: fc.constantFrom("a", "b", "c"),
        from_wallet: fc.constantFrom("vault", "vault-2"),
        enabled: fc.boolean(),
        fee_fixed: fc.bigInt({ min: 0n, max: 200n }),
        fee_ppm: fc.integer({ min: 0, max: 60_000 }),
        minimum: fc.bigInt({ min: 0n, max: 20_000n }),
        maximum: fc.option(fc.bigInt({ min: 0n, max: 100_000n })),
        step: fc.bigInt({ min: 1n, max: 500n }),
        lead_time_ms: fc.integer({ min: 0, max: 3 }),
      })
      .map(aRoute),
    { maxLength: 6 },
  );

  it("agrees with trying everything: the first usable route costs least, and every route is answered for", () => {
    fc.assert(
      fc.property(routes, amounts, (options, amount) => {
        const { usable, rejected } = rank(options, amount);
        expect(usable.length + rejected.length).toBe(options.length);
        const possible = options.flatMap((route) => {
          const sent = (amount / route.step) * route.step;
          const fee = route.fee_fixed + (sent * BigInt(route.fee_ppm) + 999_999n) / 1_000_000n;
          const fits = route.enabled && sent > 0n && sent >= route.minimum && sent <= (route.maximum ?? sent);
          return fits && fee <= 100n && fee * 1_000_000n <= sent * 50_000n ? [fee] : [];
        });
        expect(usable).toHaveLength(possible.length);
        const cheapest = possible.reduce<bigint | null>(
          (best, fee) => (best === null || fee < best ? fee : best),
          null,
        );
        expect(usable[0]?.fee ?? null).toBe(cheapest);
        const fees = usable.map((leg) => leg.fee);
        expect(fees).toEqual([...fees].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
      }),
    );
  });

  it("gives the same answer for the same routes in any order", () => {
    fc.assert(
      fc.property(routes, amounts, (options, amount) => {
        const key = (route: RouteOption): string => `${route.from_wallet}/${route.to_wallet}/${route.network}`;
        const distinct = [...new Map(options.map((route) => [key(route), route])).values()];
        const forward = rank(distinct, amount).usable.map((leg) => key(leg.route));
        expect(rank([...distinct].reverse(), amount).usable.map((leg) => key(leg.route))).toEqual(forward);
      }),
    );
  });
});

describe("capacityOf", () => {
  const limits = fc.record({
    fee_max: fc.bigInt({ min: -10n, max: 10n ** 6n }),
    fee_max_ppm: fc.oneof(fc.integer({ min: 0, max: 1_000_000 }), fc.constant(Number.NaN)),
    leg_min: fc.constant(1n),
    delay_ppm_per_hour: fc.constant(0),
    priority: fc.constant([]),
  });

  it("leaves room for the highest fee that could be paid", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -1_000n, max: 10n ** 12n }), limits, (cash, own) => {
        const most = capacityOf(cash, own);
        expect(most >= 0n).toBe(true);
        if (cash > 0n) expect(most + feeLimit(own, most) <= cash).toBe(true);
        else expect(most).toBe(0n);
      }),
    );
  });

  it("rounds the fee up and its limit down", () => {
    expect(feeOf(aRoute({ fee_ppm: 1 }), 1n)).toBe(1n);
    expect(feeLimit({ ...LIMITS, fee_max_ppm: 1 }, 999_999n)).toBe(0n);
  });
});
