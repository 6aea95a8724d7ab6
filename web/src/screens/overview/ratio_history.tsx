/** The share over time with its band and the moves, as a picture or as a table. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { queries } from "../../api/queries.ts";
import type { History, Pool } from "../../api/types.ts";
import { Button, Segments } from "../../widgets/button.tsx";
import { Chart } from "../../widgets/chart.tsx";
import { Data, Empty, Panel, Scroller } from "../../widgets/panel.tsx";
import { Table } from "../../widgets/table.tsx";
import { Amount, Percent, Time } from "../../widgets/value.tsx";
import { chartOf, summaryOf } from "./history_data.ts";

const RANGES = [
  { value: "24", text: "1 d" },
  { value: "168", text: "7 d" },
  { value: "720", text: "30 d" },
] as const;
type Hours = (typeof RANGES)[number]["value"];

export function RatioHistory({ pool }: { readonly pool: Pool }): ReactNode {
  const [hours, setHours] = useState<Hours>("168");
  const [asTable, setAsTable] = useState(false);
  const history = useQuery(queries.history(pool.id, Number(hours)));
  return (
    <Panel
      title="Liquidity share"
      className="flex-1"
      fill
      aside={
        <>
          <Segments<Hours> label="Range" value={hours} onChange={setHours} options={RANGES} />
          <Button look="ghost" onClick={() => setAsTable((value) => !value)}>
            {asTable ? "View as chart" : "View as table"}
          </Button>
        </>
      }
      flush
    >
      <Data query={history} what="The history">
        {(data) =>
          data.points.length === 0 ? (
            <Empty title="No history yet">It is written with every cycle.</Empty>
          ) : (
            <View history={data} asTable={asTable} />
          )
        }
      </Data>
    </Panel>
  );
}

function View({ history, asTable }: { readonly history: History; readonly asTable: boolean }): ReactNode {
  const chart = useMemo(() => chartOf(history), [history]);
  if (!asTable) {
    return (
      <div className="flex flex-1 flex-col px-2 pb-1.5">
        <Chart data={chart} summary={summaryOf(history)} />
        <p className="flex flex-wrap gap-x-4 px-1 text-2xs text-muted">
          <span>Shaded: the band. Dashed: target.</span>
          <span className="text-info">▲ refill from reserve</span>
          <span>▼ sweep to reserve</span>
          <span>UTC</span>
        </p>
      </div>
    );
  }
  return (
    <Scroller label="History as a table" className="max-h-[232px]">
      <Table
        caption={summaryOf(history)}
        rows={[...history.points].reverse()}
        id={(point) => point.at}
        columns={[
          { head: "Time (UTC)", cell: (point) => <Time at={point.at} /> },
          { head: "Share", right: true, cell: (point) => <Percent value={point.share_percent} /> },
          { head: "Liquidity", right: true, cell: (point) => <Amount money={point.liquidity} /> },
          { head: "Reserve", right: true, cell: (point) => <Amount money={point.reserve} /> },
        ]}
      />
    </Scroller>
  );
}
