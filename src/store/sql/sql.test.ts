import { describe, expect, it } from "vitest";
import { readFind, readWhere } from "../conditions.ts";
import { controlRow } from "../contract/contract_rows.ts";
import { anyTable, checkRow } from "../rows.ts";
import { breaks, control, event, movement } from "../tables/schema.ts";
import * as sql from "./sql.ts";

describe("statements", () => {
  it("quote every name, cast every parameter, and select every column as text", () => {
    expect(sql.selectByKey(anyTable(control), ["x'; drop table control; --"])).toEqual({
      text:
        'select "name"::text as "name", "value"::text as "value", "version"::text as "version", ' +
        '"updated_at"::text as "updated_at" from "control" where "name" = $1::text',
      params: ["x'; drop table control; --"],
    });
    expect(sql.deleteRow(anyTable(movement), ["hot", "m1"]).text).toBe(
      'delete from "movement" where "wallet_id" = $1::text and "movement_id" = $2::text',
    );
    expect(sql.countRows(anyTable(breaks), []).text).toBe('select count(*)::text as "count" from "break"');
    expect(sql.quote('a"b')).toBe('"a""b"');
  });

  it("put conditions, order and limit", () => {
    const query = readFind(anyTable(event), {
      where: { seq: null, kind: { in: ["mode.changed", "alert.raised"] }, at: { gte: 5 }, ref: { not: "x" } },
      order_by: [
        ["seq", "desc"],
        ["id", "asc"],
      ],
      limit: 7,
    });
    const { text, params } = sql.selectRows(anyTable(event), query);
    expect(text.slice(text.indexOf(" where"))).toBe(
      ' where "seq" is null and "kind" in ($1::text, $2::text) and "at" >= $3::bigint and "ref" is distinct from $4::text' +
        ' order by "event"."seq" desc nulls last, "event"."id" asc limit 7',
    );
    expect(params).toEqual(["mode.changed", "alert.raised", "5", "x"]);
  });

  it("write lists that are empty, or hold null", () => {
    const where = (condition: unknown) =>
      sql.countRows(anyTable(event), readWhere(anyTable(event), { seq: condition })).text.split(" where ")[1];
    expect(where({ in: [] })).toBe("false");
    expect(where({ in: [null] })).toBe('"seq" is null');
    expect(where({ in: [null, 1, 2] })).toBe('("seq" in ($1::bigint, $2::bigint) or "seq" is null)');
    expect(where({ not: null })).toBe('"seq" is not null');
    expect(where(0)).toBe('"seq" = $1::bigint');
  });

  it("change rows", () => {
    const row = checkRow(anyTable(control), controlRow({ value: null }));
    const insert = 'insert into "control" ("name", "value", "version", "updated_at") values ';
    const values = "($1::text, $2::jsonb, $3::bigint, $4::bigint)";
    expect(sql.insertRow(anyTable(control), row)).toEqual({
      text: insert + values,
      params: ["mode", "null", "1", "1700000000123"],
    });
    expect(sql.insertRowIfAbsent(anyTable(control), row).text).toBe(`${insert}${values} on conflict do nothing`);
    expect(sql.upsertRow(anyTable(control), row).text).toBe(
      `${insert}${values} on conflict ("name") do update set ` +
        '"value" = excluded."value", "version" = excluded."version", "updated_at" = excluded."updated_at"',
    );
    const guard = readWhere(anyTable(control), { version: 1 });
    expect(sql.updateRow(anyTable(control), ["mode"], { version: 2 }, guard)).toEqual({
      text: 'update "control" set "version" = $1::bigint where "name" = $2::text and "version" = $3::bigint',
      params: ["2", "mode", "1"],
    });
  });
});
