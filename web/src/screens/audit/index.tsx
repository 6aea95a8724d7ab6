/** The log: what happened, by whom, at which fee, and what both sides held afterwards; to look through and to take along. */
import { type ReactNode, useState } from "react";
import { useSearch } from "wouter";
import { usePages } from "../../api/pages.ts";
import { withQuery } from "../../api/queries.ts";
import type { AuditPage, EventView, OperationType } from "../../api/types.ts";
import { middle, shortDigest } from "../../format/digest.ts";
import { Segments } from "../../widgets/button.tsx";
import { Download } from "../../widgets/download.tsx";
import { Input } from "../../widgets/field.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { LoadMore } from "../../widgets/load_more.tsx";
import { Data, Empty, Panel, ScreenHead } from "../../widgets/panel.tsx";
import { Time } from "../../widgets/value.tsx";
import { EventTable } from "./event_table.tsx";

type Scope = "moves" | "all";

const TYPES: readonly { readonly value: OperationType | "any"; readonly text: string }[] = [
  { value: "any", text: "Any type" },
  { value: "Auto-Pilot", text: "Auto-Pilot" },
  { value: "Manual", text: "Manual" },
  { value: "Emergency", text: "Emergency" },
  { value: "Stress test", text: "Stress test" },
];

/** A link to another object's events starts the screen anew. */
export default function AuditScreen(): ReactNode {
  const search = useSearch();
  return <Log key={search} about={new URLSearchParams(search).get("ref") ?? ""} />;
}

function Log({ about }: { readonly about: string }): ReactNode {
  const [type, setType] = useState<OperationType | "any">("any");
  const [scope, setScope] = useState<Scope>("moves");
  const [ref, setRef] = useState(about);
  const filter = {
    type: type === "any" ? undefined : type,
    important: scope === "moves" ? "true" : undefined,
    ref: ref.trim() || undefined,
  };
  const page = usePages<EventView, AuditPage>("audit", filter, ({ id }) => id);
  return (
    <>
      <ScreenHead
        title="Audit"
        sentence="Every change of state, in order, sealed into a hash tree that outsiders can check."
      >
        <Export format="csv" filter={filter} />
        <Export format="json" filter={filter} />
      </ScreenHead>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <Segments<Scope>
          label="Which events"
          value={scope}
          onChange={setScope}
          options={[
            { value: "moves", text: "What matters" },
            { value: "all", text: "Everything" },
          ]}
        />
        <Segments<OperationType | "any"> label="Type" value={type} onChange={setType} options={TYPES} />
        <Input
          label="About"
          hideLabel
          data-filter=""
          type="search"
          placeholder="Transfer, wallet, pool or person id  /"
          value={ref}
          onChange={(event) => setRef(event.target.value)}
          className="w-72 max-w-full"
        />
      </div>
      <Panel title="Log" flush aside={page.data && <Checkpoint checkpoint={page.data.first.checkpoint} />}>
        <Data query={page} what="The log">
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="No events here">Widen the filter, or look at everything.</Empty>
            ) : (
              <>
                <EventTable events={items} />
                <LoadMore pages={page} />
              </>
            )
          }
        </Data>
      </Panel>
    </>
  );
}

interface ExportProps {
  readonly format: "csv" | "json";
  readonly filter: Readonly<Record<string, string | undefined>>;
}

function Export({ format, filter }: ExportProps): ReactNode {
  return (
    <Download href={withQuery("/v1/audit/export", { ...filter, format })} name={`tidegate-audit.${format}`}>
      Export {format.toUpperCase()}
    </Download>
  );
}

function Checkpoint({ checkpoint }: { readonly checkpoint: AuditPage["checkpoint"] }): ReactNode {
  if (checkpoint === null) return <span>No checkpoint is signed yet</span>;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <span className="inline-flex items-center gap-1 text-ok">
        <Icon name="ok" size={13} />
        Sealed to <span className="num">#{checkpoint.size}</span>
      </span>
      <span>
        root{" "}
        <code className="font-mono" title={checkpoint.root}>
          {shortDigest(checkpoint.root)}
        </code>
      </span>
      <span>
        signed <Time at={checkpoint.at} /> by <span title={checkpoint.key_id}>{middle(checkpoint.key_id, 12)}</span>
      </span>
    </span>
  );
}
