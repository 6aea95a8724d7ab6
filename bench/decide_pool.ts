/**
 * How long one pool takes to be decided from its history: the forecast's state after so many hours of made flows, what its model
 * makes of it, and the decision; each time with one more hour observed, as the daemon does it. And how long a year of hours takes
 * to be priced, with the hindsight optimum beside it.
 */
import { BASE_COSTS, backtest, hindsight, namedPolicy, netOf, stepCosts } from "../src/backtest/index.ts";
import { FLOW_DEFAULTS, observeFlow, openFlowState } from "../src/forecast/index.ts";
import { parseDecimal } from "../src/money/index.ts";
import { forecastOf, HOUR_MS, horizonsOf } from "../src/outlook/index.ts";
import { decide, type PoolPolicy, PROFILES, type RouteOption, type WalletState } from "../src/policy/index.ts";
import type { Snapshot } from "../src/policy/types.ts";
import { quantile } from "./decide.ts";

export interface BenchDecidePoolOptions {
  /** Hours of flows that were seen before; at least 96, from which on a forecast speaks. */
  readonly history_hours: number;
  readonly iterations?: number;
  /** Hours that are priced; a year unless said otherwise. */
  readonly year_hours?: number;
  /** Milliseconds, as finely as the machine tells. */
  readonly now_ms?: () => number;
}

export interface BenchDecidePoolResult {
  readonly history_hours: number;
  readonly iterations: number;
  /** One hour observed, forecast and model, and the decision. */
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly max_ms: number;
  /** A year of hours under `hybrid`, with its hindsight optimum. */
  readonly backtest_year_s: number;
  /** Levels of the last decision and what the year cost: the work was real. */
  readonly low: string;
  readonly rho: number;
}

const ITERATIONS_DEFAULT = 2_000;
const WARM_UP_ITERATIONS = 300;
const YEAR_HOURS = 8_760;
const START = 1_800_000_000_000;
const LEAD_MS = 4 * HOUR_MS;

/** @example benchDecidePool({ history_hours: 168 }).p99_ms */
export function benchDecidePool(options: BenchDecidePoolOptions): BenchDecidePoolResult {
  const { history_hours } = options;
  const iterations = Math.max(1, options.iterations ?? ITERATIONS_DEFAULT);
  const now_ms = options.now_ms ?? (() => performance.now());
  decideAll(history_hours, WARM_UP_ITERATIONS, now_ms);
  const { times_ms, low } = decideAll(history_hours, iterations, now_ms);
  times_ms.sort((a, b) => a - b);
  const year = backtestYear(now_ms, options.year_hours);
  return {
    history_hours,
    iterations,
    p50_ms: quantile(times_ms, 0.5),
    p99_ms: quantile(times_ms, 0.99),
    max_ms: quantile(times_ms, 1),
    backtest_year_s: Math.round(year.seconds * 1_000) / 1_000,
    low,
    rho: Math.round(year.rho * 100) / 100,
  };
}

/** Seconds for a year of made hours with its optimum, after a little warm-up; and how its cost compares. */
export function backtestYear(
  now_ms: () => number = () => performance.now(),
  hours = YEAR_HOURS,
): { seconds: number; rho: number } {
  const flows = {
    step_ms: HOUR_MS,
    start_ms: 0,
    inflow: Float64Array.from({ length: hours }, (_, t) => wave(t, 0)),
    outflow: Float64Array.from({ length: hours }, (_, t) => wave(t + 31, 1)),
  };
  const lanes = { up: { lead_steps: 4, fee: 155 }, down: { lead_steps: 1, fee: 5 }, expedite: null };
  const costs = stepCosts(BASE_COSTS, HOUR_MS);
  const input = { flows, from: 0, to: hours, opening: 600e6, hot: 10e6, costs, lanes };
  hindsight({ net: netOf(input).subarray(0, 500), costs: input.costs });
  const started_ms = now_ms();
  const [run] = backtest(input, [namedPolicy("hybrid")]).runs;
  return { seconds: (now_ms() - started_ms) / 1_000, rho: run?.result.rho ?? Number.NaN };
}

/** A day's wave with noise. */
function wave(t: number, phase: number): number {
  return 1e6 * (1 + 0.5 * Math.sin((2 * Math.PI * t) / 24 + phase) + ((t * 7_919) % 100) / 200);
}

const usdt = (text: string): bigint => parseDecimal(text, 6);
const share = PROFILES["custody-10-90"];

const POLICY: PoolPolicy = {
  ...{ pool_id: "bench", asset: { id: "USDT", decimals: 6 }, ...share, floor: null, return_to: "target" },
  ...{ move_min: usdt("1000"), move_max: usdt("100000000"), cooldown_ms: 0, dwell_ms: 0, prestage: true },
  ...{ fee_max: usdt("100"), fee_max_ppm: 5_000, wallet_floors: {}, wallet_caps: {}, fee_patience: null },
  windows: [{ direction: "to_liquidity", window_ms: 24 * HOUR_MS, amount_max: usdt("500000000"), count_max: 1_000 }],
  priority: [],
  model: {
    ...{ name: "hybrid", mode: "live", refill_cost: usdt("155"), sweep_cost: usdt("5") },
    ...{ exposure_ppm_per_year: 20_000, delay_ppm_per_hour: 1_000 },
  },
};

const wallet = (wallet_id: string, side: WalletState["side"], available: bigint): WalletState => ({
  ...{ wallet_id, venue_id: wallet_id, side, kind: side === "liquidity" ? "hot" : "custody", status: "active" },
  ...{ freshness: "fresh", as_of: START, total: available, available, pending_in: 0n, pending_out: 0n },
  ...{ reserved: 0n, in_flight_in: 0n, pending_readable: true },
});

const route = (from_wallet: string, to_wallet: string, lead_time_ms: number): RouteOption => ({
  ...{ from_wallet, to_wallet, network: "tron", enabled: true, disabled_reason: null, fee_fixed: usdt("1") },
  ...{ fee_ppm: 0, fee_usual: null, minimum: 1n, maximum: null, step: 1n, lead_time_ms },
});

const WALLETS = [wallet("hot", "liquidity", usdt("9000000")), wallet("vault", "reserve", usdt("51000000"))];
const ROUTES = [route("vault", "hot", LEAD_MS), route("hot", "vault", HOUR_MS)];

function decideAll(
  history_hours: number,
  iterations: number,
  now_ms: () => number,
): { times_ms: number[]; low: string } {
  const state = openFlowState({ ...FLOW_DEFAULTS, step_hours: 1, horizons: [...horizonsOf(POLICY)] });
  for (let hour = 0; hour < history_hours; hour += 1) observeFlow(state, wave(hour + 31, 1) - wave(hour, 0));
  const times_ms: number[] = [];
  let low = "";
  for (let hour = history_hours; hour < history_hours + iterations; hour += 1) {
    const net_outflow = wave(hour + 31, 1) - wave(hour, 0);
    const started_ms = now_ms();
    observeFlow(state, net_outflow);
    const now = START + hour * HOUR_MS;
    const input = { policy: POLICY, routes: ROUTES, wallets: WALLETS, lead_time_ms: LEAD_MS, as_of: now };
    const decision = decide({ ...SNAPSHOT, taken_at: now, forecast: forecastOf(state, input) }, POLICY, now);
    times_ms.push(now_ms() - started_ms);
    low = decision.levels?.low.toString() ?? "";
  }
  return { times_ms, low };
}

const SNAPSHOT: Snapshot = {
  ...{ pool_id: "bench", asset: "USDT", decimals: 6, taken_at: START, mode: "auto", wallets: WALLETS, routes: ROUTES },
  ...{ open_transfers: [], price: null, forecast: null, frozen_reason: null },
  history: {
    ...{ last_to_reserve_at: null, last_to_liquidity_at: null, outside_since: null, outside: null },
    moves: Array.from({ length: 24 }, (_, at) => ({
      ...({ at: START - at * HOUR_MS, direction: "to_liquidity", amount: usdt("100000") } as const),
    })),
  },
};
