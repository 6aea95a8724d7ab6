/** Proposals of people, beside the transfers that wait. */
import type { ReactNode } from "react";
import { QuorumDots } from "../../review/quorum.tsx";
import { useIdentity } from "../../shell/identity.tsx";
import { Data, Empty, Panel } from "../../widgets/panel.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Amount, Until } from "../../widgets/value.tsx";
import type { Proposal } from "./proposals.ts";
import { ReviewLink } from "./review_link.tsx";
import type { Tab } from "./split.ts";
import type { Proposals } from "./use_proposals.ts";

interface Props {
  readonly query: Proposals;
  readonly shown: readonly Proposal[];
  readonly tab: Tab;
}

export function ProposalList({ query, shown, tab }: Props): ReactNode {
  return (
    <Panel title="Proposals of people" flush>
      <Data query={query} what="The proposals">
        {() =>
          shown.length === 0 ? (
            <Empty title={tab === "mine" ? "No proposal waits for you" : "No proposal waits"}>
              When people say how a held transfer ended or what a break was, propose a loan or more time for a margin
              call, or ask for refills in advance, at least two others sign it here.
            </Empty>
          ) : (
            <Table
              caption="Proposals"
              columns={COLUMNS}
              rows={shown}
              id={(item) => item.id}
              href={(item) => `/approvals/${item.id}`}
            />
          )
        }
      </Data>
    </Panel>
  );
}

const COLUMNS: readonly Column<Proposal>[] = [
  { head: "Proposal", main: true, cell: (item) => item.title },
  {
    head: "About",
    className: "md:max-lg:hidden",
    cell: (item) => <span className="text-muted">{item.about.name}</span>,
  },
  {
    head: "Amount",
    right: true,
    cell: (item) => item.amount && <Amount money={item.amount} sign={item.kind === "break"} />,
  },
  { head: "Quorum", cell: (item) => <QuorumDots quorum={item.quorum} /> },
  { head: "Proposed by", className: "md:max-lg:hidden", cell: (item) => <Name id={item.proposed_by} /> },
  { head: "Expires in", right: true, cell: (item) => <Until at={item.expires_at} /> },
  { head: "Do", right: true, cell: (item) => <ReviewLink href={`/approvals/${item.id}`} /> },
];

function Name({ id }: { readonly id: string }): ReactNode {
  const { nameOf } = useIdentity();
  return <span className="text-muted">{nameOf(id)}</span>;
}
