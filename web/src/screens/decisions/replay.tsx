/** Makes the decision again from its record, and says whether it comes out the same. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { queries } from "../../api/queries.ts";
import type { ReplayView } from "../../api/types.ts";
import { Button } from "../../widgets/button.tsx";
import { Copy } from "../../widgets/copy.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Failure, Scroller } from "../../widgets/panel.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Digest } from "../../widgets/value.tsx";

export function Replay({ id }: { readonly id: string }): ReactNode {
  const [asked, setAsked] = useState(false);
  const query = useQuery({ ...queries.replay(id), enabled: asked, staleTime: 0 });
  const command = `./tidegate decisions replay ${id}`;
  const run = (): void => {
    if (asked) void query.refetch();
    else setAsked(true);
  };
  return (
    <section aria-label="Replay" className="flex flex-col gap-2 rounded border border-line bg-raised px-3 py-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <div>
          <h3 className="label">Replay</h3>
          <p className="text-xs text-muted">The same function on the recorded snapshot and policy.</p>
        </div>
        <Button icon="poll" onClick={run} disabled={query.isFetching}>
          {query.isFetching ? "Deciding again …" : "Replay"}
        </Button>
      </div>
      <div role="status">{query.data && !query.isFetching && <Outcome replay={query.data} />}</div>
      {query.error && <Failure error={query.error} what="The replay" did="did not run" />}
      <p className="text-xs text-muted">
        On your own machine: <code className="font-mono break-all">{command}</code>
        <Copy text={command} what="command" />
      </p>
    </section>
  );
}

function Outcome({ replay }: { readonly replay: ReplayView }): ReactNode {
  if (replay.matches) {
    return (
      <p className="flex flex-wrap items-center gap-1.5 font-medium text-ok">
        <Icon name="ok" /> It comes out the same, bit for bit, under policy <Digest hex={replay.policy_digest} short />
      </p>
    );
  }
  return (
    <>
      <p className="flex items-center gap-1.5 font-medium text-breach">
        <Icon name="breach" /> It does not come out the same. The record or the program was changed.
      </p>
      <Scroller label="Differences" className="max-h-60">
        <Table
          caption="Differences between the record and the replay"
          columns={COLUMNS}
          rows={replay.differences}
          id={({ path }) => path}
        />
      </Scroller>
    </>
  );
}

const COLUMNS: readonly Column<ReplayView["differences"][number]>[] = [
  { head: "Where", main: true, cell: ({ path }) => <code className="font-mono text-xs break-all">{path}</code> },
  { head: "Recorded", cell: ({ recorded }) => <code className="font-mono text-xs break-all">{recorded ?? "–"}</code> },
  { head: "Replayed", cell: ({ replayed }) => <code className="font-mono text-xs break-all">{replayed ?? "–"}</code> },
];
