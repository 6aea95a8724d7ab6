import { describe, expect, it } from "vitest";
import { CoinRegistry } from "./coins.ts";
import { BitgoOptions } from "./options.ts";
import { readSigningQuestion } from "./signing_question.ts";

const SECRET = "sixteen-or-more-chars";
const WALLET = "0a".repeat(16);
const { coins } = BitgoOptions.parse({
  access_token: "v2x-token",
  enterprise: "00".repeat(16),
  coins: [
    { coin: "btc", instrument: "btc", fee: "utxo", confirmations: 6 },
    { coin: "usdt", wallet_coin: "eth", instrument: "usdt", fee: "elsewhere", confirmations: 64 },
  ],
});
const registry = new CoinRegistry("bitgo", coins, {
  assets: new Map([
    ["BTC", { id: "BTC", decimals: 8 }],
    ["USDT", { id: "USDT", decimals: 18 }],
  ]),
  instruments: [
    { id: "btc", asset: "BTC", network: "bitcoin", contract: null, decimals: 8 },
    { id: "usdt", asset: "USDT", network: "ethereum", contract: "0x", decimals: 6 },
  ],
});
const ASKED = {
  walletId: WALLET,
  ruleId: "r",
  spendAmount: "150",
  approvalCount: 0,
  halfSignedTx: "00ff",
  outputs: [
    { outputAddress: "bc1q-hot", outputWallet: null, value: "150" },
    { outputAddress: "bc1q-change", outputWallet: WALLET, value: 850 },
  ],
};
const read = (asked: unknown, secret = SECRET, expected: string | undefined = SECRET, accounts = [`btc/${WALLET}`]) =>
  readSigningQuestion(Buffer.from(JSON.stringify(asked)), secret, expected, registry, accounts);

describe("readSigningQuestion", () => {
  it("reads who would be paid what, without the change, in our units", () => {
    const outputs = [{ address: "bc1q-hot", memo: null, amount: 150n }];
    expect(read(ASKED)).toMatchObject({ account: `btc/${WALLET}`, asset: "BTC", outputs });
    const token = { ...ASKED, coin: "usdt", outputs: [{ outputAddress: "0xhot", value: "5" }] };
    expect(read(token).outputs).toEqual([{ address: "0xhot", memo: null, amount: 5n * 10n ** 12n }]);
  });

  it.each(["dt", "memoId"])("keeps the memo behind the address (%s): it decides who is paid", (name) => {
    const asked = { ...ASKED, outputs: [{ outputAddress: `rExchange?${name}=77`, value: "150" }] };
    expect(read(asked).outputs).toEqual([{ address: "rExchange", memo: "77", amount: 150n }]);
  });

  it("knows a transaction again, and another from it", () => {
    expect(read(ASKED).fingerprint).toBe(read({ ...ASKED, approvalCount: 1 }).fingerprint);
    expect(read(ASKED).fingerprint).not.toBe(read({ ...ASKED, halfSignedTx: "00fe" }).fingerprint);
    // What two payments may share is no name of either.
    const typed = { txType: "normal", ...ASKED };
    expect(read(typed).fingerprint).not.toBe(read({ ...typed, halfSignedTx: "00fe" }).fingerprint);
    expect(read({ ...ASKED, halfSignedTx: undefined, spendAmount: "1" }).fingerprint).not.toBe(
      read({ ...ASKED, halfSignedTx: undefined }).fingerprint,
    );
  });

  it("reads nothing from whoever lacks the secret, and nothing at all where none is configured", () => {
    expect(() => read(ASKED, "guess")).toThrow(/secret/);
    expect(() => readSigningQuestion(Buffer.from("{}"), "", undefined, registry, [])).toThrow(/secret/);
  });

  it("refuses what is no question, and wallets whose coin is not certain", () => {
    expect(() => read({ walletId: WALLET })).toThrow(/no question/);
    expect(() => read({ ...ASKED, outputs: [{ outputAddress: "a", value: "1.5" }] })).toThrow(/no question/);
    expect(() => read({ ...ASKED, outputs: [{ outputAddress: "a", value: "-1" }] })).toThrow(/no question/);
    expect(() => read(ASKED, SECRET, SECRET, [`btc/${WALLET}`, `usdt/${WALLET}`])).toThrow(/not configured/);
    expect(() => read(ASKED, SECRET, SECRET, [])).toThrow(/not configured/);
  });
});
