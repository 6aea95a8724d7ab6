/**
 * A known payment and the one transfer that pays it. The obligation names its transfer from the moment of planning, in the same
 * transaction; no second one can take it. When the transfer settles it is met; when it ends without anything moved it is free
 * again; when its settlement is taken back it is owed again, by the same transfer.
 */
import { emit, type ObligationFacts } from "../../audit/index.ts";
import { sayAmount } from "../../money/index.ts";
import type { Ids, Instant, Notice } from "../../ports/index.ts";
import { type ObligationRow, type ReadTx, type Tx, tables } from "../../store/index.ts";
import { recordAlert } from "../change/alerts.ts";
import type { TransferDeps } from "../context.ts";
import { TransferError } from "../errors.ts";
import { TERMINAL } from "../states.ts";
import type { TransferRow } from "../types.ts";
import type { TransferDraft } from "./plan_transfer.ts";

type PayoutDeps = Pick<TransferDeps, "ids" | "config">;

/** After a transfer that came to nothing people are not asked again at once. */
export const RETRY_AFTER_MS = 3_600_000;

/** Binds it to the transfer of `draft`. @throws TransferError transfer_obligation_taken, transfer_invalid */
export async function takeObligation(tx: Tx, id: string, draft: TransferDraft, now: Instant): Promise<ObligationRow> {
  const row = await tx.get(tables.obligation, { id });
  if (row === undefined || row.state !== "open" || row.transfer_id !== null) {
    const message = `The known payment ${id} is not open, or ${row?.transfer_id ?? "another transfer"} pays it already.`;
    throw new TransferError("transfer_obligation_taken", message, { obligation: id });
  }
  const fits =
    row.direction === "out" &&
    row.pool_id === draft.pool_id &&
    row.payee === draft.to_wallet &&
    row.amount === draft.amount &&
    (row.retry_at === null || row.retry_at <= now);
  if (!fits) {
    throw new TransferError("transfer_invalid", `It is not what the known payment ${id} asks for.`, { obligation: id });
  }
  if (await tx.update(tables.obligation, { id }, { transfer_id: draft.id }, { state: "open", transfer_id: null })) {
    return { ...row, transfer_id: draft.id };
  }
  throw new TransferError("transfer_obligation_taken", `The known payment ${id} changed meanwhile.`, {
    obligation: id,
  });
}

/** Before anything is sent: it is owed still, and this very transfer is the one to pay it. @throws TransferError */
export async function assertStillOwed(tx: ReadTx, { id, plan, amount, to_wallet }: TransferRow): Promise<void> {
  if (plan.obligation === undefined) return;
  const row = await tx.get(tables.obligation, { id: plan.obligation.id });
  const owed = row?.state === "open" && row.transfer_id === id && row.amount === amount && row.payee === to_wallet;
  if (owed) return;
  const message = `The known payment ${plan.obligation.id} is ${row?.state ?? "unknown"} and not this transfer's to make.`;
  throw new TransferError("transfer_obligation_taken", message, { transfer: id, obligation: plan.obligation.id });
}

/** What a change of the transfer's state means to what it pays; part of the transaction that changes the row. */
export async function followObligation(
  tx: Tx,
  deps: PayoutDeps,
  from: TransferRow,
  to: TransferRow,
  by: { readonly actor: string; readonly at: Instant },
): Promise<void> {
  if (to.plan.obligation === undefined) return;
  const row = await tx.get(tables.obligation, { id: to.plan.obligation.id });
  if (row?.transfer_id !== to.id) return;
  const { id } = row;
  if (to.state === "settled") {
    const short = shortPayout(deps, to);
    if (short !== null) await recordAlert(tx, deps, short, by.at);
    const met = { state: "met", note: short === null ? to.id : `${to.id}: ${short.message}` } as const;
    await tx.update(tables.obligation, { id }, { ...met, ended_at: by.at });
    await told(tx, deps.ids, row, met, by);
  } else if (from.state === "settled") {
    await tx.update(tables.obligation, { id }, { state: "open", note: null, ended_at: null });
    await told(tx, deps.ids, row, { state: "open", note: `${to.id} was taken back by its network` }, by);
  } else if (TERMINAL.has(to.state)) {
    await tx.update(tables.obligation, { id }, { transfer_id: null, retry_at: by.at + RETRY_AFTER_MS });
  }
}

/** A fee that was taken off the amount leaves the payee short of what he is owed. Recorded with the settlement; null: he has it all. */
export function shortPayout(
  { config }: Pick<PayoutDeps, "config">,
  { id, plan, amount, amount_received, asset }: TransferRow,
): ShortPayout | null {
  if (plan.obligation === undefined || amount_received === null || amount_received >= amount) return null;
  const { what } = plan.obligation;
  const say = (units: bigint): string => sayAmount(config.assets, asset, units);
  const message = `${plan.to.wallet} received ${say(amount_received)} of the ${say(amount)} owed for "${what}": ${say(amount - amount_received)} were taken off as a fee. Nothing sends the rest by itself; people agree on it with the payee.`;
  return { code: "payout_short", severity: "page", message, ref: id };
}

type ShortPayout = Notice & { readonly ref: string };

/** What every event of it says. */
export function obligationFacts(row: ObligationRow): ObligationFacts {
  const { id, pool_id, asset, direction, amount, due_at, what, payee } = row;
  const facts = { obligation_id: id, pool_id, asset, direction, amount: amount.toString(), due_at, what };
  return payee === null ? facts : { ...facts, payee };
}

async function told(
  tx: Tx,
  ids: Ids,
  row: ObligationRow,
  what: { readonly state: string; readonly note: string },
  { actor, at }: { readonly actor: string; readonly at: Instant },
): Promise<void> {
  const payload = { ...obligationFacts(row), ...what };
  await emit(tx, ids, { kind: "obligation.closed", ref: row.pool_id, actor, at, payload });
}
