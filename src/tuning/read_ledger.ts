/** The operator's own history: customers' movements per hour, and what the books had when it begins. */
import { BASE_COSTS } from "../backtest/index.ts";
import type { CostTerms } from "../backtest/types.ts";
import type { PoolConfig } from "../config/types.ts";
import { balanceAt, walletAccount } from "../ledger/index.ts";
import { divide } from "../money/index.ts";
import { figureOf, firstFlowAt, HOUR_MS, type HourFlow, measuredLeadTime, readFlows } from "../outlook/index.ts";
import type { PriceState } from "../policy/types.ts";
import type { Instant } from "../ports/index.ts";
import { type ReadTx, tables } from "../store/index.ts";
import { TuningError } from "./errors.ts";
import type { OwnLedger } from "./types.ts";

export interface ReadLedgerInput {
  readonly pool: PoolConfig;
  readonly now: Instant;
  readonly days: number;
  /** Of the asset in the reference currency; null where none is known. */
  readonly price: PriceState | null;
}

/** Longest history read: a year. */
export const DAYS_MAX = 366;
/** A movement is listed some time after it happened. */
const LISTING_DELAY_MS = 5 * 60_000;
const MILLION = 1_000_000;
const DIGITS = 6;

/**
 * From the first full hour after the first movement, at most `days` back, to the last hour that has ended.
 * @throws TuningError tuning_no_flows, tuning_opening_unknown
 */
export async function readOwnLedger(tx: ReadTx, input: ReadLedgerInput): Promise<OwnLedger> {
  const { pool, now, days, price } = input;
  const to = Math.floor(((await knownUntil(tx, pool, now)) - LISTING_DELAY_MS) / HOUR_MS) * HOUR_MS;
  const first = await firstFlowAt(tx, pool, to - Math.min(days, DAYS_MAX) * 24 * HOUR_MS);
  const start_ms = first === null ? to : Math.ceil(first / HOUR_MS) * HOUR_MS;
  const flows = await readAll(tx, pool, start_ms, to);
  if (flows.length === 0) {
    throw new TuningError(
      "tuning_no_flows",
      `No customer's movement of ${pool.id} lies in a full hour of the last ${days} days; there is nothing to replay.`,
      { pool: pool.id, days },
    );
  }
  const { decimals } = pool.policy.asset;
  const hot = figureOf(await booked(tx, pool, pool.liquidity, start_ms), decimals);
  const opening = hot + figureOf(await booked(tx, pool, pool.reserve, start_ms), decimals);
  if (!(opening > 0) || hot < 0) {
    throw new TuningError(
      "tuning_opening_unknown",
      `The books of ${pool.id} hold nothing at ${new Date(start_ms).toISOString()}, so there are no opening assets to replay from.`,
      { pool: pool.id },
    );
  }
  const costs = costsOf(pool, price);
  const end = figureOf(await booked(tx, pool, [...pool.liquidity, ...pool.reserve], to), decimals);
  return {
    pool_id: pool.id,
    asset: pool.asset,
    liquidity: pool.liquidity,
    policy: pool.policy,
    policy_digest: pool.policy_digest,
    start_ms,
    inflow: flows.map(({ inflow }) => inflow),
    outflow: flows.map(({ outflow }) => outflow),
    opening,
    hot,
    lead_up_ms: await measuredLeadTime(tx, pool, []),
    costs: costs.terms,
    notes: [...costs.notes, ...flowNotes(flows), ...otherNotes(opening, flows, end, pool.asset)],
  };
}

/** When the wallets were last read: later hours are not quiet, they are unknown. */
async function knownUntil(tx: ReadTx, pool: PoolConfig, now: Instant): Promise<Instant> {
  let until = now;
  for (const wallet_id of pool.liquidity) {
    const row = await tx.get(tables.balance, { wallet_id });
    if (row !== undefined) until = Math.min(until, row.as_of);
  }
  return until;
}

/** Turn by turn, until everything is read. */
async function readAll(tx: ReadTx, pool: PoolConfig, from: Instant, to: Instant): Promise<HourFlow[]> {
  const flows: HourFlow[] = [];
  for (let at = from; at < to; ) {
    const some = await readFlows(tx, pool, at, to);
    // One hour with more movements than a turn reads cannot be counted, and is not guessed.
    if (some.length === 0) break;
    flows.push(...some);
    at += some.length * HOUR_MS;
  }
  return flows;
}

async function booked(tx: ReadTx, pool: PoolConfig, wallets: readonly string[], at: Instant): Promise<bigint> {
  let sum = 0n;
  for (const wallet_id of wallets) sum += await balanceAt(tx, walletAccount(wallet_id, pool.asset), at - 1);
  return sum;
}

function costsOf(pool: PoolConfig, price: PriceState | null): { terms: CostTerms | null; notes: readonly string[] } {
  const { model, asset } = pool.policy;
  if (model !== null) {
    const terms = {
      exposure_share_per_year: model.exposure_ppm_per_year / MILLION,
      delay_share_per_hour: model.delay_ppm_per_hour / MILLION,
      fee_up: figureOf(model.refill_cost, asset.decimals),
      fee_down: figureOf(model.sweep_cost, asset.decimals),
      fee_proportional: 0,
    };
    return { terms, notes: ["Costs are those of the pool's model block; network fees come on top and are left out."] };
  }
  const each = unitPrice(price);
  if (each === null) return { terms: null, notes: [] };
  const terms = { ...BASE_COSTS, fee_up: BASE_COSTS.fee_up / each, fee_down: BASE_COSTS.fee_down / each };
  const sentence = `The pool has no model block, so the shipped costs are taken: a refill ${BASE_COSTS.fee_up} and a sweep ${BASE_COSTS.fee_down} ${price?.currency}, at the price of now.`;
  return { terms, notes: [sentence] };
}

/** Reference currency per whole unit, as a figure. */
function unitPrice(state: PriceState | null): number | null {
  if (state === null || state.status !== "fresh" || state.price === null || state.price.num <= 0n) return null;
  const scaled = divide(state.price.num * 10n ** BigInt(DIGITS), state.price.den, "up");
  return figureOf(scaled, state.currency_decimals + DIGITS);
}

function flowNotes(flows: readonly HourFlow[]): readonly string[] {
  const quiet = flows.filter(({ inflow, outflow }) => inflow === 0 && outflow === 0).length;
  return quiet === 0 ? [] : [`${quiet} of ${flows.length} hours have no movement; they count as hours without flows.`];
}

/** What the books gained or lost that no customer moved: fees, a wallet that joined, corrections. */
function otherNotes(opening: number, flows: readonly HourFlow[], end: number, asset: string): readonly string[] {
  const replayed = flows.reduce((sum, { inflow, outflow }) => sum + inflow - outflow, opening);
  const other = end - replayed;
  if (Math.abs(other) <= 0.01 * Math.max(opening, end)) return [];
  return [
    `The books end ${Math.round(Math.abs(other))} ${asset} ${other > 0 ? "above" : "below"} what customers' flows lead to: wallets that joined, money on its way, or corrections. The replay leaves that out.`,
  ];
}
