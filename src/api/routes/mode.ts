/** The kill switch: anybody with the permission stops; only an admin's signature starts again. */
import {
  ACCEPT_LOSS_REQUIREMENT,
  canVote,
  RESUME_REQUIREMENT,
  type VotePayload,
  voteText,
} from "../../authority/index.ts";
import { canonicalJson } from "../../digest/index.ts";
import { TidegateError } from "../../errors/index.ts";
import { defineRoute, type Route } from "../route.ts";
import {
  FreezeRequestSchema,
  ModeStateSchema,
  ResumeOfferSchema,
  ResumeQuerySchema,
  ResumeRequestSchema,
} from "../schemas/index.ts";
import type { ApiDeps, Caller } from "../types.ts";
import { digestGroups, printTime } from "../views/index.ts";
import { demandOwnVote } from "./approvals.ts";

/** Nobody starts a resume, so nobody is excluded from it. */
const resumer = (accepts_loss: boolean) =>
  ({
    initiator: "nobody",
    requirement: accepts_loss ? ACCEPT_LOSS_REQUIREMENT : RESUME_REQUIREMENT,
    scheme: "ed25519",
  }) as const;

/** A stop is never refused over a name: one that nobody bears, or that is not the token's own, is left out. */
function freezerOf(named: string | undefined, caller: Caller, { config }: ApiDeps): string {
  const known = config.authority.people.some(({ id }) => id === named);
  return known && caller.person_id === null ? `person:${named}` : caller.actor;
}

async function modeState({ treasury }: ApiDeps) {
  return { mode: await treasury.mode(), as_of: printTime(treasury.deps.clock.now()) };
}

export const MODE_ROUTES: readonly Route[] = [
  defineRoute({
    method: "post",
    path: "/v1/freeze",
    summary: "Stop every new submit at once; work in flight is still followed",
    tag: "mode",
    permission: "freeze",
    body: FreezeRequestSchema,
    out: ModeStateSchema,
    handler: async ({ deps, body, caller }) => {
      await deps.treasury.freeze(freezerOf(body.frozen_by, caller, deps), body.reason);
      return modeState(deps);
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/resume",
    summary: "What an admin signs to leave the freeze",
    tag: "mode",
    permission: "read",
    query: ResumeQuerySchema,
    out: ResumeOfferSchema,
    handler: async ({ deps, query }) => {
      const request = await deps.treasury.resumeRequest(query.mode ?? null, {
        accept_loss: query.accept_loss === "true",
      });
      if (request === null) throw new TidegateError("conflict", "not_frozen", "The treasury is not frozen.");
      const { object_id, digest, payload } = request;
      const who = resumer("lost" in payload);
      const vote: VotePayload = { object_kind: "resume", object_id, digest, vote: "approve" };
      return {
        object_kind: "resume" as const,
        object_id,
        mode: payload.mode,
        payload_text: canonicalJson(payload),
        digest,
        digest_groups: digestGroups(digest),
        vote_message: { approve: voteText(vote) },
        eligible: deps.config.authority.people.filter((person) => canVote(person, who)).map(({ id }) => id),
      };
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/resume",
    summary:
      "Leave the freeze with an admin's signed vote; a loss of the log is accepted by two people, and the mode stays frozen after the first",
    tag: "mode",
    permission: "vote",
    moves_money: true,
    body: ResumeRequestSchema,
    out: ModeStateSchema,
    handler: async ({ deps, body, caller }) => {
      demandOwnVote(body.vote, caller);
      await deps.treasury.resume(body.mode, body.vote);
      return modeState(deps);
    },
  }),
];
