/**
 * Ends what was never sent, or what its venue refused to take. Owners of a wallet that collects approvals in its own protocol sign the payment itself: with
 * enough of their signatures anybody can execute it, whatever we call it. Such a transfer keeps its funds reserved, as `held`,
 * until the wallet says that the signatures are worth nothing.
 */
import type { Tx } from "../../store/index.ts";
import type { TransferDeps } from "../context.ts";
import { signaturesGiven } from "../people/signatures_given.ts";
import type { TransferRow } from "../types.ts";
import { changeState, type StateChange } from "./change_state.ts";

export type UnsentEnd = "cancelled" | "denied" | "expired" | "failed";
export type SignedEndCode = `${UnsentEnd}_signed`;

const ENDS: readonly { readonly code: SignedEndCode; readonly end: UnsentEnd }[] = [
  { code: "cancelled_signed", end: "cancelled" },
  { code: "denied_signed", end: "denied" },
  { code: "expired_signed", end: "expired" },
  { code: "failed_signed", end: "failed" },
];

/** Where a transfer goes when its signatures are worth nothing; null when it is held for another reason. */
export function signedEndOf({ note_code }: TransferRow): UnsentEnd | null {
  return ENDS.find(({ code }) => code === note_code)?.end ?? null;
}

/** To `end`, or to `held` while signatures are out. @throws TransferError transfer_conflict */
export async function endUnsent(
  tx: Tx,
  deps: TransferDeps,
  row: TransferRow,
  end: UnsentEnd,
  change: StateChange & { readonly note: { readonly code: string; readonly text: string } },
): Promise<TransferRow> {
  if ((await signaturesGiven(tx, row)).length === 0) return changeState(tx, deps, row, end, change);
  const text = `${change.note.text} Owners signed it before: it stays reserved until their signatures are worth nothing.`;
  const note = { code: `${end}_signed` satisfies SignedEndCode, text };
  return changeState(tx, deps, row, "held", { ...change, note, patch: { next_at: change.now } });
}
