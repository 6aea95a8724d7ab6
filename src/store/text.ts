/** Text as PostgreSQL keeps it: no NUL, well-formed, bounded, ordered by code point (`collate "C"`). */
import { StoreError } from "./errors.ts";

/** UTF-16 units of one text value. */
export const TEXT_LENGTH_MAX = 1_000_000;
/** UTF-16 units of a text in a key, unique constraint or index: an entry of a B-tree holds at most 2,704 bytes. */
export const INDEXED_TEXT_LENGTH_MAX = 400;

/**
 * The text itself, when a text column can hold it.
 * @throws StoreError store_invalid_value
 */
export function checkText(value: string, where: string, length_max = TEXT_LENGTH_MAX): string {
  if (value.length > length_max) {
    throw invalid(where, `is ${value.length} characters long; at most ${length_max} can be stored there`);
  }
  if (value.includes("\u0000")) throw invalid(where, "holds a NUL character, which cannot be stored");
  if (!value.isWellFormed()) throw invalid(where, "holds half a character (a lone surrogate), which cannot be stored");
  return value;
}

/** Negative, zero or positive, by code point; plain `<` compares UTF-16 units and misplaces the astral characters. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointRank(x) - codePointRank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above every other unit. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function invalid(where: string, what: string): StoreError {
  return new StoreError("store_invalid_value", `The text of ${where} ${what}.`, { where });
}
