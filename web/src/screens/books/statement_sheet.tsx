/** One account over a period: opening, entries with the balance after each, closing; to read and to take along. */
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { usePages } from "../../api/pages.ts";
import { withQuery } from "../../api/queries.ts";
import type { StatementEntry, StatementView } from "../../api/types.ts";
import { instantOf } from "../../format/utc_minute.ts";
import { Download } from "../../widgets/download.tsx";
import { Input } from "../../widgets/field.tsx";
import { LoadMore } from "../../widgets/load_more.tsx";
import { Data, Empty } from "../../widgets/panel.tsx";
import { Sheet } from "../../widgets/sheet.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Amount, Time } from "../../widgets/value.tsx";

export function StatementSheet({ account, onClose }: { readonly account: string; onClose(): void }): ReactNode {
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const period = { account, from: instantOf(from) ?? undefined, to: instantOf(to) ?? undefined };
  const pages = usePages<StatementEntry, StatementView>("ledger/statements", period, ({ seq }) => String(seq));
  return (
    <Sheet title="Statement" head={<code className="font-mono text-xs break-all">{account}</code>} onClose={onClose}>
      <div className="mb-3 flex flex-wrap items-end gap-2">
        <Input
          label="From (UTC)"
          type="datetime-local"
          value={from}
          onChange={(event) => setFrom(event.target.value)}
        />
        <Input
          label="Until before (UTC)"
          type="datetime-local"
          value={to}
          onChange={(event) => setTo(event.target.value)}
        />
        <Download href={withQuery("/v1/ledger/statements/export", period)} name="tidegate-statement.csv">
          Export CSV
        </Download>
      </div>
      <Data query={pages} what="The statement">
        {({ items, first }) => (
          <>
            <Edge name="Opening" at={first.from} money={first.opening} />
            {items.length === 0 ? (
              <Empty title="No entries in this period">The balance did not change.</Empty>
            ) : (
              <div className="my-2 border-y border-line">
                <Table caption="Entries" columns={columnsOf(first.side)} rows={items} id={({ seq }) => String(seq)} />
                <LoadMore pages={pages} />
              </div>
            )}
            <Edge name="Closing" at={first.to} money={first.closing} />
          </>
        )}
      </Data>
    </Sheet>
  );
}

interface EdgeProps {
  readonly name: string;
  readonly at: string;
  readonly money: StatementView["opening"];
}

/** The beginning of all time is no date to show. */
function Edge({ name, at, money }: EdgeProps): ReactNode {
  return (
    <p className="flex flex-wrap items-baseline justify-between gap-x-3">
      <span className="text-muted">
        {name} balance {Date.parse(at) === 0 ? "before the first entry" : <Time at={at} />}
      </span>
      <Amount money={money} exact className="font-semibold" />
    </p>
  );
}

/** An entry on the account's own side makes it grow; the other side takes away. */
function columnsOf(side: StatementView["side"]): readonly Column<StatementEntry>[] {
  const changeOf = ({ amount, ...entry }: StatementEntry) =>
    entry.side === side ? amount : { ...amount, amount: `-${amount.amount}` };
  return [
    {
      head: "What",
      main: true,
      cell: ({ kind, memo, ref }) => (
        <span className="min-w-0 text-xs">
          {kind.replaceAll("_", " ")} <span className="text-muted">{memo}</span>{" "}
          {ref.startsWith("trf_") && (
            <Link href={`/transfers/${ref}`} className="inline-flex min-h-6 items-center text-accent hover:underline">
              its transfer
            </Link>
          )}
        </span>
      ),
    },
    { head: "At", cell: ({ at }) => <Time at={at} /> },
    { head: "Change", right: true, cell: (entry) => <Amount money={changeOf(entry)} unit={false} sign /> },
    { head: "Balance", right: true, cell: ({ balance }) => <Amount money={balance} unit={false} /> },
  ];
}
