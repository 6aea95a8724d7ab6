/** Time ends only what was never sent. */

import { endUnsent } from "../change/end_unsent.ts";
import type { TransferDeps } from "../context.ts";
import type { TransferRow } from "../types.ts";
import type { StepResult } from "../work_transfer.ts";

export function isExpired(deps: Pick<TransferDeps, "clock">, row: TransferRow): boolean {
  return deps.clock.now() >= row.plan.expires_at;
}

export async function expire(deps: TransferDeps, row: TransferRow): Promise<StepResult> {
  const note = { code: "expired", text: "Its time passed before anything was sent." };
  const next = await deps.store.tx("transfer.expire", (tx) =>
    endUnsent(tx, deps, row, "expired", { now: deps.clock.now(), actor: "daemon", note }),
  );
  return { row: next, again: next.state === "held" };
}
