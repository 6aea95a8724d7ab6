/** What the transfer rooms need from the daemon, and look-ups in the frozen configuration. */
import type { AddressEntry, PoolConfig, TreasuryConfig, WalletConfig } from "../config/types.ts";
import type { DaemonDeps } from "../daemon/types.ts";
import { assert } from "../errors/index.ts";
import type { Venue, WalletRef } from "../venues/port.ts";

export type TransferDeps = Pick<
  DaemonDeps,
  | "config"
  | "clock"
  | "ids"
  | "random"
  | "store"
  | "venues"
  | "verifier"
  | "notifier"
  | "log"
  | "instance_id"
  | "collateral"
>;

/** Somebody else's wallets: money goes there, and nobody here reads them. */
export function destinationsOf({ payees, facility_places }: TreasuryConfig): readonly WalletConfig[] {
  return [...(payees ?? []), ...(facility_places?.external_wallets ?? [])];
}

export function findWallet(config: TreasuryConfig, wallet_id: string): WalletConfig | undefined {
  return (
    config.wallets.find((wallet) => wallet.id === wallet_id) ??
    destinationsOf(config).find((wallet) => wallet.id === wallet_id)
  );
}

/** A wallet the configuration must know; a plan of an earlier configuration may name one that is gone. */
export function walletOf(config: TreasuryConfig, wallet_id: string): WalletConfig {
  const wallet = findWallet(config, wallet_id);
  assert(wallet !== undefined, `the configuration has no wallet ${wallet_id}`);
  return wallet;
}

export function findPool(config: TreasuryConfig, pool_id: string): PoolConfig | undefined {
  return (
    config.pools.find((pool) => pool.id === pool_id) ??
    config.facility_places?.pools.find((pool) => pool.id === pool_id)
  );
}

export function findAddress(config: TreasuryConfig, wallet_id: string, network: string): AddressEntry | undefined {
  return config.address_book.find((entry) => entry.wallet === wallet_id && entry.network === network);
}

export function refOf(wallet: WalletConfig): WalletRef {
  return { wallet_id: wallet.id, account: wallet.account, asset: wallet.asset };
}

export function venueOf(deps: Pick<TransferDeps, "venues">, venue_id: string): Venue {
  const venue = deps.venues.get(venue_id);
  assert(venue !== undefined, `no connector for the venue ${venue_id}`);
  return venue;
}

/** The sentence of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
