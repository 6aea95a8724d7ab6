/** Which holdings a venue's credentials can see, beside what the configuration knows; asked only when somebody wants to know. */
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { actions } from "../../api/actions.ts";
import { mintKey } from "../../api/client.ts";
import type { Discovery as Found, Venue } from "../../api/types.ts";
import { Button } from "../../widgets/button.tsx";
import { Copy } from "../../widgets/copy.tsx";
import { Select } from "../../widgets/field.tsx";
import { Empty, Failure, Panel } from "../../widgets/panel.tsx";
import { type Column, Table } from "../../widgets/table.tsx";

type Holding = Found["items"][number];

export function Discovery({ venues }: { readonly venues: readonly Venue[] }): ReactNode {
  const [venue, choose] = useState(venues[0]?.id ?? "");
  const ask = useMutation({ mutationFn: () => actions.discover(venue, mintKey()) });
  const found = ask.data?.venue === venue ? ask.data : undefined;
  return (
    <Panel title="Find holdings" flush>
      <div className="flex flex-wrap items-end gap-3 p-3">
        <Select
          label="Venue"
          value={venue}
          onChange={choose}
          options={venues.map(({ id }) => [id, id] as const)}
          className="w-48"
        />
        <Button onClick={() => ask.mutate()} disabled={ask.isPending}>
          {ask.isPending ? "Asking …" : "Discover"}
        </Button>
        <p className="min-w-0 flex-1 basis-64 text-xs text-muted">
          What the credentials can see, and which of it is a wallet here. Nothing changes: the lines go into the
          configuration, and people activate the wallet then.
        </p>
      </div>
      {ask.error && (
        <div className="px-3 pb-3">
          <Failure error={ask.error} what="The venue's holdings" />
        </div>
      )}
      {found !== undefined &&
        (found.items.length === 0 ? (
          <Empty title="The venue shows no holdings">Its credentials see none.</Empty>
        ) : (
          <Table
            caption={`Holdings at ${found.venue}`}
            columns={COLUMNS}
            rows={found.items}
            id={(item) => `${item.account} ${item.asset}`}
          />
        ))}
    </Panel>
  );
}

const COLUMNS: readonly Column<Holding>[] = [
  {
    head: "Account",
    main: true,
    cell: ({ account }) => <code className="font-mono text-xs break-all">{account}</code>,
  },
  { head: "Asset", cell: ({ asset }) => asset },
  { head: "Its name there", cell: ({ label }) => <span className="text-muted">{label}</span> },
  {
    head: "Wallet",
    cell: ({ wallet_id, lines }) =>
      wallet_id ??
      (lines === null ? (
        <span className="text-muted">an asset that the configuration does not know</span>
      ) : (
        <span className="inline-flex items-center gap-1">
          not in the configuration <Copy text={lines} what="lines for the configuration" />
        </span>
      )),
  },
];
