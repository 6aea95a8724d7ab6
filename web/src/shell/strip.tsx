/** The strip on every screen: what mode it is in, whether its numbers can be trusted, what comes next, and the stop. */
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useLive } from "../api/live.tsx";
import type { Overview, Sandbox } from "../api/types.ts";
import { formatPace } from "../format/time.ts";
import { Badge } from "../widgets/badge.tsx";
import { Icon, type IconName } from "../widgets/icon.tsx";
import { Age, Time, Until } from "../widgets/value.tsx";
import { MODES, type Word } from "../widgets/words.ts";
import { useIdentity } from "./identity.tsx";

interface Props {
  readonly overview: Overview | undefined;
  readonly failed: boolean;
  readonly freezing: boolean;
  onFreeze(): void;
  onResume(): void;
  onHelp(): void;
}

export function Strip({ overview, failed, freezing, onFreeze, onResume, onHelp }: Props): ReactNode {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 border-b border-line bg-surface px-4 py-1.5 text-xs max-md:px-3">
      {overview && (
        <>
          <Badge state={MODES[overview.mode]} title={`${MODES[overview.mode].word}: ${MODES[overview.mode].meaning}`} />
          <Venues venues={overview.venues} />
          <Cycle overview={overview} failed={failed} />
        </>
      )}
      <LiveState failed={failed} />
      <button
        type="button"
        onClick={onHelp}
        aria-label="Keys and theme"
        className="ml-auto grid size-6 place-items-center text-muted md:hidden"
      >
        <Icon name="keyboard" />
      </button>
      <div className="ml-auto flex items-center gap-2 max-md:ml-0 max-md:w-full max-md:justify-between">
        {overview && <Waiting count={overview.approvals_waiting} />}
        <ActingAs known={overview?.person?.name ?? null} />
        {overview?.mode === "frozen" ? (
          <button
            type="button"
            onClick={onResume}
            className="min-h-7 rounded border border-line-strong px-2.5 text-sm font-medium hover:bg-hover"
          >
            Resume…
          </button>
        ) : (
          <button
            type="button"
            onClick={onFreeze}
            disabled={freezing}
            title="Stops everything new; asks why. Shift+F stops at once."
            className="inline-flex min-h-7 items-center gap-1.5 rounded border border-breach bg-breach-soft px-2.5 text-sm font-semibold text-breach hover:brightness-95 dark:hover:brightness-125"
          >
            <Icon name="frozen" />
            Freeze
          </button>
        )}
      </div>
    </div>
  );
}

/** How old what stands here is, and when it will be looked at again. */
function Cycle({ overview, failed }: { readonly overview: Overview; readonly failed: boolean }): ReactNode {
  if (overview.last_cycle_at === null) return <span className="text-muted">no cycle yet</span>;
  return (
    <>
      <span className="text-muted">
        as of <Time at={overview.last_cycle_at} short /> UTC{" "}
        <span className={failed ? "text-breach" : ""}>
          (<Age at={overview.last_cycle_at} /> ago)
        </span>
      </span>
      <span className="text-muted">
        next tick{" "}
        <span className="text-ink-2">
          <Until at={overview.next_cycle_at} />
        </span>
      </span>
    </>
  );
}

function Venues({ venues }: { readonly venues: Overview["venues"] }): ReactNode {
  if (venues.length === 0) return <span className="text-muted">no venues</span>;
  const bad = venues.filter((venue) => venue.freshness !== "fresh");
  const state: Word =
    bad.length === 0
      ? { word: `${venues.length}/${venues.length} venues fresh`, icon: "ok", tone: "ok" }
      : {
          word: `${venues.length - bad.length}/${venues.length} venues fresh`,
          icon: bad.some((venue) => venue.freshness === "unknown") ? "unknown" : "stale",
          tone: "watch",
        };
  return (
    <Link
      href="/wallets"
      className="inline-flex min-h-6 items-center hover:underline"
      title={bad.map((venue) => `${venue.id}: ${venue.freshness}`).join("\n") || undefined}
    >
      <Badge state={state} bare />
    </Link>
  );
}

const LIVE: Readonly<
  Record<string, { readonly icon: IconName; readonly text: string; readonly tone: string; readonly title: string }>
> = {
  live: { icon: "live", text: "Live", tone: "text-ok", title: "Changes arrive as they happen. Press . to pause." },
  connecting: { icon: "poll", text: "Connecting", tone: "text-muted", title: "Opening the live stream." },
  polling: {
    icon: "poll",
    text: "Polling every 5 s",
    tone: "text-watch",
    title: "The live stream is not available; the screen asks every 5 s.",
  },
  paused: { icon: "paused", text: "Paused", tone: "text-watch", title: "The screen stands still. Press . to go on." },
  offline: {
    icon: "breach",
    text: "Daemon does not answer",
    tone: "text-breach",
    title: "Last known values, with their age.",
  },
};

function LiveState({ failed }: { readonly failed: boolean }): ReactNode {
  const live = useLive();
  const shown = LIVE[failed && live.state !== "paused" ? "offline" : live.state];
  if (!shown) return null;
  return (
    <button
      type="button"
      onClick={live.toggle}
      title={shown.title}
      aria-pressed={live.state === "paused"}
      className={`inline-flex min-h-6 items-center gap-1 font-medium ${shown.tone}`}
    >
      <Icon name={shown.icon} size={13} />
      <span role="status">{shown.text}</span>
    </button>
  );
}

function Waiting({ count }: { readonly count: number }): ReactNode {
  return (
    <Link
      href="/approvals"
      className={`inline-flex min-h-6 items-center gap-1 rounded px-1 font-medium whitespace-nowrap hover:underline ${count > 0 ? "text-watch" : "text-muted"}`}
    >
      <Icon name="approvals" size={13} />
      {count === 1 ? "1 approval open" : `${count} approvals open`}
    </Link>
  );
}

function ActingAs({ known }: { readonly known: string | null }): ReactNode {
  const { people, me, choose } = useIdentity();
  if (known !== null || people.length === 0) {
    return known === null ? null : (
      <span className="inline-flex items-center gap-1 text-ink-2">
        <Icon name="person" size={13} /> {known}
      </span>
    );
  }
  return (
    <label className="inline-flex min-w-0 flex-1 items-center gap-1 text-muted">
      <Icon name="person" size={13} />
      <span className="sr-only">You are</span>
      <select
        value={me?.id ?? ""}
        onChange={(event) => choose(event.target.value)}
        className="min-h-6 w-40 min-w-0 flex-1 rounded md:max-w-40 border border-line bg-surface px-1 text-ink-2"
      >
        <option value="">You are …</option>
        {people.map((person) => (
          <option key={person.id} value={person.id}>
            {person.name} ({person.roles.join(", ")})
          </option>
        ))}
      </select>
    </label>
  );
}

/** Below this part of what was asked it is said that time waits; what is above is the usual unsteadiness. */
const SPEED_USUAL = 0.9;

function isHeldBack({ speed, speed_reached }: Sandbox): boolean {
  return speed_reached < speed * SPEED_USUAL;
}

/** Which world this is, in words and pattern, not only in tint. */
export function Ribbon({
  sandbox,
  details,
}: {
  readonly sandbox: boolean;
  readonly details: Sandbox | undefined;
}): ReactNode {
  if (!sandbox) {
    return (
      <div className="border-b border-line bg-raised px-4 py-0.5 text-2xs font-semibold tracking-wider text-ink-2">
        PRODUCTION
      </div>
    );
  }
  return (
    <div className="hatched flex flex-wrap items-baseline gap-x-3 border-b border-line px-4 py-0.5 text-2xs text-ink-2 max-md:px-3">
      <span className="font-semibold tracking-wider text-ink">SANDBOX</span>
      <span>nothing here is real money</span>
      {details && (
        <span className="text-ink-2 max-sm:hidden">
          scenario {details.scenario} · seed {details.seed} · {formatPace(details.speed_reached)} of treasury time per
          second
          {isHeldBack(details) && ` (${formatPace(details.speed)} asked: time waits for the daemon on a busy machine)`}
          {details.manual ? " · people approve by hand" : " · approvers answer by themselves"}
        </span>
      )}
    </div>
  );
}
