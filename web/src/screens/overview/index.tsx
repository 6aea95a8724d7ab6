/** Am I liquid, what happens next and why, what waits for me, can I trust these numbers. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { queries } from "../../api/queries.ts";
import type { Overview, Pool } from "../../api/types.ts";
import { TONE_TEXT } from "../../widgets/badge.tsx";
import { Segments } from "../../widgets/button.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Empty, Panel, Skeleton } from "../../widgets/panel.tsx";
import { Amount } from "../../widgets/value.tsx";
import { bandWord, poolName } from "../../widgets/words.ts";
import { EventTable } from "../audit/event_table.tsx";
import { Advisor } from "./advisor.tsx";
import { Balances } from "./balances.tsx";
import { PinnedBreaks } from "./breaks.tsx";
import { Exceptions } from "./exceptions.tsx";
import { InFlight } from "./in_flight.tsx";
import { Kpis } from "./kpis.tsx";
import { RatioHistory } from "./ratio_history.tsx";
import { TASK_WORDS, TaskStrip } from "./task_strip.tsx";

const POOL_KEY = "tidegate.pool";

export default function OverviewScreen(): ReactNode {
  const { data, error } = useQuery(queries.overview());
  const [chosen, setChosen] = useState(() => sessionStorage.getItem(POOL_KEY));
  if (!data) return error ? null : <Skeleton rows={8} />;
  const pool = data.pools.find((candidate) => candidate.id === chosen) ?? data.pools[0];
  const choose = (id: string): void => {
    sessionStorage.setItem(POOL_KEY, id);
    setChosen(id);
  };
  return (
    <>
      <h1 className="sr-only">Overview</h1>
      <PinnedBreaks />
      {pool ? <PoolView overview={data} pool={pool} onChoose={choose} /> : <NoPools />}
      <div className="mt-3">
        <Panel
          title="Recent events"
          flush
          aside={
            <Link className="inline-flex min-h-6 items-center hover:underline" href="/audit">
              Open the log
            </Link>
          }
        >
          {data.recent_events.length === 0 ? (
            <Empty title="Nothing has happened yet" />
          ) : (
            <EventTable events={data.recent_events} compact />
          )}
        </Panel>
      </div>
    </>
  );
}

interface PoolViewProps {
  readonly overview: Overview;
  readonly pool: Pool;
  onChoose(id: string): void;
}

function PoolView({ overview, pool, onChoose }: PoolViewProps): ReactNode {
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <Segments
          label="Pool"
          value={pool.id}
          onChange={onChoose}
          options={overview.pools.map((candidate) => ({
            value: candidate.id,
            text: <PoolTab pool={candidate} pools={overview.pools} />,
          }))}
        />
        <p className="flex flex-wrap items-baseline gap-x-4 text-muted">
          <span>
            Total <Amount money={pool.position?.total} className="font-medium text-ink" />
          </span>
          <span>
            Value <Amount money={pool.value} className="font-medium text-ink" missing="no trusted price" />
          </span>
        </p>
      </div>
      {pool.task === null ? <Kpis pool={pool} /> : <TaskStrip pool={pool} task={pool.task} />}
      <Exceptions exceptions={overview.exceptions} />
      <div className="mt-3 grid gap-3 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-3">
          <Balances pool={pool} />
          {pool.task === null && <RatioHistory pool={pool} />}
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <Advisor pool={pool} mode={overview.mode} />
          <InFlight pool={pool} />
        </div>
      </div>
    </>
  );
}

function PoolTab({ pool, pools }: { readonly pool: Pool; readonly pools: readonly Pool[] }): ReactNode {
  const state = bandWord(pool);
  const name = poolName(pool, pools);
  return (
    <>
      {name}
      {pool.task !== null && name === pool.asset && <span className="font-normal">{TASK_WORDS[pool.task].tab}</span>}
      <span className={`inline-flex items-center gap-1 ${TONE_TEXT[state.tone]}`}>
        <Icon name={state.icon} size={12} />
        <span className="font-normal">{state.word}</span>
      </span>
    </>
  );
}

function NoPools(): ReactNode {
  return (
    <Panel title="Pools">
      <Empty title="No pools yet">
        <p>
          Add a pool to the configuration: its liquidity wallets, its reserve wallets and its levels. Then restart, or
          try <code className="font-mono">./tidegate plan -c tidegate.yaml</code> first; it moves nothing.
        </p>
        <pre className="mx-auto mt-3 w-fit max-w-full overflow-x-auto rounded border border-line bg-raised p-3 text-left font-mono text-xs text-ink-2">{`pools:
  - id: usdt
    asset: USDT
    liquidity: [hot-usdt]
    reserve: [custody-usdt]
    networks: [tron]
    levels: { profile: custody-10-90 }`}</pre>
      </Empty>
    </Panel>
  );
}
