/** Held transfers, resolved by people: a proposal with evidence, and their votes on it. */
import { z } from "zod";
import { parseDecimal } from "../../money/index.ts";
import { tables } from "../../store/index.ts";
import { findOpenResolutions } from "../../transfers/index.ts";
import type { ResolutionRow } from "../../transfers/types.ts";
import { ApiError } from "../errors.ts";
import { defineRoute, type Route } from "../route.ts";
import {
  IdSchema,
  type Resolution,
  ResolutionListSchema,
  ResolutionRequestSchema,
  ResolutionSchema,
  SignedVoteSchema,
} from "../schemas/index.ts";
import type { ApiDeps } from "../types.ts";
import { createPrinter, printTime, viewResolution } from "../views/index.ts";
import { demandOwnVote } from "./approvals.ts";
import { IdParams, notFound, transferOf } from "./params.ts";
import { initiatorOf } from "./transfers.ts";

const ResolutionParams = z.strictObject({ resolution_id: IdSchema });

async function viewOf(row: ResolutionRow, deps: ApiDeps): Promise<Resolution> {
  const quorum = await deps.treasury.resolutionQuorum(row);
  const transfer = await deps.treasury.deps.store.read("api.resolution", (tx) => transferOf(tx, row.transfer_id));
  return viewResolution(row, transfer, quorum, createPrinter(deps.config));
}

export const RESOLUTION_ROUTES: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/resolutions",
    summary: "Proposals to end held transfers that wait for votes, each with the exact payload people sign",
    tag: "approvals",
    permission: "read",
    out: ResolutionListSchema,
    handler: async ({ deps }) => {
      const { clock, store } = deps.treasury.deps;
      const rows = await store.read("api.resolutions", findOpenResolutions);
      const items: Resolution[] = [];
      for (const row of rows) items.push(await viewOf(row, deps));
      return { as_of: printTime(clock.now()), items };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/resolutions/{id}",
    summary: "One proposal to end a held transfer, as people sign it",
    tag: "approvals",
    permission: "read",
    params: IdParams,
    out: ResolutionSchema,
    handler: async ({ deps, params }) => {
      const { store } = deps.treasury.deps;
      const row = await store.read("api.resolution", (tx) => tx.get(tables.resolution, { id: params.id }));
      if (row === undefined) throw notFound("resolution", params.id);
      return viewOf(row, deps);
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/transfers/{id}/resolutions",
    summary: "Propose how a held transfer ended, with evidence; at least two others have to agree",
    tag: "transfers",
    permission: "transfer",
    moves_money: true,
    status: 201,
    params: IdParams,
    body: ResolutionRequestSchema,
    out: ResolutionSchema,
    handler: async ({ deps, params, body, caller }) => {
      const transfer = await deps.treasury.deps.store.read("api.resolve", (tx) => transferOf(tx, params.id));
      const { decimals } = createPrinter(deps.config).asset(transfer.asset);
      const units = (text: string | null): bigint | null => (text === null ? null : parseDecimal(text, decimals));
      const row = await deps.treasury.proposeResolution({
        ...body,
        transfer_id: transfer.id,
        amount_received: units(body.amount_received),
        fee: units(body.fee),
        proposed_by: initiatorOf(body.proposed_by, caller, deps),
      });
      return viewOf(row, deps);
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/resolutions/{resolution_id}/votes",
    summary: "Cast a signed vote on a proposal to end a held transfer; one denial ends the proposal",
    tag: "approvals",
    permission: "vote",
    moves_money: true,
    params: ResolutionParams,
    body: SignedVoteSchema,
    out: ResolutionSchema,
    handler: async ({ deps, params, body, caller }) => {
      const { payload } = body;
      if (payload.object_kind !== "resolution" || payload.object_id !== params.resolution_id) {
        const field = { pointer: "/payload/object_id", detail: `This vote is not on ${params.resolution_id}.` };
        throw new ApiError("api_input_invalid", field.detail, {}, [field]);
      }
      demandOwnVote(body, caller);
      const { resolution } = await deps.treasury.voteOnResolution(body);
      return viewOf(resolution, deps);
    },
  }),
];
