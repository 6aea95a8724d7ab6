/**
 * submitted: follow what the venue says, as long as it speaks of exactly our transfer. Final and succeeded settles with what
 * was delivered; final and failed takes the postings back, and
 * is for people where it had settled before; replaced, dropped or reorganised only sets the stage back. Age
 * raises an alert and never removes the obligation.
 */
import { timesReopened } from "../../ledger/index.ts";
import { sayAmount } from "../../money/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { VenueTransfer } from "../../venues/port.ts";
import { recordAlert } from "../change/alerts.ts";
import { changeFields, changeState, type StateChange } from "../change/change_state.ts";
import { holdTransfer } from "../change/hold_transfer.ts";
import { differencesFromRow } from "../change/identity.ts";
import { byVenue, settle } from "../change/settle.ts";
import { messageOf, type TransferDeps, venueOf } from "../context.ts";
import { backoffMs, OVERDUE_MS } from "../limits.ts";
import { assertMaySend } from "../plan/check_dispatch.ts";
import type { TransferRow } from "../types.ts";
import type { StepResult } from "../work_transfer.ts";
import { identityOf, mismatchText } from "./accept_found.ts";
import { lookUp } from "./read_back.ts";
import { isStopped, resendOrWait } from "./send_prepared.ts";
import { isHalfReplaced, isStuck, mayResume, type NotSpedUp, sendReplacement, speedUp } from "./speed_up.ts";
import { mayRepeat } from "./step_submitting.ts";
import { FREE, waitFor } from "./waits.ts";

export async function stepSubmitted(deps: TransferDeps, row: TransferRow): Promise<StepResult> {
  const found = await lookUp(deps, row);
  switch (found.outcome) {
    case "found":
      return follow(deps, row, found.transfer);
    case "absent":
      return missing(deps, row, found.as_of);
    case "unreadable": {
      const note = { code: "lookup_unreadable", text: `The venue cannot be asked about it now: ${found.message}` };
      // That a replacement may not have been sent is known from nothing else.
      return waitFor(deps, row, staysNoted(row) || isHalfReplaced(row) ? {} : { note });
    }
  }
}

async function follow(deps: TransferDeps, row: TransferRow, found: VenueTransfer): Promise<StepResult> {
  const differences = differencesFromRow(row, found);
  if (differences.length > 0) {
    await withdrawTampered(deps, row, found);
    return holdTransfer(deps, row, "identity_mismatch", mismatchText(differences));
  }
  if (found.final && found.status === "unproven") {
    const text = `It is done (${found.raw_status}), and nothing proves what arrived. Look at both wallets; the funds stay reserved.`;
    return holdTransfer(deps, row, "receipt_unproven", text);
  }
  if (found.final && found.status === "succeeded") return settle(deps, row, found);
  if (found.final && found.status === "failed") return fail(deps, row, found);
  if (mayResume(row, deps.clock.now())) return resumeReplacement(deps, row);
  if (!isStuck(deps, row, found, deps.clock.now())) return progress(deps, row, found);
  const sped = await speedUp(deps, row);
  return "row" in sped ? sped : progress(deps, row, found, sped);
}

/** A request under our reference that waits for the venue's own approval and is not what we asked must not be approved there. */
async function withdrawTampered(deps: TransferDeps, row: TransferRow, found: VenueTransfer): Promise<void> {
  const venue = venueOf(deps, row.plan.from.venue);
  const { approval_stage, cancel } = venue.capabilities();
  if (!approval_stage || !cancel || found.final || found.reference !== row.reference) return;
  try {
    await venue.cancel(found.venue_ref);
  } catch (error) {
    deps.log.error({ transfer: row.id, cause: messageOf(error) }, "A tampered request could not be withdrawn.");
  }
}

/** What had settled once ends as failed by people alone: one answer that it never moved stands against one that it arrived. */
async function fail(deps: TransferDeps, row: TransferRow, found: VenueTransfer): Promise<StepResult> {
  if ((await deps.store.read("transfer.reopened", (tx) => timesReopened(tx, row.id))) > 0) {
    const text = `It was settled, was taken back, and now its venue says finally that nothing moved (${found.raw_status}). Look at both wallets; the funds stay reserved until people say how it ended.`;
    return holdTransfer(deps, row, "settlement_failed", text);
  }
  const text = `The venue says finally that nothing moved (${found.raw_status}).`;
  const next = await deps.store.tx("transfer.fail", (tx) =>
    changeState(tx, deps, row, "failed", {
      ...byVenue(row, deps.clock.now()),
      note: { code: "venue_failed", text },
      patch: { ...identityOf(row, found), stage: "final" },
    }),
  );
  return { row: next, again: false };
}

async function progress(
  deps: TransferDeps,
  row: TransferRow,
  found: VenueTransfer,
  stuck?: NotSpedUp,
): Promise<StepResult> {
  const { stage, confirmations, confirmations_needed, raw_status } = found;
  const identity = identityOf(row, found);
  const moved = stage !== row.stage || confirmations !== row.confirmations || identity.tx_hash !== row.tx_hash;
  const now = deps.clock.now();
  const overdue = overdueNotice(row, now);
  const attempts = moved ? 0 : row.attempts + 1;
  const next = await deps.store.tx("transfer.follow", async (tx) => {
    if (overdue !== null) await recordAlert(tx, deps, overdue, now);
    const said = stuck !== undefined && !staysNoted(row) ? { note: stuck.not_sped_up } : noteOn(deps, row, found);
    const note = overdue !== null ? { note: { code: "overdue", text: overdue.message } } : said;
    return changeFields(tx, deps, row, {
      ...byVenue(row, now),
      ...note,
      raw_status,
      patch: {
        ...identity,
        stage,
        confirmations,
        confirmations_needed,
        attempts,
        next_at: now + backoffMs(attempts, deps.clock, deps.random),
        ...FREE,
      },
    });
  });
  if (overdue !== null) deps.notifier.notify(overdue);
  return { row: next, again: false };
}

/** The venue took it and now knows nothing of it: dropped, reorganised, or its view lags. It stays in flight. */
async function missing(deps: TransferDeps, row: TransferRow, as_of: Instant): Promise<StepResult> {
  const { idempotency, consistency_window_ms } = venueOf(deps, row.plan.from.venue).capabilities();
  const now = deps.clock.now();
  const since = row.submitted_at ?? now;
  if (Math.min(as_of, now) - since < consistency_window_ms) return waitFor(deps, row);
  if (mayResume(row, now)) return resumeReplacement(deps, row);
  if (!TOLD.has(row.note_code ?? "")) return reopen(deps, row, now);
  if (isStuck(deps, row, null, now)) {
    const sped = await speedUp(deps, row);
    if ("row" in sped) return sped;
  }
  const repeatable = idempotency.kind === "signed_transaction" && row.prepared !== null;
  const first_at = row.prepared?.prepared_at ?? since;
  if (repeatable && mayRepeat(idempotency, first_at, row.plan.expires_at, now)) return resendOrWait(deps, row);
  return waitFor(deps, row);
}

/** People know already that it is not there, or that it had to be sent again. */
const TOLD: ReadonlySet<string> = new Set(["transfer_missing", "sent_again", "settlement_reopened", "sped_up"]);

/** The write that made it durable allowed the call; what was frozen since is not sent. */
async function resumeReplacement(deps: TransferDeps, row: TransferRow): Promise<StepResult> {
  try {
    await deps.store.read("transfer.mode", assertMaySend);
  } catch (error) {
    if (!isStopped(error)) throw error;
    return waitFor(deps, row);
  }
  const written_at = deps.clock.now();
  const ready = await deps.store.tx("transfer.resend", (tx) =>
    changeFields(tx, deps, row, { now: written_at, actor: "daemon" }),
  );
  return sendReplacement(deps, ready, written_at);
}

async function reopen(deps: TransferDeps, row: TransferRow, now: Instant): Promise<StepResult> {
  const message = "The venue accepted it and now does not know it; it stays in flight and is looked for.";
  const notice = { code: "transfer_missing", severity: "page", message, ref: row.id } as const;
  const next = await deps.store.tx("transfer.reopen", async (tx) => {
    await recordAlert(tx, deps, notice, now);
    return changeFields(tx, deps, row, {
      ...byVenue(row, now),
      note: { code: notice.code, text: message },
      raw_status: "absent",
      patch: { stage: "accepted", confirmations: null, next_at: now + backoffMs(0, deps.clock, deps.random) },
    });
  });
  deps.notifier.notify(notice);
  return { row: next, again: false };
}

function overdueNotice(row: TransferRow, now: Instant) {
  const age_ms = now - (row.submitted_at ?? now);
  if (age_ms < OVERDUE_MS || row.note_code === "overdue") return null;
  const message = "It is not final a day after it was sent. It stays in flight; ask the venue.";
  return { code: "transfer_overdue", severity: "page", message, ref: row.id } as const;
}

/** An overdue mark, and that people asked for a cancellation, stay until the end. */
function staysNoted({ note_code }: TransferRow): boolean {
  return note_code === "overdue" || note_code === "cancel_asked" || note_code === "sped_up";
}

/** Other notes are gone once the venue speaks of the transfer again; that it was sped up stays until it is carried out. Parts are a fact. */
function noteOn(
  { config }: Pick<TransferDeps, "config">,
  row: TransferRow,
  { amount_received }: VenueTransfer,
): Pick<StateChange, "note"> {
  const part = amount_received !== null && amount_received > 0n && amount_received < row.amount - row.fee_max;
  if (part && !staysNoted(row)) {
    const [arrived, whole] = [amount_received, row.amount].map((units) => sayAmount(config.assets, row.asset, units));
    const text = `${arrived} of ${whole} have arrived so far; the rest is still on its way.`;
    return { note: { code: "partially_filled", text } };
  }
  return staysNoted(row) || row.note_code === null ? {} : { note: null };
}
