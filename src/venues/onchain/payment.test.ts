import fc from "fast-check";
import { concatHex, encodeFunctionData, erc20Abi, getAddress, type Hex, numberToHex, pad } from "viem";
import { describe, expect, it } from "vitest";
import { decodePayment, encodePayment } from "./payment.ts";
import { createRegistry } from "./registry.ts";

const TOKEN = getAddress("0xdac17f958d2ee523a2206206994597c13d831ec7");
const TO = getAddress("0x70997970c51812dc3a010c7d01b50e0d17dc79c8");
const registry = createRegistry(
  "ethereum",
  new Map([
    ["USDT", { id: "USDT", decimals: 6 }],
    ["ETH", { id: "ETH", decimals: 18 }],
  ]),
  [
    { id: "usdt-ethereum", asset: "USDT", network: "ethereum", contract: TOKEN, decimals: 6 },
    { id: "eth-ethereum", asset: "ETH", network: "ethereum", contract: null, decimals: 18 },
    { id: "usdt-tron", asset: "USDT", network: "tron", contract: "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", decimals: 6 },
  ],
);
const usdt = registry.ofAsset("USDT");
const address = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => getAddress(`0x${Buffer.from(bytes).toString("hex")}`));
const units = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
const good = encodePayment(usdt, TO, 5_000000n);
const denied = expect.objectContaining({ code: "venue_policy_denied" });

const attempt = (call: typeof good): unknown => {
  try {
    return decodePayment(registry, call);
  } catch (error) {
    return error;
  }
};

describe("a payment", () => {
  it("reads back exactly as it was written, for any address and amount", () => {
    fc.assert(
      fc.property(address, units, fc.constantFrom("USDT", "ETH"), (to, amount, asset) => {
        const item = registry.ofAsset(asset);
        expect(decodePayment(registry, encodePayment(item, to, amount))).toEqual({
          item,
          destination: to,
          chain_units: amount,
        });
      }),
    );
  });

  it("is refused or read as something else when any byte of its call data changes", () => {
    fc.assert(
      fc.property(fc.nat(67), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = Buffer.from(good.data.slice(2), "hex");
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        const result = attempt({ ...good, data: `0x${bytes.toString("hex")}` });
        expect(result).not.toEqual({ item: usdt, destination: TO, chain_units: 5_000000n });
      }),
    );
  });

  const approve = encodeFunctionData({ abi: erc20Abi, functionName: "approve", args: [TO, 1n] });
  const pull = encodeFunctionData({ abi: erc20Abi, functionName: "transferFrom", args: [TO, TO, 1n] });

  it.each<[string, typeof good]>([
    ["approve instead of transfer", { ...good, data: approve }],
    ["transferFrom", { ...good, data: pull }],
    ["coin beside the token", { ...good, value: 1n }],
    ["coin with call data to a stranger", { to: TO, value: 1n, data: "0x00" }],
    ["a token nobody registered", { ...good, to: TO }],
    ["one byte more", { ...good, data: concatHex([good.data, "0x00"]) }],
    ["one byte less", { ...good, data: good.data.slice(0, -2) as Hex }],
    [
      "dirt above the address",
      {
        ...good,
        data: concatHex([
          "0xa9059cbb",
          pad(numberToHex(BigInt(TO) + 2n ** 160n), { size: 32 }),
          pad("0x01", { size: 32 }),
        ]),
      },
    ],
  ])("is refused: %s", (_, hostile) => {
    expect(attempt(hostile)).toEqual(denied);
  });

  it("knows instruments of its own network only", () => {
    expect(registry.all.map((item) => item.instrument.id)).toEqual(["usdt-ethereum", "eth-ethereum"]);
    expect(() => registry.ofAsset("BTC")).toThrow("BTC has no instrument on ethereum");
  });
});
