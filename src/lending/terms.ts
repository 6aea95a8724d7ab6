/** From what a person asks for to terms that people sign, and from signed terms to the values that the rules of credit take. */

import { checkAddress, isSandboxAddress } from "../config/index.ts";
import type { CreditCollateral, CreditConfig, TreasuryConfig } from "../config/types.ts";
import {
  type Collateral,
  checkTerms,
  type DayCount,
  type FacilityTerms,
  fromCvl,
  type Levels,
  levelsOf,
} from "../credit/index.ts";
import { TidegateError } from "../errors/index.ts";
import { type Asset, type AssetId, percent, type Ratio, ratio } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { LendingError } from "./errors.ts";
import type { CollateralDoc, FacilityDoc } from "./types.ts";

export const DAY_MS = 86_400_000;
/** An offer of a loan waits for its votes so long at least: nothing moves by it, and prices are looked at again before money does. */
const OFFER_MS = 14 * DAY_MS;
const TEXT_LENGTH_MAX = 500;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const ADDRESS_LENGTH_MAX = 128;
const SCHEDULE_MAX = 600;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const FRACTION = /^(\d{1,40})\/(\d{1,40})$/;

/** Own levels of a facility, in per cent of loan to value, or of collateral to value where `as` says so. */
export interface LevelsDraft {
  readonly as: "ltv" | "cvl";
  readonly initial?: string;
  readonly warning?: string | null;
  readonly margin_call?: string;
  readonly liquidation?: string;
  /** Points of loan to value. */
  readonly release?: string;
}

/** What a person proposes. Amounts are base units. */
export interface FacilityDraft {
  readonly reference: string;
  readonly customer_id: string;
  readonly currency: AssetId;
  readonly principal: bigint;
  /** Per cent per year, as a decimal. */
  readonly rate_percent: string;
  readonly day_count: DayCount;
  readonly matures_on: string;
  readonly opening_fee: bigint;
  readonly schedule: readonly { readonly due_on: string; readonly amount: bigint }[];
  readonly levels: LevelsDraft | null;
  readonly cure_ms: number | null;
  readonly collateral: readonly {
    readonly asset: AssetId;
    readonly expected: bigint;
    readonly return_address: string;
    readonly return_memo: string | null;
  }[];
  readonly reason: string;
  /** `person:<id>`. */
  readonly proposed_by: string;
}

/** The currency of a loan: the reference currency, or an asset that has a price in it. @throws LendingError facility_invalid */
export function currencyOf(config: Pick<TreasuryConfig, "currency" | "assets">, id: AssetId): Asset {
  const found = id === config.currency.id ? config.currency : config.assets.get(id);
  if (found === undefined) throw invalid(`Nobody here knows the currency ${id}.`);
  return found;
}

/**
 * The terms that people sign. Everything is checked before anything is stored.
 * @throws LendingError facility_invalid; CreditError as `checkTerms`; TidegateError amount_malformed
 */
export function termsOf(
  config: Pick<TreasuryConfig, "currency" | "assets" | "authority" | "sandbox"> & { readonly credit: CreditConfig },
  draft: FacilityDraft,
  id: string,
  now: Instant,
): FacilityDoc {
  const { credit } = config;
  checkTexts(draft);
  const currency = currencyOf(config, draft.currency);
  const collateral = draft.collateral.map((entry) => collateralDoc(credit, entry, currency));
  for (const entry of collateral) checkReturnAddress(entry, config.sandbox !== null);
  const levels = levelsOf(credit.levels, draft.levels === null ? {} : ownLevels(draft.levels));
  const doc: FacilityDoc = {
    ...{ id, reference: draft.reference, customer_id: draft.customer_id },
    ...{ currency: currency.id, decimals: currency.decimals, principal: draft.principal.toString() },
    rate: fractionText(percent(draft.rate_percent)),
    ...{ day_count: draft.day_count, matures_on: draft.matures_on, opening_fee: draft.opening_fee.toString() },
    schedule: draft.schedule.map(({ due_on, amount }) => ({ due_on, amount: amount.toString() })),
    levels: {
      initial: fractionText(levels.initial),
      warning: levels.warning === null ? null : fractionText(levels.warning),
      margin_call: fractionText(levels.margin_call),
      liquidation: fractionText(levels.liquidation),
      release: fractionText(levels.release),
    },
    ...{ cure_ms: draft.cure_ms ?? credit.cure_ms, grace_ms: credit.grace_ms, collateral },
    ...{ reason: draft.reason, proposed_by: draft.proposed_by, created_at: now },
    expires_at: now + Math.max(config.authority.approval_lifetime_ms, OFFER_MS),
  };
  checkTerms(coreTerms(doc, dayOf(now)), levels, dayOf(now));
  checkSchedule(draft, dayOf(now));
  if (draft.opening_fee < 0n) throw invalid("The fee cannot be below zero.");
  if (!Number.isSafeInteger(doc.cure_ms) || doc.cure_ms <= 0) throw invalid("A margin call needs time to be cured.");
  return doc;
}

/** The terms as the rules take them. */
export function coreTerms(doc: FacilityDoc, start_day: number): FacilityTerms {
  return {
    facility_id: doc.id,
    currency: { id: doc.currency, decimals: doc.decimals },
    principal: BigInt(doc.principal),
    rate: readFraction(doc.rate),
    day_count: doc.day_count,
    start_day,
    maturity_day: readDay(doc.matures_on),
    accepted: doc.collateral.map((entry) => ({
      asset: assetOf(entry),
      haircut: readFraction(entry.haircut),
      minimum: BigInt(entry.minimum),
    })),
    levels: {},
  };
}

const known_levels = new Map<string, Levels>();
/** Sets of levels that are remembered; more are made anew each time. */
const LEVELS_MAX = 4_096;

/** The levels that were signed: one object for all facilities that share them, as the trigger index asks for. */
export function levelsIn({ levels }: Pick<FacilityDoc, "levels">): Levels {
  const key = JSON.stringify(levels);
  const known = known_levels.get(key);
  if (known !== undefined) return known;
  const made: Levels = {
    initial: readFraction(levels.initial),
    warning: levels.warning === null ? null : readFraction(levels.warning),
    margin_call: readFraction(levels.margin_call),
    liquidation: readFraction(levels.liquidation),
    release: readFraction(levels.release),
  };
  if (known_levels.size < LEVELS_MAX) known_levels.set(key, made);
  return made;
}

/** Collateral of one asset under these terms. */
export function holdingOf(entry: CollateralDoc, units: bigint): Collateral {
  return { asset: assetOf(entry), units, haircut: readFraction(entry.haircut) };
}

export function assetOf({ asset, decimals }: Pick<CollateralDoc, "asset" | "decimals">): Asset {
  return { id: asset, decimals };
}

export function fractionText({ num, den }: Ratio): string {
  return `${num}/${den}`;
}

/** @throws LendingError facility_invalid */
export function readFraction(text: string): Ratio {
  const [, num, den] = FRACTION.exec(text) ?? [];
  if (num === undefined || den === undefined || BigInt(den) === 0n) throw invalid(`"${text}" is not a fraction.`);
  return ratio(BigInt(num), BigInt(den));
}

/** Days since 1970-01-01, UTC, of an instant. */
export function dayOf(at: Instant): number {
  return Math.floor(at / DAY_MS);
}

/** Days since 1970-01-01 of "2027-01-05". @throws LendingError facility_invalid */
export function readDay(text: string): number {
  const at = DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (!Number.isFinite(at) || new Date(at).toISOString().slice(0, 10) !== text) {
    throw invalid(`"${text}" is not a day; write it like 2027-01-05.`);
  }
  return dayOf(at);
}

function collateralDoc(
  credit: CreditConfig,
  entry: FacilityDraft["collateral"][number],
  currency: Asset,
): CollateralDoc {
  const taken: CreditCollateral | undefined = credit.collateral.find(({ asset }) => asset.id === entry.asset);
  if (taken === undefined) throw invalid(`${entry.asset} is not taken as collateral here.`);
  if (taken.asset.id === currency.id) throw invalid(`A loan in ${currency.id} is not secured by ${currency.id}.`);
  if (entry.expected < 0n) throw invalid("The expected collateral cannot be below zero.");
  if (entry.return_address === "" || entry.return_address.length > ADDRESS_LENGTH_MAX) {
    throw invalid(`Say where ${entry.asset} goes back to: an address of at most ${ADDRESS_LENGTH_MAX} characters.`);
  }
  return {
    ...{ asset: taken.asset.id, decimals: taken.asset.decimals, haircut: fractionText(taken.haircut) },
    ...{ minimum: taken.minimum.toString(), expected: entry.expected.toString(), fee_max: taken.fee_max.toString() },
    ...{ venue: taken.venue, network: taken.network },
    ...{ return_address: entry.return_address, return_memo: entry.return_memo },
  };
}

/** A made-up address is found out before people sign it: what is sent there is gone. */
function checkReturnAddress({ asset, network, return_address }: CollateralDoc, in_sandbox: boolean): void {
  const goes = `${asset} would go back over ${network}, and`;
  if (isSandboxAddress(return_address)) {
    const [, of = "", name = ""] = return_address.split(":");
    if (!in_sandbox) throw invalid(`${goes} "${return_address}" is an address of the sandbox alone.`);
    if (of !== network || name === "") throw invalid(`${goes} "${return_address}" is not an address of that network.`);
    return;
  }
  try {
    checkAddress(network, return_address);
  } catch (error) {
    if (error instanceof TidegateError) throw invalid(`${goes} ${error.message}`);
    throw error;
  }
}

function ownLevels({ as, release, ...levels }: LevelsDraft): Partial<Levels> {
  const read = (text: string): Ratio => {
    const share = percent(text);
    if (share.num <= 0n) throw invalid("A level is above zero.");
    return as === "ltv" ? share : cvl(share);
  };
  const own: { -readonly [K in keyof Levels]?: Levels[K] } = {};
  if (levels.initial !== undefined) own.initial = read(levels.initial);
  if (levels.warning !== undefined) own.warning = levels.warning === null ? null : read(levels.warning);
  if (levels.margin_call !== undefined) own.margin_call = read(levels.margin_call);
  if (levels.liquidation !== undefined) own.liquidation = read(levels.liquidation);
  if (release !== undefined) own.release = percent(release);
  return own;
}

/** 125 % collateral to value is 80 % loan to value. */
function cvl(share: Ratio): Ratio {
  const whole = fromCvl(100n);
  return ratio(whole.num * share.den, whole.den * share.num);
}

function checkTexts(draft: FacilityDraft): void {
  const { reference, customer_id, reason } = draft;
  if (!NAME.test(reference) || !NAME.test(customer_id)) {
    throw invalid("Reference and customer are 1 to 64 letters, digits, '.', '_' or '-'.");
  }
  if (reason.trim() === "" || reason.length > TEXT_LENGTH_MAX) {
    throw invalid(`A reason of 1 to ${TEXT_LENGTH_MAX} characters is needed.`);
  }
}

function checkSchedule({ schedule, principal, matures_on }: FacilityDraft, today: number): void {
  if (schedule.length > SCHEDULE_MAX) throw invalid(`A schedule has at most ${SCHEDULE_MAX} dates.`);
  const last = readDay(matures_on);
  let before = today;
  let sum = 0n;
  for (const { due_on, amount } of schedule) {
    const day = readDay(due_on);
    if (day <= before || day > last) throw invalid("The dates of a schedule rise, after today and up to maturity.");
    if (amount <= 0n) throw invalid("Each amount of a schedule is above zero.");
    before = day;
    sum += amount;
  }
  if (sum > principal) throw invalid("The schedule repays more than the principal.");
}

function invalid(message: string): LendingError {
  return new LendingError("facility_invalid", message);
}
