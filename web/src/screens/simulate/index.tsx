/** What if: a hypothetical outflow on a copy. The real treasury stands at the left; nothing here can move anything. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { actions } from "../../api/actions.ts";
import { mintKey } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import type { Pool, WhatIf, WhatIfRequest } from "../../api/types.ts";
import { Segments } from "../../widgets/button.tsx";
import { Empty, Failure, Panel, ScreenHead, Skeleton } from "../../widgets/panel.tsx";
import { poolName } from "../../widgets/words.ts";
import { Outcome } from "./outcome.tsx";
import { PolicyPanel } from "./policy_panel.tsx";
import { RealState } from "./real_state.tsx";
import { StressBench } from "./stress_bench.tsx";
import { WhatIfForm } from "./what_if_form.tsx";

type Kind = "what_if" | "stress" | "policy";
const KINDS: readonly { readonly value: Kind; readonly text: string }[] = [
  { value: "what_if", text: "What if" },
  { value: "stress", text: "Stress test" },
  { value: "policy", text: "Another policy" },
];

/** The address names what is tried, so that a link leads there. */
export default function SimulateScreen({ kind: named }: { readonly kind: string | null }): ReactNode {
  const [, go] = useLocation();
  const { data, error } = useQuery(queries.overview());
  const [chosen, setChosen] = useState<string | null>(null);
  const kind = KINDS.find(({ value }) => value === named)?.value ?? "what_if";
  if (!data) return error ? null : <Skeleton rows={8} />;
  const pools = data.pools.filter(({ task }) => task === null);
  const pool = pools.find((candidate) => candidate.id === chosen) ?? pools[0];
  return (
    <div className="hatched -mx-4 -my-3 min-h-[calc(100vh-4.5rem)] px-4 py-3 max-md:-mx-3 max-md:px-3">
      <p className="mb-3 rounded border border-dashed border-watch bg-surface px-3 py-1.5 text-center text-xs font-semibold text-watch">
        <span className="tracking-[0.3em]">SIMULATION</span>
        <span className="font-normal text-ink-2"> · on a copy of the present state · nothing here can be executed</span>
      </p>
      <ScreenHead title="Simulate" sentence="How long would it hold, and what would Tidegate do?">
        <Segments<Kind>
          label="What"
          value={kind}
          onChange={(next) => go(next === "what_if" ? "/simulate" : `/simulate/${next}`)}
          options={KINDS}
        />
        {kind !== "policy" && pools.length > 1 && pool && (
          <Segments
            label="Pool"
            value={pool.id}
            onChange={setChosen}
            options={pools.map((each) => ({ value: each.id, text: poolName(each, pools) }))}
          />
        )}
      </ScreenHead>
      {kind === "policy" ? (
        <PolicyPanel />
      ) : pool ? (
        kind === "what_if" ? (
          <Bench key={pool.id} pool={pool} />
        ) : (
          <StressBench key={pool.id} pool={pool} />
        )
      ) : (
        <Empty title="No pools yet">Add a pool to the configuration first.</Empty>
      )}
    </div>
  );
}

function Bench({ pool }: { readonly pool: Pool }): ReactNode {
  const run = useMutation({
    mutationFn: (request: WhatIfRequest): Promise<WhatIf> => actions.whatIf(pool.id, request, mintKey()),
  });
  return (
    <div className="grid gap-3 lg:grid-cols-[20rem_minmax(0,1fr)]">
      <div className="flex flex-col gap-3">
        <RealState pool={pool} />
        <Panel title="Hypothesis">
          <WhatIfForm pool={pool} pending={run.isPending} onRun={run.mutate} />
        </Panel>
      </div>
      <div className="min-w-0">
        {run.error && (
          <div className="mb-3">
            <Failure error={run.error} what="The simulation" did="did not run" />
          </div>
        )}
        {run.data ? (
          <Outcome result={run.data} pool={pool} />
        ) : (
          <Panel title="Outcome">
            <Empty title="No hypothesis yet">
              Choose an outflow at the left and run it. The same function decides here as in the daemon.
            </Empty>
          </Panel>
        )}
      </div>
    </div>
  );
}
