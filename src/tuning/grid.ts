/**
 * Policies worth trying on a history: the four models, and constant bands around what the history itself took. Each keeps the
 * emergency levels, the floor and every bound that people wrote; a band that would cross one of them is not tried.
 */
import type { BacktestInput, CostTerms } from "../backtest/types.ts";
import { figureOf, unitsOf } from "../outlook/index.ts";
import { parseLevel, policyDigest, resolveLevels } from "../policy/index.ts";
import type { Level, ModelPolicy, PoolPolicy } from "../policy/types.ts";

export interface Candidate {
  readonly name: string;
  readonly policy: PoolPolicy;
}

const MODELS = ["miller-orr", "quantile", "hybrid", "dual-lead"] as const;
/** Reorder points, as multiples of the largest drawdown over a lead time; lots as multiples of the one its cost asks for. */
const LOWS = [1, 1.5, 2.5];
const LOTS = [0.5, 1, 2];
const HIGH_LOTS = 3;
const MILLION = 1_000_000;
/** Levels in percent have two decimals. */
const SHARE_STEPS = 10_000;

/** @example candidatesOf(policy, input, costs).map(({ name }) => name) // ["hybrid", "band low 3.2% target 5.1% …", …] */
export function candidatesOf(policy: PoolPolicy, input: BacktestInput, costs: CostTerms): readonly Candidate[] {
  const tried = new Set([policyDigest(policy)]);
  return [...modelsOf(policy, costs), ...bandsOf(policy, input)].filter((candidate) => {
    const digest = policyDigest(candidate.policy);
    const fresh = !tried.has(digest) && isWithinRails(candidate.policy, input);
    tried.add(digest);
    return fresh;
  });
}

function modelsOf(policy: PoolPolicy, costs: CostTerms): readonly Candidate[] {
  const { decimals } = policy.asset;
  return MODELS.map((name): Candidate => {
    const model: ModelPolicy = {
      name,
      mode: "live",
      refill_cost: policy.model?.refill_cost ?? unitsOf(costs.fee_up, decimals),
      sweep_cost: policy.model?.sweep_cost ?? unitsOf(costs.fee_down, decimals),
      exposure_ppm_per_year: policy.model?.exposure_ppm_per_year ?? Math.round(costs.exposure_share_per_year * MILLION),
      delay_ppm_per_hour: policy.model?.delay_ppm_per_hour ?? Math.round(costs.delay_share_per_hour * MILLION),
    };
    return { name, policy: { ...policy, model } };
  });
}

function bandsOf(policy: PoolPolicy, input: BacktestInput): readonly Candidate[] {
  const { drawdown, lot } = scaleOf(input);
  const rail = railOf(policy, input.opening);
  if (rail === null) return [];
  const model = policy.model?.mode === "live" ? { ...policy.model, mode: "shadow" as const } : policy.model;
  return LOWS.flatMap((times) =>
    LOTS.map((lots): Candidate => {
      const low = Math.max(times * drawdown, rail);
      const band = [low, low + lots * lot, low + HIGH_LOTS * lots * lot];
      const [low_level, target, high] = levelsOf(policy, input.opening, band);
      const levels = { ...policy.levels, low: low_level, target, high };
      return { name: `band ${low_level.text} / ${target.text} / ${high.text}`, policy: { ...policy, levels, model } };
    }),
  );
}

/** Largest net outflow over a lead time and a step, and the lot up: the larger of Miller-Orr's spread and Baumol-Tobin's lot. */
function scaleOf({ flows, costs, lanes, to }: BacktestInput): { drawdown: number; lot: number } {
  const net = Array.from({ length: to }, (_, at) => (flows.outflow[at] ?? 0) - (flows.inflow[at] ?? 0));
  const span = lanes.up.lead_steps + 1;
  let drawdown = 0;
  for (let at = 0; at < net.length; at += 1) {
    let sum = 0;
    for (const flow of net.slice(at, at + span)) {
      sum += flow;
      drawdown = Math.max(drawdown, sum);
    }
  }
  const mean = net.reduce((sum, flow) => sum + flow, 0) / net.length;
  const variance = net.reduce((sum, flow) => sum + (flow - mean) ** 2, 0) / net.length;
  const exposure = Math.max(costs.exposure, Number.MIN_VALUE);
  const spread = Math.cbrt((0.75 * lanes.up.fee * variance) / exposure);
  const lot = Math.max(spread, Math.sqrt((2 * lanes.up.fee * Math.abs(mean)) / exposure), drawdown / 4);
  return {
    drawdown,
    lot: Math.min(
      lot,
      0.1 *
        Math.max(
          drawdown,
          flows.outflow.reduce((sum, x) => sum + x, 0),
        ),
    ),
  };
}

/** Just above the emergency level and the floor, as a figure; null where one of them follows a forecast. */
function railOf(policy: PoolPolicy, total: number): number | null {
  const { decimals } = policy.asset;
  const outcome = resolveLevels({ ...policy, model: null }, basis(policy, total));
  if (!outcome.ok || outcome.without_forecast.length > 0) return null;
  const { emergency_low, floor } = outcome.levels;
  const above = floor !== null && floor > emergency_low ? floor : emergency_low;
  return figureOf(above, decimals) + (2 * total) / SHARE_STEPS;
}

/** In percent where the level that people wrote is in percent, else in the asset; rounded up, and rising. */
function levelsOf(policy: PoolPolicy, total: number, band: readonly number[]): [Level, Level, Level] {
  const units = { asset: policy.asset, currency: policy.asset };
  const in_percent = policy.levels.low.kind === "percent";
  let before = 0;
  const texts = band.map((figure) => {
    if (in_percent) {
      before = Math.max(before + 1, Math.ceil((figure / total) * SHARE_STEPS));
      return `${before / 100}%`;
    }
    const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, figure))) - 2);
    before = Math.max(before + step, Math.ceil(figure / step) * step);
    return `${before} ${policy.asset.id}`;
  });
  const [low = "", target = "", high = ""] = texts;
  return [parseLevel(low, units), parseLevel(target, units), parseLevel(high, units)];
}

/** Levels rise strictly, and low keeps above the floor, at the least and at the most the pool held in this history. */
function isWithinRails(policy: PoolPolicy, { opening, flows, to }: BacktestInput): boolean {
  let total = opening;
  const span = { least: opening, most: opening };
  for (let at = 0; at < to; at += 1) {
    total += (flows.inflow[at] ?? 0) - (flows.outflow[at] ?? 0);
    span.least = Math.min(span.least, total);
    span.most = Math.max(span.most, total);
  }
  return [span.least, span.most].every((figure) => {
    const outcome = resolveLevels(policy, basis(policy, figure));
    if (!outcome.ok) return false;
    const { low, floor } = outcome.levels;
    return policy.model?.mode === "live" || floor === null || low >= floor;
  });
}

function basis({ asset }: PoolPolicy, total: number) {
  return { total: unitsOf(total, asset.decimals), decimals: asset.decimals, price: null, forecast: null };
}
