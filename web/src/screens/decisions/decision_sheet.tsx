/** One decision: its reasons with what was observed against which limit, its moves, what it stood on, what changed since the one before. */

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { queries } from "../../api/queries.ts";
import type { DecisionDetail, DecisionView } from "../../api/types.ts";
import { readable } from "../../format/sentence.ts";
import { BeforeAfter } from "../../review/plan_view.tsx";
import { Badge } from "../../widgets/badge.tsx";
import { Segments } from "../../widgets/button.tsx";
import { Code, Data, Facts } from "../../widgets/panel.tsx";
import { Sheet } from "../../widgets/sheet.tsx";
import { Amount, Digest, Time } from "../../widgets/value.tsx";
import { SEVERITIES, VERDICTS } from "../../widgets/words.ts";
import { Alternatives } from "./alternatives.tsx";
import { Difference } from "./difference.tsx";
import { InputsView } from "./inputs.tsx";
import { Replay } from "./replay.tsx";

type Tab = "why" | "difference" | "inputs" | "raw";
const TABS: readonly { readonly value: Tab; readonly text: string }[] = [
  { value: "why", text: "Why" },
  { value: "difference", text: "Difference" },
  { value: "inputs", text: "Inputs" },
  { value: "raw", text: "Raw" },
];

export function DecisionSheet({ id, onClose }: { readonly id: string; onClose(): void }): ReactNode {
  const query = useQuery(queries.decision(id));
  const decision = query.data?.decision;
  return (
    <Sheet
      title="Decision"
      head={
        <>
          <code className="font-mono text-xs">{id}</code>
          {decision && <Badge state={VERDICTS[decision.verdict]} />}
          {decision && decision.severity !== "normal" && <Badge state={SEVERITIES[decision.severity]} />}
        </>
      }
      onClose={onClose}
    >
      <Data query={query} what="The decision">
        {(detail) => <Body key={id} detail={detail} />}
      </Data>
    </Sheet>
  );
}

function Body({ detail }: { readonly detail: DecisionDetail }): ReactNode {
  const { decision } = detail;
  const [tab, setTab] = useState<Tab>("why");
  return (
    <div className="flex flex-col gap-4">
      <p className="text-base font-semibold">{readable(decision.headline)}</p>
      <Facts
        rows={[
          ["Decided", <Time key="decided" at={decision.decided_at} />],
          ["Said again", `${decision.repeats} ${decision.repeats === 1 ? "time" : "times"}`],
          ["Woken by", decision.cause],
          ["Policy", <Digest key="policy" hex={decision.policy_digest} short />],
        ]}
      />
      <Segments<Tab> label="Part" value={tab} onChange={setTab} options={TABS} />
      <Part tab={tab} detail={detail} />
      {decision.id !== null && <Replay id={decision.id} />}
    </div>
  );
}

function Part({ tab, detail }: { readonly tab: Tab; readonly detail: DecisionDetail }): ReactNode {
  const { decision } = detail;
  switch (tab) {
    case "why":
      return (
        <>
          <Reasons decision={decision} />
          <Moves decision={decision} />
          {decision.moves.length > 0 && <BeforeAfter before={decision.before} after={decision.after} />}
          <Alternatives decision={decision} />
          <Counterfactuals decision={decision} />
          {detail.shadow && <Shadow shadow={detail.shadow} live={decision} />}
        </>
      );
    case "difference":
      return <Difference now={decision} before={detail.previous} />;
    case "inputs":
      return <InputsView detail={detail} />;
    case "raw":
      return <Code text={JSON.stringify(detail.raw, null, 2)} label="Raw decision and snapshot" />;
  }
}

function Counterfactuals({ decision }: { readonly decision: DecisionView }): ReactNode {
  if (decision.counterfactuals.length === 0) return null;
  return (
    <section aria-label="What would change it">
      <h3 className="label mb-1">What would change it</h3>
      <ul className="list-disc pl-5 text-ink-2">
        {decision.counterfactuals.map((sentence) => (
          <li key={sentence}>{readable(sentence)}</li>
        ))}
      </ul>
    </section>
  );
}

/** What the pool's model would have done, had it been live. Nothing was done of it. */
function Shadow({ shadow, live }: { readonly shadow: DecisionView; readonly live: DecisionView }): ReactNode {
  const same = shadow.verdict === live.verdict && shadow.headline === live.headline;
  return (
    <section aria-label="In the shadow" className="rounded border border-dashed border-line-strong px-3 py-2">
      <h3 className="label mb-1">In the shadow, not done</h3>
      <div className="flex flex-wrap items-center gap-2">
        <Badge state={VERDICTS[shadow.verdict]} bare />
        <span className="font-medium">{readable(shadow.headline)}</span>
      </div>
      <p className="text-muted">
        {same ? "The model would have done the same." : "The model would have decided otherwise."}
      </p>
    </section>
  );
}

function Reasons({ decision }: { readonly decision: DecisionView }): ReactNode {
  return (
    <section aria-label="Reasons">
      <h3 className="label mb-1">Reasons</h3>
      <ul className="flex flex-col divide-y divide-line">
        {decision.reasons.map((reason) => (
          <li key={`${reason.code} ${reason.sentence}`} className="py-1.5">
            <p>{readable(reason.sentence)}</p>
            <p className="text-xs text-muted">
              <code className="font-mono">{reason.code}</code>
              {reason.observed !== null && <> · observed {readable(reason.observed)}</>}
              {reason.limit !== null && <> · limit {readable(reason.limit)}</>}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Moves({ decision }: { readonly decision: DecisionView }): ReactNode {
  if (decision.moves.length === 0) return null;
  return (
    <section aria-label="Moves">
      <h3 className="label mb-1">Moves</h3>
      <ul>
        {decision.moves.map((move) => (
          <li key={`${move.from_wallet} ${move.to_wallet} ${move.network}`}>
            <Amount money={move.touches ?? move.amount} exact className="font-medium" /> {move.from_label} →{" "}
            {move.direction === "within" ? "itself, as one coin" : move.to_label}{" "}
            <span className="text-muted">
              {move.network}, fee <Amount money={move.fee} />
            </span>
          </li>
        ))}
      </ul>
      {decision.transfer_ids.map((id) => (
        <Link
          key={id}
          href={`/transfers/${id}`}
          className="inline-flex min-h-6 items-center text-accent hover:underline"
        >
          {id}
        </Link>
      ))}
    </section>
  );
}
