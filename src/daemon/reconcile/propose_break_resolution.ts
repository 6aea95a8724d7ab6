/** A person says what a break was, with evidence. Others decide. */
import { breakDigest } from "../../authority/index.ts";
import { LedgerError } from "../../ledger/index.ts";
import type { BreakRemedy, BreakResolutionRow, BreakRow, BreakTerms } from "../../ledger/types.ts";
import { type ReadTx, tables } from "../../store/index.ts";
import type { DaemonDeps } from "../types.ts";
import { endProposal, getBreak, openProposalOn, recordProposal } from "./read_breaks.ts";

/** Characters of the evidence and of one reference; references of one proposal; movements of a transfer looked at. */
const EVIDENCE_LENGTH_MAX = 2_000;
const REFERENCE_LENGTH_MAX = 300;
const REFERENCES_MAX = 10;
const MOVEMENTS_MAX = 50;

/** What a person proposes. */
export interface BreakResolutionDraft {
  readonly break_id: string;
  readonly remedy: BreakRemedy;
  /** With the remedy `transfer`: to which the movement belongs. */
  readonly transfer_id: string | null;
  readonly evidence: string;
  readonly references: readonly string[];
  /** `person:<id>`. */
  readonly proposed_by: string;
}

/**
 * Writes the proposal. It answers this very difference: it is worth nothing once the break changed or closed.
 * @throws LedgerError break_not_found, break_closed, break_resolution_invalid, break_resolution_open
 */
export async function proposeBreakResolution(
  deps: Pick<DaemonDeps, "store" | "ids" | "clock" | "config">,
  draft: BreakResolutionDraft,
): Promise<BreakResolutionRow> {
  return deps.store.tx("break.propose", async (tx) => {
    const row = await getBreak(tx, draft.break_id);
    assertOpen(row);
    const problem = textProblem(draft) ?? (await remedyProblem(tx, row, draft.remedy, draft.transfer_id));
    if (problem !== null) throw new LedgerError("break_resolution_invalid", problem, { break: row.id });
    const now = deps.clock.now();
    const known = await openProposalOn(tx, row.id);
    if (known !== null && now < known.expires_at && !isOvertaken(known, row)) {
      throw new LedgerError("break_resolution_open", `The proposal ${known.id} on it still waits.`, {
        resolution: known.id,
      });
    }
    if (known !== null) {
      const state = now < known.expires_at ? "overtaken" : "expired";
      await endProposal(tx, deps, known, { state, actor: "daemon", now });
    }
    const terms = termsOf(deps, draft, row);
    const { id, break_id, created_at, expires_at } = terms;
    const proposal: BreakResolutionRow = {
      ...{ id, break_id, state: "open", terms, digest: breakDigest(terms) },
      ...{ created_at, expires_at, ended_at: null, posting_id: null },
    };
    await tx.insert(tables.breakResolution, proposal);
    await recordProposal(tx, deps, proposal, draft.proposed_by, now);
    return proposal;
  });
}

/** True when the break is not the one that was proposed on: closed, or of another difference. */
export function isOvertaken({ terms, digest, break_id }: BreakResolutionRow, row: BreakRow): boolean {
  const same =
    row.closed_at === null &&
    break_id === row.id &&
    terms.break_id === row.id &&
    terms.wallet_id === row.wallet_id &&
    terms.asset === row.asset &&
    terms.kind === row.kind &&
    terms.movement_id === row.movement_id &&
    terms.opened_at === row.opened_at &&
    terms.difference === row.difference.toString() &&
    breakDigest(terms) === digest;
  return !same;
}

/** Sentence of why this remedy cannot close the break; null when it can. Asked again in the transaction that applies it. */
export async function remedyProblem(
  tx: ReadTx,
  row: BreakRow,
  remedy: BreakRemedy,
  transfer_id: string | null,
): Promise<string | null> {
  if (row.kind === "chain")
    return "What the venue and the chain see differently ends when they agree; no entry of ours can.";
  if (remedy !== "transfer") return transfer_id === null ? null : "Only the remedy transfer names a transfer.";
  if (row.movement_id === null) return "Only a listed movement can belong to a transfer.";
  if (transfer_id === null) return "The remedy transfer names the transfer.";
  const movement = await tx.get(tables.movement, { wallet_id: row.wallet_id, movement_id: row.movement_id });
  const transfer = await tx.get(tables.transfer, { id: transfer_id });
  if (movement === undefined || transfer === undefined) return `There is no transfer ${transfer_id}.`;
  const end = movement.direction === "out" ? transfer.from_wallet : transfer.to_wallet;
  if (end !== row.wallet_id || transfer.asset !== row.asset || movement.amount > transfer.amount) {
    return `The movement cannot be part of ${transfer_id}: wallet, direction or amount differ.`;
  }
  if (!["submitting", "submitted", "held", "settled"].includes(transfer.state)) {
    return `${transfer_id} is ${transfer.state}: nothing of it can have moved.`;
  }
  const seen = await tx.find(tables.movement, { where: { transfer_id }, limit: MOVEMENTS_MAX });
  const taken = seen.some((one) => one.wallet_id === row.wallet_id && one.direction === movement.direction);
  return taken ? `${transfer_id} already has its movement there: this would be a second one.` : null;
}

function assertOpen({ id, closed_at }: BreakRow): void {
  if (closed_at !== null) throw new LedgerError("break_closed", `The break ${id} is closed.`, { break: id });
}

function termsOf(
  deps: Pick<DaemonDeps, "ids" | "clock" | "config">,
  { remedy, transfer_id, evidence, references, proposed_by }: BreakResolutionDraft,
  { id: break_id, wallet_id, asset, kind, movement_id, difference, opened_at }: BreakRow,
): BreakTerms {
  const now = deps.clock.now();
  return {
    ...{ id: deps.ids.next("brs"), break_id, wallet_id, asset, kind, movement_id },
    ...{ difference: difference.toString(), opened_at, remedy, transfer_id, evidence, references, proposed_by },
    ...{ created_at: now, expires_at: now + deps.config.authority.approval_lifetime_ms },
  };
}

function textProblem({ evidence, references }: BreakResolutionDraft): string | null {
  if (evidence.trim() === "" || evidence.length > EVIDENCE_LENGTH_MAX) {
    return `Evidence of 1 to ${EVIDENCE_LENGTH_MAX} characters is needed.`;
  }
  const fits = references.every((text) => text !== "" && text.length <= REFERENCE_LENGTH_MAX);
  if (fits && references.length <= REFERENCES_MAX) return null;
  return `At most ${REFERENCES_MAX} references of 1 to ${REFERENCE_LENGTH_MAX} characters.`;
}
