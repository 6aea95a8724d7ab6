/** Every account, page by page; each leads to its statement. */
import type { ReactNode } from "react";
import { usePages } from "../../api/pages.ts";
import type { LedgerAccount, LedgerAccountPage } from "../../api/types.ts";
import { Button } from "../../widgets/button.tsx";
import { Select } from "../../widgets/field.tsx";
import { LoadMore } from "../../widgets/load_more.tsx";
import { Data, Empty, Panel } from "../../widgets/panel.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Amount } from "../../widgets/value.tsx";

export interface AccountFilter {
  readonly kind: LedgerAccount["kind"] | "";
  readonly asset: string;
}

export const NO_FILTER: AccountFilter = { kind: "", asset: "" };

interface Props {
  /** Balances of this instant; of now where it is null. */
  readonly at: string | null;
  readonly filter: AccountFilter;
  readonly assets: readonly string[];
  onFilter(filter: AccountFilter): void;
}

export function Accounts({ at, filter, assets, onFilter }: Props): ReactNode {
  const { kind, asset } = filter;
  const pages = usePages<LedgerAccount, LedgerAccountPage>(
    "ledger/accounts",
    { kind, asset, at: at ?? undefined },
    ({ id }) => id,
  );
  const aside = (
    <>
      {kind !== "" && <Button onClick={() => onFilter({ ...filter, kind: "" })}>Only {kind}: show all kinds</Button>}
      <Select
        label="Asset"
        hideLabel
        value={asset}
        options={[["", "Every asset"], ...assets.map((id) => [id, id] as const)]}
        onChange={(chosen) => onFilter({ ...filter, asset: chosen })}
      />
    </>
  );
  return (
    <Panel title="Accounts" aside={aside} flush>
      <Data query={pages} what="The accounts">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No accounts here">Widen the filter.</Empty>
          ) : (
            <>
              <Table
                caption="Accounts"
                columns={COLUMNS}
                rows={items}
                id={({ id }) => id}
                href={({ id }) => `/books?account=${encodeURIComponent(id)}`}
              />
              <LoadMore pages={pages} />
            </>
          )
        }
      </Data>
    </Panel>
  );
}

const COLUMNS: readonly Column<LedgerAccount>[] = [
  { head: "Account", main: true, cell: ({ id }) => <span className="break-all">{id}</span> },
  { head: "Balance", right: true, cell: ({ balance }) => <Amount money={balance} className="font-medium" /> },
  {
    head: "Held",
    right: true,
    className: "max-lg:hidden",
    cell: ({ held }) => held && <Amount money={held} unit={false} />,
  },
  {
    head: "Available",
    right: true,
    className: "max-lg:hidden",
    cell: ({ available }) => available && <Amount money={available} unit={false} />,
  },
  { head: "Entries", right: true, cell: ({ entries }) => <span className="num">{entries}</span> },
];
