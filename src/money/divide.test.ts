import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { divide } from "./divide.ts";
import type { Rounding } from "./types.ts";

fc.configureGlobal({ seed: 1 });

const ROUNDINGS: readonly Rounding[] = ["down", "up", "toward_zero", "away_from_zero", "half_even"];
const integer = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
const divisor = integer.filter((value) => value !== 0n);

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

describe("divide", () => {
  it.each([
    ["down", 3n, -4n],
    ["up", 4n, -3n],
    ["toward_zero", 3n, -3n],
    ["away_from_zero", 4n, -4n],
    ["half_even", 4n, -4n],
  ] as const)("rounds 7/2 and -7/2 %s", (rounding, plus, minus) => {
    expect(divide(7n, 2n, rounding)).toBe(plus);
    expect(divide(-7n, 2n, rounding)).toBe(minus);
    expect(divide(7n, -2n, rounding)).toBe(minus);
  });

  it("rounds halves to the even neighbour and everything else to the nearer one", () => {
    expect([1n, 3n, 5n, -1n, -3n].map((half) => divide(half, 2n, "half_even"))).toEqual([0n, 2n, 2n, 0n, -2n]);
    expect(divide(26n, 10n, "half_even")).toBe(3n);
    expect(divide(-24n, 10n, "half_even")).toBe(-2n);
  });

  it("is exact when the division is, and less than one unit off otherwise", () => {
    fc.assert(
      fc.property(integer, divisor, fc.constantFrom(...ROUNDINGS), (num, den, rounding) => {
        expect(divide(num * den, den, rounding)).toBe(num);
        expect(abs(divide(num, den, rounding) * den - num) < abs(den)).toBe(true);
      }),
    );
  });

  it("brackets the quotient: down <= half_even <= up, toward_zero within away_from_zero", () => {
    fc.assert(
      fc.property(integer, divisor, (num, den) => {
        const [down, up, toward, away, even] = ROUNDINGS.map((rounding) => divide(num, den, rounding)) as [
          bigint,
          bigint,
          bigint,
          bigint,
          bigint,
        ];
        expect(down <= even && even <= up && up - down <= 1n).toBe(true);
        expect(abs(toward) <= abs(away)).toBe(true);
        expect([down, up].includes(toward) && [down, up].includes(away)).toBe(true);
      }),
    );
  });

  it("mirrors around zero", () => {
    fc.assert(
      fc.property(integer, divisor, (num, den) => {
        expect(divide(-num, den, "down")).toBe(-divide(num, den, "up"));
        for (const rounding of ["toward_zero", "away_from_zero", "half_even"] as const) {
          expect(divide(-num, den, rounding)).toBe(-divide(num, den, rounding));
        }
      }),
    );
  });

  it("creates no value when shares are rounded down", () => {
    const parts = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 24n }), parts, (amount, weights) => {
        const whole = weights.reduce((sum, weight) => sum + weight, 0n);
        if (whole === 0n) return;
        const paid = weights.reduce((sum, weight) => sum + divide(amount * weight, whole, "down"), 0n);
        expect(paid <= amount).toBe(true);
        expect(amount - paid < BigInt(weights.length)).toBe(true);
      }),
    );
  });

  it("crashes on zero", () => {
    expect(() => divide(1n, 0n, "down")).toThrow("division by zero");
  });
});
