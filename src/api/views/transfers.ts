/** Transfers with what happened to them, in order, and what was booked. */

import type { QuorumView } from "../../authority/types.ts";
import { canonicalJson } from "../../digest/index.ts";
import { type ReadTx, tables } from "../../store/index.ts";
import { TERMINAL, UNSENT } from "../../transfers/states.ts";
import type { PlanEnd, SelfPayment, TransferRow } from "../../transfers/types.ts";
import type { Transfer, TransferDetail } from "../schemas/index.ts";
import { sentenceOfEvent } from "./event_sentence.ts";
import { viewEvidence } from "./evidence.ts";
import { type Printer, printTime, printTimeOrNull } from "./printer.ts";
import { viewQuorum } from "./signed_object.ts";

const TIMELINE_MAX = 1_000;
const POSTINGS_MAX = 100;
const ENTRIES_OF_POSTING_MAX = 20;

const TYPE_OF_CAUSE = { auto_pilot: "Auto-Pilot", manual: "Manual", emergency: "Emergency" } as const;

/** States in which a transfer is not finished. */
export const OPEN_STATES = ["planned", "awaiting_approval", "approved", "submitting", "submitted", "held"] as const;

export function isOpen(transfer: TransferRow): boolean {
  return !TERMINAL.has(transfer.state);
}

export function viewTransfer(row: TransferRow, printer: Printer): Transfer {
  const { plan } = row;
  return {
    id: row.id,
    pool_id: row.pool_id,
    asset: row.asset,
    state: row.state,
    stage: row.stage,
    type: TYPE_OF_CAUSE[row.cause],
    direction: row.direction,
    from: viewEnd(plan.from, printer),
    to: viewEnd(plan.to, printer),
    network: row.network,
    instrument: plan.instrument,
    amount: printer.money(row.asset, row.amount),
    fee_max: printer.money(row.asset, row.fee_max),
    fee_actual: printer.moneyOrNull(row.asset, row.fee_actual),
    amount_received: printer.moneyOrNull(row.asset, row.amount_received),
    reference: row.reference,
    digest: row.digest,
    decision_id: row.decision_id,
    reason: plan.reason,
    initiator: plan.initiator,
    venue_ref: row.venue_ref,
    tx_hash: row.tx_hash,
    confirmations: row.confirmations,
    confirmations_needed: row.confirmations_needed,
    note_code: row.note_code,
    note: row.note,
    created_at: printTime(row.created_at),
    updated_at: printTime(row.updated_at),
    submitted_at: printTimeOrNull(row.submitted_at),
    settled_at: printTimeOrNull(row.settled_at),
    expires_at: printTime(plan.expires_at),
    approvals_needed: plan.quorum_needed,
    cancellable: UNSENT.has(row.state),
    ...(plan.self === undefined ? {} : { self: viewSelf(row.asset, plan.self, printer) }),
  };
}

function viewSelf(asset: string, { purpose, touches_max, parent }: SelfPayment, printer: Printer): Transfer["self"] {
  return { purpose, touches_max: printer.money(asset, BigInt(touches_max)), parent };
}

function viewEnd(end: PlanEnd, printer: Printer): Transfer["from"] {
  const { wallet, venue, role, address, memo } = end;
  return { wallet, label: printer.label(wallet), venue, role, address, memo };
}

export async function viewTransferDetail(
  row: TransferRow,
  quorum: QuorumView,
  tx: ReadTx,
  printer: Printer,
): Promise<TransferDetail> {
  const events = await tx.find(tables.event, {
    where: { ref: row.id },
    order_by: [
      ["at", "asc"],
      ["id", "asc"],
    ],
    limit: TIMELINE_MAX,
  });
  return {
    transfer: viewTransfer(row, printer),
    quorum: viewQuorum(quorum),
    timeline: events.map((event) => ({
      at: printTime(event.at),
      event_id: event.id,
      seq: event.seq,
      kind: event.kind,
      actor: event.actor,
      sentence: sentenceOfEvent(event, printer),
      payload: event.payload,
    })),
    postings: await viewPostings(row, tx, printer),
    payload_text: canonicalJson(row.plan),
    evidence: await viewEvidence(row, tx),
  };
}

async function viewPostings(row: TransferRow, tx: ReadTx, printer: Printer): Promise<TransferDetail["postings"]> {
  const postings = await tx.find(tables.posting, {
    where: { ref: row.id },
    order_by: [
      ["at", "asc"],
      ["id", "asc"],
    ],
    limit: POSTINGS_MAX,
  });
  const views: TransferDetail["postings"] = [];
  for (const { id, kind, memo, at } of postings) {
    const entries = await tx.find(tables.entry, {
      where: { posting_id: id },
      order_by: [
        ["account_id", "asc"],
        ["seq", "asc"],
      ],
      limit: ENTRIES_OF_POSTING_MAX,
    });
    views.push({
      id,
      kind,
      memo,
      at: printTime(at),
      entries: entries.map((entry) => ({
        account: entry.account_id,
        side: entry.side,
        amount: printer.money(row.asset, entry.amount),
        balance_after: printer.money(row.asset, entry.balance_after),
      })),
    });
  }
  return views;
}
