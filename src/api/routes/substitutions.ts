/** Exchanges of collateral: proposed with both legs, voted on as one, followed to their end. */
import { z } from "zod";
import { getSubstitution } from "../../lending/index.ts";
import { parseDecimal } from "../../money/index.ts";
import { ApiError } from "../errors.ts";
import { defineRoute, type Route } from "../route.ts";
import {
  IdSchema,
  ReasonRequestSchema,
  SignedVoteSchema,
  type Substitution,
  SubstitutionListSchema,
  SubstitutionRequestSchema,
  SubstitutionSchema,
} from "../schemas/index.ts";
import { findOpenSubstitutions, printTime } from "../views/index.ts";
import { demandOwnVote } from "./approvals.ts";
import { decimalsOf, IdParams } from "./params.ts";
import { lendingOf, substitutionView } from "./read_credit.ts";
import { initiatorOf } from "./transfers.ts";

const SubstitutionParams = z.strictObject({ substitution_id: IdSchema });

export const SUBSTITUTION_ROUTES: readonly Route[] = [
  defineRoute({
    method: "post",
    path: "/v1/facilities/{id}/substitutions",
    summary: "Propose to exchange collateral: the new one comes first, then the old one goes home on the same votes",
    tag: "credit",
    permission: "transfer",
    moves_money: true,
    status: 201,
    params: IdParams,
    body: SubstitutionRequestSchema,
    out: SubstitutionSchema,
    handler: async ({ deps, params, body, caller }) => {
      const leg = ({ asset, amount }: { asset: string; amount: string }) => ({
        ...{ asset, units: parseDecimal(amount, decimalsOf(deps, asset)) },
      });
      const row = await lendingOf(deps).proposeSubstitution({
        ...{ facility_id: params.id, brings: leg(body.brings), releases: leg(body.releases), reason: body.reason },
        ends_at: body.ends_at === null ? null : Date.parse(body.ends_at),
        proposed_by: initiatorOf(body.proposed_by, caller, deps),
      });
      return substitutionView(deps, row);
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/substitutions",
    summary: "Exchanges of collateral that wait for votes, each with the exact payload people sign",
    tag: "credit",
    permission: "read",
    out: SubstitutionListSchema,
    handler: async ({ deps }) => {
      const { store, clock } = deps.treasury.deps;
      const rows = await store.read("api.substitutions", (tx) => findOpenSubstitutions(tx, clock.now()));
      const items: Substitution[] = [];
      for (const row of rows) items.push(await substitutionView(deps, row));
      return { as_of: printTime(clock.now()), items };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/substitutions/{id}",
    summary: "One exchange of collateral: its terms as people sign them, what has come, and its release",
    tag: "credit",
    permission: "read",
    params: IdParams,
    out: SubstitutionSchema,
    handler: async ({ deps, params }) =>
      substitutionView(
        deps,
        await deps.treasury.deps.store.read("api.substitution", (tx) => getSubstitution(tx, params.id)),
      ),
  }),
  defineRoute({
    method: "post",
    path: "/v1/substitutions/{substitution_id}/votes",
    summary: "Cast a signed vote on an exchange of collateral; the last approval asks for the new collateral",
    tag: "credit",
    permission: "vote",
    moves_money: true,
    params: SubstitutionParams,
    body: SignedVoteSchema,
    out: SubstitutionSchema,
    handler: async ({ deps, params, body, caller }) => {
      const { payload } = body;
      if (payload.object_kind !== "substitution" || payload.object_id !== params.substitution_id) {
        const field = { pointer: "/payload/object_id", detail: `This vote is not on ${params.substitution_id}.` };
        throw new ApiError("api_input_invalid", field.detail, {}, [field]);
      }
      demandOwnVote(body, caller);
      const { substitution } = await lendingOf(deps).voteOnSubstitution(body);
      deps.treasury.wake("transfer");
      return substitutionView(deps, substitution);
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/substitutions/{id}/cancel",
    summary: "Take an exchange of collateral back while nothing is released on it",
    tag: "credit",
    permission: "transfer",
    params: IdParams,
    body: ReasonRequestSchema,
    out: SubstitutionSchema,
    handler: async ({ deps, params, body, caller }) =>
      substitutionView(deps, await lendingOf(deps).cancelSubstitution(params.id, caller.actor, body.reason)),
  }),
];
