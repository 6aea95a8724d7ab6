/** Every decision, "do nothing" included, with its reasons. */

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { usePages } from "../../api/pages.ts";
import { queries } from "../../api/queries.ts";
import type { DecisionPage, DecisionView, Severity, Verdict } from "../../api/types.ts";
import { readable } from "../../format/sentence.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Select } from "../../widgets/field.tsx";
import { LoadMore } from "../../widgets/load_more.tsx";
import { Data, Empty, Panel, ScreenHead } from "../../widgets/panel.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Age, Percent, Time } from "../../widgets/value.tsx";
import { SEVERITIES, VERDICTS } from "../../widgets/words.ts";
import { DecisionSheet } from "./decision_sheet.tsx";

const SEVERITY_OPTIONS = Object.entries(SEVERITIES).map(([value, { word }]) => [value, word] as const);
/** What wakes the loop; others that are loaded join them. */
const CAUSES = ["start", "schedule", "push", "webhook", "approval", "manual", "mode", "transfer"] as const;
const VERDICT_OPTIONS = Object.entries(VERDICTS).map(([value, { word }]) => [value, word] as const);

export default function DecisionsScreen({ open }: { readonly open: string | null }): ReactNode {
  const [, go] = useLocation();
  const [verdict, setVerdict] = useState<Verdict | "">("");
  const [severity, setSeverity] = useState<Severity | "">("");
  const [cause, setCause] = useState("");
  const [pool, setPool] = useState("");
  const pools = useQuery(queries.overview()).data?.pools ?? [];
  const page = usePages<DecisionView, DecisionPage>("decisions", { verdict, severity, cause, pool_id: pool }, keyOf);
  return (
    <>
      <ScreenHead
        title="Decisions"
        sentence="What the policy said about what was known, each time it changed its mind. Doing nothing is a decision too."
      >
        <Select
          label="Pool"
          hideLabel
          value={pool}
          onChange={setPool}
          options={[["", "All pools"], ...pools.map(({ id }) => [id, id] as const)]}
          className="w-32"
        />
        <Select
          label="Verdict"
          hideLabel
          value={verdict}
          onChange={(value) => setVerdict(value as Verdict | "")}
          options={[["", "Any verdict"], ...VERDICT_OPTIONS]}
          className="w-36"
        />
        <Select
          label="Severity"
          hideLabel
          value={severity}
          onChange={(value) => setSeverity(value as Severity | "")}
          options={[["", "Any severity"], ...SEVERITY_OPTIONS]}
          className="w-36"
        />
        <Select
          label="Woken by"
          hideLabel
          value={cause}
          onChange={setCause}
          options={[
            ["", "Any cause"],
            ...causesOf(page.data?.items ?? [], cause).map((name) => [name, causeWord(name)] as const),
          ]}
          className="w-36"
        />
      </ScreenHead>
      <Panel title="Decisions" flush aside={page.data && <span className="num">{page.data.items.length} loaded</span>}>
        <Data query={page} what="The decisions">
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="No decisions here">Take a filter off, or wait for the next cycle.</Empty>
            ) : (
              <>
                <Table
                  caption="Decisions"
                  columns={COLUMNS}
                  rows={items}
                  id={keyOf}
                  href={(decision) => `/decisions/${decision.id ?? ""}`}
                />
                <LoadMore pages={page} />
              </>
            )
          }
        </Data>
      </Panel>
      {open !== null && <DecisionSheet id={open} onClose={() => go("/decisions")} />}
    </>
  );
}

function causeWord(cause: string): string {
  return cause.replaceAll("_", " ");
}

function causesOf(decisions: readonly DecisionView[], chosen: string): readonly string[] {
  const seen = decisions.map(({ cause }) => cause);
  return [...new Set([...CAUSES, ...seen, ...(chosen === "" ? [] : [chosen])])];
}

function keyOf(decision: DecisionView): string {
  return decision.id ?? `${decision.pool_id} ${decision.decided_at}`;
}

const COLUMNS: readonly Column<DecisionView>[] = [
  { head: "Verdict", cell: (decision) => <Badge state={VERDICTS[decision.verdict]} bare /> },
  { head: "Pool", cell: (decision) => <span className="text-muted">{decision.pool_id}</span> },
  { head: "Decision", main: true, className: "min-w-64", cell: (decision) => readable(decision.headline) },
  {
    head: "Severity",
    cell: (decision) => decision.severity !== "normal" && <Badge state={SEVERITIES[decision.severity]} bare />,
  },
  {
    head: "Woken by",
    className: "max-lg:hidden",
    cell: (decision) => <span className="text-muted">{causeWord(decision.cause)}</span>,
  },
  {
    head: "Share then",
    right: true,
    // Nothing, and on a card no label, where the pool's rule knows no share.
    cell: ({ before }) => before && before.now.share_percent !== null && <Percent value={before.now.share_percent} />,
  },
  { head: "Since (UTC)", right: true, cell: (decision) => <Time at={decision.decided_at} /> },
  {
    head: "Last",
    right: true,
    cell: (decision) => (
      <span className="text-muted">
        <Age at={decision.last_at} />
        <span className="num"> · {decision.repeats + 1}×</span>
      </span>
    ),
  },
];
