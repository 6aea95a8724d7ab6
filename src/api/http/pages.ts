/** Cursors: opaque, and nothing but the sort key of the last row that was given. */
import { z } from "zod";
import { ApiError } from "../errors.ts";

const CursorSchema = z.tuple([z.number().int(), z.string().max(200)]);

/** Position in a list that is sorted by an instant and then by id, newest first. */
export interface Cursor {
  readonly at: number;
  readonly id: string;
}

export function writeCursor({ at, id }: Cursor): string {
  return Buffer.from(JSON.stringify([at, id])).toString("base64url");
}

/** @throws ApiError api_cursor_malformed */
export function readCursor(text: string): Cursor {
  try {
    const [at, id] = CursorSchema.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
    return { at, id };
  } catch {
    throw new ApiError("api_cursor_malformed", "This cursor is not one of ours; start again without one.");
  }
}

export interface Page<T> {
  readonly rows: readonly T[];
  readonly next_cursor: string | null;
}

interface PageInput<T> {
  readonly cursor: string | undefined;
  readonly limit: number;
  readonly keyOf: (row: T) => Cursor;
  /** At most `limit` rows at or before `at` (null: from the newest), sorted by instant then id, both descending. */
  readonly fetch: (at: number | null, limit: number) => Promise<readonly T[]>;
}

/** Rows that share the cursor's instant and were already given; more than this in one instant cannot be paged over. */
const SAME_INSTANT_MAX = 2_000;

/** One page, newest first, that neither repeats nor loses rows of equal instants. */
export async function readPage<T>({ cursor, limit, keyOf, fetch }: PageInput<T>): Promise<Page<T>> {
  const from = cursor === undefined ? null : readCursor(cursor);
  const rows = await fetch(from?.at ?? null, from === null ? limit + 1 : limit + 1 + SAME_INSTANT_MAX);
  const fresh = from === null ? rows : rows.filter((row) => isAfter(keyOf(row), from));
  const page = fresh.slice(0, limit);
  const last = page.at(-1);
  const more = fresh.length > limit && last !== undefined;
  return { rows: page, next_cursor: more ? writeCursor(keyOf(last)) : null };
}

function isAfter(key: Cursor, from: Cursor): boolean {
  return key.at < from.at || (key.at === from.at && key.id < from.id);
}
