/** The story of a transfer as its states: when it came into each, how long it stayed, who voted, what the venue said meanwhile. */
import type { TransferDetail, TransferState } from "../../api/types.ts";

type Entry = TransferDetail["timeline"][number];

export interface Stage {
  readonly state: TransferState;
  readonly entered_at: string;
  /** Null while it is in it. */
  readonly left_at: string | null;
  /** Milliseconds; null while it is in it. */
  readonly stayed_ms: number | null;
  readonly actor: string;
  /** What happened while it was in this state, oldest first: votes, the venue's own stages, proposals. */
  readonly inside: readonly Inside[];
}

export interface Inside {
  readonly event_id: string;
  readonly kind: "vote" | "venue" | "other";
  readonly at: string;
  readonly text: string;
  readonly actor: string;
}

const STATES: ReadonlySet<string> = new Set<TransferState>([
  "planned",
  "awaiting_approval",
  "approved",
  "submitting",
  "submitted",
  "settled",
  "denied",
  "expired",
  "cancelled",
  "held",
  "failed",
]);

export function stagesOf({ timeline, transfer }: Pick<TransferDetail, "timeline" | "transfer">): readonly Stage[] {
  const stages: { state: TransferState; entry: Entry | null; inside: Inside[] }[] = [];
  for (const entry of timeline) {
    const state = stateOf(entry);
    if (state !== null) stages.push({ state, entry, inside: [] });
    else stages.at(-1)?.inside.push(insideOf(entry));
  }
  // A log that lacks the first event still has a beginning.
  if (stages.length === 0) stages.push({ state: transfer.state, entry: null, inside: [] });
  return stages.map(({ state, entry, inside }, index) => {
    const entered_at = entry?.at ?? transfer.created_at;
    const left_at = stages[index + 1]?.entry?.at ?? null;
    return {
      state,
      entered_at,
      left_at,
      stayed_ms: left_at === null ? null : Math.max(0, Date.parse(left_at) - Date.parse(entered_at)),
      actor: entry?.actor ?? transfer.initiator,
      inside,
    };
  });
}

/** The state this event put it into; null when it put it into none. */
function stateOf({ kind, payload }: Entry): TransferState | null {
  if (kind === "transfer.planned") return "planned";
  if (kind !== "transfer.state") return null;
  const state = textOf(payload, "to_state");
  return state !== null && STATES.has(state) ? (state as TransferState) : null;
}

function insideOf(entry: Entry): Inside {
  const { event_id, at, actor, kind, payload, sentence } = entry;
  if (kind === "transfer.stage") return { event_id, at, actor, kind: "venue", text: venueText(payload) ?? sentence };
  return { event_id, at, actor, kind: kind.startsWith("approval.") ? "vote" : "other", text: sentence };
}

/** "confirming 3/12", and the venue's own word where it says it otherwise. */
function venueText(payload: unknown): string | null {
  const stage = textOf(payload, "to_stage");
  if (stage === null) return null;
  const raw = textOf(payload, "raw_status");
  const words = stage.replaceAll("_", " ");
  const [seen, needed] = [numberOf(payload, "confirmations"), numberOf(payload, "confirmations_needed")];
  const count = seen === null ? "" : ` ${seen}/${needed ?? "?"}`;
  const own = raw !== null && raw.toLowerCase() !== stage && raw.toLowerCase() !== words ? ` (it says "${raw}")` : "";
  return `${words}${count}${own}`;
}

function field(payload: unknown, name: string): unknown {
  return payload !== null && typeof payload === "object" ? (payload as Record<string, unknown>)[name] : undefined;
}

function textOf(payload: unknown, name: string): string | null {
  const value = field(payload, name);
  return typeof value === "string" ? value : null;
}

function numberOf(payload: unknown, name: string): number | null {
  const value = field(payload, name);
  return typeof value === "number" ? value : null;
}
