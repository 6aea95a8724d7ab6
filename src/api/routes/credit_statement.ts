/** A facility's statement: its events that changed what is owed or held, oldest first; from the audit log, so that it can be checked. */
import { csvRow } from "../../audit/index.ts";
import type { EventRow } from "../../audit/types.ts";
import type { FacilityRow } from "../../lending/index.ts";
import { tables } from "../../store/index.ts";
import type { ApiDeps } from "../types.ts";
import { createPrinter, printTime, viewEvent } from "../views/index.ts";

const PAGE = 500;
const KINDS = [
  ...(["facility.state", "facility.stage", "facility.collateral", "facility.payment", "facility.accrued"] as const),
  ...(["margin_call.state", "liquidation.state", "credit.order"] as const),
];

export async function* creditStatement(
  deps: ApiDeps,
  { id }: FacilityRow,
  format: "csv" | "jsonl",
): AsyncIterable<string> {
  const printer = createPrinter(deps.config);
  if (format === "csv") yield csvRow(["at", "event", "what", "event_id"]);
  for (let after = ""; ; ) {
    const page: EventRow[] = await deps.treasury.deps.store.read("api.statement_page", (tx) =>
      tx.find(tables.event, {
        where: { ref: id, kind: { in: KINDS }, id: { gt: after } },
        order_by: [["id", "asc"]],
        limit: PAGE,
      }),
    );
    for (const row of page) {
      const { sentence } = viewEvent(row, printer);
      yield format === "csv"
        ? csvRow([printTime(row.at), row.kind, sentence, row.id])
        : `${JSON.stringify({ at: printTime(row.at), kind: row.kind, id: row.id, sentence, payload: row.payload })}\n`;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.id;
  }
}
