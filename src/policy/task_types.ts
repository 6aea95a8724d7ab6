/**
 * Pools with a small rule of their own instead of a band: wallets that pay for transactions, and addresses where customers
 * deposit. A wallet of such a pool is looked at by itself; there is no share that could be too large or too small.
 */
import type { AssetId } from "../money/index.ts";

export type PoolTask = GasTask | DepositTask;

/** Keeps each wallet able to pay for its next transactions. The liquidity side pays for them, the reserve side supplies it. */
export interface GasTask {
  readonly kind: "gas";
  /** A wallet that can pay for fewer is supplied, up to the target. */
  readonly transactions_low: number;
  readonly transactions_target: number;
  /** Least that one transaction is taken to cost, in base units of the coin. */
  readonly transaction_cost: bigint;
  /** A transaction costs so many times what sending the coin costs now: a token call takes several times the gas. */
  readonly fee_times: number;
  /** No wallet is filled above this, whatever transactions cost. */
  readonly wallet_max: bigint;
  /** Wallets that get something only while a sweep waits for it. */
  readonly on_demand: readonly string[];
}

/** Empties the liquidity side, addresses where customers deposit, into the reserve side, a hot wallet. */
export interface DepositTask {
  readonly kind: "deposits";
  /** Less stays where it is. */
  readonly sweep_min: bigint;
  /** Sweeps that may be under way at a time. */
  readonly batch_max: number;
}

/** What pays for the transactions of a wallet whose own asset cannot: a token's address needs the coin of its chain. */
export interface GasState {
  readonly wallet_id: string;
  readonly coin: AssetId;
  readonly decimals: number;
  /** Null: never read. */
  readonly available: bigint | null;
  /** One transaction, in base units of the coin; null: not known. */
  readonly needed: bigint | null;
  /** The same in base units of the pool's asset; null without trusted prices. */
  readonly cost: bigint | null;
}
