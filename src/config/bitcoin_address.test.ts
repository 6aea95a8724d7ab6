/** Bitcoin addresses by checksum and network, against a second implementation. */
import { Address, NETWORK, TEST_NETWORK } from "@scure/btc-signer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkAddress } from "./addresses.ts";
import { readBitcoinAddress } from "./bitcoin_address.ts";

const CHAINS = [
  ["bc", NETWORK],
  ["tb", TEST_NETWORK],
  ["bcrt", { ...TEST_NETWORK, bech32: "bcrt" }],
] as const;
const KINDS = [
  ["wpkh", 20],
  ["wsh", 32],
  ["pkh", 20],
  ["sh", 20],
] as const;
const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
const address = fc
  .tuple(fc.constantFrom(...CHAINS), fc.constantFrom(...KINDS), bytes)
  .map(([[prefix, chain], [type, length], hash]) => ({
    prefix,
    text: Address(chain).encode({ type, hash: hash.slice(0, length) } as never),
  }));

describe("a Bitcoin address", () => {
  it("is read with its network, as another implementation writes it", () => {
    fc.assert(
      fc.property(address, ({ prefix, text }) => {
        expect(readBitcoinAddress(text)?.prefixes).toContain(prefix);
      }),
    );
  });

  it("with one character changed is none", () => {
    const digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    fc.assert(
      fc.property(address, fc.nat(), fc.constantFrom(...digits), ({ text }, place, digit) => {
        const at = 5 + (place % (text.length - 5));
        if (text[at] === digit) return;
        expect(readBitcoinAddress(text.slice(0, at) + digit + text.slice(at + 1))).toBeNull();
      }),
    );
  });

  it.each([
    ["BIP 350, Bech32m", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", true],
    ["BIP 350, Bech32 where Bech32m is due", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", false],
    ["BIP 173, upper case", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", false],
    ["BIP 84", "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu", true],
    ["nothing", "", false],
  ])("%s", (_, text, good) => {
    expect(readBitcoinAddress(text) !== null).toBe(good);
  });

  it.each([
    [
      "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",
      "config_address_malformed",
      "of bitcoin-testnet or bitcoin-testnet4",
    ],
    ["0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "config_address_malformed", "an EVM chain"],
    ["bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyv", "config_address_checksum", "mistyped"],
    ["TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "config_address_checksum", "another chain"],
    ["treasury", "config_address_malformed", "begin with bc1"],
  ])("is refused with the reason: %s", (text, code, words) => {
    const check = () => checkAddress("bitcoin", text);
    expect(check).toThrow(words);
    expect(check).toThrow(expect.objectContaining({ code }));
  });

  it("of a sandbox names itself", () => {
    expect(() => checkAddress("bitcoin", "sandbox:bitcoin:chain-btc")).not.toThrow();
  });
});
