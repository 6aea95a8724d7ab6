/**
 * The end of a transfer that arrived: what was delivered is credited, net. A fee taken from the amount is one only up to the
 * cap that people approved; whatever else is missing was not delivered, and where it is only people can find out.
 */
import { sayAmount } from "../../money/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { VenueTransfer } from "../../venues/port.ts";
import type { TransferDeps } from "../context.ts";
import { shortPayout } from "../plan/payout.ts";
import { identityOf } from "../steps/accept_found.ts";
import { firstLookAt } from "../steps/watch_settled.ts";
import type { TransferRow } from "../types.ts";
import type { StepResult } from "../work_transfer.ts";
import { recordAlert } from "./alerts.ts";
import { changeState, type StateChange } from "./change_state.ts";
import { holdTransfer } from "./hold_transfer.ts";

/** Final and succeeded, and exactly ours. */
export async function settle(deps: TransferDeps, row: TransferRow, found: VenueTransfer): Promise<StepResult> {
  const now = deps.clock.now();
  const fee = found.fee ?? 0n;
  const received = found.amount_received ?? row.amount;
  if (row.plan.self !== undefined && fee === 0n) return holdTransfer(deps, row, "receipt_unproven", freeText(row));
  if (row.amount - received > row.fee_max)
    return holdTransfer(deps, row, "partially_filled", partialText(deps, row, received));
  const over_cap = row.amount - received + fee > row.fee_max;
  const [cap, cost] = [row.fee_max, row.amount - received + fee].map((units) =>
    sayAmount(deps.config.assets, row.asset, units),
  );
  const message = `It cost more than the cap of ${cap}: ${cost}.`;
  const notice = { code: "fee_above_cap", severity: "page", message, ref: row.id } as const;
  const next = await deps.store.tx("transfer.settle", async (tx) => {
    if (over_cap) await recordAlert(tx, deps, notice, now);
    return changeState(tx, deps, row, "settled", {
      ...byVenue(row, now),
      note: over_cap ? { code: notice.code, text: message } : null,
      patch: {
        ...identityOf(row, found),
        stage: "final",
        amount_received: received,
        fee_actual: fee,
        confirmations: found.confirmations,
        confirmations_needed: found.confirmations_needed,
        settled_at: now,
        next_at: firstLookAt(deps, row, now),
      },
    });
  });
  if (over_cap) deps.notifier.notify(notice);
  const short = shortPayout(deps, next);
  if (short !== null) deps.notifier.notify(short);
  return { row: next, again: false };
}

/** A payment of a wallet to itself moves nothing but its fee: without one, nothing says that anything happened. */
function freeText({ plan }: TransferRow): string {
  return `${plan.from.venue} says that it is final and that it cost nothing, which no network does; find out its fee and end it with that.`;
}

/** What arrived, what did not, and what became of it. */
export function partialText(
  { config }: Pick<TransferDeps, "config">,
  { amount, asset }: TransferRow,
  received: bigint,
): string {
  const say = (units: bigint): string => sayAmount(config.assets, asset, units);
  return `${say(received)} of ${say(amount)} arrived; ${say(amount - received)} did not, which is more than any approved fee. They stay reserved until people say where they are.`;
}

export function byVenue(row: TransferRow, now: Instant): Pick<StateChange, "now" | "actor"> {
  return { now, actor: `venue:${row.plan.from.venue}` };
}
