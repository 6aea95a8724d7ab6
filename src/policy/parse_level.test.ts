import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TidegateError } from "../errors/index.ts";
import { compareRatios, printDecimal, ratio } from "../money/index.ts";
import { USD, USDT } from "./fixtures.ts";
import { isProfileName, LEVEL_NAMES, PROFILES, parseLevel, resolveLevels } from "./index.ts";

fc.configureGlobal({ seed: 1 });

const parse = (text: string) => parseLevel(text, { asset: USDT, currency: USD });
const codeOf = (text: string): string => {
  try {
    return parse(text).kind;
  } catch (error) {
    return error instanceof TidegateError ? error.code : "threw something else";
  }
};

describe("parseLevel", () => {
  it("reads a share, an amount and a value", () => {
    const share = parse("5%");
    expect(share.kind === "percent" && compareRatios(share.share, ratio(1n, 20n))).toBe(0);
    expect(parse("150000 USDT")).toEqual({ kind: "amount", units: 150_000_000_000n, text: "150000 USDT" });
    expect(parse("10000.50 USD")).toEqual({
      kind: "value",
      value: 1_000_050n,
      currency: "USD",
      text: "10000.50 USD",
    });
  });

  it("forgives spaces around and between", () => {
    expect([parse(" 4.97 % "), parse("1  USDT")].map((level) => level.text)).toEqual(["4.97%", "1 USDT"]);
  });

  it("reads what a forecast must cover", () => {
    expect(parse("cover 24h at p99")).toEqual({
      kind: "cover",
      horizon_ms: 86_400_000,
      quantile_ppm: 990_000,
      text: "cover 24h at p99",
    });
    expect(parse("cover  lead time at p99.5")).toMatchObject({ horizon_ms: null, quantile_ppm: 995_000 });
    expect(parse("cover 2d at p50")).toMatchObject({ horizon_ms: 172_800_000, quantile_ppm: 500_000 });
  });

  it("reads the larger and the smaller of some", () => {
    const level = parse("max( 5%,cover 24h at p99 , 1000 USDT)");
    expect(level.text).toBe("max(5%, cover 24h at p99, 1000 USDT)");
    expect(level.kind === "max" && level.of.map((one) => one.kind)).toEqual(["percent", "cover", "amount"]);
    expect(parse("min(5%, 10 USD)").kind).toBe("min");
    expect(parse(level.text)).toEqual(level);
  });

  it.each([
    ["max(5%)", "level_malformed"],
    ["max(1%, 2%, 3%, 4%, 5%)", "level_malformed"],
    ["max(5%, min(1%, 2%))", "level_malformed"],
    ["max(5%, )", "level_malformed"],
    ["avg(5%, 6%)", "level_malformed"],
    ["cover 24h", "level_malformed"],
    ["cover 0h at p99", "level_malformed"],
    ["cover 900d at p99", "level_malformed"],
    ["cover 24h at p49", "level_malformed"],
    ["cover 24h at p100", "level_malformed"],
    ["cover 24 hours at p99", "level_malformed"],
    ["max(5%, 1 BTC)", "level_unit_unknown"],
    ["", "level_malformed"],
    ["5", "level_malformed"],
    ["%", "level_malformed"],
    ["-5%", "level_malformed"],
    ["101%", "level_malformed"],
    ["5 percent", "level_unit_unknown"],
    ["5 usdt", "level_unit_unknown"],
    ["5 BTC", "level_unit_unknown"],
    ["1e3 USDT", "level_malformed"],
    ["1,000 USDT", "level_malformed"],
    ["٥%", "level_malformed"],
    ["NaN USDT", "level_malformed"],
    ["Infinity USD", "level_malformed"],
    ["1.0000001 USDT", "amount_too_precise"],
    ["0.001 USD", "amount_too_precise"],
    [`${"9".repeat(200)}%`, "level_malformed"],
    [`1 ${"x".repeat(200)}`, "level_malformed"],
  ])("refuses %j with %s", (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it("never throws anything but a coded error", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 140 }), (text) => {
        expect(codeOf(text)).not.toBe("threw something else");
      }),
    );
  });

  it("reads back the amounts it prints", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), (units) => {
        expect(parse(`${printDecimal(units, 6)} USDT`)).toMatchObject({ kind: "amount", units });
      }),
    );
  });
});

describe("PROFILES", () => {
  it.each([
    ["custody-10-90", "at", ["2%", "5%", "10%", "15%", "20%"]],
    ["terminal-40", "beyond", ["25%", "35%", "40%", "45%", "55%"]],
  ] as const)("%s", (name, trigger, texts) => {
    const profile = PROFILES[name];
    expect(profile.trigger).toBe(trigger);
    expect(LEVEL_NAMES.map((level) => profile.levels[level].text)).toEqual(texts);
    const outcome = resolveLevels(
      { ...profile, floor: null, model: null },
      { total: 10_000n, decimals: 6, price: null, forecast: null },
    );
    expect(outcome.ok).toBe(true);
  });

  it("knows its own names and no inherited ones", () => {
    expect(["terminal-40", "custody-10-90", "toString", "__proto__", "dual"].map(isProfileName)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
