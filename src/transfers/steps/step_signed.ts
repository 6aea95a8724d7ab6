/** held because owners signed what then ended: ask the wallet what their signatures are still worth, until it is nothing. */
import { VenueError } from "../../venues/index.ts";
import type { SignaturesStanding } from "../../venues/port.ts";
import { recordAlert } from "../change/alerts.ts";
import { changeState } from "../change/change_state.ts";
import type { UnsentEnd } from "../change/end_unsent.ts";
import { messageOf, type TransferDeps, venueOf } from "../context.ts";
import { signaturesGiven } from "../people/signatures_given.ts";
import type { TransferRow } from "../types.ts";
import type { StepResult } from "../work_transfer.ts";
import { waitFor } from "./waits.ts";

/** How often the wallet is asked: people burn a nonce within minutes, and a thief needs no longer. */
const LOOK_MS = 60_000;
const ENDED: Readonly<Record<UnsentEnd, string>> = {
  cancelled: "was cancelled",
  denied: "was denied",
  expired: "expired",
  failed: "was refused by its venue",
};

export async function stepSigned(deps: TransferDeps, row: TransferRow, end: UnsentEnd): Promise<StepResult> {
  const standing = await ask(deps, row);
  if (standing === null) return waitFor(deps, row, { wait_ms: LOOK_MS });
  switch (standing.standing) {
    case "too_few":
      return finish(deps, row, end, `only ${standing.signed} of the ${standing.needed} signatures it needs were given`);
    case "worthless":
      return finish(deps, row, end, standing.reason);
    case "executable":
      return warn(deps, row, "transfer_signatures_out", standing.remedy);
    case "executed":
      return warn(
        deps,
        row,
        "transfer_executed_by_others",
        `It ${ENDED[end]}, and somebody executed it with its owners' signatures in ${standing.tx_hash}. Resolve it as settled.`,
      );
    case "deciding":
      return waitFor(deps, row, { wait_ms: LOOK_MS });
  }
}

/** Null while the wallet cannot say. */
async function ask(deps: TransferDeps, row: TransferRow): Promise<SignaturesStanding | null> {
  const venue = venueOf(deps, row.plan.from.venue);
  if (row.signing === null || venue.readSignatures === undefined) return null;
  const signatures = await deps.store.read("transfer.signatures", (tx) => signaturesGiven(tx, row));
  try {
    return await venue.readSignatures(row.signing, signatures);
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    deps.log.warn({ transfer: row.id, cause: messageOf(error) }, "What its owners signed cannot be judged now.");
    return null;
  }
}

async function finish(deps: TransferDeps, row: TransferRow, end: UnsentEnd, why: string): Promise<StepResult> {
  const now = deps.clock.now();
  const note = {
    code: end === "failed" ? "venue_failed" : end,
    text: `It ${ENDED[end]} before anything moved, and cannot be executed: ${why}.`,
  };
  const next = await deps.store.tx("transfer.signed_end", (tx) =>
    changeState(tx, deps, row, end, { now, actor: "daemon", note }),
  );
  return { row: next, again: false };
}

/** People are told once. */
async function warn(deps: TransferDeps, row: TransferRow, code: string, message: string): Promise<StepResult> {
  const now = deps.clock.now();
  const notice = { code, severity: "page", message, ref: row.id } as const;
  const known = row.note === message.slice(0, row.note?.length ?? 0);
  if (!known) {
    await deps.store.tx("transfer.signatures_out", (tx) => recordAlert(tx, deps, notice, now));
    deps.notifier.notify(notice);
  }
  return waitFor(deps, row, { wait_ms: LOOK_MS, note: { code: row.note_code ?? code, text: message } });
}
