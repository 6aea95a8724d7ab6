/** Wallets with their last known balance, its age and what the age means. */
import type { WalletConfig } from "../../config/types.ts";
import type { Treasury } from "../../daemon/index.ts";
import type { PoolPlan } from "../../daemon/types.ts";
import { type Freshness, walletCash } from "../../policy/index.ts";
import type { Instant } from "../../ports/index.ts";
import { type BalanceRow, type ReadTx, tables } from "../../store/index.ts";
import type { VenueAllowance } from "../../venues/index.ts";
import {
  changeProblem,
  declaredOf,
  isManual,
  type Lifecycle,
  lifecycleOf,
  type Standings,
} from "../../wallets/index.ts";
import type { Wallet } from "../schemas/index.ts";
import { type Printer, printShare, printTime, printTimeOrNull } from "./printer.ts";

/** The store holds one balance per wallet; a configuration has no more wallets than this. */
const BALANCES_MAX = 10_000;

export type Balances = ReadonlyMap<string, BalanceRow>;

/** What was read of each wallet; one that was just made for a loan, and is empty without anybody having looked, is not there yet. */
export async function readBalances(tx: ReadTx): Promise<Balances> {
  const rows = await tx.find(tables.balance, { order_by: [["wallet_id", "asc"]], limit: BALANCES_MAX });
  return new Map(rows.filter(({ as_of }) => as_of > 0).map((row) => [row.wallet_id, row]));
}

/** A wallet's own limit decides: younger is fresh, older is stale, never read is unknown. */
export function freshnessOf(wallet: WalletConfig, balance: BalanceRow | undefined, now: Instant): Freshness {
  if (balance === undefined) return "unknown";
  return now - balance.as_of <= wallet.stale_after_ms ? "fresh" : "stale";
}

export interface WalletFacts {
  readonly balances: Balances;
  readonly standings: Standings;
  readonly treasury: Pick<Treasury, "allowance" | "deps">;
  readonly now: Instant;
  /** What is decided now; shares are of what its levels are held against. */
  readonly plans: readonly PoolPlan[];
}

export function viewWallets(printer: Printer, facts: WalletFacts): Wallet[] {
  return printer.config.wallets.map((wallet) => ({
    ...viewWallet(wallet, printer, facts),
    allowance: viewAllowance(facts.treasury.allowance(wallet.id), wallet, printer),
  }));
}

function viewAllowance(
  allowance: VenueAllowance | null,
  { asset }: WalletConfig,
  printer: Printer,
): Wallet["allowance"] {
  if (allowance === null) return null;
  const { amount, remaining, period_ms, resets_at, delegate, problem, as_of } = allowance;
  return {
    ...{ amount: printer.money(asset, amount), remaining: printer.money(asset, remaining), period_ms },
    ...{ resets_at: printTimeOrNull(resets_at), delegate, problem, as_of: printTime(as_of) },
  };
}

function viewWallet(
  wallet: WalletConfig,
  printer: Printer,
  { balances, standings, treasury, now, plans }: WalletFacts,
): Omit<Wallet, "allowance"> {
  const standing = standings.get(wallet.id) ?? null;
  const watch_only = isManual(printer.config, wallet);
  const row = balances.get(wallet.id);
  const pool = printer.config.pools.find(
    (item) => item.liquidity.includes(wallet.id) || item.reserve.includes(wallet.id),
  );
  const money = (units: bigint) => printer.money(wallet.asset, units);
  return {
    id: wallet.id,
    label: wallet.label,
    venue: wallet.venue,
    asset: wallet.asset,
    kind: wallet.kind,
    status: wallet.status,
    declared: declaredOf(wallet),
    standing: standing === null ? null : { reason: standing.reason, by: standing.by, at: printTime(standing.at) },
    watch_only,
    actions: actionsOf(wallet, watch_only),
    pays_itself:
      wallet.status === "active" &&
      pool !== undefined &&
      treasury.deps.venues.get(wallet.venue)?.offerSelfPayment !== undefined,
    pool_id: pool?.id ?? null,
    side: pool === undefined ? null : pool.liquidity.includes(wallet.id) ? "liquidity" : "reserve",
    balance:
      row === undefined
        ? null
        : {
            total: money(row.total),
            available: money(row.available),
            pending_in: money(row.pending_in),
            pending_out: money(row.pending_out),
            locked: money(row.locked),
          },
    share_percent: shareNow(
      wallet.id,
      plans.find(({ pool_id }) => pool_id === pool?.id),
    ),
    freshness: freshnessOf(wallet, row, now),
    as_of: printTimeOrNull(row?.as_of ?? null),
    age_ms: row === undefined ? null : Math.max(0, now - row.as_of),
    stale_after_ms: wallet.stale_after_ms,
    source: row?.source ?? null,
    height: row?.height ?? null,
    error: row?.error ?? null,
    addresses: printer.config.address_book
      .filter((entry) => entry.wallet === wallet.id)
      .map(({ network, address, memo }) => ({ network, address, memo })),
  };
}

/** The wallet's part in the share of liquidity, or of reserve, at this moment; null where the pool's rule knows no share. */
function shareNow(wallet_id: string, plan: PoolPlan | undefined): string | null {
  const counted = plan?.decision.before?.counted ?? null;
  const wallet = plan?.snapshot.wallets.find((one) => one.wallet_id === wallet_id);
  const cash = wallet === undefined ? null : walletCash(wallet);
  return counted === null || counted.share_percent === null || cash === null ? null : printShare(cash, counted.total);
}

function actionsOf(wallet: WalletConfig, watch_only: boolean): Wallet["actions"] {
  const declared = declaredOf(wallet);
  const state = lifecycleOf(wallet.status, null);
  const can = (to: Lifecycle) => state !== null && changeProblem(declared, state, to) === null;
  return [
    ...(can("active") ? (["activate"] as const) : []),
    ...(can("suspended") ? (["suspend"] as const) : []),
    ...(can("archived") ? (["archive"] as const) : []),
    ...(watch_only && state !== null ? (["enter_balance"] as const) : []),
  ];
}
