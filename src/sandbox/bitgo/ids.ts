/** Ids as BitGo writes them: 32 hex characters; hashes and addresses that look like the coin's. All follow from a counter. */
import { createHash } from "node:crypto";

export const ID_PATTERN: RegExp = /^[0-9a-f]{32}$/;

export function hexOf(...parts: readonly (string | number)[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex");
}

export function idOf(...parts: readonly (string | number)[]): string {
  return hexOf(...parts).slice(0, 32);
}

/** An address of the fake's own: recognisable, and of the coin it belongs to. */
export function addressOf(coin: string, ...parts: readonly (string | number)[]): string {
  const body = hexOf("address", coin, ...parts).slice(0, 40);
  return coin === "eth" ? `0x${body}` : `fake-${coin}-${body}`;
}
