/**
 * How long one decision takes. The pool is worst-case in shape: every wallet counted, a fee on every route, a refill that no
 * single source can carry, so that routes are ranked, split and priced over several rounds.
 */
import { parseDecimal } from "../src/money/index.ts";
import {
  decide,
  type PoolPolicy,
  PROFILES,
  type RouteOption,
  type Snapshot,
  type WalletState,
} from "../src/policy/index.ts";

export interface BenchDecideOptions {
  /** Wallets of the pool, half of them on each side; at least 2. */
  readonly wallets?: number;
  readonly iterations?: number;
  /** Milliseconds, as finely as the machine tells. */
  readonly now_ms?: () => number;
}

export interface BenchDecideResult {
  readonly wallets: number;
  readonly routes: number;
  readonly iterations: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly max_ms: number;
  /** Verdict and moved amount of the decision that was timed: the work was real and exact. */
  readonly verdict: string;
  readonly moved: string;
}

const WALLETS_DEFAULT = 2_000;
const ITERATIONS_DEFAULT = 200;
const WARM_UP_ITERATIONS = 20;
const ROUTES_PER_SOURCE = 3;
const NOW = 1_800_000_000_000;

/** @example benchDecide({ wallets: 2_000 }).p99_ms */
export function benchDecide(options: BenchDecideOptions = {}): BenchDecideResult {
  const wallets = Math.max(2, options.wallets ?? WALLETS_DEFAULT);
  const iterations = Math.max(1, options.iterations ?? ITERATIONS_DEFAULT);
  const now_ms = options.now_ms ?? (() => performance.now());
  const snapshot = benchSnapshot(wallets);
  for (let i = 0; i < WARM_UP_ITERATIONS; i += 1) decide(snapshot, POLICY, NOW);
  const times_ms: number[] = [];
  let decision = decide(snapshot, POLICY, NOW);
  for (let i = 0; i < iterations; i += 1) {
    const started_ms = now_ms();
    decision = decide(snapshot, POLICY, NOW + i);
    times_ms.push(now_ms() - started_ms);
  }
  times_ms.sort((a, b) => a - b);
  return {
    wallets,
    routes: snapshot.routes.length,
    iterations,
    p50_ms: quantile(times_ms, 0.5),
    p99_ms: quantile(times_ms, 0.99),
    max_ms: quantile(times_ms, 1),
    verdict: decision.verdict,
    moved: decision.moves.reduce((sum, move) => sum + move.amount, 0n).toString(),
  };
}

const usdt = (text: string): bigint => parseDecimal(text, 6);

const POLICY: PoolPolicy = {
  pool_id: "bench",
  asset: { id: "USDT", decimals: 6 },
  ...PROFILES["custody-10-90"],
  floor: null,
  return_to: "target",
  move_min: usdt("100"),
  move_max: usdt("100000000"),
  cooldown_ms: 0,
  dwell_ms: 0,
  fee_max: usdt("100"),
  fee_max_ppm: 5_000,
  windows: [],
  wallet_floors: {},
  priority: [],
  wallet_caps: {},
  fee_patience: null,
  model: null,
};

/** Hot wallets hold 4 % of the pool together; every custody wallet holds far less than the refill. */
function benchSnapshot(wallets: number): Snapshot {
  const pairs = Math.floor(wallets / 2);
  const indices = Array.from({ length: pairs }, (_, index) => index);
  return {
    pool_id: "bench",
    asset: "USDT",
    decimals: 6,
    taken_at: NOW,
    mode: "auto",
    wallets: indices.flatMap((i) => [
      benchWallet(`hot-${i}`, "liquidity", usdt("4000") + BigInt(i)),
      benchWallet(`vault-${i}`, "reserve", usdt("96000") + BigInt(i * 7)),
    ]),
    routes: indices.flatMap((i) =>
      Array.from({ length: ROUTES_PER_SOURCE }, (_, n) => benchRoute(`vault-${i}`, `hot-${(i + n) % pairs}`, i + n)),
    ),
    open_transfers: [],
    price: null,
    forecast: null,
    history: { last_to_reserve_at: null, last_to_liquidity_at: null, outside_since: null, outside: null, moves: [] },
    frozen_reason: null,
  };
}

function benchWallet(wallet_id: string, side: WalletState["side"], available: bigint): WalletState {
  return {
    wallet_id,
    venue_id: "bench",
    side,
    kind: side === "liquidity" ? "hot" : "custody",
    status: "active",
    freshness: "fresh",
    as_of: NOW,
    total: available,
    available,
    pending_in: 0n,
    pending_out: 0n,
    reserved: 0n,
    in_flight_in: 0n,
    pending_readable: true,
  };
}

function benchRoute(from_wallet: string, to_wallet: string, seed: number): RouteOption {
  return {
    from_wallet,
    to_wallet,
    network: "tron",
    enabled: true,
    disabled_reason: null,
    fee_fixed: usdt("1") + BigInt((seed * 7_919) % 1_000),
    fee_ppm: 100,
    fee_usual: null,
    minimum: usdt("10"),
    maximum: null,
    step: 1n,
    lead_time_ms: 60_000 * (1 + (seed % 30)),
  };
}

/** Rounded to microseconds. */
export function quantile(sorted_ms: readonly number[], share: number): number {
  const index = Math.min(sorted_ms.length - 1, Math.max(0, Math.ceil(sorted_ms.length * share) - 1));
  return Math.round((sorted_ms[index] ?? 0) * 1_000) / 1_000;
}
