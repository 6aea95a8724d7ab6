/** Builders of policies and snapshots for tests: a pool of USDT with one hot wallet, one vault and a route each way. */
import { parseDecimal } from "../money/index.ts";
import { PROFILES } from "./profiles.ts";
import type { OpenTransfer, PoolPolicy, PriceState, RouteOption, Snapshot, WalletState } from "./types.ts";

export const USDT = { id: "USDT", decimals: 6 } as const;
export const USD = { id: "USD", decimals: 2 } as const;
export const NOW = 1_800_000_000_000;

export const usdt = (text: string): bigint => parseDecimal(text, USDT.decimals);

export function aWallet(wallet_id: string, over: Partial<WalletState> = {}): WalletState {
  const side = over.side ?? (wallet_id.startsWith("hot") ? "liquidity" : "reserve");
  return {
    wallet_id,
    venue_id: `venue-${wallet_id}`,
    side,
    kind: side === "liquidity" ? "hot" : "custody",
    status: "active",
    freshness: "fresh",
    as_of: NOW,
    total: over.available ?? 0n,
    available: 0n,
    pending_in: 0n,
    pending_out: 0n,
    reserved: 0n,
    in_flight_in: 0n,
    pending_readable: true,
    earmarked: 0n,
    ...over,
  };
}

export function aRoute(from_wallet: string, to_wallet: string, over: Partial<RouteOption> = {}): RouteOption {
  return {
    from_wallet,
    to_wallet,
    network: "tron",
    enabled: true,
    disabled_reason: null,
    fee_fixed: 0n,
    fee_ppm: 0,
    fee_usual: null,
    minimum: 1n,
    maximum: null,
    step: 1n,
    lead_time_ms: 60_000,
    ...over,
  };
}

export function aTransfer(from_wallet: string, to_wallet: string, over: Partial<OpenTransfer> = {}): OpenTransfer {
  return {
    transfer_id: `trf-${from_wallet}-${to_wallet}`,
    from_wallet,
    to_wallet,
    amount: 0n,
    state: over.supersedable ? "awaiting_approval" : "submitted",
    created_at: NOW - 60_000,
    supersedable: false,
    ...over,
  };
}

export function aPolicy(over: Partial<PoolPolicy> = {}): PoolPolicy {
  return {
    pool_id: "usdt",
    asset: USDT,
    ...PROFILES["custody-10-90"],
    floor: null,
    return_to: "target",
    move_min: usdt("1"),
    move_max: usdt("1000000000000"),
    cooldown_ms: 0,
    dwell_ms: 0,
    fee_max: usdt("100"),
    fee_max_ppm: 5_000,
    windows: [],
    wallet_floors: {},
    wallet_caps: {},
    fee_patience: null,
    priority: [],
    model: null,
    ...over,
  };
}

export const terminal40 = (over: Partial<PoolPolicy> = {}): PoolPolicy =>
  aPolicy({ ...PROFILES["terminal-40"], ...over });

export function aSnapshot(over: Partial<Snapshot> = {}): Snapshot {
  return {
    pool_id: "usdt",
    asset: USDT.id,
    decimals: USDT.decimals,
    taken_at: NOW,
    mode: "auto",
    wallets: [],
    routes: [],
    open_transfers: [],
    price: null,
    forecast: null,
    history: { last_to_reserve_at: null, last_to_liquidity_at: null, outside_since: null, outside: null, moves: [] },
    frozen_reason: null,
    ...over,
  };
}

/** `hot` and `vault` with these balances (whole USDT) and a route each way that costs `fee`. */
export function aPool(hot: string, vault: string, fee = "0", over: Partial<Snapshot> = {}): Snapshot {
  const fee_fixed = usdt(fee);
  return aSnapshot({
    wallets: [aWallet("hot", { available: usdt(hot) }), aWallet("vault", { available: usdt(vault) })],
    routes: [aRoute("hot", "vault", { fee_fixed }), aRoute("vault", "hot", { fee_fixed })],
    ...over,
  });
}

/** The same snapshot with one wallet changed. */
export function withWallet(snapshot: Snapshot, wallet_id: string, over: Partial<WalletState>): Snapshot {
  const wallets = snapshot.wallets.map((wallet) => (wallet.wallet_id === wallet_id ? { ...wallet, ...over } : wallet));
  return { ...snapshot, wallets };
}

/** One dollar a USDT, unless said otherwise. */
export function aPrice(over: Partial<PriceState> = {}): PriceState {
  return {
    status: "fresh",
    currency: USD.id,
    currency_decimals: USD.decimals,
    price: { num: 100n, den: 1n },
    as_of: NOW,
    sources: 3,
    spread_ppm: 0,
    ...over,
  };
}
