/**
 * The place up to which movements were read, for venues that list by when a transfer was created while it becomes a movement
 * later, when it is confirmed: the list is read again from a day back, and the cursor carries what was already told of that day.
 */
import { z } from "zod";
import type { Instant } from "../../ports/index.ts";

/** So far back the list is read again in any case: a transfer may be listed late. */
export const OVERLAP_MS: number = 24 * 3_600_000;
/** So far back a transfer that is still open is waited for; one that takes longer is found by the full reconciliation. */
export const OPEN_KEPT_MS: number = 30 * 24 * 3_600_000;
/** Most movements of the overlap that a cursor remembers; with more the overlap is shorter. */
const SEEN_MAX = 1_000;

const cursorShape = z.object({
  /** Only transfers that changed since are read. */
  since: z.number().int().nonnegative(),
  newest: z.number().int().nonnegative(),
  /** Last transfer of the page before, while a pass is under way. */
  previous: z.string().nullable(),
  /** Date of the oldest transfer of this pass that may still become a movement. */
  open: z.number().int().nonnegative().nullable().default(null),
  /** Movements told, with their times. */
  seen: z.array(z.tuple([z.string(), z.number()])),
});
export type Cursor = z.output<typeof cursorShape>;

export const START: Cursor = { since: 0, newest: 0, previous: null, open: null, seen: [] };

/** Anything that is no cursor of ours begins anew: movements are known by their ids. */
export function parseCursor(text: string | null): Cursor {
  if (text === null) return START;
  try {
    return cursorShape.safeParse(JSON.parse(text)).data ?? START;
  } catch {
    return START;
  }
}

export function printCursor(cursor: Cursor): string {
  return JSON.stringify(cursor);
}

export interface CursorPage {
  /** Movements of it that were not told before. */
  readonly told: readonly { readonly id: string; readonly at: Instant }[];
  /** Place of the next page; null: the pass is over. */
  readonly next: string | null;
  /** Dates of its transfers that may still become movements. */
  readonly open?: readonly Instant[];
}

/** The cursor after a page. What is open keeps the place behind it, so that it is told whenever it is confirmed. */
export function advanceCursor(cursor: Cursor, { told, next, open: waiting = [] }: CursorPage): Cursor {
  const newest = Math.max(cursor.newest, ...told.map(({ at }) => at));
  const open = waiting.reduce<Instant | null>((oldest, at) => Math.min(oldest ?? at, at), cursor.open);
  const oldest = Math.max(open ?? newest, newest - OPEN_KEPT_MS);
  const from = Math.max(0, Math.min(newest - OVERLAP_MS, next === null ? oldest : newest - OPEN_KEPT_MS));
  const seen = [...cursor.seen, ...told.map(({ id, at }): [string, number] => [id, at])]
    .filter(([, at]) => at >= from)
    .sort(([, a], [, b]) => a - b);
  if (next !== null) return { since: cursor.since, newest, previous: next, open, seen };
  const dropped = seen.splice(0, Math.max(0, seen.length - SEEN_MAX)).at(-1);
  const since = Math.max(cursor.since, dropped === undefined ? from : dropped[1] + 1);
  return { since, newest, previous: null, open: null, seen };
}
