import { describe, expect, it } from "vitest";
import { eventRow, holdRow } from "../contract/contract_rows.ts";
import { event, hold } from "../tables/schema.ts";
import { checkWrites, insertRows, updateRows } from "../writes.ts";
import { stepsOf } from "./sql_steps.ts";

describe("the steps of a write", () => {
  it("insert with one array per column; JSON travels as JSON", () => {
    const rows = [eventRow({ id: "e1", payload: { a: 'x"y' } }), eventRow({ id: "e2", payload: null })];
    const [step] = stepsOf(checkWrites([insertRows(event, rows)]));
    expect(step?.text).toBe(
      'insert into "event" ("id", "kind", "ref", "actor", "at", "type", "payload", "seq") select * from rows from (' +
        "unnest($1::text[]), unnest($2::text[]), unnest($3::text[]), unnest($4::text[]), unnest($5::bigint[]), " +
        "unnest($6::text[]), jsonb_array_elements($7::jsonb), unnest($8::bigint[]))",
    );
    expect(step?.params[0]).toBe('{"e1","e2"}');
    expect(step?.params[6]).toBe('[{"a":"x\\"y"},null]');
    expect(step?.params[7]).toBe("{NULL,NULL}");
  });

  it("update in key order, whatever order was asked for, and fail unless every row was changed", () => {
    const change = (id: string, amount: bigint) => ({
      key: { id },
      patch: { amount },
      guard: { state: "pending" as const },
    });
    const [step] = stepsOf(checkWrites([updateRows(hold, [change("b", 2n), change("a", 1n)])]));
    expect(step).toEqual({
      text:
        'with s as (update "hold" t set "amount" = v.c1 from rows from (unnest($1::text[]), unnest($2::numeric[]), ' +
        'unnest($3::text[])) as v(c0, c1, c2) where t."id" = v.c0 and t."state" = v.c2 returning 1) ' +
        "select 1 / (case when count(*) = $4::bigint then 1 else 0 end) as done from s",
      params: ['{"a","b"}', "{1,2}", '{"pending","pending"}', "2"],
    });
  });

  it("have the same text however many rows there are", () => {
    const text = (ids: string[]) =>
      stepsOf(
        checkWrites([
          insertRows(
            hold,
            ids.map((id) => holdRow({ id })),
          ),
        ]),
      )[0]?.text;
    expect(text(["a"])).toBe(text(["a", "b", "c"]));
  });
});
