import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { percent } from "../money/index.ts";
import { advanceIndex, countDays, INDEX_ONE, interestOver, outstandingAt, scaledDebt } from "./index.ts";
import { cents, usd } from "./suite.ts";

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 86_400_000;

describe("interest", () => {
  it.each([
    ["2024-01-31", "2024-02-29", 29n, 29n],
    ["2024-01-30", "2024-03-31", 61n, 60n],
    ["2024-02-29", "2024-03-31", 31n, 32n],
    ["2023-12-31", "2024-12-31", 366n, 360n],
    ["2024-05-05", "2024-05-05", 0n, 0n],
  ])("counts the days from %s to %s", (from, to, actual, bond) => {
    expect(countDays(day(from), day(to), "actual/365")).toBe(actual);
    expect(countDays(day(from), day(to), "30/360")).toBe(bond);
  });

  it("reads every day of four centuries as the calendar does", () => {
    for (let at = day("1970-01-01"); at < day("2369-12-31"); at += 29) {
      const { month, date, year } = utc(at);
      const expected = 360 * (year - 2000) + 30 * month + Math.min(date, 31) - 1;
      if (at >= day("2000-01-01") && at - day("2000-01-01") <= 36_525) {
        expect(countDays(day("2000-01-01"), at, "30/360")).toBe(BigInt(expected));
      }
    }
  });

  it("rounds what is owed up", () => {
    expect(interestOver(usd("10000"), percent("12"), 0, 30, "actual/360")).toBe(usd("100"));
    expect(interestOver(1n, percent("0.01"), 0, 1, "actual/365")).toBe(1n);
    expect(interestOver(usd("10000"), percent("12"), 7, 7, "actual/365")).toBe(0n);
  });

  it.each([
    [5, 4],
    [0, 36_526],
    [0.5, 2],
    [0, Number.NaN],
  ])("refuses %s to %s", (from, to) => {
    expect(() => countDays(from, to, "actual/360")).toThrow(
      expect.objectContaining({ code: "credit_days_out_of_range" }),
    );
  });

  it("accrues by an index as by the loan itself, to a base unit above and never below", () => {
    fc.assert(
      fc.property(cents, fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 12 }), (principal, spans) => {
        const rate = percent("9.5");
        let index = INDEX_ONE;
        let at = 0;
        let [num, den] = [principal, 1n];
        const scaled = scaledDebt(principal, index);
        for (const span of spans) {
          index = advanceIndex(index, rate, at, at + span, "actual/365");
          num *= rate.den * 365n + rate.num * BigInt(span);
          den *= rate.den * 365n;
          at += span;
        }
        const owed = outstandingAt(scaled, index);
        expect(owed * den >= num).toBe(true);
        expect((owed - 2n) * den < num).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("joins a loan drawn later at what was lent", () => {
    fc.assert(
      fc.property(cents, fc.bigInt({ min: INDEX_ONE, max: 9n * INDEX_ONE }), (lent, index) => {
        expect(outstandingAt(scaledDebt(lent, index), index) - lent).toBeLessThanOrEqual(1n);
        expect(outstandingAt(scaledDebt(lent, index), index)).toBeGreaterThanOrEqual(lent);
      }),
    );
  });
});

function utc(at: number): { year: number; month: number; date: number } {
  const instant = new Date(at * 86_400_000);
  return { year: instant.getUTCFullYear(), month: instant.getUTCMonth(), date: instant.getUTCDate() };
}
