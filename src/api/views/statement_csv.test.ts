import { describe, expect, it } from "vitest";
import type { StatementEntry, StatementView } from "../schemas/index.ts";
import { statementCsv } from "./statement_csv.ts";

const money = (amount: string) => ({ amount, asset: "USDT" });
const entry = (seq: number, amount: string, balance: string): StatementEntry => ({
  ...{ seq, at: "2026-01-01T00:00:00.000Z", side: "debit", amount: money(amount), balance: money(balance) },
  ...{ posting_id: "p", key: "k", kind: "deposit", ref: "r", memo: 'a "quoted", memo' },
});
const page = (items: StatementEntry[], has_more: boolean): StatementView => ({
  ...{ account: "wallet/hot/USDT", asset: "USDT", side: "debit", items, has_more },
  ...{ from: "2026-01-01T00:00:00.000Z", to: "2026-01-02T00:00:00.000Z" },
  ...{ opening: money("0"), closing: money("3"), next_cursor: has_more ? "1.1" : null },
});

async function fileOf(pages: readonly StatementView[]): Promise<string[]> {
  const left = [...pages];
  let text = "";
  for await (const chunk of statementCsv(async () => left.shift() ?? page([], false))) text += chunk;
  expect(left).toEqual([]);
  return text.trimEnd().split("\r\n");
}

describe("statementCsv", () => {
  it("has one head, one opening and one closing line, whatever the number of pages", async () => {
    const lines = await fileOf([page([entry(0, "1", "1")], true), page([entry(1, "2", "3")], false)]);
    expect(lines.map((line) => line.split(",")[2])).toEqual(["kind", "opening", "deposit", "deposit", "closing"]);
    expect(lines[2]).toBe('0,2026-01-01T00:00:00.000Z,deposit,r,"a ""quoted"", memo",1,,1');
  });

  it("says opening and closing of a period in which nothing happened", async () => {
    expect(await fileOf([page([], false)])).toHaveLength(3);
  });
});
