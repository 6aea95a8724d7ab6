/** A digest in the two forms people compare: groups of four, and a short form for tables. */

/** @example groupHex("a1b2c3d4e5f6") // "a1b2 c3d4 e5f6" */
export function groupHex(hex: string): string {
  return hex.match(/.{1,4}/g)?.join(" ") ?? "";
}

/** First 4x4 hex digits: what is read out over a second channel. */
export function shortDigest(hex: string): string {
  return groupHex(hex.slice(0, 16));
}

/** Long ids and hashes in tables; the whole value belongs in the title. */
export function middle(text: string, keep = 6): string {
  return text.length <= keep * 2 + 1 ? text : `${text.slice(0, keep)}\u2026${text.slice(-keep)}`;
}
