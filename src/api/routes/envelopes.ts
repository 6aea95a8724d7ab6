/** Envelopes: proposing, voting on, and taking back what people approve in advance. */
import { z } from "zod";
import type { EnvelopeRow } from "../../authority/index.ts";
import { parseDecimal } from "../../money/index.ts";
import { findEnvelopes, getEnvelope, takenOf, usesOf } from "../../transfers/index.ts";
import { ApiError } from "../errors.ts";
import { defineRoute, type Route } from "../route.ts";
import {
  type Envelope,
  EnvelopeListSchema,
  EnvelopeQuerySchema,
  EnvelopeRequestSchema,
  EnvelopeSchema,
  IdSchema,
  ReasonRequestSchema,
  SignedVoteSchema,
} from "../schemas/index.ts";
import type { ApiDeps } from "../types.ts";
import { createPrinter, printTime, viewEnvelope } from "../views/index.ts";
import { demandOwnVote } from "./approvals.ts";
import { IdParams, poolOf } from "./params.ts";
import { initiatorOf } from "./transfers.ts";

const EnvelopeParams = z.strictObject({ envelope_id: IdSchema });
/** Newest first. */
const LISTED_MAX = 200;

async function view(row: EnvelopeRow, { treasury, config }: ApiDeps): Promise<Envelope> {
  const { store, clock } = treasury.deps;
  const { taken, uses } = await store.read("api.envelope_taken", async (tx) => ({
    taken: await takenOf(tx, row.id),
    uses: await usesOf(tx, row.id),
  }));
  const quorum = await treasury.envelopeQuorum(row);
  return viewEnvelope(row, { quorum, taken, uses, now: clock.now() }, createPrinter(config));
}

export const ENVELOPE_ROUTES: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/envelopes",
    summary: "Refills from custody approved in advance, and proposals of them, newest first",
    tag: "approvals",
    permission: "read",
    query: EnvelopeQuerySchema,
    out: EnvelopeListSchema,
    handler: async ({ deps, query }) => {
      const { store, clock } = deps.treasury.deps;
      const rows = await store.read("api.envelopes", (tx) => findEnvelopes(tx, LISTED_MAX));
      const items: Envelope[] = [];
      for (const row of rows) items.push(await view(row, deps));
      const shown = { live: ["open", "active"], waiting: ["open"], all: null }[query.state];
      return {
        as_of: printTime(clock.now()),
        items: items.filter(({ state }) => shown === null || shown.includes(state)),
      };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/envelopes/{id}",
    summary: "One envelope, as people sign it, with what is left of it",
    tag: "approvals",
    permission: "read",
    params: IdParams,
    out: EnvelopeSchema,
    handler: async ({ deps, params }) => {
      const row = await deps.treasury.deps.store.read("api.envelope", (tx) => getEnvelope(tx, params.id));
      return view(row, deps);
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/envelopes",
    summary: "Propose an envelope; it needs the quorum of one payment of its whole amount",
    tag: "approvals",
    permission: "transfer",
    moves_money: true,
    status: 201,
    body: EnvelopeRequestSchema,
    out: EnvelopeSchema,
    handler: async ({ deps, body, caller }) => {
      const { decimals } = poolOf(deps, body.pool_id).policy.asset;
      const row = await deps.treasury.proposeEnvelope({
        ...body,
        amount_max: parseDecimal(body.amount_max, decimals),
        amount_total: parseDecimal(body.amount_total, decimals),
        valid_from: Date.parse(body.valid_from),
        valid_until: Date.parse(body.valid_until),
        proposed_by: initiatorOf(body.proposed_by, caller, deps),
      });
      return view(row, deps);
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/envelopes/{envelope_id}/votes",
    summary: "Cast a signed vote on an envelope; one denial ends it, also while it is in use",
    tag: "approvals",
    permission: "vote",
    moves_money: true,
    params: EnvelopeParams,
    body: SignedVoteSchema,
    out: EnvelopeSchema,
    handler: async ({ deps, params, body, caller }) => {
      const { payload } = body;
      if (payload.object_kind !== "envelope" || payload.object_id !== params.envelope_id) {
        const field = { pointer: "/payload/object_id", detail: `This vote is not on ${params.envelope_id}.` };
        throw new ApiError("api_input_invalid", field.detail, {}, [field]);
      }
      demandOwnVote(body, caller);
      const { envelope } = await deps.treasury.voteOnEnvelope(body);
      return view(envelope, deps);
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/envelopes/{id}/revoke",
    summary: "Take an envelope back at once; it needs nobody else",
    tag: "approvals",
    permission: "freeze",
    params: IdParams,
    body: ReasonRequestSchema,
    out: EnvelopeSchema,
    handler: async ({ deps, params, body, caller }) =>
      view(await deps.treasury.revokeEnvelope(params.id, caller.actor, body.reason), deps),
  }),
];
