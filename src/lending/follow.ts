/**
 * The life of a facility beside its votes: active once its collateral meets the initial requirement, matured when its day has
 * come, defaulted when it (or an instalment) is still owed after the grace, closed when nothing is owed and nothing is held.
 */
import { exactValue, ltvFrom, requiredCollateral } from "../credit/index.ts";
import { compareRatios } from "../money/index.ts";
import { insertRows, type ReadTx, tables } from "../store/index.ts";
import { recordAlert } from "../transfers/index.ts";
import { arrearsOf, graceDays, missedNote } from "./arrears.ts";
import { changeFacility, getFacility, moveFacility } from "./change.ts";
import type { LendingDeps } from "./deps.ts";
import { dustOf } from "./dust.ts";
import { isMoving } from "./held.ts";
import { noticeRows } from "./notices.ts";
import { holdingsOf, isHolding, owedOf, pricesFor, WATCHED } from "./position.ts";
import { dayOf, levelsIn, readDay } from "./terms.ts";
import type { FacilityRow, FacilityState } from "./types.ts";

/** Facilities looked at in one page. */
const PAGE = 1_000;

/** In pages by id, each to its end: nobody is left out because others had nothing to do. */
export async function eachOf(
  deps: Pick<LendingDeps, "store">,
  state: FacilityState,
  visit: (row: FacilityRow) => Promise<void>,
): Promise<void> {
  for (let after = ""; ; ) {
    const page = await deps.store.read("facility.page", (tx) => pageOf(tx, state, after));
    for (const row of page) await visit(row);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.id;
  }
}

function pageOf(tx: ReadTx, state: FacilityState, after: string): Promise<FacilityRow[]> {
  return tx.find(tables.facility, { where: { state, id: { gt: after } }, order_by: [["id", "asc"]], limit: PAGE });
}

/** Lets one facility go on if it can. */
export async function followOne(deps: LendingDeps, row: FacilityRow): Promise<void> {
  const dust = await dustOf(deps, row);
  if (nextState(deps, row, dust) === null) return followSchedule(deps, row);
  await deps.store.tx("facility.follow", async (tx) => {
    const now = await getFacility(tx, row.id);
    // What was called dust is what was looked at.
    const next = nextState(deps, now, now.version === row.version ? dust : null);
    if (next === null || (next.state === "closed" && (await isMoving(tx, row.id)))) return;
    await moveFacility(tx, deps, now, next.state, { actor: "daemon", now: deps.clock.now(), note: next.note });
    if (next.state !== "defaulted") return;
    const message = `${now.reference} is in default: ${next.note}`;
    await recordAlert(
      tx,
      deps,
      { code: "facility_defaulted", severity: "page", message, ref: now.id },
      deps.clock.now(),
    );
  });
}

/** A missed instalment is written on the facility and told once, to people and to the borrower; paid, it is gone again. */
async function followSchedule(deps: LendingDeps, { id, state, terms }: FacilityRow): Promise<void> {
  if (state !== "active" || terms.schedule.length === 0) return;
  const today = dayOf(deps.clock.now());
  const missedOf = (row: FacilityRow): string | null => {
    const arrears = arrearsOf(row, today);
    return arrears === null ? null : missedNote(arrears);
  };
  const isMissed = (note: string | null): boolean => note?.startsWith("The instalment of ") === true;
  await deps.store.tx("facility.schedule", async (tx) => {
    const row = await getFacility(tx, id);
    if (row.state !== "active") return;
    const note = missedOf(row);
    if (note === row.note || (note === null && !isMissed(row.note))) return;
    const now = deps.clock.now();
    await changeFacility(tx, row, { note }, now);
    if (note === null) return;
    const text = `${row.reference} of ${row.customer_id}: ${note}`;
    const notices = noticeRows(deps, row, "facility.instalment_missed", text, now);
    if (notices.length > 0) await tx.writeMany([insertRows(tables.creditNotice, notices)]);
    await recordAlert(tx, deps, { code: "instalment_missed", severity: "warning", message: text, ref: id }, now);
  });
}

interface Next {
  readonly state: FacilityState;
  readonly note: string;
}

function nextState(deps: LendingDeps, row: FacilityRow, dust: string | null): Next | null {
  const today = dayOf(deps.clock.now());
  const matures = readDay(row.terms.matures_on);
  const holds = isHolding(row);
  if (row.state === "awaiting_collateral") {
    // What it holds goes back first: whoever deposited must not find it closed.
    if (today >= matures)
      return holds && dust === null ? null : { state: "closed", note: "Its day came before it was ever drawn." };
    if (!meetsRequirement(deps, row)) return null;
    return { state: "active", note: "The collateral meets the initial requirement." };
  }
  // Before it is approved, and after its end, only people change it.
  return WATCHED.includes(row.state) ? afterOpening(row, { today, matures, holds, dust }) : null;
}

interface Where {
  readonly today: number;
  readonly matures: number;
  readonly holds: boolean;
  /** All that is held is too little to be sent, in words. */
  readonly dust: string | null;
}

function afterOpening(row: FacilityRow, { today, matures, holds, dust }: Where): Next | null {
  const owed = owedOf(row);
  // Of a loan that nobody drew from, the borrower may still want to: until its day people cancel it.
  const over = row.state !== "active" || row.disbursed > 0n;
  if (owed === 0n && over && row.liquidation_id === null) {
    if (!holds) return { state: "closed", note: "Nothing is owed and nothing is held." };
    if (dust !== null) return { state: "closed", note: `Nothing is owed; ${dust} stay, too little to be sent.` };
  }
  if (row.state === "active" && today >= matures) return { state: "matured", note: "Its day has come." };
  if (row.state === "defaulted" || owed === 0n) return null;
  if (row.shortfall > 0n) return { state: "defaulted", note: "Nothing stands behind what is still owed." };
  const grace_days = graceDays(row);
  const arrears = row.state === "active" ? arrearsOf(row, today) : null;
  if (arrears !== null && today > arrears.due_day + grace_days) {
    return { state: "defaulted", note: `${missedNote(arrears)} It was not paid within ${grace_days} days.` };
  }
  if (row.state === "matured" && today >= matures + grace_days) {
    return { state: "defaulted", note: `It was not repaid within ${grace_days} days after maturity.` };
  }
  return null;
}

/** Whether the collateral carries the whole principal at the initial level, at prices that may act. */
function meetsRequirement(deps: LendingDeps, row: FacilityRow): boolean {
  const holdings = holdingsOf(row);
  if (holdings.every(({ units }) => units === 0n)) return false;
  const { trust, prices } = pricesFor(deps.prices, holdings, row.currency);
  if (trust !== "act") return false;
  const ltv = ltvFrom(BigInt(row.terms.principal), exactValue(holdings, prices));
  return ltv.state === "ratio" && compareRatios(ltv.ratio, levelsIn(row.terms).initial) <= 0;
}

/** What is missing to the initial requirement of the principal, in each asset alone; null where its price does not say. */
export function requirementOf(deps: LendingDeps, row: FacilityRow): { asset: string; units: bigint | null }[] {
  return row.terms.collateral.map((entry) => {
    const holding = holdingsOf(row).find(({ asset }) => asset.id === entry.asset);
    const { price } = deps.prices.of(entry.asset, row.currency);
    if (holding === undefined || price === null) return { asset: entry.asset, units: null };
    const initial = levelsIn(row.terms).initial;
    return { asset: entry.asset, units: requiredCollateral(BigInt(row.terms.principal), initial, holding, price) };
  });
}
