/** When a settled transfer is looked at again: often at first, then ever more rarely, and not beyond its venue's window. */
import type { Instant } from "../../ports/index.ts";
import type { Reopening } from "../../venues/port.ts";
import type { TransferDeps } from "../context.ts";
import { REOPENING_MAX_MS, SETTLED_LOOK_MAX_MS, SETTLED_LOOK_MIN_MS } from "../limits.ts";
import type { TransferRow } from "../types.ts";

/** What its venue says of taking back; null: it is final for good. A venue that is not configured says nothing. */
export function reopeningOf(deps: Pick<TransferDeps, "venues">, row: TransferRow): Reopening | null {
  return deps.venues.get(row.plan.from.venue)?.capabilities().reopening ?? null;
}

/** While its venue is not configured: as long as any venue's window may be, and no longer. */
export function nextLookWithoutVenue(settled_at: Instant, now: Instant): Instant | null {
  const end = settled_at + REOPENING_MAX_MS;
  return now >= end ? null : Math.min(now + SETTLED_LOOK_MAX_MS, end);
}

/** Null where nothing that settled can be taken back. */
export function firstLookAt(deps: Pick<TransferDeps, "venues">, row: TransferRow, settled_at: Instant): Instant | null {
  const reopening = reopeningOf(deps, row);
  return reopening === null ? null : nextLookAt(reopening, settled_at, settled_at);
}

/**
 * As long after now as it is settled already, within limits; the last look is at the end of the window. Null: that was the last one.
 * @example nextLookAt({ window_ms: HOUR, movements: "vanish" }, 0, 10 * MINUTE) // 20 * MINUTE
 */
export function nextLookAt({ window_ms }: Reopening, settled_at: Instant, now: Instant): Instant | null {
  const end = settled_at + window_ms;
  if (now >= end) return null;
  const wait_ms = Math.min(Math.max(SETTLED_LOOK_MIN_MS, now - settled_at), SETTLED_LOOK_MAX_MS);
  return Math.min(now + wait_ms, end);
}
