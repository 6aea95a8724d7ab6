/** What the hypothesis leads to: when it breaks, what would be moved, how the share runs. */

import { type ReactNode, useMemo, useState } from "react";
import type { Pool, WhatIf } from "../../api/types.ts";
import { isZero } from "../../format/decimal.ts";
import { readable } from "../../format/sentence.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Button } from "../../widgets/button.tsx";
import { Chart } from "../../widgets/chart.tsx";
import { Panel, Scroller } from "../../widgets/panel.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Amount, Percent } from "../../widgets/value.tsx";
import { BANDS } from "../../widgets/words.ts";
import { Fact, Hour, Watermark } from "./outcome_parts.tsx";
import { pathChart } from "./path_chart.ts";

export function Outcome({ result, pool }: { readonly result: WhatIf; readonly pool: Pool }): ReactNode {
  return (
    <div className="flex flex-col gap-3">
      <Panel title="Outcome" aside={<span className="font-semibold tracking-widest text-watch">SIMULATION</span>}>
        <p className="text-base leading-6 font-semibold">{readable(result.sentence)}</p>
        <dl className="mt-3 flex flex-wrap gap-x-10 gap-y-3">
          <Fact name="Below low">
            <Hour hour={result.first_below_low_hour} />
          </Fact>
          <Fact name="Below the floor">
            <Hour hour={result.first_below_floor_hour} />
          </Fact>
          <Fact name="Cannot pay">
            <Hour hour={result.first_unpaid_hour} />
          </Fact>
          <Fact name="Unpaid">
            <Amount money={result.unpaid} className={isZero(result.unpaid.amount) ? "" : "text-breach"} />
          </Fact>
          <Fact name="Share at the end">
            <Percent value={result.end.now.share_percent} />
          </Fact>
          <Fact name="Fees">
            <Amount money={result.fees} />
          </Fact>
        </dl>
      </Panel>
      <Path result={result} pool={pool} />
      <Panel title="Moves it would make" aside={<span className="num">{result.moves.length}</span>} flush>
        {result.moves.length === 0 ? (
          <p className="px-3 py-2 text-muted">None: the band holds, or nothing may move.</p>
        ) : (
          <Table
            caption="Simulated moves"
            columns={MOVES}
            rows={result.moves}
            id={(move) => `${move.hour} ${move.from_wallet} ${move.to_wallet} ${move.amount.amount}`}
          />
        )}
      </Panel>
    </div>
  );
}

function Path({ result, pool }: { readonly result: WhatIf; readonly pool: Pool }): ReactNode {
  const [asTable, setAsTable] = useState(false);
  const chart = useMemo(() => pathChart(result, pool.levels), [result, pool.levels]);
  const summary = `Simulated liquidity share of ${pool.asset}: from ${result.start.now.share_percent ?? "?"} % to ${result.end.now.share_percent ?? "?"} % over ${result.path.at(-1)?.hour ?? 0} hours.`;
  return (
    <Panel
      title="Path of the liquidity share"
      aside={
        <Button look="ghost" onClick={() => setAsTable((value) => !value)}>
          {asTable ? "View as chart" : "View as table"}
        </Button>
      }
      flush
    >
      {asTable ? (
        <Scroller label="Path as a table" className="max-h-80">
          <Table caption={summary} columns={PATH} rows={result.path} id={(step) => String(step.hour)} />
        </Scroller>
      ) : (
        <div className="relative px-2 pb-1.5">
          <Chart data={chart} summary={summary} />
          <Watermark />
        </div>
      )}
    </Panel>
  );
}

const PATH: readonly Column<WhatIf["path"][number]>[] = [
  { head: "Hour", cell: (step) => <span className="num">{step.hour}</span> },
  { head: "Share", right: true, cell: (step) => <Percent value={step.position.now.share_percent} /> },
  { head: "Liquidity", right: true, cell: (step) => <Amount money={step.position.now.liquidity} /> },
  { head: "Band", cell: (step) => <Badge state={BANDS[step.band]} bare /> },
  { head: "Verdict", cell: (step) => step.verdict },
];

const MOVES: readonly Column<WhatIf["moves"][number]>[] = [
  { head: "Hour", right: true, cell: (move) => <span className="num">{move.hour}</span> },
  { head: "Lands", right: true, cell: (move) => <span className="num">{move.lands_hour}</span> },
  { head: "Move", main: true, cell: (move) => `${move.from_wallet} → ${move.to_wallet}` },
  { head: "Network", cell: (move) => <span className="text-muted">{move.network}</span> },
  { head: "Amount", right: true, cell: (move) => <Amount money={move.amount} className="font-medium" /> },
  { head: "Fee", right: true, cell: (move) => <Amount money={move.fee} /> },
  { head: "Approval", cell: (move) => (move.needs_approval ? "by people" : <span className="text-muted">none</span>) },
];
