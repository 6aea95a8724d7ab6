/** The checks a venue makes on a request: HMAC over what was sent, and the clock. Also the sandbox's own secrets. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Instant } from "../../ports/index.ts";

/**
 * Signed requests older or newer than this are refused. In treasury time: at one hour per second a real venue's minute
 * would pass within the line's own latency.
 */
const WINDOW_MS = 24 * 3_600_000;

export function hmac(secret: string, text: string, encoding: "hex" | "base64"): string {
  return createHmac("sha256", secret).update(text).digest(encoding);
}

export function sha256Hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Compares in constant time. */
export function sameText(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** True when the stamp (milliseconds, as text) is within the window around now. */
export function isTimely(stamp: string, now: Instant): boolean {
  return /^\d{1,15}$/.test(stamp) && Math.abs(Number(stamp) - now) <= WINDOW_MS;
}

/** Nothing here is worth stealing: the sandbox's secrets follow from its seed, so that they survive a restart. */
export function sandboxSecret(seed: number, venue: string, purpose: string): string {
  return sha256Hex(`sandbox secret\n${seed}\n${venue}\n${purpose}`);
}
