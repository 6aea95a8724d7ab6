/** The events of a transfer's life. Both sides' balances are those of the books at that moment. */
import { type BalancesAfter, emit, operationType, type TransferFacts } from "../../audit/index.ts";
import type { PoolConfig } from "../../config/types.ts";
import { assert } from "../../errors/index.ts";
import { feePaid, lookAhead as lookAheadInBooks, walletBalance } from "../../ledger/index.ts";
import { printPercent } from "../../money/index.ts";
import type { Ids, Instant } from "../../ports/index.ts";
import type { Json, ReadTx, Tx } from "../../store/index.ts";
import { findPool, type TransferDeps } from "../context.ts";
import type { TransferRow, TransferState } from "../types.ts";
import type { StateChange } from "./change_state.ts";

/** Balances are written where money moved in the books. */
const MOVES_MONEY: ReadonlySet<TransferState> = new Set(["submitted", "settled", "failed"]);
const SHARE_DIGITS = 4;

export function factsOf(row: TransferRow): TransferFacts {
  const { pool_id, asset, from_wallet, to_wallet, network, direction } = row;
  return { pool_id, asset, from_wallet, to_wallet, network, direction, amount: row.amount.toString() };
}

export async function recordPlanned(tx: Tx, ids: Ids, row: TransferRow): Promise<void> {
  await emit(tx, ids, {
    kind: "transfer.planned",
    ref: row.id,
    actor: row.plan.initiator,
    at: row.created_at,
    type: operationType(row.cause),
    payload: {
      ...factsOf(row),
      fee_max: row.fee_max.toString(),
      digest: row.digest,
      decision_id: row.decision_id,
      initiator: row.plan.initiator,
      quorum_needed: row.plan.quorum_needed,
      reason: row.plan.reason,
      plan: row.plan as unknown as Json,
    },
  });
}

export async function recordState(
  tx: Tx,
  deps: Pick<TransferDeps, "ids" | "config">,
  from: TransferRow,
  to: TransferRow,
  change: StateChange,
): Promise<void> {
  const pool = findPool(deps.config, to.pool_id);
  const balances = pool !== undefined && MOVES_MONEY.has(to.state) ? await balancesAfter(tx, pool, to) : null;
  await emit(tx, deps.ids, {
    kind: "transfer.state",
    ref: to.id,
    actor: change.actor,
    at: change.now,
    type: operationType(to.cause),
    payload: {
      ...factsOf(to),
      from_state: from.state,
      to_state: to.state,
      fee: feePaid(to)?.toString() ?? null,
      amount_received: to.amount_received?.toString() ?? null,
      venue_ref: to.venue_ref,
      tx_hash: to.tx_hash,
      note_code: to.note_code,
      note: to.note,
      balances_after: balances,
    },
  });
}

export async function recordStage(
  tx: Tx,
  ids: Ids,
  from: TransferRow,
  to: TransferRow,
  change: StateChange,
): Promise<void> {
  assert(to.stage !== null, `${to.id} has a stage once it has one`);
  await emit(tx, ids, {
    kind: "transfer.stage",
    ref: to.id,
    actor: change.actor,
    at: change.now,
    type: operationType(to.cause),
    payload: {
      ...factsOf(to),
      from_stage: from.stage,
      to_stage: to.stage,
      confirmations: to.confirmations,
      confirmations_needed: to.confirmations_needed,
      tx_hash: to.tx_hash,
      raw_status: change.raw_status ?? "",
    },
  });
}

/** What was asked of the venue, and what it said: neither changes the state. */
export async function recordCancel(
  tx: Tx,
  ids: Ids,
  row: TransferRow,
  said: { readonly actor: string; readonly step: string; readonly text: string; readonly now: Instant },
): Promise<void> {
  const { actor, step, text, now } = said;
  await emit(tx, ids, {
    kind: "transfer.cancel",
    ref: row.id,
    actor,
    at: now,
    type: operationType(row.cause),
    payload: { ...factsOf(row), venue_ref: row.venue_ref, step, text },
  });
}

/** What the books and the event of a change that moves money look at, asked for at once. */
export async function lookAhead(tx: ReadTx, { config }: Pick<TransferDeps, "config">, to: TransferRow): Promise<void> {
  if (tx.gathers !== true || !MOVES_MONEY.has(to.state)) return;
  const pool = findPool(config, to.pool_id);
  const wallets = pool === undefined ? [] : [...pool.liquidity, ...pool.reserve];
  await Promise.all([lookAheadInBooks(tx, to), ...wallets.map((wallet_id) => walletBalance(tx, wallet_id, to.asset))]);
}

async function balancesAfter(tx: ReadTx, pool: PoolConfig, row: TransferRow): Promise<BalancesAfter> {
  const names = [...new Set([...pool.liquidity, ...pool.reserve, row.from_wallet, row.to_wallet])];
  const balances = await Promise.all(names.map((wallet_id) => walletBalance(tx, wallet_id, pool.asset)));
  const posted = (wallet_id: string): bigint => balances[names.indexOf(wallet_id)]?.posted ?? 0n;
  const sum = (wallets: readonly string[]): bigint => wallets.reduce((total, one) => total + posted(one), 0n);
  const [liquidity, reserve] = [sum(pool.liquidity), sum(pool.reserve)];
  return {
    liquidity: liquidity.toString(),
    reserve: reserve.toString(),
    share_percent: printPercent(liquidity, liquidity + reserve, SHARE_DIGITS),
    from_wallet: posted(row.from_wallet).toString(),
    to_wallet: posted(row.to_wallet).toString(),
  };
}
