/** The reading calls of the standard sequence, asked of one venue now. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { actions } from "../../api/actions.ts";
import { mintKey } from "../../api/client.ts";
import type { Venue, VenueExercise } from "../../api/types.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Button } from "../../widgets/button.tsx";
import { Select } from "../../widgets/field.tsx";
import { Failure, Panel } from "../../widgets/panel.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import type { Word } from "../../widgets/words.ts";
import { milliseconds } from "./figures.ts";

type Step = VenueExercise["steps"][number];

export function Exercise({ venues }: { readonly venues: readonly Venue[] }): ReactNode {
  const client = useQueryClient();
  const [chosen, choose] = useState(venues[0]?.id ?? "");
  const run = useMutation({
    mutationFn: () => actions.exerciseVenue(chosen, mintKey()),
    onSettled: () => client.invalidateQueries({ queryKey: ["venues"] }),
  });
  return (
    <Panel title="Try a venue">
      <div className="flex flex-col gap-3">
        <p className="text-xs text-muted">
          Asks for everything that only reads: credentials, wallets, a balance, an address, fees, a look-up, the
          history. Nothing is moved.
        </p>
        <div className="flex flex-wrap items-end gap-3">
          <Select label="Venue" value={chosen} options={venues.map(({ id }) => [id, id])} onChange={choose} />
          <Button icon="poll" onClick={() => run.mutate()} disabled={run.isPending || chosen === ""}>
            {run.isPending ? "Asking …" : "Test"}
          </Button>
        </div>
        <div role="status">
          {run.data && (
            <Table
              caption={`What ${run.data.venue} answered`}
              columns={COLUMNS}
              rows={run.data.steps}
              id={({ call }) => call}
            />
          )}
        </div>
        {run.error && <Failure error={run.error} what="The test" did="did not run" />}
      </div>
    </Panel>
  );
}

const OUTCOMES: Readonly<Record<Step["outcome"], Word>> = {
  ok: { word: "OK", icon: "ok", tone: "ok" },
  failed: { word: "Failed", icon: "breach", tone: "breach" },
  unsupported: { word: "Unsupported", icon: "blocked", tone: "plain" },
  skipped: { word: "Not asked", icon: "dot", tone: "plain" },
};

const COLUMNS: readonly Column<Step>[] = [
  { head: "Call", cell: ({ call }) => <span className="font-medium">{call.replaceAll("_", " ")}</span> },
  { head: "Outcome", cell: ({ outcome }) => <Badge state={OUTCOMES[outcome]} bare /> },
  { head: "Took", right: true, cell: ({ duration_ms }) => <span className="num">{milliseconds(duration_ms)}</span> },
  { head: "What came back", cell: ({ detail }) => <span className="break-words">{detail}</span> },
];
