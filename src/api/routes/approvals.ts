/** What waits for people, and their votes. */
import { z } from "zod";
import type { SignedVote } from "../../authority/types.ts";
import { tables } from "../../store/index.ts";
import type { TransferRow } from "../../transfers/types.ts";
import { ApiError } from "../errors.ts";
import { defineRoute, type Route } from "../route.ts";
import {
  type Approval,
  ApprovalListSchema,
  ApprovalSchema,
  IdSchema,
  SignedVoteSchema,
  VoteResultSchema,
} from "../schemas/index.ts";
import type { ApiDeps, Caller } from "../types.ts";
import { createPrinter, printTime, viewApproval, viewQuorum, viewTransfer } from "../views/index.ts";
import { IdParams, transferOf } from "./params.ts";

/** Oldest first; more than this never waits at once. */
const WAITING_MAX = 200;

const TransferParams = z.strictObject({ transfer_id: IdSchema });

async function approvalOf(row: TransferRow, deps: ApiDeps): Promise<Approval> {
  const quorum = await deps.treasury.quorumOf(row);
  return deps.treasury.deps.store.read("api.approval", (tx) =>
    viewApproval(row, quorum, tx, createPrinter(deps.config)),
  );
}

/** A token can post nobody's vote but its own person's; the signature decides in any case. */
export function demandOwnVote(vote: SignedVote, caller: Caller): void {
  if (caller.person_id === null || caller.person_id === vote.person_id) return;
  throw new ApiError("api_person_mismatch", `This token speaks for ${caller.person_id}, not for ${vote.person_id}.`);
}

export const APPROVAL_ROUTES: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/approvals",
    summary: "Transfers that wait for approval, each with the exact payload people sign",
    tag: "approvals",
    permission: "read",
    out: ApprovalListSchema,
    handler: async ({ deps }) => {
      const { clock, store } = deps.treasury.deps;
      const rows = await store.read("api.approvals", (tx) =>
        tx.find(tables.transfer, {
          where: { state: "awaiting_approval" },
          order_by: [
            ["created_at", "asc"],
            ["id", "asc"],
          ],
          limit: WAITING_MAX,
        }),
      );
      const items: Approval[] = [];
      for (const row of rows) items.push(await approvalOf(row, deps));
      return { as_of: printTime(clock.now()), items };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/approvals/{id}",
    summary: "One transfer as people sign it",
    tag: "approvals",
    permission: "read",
    params: IdParams,
    out: ApprovalSchema,
    handler: async ({ deps, params }) => {
      const row = await deps.treasury.deps.store.read("api.approval", (tx) => transferOf(tx, params.id));
      return approvalOf(row, deps);
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/approvals/{transfer_id}/votes",
    summary: "Cast a signed vote; one denial ends the transfer",
    tag: "approvals",
    permission: "vote",
    moves_money: true,
    params: TransferParams,
    body: SignedVoteSchema,
    out: VoteResultSchema,
    handler: async ({ deps, params, body, caller }) => {
      const { payload } = body;
      if (payload.object_kind !== "transfer" || payload.object_id !== params.transfer_id) {
        const field = { pointer: "/payload/object_id", detail: `This vote is not on ${params.transfer_id}.` };
        throw new ApiError("api_input_invalid", field.detail, {}, [field]);
      }
      demandOwnVote(body, caller);
      const { transfer, quorum } = await deps.treasury.castVote(body);
      return { transfer: viewTransfer(transfer, createPrinter(deps.config)), quorum: viewQuorum(quorum) };
    },
  }),
];
