/** A proposal to end a held transfer, as people will sign it. */
import type { QuorumView } from "../../authority/index.ts";
import type { ResolutionRow, TransferRow } from "../../transfers/types.ts";
import type { Resolution } from "../schemas/index.ts";
import type { Printer } from "./printer.ts";
import { viewProposal } from "./signed_object.ts";
import { viewTransfer } from "./transfers.ts";

export function viewResolution(
  row: ResolutionRow,
  transfer: TransferRow,
  quorum: QuorumView,
  printer: Printer,
): Resolution {
  const { state, terms } = row;
  return {
    transfer: viewTransfer(transfer, printer),
    ...viewProposal("resolution", row, quorum),
    state,
    outcome: terms.outcome,
    evidence: terms.evidence,
  };
}
