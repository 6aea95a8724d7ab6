/**
 * A sale begins: sized by the rules to bring the loan back to its initial level, held against the market's own quote, and sent
 * on its way as a transfer of the collateral to the market, under the quorum of custody. One asset and one sale at a time.
 */
import { type Collateral, planLiquidation, type Sellable } from "../credit/index.ts";
import { digestOf } from "../digest/index.ts";
import { TidegateError } from "../errors/index.ts";
import { divide, minOf, printDecimal, type Ratio, ratio } from "../money/index.ts";
import { tables } from "../store/index.ts";
import { messageOf, planTransfer, readMode, recordAlert } from "../transfers/index.ts";
import { changeCall, getCall } from "./calls.ts";
import { getFacility } from "./change.ts";
import { creditOf, type LendingDeps } from "./deps.ts";
import { LendingError } from "./errors.ts";
import { type Desk, deskFor, isCured, recordLiquidation } from "./liquidation.ts";
import { moveFeeMax } from "./move_fee.ts";
import { placeId } from "./places.ts";
import { holdingsOf, isMissing, owedOf, pricesFor, WATCHED } from "./position.ts";
import { promise } from "./release.ts";
import { bookShortfall } from "./shortfall.ts";
import { levelsIn } from "./terms.ts";
import type { FacilityRow, LiquidationRow, MarginCallRow, QuoteDoc } from "./types.ts";

const PPM = 1_000_000n;
const CALLS_MAX = 500;
/** After a sale that people denied or that could not go, the next is tried after this long. */
const AGAIN_AFTER_MS = 3_600_000;
const ID_HEX_DIGITS = 32;
const NONE = ratio(0n, 1n);
const NEVER_SOLD = { discount: NONE, fee: NONE, fee_fixed: 0n, lot_step: 1n };

/** Starts a sale for every call that has escalated and has none. */
export async function startSales(deps: LendingDeps, refused: Map<string, string>): Promise<void> {
  const mode = await deps.store.read("sales.mode", readMode);
  if (mode === "observe" || mode === "frozen") return;
  const calls = await deps.store.read("calls.escalated", (tx) =>
    tx.find(tables.marginCall, {
      where: { state: { in: ["escalated", "liquidating"] } },
      order_by: [
        ["opened_at", "asc"],
        ["id", "asc"],
      ],
      limit: CALLS_MAX,
    }),
  );
  for (const call of calls) {
    try {
      await startSale(deps, call);
      refused.delete(call.id);
    } catch (error) {
      if (!(error instanceof TidegateError)) throw error;
      await tellOnce(deps, refused, call, error);
    }
  }
}

/** The same hindrance is told once. */
async function tellOnce(
  deps: LendingDeps,
  refused: Map<string, string>,
  call: MarginCallRow,
  error: TidegateError,
): Promise<void> {
  if (refused.get(call.id) === error.code) return;
  refused.set(call.id, error.code);
  const message = `The sale for ${call.facility_id} cannot start: ${messageOf(error)}`;
  const notice = { code: "liquidation_waits", severity: "page", message, ref: call.facility_id } as const;
  await deps.store.tx("liquidation.waits", (tx) => recordAlert(tx, deps, notice, deps.clock.now()));
  deps.notifier.notify(notice);
}

interface Sized {
  readonly desk: Desk;
  readonly units: bigint;
  readonly price_limit: string;
  readonly quote: QuoteDoc;
}

async function startSale(deps: LendingDeps, call: MarginCallRow): Promise<void> {
  const row = await deps.store.read("sale.facility", (tx) => getFacility(tx, call.facility_id));
  if (row.liquidation_id !== null || row.call_id !== call.id || !WATCHED.includes(row.state)) return;
  if (isCured(row) || (await wasTriedLately(deps, row))) return;
  const holdings = holdingsOf(row);
  // What a venue does not show now is not gone: people find out first, and until then nothing is sold or written off.
  if (isMissing(row)) {
    throw new LendingError("facility_collateral_missing", "The custodian does not show all of its collateral.");
  }
  if (holdings.every(({ units }) => units === 0n)) {
    await bookShortfall(deps, row.id);
    return;
  }
  const { trust } = pricesFor(deps.prices, holdings, row.currency);
  // Never on prices that are not trusted: people were told when that began.
  if (trust !== "act") return;
  const sized = await sizeSale(deps, row);
  if (sized === null) return;
  if (sized === "no_market") return tellUnsellable(deps, row);
  if (sized === "too_small") return bookShortfall(deps, row.id, "too_small");
  await plan(deps, row.id, call.id, sized);
}

async function wasTriedLately(deps: LendingDeps, { id }: FacilityRow): Promise<boolean> {
  const [last] = await deps.store.read("sale.last", (tx) =>
    tx.find(tables.liquidation, {
      where: { facility_id: id },
      order_by: [
        ["created_at", "desc"],
        ["id", "desc"],
      ],
      limit: 1,
    }),
  );
  if (last?.ended_at === null || last === undefined || last.sold > 0n) return false;
  return deps.clock.now() - last.ended_at < AGAIN_AFTER_MS;
}

/**
 * What to sell now, or why nothing can be: an asset has no market here, or what is left is less than a lot and its fee. Null: not
 * now, because the loan needs no sale at these prices, or the price of what it is sold for may not act.
 */
async function sizeSale(deps: LendingDeps, row: FacilityRow): Promise<Sized | "no_market" | "too_small" | null> {
  const holdings = holdingsOf(row);
  const { prices } = pricesFor(deps.prices, holdings, row.currency);
  const { discount } = creditOf(deps).liquidation;
  const { desks, sellable } = await sellableOf(deps, row, holdings);
  const { sales, shortfall } = planLiquidation(owedOf(row), sellable, levelsIn(row.terms).initial, prices);
  const [sale] = sales;
  if (sale === undefined && shortfall.kind === "none") return null;
  const desk = sale === undefined ? undefined : desks.get(sale.asset);
  if (sale === undefined || desk === undefined) {
    const priced = holdings.filter(({ units }) => units > 0n);
    return priced.every(({ asset }) => desks.has(asset.id)) ? "too_small" : "no_market";
  }
  if (deps.prices.of(desk.market.asset, desk.market.quote).trust !== "act") return null;
  const quote = await desk.orders.quote({
    ...{ account: desk.account, base: desk.market.asset, quote: desk.market.quote, side: "sell", amount: sale.units },
  });
  return {
    desk,
    units: sale.units,
    price_limit: limitOf(deps, desk, discount),
    quote: {
      ...{ units: sale.units.toString(), value: quote.value.toString(), fee: quote.fee.toString() },
      ...{ price_worst: quote.price_worst, available: quote.amount_available.toString(), as_of: quote.as_of },
    },
  };
}

/** What may be sold where, and what only counts. @throws VenueError */
async function sellableOf(
  deps: LendingDeps,
  { terms }: FacilityRow,
  holdings: readonly Collateral[],
): Promise<{ readonly desks: ReadonlyMap<string, Desk>; readonly sellable: readonly Sellable[] }> {
  const { discount } = creditOf(deps).liquidation;
  const desks = new Map<string, Desk>();
  const sellable: Sellable[] = [];
  for (const holding of holdings) {
    const desk = holding.units > 0n ? await deskFor(deps, holding.asset.id) : null;
    const entry = terms.collateral.find(({ asset }) => asset === holding.asset.id);
    if (desk === null || entry === undefined) {
      // What has no market still stands behind the loan, and is not sold here.
      if (holding.units > 0n) sellable.push({ ...holding, sale: { ...NEVER_SOLD, lot_min: holding.units + 1n } });
      continue;
    }
    desks.set(holding.asset.id, desk);
    const { amount_step: lot_step, amount_min: lot_min, fee_ppm } = desk.listed;
    const units = holding.units - BigInt(entry.fee_max);
    const sale = { discount, fee: ratio(BigInt(fee_ppm), PPM), fee_fixed: 0n, lot_step, lot_min };
    if (units > 0n) sellable.push({ ...holding, units, sale });
  }
  return { desks, sellable };
}

/** Never sold below: the price in the quote asset, less the discount, rounded up; as a decimal of quote per whole asset. */
export function limitOf(deps: LendingDeps, { market }: Pick<Desk, "market">, discount: Ratio): string {
  const { price } = deps.prices.of(market.asset, market.quote);
  const decimals = deps.config.assets.get(market.quote)?.decimals ?? 0;
  if (price === null) return printDecimal(10n ** 30n, decimals);
  const limit = divide(price.num * (discount.den - discount.num), price.den * discount.den, "up");
  return printDecimal(limit, decimals);
}

async function plan(deps: LendingDeps, facility_id: string, call_id: string, sized: Sized): Promise<void> {
  const { market } = sized.desk;
  const { approval } = creditOf(deps).liquidation;
  await deps.store.tx("liquidation.plan", async (tx) => {
    const row = await getFacility(tx, facility_id);
    const call = await getCall(tx, call_id);
    if (row.liquidation_id !== null || row.call_id !== call_id || isCured(row)) return;
    const entry = row.terms.collateral.find(({ asset }) => asset === market.asset);
    if (entry === undefined) return;
    const units = minOf(sized.units, BigInt(row.held[market.asset] ?? "0") - BigInt(entry.fee_max));
    if (units <= 0n) return;
    const fee_max = moveFeeMax(entry, units);
    const now = deps.clock.now();
    const id = deps.ids.next("liq");
    const from_wallet = placeId(row.id, market.asset);
    const decimals = entry.decimals;
    const reason = `Sale ${id} for ${row.reference}: ${printDecimal(units, decimals)} ${market.asset}, never below ${sized.price_limit} ${market.quote}.`;
    const transfer = await planTransfer(tx, deps, {
      ...{ id: `trf_${digestOf("request", { liquidation: id }).slice(0, ID_HEX_DIGITS)}`, pool_id: from_wallet },
      ...{ from_wallet, to_wallet: market.wallet, network: entry.network, amount: units, fee_max },
      ...{ cause: "emergency", reason, decision_id: null, initiator: "daemon" },
      lane: approval === "in_advance" ? "expedited" : null,
    });
    const liquidation: LiquidationRow = {
      ...{ id, facility_id: row.id, call_id, state: "moving", asset: market.asset, quote_asset: market.quote },
      ...{ venue_id: market.venue, units, sold: 0n, proceeds: 0n, applied: 0n, at_market: 0n, repaid: 0n, surplus: 0n },
      ...{ price_limit: sized.price_limit, quote: sized.quote, transfer_id: transfer.id, approval, rounds: 0 },
      ...{ created_at: now, updated_at: now, ended_at: null, note: null, version: 0 },
    };
    await tx.insert(tables.liquidation, liquidation);
    await recordLiquidation(tx, deps, row, liquidation, null, now);
    const patch = { liquidation_id: id };
    const facility = await promise(tx, deps, row, {
      transfer,
      kind: "sale",
      liquidation_id: id,
      actor: "daemon",
      patch,
    });
    if (call.state === "liquidating") return;
    const note = `The sale ${id} has begun.`;
    await changeCall(tx, deps, { call, facility, patch: { state: "liquidating", note }, actor: "daemon", now });
  });
}

/** Nothing of it can be sold by a machine: people are told, once for each call. */
async function tellUnsellable(deps: LendingDeps, { id, reference }: FacilityRow): Promise<void> {
  const note = "Its collateral has no market here.";
  await deps.store.tx("liquidation.unsellable", async (tx) => {
    const facility = await getFacility(tx, id);
    if (facility.call_id === null) return;
    const call = await getCall(tx, facility.call_id);
    if (call.note === note) return;
    const now = deps.clock.now();
    await changeCall(tx, deps, { call, facility, patch: { note }, actor: "daemon", now });
    const message = `${reference} has to be liquidated by people. ${note}`;
    await recordAlert(tx, deps, { code: "liquidation_unsellable", severity: "page", message, ref: id }, now);
  });
}
