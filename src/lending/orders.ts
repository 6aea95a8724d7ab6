/**
 * Orders of a sale. An order is durable before the call that places it and is placed once: after a lost answer it is looked up by
 * its reference, and only an absence that has outlasted the venue's own window says that it was never taken. What it filled is
 * believed when the movements at the venue show it.
 */
import { emit } from "../audit/index.ts";
import { isFrozenByBreaks } from "../ledger/index.ts";
import { minOf } from "../money/index.ts";
import { type ReadTx, type Tx, tables } from "../store/index.ts";
import { readAssetFrozen, readMode, readUnwitnessed, recordAlert, SEND_WITHIN_REAL_MS } from "../transfers/index.ts";
import type { OrderFindOutcome, VenueOrder } from "../venues/index.ts";
import { factsOf, getFacility } from "./change.ts";
import { creditOf, type LendingDeps } from "./deps.ts";
import { changeLiquidation, type Desk, getLiquidation } from "./liquidation.ts";
import { limitOf } from "./plan_sale.ts";
import type { CreditOrderRow, FacilityRow, LiquidationRow, OrderState } from "./types.ts";

/** Of one sale; what is left then goes home, and another sale may follow. */
export const ORDERS_MAX = 1_000;
const OPEN: readonly OrderState[] = ["placing", "open"];
/** An order that can no longer be explained by a machine is for people after this long. */
const HELD_AFTER_MS = 24 * 3_600_000;

export function ordersOf(tx: ReadTx, liquidation_id: string): Promise<CreditOrderRow[]> {
  return tx.find(tables.creditOrder, {
    where: { liquidation_id },
    order_by: [
      ["created_at", "asc"],
      ["id", "asc"],
    ],
    limit: ORDERS_MAX,
  });
}

export function isOpenOrder({ state }: CreditOrderRow): boolean {
  return OPEN.includes(state);
}

/** Everything that it filled has been seen to leave and arrive. One that is held is for people first. */
export function isMatched({ state, filled, value, fee, seen_out, seen_in }: CreditOrderRow): boolean {
  return state !== "placing" && state !== "open" && state !== "held" && seen_out === filled && seen_in === value - fee;
}

/** The next tranche: written first, then placed. */
export async function placeNext(deps: LendingDeps, desk: Desk, row: LiquidationRow, left: bigint): Promise<void> {
  const { market, listed } = desk;
  const lots = minOf(left, market.tranche_max) / listed.amount_step;
  const units = lots * listed.amount_step;
  if (units < listed.amount_min || units <= 0n) return;
  const now = deps.clock.now();
  const order: CreditOrderRow = {
    ...{ id: deps.ids.next("ord"), liquidation_id: row.id, facility_id: row.facility_id, venue_id: market.venue },
    ...{ account: desk.account, base: market.asset, quote: market.quote, units },
    price_limit: limitOf(deps, desk, creditOf(deps).liquidation.discount),
    ...{ state: "placing", venue_ref: null, filled: 0n, value: 0n, fee: 0n, seen_out: 0n, seen_in: 0n, attempts: 1 },
    ...{ created_at: now, updated_at: now, sent_at: now, note: null },
  };
  const written = await deps.store.tx("order.write", async (tx) => {
    const liquidation = await getLiquidation(tx, row.id);
    const others = await ordersOf(tx, row.id);
    if (await isStopped(tx, order.base)) return false;
    if (liquidation.state !== "selling" || others.some(isOpenOrder) || others.length >= ORDERS_MAX) return false;
    const facility = await getFacility(tx, row.facility_id);
    await changeLiquidation(tx, deps, facility, liquidation, { rounds: liquidation.rounds + 1 });
    await tx.insert(tables.creditOrder, order);
    await recordOrder(tx, deps, facility, order);
    return true;
  });
  if (!written) return;
  const { id: reference, account, base, quote, price_limit } = order;
  // As for a transfer: who stood still since the write may have been overtaken. It is looked up, and was never taken.
  if (deps.clock.now() - now > SEND_WITHIN_REAL_MS * (deps.clock.rate ?? 1)) return;
  const outcome = await desk.orders.place({
    reference,
    account,
    base,
    quote,
    side: "sell",
    amount: units,
    price_limit,
  });
  if (outcome.outcome === "unknown") return keep(deps, order.id, { note: outcome.message });
  if (outcome.outcome === "rejected") return keep(deps, order.id, { state: "rejected", note: outcome.message });
  await keep(deps, order.id, { state: "open", venue_ref: outcome.venue_ref, note: null });
  await lookUp(deps, desk, { ...order, state: "open", venue_ref: outcome.venue_ref });
}

/** What keeps a transfer of this asset from being sent keeps it from being sold; what is open already is followed. */
async function isStopped(tx: ReadTx, asset: string): Promise<boolean> {
  const [mode, unwitnessed, stop, broken] = await Promise.all([
    readMode(tx),
    readUnwitnessed(tx),
    readAssetFrozen(tx, asset),
    isFrozenByBreaks(tx, asset),
  ]);
  return mode === "frozen" || mode === "observe" || unwitnessed !== null || stop !== null || broken;
}

/** What became of an order that is not at its end. */
export async function lookUp(deps: LendingDeps, desk: Desk, order: CreditOrderRow): Promise<void> {
  const { id: reference, venue_ref, account, base, quote } = order;
  const outcome: OrderFindOutcome = await desk.orders.find({ reference, venue_ref, account, base, quote });
  if (outcome.outcome === "unreadable") return keep(deps, order.id, { note: outcome.message });
  if (outcome.outcome === "absent") return absent(deps, order, outcome.as_of);
  await keep(deps, order.id, patchOf(outcome.order, quote));
}

async function absent(deps: LendingDeps, order: CreditOrderRow, as_of: number): Promise<void> {
  const window_ms = deps.venues.get(order.venue_id)?.capabilities().consistency_window_ms ?? HELD_AFTER_MS;
  if (order.state === "open" || order.seen_out > 0n) {
    return keep(deps, order.id, { note: "The venue does not know an order that it took: people have to look." });
  }
  if (as_of - order.sent_at <= window_ms) return;
  await keep(deps, order.id, { state: "rejected", note: "The venue never took it." });
}

function patchOf(found: VenueOrder, quote: string): Partial<CreditOrderRow> {
  const { venue_ref, amount_filled: filled, value_filled: value, fee_asset, final, status } = found;
  // A fee in another coin leaves as that coin, and takes nothing off the proceeds.
  const fee = fee_asset === null || fee_asset === quote ? found.fee : 0n;
  const end: OrderState = status === "filled" ? "filled" : status === "rejected" ? "rejected" : "cancelled";
  return { venue_ref, filled, value, fee, state: final ? end : "open", note: null };
}

async function keep(deps: LendingDeps, id: string, patch: Partial<CreditOrderRow>): Promise<void> {
  await deps.store.tx("order.keep", async (tx) => {
    const known = await tx.get(tables.creditOrder, { id });
    if (known === undefined || !isOpenOrder(known)) return;
    const next = { ...known, ...patch, updated_at: deps.clock.now() };
    const same = next.state === known.state && next.note === known.note && next.filled === known.filled;
    if (same && next.venue_ref === known.venue_ref) return;
    const { updated_at } = next;
    await tx.update(tables.creditOrder, { id }, { ...patch, updated_at }, { state: known.state });
    const facility = await getFacility(tx, known.facility_id);
    await recordOrder(tx, deps, facility, next);
    if (next.note === null || next.note === known.note || next.state !== "open") return;
    const notice = { code: "order_unclear", severity: "page", message: next.note, ref: known.facility_id } as const;
    await recordAlert(tx, deps, notice, deps.clock.now());
  });
}

export async function recordOrder(
  tx: Tx,
  deps: Pick<LendingDeps, "ids" | "clock">,
  facility: FacilityRow,
  order: CreditOrderRow,
) {
  const { id: order_id, liquidation_id, state, base, quote, price_limit, venue_id, venue_ref, note } = order;
  await emit(tx, deps.ids, {
    kind: "credit.order",
    ref: facility.id,
    ...{ actor: "daemon", at: deps.clock.now() },
    payload: {
      ...{ ...factsOf(facility), liquidation_id, order_id, state, base, quote, price_limit, venue_id, venue_ref, note },
      ...{ units: order.units.toString(), filled: order.filled.toString() },
      ...{ value: order.value.toString(), fee: order.fee.toString() },
    },
  });
}
