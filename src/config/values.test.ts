import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TidegateError } from "../errors/index.ts";
import { printAmount } from "../money/index.ts";
import { DURATION_MAX_MS, parseAmount, parseDuration, parseShare, parseSpeed } from "./values.ts";

const USDT = { id: "USDT", decimals: 6 };

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof TidegateError) return error.code;
    throw error;
  }
  return "nothing thrown";
}

describe("durations", () => {
  it.each([
    ["0s", 0],
    ["250ms", 250],
    ["30m", 1_800_000],
    ["24h", 86_400_000],
    ["1h30m", 5_400_000],
    ["2d", 172_800_000],
  ])("%s is %i ms", (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(["", "30", "m", "-5m", "1.5h", "5 m", "1w", "99999d", "1h/s"])("refuses %j", (text) => {
    expect(codeOf(() => parseDuration(text))).toBe("config_duration_malformed");
  });

  it("never exceeds its limit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000_000 }), fc.constantFrom("ms", "s", "m", "h", "d"), (count, unit) => {
        try {
          expect(parseDuration(`${count}${unit}`)).toBeLessThanOrEqual(DURATION_MAX_MS);
        } catch (error) {
          expect(error).toBeInstanceOf(TidegateError);
        }
      }),
    );
  });
});

it("reads speeds as hours of treasury time per second", () => {
  expect(parseSpeed("1h/s")).toBe(1);
  expect(parseSpeed("30m/s")).toBe(0.5);
  expect(parseSpeed("1s/s") * 3_600).toBeCloseTo(1);
  for (const text of ["1h", "0s/s", "fast", "/s"])
    expect(codeOf(() => parseSpeed(text))).toBe("config_duration_malformed");
});

it("reads shares as exact parts per million", () => {
  expect(parseShare("0.5%")).toBe(5_000);
  expect(parseShare("100 %")).toBe(1_000_000);
  expect(parseShare("0.0001%")).toBe(1);
  for (const text of ["0.5", "101%", "-1%", "0.00001%", "%"]) {
    expect(codeOf(() => parseShare(text))).toBe("config_share_malformed");
  }
});

describe("amounts", () => {
  it("are inverse to printing", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), (units) => {
        expect(parseAmount(printAmount(USDT, units), USDT)).toBe(units);
      }),
    );
  });

  it.each([
    ["10000", "config_amount_malformed"],
    ["USDT", "config_amount_malformed"],
    ["ten USDT", "config_amount_malformed"],
    ["-1 USDT", "config_amount_malformed"],
    ["1,000 USDT", "config_amount_malformed"],
    ["1e6 USDT", "config_amount_malformed"],
    ["1 USDT now", "config_amount_malformed"],
    ["1 BTC", "config_amount_wrong_asset"],
    ["0.0000001 USDT", "config_amount_too_precise"],
    [`${"9".repeat(78)} USDT`, "config_amount_too_large"],
  ])("%j is refused with %s", (text, code) => {
    expect(codeOf(() => parseAmount(text, USDT))).toBe(code);
  });
});
