/** Words that the small rules share: what they see, what they wish for, and which wallets they may use. */
import { maxOf } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import type { RouteOption } from "../routes/index.ts";
import type { Finding } from "./finding.ts";
import type { PoolPolicy, PoolTask, ResolvedLevels, Severity, Snapshot, WalletState } from "./types.ts";

export interface TaskInput {
  readonly snapshot: Snapshot;
  readonly policy: PoolPolicy;
  readonly now: Instant;
}

/** What one wallet needs moved, before limits: the most urgent first. */
export interface Wish {
  /** Routes that would do, already between usable wallets whose pair is free. */
  readonly routes: readonly RouteOption[];
  readonly amount: bigint;
  /** What the source may give. */
  readonly cash: bigint;
  readonly fee_max: bigint;
}

export interface TaskPlan {
  readonly severity: Severity;
  readonly findings: readonly Finding[];
  readonly wishes: readonly Wish[];
  readonly levels: ResolvedLevels | null;
}

/** The one way in which money moves in such a pool. */
export function taskWay({ kind }: PoolTask): "to_liquidity" | "to_reserve" {
  return kind === "gas" ? "to_liquidity" : "to_reserve";
}

/** Wallets that hold money of the pool and may move it. */
export function isUsed({ status }: WalletState): boolean {
  return status === "active" || status === "archiving";
}

/** What the wallet could send now. */
export function cashOf(wallet: WalletState): bigint {
  return maxOf((wallet.available ?? 0n) - wallet.reserved - wallet.pending_out - (wallet.earmarked ?? 0n), 0n);
}

/** True while a transfer between the two is open, either way. */
export function isTaken(snapshot: Snapshot, { from_wallet, to_wallet }: RouteOption): boolean {
  return snapshot.open_transfers.some(
    (open) =>
      (open.from_wallet === from_wallet && open.to_wallet === to_wallet) ||
      (open.from_wallet === to_wallet && open.to_wallet === from_wallet),
  );
}
