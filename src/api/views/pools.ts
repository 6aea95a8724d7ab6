/** Pools with position, band, wallets, what is in flight, and the advisor card. */
import type { PoolConfig } from "../../config/types.ts";
import type { PoolPlan } from "../../daemon/types.ts";
import { divide } from "../../money/index.ts";
import type { Decision, PriceState, ReasonCode } from "../../policy/index.ts";
import type { ReadTx } from "../../store/index.ts";
import type { TransferRow } from "../../transfers/types.ts";
import type { DecisionView, Money, Pool, Wallet } from "../schemas/index.ts";
import { countedTotal, viewCurrentDecision, viewLevels, viewPositionOrNull } from "./decisions.ts";
import type { Printer } from "./printer.ts";
import { viewTransfer } from "./transfers.ts";

type Band = Pool["band"];

const BAND_OF_REASON: Readonly<Partial<Record<ReasonCode, Band>>> = {
  below_emergency_low: "emergency_low",
  below_low: "low",
  inside_band: "inside",
  above_high: "high",
  above_emergency_high: "emergency_high",
  gas_low: "low",
  gas_wanted: "inside",
  gas_supplied: "inside",
  deposits_below: "inside",
  deposits_ready: "high",
  deposit_not_worth: "inside",
  deposit_needs_gas: "high",
};

interface PoolInput {
  readonly pool: PoolConfig;
  readonly plan: PoolPlan | undefined;
  readonly price: PriceState | null;
  readonly wallets: readonly Wallet[];
  /** Open transfers of the pool, newest first. */
  readonly open: readonly TransferRow[];
}

export async function viewPool(input: PoolInput, tx: ReadTx, printer: Printer): Promise<Pool> {
  const { pool, plan, price } = input;
  const decision = plan?.decision ?? null;
  const total = decision?.before?.total ?? null;
  return {
    id: pool.id,
    asset: pool.asset,
    decimals: pool.policy.asset.decimals,
    task: pool.policy.task?.kind ?? null,
    networks: [...pool.networks],
    policy_digest: pool.policy_digest,
    return_to: pool.policy.return_to,
    levels: viewLevels(pool.policy, decision?.levels ?? null, countedTotal(decision?.before ?? null), printer),
    position: viewPositionOrNull(decision?.before ?? null, pool.asset, printer),
    band: bandOf(decision),
    value: total === null ? null : poolValue(total, price, pool.policy.asset.decimals, printer),
    wallets: input.wallets.filter((wallet) => wallet.pool_id === pool.id),
    in_flight: input.open.map((row) => viewTransfer(row, printer)),
    advisor: await adviceOf(input, tx, printer),
  };
}

/** Where a decision says liquidity stands. */
export function bandOf(decision: Decision | null): Band {
  for (const reason of decision?.reasons ?? []) {
    const band = BAND_OF_REASON[reason.code];
    if (band !== undefined) return band;
  }
  return "unknown";
}

/** The advisor card: what is decided now, whatever was decided before and is still being carried out. */
async function adviceOf({ pool, plan }: PoolInput, tx: ReadTx, printer: Printer): Promise<DecisionView | null> {
  return plan === undefined ? null : viewCurrentDecision(plan.decision, pool, tx, printer);
}

/** Value in the reference currency, rounded down; null without a price. */
export function poolValue(units: bigint, price: PriceState | null, decimals: number, printer: Printer): Money | null {
  if (price === null || price.price === null || price.price.den === 0n) return null;
  const value = divide(units * price.price.num, price.price.den * 10n ** BigInt(decimals), "down");
  return printer.money(price.currency, value);
}
