/** Bounded reads of proposals to end a held transfer, and how one ends. */
import { emit, operationType } from "../../audit/index.ts";
import { votesOn } from "../../authority/index.ts";
import type { Instant } from "../../ports/index.ts";
import { type Json, type ReadTx, type Tx, tables } from "../../store/index.ts";
import { factsOf } from "../change/record_events.ts";
import type { TransferDeps } from "../context.ts";
import { TransferError } from "../errors.ts";
import type { ResolutionRow, ResolutionState, TransferRow } from "../types.ts";

/** Proposals that wait at once; there is at most one per held transfer. */
export const RESOLUTIONS_MAX = 500;

/** @throws TransferError resolution_not_found */
export async function getResolution(tx: ReadTx, id: string): Promise<ResolutionRow> {
  const row = await tx.get(tables.resolution, { id });
  if (row !== undefined) return row;
  throw new TransferError("resolution_not_found", `There is no resolution ${id}.`, { resolution: id });
}

/** Proposals that still wait, oldest first. */
export function findOpenResolutions(tx: ReadTx): Promise<ResolutionRow[]> {
  return tx.find(tables.resolution, {
    where: { state: "open" },
    order_by: [
      ["created_at", "asc"],
      ["id", "asc"],
    ],
    limit: RESOLUTIONS_MAX,
  });
}

/** The one proposal on this transfer that waits. */
export async function openResolutionOf(tx: ReadTx, transfer_id: string): Promise<ResolutionRow | null> {
  const [row] = await tx.find(tables.resolution, { where: { transfer_id, state: "open" }, limit: 1 });
  return row ?? null;
}

/** Id of the event that put the transfer into its present state; empty before the first. */
export async function stateEventOf(tx: ReadTx, transfer_id: string): Promise<string> {
  const [event] = await tx.find(tables.event, {
    where: { ref: transfer_id, kind: "transfer.state" },
    order_by: [
      ["at", "desc"],
      ["id", "desc"],
    ],
    limit: 1,
  });
  return event?.id ?? "";
}

export interface ResolutionEnd {
  readonly state: Exclude<ResolutionState, "open">;
  readonly actor: string;
  readonly now: Instant;
}

/** Ends an open proposal and records it; the guard refuses a second end. */
export async function endResolution(
  tx: Tx,
  deps: Pick<TransferDeps, "ids">,
  row: ResolutionRow,
  transfer: TransferRow,
  { state, actor, now }: ResolutionEnd,
): Promise<void> {
  const ended = await tx.update(tables.resolution, { id: row.id }, { state, ended_at: now }, { state: "open" });
  if (!ended) throw new TransferError("transfer_conflict", `The resolution ${row.id} ended meanwhile.`);
  await recordResolution(tx, deps, { ...row, state }, transfer, { actor, now });
}

export async function recordResolution(
  tx: Tx,
  deps: Pick<TransferDeps, "ids">,
  row: ResolutionRow,
  transfer: TransferRow,
  { actor, now }: { readonly actor: string; readonly now: Instant },
): Promise<void> {
  const { id, digest, state, terms } = row;
  const approvals = (await votesOn(tx, id)).filter(({ vote }) => vote === "approve").map(({ person_id }) => person_id);
  await emit(tx, deps.ids, {
    kind: "transfer.resolution",
    ref: transfer.id,
    actor,
    at: now,
    type: operationType(transfer.cause),
    payload: {
      ...factsOf(transfer),
      ...{ resolution_id: id, digest, state, approvals },
      outcome: terms.outcome,
      evidence: terms.evidence,
      terms: terms as unknown as Json,
    },
  });
}
