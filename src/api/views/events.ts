/** Events of the audit log as rows: what happened, to whom, at what cost, and what both sides held afterwards. */
import type { EventKind, EventRow } from "../../audit/types.ts";
import { type Find, type ReadTx, tables, type Where } from "../../store/index.ts";
import { type Page, readPage } from "../http/pages.ts";
import type { EventView } from "../schemas/index.ts";
import { sentenceOfEvent } from "./event_sentence.ts";
import { readPayload } from "./payload.ts";
import { type Printer, printTime } from "./printer.ts";

/** What a person acts on; routine reads and bookings are left out. */
export const IMPORTANT_KINDS: readonly EventKind[] = [
  "daemon.started",
  "daemon.stopped",
  "mode.changed",
  "wallet.standing",
  "wallet.proposal",
  "wallet.opened",
  "transfer.planned",
  "transfer.state",
  "transfer.cancel",
  "approval.voted",
  "approval.refused",
  "signature.given",
  "break.opened",
  "break.closed",
  "break.resolution",
  "envelope.state",
  "envelope.used",
  "alert.raised",
  "obligation.added",
  "obligation.closed",
  "anomaly.found",
  "anomaly.lifted",
];

const OPERATION_TYPES: ReadonlySet<string> = new Set(["Manual", "Auto-Pilot", "Stress test", "Emergency"]);

export interface EventFilter {
  readonly type?: string | undefined;
  readonly kind?: EventKind | undefined;
  readonly ref?: string | undefined;
  readonly important?: "true" | "false" | undefined;
}

export function viewEvent(row: EventRow, printer: Printer): EventView {
  const payload = readPayload(row.payload, printer);
  const after = payload.object("balances_after");
  const liquidity = after?.money("liquidity") ?? null;
  const reserve = after?.money("reserve") ?? null;
  return {
    id: row.id,
    seq: row.seq,
    at: printTime(row.at),
    kind: row.kind,
    ref: row.ref,
    actor: row.actor,
    type: OPERATION_TYPES.has(row.type ?? "") ? (row.type as EventView["type"]) : null,
    sentence: sentenceOfEvent(row, printer),
    pool_id: payload.text("pool_id"),
    amount: payload.money("amount"),
    fee: payload.money("fee"),
    balances_after:
      liquidity === null || reserve === null
        ? null
        : { liquidity, reserve, share_percent: after?.text("share_percent") ?? null },
    payload: row.payload,
  };
}

/** One page of events, newest first. */
export function readEvents(
  tx: ReadTx,
  filter: EventFilter,
  page: { cursor?: string | undefined; limit: number },
): Promise<Page<EventRow>> {
  return readPage({
    cursor: page.cursor,
    limit: page.limit,
    keyOf: (row) => ({ at: row.at, id: row.id }),
    fetch: (at, limit) => tx.find(tables.event, eventQuery(filter, at, limit)),
  });
}

function eventQuery(filter: EventFilter, at: number | null, limit: number): Find<EventRow> {
  return {
    where: { ...eventWhere(filter), ...(at === null ? {} : { at: { lte: at } }) },
    order_by: [
      ["at", "desc"],
      ["id", "desc"],
    ],
    limit,
  };
}

export function eventWhere({ type, kind, ref, important }: EventFilter): Where<EventRow> {
  return {
    ...(type === undefined ? {} : { type }),
    ...(kind === undefined && important === "true" ? { kind: { in: IMPORTANT_KINDS } } : {}),
    ...(kind === undefined ? {} : { kind }),
    ...(ref === undefined ? {} : { ref }),
  };
}
