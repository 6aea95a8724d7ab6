/** Transfers: list, detail, manual request, cancel. */
import { parseDecimal } from "../../money/index.ts";
import { type Find, tables } from "../../store/index.ts";
import type { TransferRow, TransferState } from "../../transfers/types.ts";
import { ApiError } from "../errors.ts";
import { readPage } from "../http/pages.ts";
import { defineRoute, type Route } from "../route.ts";
import {
  ManualTransferRequestSchema,
  ReasonRequestSchema,
  SelfPaymentRequestSchema,
  TransferDetailSchema,
  TransferPageSchema,
  TransferQuerySchema,
  TransferSchema,
} from "../schemas/index.ts";
import type { ApiDeps, Caller } from "../types.ts";
import { createPrinter, OPEN_STATES, viewTransfer, viewTransferDetail } from "../views/index.ts";
import { IdParams, poolOf, transferOf } from "./params.ts";

interface TransferFilter {
  readonly pool_id?: string | undefined;
  readonly state?: readonly TransferState[] | undefined;
  readonly asset?: string | undefined;
  readonly from_wallet?: string | undefined;
  readonly to_wallet?: string | undefined;
  readonly open?: "true" | "false" | undefined;
}

function transferQuery(filter: TransferFilter, at: number | null, limit: number): Find<TransferRow> {
  const { open, state, pool_id, asset, from_wallet, to_wallet } = filter;
  return {
    where: {
      ...(pool_id === undefined ? {} : { pool_id }),
      ...(asset === undefined ? {} : { asset }),
      ...(from_wallet === undefined ? {} : { from_wallet }),
      ...(to_wallet === undefined ? {} : { to_wallet }),
      ...(open === "true" ? { state: { in: OPEN_STATES } } : {}),
      ...(state === undefined ? {} : { state: { in: state } }),
      ...(at === null ? {} : { created_at: { lte: at } }),
    },
    order_by: [
      ["created_at", "desc"],
      ["id", "desc"],
    ],
    limit,
  };
}

/**
 * The person a manual transfer is booked on, and who can therefore not approve it. A token speaks for its own person only; on
 * an open loopback the caller says who it is.
 */
export function initiatorOf(named: string, caller: Caller, deps: ApiDeps): string {
  return `person:${personOf(named, caller, deps)}`;
}

/** @throws ApiError api_person_unknown, api_person_mismatch */
export function personOf(named: string, caller: Caller, { config }: ApiDeps): string {
  if (!config.authority.people.some((person) => person.id === named)) {
    throw new ApiError("api_person_unknown", `There is no person "${named}" in the configuration.`);
  }
  if (caller.person_id !== null && caller.person_id !== named) {
    throw new ApiError("api_person_mismatch", `This token speaks for ${caller.person_id}, not for ${named}.`);
  }
  return named;
}

export const TRANSFER_ROUTES: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/transfers",
    summary: "Transfers, newest first",
    tag: "transfers",
    permission: "read",
    query: TransferQuerySchema,
    out: TransferPageSchema,
    handler: ({ deps, query }) =>
      deps.treasury.deps.store.read("api.transfers", async (tx) => {
        const printer = createPrinter(deps.config);
        const page = await readPage<TransferRow>({
          cursor: query.cursor,
          limit: query.limit,
          keyOf: (row) => ({ at: row.created_at, id: row.id }),
          fetch: (at, limit) => tx.find(tables.transfer, transferQuery(query, at, limit)),
        });
        return {
          items: page.rows.map((row) => viewTransfer(row, printer)),
          has_more: page.next_cursor !== null,
          next_cursor: page.next_cursor,
        };
      }),
  }),
  defineRoute({
    method: "get",
    path: "/v1/transfers/{id}",
    summary: "One transfer with its timeline, its quorum and what was booked",
    tag: "transfers",
    permission: "read",
    params: IdParams,
    out: TransferDetailSchema,
    handler: async ({ deps, params }) => {
      const { store } = deps.treasury.deps;
      const row = await store.read("api.transfer", (tx) => transferOf(tx, params.id));
      const quorum = await deps.treasury.quorumOf(row);
      return store.read("api.transfer_detail", (tx) => viewTransferDetail(row, quorum, tx, createPrinter(deps.config)));
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/transfers",
    summary: "Ask for a transfer by hand; it needs the same quorum as any other",
    tag: "transfers",
    permission: "transfer",
    moves_money: true,
    status: 201,
    body: ManualTransferRequestSchema,
    out: TransferSchema,
    handler: async ({ deps, body, caller, idempotency_key }) => {
      const pool = poolOf(deps, body.pool_id);
      const initiator = initiatorOf(body.initiator, caller, deps);
      const row = await deps.treasury.proposeTransfer({
        pool_id: pool.id,
        from_wallet: body.from_wallet,
        to_wallet: body.to_wallet,
        network: body.network,
        amount: parseDecimal(body.amount, pool.policy.asset.decimals),
        reason: body.reason,
        initiator,
        key: `${initiator}/${idempotency_key}`,
      });
      return viewTransfer(row, createPrinter(deps.config));
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/self-payments",
    summary: "Ask a wallet to pay itself: put small coins together, or hasten what waits; only the fee leaves",
    tag: "transfers",
    permission: "transfer",
    moves_money: true,
    status: 201,
    body: SelfPaymentRequestSchema,
    out: TransferSchema,
    handler: async ({ deps, body, caller, idempotency_key }) => {
      const initiator = initiatorOf(body.initiator, caller, deps);
      const { wallet: wallet_id, purpose, parent = null, reason } = body;
      const key = `${initiator}/${idempotency_key}`;
      const row = await deps.treasury.proposeSelfPayment({ wallet_id, purpose, parent, reason, initiator, key });
      return viewTransfer(row, createPrinter(deps.config));
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/transfers/{id}/cancel",
    summary: "Cancel a transfer, or ask its venue to withdraw what it has taken",
    tag: "transfers",
    permission: "transfer",
    params: IdParams,
    body: ReasonRequestSchema,
    out: TransferSchema,
    handler: async ({ deps, params, body, caller }) => {
      await deps.treasury.deps.store.read("api.cancel", (tx) => transferOf(tx, params.id));
      const row = await deps.treasury.cancelTransfer(params.id, caller.actor, body.reason);
      return viewTransfer(row, createPrinter(deps.config));
    },
  }),
];
