/**
 * held: people decide, but evidence may still come. When the venue reports exactly our transfer, it is followed again,
 * whatever people decided meanwhile; a machine never declares it failed.
 */

import { signedEndOf } from "../change/end_unsent.ts";
import { differencesFromRow } from "../change/identity.ts";
import type { TransferDeps } from "../context.ts";
import { HELD_LOOK_MS } from "../limits.ts";
import { applyResolution } from "../people/apply_resolution.ts";
import type { TransferRow } from "../types.ts";
import type { StepResult } from "../work_transfer.ts";
import { acceptFound } from "./accept_found.ts";
import { lookUp } from "./read_back.ts";
import { stepSigned } from "./step_signed.ts";
import { waitFor } from "./waits.ts";

export async function stepHeld(deps: TransferDeps, row: TransferRow): Promise<StepResult> {
  const signed_end = signedEndOf(row);
  if (signed_end !== null) {
    const silent = { outcome: "unreadable", message: "Nothing was sent that could be looked up." } as const;
    return (await applyResolution(deps, row, silent)) ?? stepSigned(deps, row, signed_end);
  }
  const found = await lookUp(deps, row);
  const is_ours = found.outcome === "found" && differencesFromRow(row, found.transfer).length === 0;
  if (is_ours && row.note_code === "outcome_unknown") return acceptFound(deps, row, found.transfer);
  const resolved = await applyResolution(deps, row, found);
  if (resolved !== null) return resolved;
  return waitFor(deps, row, { wait_ms: HELD_LOOK_MS });
}
