/** The clock of a margin call: how long it may still be cured, to the second; how long it is over. */
import type { ReactNode } from "react";
import { useNow } from "../api/clock.tsx";
import type { MarginCall } from "../api/types.ts";
import { formatCountdown, formatDuration, formatLocal, read } from "../format/time.ts";
import { Icon } from "../widgets/icon.tsx";

/** Only these wait for the borrower; afterwards a sale does. */
export function mayBeCured({ state }: Pick<MarginCall, "state">): boolean {
  return state === "open" || state === "notified";
}

export function TimeLeft({
  call,
}: {
  readonly call: Pick<MarginCall, "state" | "deadline_at" | "ended_at">;
}): ReactNode {
  if (mayBeCured(call)) return <Deadline at={call.deadline_at} />;
  return <span className="text-muted">{call.ended_at === null ? "no more time" : "ended"}</span>;
}

const SOON_MS = 4 * 3_600_000;

export function Deadline({ at, large = false }: { readonly at: string | null; readonly large?: boolean }): ReactNode {
  const now = useNow();
  const instant = read(at);
  if (instant === null) return null;
  const left = instant - now;
  const tone = left <= 0 ? "text-breach" : left < SOON_MS ? "text-watch" : "text-ink";
  return (
    <time
      dateTime={at ?? ""}
      title={formatLocal(at)}
      className={`num inline-flex items-center gap-1 font-semibold ${tone} ${large ? "text-2xl leading-8 tracking-tight" : ""}`}
    >
      <Icon name={left <= 0 ? "breach" : "stale"} size={large ? 20 : 13} />
      {left > 0 ? formatCountdown(left) : `over for ${formatDuration(-left)}`}
    </time>
  );
}
