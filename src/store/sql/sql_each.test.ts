import { describe, expect, it } from "vitest";
import { type Query, readFind } from "../conditions.ts";
import { anyTable } from "../rows.ts";
import { breaks, event } from "../tables/schema.ts";
import { selectEach, shapeOf, valuesOf } from "./sql_each.ts";

const find = (where: object, limit = 3): Query =>
  readFind(anyTable(event), { where: where as never, order_by: [["id", "asc"]], limit });

describe("queries of one shape", () => {
  it("are those that differ in their values alone", () => {
    const shape = (query: Query) => shapeOf(anyTable(event), query);
    expect(shape(find({ ref: "a", at: { gte: 1 } }))).toBe(shape(find({ ref: "b", at: { gte: 2 } })));
    const others = [
      find({ ref: "a", at: { gt: 1 } }),
      find({ ref: "a" }),
      find({ at: { gte: 1 }, ref: "a" }),
      find({ ref: { in: ["a", "b"] }, at: { gte: 1 } }),
      find({ ref: { in: ["a", null] }, at: { gte: 1 } }),
      find({ ref: { not: null }, at: { gte: 1 } }),
      find({ ref: "a", at: { gte: 1 } }, 4),
      readFind(anyTable(event), { where: { ref: "a", at: { gte: 1 } }, order_by: [["id", "desc"]], limit: 3 }),
    ];
    const shapes = new Set([find({ ref: "a", at: { gte: 1 } }), ...others].map(shape));
    expect(shapes.size).toBe(others.length + 1);
    const { tests } = find({ ref: "a", at: { gte: 1 } });
    expect(shapeOf(anyTable(breaks), { tests, order: [["id", "asc"]], limit: 3 })).not.toBe(shape(find({ ref: "a" })));
  });

  it("run once for each row of their values, with their own order and limit", () => {
    const queries = [find({ ref: "a", kind: { in: ["x", "y"] } }), find({ ref: "b", kind: { in: ["x", "z"] } })];
    const { text, params } = selectEach(anyTable(event), queries);
    expect(params).toEqual(['{"a","b"}', '{"x","x"}', '{"y","z"}']);
    expect(text).toContain('select q.n::text as "#", t.* from unnest($1::text[], $2::text[], $3::text[])');
    expect(text).toContain("with ordinality as q(v0, v1, v2, n) cross join lateral (select ");
    expect(text).toMatch(/where "ref" = q\.v0 and "kind" in \(q\.v1, q\.v2\) order by "event"\."id" asc limit 3\) t$/);
  });

  it("give their values in the order of the text", () => {
    expect(valuesOf(find({ seq: { not: null }, at: { lt: 9 }, kind: { in: ["x", null] } }).tests)).toEqual([9, "x"]);
  });
});
