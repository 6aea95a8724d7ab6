/** The way of a transfer: its states in a line with the time in each, and the story of each with who voted and what the venue said. */

import type { ReactNode } from "react";
import { useNow } from "../../api/clock.tsx";
import type { Transfer, TransferDetail } from "../../api/types.ts";
import { readable } from "../../format/sentence.ts";
import { formatDuration } from "../../format/time.ts";
import { useIdentity } from "../../shell/identity.tsx";
import { Badge } from "../../widgets/badge.tsx";
import { Icon, type IconName } from "../../widgets/icon.tsx";
import { Time } from "../../widgets/value.tsx";
import { Way } from "../../widgets/way.tsx";
import { TRANSFER_STATES } from "../../widgets/words.ts";
import { type Inside, type Stage, stagesOf } from "./stages.ts";
import { stepsOf } from "./steps.ts";

/** The machine as far as this transfer goes through it. */
export function Steps({ transfer }: { readonly transfer: Transfer }): ReactNode {
  return (
    <div className="mt-3">
      <Way label="Way of the transfer" steps={stepsOf(transfer)} />
    </div>
  );
}

export function Timeline({ detail }: { readonly detail: TransferDetail }): ReactNode {
  const stages = stagesOf(detail);
  return (
    <section aria-label="Timeline">
      <h3 className="label mb-1">Timeline</h3>
      <ol className="border-l border-line-strong pl-4">
        {stages.map((stage, index) => (
          <StageRow key={`${stage.state} ${stage.entered_at}`} stage={stage} last={index === stages.length - 1} />
        ))}
      </ol>
    </section>
  );
}

const OVER: ReadonlySet<string> = new Set(["settled", "denied", "expired", "cancelled", "failed"]);

function StageRow({ stage, last }: { readonly stage: Stage; readonly last: boolean }): ReactNode {
  const { nameOf } = useIdentity();
  const now = useNow();
  const stayed = stage.stayed_ms ?? Math.max(0, now - Date.parse(stage.entered_at));
  return (
    <li className="relative py-1.5">
      <span
        aria-hidden="true"
        className={`absolute top-3 -left-[19px] size-[7px] rounded-full ring-2 ring-surface ${last ? "bg-info" : "bg-muted"}`}
      />
      <p className="flex flex-wrap items-baseline gap-x-2">
        <Badge state={TRANSFER_STATES[stage.state]} bare title={TRANSFER_STATES[stage.state].meaning} />
        <span className="text-xs text-muted">
          <Time at={stage.entered_at} /> UTC · {nameOf(stage.actor)}
        </span>
        {!(last && OVER.has(stage.state)) && (
          <span className={`num ml-auto text-xs ${last ? "font-semibold text-info" : "text-ink-2"}`}>
            {formatDuration(stayed)}
            {last ? " so far" : ""}
          </span>
        )}
      </p>
      {stage.inside.length > 0 && (
        <ul className="mt-1 flex flex-col gap-0.5 text-ink-2">
          {stage.inside.map((inside) => (
            <InsideRow key={inside.event_id} inside={inside} />
          ))}
        </ul>
      )}
    </li>
  );
}

const ICONS: Readonly<Record<Inside["kind"], IconName>> = { vote: "person", venue: "link", other: "dot" };

function InsideRow({ inside }: { readonly inside: Inside }): ReactNode {
  return (
    <li className="flex items-start gap-1.5">
      <Icon name={ICONS[inside.kind]} size={13} className="mt-[3px] text-muted" />
      <span className="min-w-0">
        {inside.kind === "venue" && <span className="text-muted">Venue: </span>}
        {readable(inside.text)}
      </span>
      <span className="ml-auto shrink-0 text-xs text-muted">
        <Time at={inside.at} short />
      </span>
    </li>
  );
}
