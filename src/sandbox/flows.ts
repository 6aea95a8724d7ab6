/**
 * Customers' deposits and withdrawals, as a pure function of seed, asset and time.
 *
 * Hourly flow of each side = median x season(hour of the week) x lognormal noise; about 1 % of the hours bring one whale of
 * 10 to 20 units (of 0.15 % of the assets, so that one whale alone does not empty a hot side of 10 %). The noise is that of
 * two-way hourly flows measured at a redeemable pool in 17 calm days (standard deviation of the logarithm 0.86 in, 0.94
 * out). The median there was 0.12 to 0.14 % of the assets per hour; the sandbox is a smaller, busier house and takes 0.3 %,
 * so that a refill or a sweep is due about once a day, and custody's hours of approval fit inside the band. Deposits follow
 * withdrawals by six hours. A gentle pull brings the total back to its norm, which grows slowly and falls or rises with the
 * scenario's curve. Nobody withdraws what is not there: what customers own bounds what they ask for.
 */
import { divide } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { between, normal, unit } from "./random.ts";
import { type Scenario, shareGone } from "./scenarios.ts";

export const HOUR_MS = 3_600_000;
export const FLOW_STEP_MS = 900_000;
const STEPS_PER_HOUR = HOUR_MS / FLOW_STEP_MS;
const HOURS_PER_WEEK = 168;
/** 1 January 1970 was a Thursday: hour 0 of our week is Monday 00:00 UTC. */
const EPOCH_HOUR_OF_WEEK = 72;

const MEDIAN_PPM_PER_HOUR = 3_000n;
const NOISE_PER_HOUR = 0.9;
const NOISE_PER_STEP = 0.3;
const NOISE_MAX = 12;
const WHALE_UNIT_PPM = 1_500n;
const WHALE_CHANCE_PER_HOUR = 0.01;
const WHALE_UNITS_MIN = 10;
const WHALE_UNITS_MAX = 20;
const DEPOSIT_LAG_H = 6;
const DAY_SWING = 0.45;
const DAY_PEAK_H = 15;
const WEEKEND = 0.7;
/** Share of a missing (or surplus) total by which the next flows lean back. */
const PULL = 0.8;
const LEAN_MAX = 0.9;
const SIZE_MIN = 0.1;
const SIZE_MAX = 2;
/** The norm itself grows by this much a day. */
const DRIFT_PER_DAY = 0.0005;
const PPM = 1_000_000n;
const PPB = 1_000_000_000n;

export interface FlowInput {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly asset: string;
  readonly genesis_at: Instant;
  /** When the scenario was chosen. */
  readonly scenario_at: Instant;
  /** Start of the step; a multiple of FLOW_STEP_MS. */
  readonly step_at: Instant;
  /** Total of the asset at genesis and now, base units. */
  readonly initial: bigint;
  readonly total: bigint;
}

/** What customers bring and want in one step, base units. */
export interface StepFlow {
  readonly deposits: bigint;
  readonly withdrawals: bigint;
}

/** @example flowOfStep({ seed: 7, scenario, asset: "USDT", genesis_at, step_at, initial, total }) */
export function flowOfStep(input: FlowInput): StepFlow {
  const hour = Math.floor(input.step_at / HOUR_MS);
  const since_h = (input.step_at - input.scenario_at) / HOUR_MS;
  const size = sizeOf(input);
  const lean = leanOf(input, size, since_h);
  const busy = clamp(size, SIZE_MIN, SIZE_MAX);
  const deposits = usualFlow(input, "in", hour, busy * season(hour - DEPOSIT_LAG_H) * (1 + lean));
  const withdrawals = usualFlow(input, "out", hour, busy * season(hour) * (1 - lean));
  const extra = scenarioFlow(input, since_h);
  const asked = withdrawals + (extra > 0n ? extra : 0n);
  const owned = input.total > 0n ? input.total : 0n;
  return {
    deposits: deposits + (extra < 0n ? -extra : 0n),
    withdrawals: asked < owned ? asked : owned,
  };
}

/** Multiplier of an hour since the epoch by its place in the week; mean near 0.9. */
export function season(hour: number): number {
  const of_week = (((hour + EPOCH_HOUR_OF_WEEK) % HOURS_PER_WEEK) + HOURS_PER_WEEK) % HOURS_PER_WEEK;
  const of_day = of_week % 24;
  const weekday = of_week < 5 * 24 ? 1 : WEEKEND;
  return weekday * (1 + DAY_SWING * Math.cos((2 * Math.PI * (of_day - DAY_PEAK_H)) / 24));
}

function usualFlow(input: FlowInput, side: "in" | "out", hour: number, multiplier: number): bigint {
  const stream = `flow/${input.asset}/${side}`;
  const step = Math.floor(input.step_at / FLOW_STEP_MS);
  const noise = Math.exp(
    NOISE_PER_HOUR * normal(input.seed, stream, hour) + NOISE_PER_STEP * normal(input.seed, `${stream}/step`, step),
  );
  const medians = (multiplier * Math.min(noise, NOISE_MAX)) / STEPS_PER_HOUR;
  const usual = times(divide(input.initial * MEDIAN_PPM_PER_HOUR, PPM, "down"), medians, PPM);
  const whales = whale(input.seed, stream, hour, step);
  return whales === 0 ? usual : usual + times(divide(input.initial * WHALE_UNIT_PPM, PPM, "down"), whales, PPM);
}

/** Units that a whale adds in this step; nearly always none. */
function whale(seed: number, stream: string, hour: number, step: number): number {
  if (unit(seed, `${stream}/whale`, hour) >= WHALE_CHANCE_PER_HOUR) return 0;
  if (between(seed, `${stream}/whale_step`, hour, 0, STEPS_PER_HOUR) !== step % STEPS_PER_HOUR) return 0;
  return WHALE_UNITS_MIN + unit(seed, `${stream}/whale_size`, hour) * (WHALE_UNITS_MAX - WHALE_UNITS_MIN);
}

/** What customers own now, as a share of the beginning: the house is as busy as it is large. */
function sizeOf(input: FlowInput): number {
  return input.initial === 0n ? 0 : Number((input.total * PPM) / input.initial) / Number(PPM);
}

/** Positive: more deposits than withdrawals. */
function leanOf(input: FlowInput, size: number, since_h: number): number {
  const days = (input.step_at - input.genesis_at) / (24 * HOUR_MS);
  const norm = (1 + DRIFT_PER_DAY * days) * (1 - shareGone(input.scenario, since_h));
  return clamp(PULL * (norm - size), -LEAN_MAX, LEAN_MAX);
}

function scenarioFlow(input: FlowInput, since_h: number): bigint {
  const share = shareGone(input.scenario, since_h + 1 / STEPS_PER_HOUR) - shareGone(input.scenario, since_h);
  return share === 0 ? 0n : times(input.initial, share, PPB);
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

/** `units` times a float factor, through an integer of the factor: the amount itself never becomes a float. */
function times(units: bigint, factor: number, scale: bigint): bigint {
  return divide(units * BigInt(Math.round(factor * Number(scale))), scale, "down");
}
