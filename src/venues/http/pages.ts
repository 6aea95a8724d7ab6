/** Reads a list page by page, with an end: a venue that turns in a circle, or has no last page, is told so. */
import { VenueError } from "../index.ts";

export const PAGES_MAX = 1_000;

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Where the next page begins; null: this was the last. */
  readonly next: string | null;
}

/**
 * @throws VenueError venue_invalid when a cursor comes back, or after `pages_max` pages; and what `read` throws
 * @example collectPages((cursor) => readWallets(cursor))
 */
export async function collectPages<Row>(
  read: (cursor: string | null) => Promise<Page<Row>>,
  pages_max: number = PAGES_MAX,
): Promise<Row[]> {
  const rows: Row[] = [];
  const seen = new Set<string>();
  let cursor: string | null = null;
  for (let page = 0; page < pages_max; page += 1) {
    const { rows: more, next }: Page<Row> = await read(cursor);
    rows.push(...more);
    if (next === null) return rows;
    if (seen.has(next)) throw new VenueError("venue_invalid", "The venue's list turns in a circle: a page came twice.");
    seen.add(next);
    cursor = next;
  }
  throw new VenueError(
    "venue_invalid",
    `The venue's list has more than ${pages_max} pages; it was not read to its end.`,
  );
}
