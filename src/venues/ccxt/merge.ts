/**
 * One or several lists of an exchange as one history. The cursor is the time and the ids of the last moment that was read: nothing is left out
 * when many things happen in one millisecond, and a list that came cut short holds the others back to what it has reached.
 * A withdrawal is listed by the time it was asked for and booked at the time it left, so each list is read from a while before.
 */
import { z } from "zod";
import type { Instant } from "../../ports/index.ts";
import { readShape } from "../http/index.ts";
import type { VenueMovement } from "../port.ts";
import type { Page } from "./dialect.ts";

/** What was asked for this long before it left is still seen. */
const LOOK_BACK_MS = 3 * 86_400_000;
const PAGE_MAX = 500;
/** What failed is never told and stays among those that wait: the oldest of so many are forgotten. */
const WAITING_MAX = 2_000;

export interface SourcePage {
  readonly movements: readonly VenueMovement[];
  /** It has more than it showed. */
  readonly full: boolean;
  /** Ids of what is listed and cannot be told yet (a withdrawal without its hash): it is told later, whatever came since. */
  readonly waiting?: readonly string[];
}

/** Everything of one list from `since` on, oldest first in time. */
export type Source = (since: Instant) => Promise<SourcePage>;

const cursorShape = z.object({ at: z.number().int().min(0), ids: z.array(z.string()), waiting: z.array(z.string()) });

export async function mergePage(cursor: string | null, start: Instant, sources: readonly Source[]): Promise<Page> {
  const from = cursor === null ? { at: start, ids: [], waiting: [] } : readCursor(cursor);
  const since = cursor === null ? start : Math.max(0, from.at - LOOK_BACK_MS);
  const pages = await Promise.all(sources.map((source) => source(since)));
  const reached = Math.min(...pages.filter((page) => page.full).map((page) => lastOf(page.movements)), Infinity);
  const seen = new Set(from.ids);
  const late = new Set(from.waiting);
  const waiting = pages.flatMap((page) => page.waiting ?? []);
  const fresh = pages
    .flatMap((page) => page.movements)
    .filter((row) => row.at <= reached)
    .filter((row) => row.at > from.at || (row.at === from.at && !seen.has(row.id)) || late.has(row.id))
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const movements = fresh.slice(0, PAGE_MAX);
  const told = new Set(movements.map((row) => row.id));
  const untold = [...new Set([...from.waiting, ...waiting])].filter((id) => !told.has(id)).slice(-WAITING_MAX);
  const at = Math.max(from.at, lastOf(movements));
  const at_last = movements.filter((row) => row.at === at).map((row) => row.id);
  const ids = [...(at === from.at ? from.ids : []), ...at_last];
  const has_more = movements.length > 0 && (fresh.length > movements.length || Number.isFinite(reached));
  return { movements, cursor: JSON.stringify({ at, ids: [...new Set(ids)], waiting: untold }), has_more };
}

function readCursor(cursor: string): z.output<typeof cursorShape> {
  let value: unknown;
  try {
    value = JSON.parse(cursor);
  } catch {
    value = undefined;
  }
  return readShape(cursorShape, value, "own cursor");
}

function lastOf(movements: readonly VenueMovement[]): Instant {
  return movements.reduce((latest, row) => Math.max(latest, row.at), 0);
}
