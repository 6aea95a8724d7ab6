/** What the routes of lending read: one facility with everything that belongs to it, and the book as a whole. */
import type { Position, Prices } from "../../credit/index.ts";
import {
  creditOf,
  ENDED,
  type FacilityRow,
  getFacility,
  holdingsOf,
  type Lending,
  LendingError,
  type LiquidationRow,
  leftoverOf,
  levelsIn,
  type MarginCallRow,
  ordersOf,
  owedOf,
  placesOf,
  pricesFor,
  requirementOf,
  type SubstitutionRow,
  WATCHED,
} from "../../lending/index.ts";
import { type ReadTx, tables } from "../../store/index.ts";
import { arrivedFor } from "../../transfers/index.ts";
import type { Facility, FacilityDetail, Liquidation, MarginCall, Substitution } from "../schemas/index.ts";
import type { ApiDeps } from "../types.ts";
import {
  createPrinter,
  viewCalculator,
  viewCall,
  viewDeposit,
  viewFacility,
  viewLiquidation,
  viewNotice,
  viewPayment,
  viewSizing,
  viewSubstitution,
} from "../views/index.ts";

/** Facilities of one list, and rows of each kind that one page shows. */
export const FACILITIES_MAX = 1_000;
const ROWS_MAX = 500;
const BOOK_MAX = 10_000;

/** @throws LendingError lending_off */
export function lendingOf({ treasury }: ApiDeps): Lending {
  if (treasury.lending !== null) return treasury.lending;
  throw new LendingError("lending_off", "The configuration lends nothing: it has no credit section.");
}

export async function facilityView(deps: ApiDeps, row: FacilityRow): Promise<Facility> {
  const lending = lendingOf(deps);
  const quorum = await lending.facilityQuorum(row);
  const { store } = deps.treasury.deps;
  const { places, balances, call } = await store.read("api.facility", async (tx) => {
    const found = await placesOf(tx, row.id);
    const rows = await Promise.all(found.map(({ id }) => tx.get(tables.balance, { wallet_id: id })));
    return {
      places: found,
      balances: new Map(rows.flatMap((one) => (one === undefined ? [] : [[one.wallet_id, one] as const]))),
      call: row.call_id === null ? null : ((await tx.get(tables.marginCall, { id: row.call_id })) ?? null),
    };
  });
  const required = new Map(requirementOf(lending.deps, row).map(({ asset, units }) => [asset, units]));
  const { prices } = lending.deps;
  return viewFacility(row, { quorum, places, balances, required, call, prices }, createPrinter(deps.config));
}

export async function findFacilities(
  tx: ReadTx,
  state: "live" | "proposed" | "ended" | "all",
  customer_id: string | undefined,
): Promise<FacilityRow[]> {
  const where = {
    ...(customer_id === undefined ? {} : { customer_id }),
    ...(state === "proposed" ? { state: "proposed" as const } : {}),
    ...(state === "ended" ? { state: { in: [...ENDED] } } : {}),
    ...(state === "live"
      ? { state: { in: [...WATCHED, "proposed", "approved", "awaiting_collateral"] as const } }
      : {}),
  };
  return tx.find(tables.facility, {
    where: where as never,
    order_by: [
      ["updated_at", "desc"],
      ["id", "asc"],
    ],
    limit: FACILITIES_MAX + 1,
  });
}

export async function callView(deps: ApiDeps, row: MarginCallRow): Promise<MarginCall> {
  const lending = lendingOf(deps);
  const { store, clock } = deps.treasury.deps;
  const { facility, extension_id } = await store.read("api.call", async (tx) => {
    const [open] = await tx.find(tables.callExtension, { where: { call_id: row.id, state: "open" }, limit: 1 });
    return { facility: await getFacility(tx, row.facility_id), extension_id: open?.id ?? null };
  });
  const calculator = row.ended_at === null ? lending.calculate(facility) : null;
  const facts = { facility, prices: lending.deps.prices, calculator, extension_id, now: clock.now() };
  return viewCall(row, facts, createPrinter(deps.config));
}

export async function substitutionView(deps: ApiDeps, row: SubstitutionRow): Promise<Substitution> {
  const quorum = await lendingOf(deps).substitutionQuorum(row);
  const { arrived, places } = await deps.treasury.deps.store.read("api.substitution", async (tx) => ({
    arrived: await arrivedFor(tx, row),
    places: await placesOf(tx, row.facility_id),
  }));
  const place = places.find(({ asset }) => asset === row.terms.brings.asset);
  return viewSubstitution(row, { quorum, arrived, place }, createPrinter(deps.config));
}

export async function liquidationView(deps: ApiDeps, row: LiquidationRow): Promise<Liquidation> {
  const { facility, orders, left } = await deps.treasury.deps.store.read("api.liquidation", async (tx) => ({
    facility: await getFacility(tx, row.facility_id),
    orders: await ordersOf(tx, row.id),
    left: await leftoverOf(tx, row),
  }));
  const printer = createPrinter(deps.config);
  const { prices } = lendingOf(deps).deps;
  const sizing = viewSizing(row, facility, { prices, credit: creditOf(lendingOf(deps).deps) }, printer);
  return viewLiquidation(row, facility, { orders, sizing, left }, printer);
}

export async function facilityDetail(deps: ApiDeps, id: string): Promise<FacilityDetail> {
  const lending = lendingOf(deps);
  const printer = createPrinter(deps.config);
  const found = await deps.treasury.deps.store.read("api.facility_detail", async (tx) => {
    const where = { facility_id: id };
    const newest = (at: "at" | "created_at" | "opened_at") =>
      [
        [at, "desc"],
        ["id", "asc"],
      ] as never;
    return {
      row: await getFacility(tx, id),
      payments: await tx.find(tables.loanPayment, { where, order_by: newest("at"), limit: ROWS_MAX }),
      deposits: await tx.find(tables.collateralDeposit, {
        where,
        order_by: [
          ["at", "desc"],
          ["movement_id", "asc"],
        ],
        limit: ROWS_MAX,
      }),
      calls: await tx.find(tables.marginCall, { where, order_by: newest("opened_at"), limit: ROWS_MAX }),
      sales: await tx.find(tables.liquidation, { where, order_by: newest("created_at"), limit: ROWS_MAX }),
      substitutions: await tx.find(tables.substitution, { where, order_by: newest("created_at"), limit: ROWS_MAX }),
      notices: await tx.find(tables.creditNotice, { where, order_by: newest("created_at"), limit: ROWS_MAX }),
      moves: await tx.find(tables.collateralMove, {
        where,
        order_by: [
          ["at", "desc"],
          ["transfer_id", "asc"],
        ],
        limit: ROWS_MAX,
      }),
    };
  });
  const { row } = found;
  const calls: MarginCall[] = [];
  for (const call of found.calls) calls.push(await callView(deps, call));
  const liquidations: Liquidation[] = [];
  for (const sale of found.sales) liquidations.push(await liquidationView(deps, sale));
  const substitutions: Substitution[] = [];
  for (const one of found.substitutions) substitutions.push(await substitutionView(deps, one));
  return {
    facility: await facilityView(deps, row),
    calculator: viewCalculator(lending.calculate(row), row, printer),
    payments: found.payments.map((payment) => viewPayment(payment, row.currency, printer)),
    deposits: found.deposits.map((deposit) => viewDeposit(deposit, printer)),
    notices: found.notices.map(viewNotice),
    ...{ substitutions, calls, liquidations, transfer_ids: found.moves.map(({ transfer_id }) => transfer_id) },
  };
}

export interface Book {
  readonly positions: readonly Position[];
  readonly prices: Prices;
  readonly trusted: boolean;
}

/** Everybody who owes in one currency, at the prices of now; whoever holds what has no price at all is left out. */
export async function readBook(deps: ApiDeps, currency: string): Promise<Book> {
  const lending = lendingOf(deps);
  const rows = await deps.treasury.deps.store.read("api.book", (tx) =>
    tx.find(tables.facility, {
      where: { state: { in: [...WATCHED] }, currency },
      order_by: [["id", "asc"]],
      limit: BOOK_MAX,
    }),
  );
  const prices = new Map<string, Prices extends ReadonlyMap<string, infer P> ? P : never>();
  let trusted = true;
  const positions = rows.flatMap((row): Position[] => {
    const holdings = holdingsOf(row);
    const priced = pricesFor(lending.deps.prices, holdings, currency);
    if (priced.trust !== "act") trusted = false;
    if (priced.used.some(({ price }) => price === null)) return [];
    for (const [asset, price] of priced.prices) prices.set(asset, price);
    const { id: facility_id, customer_id } = row;
    return [{ facility_id, customer_id, owed: owedOf(row), holdings, levels: levelsIn(row.terms) }];
  });
  return { positions, prices, trusted };
}
