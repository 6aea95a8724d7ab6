/** One sale from its sizing to its orders; while its transfer waits for people, the way to sign it. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { queries } from "../../api/queries.ts";
import type { Liquidation } from "../../api/types.ts";
import { SaleView } from "../../lending/sale_view.tsx";
import { ORDER_STATES, SALE_STATES } from "../../lending/words.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Facts } from "../../widgets/panel.tsx";
import { Sheet } from "../../widgets/sheet.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Amount, Time } from "../../widgets/value.tsx";
import { ReviewLink } from "../approvals/review_link.tsx";
import { SaleLeft } from "./sale_left.tsx";

interface Props {
  readonly sale: Liquidation;
  onClose(): void;
}

export function SaleSheet({ sale, onClose }: Props): ReactNode {
  const waiting = useQuery(queries.approvals()).data?.items.some(({ object_id }) => object_id === sale.transfer_id);
  return (
    <Sheet
      title="Sale of collateral"
      head={
        <>
          <code className="font-mono text-xs break-all">{sale.id}</code>
          <Badge state={SALE_STATES[sale.state]} bare />
        </>
      }
      onClose={onClose}
      foot={
        waiting === true && (
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="text-muted">Nothing moves until people have signed its transfer.</p>
            <ReviewLink href={`/approvals/${sale.transfer_id}`} />
          </div>
        )
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-muted">{SALE_STATES[sale.state].meaning}</p>
        <SaleLeft sale={sale} />
        <SaleView sale={sale} />
        <Facts
          rows={[
            ["Sold so far", <Amount key="sold" money={sale.sold} exact />],
            ["Brought, net", <Amount key="proceeds" money={sale.proceeds} />],
            ["Repaid with it", <Amount key="repaid" money={sale.repaid} />],
            ["Left over", <Amount key="surplus" money={sale.surplus} />],
            [
              "Transfer",
              sale.transfer_id === null ? (
                "none"
              ) : (
                <Link
                  key="transfer"
                  href={`/transfers/${sale.transfer_id}`}
                  className="inline-flex min-h-6 items-center font-mono text-xs break-all text-accent hover:underline"
                >
                  {sale.transfer_id}
                </Link>
              ),
            ],
            ...(sale.note === null ? [] : ([["Note", sale.note]] as const)),
          ]}
        />
        <section aria-label="Orders">
          <h3 className="label mb-1">Orders</h3>
          {sale.orders.length === 0 ? (
            <p className="text-muted">None is placed yet.</p>
          ) : (
            <Table caption="Orders" columns={ORDERS} rows={sale.orders} id={({ id }) => id} />
          )}
        </section>
      </div>
    </Sheet>
  );
}

const ORDERS: readonly Column<Liquidation["orders"][number]>[] = [
  { head: "Placed", main: true, cell: ({ created_at }) => <Time at={created_at} short /> },
  { head: "State", cell: ({ state }) => <Badge state={ORDER_STATES[state]} bare /> },
  { head: "Amount", right: true, cell: ({ amount }) => <Amount money={amount} /> },
  { head: "Filled", right: true, cell: ({ filled }) => <Amount money={filled} unit={false} /> },
  { head: "Brought", right: true, cell: ({ value }) => <Amount money={value} /> },
  { head: "Matched", cell: ({ matched }) => (matched ? "yes" : <span className="text-watch">not yet</span>) },
];
