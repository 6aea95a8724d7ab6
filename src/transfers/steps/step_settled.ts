/**
 * settled, and its network may still take it back (a chain reorganised below what it had called final, a custodian that removes a
 * confirmed transfer). It is looked at within the venue's window; when the venue says twice that it is not there as it settled,
 * it is in flight again: its settlement is taken back in the books by a new entry, people are paged, and it settles once more.
 * An answer that nobody gave, or that was read from before the settlement, changes nothing, and nothing is ever sent from here.
 */
import { REOPENED_MAX, timesReopened } from "../../ledger/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { FindAnswer, FindOutcome, Reopening, VenueTransfer } from "../../venues/port.ts";
import { recordAlert } from "../change/alerts.ts";
import { changeFields, changeState } from "../change/change_state.ts";
import { differencesFromRow } from "../change/identity.ts";
import { dropMovements } from "../change/match_movements.ts";
import { byVenue } from "../change/settle.ts";
import type { TransferDeps } from "../context.ts";
import { backoffMs, DOUBT_MS, SETTLED_LOOK_MIN_MS } from "../limits.ts";
import type { TransferRow } from "../types.ts";
import type { StepResult } from "../work_transfer.ts";
import { lookUp } from "./read_back.ts";
import { FREE } from "./waits.ts";
import { nextLookAt, nextLookWithoutVenue, reopeningOf } from "./watch_settled.ts";

const DOUBTED = "settlement_doubted";

export async function stepSettled(deps: TransferDeps, row: TransferRow): Promise<StepResult> {
  const now = deps.clock.now();
  const settled_at = row.settled_at ?? now;
  // A venue that left the configuration may come back to it.
  if (!deps.venues.has(row.plan.from.venue)) return lookAgainAt(deps, row, nextLookWithoutVenue(settled_at, now));
  const reopening = reopeningOf(deps, row);
  if (reopening === null) return lookAgainAt(deps, row, null);
  const found = await lookUp(deps, row);
  if (found.outcome === "unreadable" || isOlder(found, settled_at)) {
    const wait_ms = backoffMs(row.attempts, deps.clock, deps.random);
    return lookAgainAt(deps, row, now + wait_ms, { attempts: row.attempts + 1 });
  }
  const missing = missingIn(row, found);
  if (missing === null) {
    const calm = row.note_code === DOUBTED ? { note_code: null, note: null } : {};
    return lookAgainAt(deps, row, nextLook(found, reopening, settled_at, now), { attempts: 0, ...calm });
  }
  if (row.note_code === DOUBTED) return reopen(deps, row, found, missing);
  const note = `Its venue does not show it as it settled (${missing}); it is asked again before that is believed.`;
  return lookAgainAt(deps, row, now + DOUBT_MS, { attempts: 0, note_code: DOUBTED, note });
}

/** Read from before the settlement: a node that lags, and knows nothing of it yet. Only what speaks against it is doubted. */
function isOlder(found: FindAnswer, settled_at: Instant): boolean {
  const read_at = found.head_at ?? (found.outcome === "absent" ? found.as_of : settled_at + 1);
  return read_at <= settled_at;
}

/** What is in the chain again, and not deep enough yet, is looked at until it is, whatever the window. */
function nextLook(found: FindAnswer, reopening: Reopening, settled_at: Instant, now: Instant): Instant | null {
  const next = nextLookAt(reopening, settled_at, now);
  const again = found.outcome === "found" && !found.transfer.final;
  return again ? Math.min(next ?? Number.MAX_SAFE_INTEGER, now + SETTLED_LOOK_MIN_MS) : next;
}

/** What of a settled transfer is not there any more; null while everything is. */
function missingIn(row: TransferRow, found: FindAnswer): string | null {
  if (found.outcome === "absent") return "it knows nothing of it";
  const { transfer } = found;
  const differences = differencesFromRow(row, transfer);
  if (differences.length > 0) return `other ${differences.join(", ")}`;
  // In the chain, and it delivers: how deep it is there is said by a node that may be behind the one that called it final.
  if (transfer.status !== "succeeded") return transfer.raw_status;
  if ((transfer.amount_received ?? row.amount) !== row.amount_received) return "another amount arrived";
  if (transfer.tx_hash !== null && transfer.tx_hash !== row.tx_hash) return "it is another transaction now";
  return null;
}

async function reopen(deps: TransferDeps, row: TransferRow, found: FindOutcome, missing: string): Promise<StepResult> {
  const now = deps.clock.now();
  const seen: VenueTransfer | null = found.outcome === "found" ? found.transfer : null;
  if ((await deps.store.read("transfer.reopened", (tx) => timesReopened(tx, row.id))) >= REOPENED_MAX) {
    return giveUp(deps, row, missing);
  }
  const message = `It was settled, and its network took it back (${missing}). It is in flight again; its settlement was taken back in the books.`;
  const notice = { code: "settlement_reopened", severity: "page", message, ref: row.id } as const;
  const next = await deps.store.tx("transfer.reopen_settled", async (tx) => {
    await recordAlert(tx, deps, notice, now);
    if (reopeningOf(deps, row)?.movements === "vanish") await dropMovements(tx, row);
    return changeState(tx, deps, row, "submitted", {
      ...byVenue(row, now),
      note: { code: notice.code, text: message },
      raw_status: seen?.raw_status ?? "absent",
      patch: {
        stage: seen?.final === false ? seen.stage : "accepted",
        ...{ confirmations: null, amount_received: null, fee_actual: null, settled_at: null, next_at: now },
      },
    });
  });
  deps.notifier.notify(notice);
  return { row: next, again: true };
}

/** A network that takes back and gives again without end says nothing any more: people look, the books stay as they are. */
async function giveUp(deps: TransferDeps, row: TransferRow, missing: string): Promise<StepResult> {
  const now = deps.clock.now();
  const message = `It was settled and taken back ${REOPENED_MAX} times, and is missing again (${missing}). It is not followed any more: look at both wallets.`;
  const notice = { code: "settlement_unsteady", severity: "page", message, ref: row.id } as const;
  const next = await deps.store.tx("transfer.unsteady", async (tx) => {
    await recordAlert(tx, deps, notice, now);
    const note = { code: notice.code, text: message };
    return changeFields(tx, deps, row, { now, actor: "daemon", note, patch: { next_at: null, ...FREE } });
  });
  deps.notifier.notify(notice);
  return { row: next, again: false };
}

/** Puts it down, free for whoever looks next. Its state and its books stay as they are. */
async function lookAgainAt(
  deps: TransferDeps,
  row: TransferRow,
  next_at: number | null,
  more: Partial<Pick<TransferRow, "attempts" | "note_code" | "note">> = {},
): Promise<StepResult> {
  const now = deps.clock.now();
  const next = await deps.store.tx("transfer.watch", (tx) =>
    changeFields(tx, deps, row, { now, actor: "daemon", patch: { ...more, next_at, ...FREE } }),
  );
  return { row: next, again: false };
}
