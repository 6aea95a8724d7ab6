/**
 * A sale on its way: the collateral arrives at the market, is sold in tranches while the loan still needs it, what it brought is
 * applied, and what is left goes home. At every step before an order the loan is looked at again: one that was cured is not sold.
 */

import { TidegateError } from "../errors/index.ts";
import { tables } from "../store/index.ts";
import {
  cancelTransfer,
  getTransfer,
  messageOf,
  planTransfer,
  recordAlert,
  TERMINAL,
  UNSENT,
} from "../transfers/index.ts";
import { applyProceeds } from "./apply.ts";
import { changeCall, getCall } from "./calls.ts";
import { changeFacility, getFacility } from "./change.ts";
import type { LendingDeps } from "./deps.ts";
import { settleHeld } from "./fills.ts";
import { wayOf } from "./leftover.ts";
import { changeLiquidation, deskFor, getLiquidation, isCured, OPEN_SALES } from "./liquidation.ts";
import { isDust, readMoveTerms, sendAll } from "./move_fee.ts";
import { isMatched, isOpenOrder, lookUp, ORDERS_MAX, ordersOf, placeNext } from "./orders.ts";
import { holdingsOf, isMissing, owedOf, pricesFor } from "./position.ts";
import { say } from "./say.ts";
import { bookShortfall } from "./shortfall.ts";
import { isRefusedForGood, sendSurplus, tellSurplusWaits } from "./surplus.ts";
import type { CallState, FacilityRow, LiquidationRow } from "./types.ts";

const SALES_MAX = 500;
const ALERTS_MAX = 100;
const UNFILLED_WAIT_MS = 60_000;

/** Takes every open sale one step further. */
export async function workSales(deps: LendingDeps): Promise<void> {
  const open = await deps.store.read("sales.open", (tx) =>
    tx.find(tables.liquidation, {
      where: { state: { in: [...OPEN_SALES] } },
      order_by: [
        ["created_at", "asc"],
        ["id", "asc"],
      ],
      limit: SALES_MAX,
    }),
  );
  for (const row of open) {
    try {
      await workSale(deps, row);
    } catch (error) {
      if (!(error instanceof TidegateError)) throw error;
      deps.log.warn({ liquidation: row.id, cause: messageOf(error) }, "This sale waits.");
    }
  }
}

async function workSale(deps: LendingDeps, row: LiquidationRow): Promise<void> {
  if (row.state === "moving") return stepMoving(deps, row);
  if (row.state === "selling") return stepSelling(deps, row);
  if (row.state === "returning") return stepReturning(deps, row);
}

/** The transfer carries the approval: while it waits for people, a cure takes it back. */
async function stepMoving(deps: LendingDeps, row: LiquidationRow): Promise<void> {
  const { transfer_id } = row;
  if (transfer_id === null) return;
  const { transfer, facility, move } = await deps.store.read("sale.moving", async (tx) => ({
    transfer: await getTransfer(tx, transfer_id),
    facility: await getFacility(tx, row.facility_id),
    move: await tx.get(tables.collateralMove, { transfer_id }),
  }));
  if (UNSENT.has(transfer.state) && isCured(facility)) {
    await cancelTransfer(deps, transfer_id, "daemon", "The loan was cured before the sale.");
    return;
  }
  // The promise is closed first, so that what counts is right when the sale goes on or stops.
  if (!TERMINAL.has(transfer.state) || move?.state === "open") return;
  if (transfer.state === "settled") {
    // Something may be sold already, where it came, was taken back by its network, and came again.
    const at_market = (transfer.amount_received ?? transfer.amount) - row.sold;
    await change(deps, row, { state: "selling", at_market, note: "The collateral is at the market." });
    return;
  }
  await stop(deps, row, `The transfer to the market is ${transfer.state}.`);
}

async function stepSelling(deps: LendingDeps, row: LiquidationRow): Promise<void> {
  const desk = await deskFor(deps, row.asset);
  if (desk === null) return;
  const orders = await deps.store.read("sale.orders", (tx) => ordersOf(tx, row.id));
  for (const order of orders.filter(isOpenOrder)) await lookUp(deps, desk, order);
  for (const order of orders.filter(({ state }) => state === "held")) if (!(await settleHeld(deps, order))) return;
  const { facility, known } = await deps.store.read("sale.selling", async (tx) => ({
    facility: await getFacility(tx, row.facility_id),
    known: await ordersOf(tx, row.id),
  }));
  // Nothing more while an order is open, or while the venue has not shown all that it says was filled.
  if (known.some((order) => isOpenOrder(order) || !isMatched(order))) return;
  const sold = known.reduce((sum, { filled }) => sum + filled, 0n);
  const proceeds = known.reduce((sum, { value, fee }) => sum + value - fee, 0n);
  const left = row.at_market + row.sold - sold;
  const next = sold === row.sold ? row : await change(deps, row, { sold, proceeds, at_market: left });
  if (next.applied < next.proceeds) {
    // The loan is looked at anew, by the sweep, before anything more is sold.
    await applyProceeds(deps, next.id);
    return;
  }
  const sellable = left >= desk.listed.amount_min && left >= desk.listed.amount_step;
  const over = isCured(facility) || !sellable || known.length >= ORDERS_MAX;
  if (over) return finish(deps, next, isCured(facility));
  const last = known.at(-1);
  // A market that took nothing is not asked again at once: the price has to come back first.
  if (last?.filled === 0n && deps.clock.now() - last.updated_at < UNFILLED_WAIT_MS) return;
  const { trust } = pricesFor(deps.prices, [...holdingsOf(facility), oneOf(facility, row)], facility.currency);
  const { market } = desk;
  // The limit is in what it is sold for: that price has to be as good as the others.
  if (trust !== "act" || deps.prices.of(market.asset, market.quote).trust !== "act" || isMissing(facility)) return;
  await placeNext(deps, desk, next, left);
}

/** The asset under sale counts for the trust in prices, wherever it lies. */
function oneOf(facility: FacilityRow, { asset }: LiquidationRow) {
  const holding = holdingsOf(facility).find((one) => one.asset.id === asset);
  return { asset: holding?.asset ?? { id: asset, decimals: 0 }, units: 1n, haircut: { num: 0n, den: 1n } };
}

/** What is left at the market goes home where it is worth a move; else it stays there, and is named. */
async function finish(deps: LendingDeps, row: LiquidationRow, cured: boolean): Promise<void> {
  if (row.at_market > 0n) {
    try {
      if (await sendHome(deps, row)) return;
      return await endWithSurplus(deps, row, tooLittle(deps, row));
    } catch (error) {
      if (!isRefusedForGood(error)) throw error;
      return endAtMarket(deps, row, `its way home is refused (${messageOf(error)})`);
    }
  }
  await endWithSurplus(deps, row, cured ? "The loan stands below its margin level." : null);
}

function tooLittle({ config }: LendingDeps, { asset, at_market }: LiquidationRow): string {
  return `${say(config, asset, at_market)} stay at the market, too little to be sent.`;
}

/** Over, with collateral left at the market that nothing sends home by itself: it goes on counting, and people are called. */
async function endAtMarket(deps: LendingDeps, { id, facility_id, asset, at_market }: LiquidationRow, why: string) {
  const note = `${say(deps.config, asset, at_market)} stay at the market: ${why}.`;
  const facility = await deps.store.read("sale.facility", (tx) => getFacility(tx, facility_id));
  const message = `The sale ${id} of ${facility.reference} is over. ${note} People bring them home: \`liquidations bring-home ${id}\`.`;
  const alert = { code: "collateral_at_market", severity: "page", message, ref: facility_id } as const;
  await deps.store.tx("sale.at_market", async (tx) => {
    const row = await getLiquidation(tx, id);
    // Its surplus may have to wait for long, and then it ends only after that: whoever was called once knows of it.
    const where = { ref: facility_id, kind: "alert.raised" } as const;
    const earlier = await tx.find(tables.event, { where, order_by: [["at", "desc"]], limit: ALERTS_MAX });
    const told = earlier.some(({ payload }) => (payload as { readonly message?: string }).message === message);
    if (row.ended_at === null && !told) await recordAlert(tx, deps, alert, deps.clock.now());
  });
  const row = await deps.store.read("sale.at_market", (tx) => getLiquidation(tx, id));
  await endWithSurplus(deps, row, note);
}

/** Over, unless what it brought beyond the debt is on its way: that is waited for. */
async function endWithSurplus(deps: LendingDeps, row: LiquidationRow, note: string | null): Promise<void> {
  const { sent, waits } = await sendSurplus(deps, row);
  if (!sent) await end(deps, row, row.sold > 0n ? "done" : "stopped", note, waits);
}

/**
 * A transfer back into the facility's own wallet; false when what is left is too little for that.
 * @throws LendingError facility_invalid, facility_amount_unsendable: it is more, and people have to see to it; VenueError
 */
async function sendHome(deps: LendingDeps, row: LiquidationRow): Promise<boolean> {
  const facility = await deps.store.read("sale.home", (tx) => getFacility(tx, row.facility_id));
  const { entry, pool_id, from_wallet, to_wallet } = wayOf(deps, facility, row, "return");
  const offered = await readMoveTerms(deps, from_wallet, entry.network);
  if (isDust(entry, offered, row.at_market)) return false;
  const { units: amount, fee_max } = sendAll(entry, offered, row.at_market);
  await deps.store.tx("sale.return", async (tx) => {
    const current = await getLiquidation(tx, row.id);
    if (current.state !== "selling") return;
    const transfer = await planTransfer(tx, deps, {
      ...{ id: deps.ids.next("trf"), pool_id, from_wallet, to_wallet },
      ...{ network: entry.network, amount, fee_max, cause: "auto_pilot", decision_id: null, initiator: "daemon" },
      reason: `What the sale ${row.id} did not need goes back to ${facility.reference}.`,
    });
    await tx.insert(tables.collateralMove, {
      ...{ transfer_id: transfer.id, facility_id: facility.id, asset: row.asset, kind: "return" },
      ...{ liquidation_id: row.id, promised: amount + fee_max, state: "open", at: deps.clock.now() },
    });
    const note = "What it did not need is on its way home.";
    await changeLiquidation(tx, deps, facility, current, { state: "returning", transfer_id: transfer.id, note });
  });
  return true;
}

async function stepReturning(deps: LendingDeps, row: LiquidationRow): Promise<void> {
  const { transfer_id } = row;
  if (transfer_id === null) return;
  const { transfer, move, sale } = await deps.store.read("sale.returning", async (tx) => ({
    transfer: await getTransfer(tx, transfer_id),
    move: await tx.get(tables.collateralMove, { transfer_id }),
    sale: await getLiquidation(tx, row.id),
  }));
  if (!TERMINAL.has(transfer.state) || move?.state === "open") return;
  if (move?.kind === "surplus") {
    const paid = "What it brought beyond the debt went to the borrower.";
    const kept = `What it brought beyond the debt stays in the books: its way to the borrower is ${transfer.state}.`;
    return end(deps, row, "done", transfer.state === "settled" ? paid : kept);
  }
  if (transfer.state !== "settled") {
    return endAtMarket(deps, row, `their way home ${transfer_id} is ${transfer.state}`);
  }
  const note = sale.at_market > 0n ? tooLittle(deps, sale) : "What it did not need came home.";
  await endWithSurplus(deps, sale, note);
}

function stop(deps: LendingDeps, row: LiquidationRow, note: string): Promise<void> {
  return end(deps, row, "stopped", note);
}

/** Ends the sale; the call goes on, is over, or waits for the next sale. `waits`: why people have to pay its surplus out. */
async function end(
  deps: LendingDeps,
  { id }: LiquidationRow,
  state: "done" | "stopped",
  note: string | null,
  waits: string | null = null,
): Promise<void> {
  const facility_id = await deps.store.tx("sale.end", async (tx) => {
    const row = await getLiquidation(tx, id);
    const facility = await getFacility(tx, row.facility_id);
    const now = deps.clock.now();
    await changeLiquidation(tx, deps, facility, row, { state, note: note ?? row.note, ended_at: now });
    await tellSurplusWaits(tx, deps, facility, waits, now);
    const cured = isCured(facility);
    const patch = cured ? { liquidation_id: null, call_id: null } : { liquidation_id: null };
    const next = await changeFacility(tx, facility, patch, now);
    if (facility.call_id === null) return next.id;
    const call = await getCall(tx, facility.call_id);
    const to: CallState = !cured ? (row.sold > 0n ? "liquidating" : "escalated") : row.sold > 0n ? "closed" : "cured";
    const why = cured ? "The loan stands below its margin level." : "It is not cured: the next sale follows.";
    const over = cured ? { ended_at: now } : {};
    await changeCall(tx, deps, {
      call,
      facility: next,
      patch: { state: to, note: why, ...over },
      actor: "daemon",
      now,
    });
    return next.id;
  });
  const row = await deps.store.read("sale.after", (tx) => getFacility(tx, facility_id));
  if (owedOf(row) > 0n && holdingsOf(row).every(({ units }) => units === 0n)) await bookShortfall(deps, facility_id);
}

function change(deps: LendingDeps, row: LiquidationRow, patch: Partial<LiquidationRow>): Promise<LiquidationRow> {
  return deps.store.tx("sale.step", async (tx) => {
    const facility = await getFacility(tx, row.facility_id);
    return changeLiquidation(tx, deps, facility, await getLiquidation(tx, row.id), patch);
  });
}
