/** Accounts and statements of the books, as people read them. */
import { assert } from "../../errors/index.ts";
import {
  ACCOUNT_KINDS,
  ACCOUNT_MEANING,
  type AccountRow,
  availableOf,
  balanceAt,
  NORMAL_SIDE,
  type PostingRow,
  type Statement,
  type TrialLine,
} from "../../ledger/index.ts";
import type { Instant } from "../../ports/index.ts";
import { type ReadTx, tables } from "../../store/index.ts";
import type { LedgerAccount, StatementEntry, StatementView, TrialAsset, TrialLineView } from "../schemas/index.ts";
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
  const until = at === null ? null : tx.count(tables.entry, { account_id: id, at: { lte: at } });
  return {
    ...{ id, kind, owner, asset, side },
    balance: printer.money(asset, posted),
    held: at === null ? printer.money(asset, held) : null,
    available: at === null ? printer.money(asset, availableOf(row)) : null,
    entries: until === null ? row.entry_count : await until,
  };
}

/** One asset of the trial balance: the accounts of each kind together. */
export function viewTrial({ asset, debits, credits, balanced, accounts }: TrialLine, printer: Printer): TrialAsset {
  const lines = ACCOUNT_KINDS.flatMap((kind): TrialLineView[] => {
    const rows = accounts.filter((account) => account.kind === kind);
    if (rows.length === 0) return [];
    const balance = rows.reduce((sum, { posted }) => sum + posted, 0n);
    const view = { kind, meaning: ACCOUNT_MEANING[kind], side: NORMAL_SIDE[kind], accounts: rows.length };
    return [{ ...view, balance: printer.money(asset, balance) }];
  });
  return { asset, debits: printer.money(asset, debits), credits: printer.money(asset, credits), balanced, lines };
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
