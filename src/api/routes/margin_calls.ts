/** Margin calls and liquidations, the prices they hang on, and the loan book as a whole. */
import { z } from "zod";
import { type PathPoint, portfolioOf, shockPath } from "../../credit/index.ts";
import { creditOf, getCall, getExtension, getFacility, getLiquidation } from "../../lending/index.ts";
import { tables } from "../../store/index.ts";
import { SCENARIOS } from "../../stress/index.ts";
import { ApiError } from "../errors.ts";
import { defineRoute, type Route } from "../route.ts";
import {
  AcknowledgeSchema,
  type CallExtension,
  CallQuerySchema,
  CreditPriceListSchema,
  CreditQuerySchema,
  ExtensionListSchema,
  ExtensionRequestSchema,
  ExtensionSchema,
  IdSchema,
  type Liquidation,
  LiquidationListSchema,
  LiquidationSchema,
  type MarginCall,
  MarginCallListSchema,
  MarginCallSchema,
  PortfolioSchema,
  ShockRequestSchema,
  ShockSchema,
  SignedVoteSchema,
} from "../schemas/index.ts";
import type { ApiDeps } from "../types.ts";
import {
  createPrinter,
  findOpenExtensions,
  ltvOfBook,
  printTime,
  printTimeOrNull,
  viewExtension,
} from "../views/index.ts";
import { demandOwnVote } from "./approvals.ts";
import { IdParams } from "./params.ts";
import { callView, lendingOf, liquidationView, readBook } from "./read_credit.ts";
import { initiatorOf } from "./transfers.ts";

const ExtensionParams = z.strictObject({ extension_id: IdSchema });
const LISTED_MAX = 500;
const PPM = 1_000_000;
const DIGITS = 4;

export const CALL_ROUTES: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/margin-calls",
    summary: "Margin calls, the nearest deadline first",
    tag: "credit",
    permission: "read",
    query: CallQuerySchema,
    out: MarginCallListSchema,
    handler: async ({ deps, query }) => {
      const { store, clock } = deps.treasury.deps;
      const rows = await store.read("api.calls", (tx) =>
        tx.find(tables.marginCall, {
          where: query.state === "open" ? { ended_at: null } : {},
          order_by: [
            ["deadline_at", query.state === "open" ? "asc" : "desc"],
            ["id", "asc"],
          ],
          limit: LISTED_MAX,
        }),
      );
      const items: MarginCall[] = [];
      for (const row of rows) items.push(await callView(deps, row));
      return { as_of: printTime(clock.now()), items };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/margin-calls/{id}",
    summary: "One margin call with what would cure it now",
    tag: "credit",
    permission: "read",
    params: IdParams,
    out: MarginCallSchema,
    handler: async ({ deps, params }) =>
      callView(deps, await deps.treasury.deps.store.read("api.call", (tx) => getCall(tx, params.id))),
  }),
  defineRoute({
    method: "post",
    path: "/v1/margin-calls/{id}/acknowledge",
    summary: "Say that the borrower has seen the call",
    tag: "credit",
    permission: "transfer",
    params: IdParams,
    body: AcknowledgeSchema,
    out: MarginCallSchema,
    handler: async ({ deps, params, body, caller }) =>
      callView(deps, await lendingOf(deps).acknowledgeCall(params.id, initiatorOf(body.person, caller, deps))),
  }),
  defineRoute({
    method: "post",
    path: "/v1/margin-calls/{id}/extensions",
    summary: "Propose a later deadline; it needs the quorum of the facility",
    tag: "credit",
    permission: "transfer",
    moves_money: true,
    status: 201,
    params: IdParams,
    body: ExtensionRequestSchema,
    out: ExtensionSchema,
    handler: async ({ deps, params, body, caller }) => {
      const row = await lendingOf(deps).proposeExtension({
        ...{ call_id: params.id, deadline_at: Date.parse(body.deadline_at), reason: body.reason },
        proposed_by: initiatorOf(body.proposed_by, caller, deps),
      });
      return extensionOf(deps, row.id);
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/extensions",
    summary: "Proposals of a later deadline that wait for votes, each with the exact payload people sign",
    tag: "credit",
    permission: "read",
    out: ExtensionListSchema,
    handler: async ({ deps }) => {
      const { store, clock } = deps.treasury.deps;
      const rows = await store.read("api.extensions", (tx) => findOpenExtensions(tx, clock.now()));
      const items: CallExtension[] = [];
      for (const { id } of rows) items.push(await extensionOf(deps, id));
      return { as_of: printTime(clock.now()), items };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/extensions/{id}",
    summary: "One proposal of a later deadline, as people sign it",
    tag: "credit",
    permission: "read",
    params: IdParams,
    out: ExtensionSchema,
    handler: ({ deps, params }) => extensionOf(deps, params.id),
  }),
  defineRoute({
    method: "post",
    path: "/v1/extensions/{extension_id}/votes",
    summary: "Cast a signed vote on a later deadline; the last approval moves it",
    tag: "credit",
    permission: "vote",
    moves_money: true,
    params: ExtensionParams,
    body: SignedVoteSchema,
    out: ExtensionSchema,
    handler: async ({ deps, params, body, caller }) => {
      const { payload } = body;
      if (payload.object_kind !== "extension" || payload.object_id !== params.extension_id) {
        const field = { pointer: "/payload/object_id", detail: `This vote is not on ${params.extension_id}.` };
        throw new ApiError("api_input_invalid", field.detail, {}, [field]);
      }
      demandOwnVote(body, caller);
      await lendingOf(deps).voteOnExtension(body);
      deps.treasury.wake("transfer");
      return extensionOf(deps, params.extension_id);
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/liquidations",
    summary: "Sales of collateral, newest first, with their orders",
    tag: "credit",
    permission: "read",
    query: CallQuerySchema,
    out: LiquidationListSchema,
    handler: async ({ deps, query }) => {
      const { store, clock } = deps.treasury.deps;
      const rows = await store.read("api.liquidations", (tx) =>
        tx.find(tables.liquidation, {
          where: query.state === "open" ? { ended_at: null } : {},
          order_by: [
            ["created_at", "desc"],
            ["id", "desc"],
          ],
          limit: LISTED_MAX,
        }),
      );
      const items: Liquidation[] = [];
      for (const row of rows) items.push(await liquidationView(deps, row));
      return { as_of: printTime(clock.now()), items };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/liquidations/{id}",
    summary: "One sale: its quote, its transfer, which carries the approval, and its orders",
    tag: "credit",
    permission: "read",
    params: IdParams,
    out: LiquidationSchema,
    handler: async ({ deps, params }) =>
      liquidationView(
        deps,
        await deps.treasury.deps.store.read("api.liquidation", (tx) => getLiquidation(tx, params.id)),
      ),
  }),
  defineRoute({
    method: "get",
    path: "/v1/credit/prices",
    summary: "Prices of the collateral with their sources, age, spread, and what they may set off",
    tag: "credit",
    permission: "read",
    query: CreditQuerySchema,
    out: CreditPriceListSchema,
    handler: async ({ deps, query }) => pricesView(deps, query.currency ?? deps.config.currency.id),
  }),
  defineRoute({
    method: "get",
    path: "/v1/credit/portfolio",
    summary: "The loan book: exposure, loan to value by class, concentration, and how the watching stands",
    tag: "credit",
    permission: "read",
    query: CreditQuerySchema,
    out: PortfolioSchema,
    handler: async ({ deps, query }) => portfolioView(deps, query.currency ?? deps.config.currency.id),
  }),
  defineRoute({
    method: "post",
    path: "/v1/credit/what-if",
    summary:
      "What a fall of prices would do to the loan book: levels reached, sales, expected shortfall; changes nothing",
    tag: "credit",
    permission: "read",
    body: ShockRequestSchema,
    out: ShockSchema,
    handler: async ({ deps, body }) => shockView(deps, body),
  }),
];

async function extensionOf(deps: ApiDeps, id: string): Promise<CallExtension> {
  const { row, reference } = await deps.treasury.deps.store.read("api.extension", async (tx) => {
    const found = await getExtension(tx, id);
    return { row: found, reference: (await getFacility(tx, found.facility_id)).reference };
  });
  return viewExtension(row, reference, await lendingOf(deps).extensionQuorum(row));
}

function pricesView(deps: ApiDeps, currency: string): z.input<typeof CreditPriceListSchema> {
  const lending = lendingOf(deps);
  const printer = createPrinter(deps.config);
  const now = deps.treasury.deps.clock.now();
  const reference = deps.config.currency.id;
  const items = creditOf(lending.deps).collateral.map(({ asset: { id: asset } }) => {
    const { trust, price, as_of, doubt, state } = lending.deps.prices.of(asset, currency);
    return {
      ...{ asset, currency, trust, doubt, status: state?.status ?? ("unavailable" as const) },
      price: price === null ? null : printer.price(currency, price),
      ...{ as_of: printTimeOrNull(as_of), age_ms: as_of === null ? null : now - as_of },
      spread_percent: state?.spread_ppm == null ? null : percentText(state.spread_ppm),
      sources: lending.deps.prices.sources(asset).map(({ quote, frozen }) => {
        const at = quote.source_time ?? quote.received_at;
        return {
          ...{ id: quote.source, frozen, as_of: printTime(at), age_ms: now - at },
          price: printer.price(reference, quote.price),
        };
      }),
    };
  });
  return { as_of: printTime(now), items };
}

async function portfolioView(deps: ApiDeps, currency: string): Promise<z.input<typeof PortfolioSchema>> {
  const lending = lendingOf(deps);
  const printer = createPrinter(deps.config);
  const money = (units: bigint) => printer.money(currency, units);
  const { positions, prices, trusted } = await readBook(deps, currency);
  const book = portfolioOf(positions, prices);
  const { watched, deferred, rescanned_at, rescanned, mismatches } = lending.standing();
  return {
    ...{ as_of: printTime(deps.treasury.deps.clock.now()), currency, trusted, facilities: book.facilities },
    ...{ owed: money(book.owed), value: money(book.value), ltv: ltvOfBook(book.ltv, trusted) },
    classes: book.classes.map((one) => ({ ...one, owed: money(one.owed) })),
    at_level: book.at_level,
    customers: book.customers.map(({ of, owed, ppm }) => ({
      ...{ customer_id: of, owed: money(owed), share_percent: percentText(ppm) },
    })),
    assets: book.assets.map(({ asset, units, value }) => ({
      amount: printer.money(asset, units),
      value: money(value),
    })),
    concentration_percent: percentText(book.concentration * 100),
    watch: { watched, deferred, rescanned_at: printTimeOrNull(rescanned_at), rescanned, mismatches },
  };
}

async function shockView(
  deps: ApiDeps,
  body: z.output<typeof ShockRequestSchema>,
): Promise<z.input<typeof ShockSchema>> {
  const currency = body.currency ?? deps.config.currency.id;
  const printer = createPrinter(deps.config);
  const money = (units: bigint) => printer.money(currency, units);
  const { positions, prices } = await readBook(deps, currency);
  const { title, to_ppm, fall_hours } = fallOf(body);
  const known = [...prices.keys()];
  const assets = body.assets ?? known;
  const { discount } = creditOf(lendingOf(deps).deps).liquidation;
  const points = shockPath(positions, prices, { assets, to_ppm, fall_hours }, body.points, discount);
  return {
    ...{ as_of: printTime(deps.treasury.deps.clock.now()), currency, title },
    points: points.map((point: PathPoint) => ({
      ...{ hours: point.hours, price_percent: percentText(point.to_ppm), owed: money(point.owed) },
      ...{ value: money(point.value), stages: point.stages, to_liquidate: money(point.to_liquidate) },
      ...{ expected_shortfall: money(point.shortfall), under_water: point.under_water },
    })),
  };
}

/** @throws ApiError api_input_invalid */
function fallOf({ scenario, to_percent, fall_hours }: z.output<typeof ShockRequestSchema>) {
  if (scenario === undefined && to_percent !== undefined) {
    return { title: `Prices at ${to_percent} %`, to_ppm: Math.round(to_percent * (PPM / 100)), fall_hours };
  }
  const found = SCENARIOS.find(({ id, price_shock }) => id === scenario && price_shock !== null);
  if (found?.price_shock == null) {
    const known = SCENARIOS.filter(({ price_shock }) => price_shock !== null).map(({ id }) => id);
    throw new ApiError("api_input_invalid", `Give to_percent, or a scenario with a price path: ${known.join(", ")}.`);
  }
  const { to_ppm, fall_hours: hours } = found.price_shock;
  return { title: found.title, to_ppm, fall_hours: hours };
}

/** Parts per million as per cent. */
function percentText(ppm: number): string {
  const units = Math.round(ppm);
  return `${Math.trunc(units / 10_000)}.${String(units % 10_000).padStart(DIGITS, "0")}`;
}
