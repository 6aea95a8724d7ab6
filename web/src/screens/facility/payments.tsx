/** What was drawn and paid, with what each payment went to; and the statement to take along. */
import type { ReactNode } from "react";
import { withQuery } from "../../api/queries.ts";
import type { FacilityDetail } from "../../api/types.ts";
import { isZero } from "../../format/decimal.ts";
import { useIdentity } from "../../shell/identity.tsx";
import { Badge } from "../../widgets/badge.tsx";
import { Download } from "../../widgets/download.tsx";
import { Empty, Panel } from "../../widgets/panel.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Amount, Time } from "../../widgets/value.tsx";
import type { Word } from "../../widgets/words.ts";

type Payment = FacilityDetail["payments"][number];

const KINDS: Readonly<Record<Payment["kind"], Word>> = {
  disbursal: { word: "Drawn", icon: "arrow", tone: "plain" },
  repayment: { word: "Repaid", icon: "ok", tone: "ok" },
};

export function Payments({ detail: { payments, facility } }: { readonly detail: FacilityDetail }): ReactNode {
  const statement = (format: "csv" | "jsonl") =>
    withQuery("/v1/credit/statement", { facility_id: facility.object_id, format });
  return (
    <Panel
      title="Money drawn and repaid"
      aside={
        <>
          <Download href={statement("csv")} name={`${facility.reference}.csv`}>
            Statement CSV
          </Download>
          <Download href={statement("jsonl")} name={`${facility.reference}.jsonl`}>
            JSONL
          </Download>
        </>
      }
      flush
    >
      {payments.length === 0 ? (
        <Empty title="Nothing is drawn yet" />
      ) : (
        <Table caption="Payments" columns={COLUMNS} rows={payments} id={({ id }) => id} />
      )}
    </Panel>
  );
}

const COLUMNS: readonly Column<Payment>[] = [
  { head: "When", main: true, cell: ({ at }) => <Time at={at} /> },
  { head: "What", cell: ({ kind }) => <Badge state={KINDS[kind]} bare /> },
  { head: "Amount", right: true, cell: ({ amount }) => <Amount money={amount} className="font-medium" /> },
  { head: "Went to", cell: (payment) => <WentTo payment={payment} /> },
  { head: "Reference", cell: ({ reference }) => <code className="font-mono text-xs text-muted">{reference}</code> },
  { head: "Recorded by", cell: ({ source }) => <Source id={source} /> },
];

function WentTo({ payment }: { readonly payment: Payment }): ReactNode {
  const parts = [
    ["fees", payment.to_fees],
    ["interest", payment.to_interest],
    ["principal", payment.to_principal],
    ["shortfall", payment.to_shortfall],
    ["owed to the customer", payment.surplus],
  ] as const;
  if (payment.kind === "disbursal") return null;
  return (
    <span className="text-muted">
      {parts
        .filter(([, money]) => !isZero(money.amount))
        .map(([name, money], at) => (
          <span key={name}>
            {at > 0 && ", "}
            <Amount money={money} unit={false} /> {name}
          </span>
        ))}
    </span>
  );
}

function Source({ id }: { readonly id: string }): ReactNode {
  const { nameOf } = useIdentity();
  return <span className="text-muted">{nameOf(id).replace(/^person:/, "")}</span>;
}
