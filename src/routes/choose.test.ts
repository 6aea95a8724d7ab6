import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { feeLimit, feeOf, LEGS_MAX, type RouteLimits, type RouteOption, type Spendable, splitAmount } from "./index.ts";

fc.configureGlobal({ seed: 1 });

const LIMITS: RouteLimits = {
  fee_max: 1_000n,
  fee_max_ppm: 1_000_000,
  leg_min: 1n,
  delay_ppm_per_hour: 0,
  priority: [],
};
const route = (from_wallet: string, to_wallet: string, over: Partial<RouteOption> = {}): RouteOption => ({
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
const cashOf = (own: Readonly<Record<string, bigint>>): Spendable => new Map(Object.entries(own));
const carried = (split: ReturnType<typeof splitAmount>) =>
  split.legs.map((leg) => [leg.route.from_wallet, leg.route.to_wallet, leg.amount] as const);

describe("the best set of legs", () => {
  it("takes two cheap ways rather than a dear one that could do it alone", () => {
    const options = [
      route("a", "hot", { fee_fixed: 50n }),
      route("b", "hot", { fee_fixed: 2n }),
      route("c", "hot", { fee_fixed: 3n }),
    ];
    const split = splitAmount(options, 1_000n, cashOf({ a: 9_000n, b: 2_000n, c: 2_000n }), {
      ...LIMITS,
      fee_max: 60n,
    });
    expect(split).toMatchObject({ amount: 1_000n, fee: 2n, exact: true });
    const short = splitAmount(options, 1_000n, cashOf({ a: 9_000n, b: 660n, c: 660n }), { ...LIMITS, fee_max: 60n });
    expect(
      carried(short)
        .map(([from]) => from)
        .sort(),
    ).toEqual(["b", "c"]);
    expect(short).toMatchObject({ amount: 1_000n, fee: 5n });
  });

  it("takes from one leg so that the last one reaches its minimum", () => {
    const options = [route("a", "hot"), route("b", "hot", { minimum: 30n })];
    expect(carried(splitAmount(options, 100n, cashOf({ a: 90n, b: 90n }), { ...LIMITS, fee_max: 0n }))).toEqual([
      ["a", "hot", 70n],
      ["b", "hot", 30n],
    ]);
  });

  it("never gives a destination more than it may take", () => {
    const options = [route("hot", "vault-1", { fee_fixed: 1n }), route("hot", "vault-2", { fee_fixed: 5n })];
    const cash = cashOf({ hot: 5_000n });
    const room = cashOf({ "vault-1": 700n });
    const split = splitAmount(options, 1_000n, cash, { ...LIMITS, fee_max: 10n }, LEGS_MAX, room);
    // The dear one alone costs 5, both cost 6.
    expect(split).toMatchObject({ amount: 1_000n, fee: 5n });
    const both = splitAmount(
      options,
      1_000n,
      cash,
      { ...LIMITS, fee_max: 10n },
      LEGS_MAX,
      cashOf({ "vault-1": 700n, "vault-2": 600n }),
    );
    expect(both).toMatchObject({ amount: 1_000n, fee: 6n });
    expect(both.legs.every((leg) => leg.amount <= (leg.route.to_wallet === "vault-1" ? 700n : 600n))).toBe(true);
  });

  it("reroutes between limited destinations: what was filled first may have to move", () => {
    const options = [
      route("a", "x", { fee_ppm: 0 }),
      route("a", "y", { fee_ppm: 10_000 }),
      route("b", "x", { fee_ppm: 20_000 }),
    ];
    const room = cashOf({ x: 1_000n, y: 1_000n });
    const split = splitAmount(
      options,
      2_000n,
      cashOf({ a: 1_000n, b: 1_000n }),
      { ...LIMITS, fee_max: 0n },
      LEGS_MAX,
      room,
    );
    expect(split.amount).toBeLessThanOrEqual(2_000n);
    const paid = { ...LIMITS, fee_max: 100n };
    const full = splitAmount(options, 1_800n, cashOf({ a: 1_000n, b: 1_000n }), paid, LEGS_MAX, room);
    expect(full.amount).toBe(1_800n);
  });

  it("pays for speed only when delay costs something", () => {
    const slow = route("a", "hot", { fee_fixed: 1n, lead_time_ms: 4 * 3_600_000 });
    const fast = route("a", "hot", { fee_fixed: 20n, lead_time_ms: 0, network: "sol" });
    const of = (delay_ppm_per_hour: number) =>
      splitAmount([slow, fast], 100_000n, cashOf({ a: 900_000n }), { ...LIMITS, delay_ppm_per_hour }).legs[0]?.route
        .network;
    expect([of(0), of(40), of(60)]).toEqual(["tron", "tron", "sol"]);
  });

  it("does not split an amount in time to pay what one move may not", () => {
    const dear = route("a", "hot", { fee_ppm: 10_000 });
    const limits = { ...LIMITS, fee_max: 5n };
    expect(splitAmount([dear], 1_000n, cashOf({ a: 9_000n }), limits).legs).toEqual([]);
    const with_help = [dear, route("b", "hot")];
    expect(splitAmount(with_help, 1_000n, cashOf({ a: 9_000n, b: 605n }), limits)).toMatchObject({ amount: 1_000n });
  });

  /** Tens, so that every fee comes out whole and rounding cannot decide. */
  const TEN = 10n;
  function tens(min: bigint, max: bigint): fc.Arbitrary<bigint> {
    return fc.bigInt({ min, max }).map((count) => count * TEN);
  }
  const amountMax = 1_000n;
  const small = fc.record({
    from_wallet: fc.constantFrom("a", "b", "c"),
    to_wallet: fc.constantFrom("x", "y"),
    fee_fixed: fc.bigInt({ min: 0n, max: 4n }),
    fee_ppm: fc.constantFrom(0, 200_000, 500_000),
    minimum: tens(0n, 3n),
    maximum: fc.option(tens(1n, 6n)),
  });

  it("is what trying every amount on every route finds", { timeout: 60_000 }, () => {
    let worth = 0;
    fc.assert(
      fc.property(
        fc.array(small, { minLength: 1, maxLength: 4 }),
        tens(1n, 8n),
        fc.array(tens(0n, 7n), { minLength: 3, maxLength: 3 }),
        fc.option(tens(0n, 6n)),
        (parts, amount, [a = 0n, b = 0n, c = 0n], room) => {
          const limits = { ...LIMITS, fee_max: 50n };
          const options = parts.map((part, index) =>
            route(part.from_wallet, part.to_wallet, { ...part, step: TEN, network: `n${index}` }),
          );
          const cash = cashOf({ a: 2n * a, b: 2n * b, c: 2n * c });
          const receivable: Spendable = room === null ? new Map() : cashOf({ x: room });
          const split = splitAmount(options, amount, cash, limits, LEGS_MAX, receivable);
          const best = bestOf(options, amount, cash, limits, receivable);
          expect(split.exact).toBe(true);
          expect(split.amount).toBe(best.amount);
          expect(split.fee).toBe(best.fee);
          if (best.amount > 0n) worth += 1;
        },
      ),
      { numRuns: 1_500 },
    );
    expect(worth).toBeGreaterThan(150);
  });

  const terms = fc.record({
    fee_fixed: fc.bigInt({ min: 0n, max: 4n }),
    fee_ppm: fc.constantFrom(0, 100_000, 300_000),
    minimum: tens(0n, 2n),
    maximum: tens(1n, 4n),
    cash: tens(0n, 8n),
  });

  it("is that within limits on every destination too, and on the number of legs", { timeout: 120_000 }, () => {
    let [worth, limited] = [0, 0];
    fc.assert(
      fc.property(
        fc.array(terms, { minLength: 2, maxLength: 2 }),
        fc.array(tens(0n, 5n), { minLength: 3, maxLength: 3 }),
        fc.array(fc.bigInt({ min: 0n, max: 1n }), { minLength: 6, maxLength: 6 }),
        tens(1n, 10n),
        fc.integer({ min: 1, max: 4 }),
        (sources, rooms, dearer, amount, legs_max) => {
          const limits = { ...LIMITS, fee_max: 50n };
          // Half of the routes cost the same wherever they lead.
          const options = sources.flatMap(({ cash: _, ...part }, from) =>
            rooms.map((_room, to) => {
              const fee_fixed = part.fee_fixed + (from === 0 ? 0n : (dearer[from * 3 + to] ?? 0n));
              return route(`from-${from}`, `to-${to}`, { ...part, fee_fixed, step: TEN });
            }),
          );
          const cash: Spendable = new Map(sources.map((source, from) => [`from-${from}`, 2n * source.cash]));
          const receivable: Spendable = new Map(rooms.map((room, to) => [`to-${to}`, room]));
          const split = splitAmount(options, amount, cash, limits, legs_max, receivable);
          const best = bestOf(options, amount, cash, limits, receivable, legs_max, 4n);
          expect(split).toMatchObject({ exact: true, ...best });
          if (best.amount > 0n) worth += 1;
          if (best.amount < splitAmount(options, amount, cash, limits, legs_max).amount) limited += 1;
        },
      ),
      { numRuns: 200 },
    );
    expect(worth).toBeGreaterThan(100);
    expect(limited).toBeGreaterThan(30);
  });

  /** Every amount on every route: most carried, then least paid. */
  function bestOf(
    options: readonly RouteOption[],
    amount: bigint,
    cash: Spendable,
    limits: RouteLimits,
    receivable: Spendable,
    legs_max: number = LEGS_MAX,
    tens_max = 8n,
  ): { amount: bigint; fee: bigint } {
    const choices = options.map(() =>
      [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n].filter((count) => count <= tens_max).map((count) => count * TEN),
    );
    let best = { amount: 0n, fee: 0n };
    for (const amounts of product(choices)) {
      const legs = options
        .map((option, index) => ({ option, units: amounts[index] ?? 0n }))
        .filter(({ units }) => units > 0n);
      const total = legs.reduce((sum, { units }) => sum + units, 0n);
      if (total > amount || legs.length > legs_max || !isAllowed(legs, cash, limits, receivable)) continue;
      const fee = legs.reduce((sum, { option, units }) => sum + (feeOf(option, units) ?? 0n), 0n);
      if (total > best.amount || (total === best.amount && fee < best.fee)) best = { amount: total, fee };
    }
    return best;
  }

  function* product(choices: readonly (readonly bigint[])[]): Generator<readonly bigint[]> {
    const [first, ...rest] = choices;
    if (first === undefined) return yield [];
    for (const tail of product(rest)) for (const units of first) yield [units, ...tail];
  }

  function isAllowed(
    legs: readonly { option: RouteOption; units: bigint }[],
    cash: Spendable,
    limits: RouteLimits,
    receivable: Spendable,
  ): boolean {
    const sums = new Map<string, bigint>();
    const add = (key: string, units: bigint): bigint => {
      sums.set(key, (sums.get(key) ?? 0n) + units);
      return sums.get(key) ?? 0n;
    };
    return legs.every(({ option, units }) => {
      const { from_wallet, to_wallet } = option;
      const fee_max = feeLimit(limits, units);
      const within =
        units >= option.minimum && units <= (option.maximum ?? units) && (feeOf(option, units) ?? 0n) <= fee_max;
      const affordable = add(`from ${from_wallet}`, units + fee_max) <= (cash.get(from_wallet) ?? 0n);
      const fits = add(`to ${to_wallet}`, units) <= (receivable.get(to_wallet) ?? amountMax);
      return within && affordable && fits && add(`${from_wallet}/${to_wallet}`, 1n) === 1n;
    });
  }
});
