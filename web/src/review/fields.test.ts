import { describe, expect, it } from "vitest";
import { readFields } from "./fields.ts";

const read = (value: unknown): Record<string, string> =>
  Object.fromEntries((readFields(JSON.stringify(value), 6) ?? []).map(({ name, value: text }) => [name, text]));

describe("readFields", () => {
  it("shows every field, amounts in the asset with all digits", () => {
    expect(
      read({
        asset: "USDT",
        difference: "-250000001",
        evidence: "line",
        fee: null,
        references: ["a", "b"],
        expires_at: 0,
      }),
    ).toEqual({
      asset: "USDT",
      difference: "-250.000001 USDT",
      evidence: "line",
      fee: "none",
      references: "a\nb",
      expires_at: "1970-01-01T00:00:00.000Z",
    });
  });

  it("shows what it does not know as it stands, and never drops it", () => {
    expect(read({ later: { deep: 1 }, amount: "12x", created_at: "soon" })).toEqual({
      later: "deep 1",
      amount: "12x",
      created_at: "soon",
    });
  });

  it("shows the bounds of an envelope in the asset, its times, and every member of where it may pay", () => {
    const to = [
      { wallet: "hot", network: "tron", address: "T1", memo: null },
      { wallet: "hot", deep: { a: 1 } },
    ];
    expect(read({ asset: "USDT", amount_total: "150000000000", amount_max: "1", valid_until: 0, to })).toEqual({
      asset: "USDT",
      amount_total: "150000.000000 USDT",
      amount_max: "0.000001 USDT",
      valid_until: "1970-01-01T00:00:00.000Z",
      to: 'wallet hot, network tron, address T1, memo none\nwallet hot, deep {"a":1}',
    });
  });

  it("shows a facility's terms: amounts in its currency, collateral in its own digits, shares in per cent, times as spans", () => {
    const btc = { asset: "BTC", decimals: 8, expected: "150000000", minimum: "1000000", haircut: "2/100" };
    const levels = { initial: "100/140", warning: null, margin_call: "80/100" };
    const terms = { currency: "USD", decimals: 2, principal: "10000050", rate: "12/100", cure_ms: 86_400_000 };
    expect(read({ ...terms, levels, collateral: [btc], reason: "1/2 now" })).toEqual({
      ...{ currency: "USD", decimals: "2", principal: "100000.50 USD", rate: "12\u00a0%", cure_ms: "1d (86400000 ms)" },
      levels: "initial 71.4285\u2026\u00a0% (100/140), warning none, margin call 80\u00a0%",
      collateral: "asset BTC, decimals 8, expected 1.50000000 BTC, minimum 0.01000000 BTC, haircut 2\u00a0%",
      reason: "1/2 now",
    });
  });

  it("reads no text that is not an object", () => {
    for (const text of ["", "[]", "null", "7", "{"]) expect(readFields(text, 6)).toBeNull();
  });
});
