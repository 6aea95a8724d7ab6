/** The states of something in a line, as far as it went and as far as it would go. */
import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon.tsx";

export interface Step {
  readonly name: string;
  readonly state: "done" | "now" | "ahead" | "ended";
}

const LOOK: Readonly<Record<Step["state"], { readonly icon: IconName; readonly text: string; readonly word: string }>> =
  {
    done: { icon: "ok", text: "text-ok", word: "done" },
    now: { icon: "live", text: "font-semibold text-info", word: "now" },
    ahead: { icon: "dot", text: "text-muted", word: "ahead" },
    ended: { icon: "blocked", text: "font-semibold text-breach", word: "ended here" },
  };
const BAR: Readonly<Record<Step["state"], string>> = {
  done: "bg-[var(--ok-fill)]",
  now: "bg-info",
  ahead: "bg-line-strong",
  ended: "bg-[var(--breach-fill)]",
};

export function Way({ label, steps }: { readonly label: string; readonly steps: readonly Step[] }): ReactNode {
  return (
    <ol aria-label={label} className="flex gap-1 text-xs max-sm:flex-col">
      {steps.map((step) => (
        <li key={step.name} className={`min-w-0 flex-1 ${LOOK[step.state].text}`}>
          <span aria-hidden="true" className={`mb-1 block h-1 rounded-full max-sm:hidden ${BAR[step.state]}`} />
          <span className="inline-flex items-center gap-1">
            <Icon name={LOOK[step.state].icon} size={13} />
            {step.name}
            <span className="sr-only">{LOOK[step.state].word}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
