/** Refills from custody that people approve in advance: what each allows, what is left, who used it, and a new one. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link, useLocation } from "wouter";
import { queries } from "../../api/queries.ts";
import type { Envelope } from "../../api/types.ts";
import { QuorumDots } from "../../review/quorum.tsx";
import { Badge } from "../../widgets/badge.tsx";
import { Button } from "../../widgets/button.tsx";
import { Data, Empty, Panel, ScreenHead } from "../../widgets/panel.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Amount, Until } from "../../widgets/value.tsx";
import { EnvelopeSheet } from "./envelope_sheet.tsx";
import { ProposeForm } from "./propose_form.tsx";
import { stateWord } from "./words.ts";

export default function EnvelopesScreen({ open }: { readonly open: string | null }): ReactNode {
  const [, go] = useLocation();
  const [proposing, setProposing] = useState(false);
  const list = useQuery(queries.envelopes());
  const shown = list.data?.items.find(({ object_id }) => object_id === open);
  return (
    <>
      <ScreenHead
        title="Approved in advance"
        sentence="The quorum of a few refills, given beforehand and bounded in amount, number and time."
      >
        <Link href="/approvals" className="inline-flex min-h-7 items-center text-accent hover:underline">
          Approvals
        </Link>
        <Button look={proposing ? "plain" : "primary"} onClick={() => setProposing(!proposing)}>
          {proposing ? "Close the form" : "Propose one…"}
        </Button>
      </ScreenHead>
      {proposing && (
        <Panel title="A new envelope" className="mb-3">
          <ProposeForm />
        </Panel>
      )}
      <Panel title="Envelopes, newest first" flush>
        <Data query={list} what="The envelopes">
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="Nothing is approved in advance">
                Custody then pays out only with a quorum for each transfer. An envelope is that quorum for a few of
                them, for nights and weekends.
              </Empty>
            ) : (
              <Table
                caption="Envelopes"
                columns={COLUMNS}
                rows={items}
                id={({ object_id }) => object_id}
                href={({ object_id }) => `/envelopes/${object_id}`}
              />
            )
          }
        </Data>
      </Panel>
      {shown && <EnvelopeSheet envelope={shown} onClose={() => go("/envelopes")} />}
    </>
  );
}

const COLUMNS: readonly Column<Envelope>[] = [
  { head: "Reason", main: true, cell: ({ reason }) => reason },
  { head: "Pool", cell: ({ pool_id }) => <span className="text-muted">{pool_id}</span> },
  { head: "State", cell: (item) => <Badge state={stateWord(item)} bare /> },
  {
    head: "Left",
    right: true,
    cell: ({ amount_remaining, amount_total }) => (
      <>
        <Amount money={amount_remaining} unit={false} className="font-medium" />{" "}
        <span className="text-muted">
          of <Amount money={amount_total} />
        </span>
      </>
    ),
  },
  { head: "Refills left", right: true, cell: ({ count_remaining, count_max }) => `${count_remaining} of ${count_max}` },
  { head: "Each at most", right: true, cell: ({ amount_max }) => <Amount money={amount_max} /> },
  { head: "Quorum", cell: ({ quorum }) => <QuorumDots quorum={quorum} /> },
  {
    head: "Ends in",
    right: true,
    cell: ({ state, expires_at, valid_until }) =>
      state === "open" ? <Until at={expires_at} /> : state === "active" ? <Until at={valid_until} /> : "",
  },
];
