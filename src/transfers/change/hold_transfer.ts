/** Putting a transfer in front of people: it stays in flight, its funds stay reserved, and somebody is paged. */

import type { TransferDeps } from "../context.ts";
import { HELD_LOOK_MS } from "../limits.ts";
import type { TransferRow } from "../types.ts";
import type { StepResult } from "../work_transfer.ts";
import { recordAlert } from "./alerts.ts";
import { changeState } from "./change_state.ts";

export type HoldCode =
  | "outcome_unknown"
  | "identity_mismatch"
  | "receipt_unproven"
  | "partially_filled"
  | "settlement_failed";

export async function holdTransfer(
  deps: TransferDeps,
  row: TransferRow,
  code: HoldCode,
  text: string,
): Promise<StepResult> {
  const now = deps.clock.now();
  const notice = { code: `transfer_${code}`, severity: "page", message: text, ref: row.id } as const;
  const next = await deps.store.tx("transfer.hold", async (tx) => {
    await recordAlert(tx, deps, notice, now);
    return changeState(tx, deps, row, "held", {
      now,
      actor: "daemon",
      note: { code, text },
      patch: { next_at: now + HELD_LOOK_MS },
    });
  });
  deps.notifier.notify(notice);
  return { row: next, again: false };
}
