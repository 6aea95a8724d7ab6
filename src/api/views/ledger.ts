/** Accounts and statements of the books, as people read them. */
import { assert } from "../../errors/index.ts";
import { type AccountRow, availableOf, balanceAt, type PostingRow, type Statement } from "../../ledger/index.ts";
import type { Instant } from "../../ports/index.ts";
import { type ReadTx, tables } from "../../store/index.ts";
import type { LedgerAccount, StatementEntry, StatementView } from "../schemas/index.ts";
import { type Printer, printTime } from "./printer.ts";

/** `at`: the balance of that instant instead of the present one. */
export async function viewAccount(
  row: AccountRow,
  tx: ReadTx,
  printer: Printer,
  at: Instant | null,
): Promise<LedgerAccount> {
  const { id, kind, owner, asset, side, held } = row;
  const posted = at === null ? row.posted : await balanceAt(tx, row, at);
  return {
    ...{ id, kind, owner, asset, side },
    balance: printer.money(asset, posted),
    held: at === null ? printer.money(asset, held) : null,
    available: at === null ? printer.money(asset, availableOf(row)) : null,
    entries: row.entry_count,
  };
}

export async function viewStatement(statement: Statement, tx: ReadTx, printer: Printer): Promise<StatementView> {
  const { account, from, to, opening, closing, next } = statement;
  const { id, asset, side } = account;
  return {
    ...{ account: id, asset, side },
    from: printTime(from),
    to: printTime(to),
    opening: printer.money(asset, opening),
    closing: printer.money(asset, closing),
    items: await viewEntries(statement, tx, printer),
    has_more: next !== null,
    next_cursor: next === null ? null : `${next.at}.${next.seq}`,
  };
}

async function viewEntries({ account, lines }: Statement, tx: ReadTx, printer: Printer): Promise<StatementEntry[]> {
  const ids = [...new Set(lines.map(({ posting_id }) => posting_id))];
  const postings =
    ids.length === 0 ? [] : await tx.find(tables.posting, { where: { id: { in: ids } }, limit: ids.length });
  const by_id = new Map<string, PostingRow>(postings.map((row) => [row.id, row]));
  return lines.map(({ seq, at, side, amount, balance, posting_id }) => {
    const posting = by_id.get(posting_id);
    assert(posting !== undefined, `the entry ${seq} of ${account.id} has its posting`);
    const { key, kind, ref, memo } = posting;
    return {
      ...{ seq, at: printTime(at), side },
      amount: printer.money(account.asset, amount),
      balance: printer.money(account.asset, balance),
      ...{ posting_id, key, kind, ref, memo },
    };
  });
}
