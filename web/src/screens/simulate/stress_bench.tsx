/** Stress tests: a scenario at the left, what the live policy would make of it at the right. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { queries } from "../../api/queries.ts";
import type { Pool } from "../../api/types.ts";
import { Button } from "../../widgets/button.tsx";
import { Data, Empty, Failure, Panel } from "../../widgets/panel.tsx";
import { RealState } from "./real_state.tsx";
import { StressForm } from "./stress_form.tsx";
import { StressOutcome } from "./stress_outcome.tsx";
import { type StressTest, useStress } from "./use_stress.ts";

export function StressBench({ pool }: { readonly pool: Pool }): ReactNode {
  const scenarios = useQuery(queries.scenarios());
  const test = useStress();
  return (
    <div className="grid gap-3 lg:grid-cols-[20rem_minmax(0,1fr)]">
      <div className="flex flex-col gap-3">
        <RealState pool={pool} />
        <Panel title="Scenario">
          <Data query={scenarios} what="The scenarios">
            {({ items }) => <StressForm pool={pool} scenarios={items} running={test.running} onRun={test.run} />}
          </Data>
        </Panel>
      </div>
      <div className="flex min-w-0 flex-col gap-3">
        <div role="status" className="empty:hidden">
          {test.running && <Busy test={test} />}
        </div>
        {test.error && <Failure error={test.error} what="The stress test" did="did not run" />}
        <Result test={test} />
      </div>
    </div>
  );
}

function Busy({ test }: { readonly test: StressTest }): ReactNode {
  return (
    <div className="flex flex-wrap items-center gap-3 rounded border border-line bg-surface px-3 py-2">
      <progress aria-label="The stress test runs" className="h-2 min-w-32 flex-1 accent-[var(--accent)]" />
      <span className="num text-muted" aria-hidden="true">
        {test.seconds} s
      </span>
      <Button onClick={test.cancel}>Cancel</Button>
    </div>
  );
}

function Result({ test }: { readonly test: StressTest }): ReactNode {
  const report = test.result?.pools[0];
  if (test.result && report) {
    return (
      <div className={test.running ? "opacity-60" : ""}>
        <StressOutcome scenario={test.result.scenario} report={report} />
      </div>
    );
  }
  return (
    <Panel title="Outcome">
      <Empty title={test.cancelled ? "Cancelled" : "No stress test yet"}>
        Choose what should happen and run it. The live policy decides, on a copy of the live state.
      </Empty>
    </Panel>
  );
}
