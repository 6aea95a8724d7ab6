/** The audit log: pages of readable rows, and its export. */
import type { z } from "zod";
import { exportJsonl, logOrigin, verifierKey } from "../../audit/index.ts";
import { type ReadTx, tables } from "../../store/index.ts";
import { ApiError } from "../errors.ts";
import { defineRoute, defineStreamRoute, type Route, StreamedAnswer } from "../route.ts";
import { AuditExportQuerySchema, type AuditPage, AuditPageSchema, AuditQuerySchema } from "../schemas/index.ts";
import type { ApiDeps } from "../types.ts";
import { exportCsv, exportJson } from "../views/export.ts";
import { createPrinter, printTime, readEvents, viewEvent } from "../views/index.ts";

async function newestCheckpoint(tx: ReadTx): Promise<AuditPage["checkpoint"]> {
  const [row] = await tx.find(tables.checkpoint, { order_by: [["size", "desc"]], limit: 1 });
  return row === undefined ? null : { size: row.size, root: row.root, at: printTime(row.at), key_id: row.key_id };
}

export const AUDIT_ROUTES: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/audit",
    summary: "Events of the audit log, newest first",
    tag: "audit",
    permission: "read",
    query: AuditQuerySchema,
    out: AuditPageSchema,
    handler: ({ deps, query }) =>
      deps.treasury.deps.store.read("api.audit", async (tx) => {
        const printer = createPrinter(deps.config);
        const page = await readEvents(tx, query, query);
        return {
          items: page.rows.map((row) => viewEvent(row, printer)),
          has_more: page.next_cursor !== null,
          next_cursor: page.next_cursor,
          checkpoint: await newestCheckpoint(tx),
        };
      }),
  }),
  defineStreamRoute({
    path: "/v1/audit/export",
    summary: "Events that match, oldest first, as CSV or JSON; or the whole signed log as JSONL for audit verify",
    tag: "audit",
    permission: "export",
    query: AuditExportQuerySchema,
    media: ["text/csv", "application/json", "application/jsonl"],
    handler: async ({ deps, query }) => exportAs(query, deps),
  }),
];

function exportAs({ format, ...filter }: z.output<typeof AuditExportQuerySchema>, deps: ApiDeps): StreamedAnswer {
  const { store, log_signer } = deps.treasury.deps;
  const printer = createPrinter(deps.config);
  if (format === "csv")
    return new StreamedAnswer("text/csv; charset=utf-8", exportCsv(store, filter, printer), "audit.csv");
  if (format === "json")
    return new StreamedAnswer("application/json", exportJson(store, filter, printer), "audit.json");
  if (Object.values(filter).some((value) => value !== undefined)) {
    const field = { pointer: "/format", detail: "The signed log is exported whole; leave the filters out." };
    throw new ApiError("api_input_invalid", field.detail, {}, [field]);
  }
  const key = verifierKey(logOrigin(deps.config.name), log_signer.public_key);
  return new StreamedAnswer("application/jsonl", exportJsonl(store, key), "audit.jsonl");
}
