/** Open margin calls, the nearest deadline first: the clock, what would cure, who has seen it. */
import type { ReactNode } from "react";
import type { MarginCall } from "../../api/types.ts";
import { cureText } from "../../lending/cure.ts";
import { TimeLeft } from "../../lending/deadline.tsx";
import { LoanName } from "../../lending/loan_name.tsx";
import { CALL_STATES } from "../../lending/words.ts";
import { useIdentity } from "../../shell/identity.tsx";
import { Badge } from "../../widgets/badge.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Percent } from "../../widgets/value.tsx";

export function CallTable({ calls }: { readonly calls: readonly MarginCall[] }): ReactNode {
  return (
    <Table
      caption="Open margin calls"
      columns={COLUMNS}
      rows={calls}
      id={({ id }) => id}
      href={({ facility_id }) => `/credit/${facility_id}`}
    />
  );
}

const COLUMNS: readonly Column<MarginCall>[] = [
  { head: "Cure in", cell: (call) => <TimeLeft call={call} /> },
  {
    head: "Loan",
    main: true,
    cell: (item) => <LoanName loan={item} />,
  },
  { head: "State", cell: ({ state }) => <Badge state={CALL_STATES[state]} bare /> },
  { head: "LTV", right: true, cell: ({ ltv_now }) => <Percent value={ltv_now.percent} /> },
  {
    head: "Cured by",
    cell: ({ calculator }) =>
      calculator === null ? (
        <span className="text-muted">not known: a price is missing</span>
      ) : (
        <span>
          {cureText(calculator.cure) ?? "nothing more"}
          {!calculator.trusted && <span className="text-muted"> at the last price</span>}
        </span>
      ),
  },
  { head: "Seen by", cell: (call) => <Seen call={call} /> },
];

function Seen({ call }: { readonly call: MarginCall }): ReactNode {
  const { nameOf } = useIdentity();
  const more = call.extension_id === null ? "" : " · more time is proposed";
  return (
    <span className="text-muted">
      <span className="md:hidden">seen by </span>
      {call.acknowledged_by === null ? "nobody yet" : nameOf(call.acknowledged_by)}
      {more}
    </span>
  );
}
