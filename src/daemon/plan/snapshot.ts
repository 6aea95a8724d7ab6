/** What is known about a pool at one instant, put together from rows alone so that a decision can be replayed. */
import type { PoolConfig, WalletConfig } from "../../config/types.ts";
import { maxOf, minOf } from "../../money/index.ts";
import { outlookOf } from "../../outlook/index.ts";
import type { GasState, Mode, OpenTransfer, Side, Snapshot, WalletState } from "../../policy/types.ts";
import type { Instant } from "../../ports/index.ts";
import { type BalanceRow, type ReadTx, tables } from "../../store/index.ts";
import {
  envelopesWithRoom,
  isOpen,
  readAssetFrozen,
  readModeControl,
  readSweepsHeld,
  type TransferRow,
  UNSENT,
} from "../../transfers/index.ts";
import { isAside } from "../../wallets/index.ts";
import { contained, type OwnTransfer, readOwn } from "../observe/own_transfers.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps } from "../types.ts";
import { readHistory } from "./history.ts";
import { fastest, lanesIn, lanesOf } from "./lanes.ts";
import { readObligations } from "./obligations.ts";
import { priceOf } from "./prices.ts";
import { coinsOf } from "./small_coins.ts";
import { gasOf, waysOf, withWanted } from "./task_facts.ts";

export async function buildSnapshot(
  tx: ReadTx,
  deps: DaemonDeps,
  state: DaemonState,
  pool: PoolConfig,
): Promise<Snapshot> {
  const now = deps.clock.now();
  const [own, held, rooms, mode, history, frozen_reason, obligations, sweeps_held] = await Promise.all([
    readOwn(tx, pool.asset, now),
    readWallets(tx, deps, state, pool, now),
    envelopesWithRoom(tx, deps, pool.id, now),
    snapshotMode(tx, deps),
    readHistory(tx, pool, now),
    frozenReason(tx, deps, pool),
    readObligations(tx, pool.id),
    readSweepsHeld(tx, pool.id),
  ]);
  const wallets = held.map(({ wallet, side, balance, gas, coins }) => ({
    ...walletState(deps, wallet, side, balance, own, now),
    ...gas,
    ...coins,
  }));
  const routes = waysOf(deps, state, pool, now);
  const expedited = lanesIn(deps, state, rooms, { pool, routes, own, now });
  const { named_dates = [] } = deps.config;
  const forecast = await outlookOf(tx, { pool, routes, wallets, now, expedite: fastest(expedited), named_dates });
  return {
    pool_id: pool.id,
    asset: pool.asset,
    decimals: pool.policy.asset.decimals,
    taken_at: now,
    mode,
    wallets: await withWanted(deps, pool, wallets, (other) => buildSnapshot(tx, deps, state, other)),
    routes,
    open_transfers: own
      .map(({ row }) => row)
      .filter((row) => isOpen(row) && row.pool_id === pool.id)
      .map(openTransfer),
    price: priceOf(deps, state, pool.asset),
    forecast,
    history,
    frozen_reason,
    obligations,
    sweeps_held_reason: sweeps_held?.reason ?? null,
    ...lanesOf(deps, { pool, forecast, expedited }),
  };
}

interface Held {
  readonly wallet: WalletConfig;
  readonly side: Side;
  readonly balance: BalanceRow | undefined;
  readonly gas: { readonly gas?: GasState };
  readonly coins: Pick<WalletState, "small_coins">;
}

/** The pool's wallets in the order of the configuration, with what is known of each. */
async function readWallets(
  tx: ReadTx,
  deps: DaemonDeps,
  state: DaemonState,
  pool: PoolConfig,
  now: Instant,
): Promise<Held[]> {
  const held = deps.config.wallets.map(async (wallet) => {
    const side = sideOf(pool, wallet.id);
    if (side === null) return [];
    const [balance, gas, coins] = await Promise.all([
      tx.get(tables.balance, { wallet_id: wallet.id }),
      gasOf(tx, deps, state, pool, wallet, now),
      coinsOf(tx, state, wallet.id, now),
    ]);
    return [{ wallet, side, balance, gas, coins }];
  });
  return (await Promise.all(held)).flat();
}

/** Before the first start there is no mode in the store; a preview shows what the configuration says. */
async function snapshotMode(tx: ReadTx, deps: DaemonDeps): Promise<Mode> {
  return (await readModeControl(tx))?.mode ?? deps.config.mode;
}

function sideOf(pool: PoolConfig, wallet_id: string): Side | null {
  if (pool.liquidity.includes(wallet_id)) return "liquidity";
  return pool.reserve.includes(wallet_id) ? "reserve" : null;
}

function walletState(
  deps: DaemonDeps,
  wallet: WalletConfig,
  side: Side,
  balance: BalanceRow | undefined,
  own: readonly OwnTransfer[],
  now: Instant,
): WalletState {
  const base = { wallet_id: wallet.id, venue_id: wallet.venue, side, kind: wallet.kind, status: wallet.status };
  if (balance === undefined) {
    return {
      ...base,
      freshness: "unknown",
      as_of: null,
      total: null,
      available: null,
      pending_in: 0n,
      pending_out: 0n,
      reserved: 0n,
      in_flight_in: 0n,
      pending_readable: true,
    };
  }
  const window_ms = deps.venues.get(wallet.venue)?.capabilities().consistency_window_ms ?? 0;
  return {
    ...base,
    freshness: now - balance.as_of <= wallet.stale_after_ms ? "fresh" : "stale",
    as_of: balance.as_of,
    total: balance.total,
    available: balance.available,
    pending_in: balance.pending_in,
    ...outgoing(own, balance, window_ms),
    in_flight_in: incoming(own, balance, window_ms),
    pending_readable: balance.pending_readable,
  };
}

/**
 * What our own transfers still take from `available`, and what others' pending payments do. What the venue has set aside already
 * (pending out that is not part of `available`) is not taken twice, but only transfers it has accepted may rely on that.
 */
export function outgoing(
  own: readonly OwnTransfer[],
  balance: BalanceRow,
  window_ms: number,
): { readonly reserved: bigint; readonly pending_out: bigint } {
  let [unseen, accepted] = [0n, 0n];
  for (const one of own) {
    const { row } = one;
    if (row.from_wallet !== balance.wallet_id) continue;
    if (contained(one, balance).out > 0n || isOld(row, balance, window_ms)) continue;
    const whole = row.amount + (row.state === "settled" ? (row.fee_actual ?? 0n) : row.fee_max);
    if (row.state === "submitted" || row.state === "settled") accepted += whole;
    else unseen += whole;
  }
  const set_aside = maxOf(balance.total - balance.available - balance.locked, 0n);
  const set_aside_out = minOf(balance.pending_out, set_aside);
  const covered = minOf(accepted, set_aside_out);
  const pending_out = maxOf(balance.pending_out - set_aside_out - (accepted - covered), 0n);
  return { reserved: unseen + accepted - covered, pending_out };
}

/** What our own transfers bring and the balance does not contain yet. */
export function incoming(own: readonly OwnTransfer[], balance: BalanceRow, window_ms: number): bigint {
  let sum = 0n;
  for (const one of own) {
    const { row } = one;
    if (row.to_wallet !== balance.wallet_id || isOld(row, balance, window_ms)) continue;
    if (contained(one, balance).in === 0n) sum += row.amount_received ?? row.amount;
  }
  return sum;
}

/** Settled before the balance was taken, with time for the venue to show it: the balance contains it, movement or not. */
function isOld(row: TransferRow, balance: BalanceRow, window_ms: number): boolean {
  return row.state === "settled" && row.settled_at !== null && balance.as_of >= row.settled_at + window_ms;
}

function openTransfer(row: TransferRow): OpenTransfer {
  const { id, from_wallet, to_wallet, amount, state, created_at } = row;
  const lane = row.plan.envelope === undefined ? {} : ({ lane: "expedited" } as const);
  const { obligation } = row.plan;
  return {
    transfer_id: id,
    from_wallet,
    to_wallet,
    amount,
    state,
    created_at,
    supersedable: isReplaceable(row),
    ...lane,
    ...(obligation === undefined ? {} : { obligation_id: obligation.id }),
  };
}

/** People's own requests are left alone, and so is what its owners signed: the daemon replaces only what it asked for itself. */
function isReplaceable(row: TransferRow): boolean {
  const signed_in_full = row.state === "approved" && row.signing !== null;
  if (row.plan.obligation !== undefined) return false;
  // An expedited one is about to be sent; once it waits for people it is like any other.
  if (row.plan.envelope !== undefined && row.state !== "awaiting_approval") return false;
  return UNSENT.has(row.state) && !signed_in_full && row.plan.initiator === "daemon";
}

async function frozenReason(tx: ReadTx, deps: DaemonDeps, pool: PoolConfig): Promise<string | null> {
  const others = deps.config.wallets.filter(
    (wallet) =>
      wallet.asset === pool.asset &&
      wallet.status === "active" &&
      wallet.facility_id === undefined &&
      sideOf(pool, wallet.id) === null &&
      !isAside(deps.config, wallet),
  );
  const [[broken], stop, balances] = await Promise.all([
    tx.find(tables.breaks, { where: { asset: pool.asset, closed_at: null, freezes: true }, limit: 1 }),
    readAssetFrozen(tx, pool.asset),
    Promise.all(others.map(({ id }) => tx.get(tables.balance, { wallet_id: id }))),
  ]);
  if (broken !== undefined) return `${broken.wallet_id} does not agree with the books`;
  if (stop !== null) return stop.reason;
  const unread = others.find((_, at) => balances[at]?.pending_readable !== true);
  return unread === undefined ? null : `what is pending at ${unread.id} cannot be read`;
}
