/**
 * How unusual a withdrawal is for its customer. Each feature is a number in [0, 1] with a weight; they are joined as
 * independent hints, score = 1 - prod(1 - weight x feature) ("noisy or", Pearl 1988), so that several weak hints add up, no
 * single weak one decides, and the answer names the features by what each contributed.
 */

import type { Instant } from "../ports/index.ts";
import { addToMedian, createRunningMedian, type RunningMedian } from "./estimates.ts";
import type { Finding } from "./types.ts";
import { figureText, timesText } from "./words.ts";

export interface CustomerState {
  readonly size: RunningMedian;
  withdrawals: number;
  last_at: Instant | null;
  /** Withdrawals of late, halved every day. */
  pace: number;
  /** Usual value of `pace`. */
  pace_mean: number;
}

export interface CustomerAct {
  readonly at: Instant;
  /** In whole units of the reference currency or of the asset; always the same one for a customer. */
  readonly size: number;
  readonly account_age_days: number;
  readonly destination_known: boolean;
  /** By the detector of off-hours, for this customer. */
  readonly off_hours: boolean;
  /** Credentials, second factor or contact changed within the last day. */
  readonly credentials_changed: boolean;
  /** The asset of `size`, for sentences. */
  readonly unit?: string;
  /** What others usually take: the measure of size while this customer's own is not known. */
  readonly usual_size?: number;
}

/** Running median of what customers of a pool take at a time. */
export type UsualSize = RunningMedian;
export const createUsualSize = createRunningMedian;
export const learnUsualSize = addToMedian;

type Feature = "size" | "pace" | "new_destination" | "young_account" | "off_hours" | "credentials_changed";

/** How much each feature may say alone. */
export const CUSTOMER_WEIGHTS: Readonly<Record<Feature, number>> = {
  size: 0.5,
  pace: 0.45,
  new_destination: 0.35,
  young_account: 0.25,
  off_hours: 0.2,
  credentials_changed: 0.5,
};

export interface CustomerScore {
  readonly score: number;
  /** What each feature contributed, weight included, largest first; those at zero are left out. */
  readonly parts: readonly (readonly [feature: Feature, contribution: number])[];
  readonly finding: Finding | null;
}

const DAY_MS = 86_400_000;
const ALERT = 0.6;
const HIGH = 0.8;
/** A withdrawal 32 times the usual, or five more a day than usual, says all that its feature can say. */
const SIZE_DOUBLINGS_FULL = 5;
const PACE_FULL = 5;
const YOUNG_DAYS = 30;
const PACE_WEIGHT = 0.05;
/** From so many withdrawals on a customer is measured by his own. */
const OWN_SIZES = 3;
const POINTS = 100;

export function createCustomerState(): CustomerState {
  return { size: createRunningMedian(), withdrawals: 0, last_at: null, pace: 0, pace_mean: 0 };
}

export function scoreCustomer(state: CustomerState, act: CustomerAct, subject: string): CustomerScore {
  const days = state.last_at === null ? 0 : Math.max(0, act.at - state.last_at) / DAY_MS;
  const pace = state.pace * 2 ** -days + 1;
  const usual = state.withdrawals < OWN_SIZES ? (act.usual_size ?? state.size.median) : state.size.median;
  const features: Readonly<Record<Feature, number>> = {
    size: usual > 0 ? unit(Math.log2(act.size / usual) / SIZE_DOUBLINGS_FULL) : 0,
    pace: state.withdrawals > 0 ? unit((pace - state.pace_mean - 1) / PACE_FULL) : 0,
    new_destination: act.destination_known ? 0 : 1,
    young_account: unit(1 - act.account_age_days / YOUNG_DAYS),
    off_hours: act.off_hours ? 1 : 0,
    credentials_changed: act.credentials_changed ? 1 : 0,
  };
  const parts = (Object.keys(features) as Feature[])
    .map((feature) => [feature, CUSTOMER_WEIGHTS[feature] * features[feature]] as const)
    .filter(([, contribution]) => contribution > 0)
    .sort((a, b) => b[1] - a[1]);
  const score = 1 - parts.reduce((rest, [, contribution]) => rest * (1 - contribution), 1);
  learn(state, act, pace);
  return { score, parts, finding: score >= ALERT ? finding(act, usual, score, parts, subject) : null };
}

function learn(state: CustomerState, act: CustomerAct, pace: number): void {
  addToMedian(state.size, act.size);
  state.withdrawals += 1;
  state.pace = pace;
  state.pace_mean += (pace - state.pace_mean) * Math.max(PACE_WEIGHT, 1 / state.withdrawals);
  state.last_at = Math.max(state.last_at ?? act.at, act.at);
}

function finding(
  { at, size, unit }: CustomerAct,
  usual: number,
  score: number,
  parts: CustomerScore["parts"],
  subject: string,
): Finding {
  const high = score >= HIGH;
  const limit = `${POINTS * (high ? HIGH : ALERT)} of ${POINTS} points`;
  const points = pointsOf(score, parts);
  const because = points.map(([feature, count]) => `${feature.replaceAll("_", " ")} ${count}`).join(", ");
  const total = points.reduce((sum, [, count]) => sum + count, 0);
  const far = usual > 0 ? `, ${timesText(size / usual)} times the usual ${figureText(usual, unit)}` : "";
  return {
    detector: "customer_score",
    severity: high ? "high" : "alert",
    at,
    subject,
    observed: `${total} of ${POINTS} points (${because})`,
    expected: `below ${POINTS * ALERT} points`,
    limit,
    sentence: `A withdrawal of ${figureText(size, unit)} is unusual for ${subject}${far}: ${total} of ${POINTS} points, of which ${because} (limit ${limit}).`,
  };
}

/**
 * The score in points, shared out among the features by how much each takes off what the others leave, so that the points add up:
 * the hints are joined by a product, whose logarithm is a sum.
 */
function pointsOf(score: number, parts: CustomerScore["parts"]): readonly (readonly [Feature, number])[] {
  const weights = parts.map(([, contribution]) => -Math.log(1 - contribution));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const total = Math.round(score * POINTS);
  let given = 0;
  let upTo = 0;
  return parts.map(([feature], at) => {
    upTo += weights[at] ?? 0;
    const count = Math.round((total * upTo) / whole) - given;
    given += count;
    return [feature, count] as const;
  });
}

function unit(value: number): number {
  return Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0;
}
