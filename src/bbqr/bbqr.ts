/**
 * A file as a series of QR codes: BBQr, the open format of several signing devices (github.com/coinkite/BBQr). Each part says "B$", its
 * encoding, its kind of file, how many parts there are and which one it is, both in base 36; then Base32 of a piece of the file. Parts
 * may be read in any order. Pure.
 */
import { TidegateError } from "../errors/index.ts";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const PARTS_MAX = 1_295;
const HEADER = /^B\$([2H])([A-Z])([0-9A-Z]{2})([0-9A-Z]{2})([A-Z0-9]+)$/;
/** Five bytes are eight letters: a part ends between them, so that each can be decoded alone. */
const GROUP_BYTES = 5;
/** A code of this many letters is read by a camera at arm's length. */
const PART_BYTES = 200;
const BYTES_MAX = PARTS_MAX * PART_BYTES;

/** `kind`: P is a PSBT, T a transaction. @throws TidegateError bbqr_too_large @example toBbqr(psbt, "P") // ["B$2P0200…", "B$2P0201…"] */
export function toBbqr(bytes: Uint8Array, kind: "P" | "T"): string[] {
  if (bytes.length > BYTES_MAX) {
    throw new TidegateError(
      "invalid",
      "bbqr_too_large",
      `${bytes.length} bytes are too many for QR codes; hand the file over.`,
    );
  }
  const count = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
  return Array.from({ length: count }, (_, at) => {
    const piece = bytes.slice(at * PART_BYTES, (at + 1) * PART_BYTES);
    return `B$2${kind}${base36(count)}${base36(at)}${toBase32(piece)}`;
  });
}

/**
 * The file that the parts make; in any order, repeated or not, separated by white space.
 * @throws TidegateError bbqr_malformed, with what is missing
 */
export function fromBbqr(text: string): Uint8Array {
  const parts = new Map<number, Uint8Array>();
  let expected: number | null = null;
  for (const part of text.trim().split(/\s+/)) {
    const [, encoding, , total = "", place = "", body = ""] = HEADER.exec(part) ?? [];
    const count = Number.parseInt(total, 36);
    const at = Number.parseInt(place, 36);
    if (encoding === undefined || at >= count) throw malformed("one of its parts is none");
    if (expected !== null && expected !== count) throw malformed("its parts are of different series");
    expected = count;
    parts.set(at, encoding === "H" ? fromHex(body) : fromBase32(body));
  }
  const missing = Array.from({ length: expected ?? 0 }, (_, at) => at).filter((at) => !parts.has(at));
  if (missing.length > 0) throw malformed(`part ${missing.map((at) => at + 1).join(", ")} of ${expected} is missing`);
  const sorted = [...parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes);
  return Uint8Array.from(sorted.flatMap((bytes) => [...bytes]));
}

export function isBbqr(text: string): boolean {
  return text.trimStart().startsWith("B$");
}

function toBase32(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += GROUP_BYTES) {
    const group = bytes.slice(at, at + GROUP_BYTES);
    const value =
      group.reduce((sum, byte) => (sum << 8n) + BigInt(byte), 0n) << BigInt(8 * (GROUP_BYTES - group.length));
    const letters = Math.ceil((group.length * 8) / 5);
    for (let letter = 0; letter < letters; letter += 1)
      text += BASE32[Number((value >> BigInt(35 - 5 * letter)) & 31n)];
  }
  return text;
}

function fromBase32(text: string): Uint8Array {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const letter of text) {
    const digit = BASE32.indexOf(letter);
    if (digit < 0) throw malformed(`"${letter}" is no letter of it`);
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >> bits) & 0xff);
  }
  return Uint8Array.from(bytes);
}

function fromHex(text: string): Uint8Array {
  if (!/^(?:[0-9A-F]{2})+$/.test(text)) throw malformed("one of its parts is not hex");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function base36(value: number): string {
  return value.toString(36).toUpperCase().padStart(2, "0");
}

function malformed(why: string): TidegateError {
  return new TidegateError("invalid", "bbqr_malformed", `This is no complete series of QR codes: ${why}.`);
}
