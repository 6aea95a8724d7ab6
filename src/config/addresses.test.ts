import fc from "fast-check";
import { getAddress } from "viem";
import { describe, expect, it } from "vitest";
import { TidegateError } from "../errors/index.ts";
import { checkAddress, checksumAddress } from "./addresses.ts";

const TETHER = "0xdAC17F958D2ee523a2206206994597C13D831ec7";

function codeOf(network: string, address: string): string | null {
  try {
    checkAddress(network, address);
    return null;
  } catch (error) {
    if (error instanceof TidegateError) return error.code;
    throw error;
  }
}

describe("EIP-55", () => {
  it("agrees with viem on any address", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
        const address = `0x${Buffer.from(bytes).toString("hex")}` as const;
        expect(checksumAddress(address)).toBe(getAddress(address));
      }),
    );
  });

  it("accepts the checksummed form only", () => {
    expect(codeOf("ethereum", TETHER)).toBeNull();
    expect(codeOf("ethereum", TETHER.toLowerCase())).toBe("config_address_checksum");
    expect(codeOf("ethereum", TETHER.replace("dAC", "DAC"))).toBe("config_address_checksum");
  });

  it("does not hand out the right form of a mistyped address", () => {
    const mistyped = TETHER.replace("17F", "71F");
    expect(() => checkAddress("ethereum", mistyped)).toThrow(/mistyped/);
    expect(() => checkAddress("ethereum", TETHER.toLowerCase())).toThrow(TETHER);
  });
});

it("demands the shape of an EVM address on EVM networks, and its checksum wherever one is used", () => {
  expect(codeOf("ethereum", "0x1234")).toBe("config_address_malformed");
  expect(codeOf("base", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t")).toBe("config_address_malformed");
  expect(codeOf("ethereum", "sandbox:ethereum:hot-usdt")).toBeNull();
  expect(codeOf("tron", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t")).toBeNull();
  expect(codeOf("my-devnet", TETHER.toLowerCase())).toBe("config_address_checksum");
});

it.each([
  ["tron", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", null],
  ["tron", "sandbox:tron:hot-usdt", null],
  ["tron", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6T", "config_address_checksum"],
  ["tron", "T-hot", "config_address_malformed"],
  ["tron", TETHER, "config_address_malformed"],
  ["tron", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "config_address_malformed"],
  ["ethereum", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "config_address_malformed"],
  ["ethereum", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "config_address_malformed"],
  ["bitcoin", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "config_address_checksum"],
  ["bitcoin", TETHER, "config_address_malformed"],
])("an address of another chain is none of %s: %s", (network, address, code) => {
  expect(codeOf(network, address)).toBe(code);
});
