/** Breaks and proposals to close them, as people read and sign them. */
import type { QuorumView } from "../../authority/index.ts";
import type { BreakResolutionRow, BreakRow } from "../../ledger/types.ts";
import type { Instant } from "../../ports/index.ts";
import type { MovementRow } from "../../store/index.ts";
import type { Break, BreakResolution } from "../schemas/index.ts";
import { type Printer, printTime, printTimeOrNull } from "./printer.ts";
import { viewProposal } from "./signed_object.ts";

export function viewBreak(
  row: BreakRow,
  {
    movement,
    resolution,
    printer,
    now,
  }: {
    readonly movement: MovementRow | null;
    readonly resolution: BreakResolution | null;
    readonly printer: Printer;
    readonly now: Instant;
  },
): Break {
  const { id, wallet_id, asset, kind, cause, causes, freezes, closed_by } = row;
  return {
    ...{ id, wallet_id, label: printer.label(wallet_id), asset, kind, cause, closed_by, resolution },
    causes: causes.map(({ code, sentence, ref }) => ({ code, sentence, ref })),
    state: row.closed_at === null ? "open" : "closed",
    difference: printer.money(asset, row.difference),
    movement: movement === null ? null : viewMovement(movement, printer),
    freezes: freezes && row.closed_at === null,
    opened_at: printTime(row.opened_at),
    last_seen_at: printTime(row.last_seen_at),
    closed_at: printTimeOrNull(row.closed_at),
    age_ms: Math.max(0, (row.closed_at ?? now) - row.opened_at),
  };
}

export function viewBreakResolution(row: BreakResolutionRow, quorum: QuorumView, printer: Printer): BreakResolution {
  const { break_id, state, terms, posting_id } = row;
  const { wallet_id, asset, remedy, transfer_id, evidence, references } = terms;
  return {
    ...viewProposal("break", row, quorum),
    ...{ break_id, wallet_id, label: printer.label(wallet_id) },
    ...{ state, remedy, transfer_id, evidence, references: [...references], posting_id },
    difference: printer.money(asset, BigInt(terms.difference)),
  };
}

function viewMovement(row: MovementRow, printer: Printer): NonNullable<Break["movement"]> {
  const { movement_id: id, direction, counterparty, reference, tx_hash, asset } = row;
  const [amount, fee] = [printer.money(asset, row.amount), printer.money(asset, row.fee)];
  return { id, direction, amount, fee, counterparty, reference, tx_hash, at: printTime(row.at) };
}
