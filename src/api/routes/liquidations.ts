/** What people do with what a sale of collateral left: bring it home, pay it out, or write down that it was paid otherwise. */
import { getLiquidation, type LeftoverDraft, type Lending } from "../../lending/index.ts";
import type { TransferRow } from "../../transfers/index.ts";
import { defineRoute, type Route } from "../route.ts";
import {
  LeftoverRequestSchema,
  LiquidationSchema,
  SurplusPaidRequestSchema,
  TransferSchema,
} from "../schemas/index.ts";
import { createPrinter, viewTransfer } from "../views/index.ts";
import { IdParams } from "./params.ts";
import { lendingOf, liquidationView } from "./read_credit.ts";
import { initiatorOf } from "./transfers.ts";

export const LEFTOVER_ROUTES: readonly Route[] = [
  leftoverRoute(
    "bring-home",
    "Bring what a sale left at the market back into the loan's own wallet: a transfer under the rules of every other",
    (lending, draft) => lending.bringHome(draft),
  ),
  leftoverRoute(
    "pay-surplus",
    "Pay what a sale brought beyond the debt to the borrower's own address: a transfer under the quorum of custody",
    (lending, draft) => lending.paySurplus(draft),
  ),
  defineRoute({
    method: "post",
    path: "/v1/liquidations/{id}/surplus-paid",
    summary: "Record that what a sale brought beyond the debt was paid to the borrower beside our wallets; once",
    tag: "credit",
    permission: "transfer",
    moves_money: true,
    params: IdParams,
    body: SurplusPaidRequestSchema,
    out: LiquidationSchema,
    handler: async ({ deps, params, body, caller }) => {
      const source = initiatorOf(body.recorded_by, caller, deps);
      const draft = { liquidation_id: params.id, reference: body.reference, source };
      return liquidationView(deps, await lendingOf(deps).recordSurplusPaid(draft));
    },
  }),
];

function leftoverRoute(
  name: "bring-home" | "pay-surplus",
  summary: string,
  ask: (lending: Lending, draft: LeftoverDraft) => Promise<TransferRow>,
): Route {
  return defineRoute({
    method: "post",
    path: `/v1/liquidations/{id}/${name}`,
    summary,
    tag: "credit",
    permission: "transfer",
    moves_money: true,
    status: 201,
    params: IdParams,
    body: LeftoverRequestSchema,
    out: TransferSchema,
    handler: async ({ deps, params, body, caller, idempotency_key: key }) => {
      await deps.treasury.deps.store.read("api.liquidation", (tx) => getLiquidation(tx, params.id));
      const initiator = initiatorOf(body.initiator, caller, deps);
      const row = await ask(lendingOf(deps), { liquidation_id: params.id, reason: body.reason, initiator, key });
      deps.treasury.wake("transfer");
      return viewTransfer(row, createPrinter(deps.config));
    },
  });
}
