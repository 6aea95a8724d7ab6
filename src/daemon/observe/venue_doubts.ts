/** Telling people once when a source of a venue (a node of a chain) contradicts the others, lags behind them or falls silent. */
import { recordAlert } from "../../transfers/index.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps } from "../types.ts";

/** A source that contradicts others may be lying: that is worth a page. The rest is worth knowing. */
const SEVERITY = { contradicts: "page", lags: "warning", silent: "warning" } as const;

/** After each round of reads; what was settled and comes again is told again. */
export async function tellDoubts(deps: DaemonDeps, state: DaemonState, venue_id: string): Promise<void> {
  const doubts = deps.venues.get(venue_id)?.doubts?.() ?? [];
  const told = state.venue_doubts.get(venue_id) ?? new Set();
  if (doubts.length === 0 && told.size === 0) return;
  const keyOf = ({ kind, source }: (typeof doubts)[number]): string => `${kind} ${source}`;
  state.venue_doubts.set(venue_id, new Set(doubts.map(keyOf)));
  for (const doubt of doubts) {
    if (told.has(keyOf(doubt))) continue;
    const message = `${venue_id}, ${doubt.source}: ${doubt.said}`;
    const notice = { code: `endpoint_${doubt.kind}`, severity: SEVERITY[doubt.kind], message, ref: venue_id } as const;
    await deps.store.tx("venue.doubt", (tx) => recordAlert(tx, deps, notice, deps.clock.now()));
    deps.notifier.notify(notice);
  }
}
