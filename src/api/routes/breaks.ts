/** Breaks, and what people decide about them. */
import { z } from "zod";
import { findOpenBreakResolutions, getBreak, getBreakResolution } from "../../daemon/index.ts";
import type { BreakResolutionRow, BreakRow } from "../../ledger/types.ts";
import { type MovementRow, tables, type Where } from "../../store/index.ts";
import { ApiError } from "../errors.ts";
import { defineRoute, type Route } from "../route.ts";
import {
  type Break,
  BreakListSchema,
  BreakQuerySchema,
  type BreakResolution,
  BreakResolutionListSchema,
  BreakResolutionRequestSchema,
  BreakResolutionSchema,
  BreakSchema,
  IdSchema,
  SignedVoteSchema,
} from "../schemas/index.ts";
import type { ApiDeps } from "../types.ts";
import { createPrinter, printTime, viewBreak, viewBreakResolution } from "../views/index.ts";
import { demandOwnVote } from "./approvals.ts";
import { IdParams } from "./params.ts";
import { initiatorOf } from "./transfers.ts";

const ResolutionParams = z.strictObject({ resolution_id: IdSchema });
const BREAKS_MAX = 500;

async function resolutionView(row: BreakResolutionRow, deps: ApiDeps): Promise<BreakResolution> {
  return viewBreakResolution(row, await deps.treasury.breakQuorum(row), createPrinter(deps.config));
}

async function breakView(row: BreakRow, deps: ApiDeps): Promise<Break> {
  const { store, clock } = deps.treasury.deps;
  const { movement, proposal } = await store.read("api.break", async (tx) => {
    const { wallet_id, movement_id, resolution_id } = row;
    const found: MovementRow | undefined =
      movement_id === null ? undefined : await tx.get(tables.movement, { wallet_id, movement_id });
    const [waiting] = await tx.find(tables.breakResolution, { where: { break_id: row.id, state: "open" }, limit: 1 });
    const closing = resolution_id === null ? undefined : await tx.get(tables.breakResolution, { id: resolution_id });
    return { movement: found ?? null, proposal: waiting ?? closing ?? null };
  });
  const resolution = proposal === null ? null : await resolutionView(proposal, deps);
  return viewBreak(row, { movement, resolution, printer: createPrinter(deps.config), now: clock.now() });
}

async function readBreaks(query: z.output<typeof BreakQuerySchema>, { treasury }: ApiDeps): Promise<BreakRow[]> {
  const where: Where<BreakRow> = {
    ...(query.state === "open" ? { closed_at: null } : query.state === "closed" ? { closed_at: { gte: 0 } } : {}),
    ...(query.asset === undefined ? {} : { asset: query.asset }),
  };
  const way = query.state === "open" ? "asc" : "desc";
  return treasury.deps.store.read("api.breaks", (tx) =>
    tx.find(tables.breaks, {
      where,
      order_by: [
        ["opened_at", way],
        ["id", way],
      ],
      limit: BREAKS_MAX,
    }),
  );
}

export const BREAK_ROUTES: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/breaks",
    summary: "Differences that nothing explains, with ranked causes, size and age",
    tag: "wallets",
    permission: "read",
    query: BreakQuerySchema,
    out: BreakListSchema,
    handler: async ({ deps, query }) => {
      const items: Break[] = [];
      for (const row of await readBreaks(query, deps)) items.push(await breakView(row, deps));
      const { clock, store } = deps.treasury.deps;
      const frozen = await store.read("api.frozen", (tx) =>
        tx.find(tables.breaks, { where: { closed_at: null, freezes: true }, limit: BREAKS_MAX }),
      );
      const printer = createPrinter(deps.config);
      const { tolerances } = deps.config.reconciliation;
      return {
        as_of: printTime(clock.now()),
        items,
        frozen_assets: [...new Set(frozen.map(({ asset }) => asset))].toSorted(),
        tolerances: [...deps.config.assets.keys()].map((asset) => printer.money(asset, tolerances.get(asset) ?? 0n)),
      };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/breaks/{id}",
    summary: "One break, with its movement and the proposal that waits or closed it",
    tag: "wallets",
    permission: "read",
    params: IdParams,
    out: BreakSchema,
    handler: async ({ deps, params }) => {
      const row = await deps.treasury.deps.store.read("api.break", (tx) => getBreak(tx, params.id));
      return breakView(row, deps);
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/breaks/{id}/resolutions",
    summary: "Propose what a break was, with evidence; at least two others have to agree",
    tag: "wallets",
    permission: "transfer",
    moves_money: true,
    status: 201,
    params: IdParams,
    body: BreakResolutionRequestSchema,
    out: BreakResolutionSchema,
    handler: async ({ deps, params, body, caller }) => {
      const proposed_by = initiatorOf(body.proposed_by, caller, deps);
      const row = await deps.treasury.proposeBreakResolution({ ...body, break_id: params.id, proposed_by });
      return resolutionView(row, deps);
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/break-resolutions",
    summary: "Proposals to close breaks that wait for votes, each with the exact payload people sign",
    tag: "approvals",
    permission: "read",
    out: BreakResolutionListSchema,
    handler: async ({ deps }) => {
      const { clock, store } = deps.treasury.deps;
      const rows = await store.read("api.break_resolutions", findOpenBreakResolutions);
      const items: BreakResolution[] = [];
      for (const row of rows) items.push(await resolutionView(row, deps));
      return { as_of: printTime(clock.now()), items };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/break-resolutions/{id}",
    summary: "One proposal to close a break, as people sign it",
    tag: "approvals",
    permission: "read",
    params: IdParams,
    out: BreakResolutionSchema,
    handler: async ({ deps, params }) => {
      const { store } = deps.treasury.deps;
      const row = await store.read("api.break_resolution", (tx) => getBreakResolution(tx, params.id));
      return resolutionView(row, deps);
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/break-resolutions/{resolution_id}/votes",
    summary: "Cast a signed vote on a proposal to close a break; one denial ends the proposal",
    tag: "approvals",
    permission: "vote",
    moves_money: true,
    params: ResolutionParams,
    body: SignedVoteSchema,
    out: BreakResolutionSchema,
    handler: async ({ deps, params, body, caller }) => {
      const { payload } = body;
      if (payload.object_kind !== "break" || payload.object_id !== params.resolution_id) {
        const field = { pointer: "/payload/object_id", detail: `This vote is not on ${params.resolution_id}.` };
        throw new ApiError("api_input_invalid", field.detail, {}, [field]);
      }
      demandOwnVote(body, caller);
      const { resolution } = await deps.treasury.voteOnBreak(body);
      return resolutionView(resolution, deps);
    },
  }),
];
