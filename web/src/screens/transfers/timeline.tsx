/** The way of a transfer: its steps in a line, and every event of it in order. */

import type { ReactNode } from "react";
import type { Transfer, TransferDetail } from "../../api/types.ts";
import { readable } from "../../format/sentence.ts";
import { useIdentity } from "../../shell/identity.tsx";
import { Icon, type IconName } from "../../widgets/icon.tsx";
import { Time } from "../../widgets/value.tsx";
import { type Step, stepsOf } from "./steps.ts";

const LOOK: Readonly<Record<Step["state"], { readonly icon: IconName; readonly text: string; readonly word: string }>> =
  {
    done: { icon: "ok", text: "text-ok", word: "done" },
    now: { icon: "live", text: "font-semibold text-info", word: "now" },
    ahead: { icon: "dot", text: "text-muted", word: "ahead" },
    ended: { icon: "blocked", text: "font-semibold text-breach", word: "ended here" },
  };

export function Steps({ transfer }: { readonly transfer: Transfer }): ReactNode {
  return (
    <ol aria-label="Way of the transfer" className="mt-3 flex flex-wrap items-center gap-x-1 gap-y-1 text-xs">
      {stepsOf(transfer).map((step, index) => (
        <li key={step.name} className={`inline-flex items-center gap-1 ${LOOK[step.state].text}`}>
          {index > 0 && <span aria-hidden="true" className="mx-1 h-px w-4 bg-line-strong" />}
          <Icon name={LOOK[step.state].icon} size={13} />
          {step.name}
          <span className="sr-only">{LOOK[step.state].word}</span>
        </li>
      ))}
    </ol>
  );
}

export function Timeline({ entries }: { readonly entries: TransferDetail["timeline"] }): ReactNode {
  const { nameOf } = useIdentity();
  return (
    <section aria-label="Events">
      <h3 className="label mb-1">Events</h3>
      <ol className="border-l border-line-strong pl-4">
        {entries.map((entry) => (
          <li key={entry.event_id} className="relative py-1.5">
            <span
              aria-hidden="true"
              className="absolute top-3 -left-[19px] size-[7px] rounded-full bg-muted ring-2 ring-surface"
            />
            <p>{readable(entry.sentence)}</p>
            <p className="text-xs text-muted">
              <Time at={entry.at} /> UTC · {nameOf(entry.actor)} ·{" "}
              {entry.seq === null ? "not sealed yet" : <span className="num">sealed as #{entry.seq}</span>}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
