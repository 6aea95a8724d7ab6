/** A statement as a file (RFC 4180). Opening and closing are lines of their own, so that the file says all by itself. */
import { csvRow } from "../../audit/index.ts";
import type { StatementEntry, StatementView } from "../schemas/index.ts";

/** Columns of a statement; those from `debit` on are amounts. */
export const STATEMENT_COLUMNS = ["seq", "at", "kind", "ref", "memo", "debit", "credit", "balance"] as const;

/** One entry, in those columns. */
export function statementCells({ seq, at, kind, ref, memo, side, amount, balance }: StatementEntry): string[] {
  return [
    ...[String(seq), at, kind, ref, memo],
    ...[side === "debit" ? amount.amount : "", side === "credit" ? amount.amount : "", balance.amount],
  ];
}

/** The whole file, page by page, each read when it is asked for. The first page pins the period. */
export async function* statementCsv(
  read: (after: StatementView | null) => Promise<StatementView>,
): AsyncIterable<string> {
  for (let page: StatementView | null = null; page === null || page.has_more; ) {
    const before: StatementView | null = page;
    page = await read(before);
    if (before === null) yield csvRow(STATEMENT_COLUMNS) + edge("opening", page.from, page);
    yield page.items.map((entry) => csvRow(statementCells(entry))).join("");
    if (!page.has_more) yield edge("closing", page.to, page);
  }
}

function edge(name: "opening" | "closing", at: string, view: StatementView): string {
  return csvRow(["", at, name, view.account, "", "", "", view[name].amount]);
}
