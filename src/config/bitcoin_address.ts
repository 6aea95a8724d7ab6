/** Reads a Bitcoin address as far as its checksum and its network: Bech32 and Bech32m (BIP 173, BIP 350), and Base58Check. Pure. */
import { sha256 } from "@noble/hashes/sha2.js";

/** Prefix of SegWit addresses by the name of the network. */
export const BITCOIN_PREFIXES: ReadonlyMap<string, string> = new Map([
  ["bitcoin", "bc"],
  ["bitcoin-testnet", "tb"],
  ["bitcoin-testnet4", "tb"],
  ["bitcoin-signet", "tb"],
  ["bitcoin-regtest", "bcrt"],
]);

const BECH32_DIGITS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const BASE58_DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const ADDRESS_LENGTH_MAX = 90;
const BECH32 = 1;
const BECH32M = 0x2bc830a3;
/** BIP 173: the polynomial of its checksum. */
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
/** A version byte, 20 bytes, and four of the checksum. */
const BASE58_BYTES = 25;
/** Version bytes of Base58Check addresses, with the prefixes of the networks that use them. */
const BASE58_VERSIONS: Readonly<Record<number, readonly string[]>> = {
  0: ["bc"],
  5: ["bc"],
  111: ["tb", "bcrt"],
  196: ["tb", "bcrt"],
};

export interface BitcoinAddress {
  /** Of the networks that it can belong to. */
  readonly prefixes: readonly string[];
}

/** Null: it is no Bitcoin address, or a character is wrong. */
export function readBitcoinAddress(address: string): BitcoinAddress | null {
  if (address.length > ADDRESS_LENGTH_MAX) return null;
  const separator = address.lastIndexOf("1");
  const prefix = address.slice(0, separator);
  const is_segwit = [...BITCOIN_PREFIXES.values()].includes(prefix);
  return is_segwit ? readSegwit(prefix, address.slice(separator + 1)) : readBase58(address);
}

function readSegwit(prefix: string, data: string): BitcoinAddress | null {
  const digits = Array.from(data, (digit) => BECH32_DIGITS.indexOf(digit));
  const [version = 32] = digits;
  if (digits.includes(-1) || digits.length < 8 || version > 16) return null;
  const codes = Array.from(prefix, (letter) => letter.charCodeAt(0));
  const text = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...digits];
  if (checksum(text) !== (version === 0 ? BECH32 : BECH32M)) return null;
  const bits = (digits.length - 7) * 5;
  const bytes = Math.floor(bits / 8);
  const rest = bits % 8;
  const padding = (digits.at(-7) ?? 0) & ((1 << rest) - 1);
  const fits = version === 0 ? bytes === 20 || bytes === 32 : bytes >= 2 && bytes <= 40;
  return fits && rest < 5 && padding === 0 ? { prefixes: [prefix] } : null;
}

/** BIP 173. */
function checksum(values: readonly number[]): number {
  let check = 1;
  for (const value of values) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    for (const [bit, word] of GENERATOR.entries()) if ((top >>> bit) & 1) check ^= word;
  }
  return check >>> 0;
}

function readBase58(address: string): BitcoinAddress | null {
  const prefixes = BASE58_VERSIONS[base58Version(address) ?? -1];
  return prefixes === undefined ? null : { prefixes };
}

/** The version byte of a Base58Check address of 20 bytes: four bytes of a double SHA-256 stand behind the rest. Null: it is none. */
export function base58Version(address: string): number | null {
  if (address.length > ADDRESS_LENGTH_MAX) return null;
  let value = 0n;
  for (const digit of address) {
    const at = BASE58_DIGITS.indexOf(digit);
    if (at < 0) return null;
    value = value * 58n + BigInt(at);
  }
  const bytes = Buffer.from(value.toString(16).padStart(BASE58_BYTES * 2, "0"), "hex");
  // Each zero byte in front is written as one "1".
  const zeros = /^1*/.exec(address)?.[0].length ?? 0;
  if (bytes.length !== BASE58_BYTES || bytes.findIndex((byte) => byte !== 0) !== zeros) return null;
  const expected = sha256(sha256(bytes.subarray(0, -4)));
  const whole = bytes.subarray(-4).every((byte, at) => byte === expected[at]);
  return whole ? (bytes[0] ?? null) : null;
}
