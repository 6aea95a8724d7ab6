/** Putting a transfer down until later. */
import { changeFields, type StateChange } from "../change/change_state.ts";
import type { TransferDeps } from "../context.ts";
import { backoffMs } from "../limits.ts";
import type { TransferRow } from "../types.ts";
import type { StepResult } from "../work_transfer.ts";

/** Put down with the same write: free for whoever looks next. */
export const FREE = { lease_owner: null, lease_until: null } as const;

/** Writes the note and the time of the next look; each wait in a row is longer than the one before. */
export async function waitFor(
  deps: TransferDeps,
  row: TransferRow,
  change: Partial<StateChange> & { readonly wait_ms?: number } = {},
): Promise<StepResult> {
  const now = deps.clock.now();
  const next_at = now + (change.wait_ms ?? backoffMs(row.attempts, deps.clock, deps.random));
  const next = await deps.store.tx("transfer.wait", (tx) =>
    changeFields(tx, deps, row, {
      now,
      actor: "daemon",
      ...(change.note === undefined ? {} : { note: change.note }),
      patch: { attempts: row.attempts + 1, next_at, ...FREE, ...change.patch },
    }),
  );
  return { row: next, again: false };
}
