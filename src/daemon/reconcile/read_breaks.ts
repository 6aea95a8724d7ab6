/** Bounded reads of breaks and of proposals to close them, and how a proposal ends. */
import { emit } from "../../audit/index.ts";
import { votesOn } from "../../authority/index.ts";
import { LedgerError } from "../../ledger/index.ts";
import type { BreakResolutionRow, BreakResolutionState, BreakRow } from "../../ledger/types.ts";
import type { Instant } from "../../ports/index.ts";
import { type Json, type ReadTx, type Tx, tables } from "../../store/index.ts";
import type { DaemonDeps } from "../types.ts";

/** Proposals that wait at once; there is at most one per break. */
const PROPOSALS_MAX = 1_000;

/** @throws LedgerError break_not_found */
export async function getBreak(tx: ReadTx, id: string): Promise<BreakRow> {
  const row = await tx.get(tables.breaks, { id });
  if (row !== undefined) return row;
  throw new LedgerError("break_not_found", `There is no break ${id}.`, { break: id });
}

/** @throws LedgerError break_resolution_not_found */
export async function getBreakResolution(tx: ReadTx, id: string): Promise<BreakResolutionRow> {
  const row = await tx.get(tables.breakResolution, { id });
  if (row !== undefined) return row;
  throw new LedgerError("break_resolution_not_found", `There is no proposal ${id} to close a break.`, {
    resolution: id,
  });
}

/** Proposals that still wait, oldest first. */
export function findOpenBreakResolutions(tx: ReadTx): Promise<BreakResolutionRow[]> {
  return tx.find(tables.breakResolution, {
    where: { state: "open" },
    order_by: [
      ["created_at", "asc"],
      ["id", "asc"],
    ],
    limit: PROPOSALS_MAX,
  });
}

/** The one proposal on this break that waits. */
export async function openProposalOn(tx: ReadTx, break_id: string): Promise<BreakResolutionRow | null> {
  const [row] = await tx.find(tables.breakResolution, { where: { break_id, state: "open" }, limit: 1 });
  return row ?? null;
}

export interface ProposalEnd {
  readonly state: Exclude<BreakResolutionState, "open">;
  readonly actor: string;
  readonly now: Instant;
  readonly posting_id?: string | null;
}

/** Ends an open proposal and records it; the guard refuses a second end. */
export async function endProposal(
  tx: Tx,
  deps: Pick<DaemonDeps, "ids">,
  row: BreakResolutionRow,
  { state, actor, now, posting_id = null }: ProposalEnd,
): Promise<BreakResolutionRow> {
  const patch = { state, ended_at: now, posting_id };
  const ended = await tx.update(tables.breakResolution, { id: row.id }, patch, { state: "open" });
  if (!ended) throw new LedgerError("break_resolution_overtaken", `The proposal ${row.id} ended meanwhile.`);
  const next = { ...row, ...patch };
  await recordProposal(tx, deps, next, actor, now);
  return next;
}

/** Proposals whose time has passed end as expired. Runs in every cycle: age ends a proposal, never a break. */
export async function expireProposals(
  deps: Pick<DaemonDeps, "store" | "ids" | "clock">,
  waiting: readonly BreakResolutionRow[],
): Promise<void> {
  const now = deps.clock.now();
  for (const { id } of waiting.filter(({ expires_at }) => expires_at <= now)) {
    await deps.store.tx("break.expire", async (tx) => {
      const row = await getBreakResolution(tx, id);
      if (row.state === "open") await endProposal(tx, deps, row, { state: "expired", actor: "daemon", now });
    });
  }
}

export async function recordProposal(
  tx: Tx,
  deps: Pick<DaemonDeps, "ids">,
  { id, state, terms, digest, posting_id }: BreakResolutionRow,
  actor: string,
  now: Instant,
): Promise<void> {
  const { wallet_id, asset, break_id, difference, remedy, evidence } = terms;
  const approvals = (await votesOn(tx, id)).filter(({ vote }) => vote === "approve").map(({ person_id }) => person_id);
  await emit(tx, deps.ids, {
    kind: "break.resolution",
    ref: break_id,
    actor,
    at: now,
    type: "Manual",
    payload: {
      ...{ wallet_id, asset, break_id, difference, resolution_id: id, state, remedy, digest, evidence },
      ...{ terms: terms as unknown as Json, approvals, posting_id },
    },
  });
}
