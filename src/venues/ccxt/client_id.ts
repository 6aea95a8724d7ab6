/**
 * Our reference as a client id of an exchange, and back: at most 32 letters and digits (OKX's limit, the narrowest). A reference is a
 * prefix and a UUID; the prefix stands in front and the UUID's 128 bits follow in base 36. Kraken wants a UUID for orders.
 */
const REFERENCE = /^([a-z]{1,6})_([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/;
const BASE = 36;
/** 36^25 > 2^128. */
const DIGITS = 25;
const HEX_DIGITS = 32;

/**
 * Null for a reference of another form: nothing is guessed.
 * @example toClientId("trf_0199f2c1-7b3e-7001-9a50-5f3c2d1e0b7a") // "trf" and 25 digits
 */
export function toClientId(reference: string): string | null {
  const match = REFERENCE.exec(reference);
  if (!match) return null;
  const [, prefix = "", ...parts] = match;
  return (
    prefix +
    BigInt(`0x${parts.join("")}`)
      .toString(BASE)
      .padStart(DIGITS, "0")
  );
}

/** Null for a client id that is not ours. */
export function fromClientId(client_id: string): string | null {
  const match = /^([a-z]{1,6}?)([0-9a-z]{25})$/.exec(client_id);
  if (!match) return null;
  const [, prefix = "", digits = ""] = match;
  let value = 0n;
  for (const digit of digits) value = value * BigInt(BASE) + BigInt(Number.parseInt(digit, BASE));
  const hex = value.toString(16).padStart(HEX_DIGITS, "0");
  if (hex.length > HEX_DIGITS) return null;
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  return `${prefix}_${uuid}`;
}

/** What lending writes before the UUID of an order of ours. */
const ORDER_PREFIX = "ord";

/** Of an order that carries a UUID alone; null for what is none. Whether it is one of ours the store knows. */
export function orderOfUuid(uuid: string): string | null {
  const reference = `${ORDER_PREFIX}_${uuid}`;
  return REFERENCE.test(reference) ? reference : null;
}

/** The UUID alone, for exchanges that take nothing else. */
export function toUuid(reference: string): string | null {
  return REFERENCE.test(reference) ? reference.slice(reference.indexOf("_") + 1) : null;
}
