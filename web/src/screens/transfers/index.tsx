/** Every transfer, open ones first in mind; one opens beside the list with its whole story. */
import { type ReactNode, useState } from "react";
import { Link, useLocation } from "wouter";
import { usePages } from "../../api/pages.ts";
import type { Transfer, TransferPage, TransferState } from "../../api/types.ts";
import { FreeTransferSheet } from "../../propose/free_sheet.tsx";
import { Badge } from "../../widgets/badge.tsx";
import { buttonClass, Segments } from "../../widgets/button.tsx";
import { Input, Select } from "../../widgets/field.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { LoadMore } from "../../widgets/load_more.tsx";
import { Data, Empty, Panel, ScreenHead } from "../../widgets/panel.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Amount, Time } from "../../widgets/value.tsx";
import { OPERATION_TYPES, TRANSFER_STATES } from "../../widgets/words.ts";
import { matches } from "./match.ts";
import { TransferSheet } from "./transfer_sheet.tsx";

/** Stands where an id would: a transfer that is not there yet. */
const NEW = "new";

type Scope = "all" | "open";
const STATES = Object.entries(TRANSFER_STATES).map(([value, { word }]) => [value, word] as const);

export default function TransfersScreen({ open }: { readonly open: string | null }): ReactNode {
  const [, go] = useLocation();
  const [scope, setScope] = useState<Scope>("all");
  const [state, setState] = useState<TransferState | "">("");
  const [text, setText] = useState("");
  const filter = { open: scope === "open" ? "true" : undefined, state };
  const page = usePages<Transfer, TransferPage>("transfers", filter, idOf);
  return (
    <>
      <ScreenHead
        title="Transfers"
        sentence="Each is one intent, from plan to settlement. Unknown outcomes are looked up, never sent again."
      >
        <Segments<Scope>
          label="Which"
          value={scope}
          onChange={setScope}
          options={[
            { value: "all", text: "All" },
            { value: "open", text: "Open" },
          ]}
        />
        <Select
          label="State"
          hideLabel
          value={state}
          onChange={(value) => setState(value as TransferState | "")}
          options={[["", "Any state"], ...STATES]}
          className="w-40"
        />
        <Input
          label="Filter"
          hideLabel
          data-filter=""
          type="search"
          placeholder="Filter  /"
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="w-44"
        />
        <Link href={`/transfers/${NEW}`} className={buttonClass("plain")}>
          <Icon name="plus" /> By hand…
        </Link>
      </ScreenHead>
      <Panel title="Transfers" flush aside={page.data && <span className="num">{page.data.items.length} loaded</span>}>
        <Data query={page} what="The transfers">
          {({ items }) => (
            <List transfers={items.filter((transfer) => matches(transfer, text))} any={items.length > 0}>
              <LoadMore pages={page} />
            </List>
          )}
        </Data>
      </Panel>
      {open === NEW && <FreeTransferSheet onClose={() => go("/transfers")} />}
      {open !== null && open !== NEW && <TransferSheet id={open} onClose={() => go("/transfers")} />}
    </>
  );
}

function idOf({ id }: Transfer): string {
  return id;
}

interface ListProps {
  readonly transfers: readonly Transfer[];
  /** Whether the filter alone hides them. */
  readonly any: boolean;
  readonly children: ReactNode;
}

function List({ transfers, any, children }: ListProps): ReactNode {
  if (transfers.length === 0) {
    return any ? (
      <>
        <Empty title="No transfer matches">Take words out of the filter, or load older transfers.</Empty>
        {children}
      </>
    ) : (
      <Empty title="No transfers here">
        One is created when a pool leaves its band, or when a person asks for a move on the overview.
      </Empty>
    );
  }
  return (
    <>
      <Table
        caption="Transfers"
        columns={COLUMNS}
        rows={transfers}
        id={(transfer) => transfer.id}
        href={(transfer) => `/transfers/${transfer.id}`}
      />
      {children}
    </>
  );
}

const COLUMNS: readonly Column<Transfer>[] = [
  {
    head: "State",
    cell: (transfer) => (
      <Badge state={TRANSFER_STATES[transfer.state]} title={TRANSFER_STATES[transfer.state].meaning} bare />
    ),
  },
  {
    head: "Move",
    main: true,
    cell: (transfer) => (
      <span className="inline-flex flex-wrap items-center gap-x-1.5">
        {transfer.from.label}
        <Icon name="arrow" size={12} className="text-muted" />
        <span className="sr-only">to</span>
        {transfer.to.label}
      </span>
    ),
  },
  { head: "Network", cell: (transfer) => <span className="text-muted">{transfer.network}</span> },
  { head: "Amount", right: true, cell: (transfer) => <Amount money={transfer.amount} className="font-medium" /> },
  { head: "Fee", right: true, cell: (transfer) => <FeeCell transfer={transfer} /> },
  { head: "Type", cell: (transfer) => <Badge state={OPERATION_TYPES[transfer.type]} bare /> },
  { head: "Created (UTC)", right: true, cell: (transfer) => <Time at={transfer.created_at} /> },
  {
    head: "Id",
    right: true,
    className: "max-lg:hidden",
    cell: (transfer) => <code className="font-mono text-xs text-muted">{transfer.id.slice(0, 14)}</code>,
  },
];

/** What it cost, or at most may cost. */
function FeeCell({ transfer }: { readonly transfer: Transfer }): ReactNode {
  if (transfer.fee_actual) return <Amount money={transfer.fee_actual} unit={false} />;
  return (
    <span className="text-muted">
      ≤ <Amount money={transfer.fee_max} unit={false} />
    </span>
  );
}
