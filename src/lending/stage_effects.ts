/**
 * What a crossing sets off: the new stage, one notice, and the margin call that it opens, escalates or cures. A fall that passes
 * several levels at once is one notice that names those it skipped. Pure.
 */
import type { EventInput, FacilityFacts } from "../audit/index.ts";
import { type Crossing, rankOf } from "../credit/index.ts";
import type { Ids, Instant } from "../ports/index.ts";
import type { CallState, FacilityRow, MarginCallRow } from "./types.ts";

export interface CrossingFacts {
  readonly row: FacilityRow;
  readonly crossing: Crossing;
  /** The open call of the facility; null: none. */
  readonly call: MarginCallRow | null;
  readonly ltv_percent: string | null;
  readonly now: Instant;
}

export interface Effects {
  readonly patch: Partial<FacilityRow>;
  readonly opened: MarginCallRow | null;
  readonly changed: { readonly call: MarginCallRow; readonly patch: Partial<MarginCallRow> } | null;
  readonly notice: { readonly type: string; readonly text: string };
}

/** The call is being answered by people or by time; once a sale works on it, the sale ends it. */
const LIVE: ReadonlySet<CallState> = new Set(["open", "notified", "escalated"]);

export function effectsOf(ids: Pick<Ids, "next">, facts: CrossingFacts): Effects {
  const { crossing, call } = facts;
  const at_call = rankOf("margin_call");
  if (crossing.direction === "worse" && rankOf(crossing.to) >= at_call) {
    return call === null ? openCall(ids, facts) : escalate(facts, call);
  }
  if (crossing.direction === "better" && call !== null && rankOf(crossing.to) < at_call && LIVE.has(call.state)) {
    return cure(facts, call);
  }
  return plain(facts);
}

function openCall(ids: Pick<Ids, "next">, facts: CrossingFacts): Effects {
  const { row, crossing, ltv_percent, now } = facts;
  const escalated = crossing.to === "liquidation";
  const opened: MarginCallRow = {
    ...{ id: ids.next("call"), facility_id: row.id, state: escalated ? "escalated" : "open" },
    ...{ opened_at: now, deadline_at: now + row.terms.cure_ms, ltv_percent, skipped: crossing.skipped },
    ...{ acknowledged_by: null, acknowledged_at: null, partial_cures: 0, extensions: 0, ended_at: null },
    ...{ note: escalated ? "The fall went straight to the liquidation level." : null, updated_at: now, version: 0 },
  };
  const type = escalated ? "margin_call.escalated" : "margin_call.opened";
  const patch = { stage: crossing.to, call_id: opened.id };
  return { patch, opened, changed: null, notice: { type, text: sentence(facts) } };
}

function escalate(facts: CrossingFacts, call: MarginCallRow): Effects {
  const { crossing, now } = facts;
  const escalates = crossing.to === "liquidation" && (call.state === "open" || call.state === "notified");
  const patch = { state: "escalated", note: "The liquidation level was reached.", updated_at: now } as const;
  const notice = { type: escalates ? "margin_call.escalated" : "facility.worse", text: sentence(facts) };
  return { patch: { stage: crossing.to }, opened: null, changed: escalates ? { call, patch } : null, notice };
}

function cure(facts: CrossingFacts, call: MarginCallRow): Effects {
  const { crossing, now } = facts;
  const patch = {
    state: "cured",
    note: "Loan to value is below the level again.",
    ended_at: now,
    updated_at: now,
  } as const;
  return {
    patch: { stage: crossing.to, call_id: null },
    opened: null,
    changed: { call, patch },
    notice: { type: "margin_call.cured", text: sentence(facts) },
  };
}

function plain(facts: CrossingFacts): Effects {
  const { crossing } = facts;
  const type = crossing.direction === "better" ? "facility.better" : `facility.${crossing.to}`;
  return { patch: { stage: crossing.to }, opened: null, changed: null, notice: { type, text: sentence(facts) } };
}

function sentence({ row, crossing, ltv_percent }: CrossingFacts): string {
  const ltv = ltv_percent === null ? "" : ` at ${ltv_percent} % loan to value`;
  const words = (name: string): string => name.replaceAll("_", " ");
  const skipped = crossing.skipped.map(words).join(" and ");
  const way = crossing.direction === "worse" ? "reached" : "came back to";
  const passed = skipped === "" ? "" : `, past ${skipped} without a notice of its own`;
  return `${row.reference} of ${row.customer_id} ${way} ${words(crossing.to)}${ltv}${passed}.`;
}

/** The event of a call's state. */
export function callEvent(
  facts: FacilityFacts,
  call: MarginCallRow,
  from_state: CallState | null,
  actor: string,
  at: Instant,
): EventInput<"margin_call.state"> {
  const { id: call_id, state: to_state, deadline_at, ltv_percent, skipped, note } = call;
  return {
    kind: "margin_call.state",
    ref: facts.facility_id,
    ...{ actor, at },
    payload: { ...facts, call_id, from_state, to_state, deadline_at, ltv_percent, skipped, note },
  };
}
