/**
 * How long choosing the legs of one decision takes: many sources, destinations and networks, fees by source and network, an amount
 * that several sources have to share. With many limited destinations the search may stop at its limit and says so.
 */
import { LEGS_MAX, type RouteLimits, type RouteOption, type Spendable, splitAmount } from "../src/routes/index.ts";
import { createSeededRandom } from "../src/simulate/seeded_random.ts";

export interface BenchRoutesOptions {
  /** Wallets on each side. */
  readonly wallets?: number;
  readonly networks?: number;
  readonly pools?: number;
  /** Milliseconds, as finely as the machine tells. */
  readonly now_ms?: () => number;
}

interface Timing {
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly max_ms: number;
  /** Pools whose best set was proved. */
  readonly exact: number;
}

export interface BenchRoutesResult {
  readonly wallets: number;
  readonly networks: number;
  readonly pools: number;
  readonly unlimited: Timing;
  /** Every destination may take only so much. */
  readonly limited: Timing;
}

const LIMITS: RouteLimits = {
  fee_max: 10n ** 9n,
  fee_max_ppm: 5_000,
  leg_min: 10n ** 6n,
  delay_ppm_per_hour: 5,
  priority: [],
};
const LEAD_TIMES_MS = [60_000, 900_000, 3_600_000, 120_000];

/** @example benchRoutes({ wallets: 8, networks: 4 }).unlimited.p99_ms */
export function benchRoutes(options: BenchRoutesOptions = {}): BenchRoutesResult {
  const { wallets = 8, networks = 4, pools = 100, now_ms = () => performance.now() } = options;
  const timed = (limited: boolean): Timing => {
    const times_ms: number[] = [];
    let exact = 0;
    for (let seed = 1; seed <= pools; seed += 1) {
      const pool = makePool(seed, wallets, networks, limited);
      const started_ms = now_ms();
      const split = splitAmount(pool.options, pool.amount, pool.cash, LIMITS, LEGS_MAX, pool.receivable);
      times_ms.push(now_ms() - started_ms);
      if (split.exact) exact += 1;
    }
    times_ms.sort((a, b) => a - b);
    const at = (share: number): number =>
      Number((times_ms[Math.min(times_ms.length - 1, Math.floor(times_ms.length * share))] ?? 0).toFixed(3));
    return { p50_ms: at(0.5), p99_ms: at(0.99), max_ms: at(1), exact };
  };
  timed(false);
  return { wallets, networks, pools, unlimited: timed(false), limited: timed(true) };
}

interface BenchPool {
  readonly options: readonly RouteOption[];
  readonly cash: Spendable;
  readonly receivable: Spendable;
  readonly amount: bigint;
}

function makePool(seed: number, wallets: number, networks: number, limited: boolean): BenchPool {
  const random = createSeededRandom(seed);
  const upTo = (most: number): bigint => BigInt(Math.floor(random.next() * most));
  const names = (prefix: string): string[] => Array.from({ length: wallets }, (_, index) => `${prefix}${index}`);
  const cash = new Map(names("vault").map((name) => [name, upTo(1e11)]));
  const options = [...cash.keys()].flatMap((from_wallet) => {
    const offers = Array.from({ length: networks }, (_, index) => ({
      network: `net${index}`,
      fee_fixed: upTo(2e7),
      fee_ppm: random.next() < 0.5 ? 0 : Number(upTo(300)),
      fee_usual: null,
      lead_time_ms: LEAD_TIMES_MS[index % LEAD_TIMES_MS.length] ?? 0,
    }));
    const base = { from_wallet, enabled: true, disabled_reason: null, minimum: 10n ** 7n, maximum: null, step: 1_000n };
    return names("hot").flatMap((to_wallet) => offers.map((offer): RouteOption => ({ ...base, ...offer, to_wallet })));
  });
  const total = [...cash.values()].reduce((sum, own) => sum + own, 0n);
  const amount = (total * (10n + upTo(80))) / 100n;
  const receivable = new Map(limited ? names("hot").map((name) => [name, upTo(1.2e11)]) : []);
  return { options, cash, receivable, amount };
}
