/** Rows of the log: when, of which type, what, at which fee, and both sides of the pool after it. */
import type { ReactNode } from "react";
import type { EventView } from "../../api/types.ts";
import { readable } from "../../format/sentence.ts";
import { useIdentity } from "../../shell/identity.tsx";
import { Badge } from "../../widgets/badge.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Amount, Time } from "../../widgets/value.tsx";
import { OPERATION_TYPES } from "../../widgets/words.ts";
import { eventText } from "./event_text.ts";

interface Props {
  readonly events: readonly EventView[];
  /** Fewer columns, for the overview. */
  readonly compact?: boolean;
}

export function EventTable({ events, compact = false }: Props): ReactNode {
  return (
    <Table caption="Events" columns={compact ? COMPACT : FULL} rows={events} id={(event) => event.id} href={hrefOf} />
  );
}

/** Two lines at most; the whole sentence in the title and, opened, on the object's own page. */
function Sentence({ event }: { readonly event: EventView }): ReactNode {
  return (
    <span title={readable(event.sentence)} className="my-0.5 line-clamp-2 leading-4.5 font-normal">
      {eventText(event)}
    </span>
  );
}

/** Nouns of events that are about a loan. */
const LENDING: ReadonlySet<string> = new Set(["facility", "margin_call", "call", "liquidation", "substitution"]);

/** The object an event is about, where it has a screen. */
function hrefOf(event: EventView): string {
  const [noun] = event.kind.split(".");
  if (noun === "transfer" || noun === "approval") return `/transfers/${event.ref}`;
  if (noun === "wallet" || noun === "movement" || noun === "break" || noun === "venue") return "/wallets";
  if (noun !== undefined && LENDING.has(noun)) return `/credit/${event.ref}`;
  if (noun === "decision") return "/decisions";
  return `/audit?ref=${encodeURIComponent(event.ref)}`;
}

function Type({ event }: { readonly event: EventView }): ReactNode {
  return event.type === null ? (
    <span className="text-muted">System</span>
  ) : (
    <Badge state={OPERATION_TYPES[event.type]} bare />
  );
}

function Actor({ id }: { readonly id: string }): ReactNode {
  const { nameOf } = useIdentity();
  return <span className="text-muted">{nameOf(id).replace(/^venue:/, "")}</span>;
}

function Seal({ seq }: { readonly seq: number | null }): ReactNode {
  if (seq === null) return <span className="text-muted">not yet</span>;
  return (
    <span className="num inline-flex items-baseline gap-1 text-muted" title="Number in the sealed log">
      <Icon name="ok" size={12} className="self-center text-ok" />#{seq}
    </span>
  );
}

/** Nothing where the event moved nothing: an empty cell, not a zero; an element would keep its label on a card. */
function after(event: EventView, side: "liquidity" | "reserve"): ReactNode {
  return event.balances_after && <Amount money={event.balances_after[side]} unit={false} />;
}

const TIME: Column<EventView> = { head: "Time (UTC)", cell: (event) => <Time at={event.at} /> };
const TYPE: Column<EventView> = { head: "Type", cell: (event) => <Type event={event} /> };
const WHAT: Column<EventView> = {
  head: "Event",
  main: true,
  className: "md:min-w-48",
  cell: (event) => <Sentence event={event} />,
};
const AMOUNT: Column<EventView> = {
  head: "Amount",
  right: true,
  cell: (event) => event.amount && <Amount money={event.amount} />,
};
const FEE: Column<EventView> = {
  head: "Fee",
  right: true,
  cell: (event) => event.fee && <Amount money={event.fee} unit={false} />,
};

const COMPACT: readonly Column<EventView>[] = [
  TIME,
  { ...TYPE, className: "md:max-lg:hidden" },
  WHAT,
  AMOUNT,
  { head: "By", right: true, className: "md:max-lg:hidden", cell: (event) => <Actor id={event.actor} /> },
];

const FULL: readonly Column<EventView>[] = [
  TIME,
  TYPE,
  WHAT,
  AMOUNT,
  FEE,
  { head: "Liquidity after", right: true, cell: (event) => after(event, "liquidity") },
  { head: "Reserve after", right: true, cell: (event) => after(event, "reserve") },
  { head: "By", className: "max-xl:hidden", cell: (event) => <Actor id={event.actor} /> },
  { head: "Sealed", right: true, cell: (event) => <Seal seq={event.seq} /> },
];
