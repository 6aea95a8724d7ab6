/** What an event says in a narrow column: the state first, then the way. The full sentence stays in the title. */
import type { EventView } from "../../api/types.ts";
import { readable } from "../../format/sentence.ts";

/** Amount and fee have columns of their own; the ends of a transfer stand between these words. */
const WAY = / from (.+?) to (.+?)(?: is |: |$)/;

/** @example eventText(settled) // "Settled: Northvault USDT \u2192 Hot wallet USDT" */
export function eventText(event: EventView): string {
  const state = stateOf(event);
  const way = state === null ? null : WAY.exec(event.sentence);
  if (state === null || !way) return readable(event.sentence);
  const name = state.replaceAll("_", " ");
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${way[1]} \u2192 ${way[2]}`;
}

function stateOf({ kind, payload }: EventView): string | null {
  if (kind === "transfer.planned") return "planned";
  const fields = payload !== null && typeof payload === "object" ? (payload as Readonly<Record<string, unknown>>) : {};
  const state = kind === "transfer.state" ? fields.to_state : kind === "transfer.stage" ? fields.to_stage : null;
  return typeof state === "string" ? state : null;
}
