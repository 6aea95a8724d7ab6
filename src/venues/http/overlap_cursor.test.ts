import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advanceCursor, OPEN_KEPT_MS, OVERLAP_MS, parseCursor, printCursor, START } from "./overlap_cursor.ts";

const HOUR_MS = 3_600_000;

describe("the cursor of movements", () => {
  it("survives printing, and begins anew where it is not ours", () => {
    const cursor = advanceCursor(START, { told: [{ id: "a@1", at: 5 * HOUR_MS }], next: "page-2" });
    expect(parseCursor(printCursor(cursor))).toEqual(cursor);
    expect(parseCursor("17")).toEqual(START);
    expect(parseCursor("{")).toEqual(START);
    expect(parseCursor(null)).toEqual(START);
  });

  it("keeps its place in a pass, and reads a day back in the next one", () => {
    const first = advanceCursor(START, { told: [{ id: "a@1", at: 100 * HOUR_MS }], next: "p1" });
    expect(first).toMatchObject({ since: 0, previous: "p1" });
    const last = advanceCursor(first, { told: [{ id: "b@1", at: 101 * HOUR_MS }], next: null });
    expect(last).toMatchObject({ since: 101 * HOUR_MS - OVERLAP_MS, previous: null });
    expect(last.seen.map(([id]) => id)).toEqual(["a@1", "b@1"]);
  });

  it("keeps its place behind what is still open, and no longer than a month", () => {
    const told = [{ id: "a@1", at: 1_000 * HOUR_MS }];
    const waiting = advanceCursor(START, { told, next: "p1", open: [980 * HOUR_MS, 900 * HOUR_MS] });
    const after = advanceCursor(waiting, { told: [{ id: "b@1", at: 1_001 * HOUR_MS }], next: null, open: [] });
    expect(after).toMatchObject({ since: 900 * HOUR_MS, previous: null, open: null });
    const none = advanceCursor(after, { told: [], next: null });
    expect(none.since).toBe(1_001 * HOUR_MS - OVERLAP_MS);
    const stuck = advanceCursor(START, { told, next: null, open: [0] });
    expect(stuck.since).toBe(1_000 * HOUR_MS - OPEN_KEPT_MS);
  });

  it("tells each movement once, however late it is confirmed, while the list shows it open", () => {
    const row = fc.record({
      id: fc.uuid(),
      at: fc.integer({ min: 0, max: OPEN_KEPT_MS - 1 }),
      confirmed: fc.integer({ min: 0, max: 12 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 30 }), (rows) => {
        const told: string[] = [];
        let cursor = START;
        for (let pass = 0; pass <= 12; pass += 1) {
          const seen = new Set(cursor.seen.map(([id]) => id));
          const listed = rows.filter(({ at }) => at >= cursor.since);
          const fresh = listed.filter(({ id, confirmed }) => confirmed <= pass && !seen.has(id));
          const open = listed.filter(({ confirmed }) => confirmed > pass).map(({ at }) => at);
          told.push(...fresh.map(({ id }) => id));
          cursor = advanceCursor(cursor, { told: fresh, next: null, open });
        }
        expect(told.toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
      }),
    );
  });

  it("tells each movement once that comes within the overlap, in whatever order they come to light", () => {
    const arrivals = fc.array(fc.record({ id: fc.uuid(), at: fc.integer({ min: 0, max: OVERLAP_MS - 1 }) }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(arrivals, (rows) => {
        const all = [...new Map(rows.map((row) => [row.id, row])).values()];
        const told: string[] = [];
        let cursor = START;
        for (let count = 1; count <= all.length; count += 1) {
          const seen = new Set(cursor.seen.map(([id]) => id));
          const { since } = cursor;
          const fresh = all.slice(0, count).filter(({ id, at }) => at >= since && !seen.has(id));
          told.push(...fresh.map(({ id }) => id));
          cursor = advanceCursor(cursor, { told: fresh, next: null });
        }
        expect(told.toSorted()).toEqual(all.map(({ id }) => id).toSorted());
      }),
    );
  });
});
