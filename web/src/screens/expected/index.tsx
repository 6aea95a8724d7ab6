/** Customers' flows that were announced before they happen: what is still to come, what arrived, and what is overdue. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { queries } from "../../api/queries.ts";
import type { ExpectedFlow } from "../../api/types.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Button, Segments } from "../../widgets/button.tsx";
import { Data, Empty, Panel, ScreenHead } from "../../widgets/panel.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Amount, Time, Until } from "../../widgets/value.tsx";
import { AnnounceForm } from "./announce_form.tsx";
import { FLOW_STATES, type FlowState } from "./words.ts";

type Shown = FlowState | "all";
const SHOWN: readonly Shown[] = ["open", "matched", "missed", "late", "all"];
const nameOf = (shown: Shown): string => (shown === "all" ? "All" : FLOW_STATES[shown].word);

export default function ExpectedScreen(): ReactNode {
  const [shown, setShown] = useState<Shown>("open");
  const [announcing, setAnnouncing] = useState(false);
  const list = useQuery(queries.expectedFlows(shown));
  const done = ({ state }: ExpectedFlow): void => {
    setAnnouncing(false);
    setShown(state);
  };
  return (
    <>
      <ScreenHead
        title="Expected flows"
        sentence="What customers will be paid or pay in, announced before it happens. Where a wallet's flows are expected, a payment that nobody announced is a break."
      >
        <Link href="/wallets" className="inline-flex min-h-7 items-center text-accent hover:underline">
          Wallets
        </Link>
        <Button look={announcing ? "plain" : "primary"} onClick={() => setAnnouncing(!announcing)}>
          {announcing ? "Close the form" : "Announce one…"}
        </Button>
      </ScreenHead>
      {announcing && (
        <Panel title="A flow that is to come" className="mb-3">
          <AnnounceForm onDone={done} />
        </Panel>
      )}
      <Panel
        title="Announced, newest first"
        aside={
          <Segments<Shown>
            label="State"
            value={shown}
            onChange={setShown}
            options={SHOWN.map((value) => ({ value, text: nameOf(value) }))}
          />
        }
        flush
      >
        <Data query={list} what="The expected flows">
          {({ items }) =>
            items.length === 0 ? (
              <Empty
                title={shown === "all" ? "Nothing was announced yet" : `Nothing is ${nameOf(shown).toLowerCase()}`}
              >
                {shown === "all" || shown === "open"
                  ? "A back office announces payments here, with ./tidegate expected add, or over the API."
                  : FLOW_STATES[shown].meaning}
              </Empty>
            ) : (
              <Table
                caption="Expected flows"
                columns={COLUMNS}
                rows={items}
                id={({ id }) => id}
                tone={({ state }) => (state === "late" ? "bg-breach-soft" : "")}
              />
            )
          }
        </Data>
      </Panel>
    </>
  );
}

const COLUMNS: readonly Column<ExpectedFlow>[] = [
  {
    head: "Reference",
    main: true,
    cell: ({ reference }) => <span className="font-medium break-all">{reference}</span>,
  },
  {
    head: "Way",
    cell: ({ direction, wallet_id }) => (
      <span>
        <span className="text-muted">{direction === "in" ? "into" : "out of"}</span> {wallet_id}
      </span>
    ),
  },
  { head: "Amount", right: true, cell: ({ amount }) => <Amount money={amount} className="font-medium" /> },
  {
    head: "State",
    cell: ({ state }) => <Badge state={FLOW_STATES[state]} bare title={FLOW_STATES[state].meaning} />,
  },
  {
    head: "Paid to or from",
    className: "max-lg:hidden",
    cell: ({ destination }) => destination && <code className="font-mono text-xs break-all">{destination}</code>,
  },
  {
    head: "Movement",
    className: "max-lg:hidden",
    cell: ({ movement_id }) => movement_id && <code className="font-mono text-xs break-all">{movement_id}</code>,
  },
  {
    head: "Until",
    right: true,
    cell: ({ state, until }) =>
      state === "open" ? (
        <>
          in <Until at={until} />
        </>
      ) : (
        <Time at={until} />
      ),
  },
  {
    head: "Announced by",
    className: "max-xl:hidden",
    cell: ({ created_by }) => <span className="text-muted">{created_by.replace(/^person:/, "")}</span>,
  },
];
