import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SeenFees, seeFee, usualFee } from "./usual_fee.ts";

const HALF_HOUR = 1_800_000;
const looks = (fees: readonly bigint[]): SeenFees | undefined =>
  fees.reduce<SeenFees | undefined>((seen, fee, index) => seeFee(seen, fee, index * HALF_HOUR), undefined);

describe("the usual fee", () => {
  it("is unknown until half a working day was seen", () => {
    expect(usualFee(undefined)).toBeNull();
    expect(usualFee(looks([1n, 1n, 1n, 1n, 1n, 1n, 1n]))).toBeNull();
    expect(usualFee(looks([1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n]))).toBe(1n);
  });

  it("is not moved by a spike, and follows what lasts", () => {
    const calm = new Array<bigint>(20).fill(10n);
    expect(usualFee(looks([...calm, 500n, 500n, 500n]))).toBe(10n);
    expect(usualFee(looks([...calm, ...new Array<bigint>(30).fill(500n)]))).toBe(500n);
  });

  it("looks every half hour, however often the venue is read, and forgets after a day", () => {
    const first = seeFee(undefined, 1n, 0);
    expect(seeFee(first, 900n, HALF_HOUR - 1)).toBe(first);
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 99n }), { minLength: 8, maxLength: 120 }), (fees) => {
        const seen = looks(fees);
        expect(seen?.fees).toEqual(fees.slice(-48));
        expect(fees).toContain(usualFee(seen));
      }),
    );
  });
});
