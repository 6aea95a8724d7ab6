/** A person says what became of a held transfer, with evidence. Others decide. */
import { resolutionDigest } from "../../authority/index.ts";
import { tables } from "../../store/index.ts";
import type { TransferDeps } from "../context.ts";
import { TransferError } from "../errors.ts";
import { getTransfer } from "../read_transfers.ts";
import { contradictionOf } from "../steps/contradiction.ts";
import { lookUp } from "../steps/read_back.ts";
import type { ResolutionDraft, ResolutionRow, ResolutionTerms, TransferRow } from "../types.ts";
import { endResolution, openResolutionOf, recordResolution, stateEventOf } from "./read_resolutions.ts";

/** Characters of the evidence, of one reference and of an identifier of the venue; references of one proposal. */
const EVIDENCE_LENGTH_MAX = 2_000;
const REFERENCE_LENGTH_MAX = 300;
const REFERENCES_MAX = 10;

/**
 * Writes the proposal. It answers this very hold: it is worth nothing once the transfer left it.
 * @throws TransferError transfer_not_found, transfer_not_held, resolution_invalid, resolution_open, resolution_contradicted
 */
export async function proposeResolution(deps: TransferDeps, draft: ResolutionDraft): Promise<ResolutionRow> {
  const seen = await deps.store.read("resolution.read", (tx) => getTransfer(tx, draft.transfer_id));
  assertHeld(seen);
  assertSound(draft, seen);
  const contradiction = contradictionOf(deps, seen, draft.outcome, await lookUp(deps, seen));
  if (contradiction !== null) throw new TransferError("resolution_contradicted", contradiction, { transfer: seen.id });
  return deps.store.tx("resolution.propose", async (tx) => {
    const transfer = await getTransfer(tx, seen.id);
    assertHeld(transfer);
    const now = deps.clock.now();
    const known = await openResolutionOf(tx, transfer.id);
    if (known !== null && now < known.expires_at) {
      throw new TransferError("resolution_open", `The resolution ${known.id} of it still waits.`, {
        resolution: known.id,
      });
    }
    if (known !== null) await endResolution(tx, deps, known, transfer, { state: "expired", actor: "daemon", now });
    const terms = termsOf(deps, draft, transfer, await stateEventOf(tx, transfer.id));
    const row: ResolutionRow = {
      id: terms.id,
      transfer_id: transfer.id,
      state: "open",
      terms,
      digest: resolutionDigest(terms),
      created_at: terms.created_at,
      expires_at: terms.expires_at,
      ended_at: null,
    };
    await tx.insert(tables.resolution, row);
    await recordResolution(tx, deps, row, transfer, { actor: draft.proposed_by, now });
    return row;
  });
}

function termsOf(
  deps: TransferDeps,
  draft: ResolutionDraft,
  transfer: TransferRow,
  held_event: string,
): ResolutionTerms {
  const now = deps.clock.now();
  const { outcome, venue_ref, tx_hash, amount_received, fee, evidence, references, proposed_by } = draft;
  return {
    id: deps.ids.next("res"),
    transfer_id: transfer.id,
    transfer_digest: transfer.digest,
    asset: transfer.asset,
    amount: transfer.amount.toString(),
    held_event,
    note_code: transfer.note_code,
    note: transfer.note,
    outcome,
    venue_ref,
    tx_hash,
    amount_received: amount_received?.toString() ?? null,
    fee: fee?.toString() ?? null,
    evidence,
    references,
    proposed_by,
    created_at: now,
    expires_at: now + deps.config.authority.approval_lifetime_ms,
  };
}

function assertHeld(row: TransferRow): void {
  if (row.state === "held") return;
  throw new TransferError("transfer_not_held", `The transfer ${row.id} is ${row.state}, not held.`, {
    transfer: row.id,
  });
}

function assertSound(draft: ResolutionDraft, transfer: TransferRow): void {
  const problem = textProblem(draft) ?? outcomeProblem(draft, transfer);
  if (problem !== null) throw new TransferError("resolution_invalid", problem, { transfer: transfer.id });
}

function textProblem({ evidence, references, venue_ref, tx_hash }: ResolutionDraft): string | null {
  if (evidence.trim() === "" || evidence.length > EVIDENCE_LENGTH_MAX) {
    return `Evidence of 1 to ${EVIDENCE_LENGTH_MAX} characters is needed.`;
  }
  const texts = [...references, ...[venue_ref, tx_hash].filter((text) => text !== null)];
  const fits = texts.every((text) => text !== "" && text.length <= REFERENCE_LENGTH_MAX);
  if (fits && references.length <= REFERENCES_MAX) return null;
  return `At most ${REFERENCES_MAX} references of 1 to ${REFERENCE_LENGTH_MAX} characters.`;
}

/** Amounts under the same rule as the ledger's: what arrived cannot be more than what left. */
function outcomeProblem(draft: ResolutionDraft, transfer: TransferRow): string | null {
  const { outcome, venue_ref, tx_hash, amount_received, fee } = draft;
  if (outcome !== "settled") {
    if (amount_received !== null || fee !== null) return "Only a settled transfer has amounts.";
    const traceable = outcome === "failed" || venue_ref !== null || tx_hash !== null;
    return traceable ? null : "To follow it again, the venue's own reference or the hash is needed.";
  }
  if (amount_received === null || fee === null) return "Settling needs what was received and the fee.";
  if (transfer.plan.self !== undefined && fee === 0n)
    return "Its fee is all that a payment of a wallet to itself costs: name it.";
  const possible = amount_received >= 0n && amount_received <= transfer.amount && fee >= 0n;
  return possible ? null : "What was received and the fee cannot come from what was sent.";
}
