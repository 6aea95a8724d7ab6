/**
 * The log for outsiders. CSV and JSON: every event that matches, oldest first, readable. JSONL: the whole sealed log with its
 * signed checkpoints, which `audit verify` checks. All are read page by page, so that the log's length does not matter.
 */
import { CSV_HEADER, csvLine, type EventRow } from "../../audit/index.ts";
import { type Store, tables } from "../../store/index.ts";
import type { Cursor } from "../http/pages.ts";
import { type EventFilter, eventWhere, viewEvent } from "./events.ts";
import type { Printer } from "./printer.ts";

const PAGE_ROWS = 500;
/** A page that holds nothing but one instant is read again this large; the store gives no more. */
const SAME_INSTANT_MAX = 10_000;

export async function* exportCsv(store: Store, filter: EventFilter, printer: Printer): AsyncGenerator<string> {
  yield CSV_HEADER;
  for await (const rows of readAll(store, filter)) {
    yield rows.map((row) => csvLine(row, printer.config.assets)).join("");
  }
}

export async function* exportJson(store: Store, filter: EventFilter, printer: Printer): AsyncGenerator<string> {
  yield "[";
  let between = "\n";
  for await (const rows of readAll(store, filter)) {
    yield between + rows.map((row) => JSON.stringify(viewEvent(row, printer))).join(",\n");
    between = ",\n";
  }
  yield "\n]\n";
}

async function* readAll(store: Store, filter: EventFilter): AsyncGenerator<readonly EventRow[]> {
  let last: Cursor | null = null;
  let limit = PAGE_ROWS;
  for (;;) {
    const from: Cursor | null = last;
    const page = await readFrom(store, filter, from, limit);
    const fresh: readonly EventRow[] =
      from === null ? page : page.filter((row) => row.at > from.at || row.id > from.id);
    const end = fresh.at(-1);
    if (end === undefined) {
      if (page.length < limit || limit === SAME_INSTANT_MAX) return;
      limit = SAME_INSTANT_MAX;
      continue;
    }
    yield fresh;
    last = { at: end.at, id: end.id };
    if (page.length < limit) return;
    limit = PAGE_ROWS;
  }
}

function readFrom(store: Store, filter: EventFilter, from: Cursor | null, limit: number): Promise<EventRow[]> {
  return store.read("api.export", (tx) =>
    tx.find(tables.event, {
      where: { ...eventWhere(filter), ...(from === null ? {} : { at: { gte: from.at } }) },
      order_by: [
        ["at", "asc"],
        ["id", "asc"],
      ],
      limit,
    }),
  );
}
