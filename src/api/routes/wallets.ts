/** Wallets: their standing, the balances people enter, holdings at venues, and addresses. */
import { z } from "zod";
import { parseDecimal } from "../../money/index.ts";
import { findWalletProposals, getWalletProposal, type WalletProposalRow } from "../../wallets/index.ts";
import { ApiError } from "../errors.ts";
import { defineRoute, type Route } from "../route.ts";
import {
  AddressListSchema,
  DiscoverySchema,
  IdSchema,
  OpenedWalletSchema,
  OpenWalletRequestSchema,
  ReasonRequestSchema,
  SignedVoteSchema,
  type WalletProposal,
  WalletProposalListSchema,
  WalletProposalQuerySchema,
  WalletProposalRequestSchema,
  WalletProposalSchema,
  WalletStandingSchema,
} from "../schemas/index.ts";
import type { ApiDeps } from "../types.ts";
import { createPrinter, printTime, viewStanding, viewWalletProposal } from "../views/index.ts";
import { demandOwnVote } from "./approvals.ts";
import { IdParams, notFound } from "./params.ts";
import { initiatorOf } from "./transfers.ts";

const ProposalParams = z.strictObject({ wallet_proposal_id: IdSchema });

async function view(row: WalletProposalRow, { treasury, config }: ApiDeps): Promise<WalletProposal> {
  const quorum = await treasury.walletQuorum(row);
  return viewWalletProposal(row, quorum, createPrinter(config), treasury.deps.clock.now());
}

/** @throws ApiError api_not_found */
function decimalsOf({ config }: ApiDeps, wallet_id: string): number {
  const wallet = config.wallets.find(({ id }) => id === wallet_id);
  if (wallet === undefined) throw notFound("wallet", wallet_id);
  return config.assets.get(wallet.asset)?.decimals ?? 0;
}

const PROPOSAL_ROUTES: readonly Route[] = [
  defineRoute({
    method: "post",
    path: "/v1/wallets/{id}/proposals",
    summary: "Enter a balance, or propose to activate or archive a wallet; another person, or two, have to agree",
    tag: "wallets",
    permission: "transfer",
    moves_money: true,
    status: 201,
    params: IdParams,
    body: WalletProposalRequestSchema,
    out: WalletProposalSchema,
    handler: async ({ deps, params, body, caller }) => {
      const decimals = decimalsOf(deps, params.id);
      const row = await deps.treasury.proposeWallet({
        ...body,
        wallet_id: params.id,
        amount: body.amount === null ? null : parseDecimal(body.amount, decimals),
        as_of: body.as_of === null ? null : Date.parse(body.as_of),
        proposed_by: initiatorOf(body.proposed_by, caller, deps),
      });
      return view(row, deps);
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/wallet-proposals",
    summary: "Entered balances and changes of standing, each with the exact payload people sign",
    tag: "approvals",
    permission: "read",
    query: WalletProposalQuerySchema,
    out: WalletProposalListSchema,
    handler: async ({ deps, query }) => {
      const { clock, store } = deps.treasury.deps;
      const rows = await store.read("api.wallet_proposals", (tx) => findWalletProposals(tx, query.state));
      const items: WalletProposal[] = [];
      for (const row of rows.filter(({ wallet_id }) => query.wallet === undefined || wallet_id === query.wallet)) {
        const shown = await view(row, deps);
        if (query.state === "all" || shown.state === "open") items.push(shown);
      }
      return { as_of: printTime(clock.now()), items };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/wallet-proposals/{id}",
    summary: "One proposal about a wallet, as people sign it",
    tag: "approvals",
    permission: "read",
    params: IdParams,
    out: WalletProposalSchema,
    handler: async ({ deps, params }) => {
      const { store } = deps.treasury.deps;
      return view(await store.read("api.wallet_proposal", (tx) => getWalletProposal(tx, params.id)), deps);
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/wallet-proposals/{wallet_proposal_id}/votes",
    summary: "Cast a signed vote on an entered balance or a change of standing; one denial ends it",
    tag: "approvals",
    permission: "vote",
    moves_money: true,
    params: ProposalParams,
    body: SignedVoteSchema,
    out: WalletProposalSchema,
    handler: async ({ deps, params, body, caller }) => {
      const { payload } = body;
      if (payload.object_kind !== "wallet" || payload.object_id !== params.wallet_proposal_id) {
        const field = { pointer: "/payload/object_id", detail: `This vote is not on ${params.wallet_proposal_id}.` };
        throw new ApiError("api_input_invalid", field.detail, {}, [field]);
      }
      demandOwnVote(body, caller);
      const { proposal } = await deps.treasury.voteOnWallet(body);
      return view(proposal, deps);
    },
  }),
];

export const WALLET_ROUTES: readonly Route[] = [
  ...PROPOSAL_ROUTES,
  defineRoute({
    method: "post",
    path: "/v1/wallets/{id}/suspend",
    summary: "No new transfer in or out of the wallet, at once; what was sent is still followed",
    tag: "wallets",
    permission: "freeze",
    params: IdParams,
    body: ReasonRequestSchema,
    out: WalletStandingSchema,
    handler: async ({ deps, params, body, caller }) =>
      viewStanding(await deps.treasury.suspendWallet(params.id, caller.actor, body.reason)),
  }),
  defineRoute({
    method: "get",
    path: "/v1/wallets/{id}/addresses",
    summary: "Registered addresses of the wallet beside what its venue answers now",
    tag: "wallets",
    permission: "read",
    params: IdParams,
    out: AddressListSchema,
    handler: async ({ deps, params }) => {
      const items = [...(await deps.treasury.attestAddresses(params.id))];
      return { wallet_id: params.id, as_of: printTime(deps.treasury.deps.clock.now()), items };
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/venues/{id}/discover",
    summary: "Asks the venue which holdings its credentials can see, beside what the file knows; changes nothing",
    tag: "venues",
    permission: "transfer",
    params: IdParams,
    body: z.strictObject({}),
    out: DiscoverySchema,
    handler: async ({ deps, params }) => ({
      venue: params.id,
      items: [...(await deps.treasury.discoverWallets(params.id))],
    }),
  }),
  defineRoute({
    method: "post",
    path: "/v1/venues/{id}/wallets",
    summary: "Open a holding at the venue; it becomes a wallet once the file has its lines and people activate it",
    tag: "venues",
    permission: "transfer",
    moves_money: true,
    status: 201,
    params: IdParams,
    body: OpenWalletRequestSchema,
    out: OpenedWalletSchema,
    handler: async ({ deps, params, body, caller }) => {
      const opened = await deps.treasury.openWallet({ ...body, venue_id: params.id, actor: caller.actor });
      return { wallet_id: body.wallet_id, venue: params.id, ...opened };
    },
  }),
];
