/**
 * A request that its network took and does not carry out: the same payment, once more, dearer to send. It is built, decoded and
 * compared with the plan like the first one; it must use up what the first one uses up, so that at most one of them can ever take
 * effect; and it is durable, beside all earlier ones, before it is sent. From then on whichever of them confirms is the transfer.
 */
import { AuthorityError, assertSameEffect } from "../../authority/index.ts";
import { assert } from "../../errors/index.ts";
import type { Instant } from "../../ports/index.ts";
import { type Venue, VenueError } from "../../venues/index.ts";
import type { SubmitOutcome, VenueTransfer } from "../../venues/port.ts";
import { recordAlert } from "../change/alerts.ts";
import { changeFields } from "../change/change_state.ts";
import { type TransferDeps, venueOf, walletOf } from "../context.ts";
import { TransferError } from "../errors.ts";
import { backoffMs, REPLACEMENTS_MAX } from "../limits.ts";
import { assertDispatchable } from "../plan/check_dispatch.ts";
import type { PreparedSubmit, TransferRow } from "../types.ts";
import type { StepResult } from "../work_transfer.ts";
import { callVenue, stoodStill } from "./send_prepared.ts";
import { ownerSignatures } from "./step_approved.ts";
import { waitFor } from "./waits.ts";

/** Durable, and perhaps not sent. */
const REPLACING = "replacing";
const SPED_UP = "sped_up";
/** What no connector may ever build. */
const UNSAFE: ReadonlySet<string> = new Set(["transfer_replacement_unsafe", "authority_effect_mismatch"]);

/** Its venue replaces what waits so long, has not done so too often, and its approval still lasts. `found`: null when it is absent. */
export function isStuck(deps: TransferDeps, row: TransferRow, found: VenueTransfer | null, now: Instant): boolean {
  const venue = venueOf(deps, row.plan.from.venue);
  const { replacement } = venue.capabilities();
  if (replacement === undefined || venue.prepareReplacement === undefined || row.prepared === null) return false;
  if (found !== null && (found.final || found.status !== "pending" || found.stage !== "broadcast")) return false;
  const { prepared_at, earlier = [] } = row.prepared;
  if (earlier.length >= Math.min(replacement.count_max, REPLACEMENTS_MAX) || now >= row.plan.expires_at) return false;
  return now - prepared_at >= replacement.after_ms;
}

/** A replacement was made durable and its outcome was never written: the process may have died before it was sent. */
export function isHalfReplaced(row: TransferRow): boolean {
  return row.note_code === REPLACING;
}

/** It is sent from the record only while the approval lasts; afterwards what was sent before it is followed alone. */
export function mayResume(row: TransferRow, now: Instant): boolean {
  return isHalfReplaced(row) && now < row.plan.expires_at;
}

/** Why it was not sped up. */
export interface NotSpedUp {
  readonly not_sped_up: { readonly code: string; readonly text: string };
}

export async function speedUp(deps: TransferDeps, row: TransferRow): Promise<StepResult | NotSpedUp> {
  try {
    await deps.store.read("transfer.check", (tx) => assertDispatchable(tx, deps, row));
    const replacement = await build(deps, row);
    const written_at = deps.clock.now();
    return await sendReplacement(deps, await makeDurable(deps, row, replacement), written_at);
  } catch (error) {
    const refusal = error instanceof TransferError && error.code !== "transfer_conflict";
    if (!refusal && !(error instanceof AuthorityError) && !(error instanceof VenueError)) throw error;
    if (UNSAFE.has(error.code)) await tellOnce(deps, row, error.code, error.message);
    const text = `It waits to be carried out, and is not sped up now: ${error.message}`;
    return { not_sped_up: { code: error.code, text } };
  }
}

async function build(deps: TransferDeps, row: TransferRow): Promise<PreparedSubmit> {
  const venue = venueOf(deps, row.plan.from.venue);
  const { prepared } = row;
  assert(prepared !== null && venue.prepareReplacement !== undefined, `${row.id} can be replaced`);
  const signatures = await deps.store.read("transfer.signatures", (tx) => ownerSignatures(tx, deps, row));
  const now = deps.clock.now();
  const built = await venue.prepareReplacement(row.plan, prepared, { now, signing: row.signing, signatures });
  const { earlier = [], ...last } = prepared;
  const replacement = { ...built, prepared_at: now, earlier: [...earlier, last] };
  assertSameEffect(row.plan, venue.decode(replacement), walletOf(deps.config, row.from_wallet).account);
  assertExclusive(venue, row, replacement);
  return replacement;
}

/** @throws TransferError transfer_replacement_unsafe when both could take effect */
function assertExclusive(venue: Venue, row: TransferRow, replacement: PreparedSubmit): void {
  const used = [replacement, ...(replacement.earlier ?? [])].map((one) => venue.decode(one).exclusive);
  const hashes = new Set([replacement, ...(replacement.earlier ?? [])].map(({ tx_hash }) => tx_hash));
  const same = used[0] !== undefined && used.every((name) => name === used[0]);
  if (same && hashes.size === used.length && !hashes.has(null)) return;
  throw new TransferError(
    "transfer_replacement_unsafe",
    "What was built does not exclude what was sent before: both could pay. Nothing was sent.",
    { transfer: row.id },
  );
}

/** Votes, mode, address book, data and fence are checked again in the write that precedes the call. */
async function makeDurable(deps: TransferDeps, row: TransferRow, prepared: PreparedSubmit): Promise<TransferRow> {
  const now = deps.clock.now();
  const number = prepared.earlier?.length ?? 0;
  const message = `It was not carried out; the same payment is sent with a higher fee (attempt ${number + 1}). Only one of them can be carried out.`;
  const notice = { code: "transfer_sped_up", severity: "warning", message, ref: row.id } as const;
  const next = await deps.store.tx("transfer.replacing", async (tx) => {
    await assertDispatchable(tx, deps, row);
    await recordAlert(tx, deps, notice, now);
    return changeFields(tx, deps, row, {
      now,
      actor: "daemon",
      note: { code: REPLACING, text: message },
      raw_status: `replaces ${row.prepared?.tx_hash}`,
      patch: { prepared, tx_hash: prepared.tx_hash, attempts: 0, next_at: now },
    });
  });
  deps.notifier.notify(notice);
  return next;
}

/** Right after the write, and again for one that may never have been sent: the same bytes have one effect. */
export async function sendReplacement(deps: TransferDeps, row: TransferRow, written_at: Instant): Promise<StepResult> {
  // Not sent, and still durable: it is taken up again from the record.
  if (stoodStill(deps, written_at)) return waitFor(deps, row);
  const said = saidOf(await callVenue(deps, row, written_at));
  const now = deps.clock.now();
  const next = await deps.store.tx("transfer.sped_up", (tx) =>
    changeFields(tx, deps, row, {
      now,
      actor: "daemon",
      note: { code: SPED_UP, text: `The same payment was sent with a higher fee; ${said}` },
      patch: { next_at: now + backoffMs(0, deps.clock, deps.random) },
    }),
  );
  return { row: next, again: false };
}

function saidOf(outcome: SubmitOutcome): string {
  switch (outcome.outcome) {
    case "accepted":
      return "its venue took it.";
    case "rejected":
      return `its venue refused it, and what was sent before is followed: ${outcome.message}`;
    case "unknown":
      return `what became of it is looked up: ${outcome.message}`;
  }
}

/** A connector built something else than the same payment: people are told, once. */
async function tellOnce(deps: TransferDeps, row: TransferRow, code: string, message: string): Promise<void> {
  if (row.note_code === code) return;
  const notice = { code: `speed_up_${code}`, severity: "page", message, ref: row.id } as const;
  await deps.store.tx("transfer.not_sped_up", (tx) => recordAlert(tx, deps, notice, deps.clock.now()));
  deps.notifier.notify(notice);
}
