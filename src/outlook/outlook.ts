/** What the pool's forecast and its model say now, in base units, for a snapshot: the last place where a figure is not money yet. */
import type { PoolConfig } from "../config/types.ts";
import {
  breachSteps,
  type Calendar,
  expectedDrawdown,
  type FlowState,
  type NamedDates,
  outflowQuantile,
  stepCalendar,
} from "../forecast/index.ts";
import { type LaneTerms, type ModelLevels, type ModelReason, modelByName } from "../models/index.ts";
import {
  coversOf,
  type ModelOutcome,
  type ModelPolicy,
  type OutflowForecast,
  type PoolPolicy,
  resolveLevels,
} from "../policy/index.ts";
import type { RouteOption, WalletState } from "../policy/types.ts";
import type { Instant } from "../ports/index.ts";
import { type ReadTx, tables } from "../store/index.ts";
import { figureOf, unitsOf } from "./figure.ts";
import { needsForecast, shapeOf, stateOf } from "./keep_forecast.ts";
import { measuredLeadTime } from "./lead_time.ts";
import { HOUR_MS } from "./read_flows.ts";

/** Four days: the least that shows a daily pattern, and the warm-up of the benchmark. */
export const NEEDED_HOURS = 96;
/** Hot share of all assets that no model passes, whatever the emergency levels say. */
const HOT_SHARE_MAX = 0.6;
const HOURS_PER_YEAR = 8_766;
const MILLION = 1_000_000;

export interface OutlookInput {
  readonly pool: PoolConfig;
  readonly routes: readonly RouteOption[];
  readonly wallets: readonly WalletState[];
  readonly now: Instant;
  /** The expedited lane while people left room in it: from asking to having. */
  readonly expedite?: { readonly lead_time_ms: number } | null;
  readonly named_dates?: readonly NamedDates[];
}

/** Null where nothing in the policy follows a forecast. */
export async function outlookOf(tx: ReadTx, input: OutlookInput): Promise<OutflowForecast | null> {
  const { pool, routes, now } = input;
  if (!needsForecast(pool.policy)) return null;
  const found = await tx.get(tables.flow_forecast, { pool_id: pool.id });
  const row = found?.shape === shapeOf(pool, input.named_dates ?? []) ? found : undefined;
  const lead_time_ms = await measuredLeadTime(tx, pool, routes);
  const state = row === undefined ? null : stateOf(row);
  return forecastOf(state, { ...input, policy: pool.policy, lead_time_ms, as_of: row?.through ?? now });
}

export interface ForecastInput extends Pick<OutlookInput, "routes" | "wallets" | "expedite" | "named_dates"> {
  readonly policy: PoolPolicy;
  readonly lead_time_ms: number;
  readonly as_of: Instant;
}

/** What a state of the forecast says for this policy, as a snapshot carries it. */
export function forecastOf(state: FlowState | null, input: ForecastInput): OutflowForecast {
  const { policy, lead_time_ms, as_of } = input;
  const base = { as_of, needed_hours: NEEDED_HOURS, lead_time_ms };
  if (state === null || state.steps * state.parameters.step_hours < NEEDED_HOURS) {
    return { ...base, observed_hours: state?.steps ?? 0, covers: [], model: null };
  }
  const { decimals } = policy.asset;
  const calendar = calendarOf(input, state);
  const covers = coversOf(policy).map((cover) => {
    const hours = Math.max(1, Math.ceil((cover.horizon_ms ?? lead_time_ms) / HOUR_MS));
    return {
      ...cover,
      units: unitsOf(outflowQuantile(state, hours, cover.quantile_ppm / MILLION, calendar), decimals),
    };
  });
  const { model } = policy;
  const forecast: OutflowForecast = {
    ...base,
    observed_hours: state.steps,
    covers,
    model: model === null ? null : modelOutcome(model, state, input),
  };
  return policy.prestage === true ? { ...forecast, ...aheadOf(forecast, state, input) } : forecast;
}

/** Steps of the state as days with names; the state ends where the forecast begins. */
function calendarOf({ named_dates, as_of }: ForecastInput, { steps, parameters }: FlowState): Calendar | undefined {
  return stepCalendar(named_dates ?? [], as_of - steps * parameters.step_hours * HOUR_MS, parameters.step_hours);
}

/** What leaves while a refill is on its way, and when the low level is reached; none where a level needs a price. */
function aheadOf(
  forecast: OutflowForecast,
  state: FlowState,
  input: ForecastInput,
): Pick<OutflowForecast, "expected_outflow" | "breach_at"> {
  const { policy, wallets, as_of } = input;
  const { decimals } = policy.asset;
  const calendar = calendarOf(input, state);
  const cash = (some: readonly WalletState[]): bigint =>
    some.reduce((sum, { available, reserved, pending_out }) => sum + (available ?? 0n) - reserved - pending_out, 0n);
  const basis = { total: cash(wallets), decimals, price: null, forecast };
  const outcome = resolveLevels(policy, basis);
  if (!outcome.ok) return {};
  const hours = Math.max(1, Math.ceil(forecast.lead_time_ms / HOUR_MS));
  const liquidity = cash(wallets.filter(({ side }) => side === "liquidity"));
  const floor = figureOf(outcome.levels.low, decimals);
  const steps = breachSteps(state, figureOf(liquidity, decimals), floor, calendar);
  return {
    expected_outflow: unitsOf(expectedDrawdown(state, hours, calendar), decimals),
    breach_at: steps === null ? null : Math.floor(as_of + steps * HOUR_MS),
  };
}

function modelOutcome(model: ModelPolicy, state: FlowState, input: ForecastInput): ModelOutcome | null {
  const { policy, wallets, lead_time_ms } = input;
  const { decimals } = policy.asset;
  const calendar = calendarOf(input, state);
  const total = wallets.reduce((sum, { available }) => sum + figureOf(available ?? 0n, decimals), 0);
  const levels = modelByName(model.name)?.levels({
    forecast: state,
    up: laneOf(input, "in", model.refill_cost, lead_time_ms),
    down: laneOf(input, "out", model.sweep_cost, HOUR_MS),
    expedite: expediteOf(model, input),
    ...(calendar === undefined ? {} : { calendar }),
    exposure: model.exposure_ppm_per_year / MILLION / HOURS_PER_YEAR,
    delay: model.delay_ppm_per_hour / MILLION,
    total,
    rails: { low_min: null, hot_max: HOT_SHARE_MAX * total },
  });
  if (levels === undefined) return null;
  return {
    name: model.name,
    low: unitsOf(levels.low, decimals),
    target: unitsOf(levels.target, decimals),
    high: unitsOf(levels.high, decimals),
    sweep_to: unitsOf(levels.sweep_to, decimals),
    may_sweep: levels.may_sweep,
    ...(levels.expedite_low === null || levels.expedite_to === null
      ? {}
      : { expedite_low: unitsOf(levels.expedite_low, decimals), expedite_to: unitsOf(levels.expedite_to, decimals) }),
    because: wordsOf(levels),
  };
}

/** The lane that people approved in advance, where it is faster than the slow one. */
function expediteOf(model: ModelPolicy, input: ForecastInput): LaneTerms | null {
  const { expedite, lead_time_ms } = input;
  if (expedite == null || expedite.lead_time_ms >= lead_time_ms) return null;
  return laneOf(input, "in", model.expedite_cost ?? model.refill_cost, expedite.lead_time_ms);
}

/** The cheapest enabled way in or out, with what people cost on top. */
function laneOf(
  { policy, routes, wallets }: ForecastInput,
  way: "in" | "out",
  cost: bigint,
  lead_ms: number,
): LaneTerms {
  const liquidity = new Set(wallets.filter(({ side }) => side === "liquidity").map(({ wallet_id }) => wallet_id));
  const end = way === "in" ? "to_wallet" : "from_wallet";
  const mine = routes.filter((route) => route.enabled && liquidity.has(route[end]));
  const fee = mine.reduce<bigint | null>(
    (least, route) => (least === null || route.fee_fixed < least ? route.fee_fixed : least),
    null,
  );
  const lead_steps = Math.max(1, Math.ceil(lead_ms / HOUR_MS));
  return { lead_steps, fee: figureOf((fee ?? 0n) + cost, policy.asset.decimals) };
}

const WORDS: Readonly<Record<ModelReason["code"], string>> = {
  share: "a fixed share of the pool",
  lead_floor: "what a lead time may take",
  drawdown: "the largest drawdowns seen over a lead time",
  tail: "the largest single withdrawals seen",
  run: "a run: withdrawals far above their season",
  lot: "the size of a refill that its cost asks for",
  sweep_gap: "the surplus that a move to custody is worth",
  rail: "a limit that people set",
  cold_start: "too little seen yet",
};

function wordsOf({ reasons }: ModelLevels): readonly string[] {
  return [...new Set(reasons.map(({ code }) => WORDS[code]))];
}
