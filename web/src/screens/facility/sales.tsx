/** Sales of the loan's collateral, newest first. */
import type { ReactNode } from "react";
import type { Liquidation } from "../../api/types.ts";
import { SALE_STATES } from "../../lending/words.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Panel } from "../../widgets/panel.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Amount, Price, Time } from "../../widgets/value.tsx";

export function Sales({ sales }: { readonly sales: readonly Liquidation[] }): ReactNode {
  return (
    <Panel title="Sales of collateral" flush>
      <Table
        caption="Sales"
        columns={COLUMNS}
        rows={sales}
        id={({ id }) => id}
        href={({ facility_id, id }) => `/credit/${facility_id}/sales/${id}`}
      />
    </Panel>
  );
}

const COLUMNS: readonly Column<Liquidation>[] = [
  { head: "Planned", main: true, cell: ({ created_at }) => <Time at={created_at} /> },
  {
    head: "State",
    cell: ({ state, left }) => (
      <span className="inline-flex flex-col">
        <Badge state={SALE_STATES[state]} bare title={SALE_STATES[state].meaning} />
        {left !== null && (
          <span className="text-xs text-watch" title={left.sentence}>
            waits for people
          </span>
        )}
      </span>
    ),
  },
  { head: "Amount", right: true, cell: ({ amount }) => <Amount money={amount} className="font-medium" /> },
  { head: "Sold", right: true, cell: ({ sold }) => <Amount money={sold} unit={false} /> },
  { head: "Never below", right: true, cell: ({ price_limit }) => <Price money={price_limit} /> },
  { head: "Brought", right: true, className: "md:max-lg:hidden", cell: ({ proceeds }) => <Amount money={proceeds} /> },
  { head: "Repaid", right: true, className: "md:max-lg:hidden", cell: ({ repaid }) => <Amount money={repaid} /> },
];
