/** Every wallet with what the venue says, what our books say, and whether the two agree. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { queries } from "../../api/queries.ts";
import type { Break, Reconciliation, Wallet } from "../../api/types.ts";
import { add, compare, drawnFraction } from "../../format/decimal.ts";
import { formatDateTime, formatDuration, formatTime, read } from "../../format/time.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Data, Empty, Failure, Panel, ScreenHead } from "../../widgets/panel.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Age, Amount, Missing } from "../../widgets/value.tsx";
import { FRESHNESS, type Word } from "../../widgets/words.ts";
import { STANDINGS } from "./standings.ts";
import { WalletSheet } from "./wallet_sheet.tsx";

type Line = Reconciliation["items"][number];
interface Row {
  readonly wallet: Wallet;
  readonly line: Line | undefined;
  /** Its oldest open break. */
  readonly oldest: Break | undefined;
}

const RECONCILED: Readonly<Record<Line["state"], Word>> = {
  equal: { word: "Equal", icon: "ok", tone: "ok" },
  in_flight: { word: "In flight", icon: "transfers", tone: "info" },
  break: { word: "Break", icon: "breach", tone: "breach" },
  unknown: { word: "Unknown", icon: "unknown", tone: "watch" },
};

export default function WalletsScreen({ open }: { readonly open: string | null }): ReactNode {
  const [, go] = useLocation();
  const wallets = useQuery(queries.wallets());
  const books = useQuery(queries.reconciliation());
  const breaks = useQuery(queries.breaks());
  return (
    <>
      <ScreenHead title="Wallets" sentence="What each venue says, what our books say, and whether they agree.">
        <Link href="/expected" className="inline-flex min-h-7 items-center text-accent hover:underline">
          Expected flows
        </Link>
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
                rows={rowsOf(items, books.data, breaks.data?.items ?? [])}
                id={(row) => row.wallet.id}
                href={(row) => `/wallets/${row.wallet.id}`}
                tone={(row) => (row.line?.state === "break" ? "bg-breach-soft" : "")}
              />
            )
          }
        </Data>
      </Panel>
      {open !== null && <WalletSheet id={open} onClose={() => go("/wallets")} />}
    </>
  );
}

function Verdict({ equal }: { readonly equal: boolean }): ReactNode {
  const state: Word = equal
    ? { word: "Books and venues agree", icon: "ok", tone: "ok" }
    : { word: "Books and venues differ", icon: "breach", tone: "breach" };
  return <Badge state={state} />;
}

function rowsOf(
  wallets: readonly Wallet[],
  books: Reconciliation | undefined,
  breaks: readonly Break[],
): readonly Row[] {
  return wallets.map((wallet) => ({
    wallet,
    line: books?.items.find((item) => item.wallet_id === wallet.id),
    oldest: breaks.find((item) => item.wallet_id === wallet.id),
  }));
}

const COLUMNS: readonly Column<Row>[] = [
  {
    head: "Wallet",
    main: true,
    cell: ({ wallet }) => (
      <span className="leading-5 md:whitespace-nowrap">
        <span className="font-medium">{wallet.label}</span>{" "}
        <span className="block text-xs font-normal text-muted max-md:inline">
          {wallet.kind} at {wallet.venue}
        </span>
      </span>
    ),
  },
  { head: "State", cell: ({ wallet }) => <Badge state={STANDINGS[wallet.status]} bare /> },
  {
    head: "Total",
    right: true,
    cell: ({ wallet }) => <Amount money={wallet.balance?.total} missing="never read" className="font-medium" />,
  },
  {
    head: "Available",
    right: true,
    cell: ({ wallet }) => (
      <>
        <Amount money={wallet.balance?.available} missing="never read" unit={false} />
        {wallet.allowance && <Allowance allowance={wallet.allowance} />}
      </>
    ),
  },
  {
    head: "Pending in / out",
    right: true,
    className: "max-2xl:hidden",
    cell: ({ wallet }) => <Pending wallet={wallet} />,
  },
  {
    head: "Books / venue / chain",
    right: true,
    cell: ({ line }) => (line ? <ThreeWay line={line} /> : <Missing why="not reconciled yet" />),
  },
  {
    head: "Explained",
    right: true,
    className: "max-2xl:hidden",
    cell: ({ line }) => <Explained line={line} />,
  },
  {
    head: "Unexplained",
    right: true,
    cell: ({ line }) => <Amount money={line?.difference} unit={false} sign missing="venue's balance is not known" />,
  },
  {
    head: "Books agree",
    cell: ({ line, oldest }) =>
      line === undefined ? (
        <Missing why="not reconciled yet" />
      ) : oldest === undefined ? (
        <Badge state={RECONCILED[line.state]} bare />
      ) : (
        <Link
          href={`/breaks/${oldest.id}`}
          className="relative z-10 inline-flex min-h-6 items-center gap-1 hover:underline"
        >
          <Badge state={RECONCILED[line.state]} bare />
          <span className="text-xs text-muted">{formatDuration(oldest.age_ms)}</span>
        </Link>
      ),
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

/** Read one after the other; further apart it is another time. */
const SAME_READ_MS = 60_000;

/** The three accounts of one balance, drawn as bars of one scale, so that a short one is seen before it is read. */
function ThreeWay({ line }: { readonly line: Line }): ReactNode {
  const rows = [
    ["Books", line.ledger_balance],
    ["Venue", line.venue_balance],
    ...(line.chain_balance === null ? [] : ([[chainName(line), line.chain_balance]] as const)),
  ] as const;
  const largest = rows.reduce(
    (most, [, money]) => (money && compare(money.amount, most) === 1 ? money.amount : most),
    "0",
  );
  return (
    <span className="inline-grid grid-cols-[auto_3rem_auto] items-center gap-x-2 py-0.5 text-xs leading-4">
      {rows.map(([name, money]) => (
        <span key={name} className="contents">
          <span className="text-left text-muted">{name}</span>
          <span aria-hidden="true" className="h-1.5 rounded-full bg-line">
            <span
              className={`block h-full rounded-full ${line.state === "break" ? "bg-[var(--breach-fill)]" : "bg-[var(--ok-fill)]"}`}
              style={{
                width: `${money && largest !== "0" ? Math.round(drawnFraction(money.amount, largest) * 100) : 0}%`,
              }}
            />
          </span>
          <Amount money={money} unit={false} missing="not known" />
        </span>
      ))}
    </span>
  );
}

/** The chain may have been read at another time than the books were compared for: then it says when. */
function chainName({ chain_as_of, as_of }: Line): string {
  const apart_ms = Math.abs((read(chain_as_of) ?? 0) - (read(as_of) ?? 0));
  return chain_as_of === null || apart_ms < SAME_READ_MS ? "Chain" : `Chain at ${formatTime(chain_as_of)}`;
}

/** What is on its way or booked ahead of the balance. */
function Explained({ line }: { readonly line: Line | undefined }): ReactNode {
  if (!line) return <Missing why="not reconciled yet" />;
  const explained = add(line.in_flight.amount, line.pending.amount);
  if (explained === null) return <Missing why="not known" />;
  return <Amount money={{ amount: explained, asset: line.asset }} unit={false} sign />;
}

/** What the wallet's own owners let be paid without asking them again. */
function Allowance({ allowance }: { readonly allowance: NonNullable<Wallet["allowance"]> }): ReactNode {
  const { amount, remaining, resets_at, problem } = allowance;
  if (problem !== null) return <span className="block text-xs text-muted">no allowance: {problem}</span>;
  return (
    <span className="block text-xs text-muted">
      <span className="block whitespace-nowrap">
        in advance <Amount money={remaining} unit={false} /> of <Amount money={amount} unit={false} />
      </span>
      {resets_at !== null && <span className="block whitespace-nowrap">whole again {formatDateTime(resets_at)}</span>}
    </span>
  );
}

function Pending({ wallet }: { readonly wallet: Wallet }): ReactNode {
  if (!wallet.balance) return <Missing why="never read" />;
  return (
    <span className="text-muted">
      <Amount money={wallet.balance.pending_in} unit={false} /> /{" "}
      <Amount money={wallet.balance.pending_out} unit={false} />
    </span>
  );
}
