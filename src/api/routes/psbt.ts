/** PSBTs of transfers that cosigners sign away from the network: out, and back with signatures. */
import { z } from "zod";
import { drawCode, fromBbqr, isBbqr, toBbqr } from "../../bbqr/index.ts";
import type { TransferRow } from "../../transfers/types.ts";
import { defineRoute, type Route } from "../route.ts";
import { IdSchema, ImportResultSchema, QrPartsSchema, SignedPsbtSchema } from "../schemas/index.ts";
import { createPrinter, viewQuorum, viewTransfer } from "../views/index.ts";
import { IdParams, transferOf } from "./params.ts";
import { personOf } from "./transfers.ts";

const TransferParams = z.strictObject({ transfer_id: IdSchema });

function psbtOf({ signing }: TransferRow): string | null {
  const data = signing?.scheme === "psbt" ? signing.typed_data : null;
  const text = typeof data === "object" && data !== null && "psbt" in data ? data.psbt : null;
  return typeof text === "string" ? text : null;
}

export const PSBT_ROUTES: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/approvals/{id}/psbt",
    summary: "The PSBT that a transfer waits for: as base64, and as the letters of QR codes (BBQr)",
    tag: "approvals",
    permission: "read",
    params: IdParams,
    out: QrPartsSchema,
    handler: async ({ deps, params }) => {
      const row = await deps.treasury.deps.store.read("api.psbt", (tx) => transferOf(tx, params.id));
      const psbt = psbtOf(row);
      const parts = psbt === null ? [] : toBbqr(Uint8Array.from(Buffer.from(psbt, "base64")), "P");
      return { parts, codes: parts.map(drawCode), psbt };
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/approvals/{transfer_id}/psbt",
    summary: "Hand a signed PSBT back; the signature of the person who does is their vote",
    tag: "approvals",
    permission: "vote",
    moves_money: true,
    params: TransferParams,
    body: SignedPsbtSchema,
    out: ImportResultSchema,
    handler: async ({ deps, params, body, caller }) => {
      const content = isBbqr(body.psbt) ? fromBbqr(body.psbt) : new TextEncoder().encode(body.psbt);
      const importer = personOf(body.person, caller, deps);
      const imported = await deps.treasury.importSigned(params.transfer_id, content, importer);
      return {
        transfer: viewTransfer(imported.transfer, createPrinter(deps.config)),
        quorum: viewQuorum(imported.quorum),
        accepted: [...imported.accepted],
        known: [...imported.known],
        others: [...imported.others],
        strangers: [...imported.strangers],
      };
    },
  }),
];
