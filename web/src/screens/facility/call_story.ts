/** A margin call as its events tell it: the way it went, and what happened on it. Pure. */
import type { EventView, MarginCall } from "../../api/types.ts";
import type { Step } from "../../widgets/way.tsx";

type State = MarginCall["state"];

/** The usual way to each end. */
const WAYS: Readonly<Record<"cured" | "sold", readonly State[]>> = {
  cured: ["open", "notified", "cured"],
  sold: ["open", "notified", "escalated", "liquidating", "closed"],
};
const NAMES: Readonly<Record<State, string>> = {
  open: "Open",
  notified: "Notified",
  cured: "Cured",
  escalated: "Escalated",
  liquidating: "Liquidating",
  closed: "Closed",
};

export interface CallEntry {
  readonly event_id: string;
  readonly at: string;
  readonly actor: string;
  readonly sentence: string;
}

export interface CallStory {
  readonly steps: readonly Step[];
  /** Oldest first. */
  readonly entries: readonly CallEntry[];
}

/** @param events of its facility, in any order */
export function callStory(
  call: Pick<MarginCall, "id" | "state" | "ended_at">,
  events: readonly EventView[],
): CallStory {
  const own = events
    .filter(({ kind, payload }) => isAbout(kind) && textOf(payload, "call_id") === call.id)
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.id.localeCompare(b.id));
  const seen = new Set<string>(own.map(({ payload }) => textOf(payload, "to_state") ?? ""));
  return {
    steps: stepsOf(call, seen),
    entries: own.map(({ id, at, actor, sentence }) => ({ event_id: id, at, actor, sentence })),
  };
}

function isAbout(kind: EventView["kind"]): boolean {
  return kind === "margin_call.state" || kind === "call.extension";
}

/** States that were not passed are left out once the call is beyond them: a fast fall skips. */
function stepsOf(
  { state, ended_at }: Pick<MarginCall, "state" | "ended_at">,
  seen: ReadonlySet<string>,
): readonly Step[] {
  const sold = state !== "cured" && (seen.has("escalated") || seen.has("liquidating") || state === "closed");
  const way = sold ? WAYS.sold : WAYS.cured;
  const at = way.indexOf(state);
  return way.flatMap((name, index): Step[] => {
    if (index < at && !seen.has(name)) return [];
    const over = index < at || (index === at && ended_at !== null);
    return [{ name: NAMES[name], state: over ? "done" : index === at ? "now" : "ahead" }];
  });
}

function textOf(payload: unknown, field: string): string | null {
  const value = payload !== null && typeof payload === "object" ? (payload as Record<string, unknown>)[field] : null;
  return typeof value === "string" ? value : null;
}

export interface LtvPoint {
  /** Seconds since the epoch. */
  readonly at: number;
  /** Per cent; for drawing. */
  readonly ltv: number;
}

/** Loan to value where its events name it: at each crossing, and when a call was opened. Oldest first, one for each instant. */
export function ltvPoints(events: readonly EventView[]): readonly LtvPoint[] {
  const by_time = new Map<number, number>();
  for (const { kind, at, payload } of events) {
    const text = textOf(payload, "ltv_percent");
    const is_crossing =
      kind === "facility.stage" || (kind === "margin_call.state" && textOf(payload, "from_state") === null);
    if (is_crossing && text !== null) by_time.set(Date.parse(at) / 1_000, Number(text));
  }
  return [...by_time].map(([at, ltv]) => ({ at, ltv })).sort((a, b) => a.at - b.at);
}
