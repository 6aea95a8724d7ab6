/** How a standing changes and how a proposal ends: the row and its event, together. */
import { emit } from "../audit/index.ts";
import { votesOn } from "../authority/index.ts";
import type { WalletConfig } from "../config/types.ts";
import type { Ids, Instant } from "../ports/index.ts";
import { type Json, type Tx, tables } from "../store/index.ts";
import { WalletError } from "./errors.ts";
import { changeProblem, declaredOf, lifecycleOf } from "./lifecycle.ts";
import { readStanding } from "./read.ts";
import type { Lifecycle, WalletProposalRow, WalletProposalState, WalletStandingRow } from "./types.ts";

interface Change {
  readonly to: Lifecycle;
  readonly reason: string;
  readonly by: string;
  readonly at: Instant;
  readonly proposal_id: string | null;
}

/** @throws WalletError wallet_wrong_state */
export async function changeStanding(
  tx: Tx,
  ids: Ids,
  wallet: WalletConfig,
  { to, reason, by, at, proposal_id }: Change,
): Promise<WalletStandingRow> {
  const known = await readStanding(tx, wallet.id);
  const declared = declaredOf(wallet);
  const problem = changeProblem(declared, known?.state ?? null, to);
  if (problem !== null) throw new WalletError("wallet_wrong_state", `${wallet.id}: ${problem}`, { wallet: wallet.id });
  const from = lifecycleOf(declared, known?.state ?? null);
  const row = { wallet_id: wallet.id, state: to, reason, by, at, version: (known?.version ?? 0) + 1 };
  await tx.upsert(tables.walletStanding, row);
  await emit(tx, ids, {
    ...{ kind: "wallet.standing", ref: wallet.id, actor: by, at, type: "Manual" },
    payload: { wallet_id: wallet.id, asset: wallet.asset, from_state: from, to_state: to, reason, proposal_id },
  });
  return row;
}

/** The guard refuses a second end. */
export async function endWalletProposal(
  tx: Tx,
  ids: Ids,
  row: WalletProposalRow,
  { state, actor, at }: { readonly state: Exclude<WalletProposalState, "open">; readonly actor: string; at: Instant },
): Promise<WalletProposalRow> {
  const patch = { state, ended_at: at };
  if (!(await tx.update(tables.walletProposal, { id: row.id }, patch, { state: "open" }))) {
    throw new WalletError("wallet_proposal_overtaken", `The proposal ${row.id} ended meanwhile.`, { proposal: row.id });
  }
  const next = { ...row, ...patch };
  await recordWalletProposal(tx, ids, next, actor, at);
  return next;
}

export async function recordWalletProposal(
  tx: Tx,
  ids: Ids,
  { id, state, terms, digest }: WalletProposalRow,
  actor: string,
  at: Instant,
): Promise<void> {
  const { wallet_id, asset, what, amount, as_of, evidence } = terms;
  const approvals = (await votesOn(tx, id)).filter(({ vote }) => vote === "approve").map(({ person_id }) => person_id);
  await emit(tx, ids, {
    ...{ kind: "wallet.proposal", ref: wallet_id, actor, at, type: "Manual" },
    payload: {
      ...{ wallet_id, asset, what, proposal_id: id, state, amount, as_of, digest, evidence },
      ...{ terms: terms as unknown as Json, approvals },
    },
  });
}
