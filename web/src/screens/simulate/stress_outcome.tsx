/** What a stress test says: in a sentence, in figures, drawn. */
import { type ReactNode, useMemo, useState } from "react";
import type { Stress } from "../../api/types.ts";
import { isZero } from "../../format/decimal.ts";
import { readable } from "../../format/sentence.ts";
import { Button } from "../../widgets/button.tsx";
import { Chart } from "../../widgets/chart.tsx";
import { Copy } from "../../widgets/copy.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Panel, Scroller } from "../../widgets/panel.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Amount } from "../../widgets/value.tsx";
import { Fact, Hour, Watermark } from "./outcome_parts.tsx";
import { stressChart } from "./stress_chart.ts";

type Report = Stress["pools"][number];

interface Props {
  readonly scenario: Stress["scenario"];
  readonly report: Report;
}

export function StressOutcome({ scenario, report }: Props): ReactNode {
  const command = `./tidegate stress --scenario ${scenario.id} --pool ${report.pool_id} --approval-hours ${report.approval_hours}`;
  return (
    <div className="flex flex-col gap-3">
      <Panel
        title={scenario.title}
        aside={<span className="font-semibold tracking-widest text-watch">SIMULATION</span>}
      >
        <p className="text-base leading-6 font-semibold">{readable(report.sentence)}</p>
        <Figures report={report} />
        {report.monte_carlo && <Chance chance={report.monte_carlo} />}
        {scenario.curve_kind !== "custom" && (
          <p className="mt-3 text-xs text-muted">
            The same as a command: <code className="font-mono break-all">{command}</code>
            <Copy text={command} what="command" />
          </p>
        )}
      </Panel>
      <Drawn report={report} />
      <Panel title="Moves it would make" aside={<span className="num">{report.moves}</span>} flush>
        {report.trips.length === 0 ? (
          <p className="px-3 py-2 text-muted">None: the band holds, or nothing may move.</p>
        ) : (
          <Scroller label="Moves" className="max-h-72">
            <Table
              caption="Simulated moves"
              columns={TRIPS}
              rows={report.trips.map((trip, at) => ({ ...trip, at }))}
              id={({ at }) => String(at)}
            />
          </Scroller>
        )}
      </Panel>
    </div>
  );
}

function Figures({ report }: { readonly report: Report }): ReactNode {
  return (
    <dl className="mt-3 grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 xl:grid-cols-4">
      <Fact name="Time to empty">
        <Hour hour={report.hours_to_empty} />
      </Fact>
      <Fact name="Hours somebody waits">
        <span className={`num ${report.stockout_hours === 0 ? "" : "text-breach"}`}>{report.stockout_hours} h</span>
        {report.stockout_hours > 0 && (
          <span className="font-normal text-muted"> longest {report.longest_stockout_hours} h</span>
        )}
      </Fact>
      <Fact name="Peak queue">
        <Amount money={report.peak_queue} className={isZero(report.peak_queue.amount) ? "" : "text-breach"} />
      </Fact>
      <Fact name="Never paid">
        <Amount money={report.unpaid} className={isZero(report.unpaid.amount) ? "" : "text-breach"} />
      </Fact>
      <Fact name="Served within 1 h">{share(report.served_1h_ppm)}</Fact>
      <Fact name="Served within 24 h">{share(report.served_24h_ppm)}</Fact>
      <Fact name="Least hot that survives">
        <Amount money={report.least_hot} missing="not even all of it" />
        {report.least_hot === null && <span className="font-normal text-breach"> not even all of it</span>}
      </Fact>
      <Fact name="Slowest approval that survives">
        {report.longest_approval_hours === null ? (
          <span className="font-normal text-breach">not even none</span>
        ) : (
          <span className="num">
            {report.longest_approval_at_least ? "≥ " : ""}
            {report.longest_approval_hours} h
          </span>
        )}
      </Fact>
      <Fact name="Approval in this test">
        <span className="num">{report.approval_hours} h</span>
      </Fact>
      <Fact name="Hot at the start">
        <Amount money={report.start.liquidity} />
      </Fact>
      <Fact name="Hot at the end">
        <Amount money={report.end.liquidity} />
      </Fact>
      <Fact name="Fees">
        <Amount money={report.fees} />
      </Fact>
    </dl>
  );
}

function Chance({ chance }: { readonly chance: NonNullable<Report["monte_carlo"]> }): ReactNode {
  return (
    <p className="mt-3 text-ink-2">
      With chance in it, {chance.runs} runs: nobody waits in <strong>{share(chance.survived_ppm)}</strong> of them; half
      have at most {chance.stockout_hours_p50} hours in which somebody waits, 95 of 100 at most{" "}
      {chance.stockout_hours_p95}; the queue peaks at <Amount money={chance.peak_queue_p95} /> in the worst twentieth.
    </p>
  );
}

const PPM_PER_TENTH = 1_000;

/** Parts per million as per cent with one digit, cut: a share that is not all never reads as all. */
function share(ppm: number): string {
  const tenths = Math.floor(ppm / PPM_PER_TENTH);
  return `${Math.floor(tenths / 10)}.${tenths % 10} %`;
}

function Drawn({ report }: { readonly report: Report }): ReactNode {
  const [asTable, setAsTable] = useState(false);
  const chart = useMemo(() => stressChart(report), [report]);
  const { asset } = report.start.liquidity;
  const summary = `Simulated ${asset} over ${report.hours} hours: hot from ${report.start.liquidity.amount} to ${report.end.liquidity.amount}, at most ${report.peak_queue.amount} waiting.`;
  return (
    <Panel
      title="Hot balance and queue"
      aside={
        <>
          <Key color="--accent" text="hot" />
          <Key color="--breach-fill" text="waiting" />
          <span>┄ least that survives</span>
          <Button look="ghost" onClick={() => setAsTable((value) => !value)}>
            {asTable ? "View as chart" : "View as table"}
          </Button>
        </>
      }
      flush
    >
      {asTable ? (
        <Scroller label="Hot balance and queue as a table" className="max-h-80">
          <Table caption={summary} columns={PATH} rows={report.path} id={({ hour }) => String(hour)} />
        </Scroller>
      ) : (
        <div className="relative flex min-h-64 flex-col px-2 pb-1.5">
          <Chart key={report.start.liquidity.asset} data={chart} summary={summary} />
          <Watermark />
        </div>
      )}
    </Panel>
  );
}

function Key({ color, text }: { readonly color: string; readonly text: string }): ReactNode {
  return (
    <span className="inline-flex items-center gap-1">
      <span aria-hidden="true" className="h-0.5 w-4" style={{ background: `var(${color})` }} />
      {text}
    </span>
  );
}

const PATH: readonly Column<Report["path"][number]>[] = [
  { head: "Hour", cell: ({ hour }) => <span className="num">{hour}</span> },
  { head: "Hot", right: true, cell: ({ liquidity }) => <Amount money={liquidity} /> },
  {
    head: "Waiting",
    right: true,
    cell: ({ waiting }) => <Amount money={waiting} className={isZero(waiting.amount) ? "" : "text-breach"} />,
  },
];

const TRIPS: readonly Column<Report["trips"][number] & { readonly at: number }>[] = [
  { head: "Hour", right: true, cell: ({ hour }) => <span className="num">{hour}</span> },
  { head: "Lands", right: true, cell: ({ lands_hour }) => <span className="num">{lands_hour}</span> },
  {
    head: "Way",
    main: true,
    cell: ({ direction }) => (
      <span className="inline-flex items-center gap-1.5">
        <Icon name={direction === "to_liquidity" ? "arrow" : "down"} size={12} className="text-muted" />
        {direction === "to_liquidity" ? "custody to hot" : "hot to custody"}
      </span>
    ),
  },
  { head: "Amount", right: true, cell: ({ amount }) => <Amount money={amount} className="font-medium" /> },
  {
    head: "Approval",
    cell: ({ needs_approval }) => (needs_approval ? "by people" : <span className="text-muted">none</span>),
  },
];
