/** Facilities, margin calls and liquidations as people read them; what counts and how far it is trusted stand beside each other. */
import type { QuorumView } from "../../authority/index.ts";
import {
  collateralValue,
  cvlPercent,
  INDEX_ONE,
  LEVEL_NAMES,
  type Levels,
  type Ltv,
  type ltvFrom,
  rankOf,
  releaseOf,
  type Stage,
  scaledDebt,
  stageAt,
  triggerPrice,
} from "../../credit/index.ts";
import {
  arrearsOf,
  type Calculator,
  type CreditNoticeRow,
  type CreditOrderRow,
  type CreditPrices,
  type DepositRow,
  type ExtensionRow,
  type FacilityRow,
  holdingsOf,
  type Leftover,
  type LiquidationRow,
  type LoanPaymentRow,
  levelsIn,
  ltvNow,
  ltvText,
  type MarginCallRow,
  owedOf,
  type PlaceRow,
  PROBLEMS,
  type Priced,
  pricesFor,
  readFraction,
  type SubstitutionRow,
} from "../../lending/index.ts";
import { compareRatios, printDecimal, printPercent, type Ratio, ratio } from "../../money/index.ts";
import type { BalanceRow } from "../../store/index.ts";
import type {
  CallExtension,
  Facility,
  FacilityDetail,
  Liquidation,
  LtvView,
  MarginCall,
  Substitution,
} from "../schemas/index.ts";
import { type Printer, printTime, printTimeOrNull } from "./printer.ts";
import { viewProposal } from "./signed_object.ts";

const DIGITS = 2;
const PRICE_SCALE = 10n ** 8n;

export interface FacilityFacts {
  readonly quorum: QuorumView;
  readonly places: readonly PlaceRow[];
  readonly balances: ReadonlyMap<string, BalanceRow>;
  readonly required: ReadonlyMap<string, bigint | null>;
  readonly call: MarginCallRow | null;
  readonly prices: CreditPrices;
}

export function viewFacility(row: FacilityRow, facts: FacilityFacts, printer: Printer): Facility {
  const { terms, currency } = row;
  const money = (units: bigint) => printer.money(currency, units);
  const priced = pricesFor(facts.prices, holdingsOf(row), currency);
  const levels = levelsIn(terms);
  return {
    ...viewProposal("facility", row, facts.quorum),
    ...{ reference: row.reference, customer_id: row.customer_id },
    ...{
      state: row.state,
      stage: row.stage,
      principal: money(BigInt(terms.principal)),
      disbursed: money(row.disbursed),
      left_to_draw: money(BigInt(terms.principal) - row.disbursed),
    },
    outstanding: {
      total: money(owedOf(row)),
      principal: money(row.principal),
      interest: money(row.interest - row.interest_paid),
      fees: money(row.fees - row.fees_paid),
      shortfall: money(row.shortfall),
    },
    ltv: viewLtv(row, priced),
    levels: viewLevels(levels),
    next_level: nextLevel(ltvNow(row, priced), levels),
    mark: markOf(row.stage, ltvNow(row, priced), levels),
    triggers: triggersOf(row, levels, printer),
    collateral: terms.collateral.map((entry) => viewCollateral(row, entry, facts, printer)),
    ...{ rate_percent: percentOf(readFraction(terms.rate)), day_count: terms.day_count, matures_on: terms.matures_on },
    schedule: terms.schedule.map(({ due_on, amount }) => ({ due_on, amount: money(BigInt(amount)) })),
    arrears: viewArrears(row, money),
    ...{ call_id: row.call_id, call_deadline_at: printTimeOrNull(facts.call?.deadline_at ?? null) },
    ...{ liquidation_id: row.liquidation_id, reason: terms.reason, note: row.note },
    updated_at: printTime(row.updated_at),
  };
}

/** As of the day the books are accrued to: that is today, or the daemon stands. */
function viewArrears(row: FacilityRow, money: (units: bigint) => Facility["principal"]): Facility["arrears"] {
  const found = arrearsOf(row, row.booked_day);
  return found === null ? null : { due_on: found.due_on, amount: money(found.amount) };
}

function viewLevels(levels: Levels): Facility["levels"] {
  const { initial, warning, margin_call, liquidation, release } = levels;
  const all = [initial, warning, margin_call, liquidation].filter((level) => level !== null);
  return {
    initial: percentOf(initial),
    warning: warning === null ? null : percentOf(warning),
    margin_call: percentOf(margin_call),
    liquidation: percentOf(liquidation),
    release: percentOf(release),
    measure: !all.every(isWholePercent) && all.every((level) => isWholePercent(inverse(level))) ? "cvl" : "ltv",
    cvl: {
      initial: percentOf(inverse(initial)),
      warning: warning === null ? null : percentOf(inverse(warning)),
      margin_call: percentOf(inverse(margin_call)),
      liquidation: percentOf(inverse(liquidation)),
    },
  };
}

function inverse({ num, den }: Ratio): Ratio {
  return ratio(den, num);
}

function isWholePercent({ num, den }: Ratio): boolean {
  return (num * 100n) % den === 0n;
}

/** With several assets no single price says when a level is reached. */
function triggersOf(row: FacilityRow, levels: Levels, printer: Printer): Facility["triggers"] {
  const [held, ...others] = holdingsOf(row).filter(({ units }) => units > 0n);
  const owed = owedOf(row);
  if (held === undefined || others.length > 0 || owed === 0n) return [];
  return LEVEL_NAMES.flatMap((level) => {
    const at = levels[level];
    // Of a debt so much larger, so that a small price has its digits too.
    const debt = scaledDebt(owed * PRICE_SCALE, INDEX_ONE);
    const price = at === null ? null : triggerPrice(level, at, debt, INDEX_ONE, held);
    if (price === null) return [];
    return [{ level, asset: held.asset.id, price: printer.price(row.currency, ratio(price, PRICE_SCALE)) }];
  });
}

export function viewLtv(row: FacilityRow, priced: Priced): LtvView {
  const ltv = ltvNow(row, priced);
  const doubted = priced.used.find(({ trust }) => trust !== "act");
  const unknown = owedOf(row) > 0n && (ltv === null || priced.trust !== "act");
  return {
    state: unknown ? "unknown" : (ltv?.state ?? "unknown"),
    percent: ltvText(ltv),
    cvl_percent: ltv === null ? null : (cvlPercent(ltv)?.toString() ?? null),
    unknown_since: unknown ? printTimeOrNull(priced.unknown_since) : null,
    doubt: unknown ? (doubted?.doubt ?? null) : null,
  };
}

/** The level that a fall would reach next; null past the last, and where nothing falls. */
function nextLevel(ltv: Ltv | null, levels: Levels): Facility["next_level"] {
  if (ltv?.state !== "ratio") return null;
  for (const level of LEVEL_NAMES) {
    const at = levels[level];
    if (at === null || compareRatios(ltv.ratio, at) >= 0) continue;
    const points = ratio(at.num * ltv.ratio.den - ltv.ratio.num * at.den, at.den * ltv.ratio.den);
    return { level, points: printPercent(points.num, points.den, DIGITS, "down") ?? "0.00" };
  }
  return null;
}

/** Why its stage still names a level that loan to value is back below: a level is over only the release distance below it. */
function markOf(stage: Stage, ltv: Ltv | null, levels: Levels): Facility["mark"] {
  if (stage === "sound" || ltv?.state !== "ratio" || rankOf(stageAt(ltv, levels)) >= rankOf(stage)) return null;
  const level = levels[stage];
  if (level === null) return null;
  const goes = releaseOf(level, levels.release);
  if (compareRatios(ltv.ratio, goes) < 0) return null;
  const [level_percent, goes_percent] = [percentOf(level), percentOf(goes)];
  const [back, off] = [level_percent, goes_percent].map((text) => text.replace(/\.?0+$/, ""));
  const at = stage === "initial" ? `at ${off} %` : `below ${off} %`;
  const sentence = `Back below ${back} % loan to value; the mark goes ${at}, so that a noisy price rings once.`;
  return { level: stage, level_percent, goes_percent, sentence };
}

function viewCollateral(
  row: FacilityRow,
  entry: FacilityRow["terms"]["collateral"][number],
  { places, balances, required, prices }: FacilityFacts,
  printer: Printer,
): Facility["collateral"][number] {
  const { asset, venue, network } = entry;
  const of = (amounts: FacilityRow["held"]) => printer.money(asset, BigInt(amounts[asset] ?? "0"));
  const place = places.find((one) => one.asset === asset);
  const holding = holdingsOf(row).find((one) => one.asset.id === asset);
  const { price } = prices.of(asset, row.currency);
  const value = price === null || holding === undefined ? null : collateralValue([holding], new Map([[asset, price]]));
  const needed = required.get(asset) ?? null;
  return {
    ...{ asset, held: of(row.held), selling: of(row.selling), missing: of(row.missing), venue, network },
    haircut_percent: percentOf(readFraction(entry.haircut)),
    value: printer.moneyOrNull(row.currency, value),
    price: price === null ? null : printer.price(row.currency, price),
    required: printer.moneyOrNull(asset, needed),
    expected: printer.money(asset, BigInt(entry.expected)),
    minimum: printer.money(asset, BigInt(entry.minimum)),
    ...{ wallet_id: `${row.id}-${asset}`, wallet_state: place?.state ?? "none" },
    ...{ address: place?.address ?? null, memo: place?.memo ?? null, return_address: entry.return_address },
    pending: printer.money(asset, balances.get(`${row.id}-${asset}`)?.pending_in ?? 0n),
  };
}

export interface CallFacts {
  readonly facility: FacilityRow;
  readonly prices: CreditPrices;
  readonly calculator: Calculator | null;
  readonly extension_id: string | null;
  readonly now: number;
}

export function viewCall(row: MarginCallRow, facts: CallFacts, printer: Printer): MarginCall {
  const { facility, now } = facts;
  const { id, facility_id, state, ltv_percent, skipped, acknowledged_by, partial_cures, extensions, note } = row;
  return {
    ...{ id, facility_id, reference: facility.reference, customer_id: facility.customer_id, state },
    ...{ opened_at: printTime(row.opened_at), deadline_at: printTime(row.deadline_at) },
    ...{ remaining_ms: row.deadline_at - now, ltv_percent, skipped: [...skipped], acknowledged_by },
    ltv_now: viewLtv(facility, pricesFor(facts.prices, holdingsOf(facility), facility.currency)),
    acknowledged_at: printTimeOrNull(row.acknowledged_at),
    ...{ partial_cures, extensions, extension_id: facts.extension_id, note },
    liquidation_id: facility.call_id === id ? facility.liquidation_id : null,
    ended_at: printTimeOrNull(row.ended_at),
    calculator: row.ended_at === null ? viewCalculator(facts.calculator, facility, printer) : null,
  };
}

export function viewCalculator(
  calculator: Calculator | null,
  { currency }: FacilityRow,
  printer: Printer,
): FacilityDetail["calculator"] {
  if (calculator === null) return null;
  const offer = ({ target, repay, deposits }: Calculator["cure"]) => ({
    target_percent: percentOf(target),
    repay: printer.money(currency, repay),
    deposits: deposits.map(({ asset, units }) => printer.money(asset, units)),
  });
  return { cure: offer(calculator.cure), initial: offer(calculator.initial), trusted: calculator.trusted };
}

export interface SaleFacts {
  readonly orders: readonly CreditOrderRow[];
  readonly sizing: Liquidation["sizing"];
  readonly left: Leftover;
}

export function viewLiquidation(
  row: LiquidationRow,
  facility: FacilityRow,
  { orders, sizing, left }: SaleFacts,
  printer: Printer,
): Liquidation {
  const { id, facility_id, call_id, state, asset, quote_asset, transfer_id, approval, note, quote } = row;
  const base = (units: bigint) => printer.money(asset, units);
  const other = (units: bigint) => printer.money(quote_asset, units);
  return {
    ...{ id, facility_id, reference: facility.reference, customer_id: facility.customer_id, call_id, state },
    ...{ venue: row.venue_id, amount: base(row.units), sold: base(row.sold), at_market: base(row.at_market) },
    ...{ proceeds: other(row.proceeds), repaid: printer.money(facility.currency, row.repaid) },
    surplus: other(row.surplus),
    price_limit: { amount: row.price_limit, asset: quote_asset },
    quote:
      quote === null
        ? null
        : {
            ...{ value: other(BigInt(quote.value)), fee: other(BigInt(quote.fee)) },
            ...{ price_worst: quote.price_worst, available: base(BigInt(quote.available)) },
            as_of: printTime(quote.as_of),
          },
    ...{ sizing, approval, transfer_id, note },
    orders: orders.map((order) => ({
      ...{ id: order.id, state: order.state, amount: base(order.units), filled: base(order.filled) },
      ...{ value: other(order.value), fee: other(order.fee), price_limit: order.price_limit },
      ...{ venue_ref: order.venue_ref, note: order.note, created_at: printTime(order.created_at) },
      matched: order.seen_out === order.filled && order.seen_in === order.value - order.fee,
    })),
    ...{ created_at: printTime(row.created_at), updated_at: printTime(row.updated_at) },
    left: viewLeft(row, facility, left, printer),
    ended_at: printTimeOrNull(row.ended_at),
  };
}

function viewLeft(
  { asset, quote_asset }: LiquidationRow,
  { terms, customer_id, reference }: FacilityRow,
  { at_market, surplus }: Leftover,
  printer: Printer,
): Liquidation["left"] {
  if (at_market === 0n && surplus === 0n) return null;
  const surplus_to = terms.collateral.find((one) => one.asset === quote_asset)?.return_address ?? null;
  const home = `${printer.say(asset, at_market)} stay at the market and go on counting: bring them home.`;
  const pay =
    surplus_to === null
      ? `no address of ${customer_id} for ${quote_asset} was approved with ${reference}: pay it otherwise, and record that.`
      : `pay it to ${surplus_to}, or otherwise, and record that.`;
  const beyond = `${printer.say(quote_asset, surplus)} that it brought beyond the debt are ${customer_id}'s: ${pay}`;
  return {
    at_market: at_market === 0n ? null : printer.money(asset, at_market),
    surplus: surplus === 0n ? null : printer.money(quote_asset, surplus),
    ...{ surplus_to, sentence: [...(at_market > 0n ? [home] : []), ...(surplus > 0n ? [beyond] : [])].join(" ") },
  };
}

export function viewPayment(row: LoanPaymentRow, currency: string, printer: Printer) {
  const money = (units: bigint) => printer.money(currency, units);
  return {
    ...{ id: row.id, kind: row.kind, amount: money(row.amount), reference: row.reference, source: row.source },
    ...{ to_fees: money(row.to_fees), to_interest: money(row.to_interest), to_principal: money(row.to_principal) },
    ...{ to_shortfall: money(row.to_shortfall), surplus: money(row.surplus), at: printTime(row.at) },
  };
}

export function viewDeposit(row: DepositRow, printer: Printer) {
  const { wallet_id, movement_id, asset, state, problem, tx_hash } = row;
  const decimals = printer.config.assets.get(asset)?.decimals ?? 0;
  return {
    ...{ wallet_id, movement_id, asset, state, problem, tx_hash, amount: printDecimal(row.units, decimals) },
    ...{ sentence: problem === null ? null : PROBLEMS[problem], at: printTime(row.at) },
  };
}

export function viewNotice(row: CreditNoticeRow): FacilityDetail["notices"][number] {
  const { id, kind, channel_id, state, body, attempts, error } = row;
  return {
    ...{ id, kind, channel_id, state, text: body.text, attempts, error },
    next_at: state === "queued" ? printTime(row.next_at) : null,
    ...{ created_at: printTime(row.created_at), delivered_at: printTimeOrNull(row.delivered_at) },
  };
}

export function percentOf({ num, den }: Ratio): string {
  return printPercent(num, den, DIGITS, "up") ?? "0.00";
}

/** Nearest to its next level first; then those past the last, those that cannot be judged, and those that owe nothing. */
export function byDistance(a: Facility, b: Facility): number {
  return distanceOf(a) - distanceOf(b) || a.reference.localeCompare(b.reference);
}

const PAST = -1_000;
const FAR = 1_000_000;

function distanceOf({ stage, next_level, ltv }: Facility): number {
  // Being above the initial level alone asks nothing of anybody: such a loan stands among the sound ones.
  const rank = Math.max(rankOf(stage), rankOf("initial"));
  if (ltv.state === "no_loan") return FAR;
  // The worse the stage, the nearer the top; within a stage, the points that are left.
  return PAST * rank + (next_level === null ? 0 : Number(next_level.points));
}

export function ltvOfBook(ltv: ReturnType<typeof ltvFrom>, trusted: boolean): LtvView {
  return {
    state: trusted ? ltv.state : "unknown",
    percent: ltvText(ltv),
    cvl_percent: cvlPercent(ltv)?.toString() ?? null,
    ...{ unknown_since: null, doubt: null },
  };
}

export interface SubstitutionFacts {
  readonly quorum: QuorumView;
  readonly arrived: bigint;
  readonly place: PlaceRow | undefined;
}

export function viewSubstitution(
  row: SubstitutionRow,
  { quorum, arrived, place }: SubstitutionFacts,
  printer: Printer,
): Substitution {
  const { facility_id, state, terms, transfer_id, note } = row;
  const { brings, releases, reason } = terms;
  return {
    ...viewProposal("substitution", row, quorum),
    ...{ facility_id, facility_reference: terms.reference, state, transfer_id, reason, note },
    brings: printer.money(brings.asset, BigInt(brings.units)),
    arrived: printer.money(brings.asset, arrived),
    deposit_address: place?.address ?? null,
    releases: printer.money(releases.asset, BigInt(releases.units)),
    ...{ return_address: releases.return_address, ends_at: printTime(terms.ends_at) },
  };
}

export function viewExtension(row: ExtensionRow, facility_reference: string, quorum: QuorumView): CallExtension {
  const { call_id, facility_id, state, terms } = row;
  return {
    ...viewProposal("extension", row, quorum),
    ...{ call_id, facility_id, facility_reference, state, reason: terms.reason },
    ...{ deadline_before: printTime(terms.deadline_before), deadline_at: printTime(terms.deadline_at) },
  };
}
