/** A pool with a history of its own in a memory store: opening balances, and customers' flows hour by hour. */
import { noise } from "../backtest/suite.ts";
import type { PoolConfig } from "../config/types.ts";
import { bookOpening } from "../ledger/index.ts";
import { policyDigest } from "../policy/index.ts";
import type { PoolPolicy } from "../policy/types.ts";
import { simulatedConfig } from "../simulate/sim_config.ts";
import { VirtualClock } from "../simulate/virtual_clock.ts";
import { MemoryData, MemoryStore, type MovementRow, type Store, tables } from "../store/index.ts";

export const HOUR = 3_600_000;
export const START = Date.UTC(2026, 0, 5);
export const UNIT = 1_000_000n;
const [SIMULATED] = simulatedConfig().pools;
if (SIMULATED === undefined) throw new Error("the simulator has a pool");

export const MODEL = {
  name: "hybrid",
  mode: "shadow",
  refill_cost: 155n * UNIT,
  sweep_cost: 5n * UNIT,
  exposure_ppm_per_year: 20_000,
  delay_ppm_per_hour: 1_000,
} as const;

/** A tenth hot, wide bounds, and costs: what a pool without a history of tuning looks like. */
export function poolWith(over: Partial<PoolPolicy> = {}): PoolConfig {
  if (SIMULATED === undefined) throw new Error("the simulator has a pool");
  const free = { move_min: UNIT, move_max: 10n ** 15n, cooldown_ms: 0, dwell_ms: 0, windows: [], wallet_floors: {} };
  const policy = { ...SIMULATED.policy, ...free, model: MODEL, ...over };
  return { ...SIMULATED, policy, policy_digest: policyDigest(policy) };
}

export interface Own {
  readonly clock: VirtualClock;
  readonly store: Store;
}

export interface FlowsOf {
  readonly hours: number;
  readonly seed?: number;
  /** Whole units out per hour, about; in comes nearly as much. */
  readonly size?: number;
}

let ids = 0;
export const IDS = {
  next: (prefix: string): string => {
    ids += 1;
    return `${prefix}_${ids}`;
  },
};

/** 40 million in all, 4 of them hot. */
export async function openOwn(pool: PoolConfig, { hours, seed = 1, size = 20_000 }: FlowsOf): Promise<Own> {
  const clock = new VirtualClock(START);
  const store = new MemoryStore({ clock, data: new MemoryData() });
  const opening = (wallet_id: string, units: bigint) =>
    store.tx("test", (tx) =>
      bookOpening(tx, IDS, { wallet_id, asset: pool.asset, amount: units * UNIT, owner: "customers", at: START }),
    );
  const [hot = "", ...others] = pool.liquidity;
  const [vault = ""] = pool.reserve;
  await opening(hot, 4_000_000n);
  for (const wallet of others) await opening(wallet, 0n);
  await opening(vault, 36_000_000n);
  const next = noise(seed);
  const rows: MovementRow[] = [];
  for (let hour = 0; hour < hours; hour += 1) {
    const season = 1 + 0.6 * Math.sin((2 * Math.PI * hour) / 24);
    const at = START + hour * HOUR + 60_000;
    rows.push(movement(pool, hot, `o${hour}`, "out", Math.round(size * season * (0.5 + next())), at));
    rows.push(movement(pool, hot, `i${hour}`, "in", Math.round(size * season * (0.4 + next())), at + 1));
  }
  await store.tx("test", async (tx) => {
    for (const row of rows) await tx.insert(tables.movement, row);
  });
  await clock.run(START + hours * HOUR + 10 * 60_000);
  return { clock, store };
}

export function movement(
  pool: PoolConfig,
  wallet_id: string,
  movement_id: string,
  direction: "in" | "out",
  units: number,
  at: number,
  transfer_id: string | null = null,
): MovementRow {
  return {
    ...{ wallet_id, movement_id, direction, asset: pool.asset, amount: BigInt(units) * UNIT, fee: 0n },
    ...{
      reference: null,
      tx_hash: null,
      counterparty: null,
      at,
      height: null,
      transfer_id,
      unexplained: false,
      gone: false,
    },
  };
}
