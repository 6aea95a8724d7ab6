import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advanceCursor, OVERLAP_MS, parseCursor, printCursor, START } from "./overlap_cursor.ts";

const HOUR_MS = 3_600_000;

describe("the cursor of movements", () => {
  it("survives printing, and begins anew where it is not ours", () => {
    const cursor = advanceCursor(START, [{ id: "a@1", at: 5 * HOUR_MS }], "page-2");
    expect(parseCursor(printCursor(cursor))).toEqual(cursor);
    expect(parseCursor("17")).toEqual(START);
    expect(parseCursor("{")).toEqual(START);
    expect(parseCursor(null)).toEqual(START);
  });

  it("keeps its place in a pass, and reads a day back in the next one", () => {
    const first = advanceCursor(START, [{ id: "a@1", at: 100 * HOUR_MS }], "p1");
    expect(first).toMatchObject({ since: 0, previous: "p1" });
    const last = advanceCursor(first, [{ id: "b@1", at: 101 * HOUR_MS }], null);
    expect(last).toMatchObject({ since: 101 * HOUR_MS - OVERLAP_MS, previous: null });
    expect(last.seen.map(([id]) => id)).toEqual(["a@1", "b@1"]);
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
          cursor = advanceCursor(cursor, fresh, null);
        }
        expect(told.toSorted()).toEqual(all.map(({ id }) => id).toSorted());
      }),
    );
  });
});
