/** A pool's own flows for a backtest elsewhere, and the policies that the weekly search in them proposes. */
import { z } from "zod";
import { getProposal, listProposals, markProposal, readOwnLedger } from "../../tuning/index.ts";
import { defineRoute, type Route } from "../route.ts";
import {
  IdSchema,
  OwnFlowsQuerySchema,
  OwnFlowsSchema,
  PolicyProposalListSchema,
  PolicyProposalMarkSchema,
  PolicyProposalSchema,
} from "../schemas/index.ts";
import { printTime, viewOwnFlows, viewPolicyProposal } from "../views/index.ts";
import { IdParams, poolOf } from "./params.ts";

const ProposalParams = z.strictObject({ proposal_id: IdSchema });

export const TUNING_ROUTES: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/pools/{id}/flows",
    summary: "What customers moved per hour, with the opening assets and the costs: all that a backtest needs",
    tag: "simulate",
    permission: "read",
    params: IdParams,
    query: OwnFlowsQuerySchema,
    out: OwnFlowsSchema,
    handler: async ({ deps, params, query }) => {
      const pool = poolOf(deps, params.id);
      const { clock, store } = deps.treasury.deps;
      const input = { pool, now: clock.now(), days: query.days, price: deps.treasury.price(pool.asset) };
      return viewOwnFlows(await store.read("api.flows", (tx) => readOwnLedger(tx, input)));
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/policy/proposals",
    summary: "Policies that the weekly search in a pool's own history proposes, newest first; none is in force by that",
    tag: "policy",
    permission: "read",
    out: PolicyProposalListSchema,
    handler: async ({ deps }) => {
      const { clock, store } = deps.treasury.deps;
      const rows = await store.read("api.policy_proposals", (tx) => listProposals(tx));
      return { as_of: printTime(clock.now()), items: rows.map(viewPolicyProposal) };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/policy/proposals/{proposal_id}",
    summary: "One proposed policy, with the figures of both sides and the lines to edit the file with",
    tag: "policy",
    permission: "read",
    params: ProposalParams,
    out: PolicyProposalSchema,
    handler: ({ deps, params }) =>
      deps.treasury.deps.store.read("api.policy_proposal", async (tx) =>
        viewPolicyProposal(await getProposal(tx, params.proposal_id)),
      ),
  }),
  defineRoute({
    method: "post",
    path: "/v1/policy/proposals/{proposal_id}/mark",
    summary: "Say what you think of a proposed policy; it changes nothing, for the file alone says what is in force",
    tag: "policy",
    permission: "transfer",
    params: ProposalParams,
    body: PolicyProposalMarkSchema,
    out: PolicyProposalSchema,
    handler: ({ deps, params, body, caller }) => {
      const { clock, ids, store } = deps.treasury.deps;
      const mark = { id: params.proposal_id, ...body, actor: caller.actor, now: clock.now() };
      return store.tx("api.policy_mark", async (tx) => viewPolicyProposal(await markProposal(tx, ids, mark)));
    },
  }),
];
