/**
 * Customers who announce what is too large for the hot wallets: every other day one of them says a day and a half ahead that he
 * wants so much at a registered address. The same seed announces the same; what was announced already is not announced twice.
 */
import type { PoolConfig, TreasuryConfig } from "../config/types.ts";
import type { DaemonDeps, Treasury } from "../daemon/types.ts";
import { TidegateError } from "../errors/index.ts";
import type { Instant } from "../ports/index.ts";
import { between } from "./random.ts";
import { type Routine, startRoutine } from "./routine.ts";

const HOUR_MS = 3_600_000;
/** One announcement in each such time. */
const PERIOD_MS = 48 * HOUR_MS;
const AHEAD_MS = 36 * HOUR_MS;
const LOOK_MS = HOUR_MS;
/** Of an announcement, in multiples of the size from which payments go straight from custody, in per cent. */
const TIMES_PERCENT: readonly [number, number] = [110, 300];

export type WithdrawalsTreasury = Pick<Treasury, "addObligation"> & {
  readonly deps: Pick<DaemonDeps, "clock"> & { readonly config: TreasuryConfig };
};

/** Announces until `stop`; a refusal is an answer like any other customer's. */
export function startLargeWithdrawals(treasury: WithdrawalsTreasury, seed: number): Routine {
  const { clock, config } = treasury.deps;
  const look = async (): Promise<void> => {
    for (const pool of config.pools) await announce(treasury, pool, seed, clock.now());
  };
  return startRoutine({ clock, every_ms: LOOK_MS, look });
}

async function announce(treasury: WithdrawalsTreasury, pool: PoolConfig, seed: number, now: Instant): Promise<void> {
  const { direct, asset } = pool.policy;
  const payees = pool.payees ?? [];
  const period = Math.floor(now / PERIOD_MS);
  const at = period * PERIOD_MS;
  if (direct === undefined || payees.length === 0 || now > at + PERIOD_MS - AHEAD_MS) return;
  const draw = (what: string, from: number, to: number): number =>
    between(seed, `${what}/${pool.id}`, period, from, to);
  const payee = payees[draw("payee", 0, payees.length)] ?? "";
  const whole = 10n ** BigInt(asset.decimals);
  const amount = ((direct.above * BigInt(draw("withdrawal", ...TIMES_PERCENT))) / 100n / whole) * whole;
  try {
    await treasury.addObligation({
      ...{ pool_id: pool.id, direction: "out", amount, due_at: at + PERIOD_MS },
      ...{ what: `withdrawal W-${period}`, source: "withdrawals", reference: null, payee },
      ...{ actor: "system:withdrawals", key: `withdrawal-${pool.id}-${period}` },
    });
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
  }
}
