/** Every wallet with what the venue says, what our books say, and whether the two agree. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { queries } from "../../api/queries.ts";
import type { Reconciliation, Wallet } from "../../api/types.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Data, Empty, Failure, Panel, ScreenHead } from "../../widgets/panel.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Age, Amount, Missing } from "../../widgets/value.tsx";
import { FRESHNESS, type Word } from "../../widgets/words.ts";

type Line = Reconciliation["items"][number];
interface Row {
  readonly wallet: Wallet;
  readonly line: Line | undefined;
}

const RECONCILED: Readonly<Record<Line["state"], Word>> = {
  equal: { word: "Equal", icon: "ok", tone: "ok" },
  in_flight: { word: "In flight", icon: "transfers", tone: "info" },
  break: { word: "Break", icon: "breach", tone: "breach" },
  unknown: { word: "Unknown", icon: "unknown", tone: "watch" },
};

export default function WalletsScreen(): ReactNode {
  const wallets = useQuery(queries.wallets());
  const books = useQuery(queries.reconciliation());
  return (
    <>
      <ScreenHead title="Wallets" sentence="What each venue says, what our books say, and whether they agree.">
        {books.data && <Verdict equal={books.data.equal} />}
      </ScreenHead>
      {books.error && (
        <div className="mb-3">
          <Failure error={books.error} what="The reconciliation" />
        </div>
      )}
      <Panel title="Wallets" flush>
        <Data query={wallets} what="The wallets">
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="No wallets yet">
                Name venues and wallets in the configuration, then check them with{" "}
                <code className="font-mono">./tidegate doctor</code>.
              </Empty>
            ) : (
              <Table
                caption="Wallets"
                columns={COLUMNS}
                rows={rowsOf(items, books.data)}
                id={(row) => row.wallet.id}
                tone={(row) => (row.line?.state === "break" ? "bg-breach-soft" : "")}
              />
            )
          }
        </Data>
      </Panel>
    </>
  );
}

function Verdict({ equal }: { readonly equal: boolean }): ReactNode {
  const state: Word = equal
    ? { word: "Books and venues agree", icon: "ok", tone: "ok" }
    : { word: "Books and venues differ", icon: "breach", tone: "breach" };
  return <Badge state={state} />;
}

function rowsOf(wallets: readonly Wallet[], books: Reconciliation | undefined): readonly Row[] {
  return wallets.map((wallet) => ({ wallet, line: books?.items.find((item) => item.wallet_id === wallet.id) }));
}

const COLUMNS: readonly Column<Row>[] = [
  {
    head: "Wallet",
    cell: ({ wallet }) => (
      <>
        <span className="font-medium">{wallet.label}</span> <span className="text-muted">{wallet.venue}</span>
      </>
    ),
  },
  {
    head: "Kind",
    cell: ({ wallet }) => (
      <span className="text-muted">
        {wallet.kind}
        {wallet.status === "active" ? "" : `, ${wallet.status}`}
      </span>
    ),
  },
  {
    head: "Total",
    right: true,
    cell: ({ wallet }) => <Amount money={wallet.balance?.total} missing="never read" className="font-medium" />,
  },
  {
    head: "Available",
    right: true,
    cell: ({ wallet }) => <Amount money={wallet.balance?.available} missing="never read" unit={false} />,
  },
  {
    head: "Pending in / out",
    right: true,
    className: "max-xl:hidden",
    cell: ({ wallet }) => <Pending wallet={wallet} />,
  },
  {
    head: "Books",
    right: true,
    cell: ({ line }) => <Amount money={line?.ledger_balance} unit={false} missing="not reconciled yet" />,
  },
  {
    head: "Difference",
    right: true,
    cell: ({ line }) => <Amount money={line?.difference} unit={false} sign missing="venue's balance is not known" />,
  },
  {
    head: "Books agree",
    cell: ({ line }) => (line ? <Badge state={RECONCILED[line.state]} bare /> : <Missing why="not reconciled yet" />),
  },
  {
    head: "Read",
    right: true,
    cell: ({ wallet }) => (
      <span className="inline-flex items-center gap-1.5" title={wallet.error ?? undefined}>
        <span className="text-muted">
          <Age at={wallet.as_of} />
        </span>
        <Badge state={FRESHNESS[wallet.freshness]} bare />
      </span>
    ),
  },
];

function Pending({ wallet }: { readonly wallet: Wallet }): ReactNode {
  if (!wallet.balance) return <Missing why="never read" />;
  return (
    <span className="text-muted">
      <Amount money={wallet.balance.pending_in} unit={false} /> /{" "}
      <Amount money={wallet.balance.pending_out} unit={false} />
    </span>
  );
}
