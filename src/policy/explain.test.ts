import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amountText } from "../money/index.ts";
import { counterfactualOf, SENTENCES, sentenceOf } from "./explain.ts";
import { finding, verdictOf } from "./finding.ts";
import { USDT } from "./fixtures.ts";
import { instantText } from "./instant_text.ts";
import { durationText, namesText, shareText } from "./text.ts";
import type { ReasonCode } from "./types.ts";

fc.configureGlobal({ seed: 1 });

const CODES = Object.keys(SENTENCES) as ReasonCode[];

describe("sentences", () => {
  it.each(CODES)("%s is a sentence, with and without facts", (code) => {
    const facts = { observed: "OBSERVED", limit: "LIMIT", detail: "DETAIL" };
    const sentence = sentenceOf(code, facts);
    expect(sentence).toMatch(/\.$/);
    expect(sentence).not.toContain("undefined");
    expect(sentenceOf(code, { observed: null, limit: null, detail: null })).not.toMatch(/null|undefined/);
    expect(counterfactualOf(code, facts) ?? "Nothing more to say.").toMatch(/^(Would|Blocked|Nothing).*\.$/);
  });

  it("puts the facts where they belong", () => {
    expect(sentenceOf("below_low", { observed: "4.9 BTC (4.90 %)", limit: "5 BTC (5.00 %)", detail: null })).toBe(
      "Liquidity is 4.9 BTC (4.90 %); the low level is 5 BTC (5.00 %).",
    );
    expect(counterfactualOf("window_exhausted", { observed: null, limit: null, detail: "2027-01-15T14:20:00Z" })).toBe(
      "Blocked by the window limit until 2027-01-15T14:20:00Z.",
    );
  });
});

describe("verdictOf", () => {
  it("is the strongest effect, and a block in an emergency calls people", () => {
    const of = (...effects: ("none" | "hold" | "wait" | "blocked")[]) =>
      effects.map((effect) => finding("mode_advise", effect, "mode"));
    expect(verdictOf(of(), "normal")).toBe("move");
    expect(verdictOf(of("none"), "emergency")).toBe("move");
    expect(verdictOf(of("none", "hold"), "normal")).toBe("hold");
    expect(verdictOf(of("wait", "hold"), "emergency")).toBe("wait");
    expect(verdictOf(of("wait", "blocked"), "urgent")).toBe("blocked");
    expect(verdictOf(of("blocked", "hold"), "emergency")).toBe("escalate");
  });
});

describe("texts", () => {
  it("writes amounts without idle zeros, and names without end", () => {
    expect(amountText(USDT, 1_500_000n)).toBe("1.5 USDT");
    expect(amountText(USDT, 10_000_000n)).toBe("10 USDT");
    expect(amountText({ id: "JPY", decimals: 0 }, 1_000n)).toBe("1,000 JPY");
    expect(shareText(USDT, 497n, 10_000n)).toBe("0.000497 USDT (4.97 %)");
    expect(shareText(USDT, 5n, 0n)).toBe("0.000005 USDT");
    expect(namesText(["a", "b"])).toBe("a, b");
    expect(namesText(["a", "b", "c", "d", "e", "f", "g"])).toBe("a, b, c, d, e and 2 more");
    expect([20_000, 5_400_000, 7_200_000, -1].map(durationText)).toEqual(["20 s", "90 min", "2 h", "0 s"]);
  });

  it("writes every instant as the calendar has it", () => {
    expect(instantText(0)).toBe("1970-01-01T00:00:00Z");
    expect(instantText(951_827_696_789)).toBe("2000-02-29T12:34:56Z");
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (instant) => {
        expect(instantText(instant)).toBe(`${new Date(instant).toISOString().slice(0, 19)}Z`);
      }),
    );
    for (const odd of [Number.NaN, -1, Number.POSITIVE_INFINITY, 253_402_300_800_000]) {
      expect(instantText(odd)).toBe("never");
    }
  });
});
