/** What waits for people. Opening one shows exactly what would be signed. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link, useLocation } from "wouter";
import { queries } from "../../api/queries.ts";
import type { Approval } from "../../api/types.ts";
import { shortDigest } from "../../format/digest.ts";
import { QuorumDots } from "../../review/quorum.tsx";
import { type Person, useIdentity } from "../../shell/identity.tsx";
import { Badge } from "../../widgets/badge.tsx";
import { Segments } from "../../widgets/button.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Data, Empty, Panel, ScreenHead } from "../../widgets/panel.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Amount, Until } from "../../widgets/value.tsx";
import { OPERATION_TYPES } from "../../widgets/words.ts";
import { ProposalList } from "./proposal_list.tsx";
import { ProposalSheet } from "./proposal_sheet.tsx";
import { proposalKind } from "./proposals.ts";
import { ReviewLink } from "./review_link.tsx";
import { ReviewSheet } from "./review_sheet.tsx";
import { split, type Tab } from "./split.ts";
import { useProposals } from "./use_proposals.ts";

export default function ApprovalsScreen({ open }: { readonly open: string | null }): ReactNode {
  const [, go] = useLocation();
  const { me } = useIdentity();
  const [chosen, setTab] = useState<Tab | null>(null);
  const tab = chosen ?? (me ? "mine" : "all");
  const list = useQuery(queries.approvals());
  const proposals = useProposals();
  const parts = split(list.data?.items ?? [], me?.id ?? null);
  const proposed = split(proposals.data ?? [], me?.id ?? null);
  const count = (which: Tab): number => parts[which].length + proposed[which].length;
  // What waits stands first: a proposal is not looked for under an empty list of transfers.
  const proposals_first = parts[tab].length === 0 && proposed[tab].length > 0;
  const panels = [
    <Panel key="transfers" title="Transfers that wait" flush>
      <Data query={list} what="The approvals">
        {() => <List approvals={parts[tab]} tab={tab} me={me} />}
      </Data>
    </Panel>,
    <ProposalList key="proposals" query={proposals} shown={proposed[tab]} tab={tab} />,
  ];
  return (
    <>
      <ScreenHead
        title="Approvals"
        sentence="Custody pays out only with a quorum of people. A vote is a signature over exactly what is shown."
      >
        <Link href="/envelopes" className="inline-flex min-h-7 items-center text-accent hover:underline">
          Approved in advance
        </Link>
        <Segments<Tab>
          label="Whose"
          value={tab}
          onChange={setTab}
          options={[
            { value: "mine", text: `Mine (${count("mine")})` },
            { value: "others", text: `Others (${count("others")})` },
            { value: "all", text: `All (${count("all")})` },
          ]}
        />
      </ScreenHead>
      <div className="flex flex-col gap-3">{proposals_first ? panels.toReversed() : panels}</div>
      {open !== null && <Sheet id={open} onClose={() => go("/approvals")} />}
    </>
  );
}

function Sheet({ id, onClose }: { readonly id: string; onClose(): void }): ReactNode {
  const kind = proposalKind(id);
  return kind === null ? (
    <ReviewSheet id={id} onClose={onClose} />
  ) : (
    <ProposalSheet id={id} kind={kind} onClose={onClose} />
  );
}

interface ListProps {
  readonly approvals: readonly Approval[];
  readonly tab: Tab;
  readonly me: Person | null;
}

function List({ approvals, tab, me }: ListProps): ReactNode {
  if (approvals.length > 0) {
    return (
      <Table
        caption="Approvals"
        columns={COLUMNS}
        rows={approvals}
        id={(approval) => approval.object_id}
        href={(approval) => `/approvals/${approval.object_id}`}
      />
    );
  }
  if (tab === "mine" && me === null) {
    return <Empty title="Who are you?">Choose yourself in the strip above; then what waits for you stands here.</Empty>;
  }
  return (
    <Empty title={tab === "mine" ? "No transfer waits for you" : "No transfer waits"}>
      A move out of custody waits here until enough people have signed it, or one has denied it.
    </Empty>
  );
}

const COLUMNS: readonly Column<Approval>[] = [
  {
    head: "Move",
    main: true,
    cell: ({ transfer }) => (
      <span className="inline-flex flex-wrap items-center gap-x-1.5">
        {transfer.from.label}
        <Icon name="arrow" size={12} className="text-muted" />
        <span className="sr-only">to</span>
        {transfer.to.label}
      </span>
    ),
  },
  { head: "Network", cell: ({ transfer }) => <span className="text-muted">{transfer.network}</span> },
  { head: "Amount", right: true, cell: ({ transfer }) => <Amount money={transfer.amount} className="font-medium" /> },
  { head: "Quorum", cell: ({ quorum }) => <QuorumDots quorum={quorum} /> },
  { head: "Type", cell: ({ transfer }) => <Badge state={OPERATION_TYPES[transfer.type]} bare /> },
  {
    head: "Digest",
    className: "max-lg:hidden",
    cell: ({ digest }) => <code className="font-mono text-xs text-muted">{shortDigest(digest)}</code>,
  },
  { head: "Expires in", right: true, cell: ({ expires_at }) => <Until at={expires_at} /> },
  { head: "Do", right: true, cell: (approval) => <ReviewLink href={`/approvals/${approval.object_id}`} /> },
];
