/** The treasury that is simulated: one asset, two hot and three custody wallets, one venue of every kind of idempotency. */

import type { AuthorityPolicy, Person } from "../authority/types.ts";
import type { TreasuryConfig, WalletConfig } from "../config/types.ts";
import { digestOf } from "../digest/index.ts";
import { type Asset, percent } from "../money/index.ts";
import { type PoolPolicy, policyDigest, type WalletKind } from "../policy/index.ts";
import type { Random } from "../ports/index.ts";
import { ownerKeyOf } from "./owners.ts";
import { type Pace, USUAL_PACE } from "./pace.ts";
import { between } from "./seeded_random.ts";
import type { AccountSpec } from "./world.ts";
import type { VenueSpec } from "./world_types.ts";
import { NETWORKS } from "./world_venue.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const USDT: Asset = { id: "USDT", decimals: 6 };
const USD: Asset = { id: "USD", decimals: 2 };
const UNIT = 1_000_000n;

const base = { approval_stage: false, consistency_window_ms: 15 * MINUTE_MS } as const;
const VENUES: readonly Omit<VenueSpec, "fee" | "skew_ms" | "owners_sign">[] = [
  {
    ...base,
    id: "exchange",
    idempotency: { kind: "key", lifetime_ms: DAY_MS, on_reuse: "reject" },
    processing_ms: [MINUTE_MS, 20 * MINUTE_MS],
    network_ms: [MINUTE_MS, 10 * MINUTE_MS],
  },
  {
    ...base,
    id: "chain",
    idempotency: { kind: "signed_transaction" },
    processing_ms: [5_000, 5 * MINUTE_MS],
    network_ms: [MINUTE_MS, 12 * MINUTE_MS],
  },
  {
    ...base,
    id: "northvault",
    idempotency: { kind: "key", lifetime_ms: DAY_MS, on_reuse: "replay" },
    processing_ms: [5 * MINUTE_MS, 30 * MINUTE_MS],
    network_ms: [MINUTE_MS, 12 * MINUTE_MS],
  },
  {
    ...base,
    id: "southvault",
    approval_stage: true,
    idempotency: { kind: "key", lifetime_ms: 6 * HOUR_MS, on_reuse: "replay" },
    processing_ms: [MINUTE_MS, 30 * MINUTE_MS],
    network_ms: [MINUTE_MS, 12 * MINUTE_MS],
  },
  {
    ...base,
    id: "oldvault",
    idempotency: { kind: "none" },
    processing_ms: [5 * MINUTE_MS, HOUR_MS],
    network_ms: [MINUTE_MS, 12 * MINUTE_MS],
  },
];

/** The cheapest way is taken first, so each seed prefers another custodian. */
export function drawVenues(random: Random): readonly VenueSpec[] {
  return VENUES.map((venue) => ({
    ...venue,
    fee: BigInt(between(random, 1, 9)) * UNIT,
    skew_ms: 0,
    owners_sign: false,
  }));
}

const wallet = (venue: string, kind: WalletKind): WalletConfig => ({
  id: `${venue}-usdt`,
  venue,
  asset: USDT.id,
  kind,
  status: "active",
  account: `${venue}-usdt`,
  label: venue,
  poll_interval_ms: kind === "hot" ? USUAL_PACE.hot_poll_ms : USUAL_PACE.custody_poll_ms,
  stale_after_ms: USUAL_PACE.stale_after_ms,
});
const HOT = [wallet("exchange", "hot"), wallet("chain", "hot")];
const CUSTODY = [wallet("northvault", "custody"), wallet("southvault", "custody"), wallet("oldvault", "custody")];
export const WALLETS = [...HOT, ...CUSTODY];

/** Somebody else's wallet. */
export const PAYEE = "acme";
/** What is larger is never funded through a hot wallet. */
const DIRECT = { above: 100_000n * UNIT, declared_ms: 6 * HOUR_MS } as const;

const level = (text: string) => ({ kind: "percent", share: percent(text), text: `${text}%` }) as const;
const POLICY: PoolPolicy = {
  pool_id: "usdt",
  asset: USDT,
  levels: {
    emergency_low: level("2"),
    low: level("5"),
    target: level("10"),
    high: level("15"),
    emergency_high: level("20"),
  },
  floor: null,
  trigger: "at",
  return_to: "target",
  move_min: 1_000n * UNIT,
  move_max: 2_000_000n * UNIT,
  cooldown_ms: 30 * MINUTE_MS,
  dwell_ms: 0,
  fee_max: 100n * UNIT,
  fee_max_ppm: 5_000,
  windows: [{ direction: "to_liquidity", window_ms: DAY_MS, amount_max: 4_000_000n * UNIT, count_max: 8 }],
  wallet_floors: Object.fromEntries(CUSTODY.map(({ id }) => [id, 100_000n * UNIT])),
  priority: [],
  wallet_caps: {},
  fee_patience: null,
  model: null,
  direct: DIRECT,
};

const dollars = (amount: bigint) =>
  ({ kind: "value", value: amount * 100n, currency: USD.id, text: `${amount} USD` }) as const;
/**
 * The low levels in dollars: as much as two and five per cent of the opening total, as long as a coin is a dollar. Both, because one
 * in dollars below one in per cent changes places with it as soon as customers bring enough, and then nothing may move.
 */
const USD_POLICY: PoolPolicy = {
  ...POLICY,
  levels: { ...POLICY.levels, emergency_low: dollars(200_000n), low: dollars(500_000n) },
};

const PEOPLE: readonly Person[] = ["ana", "ben", "chen"].map((id) => ({
  id,
  name: id,
  roles: id === "ana" ? ["approver", "admin"] : ["approver"],
  keys: [
    { key_id: `key-${id}`, scheme: "ed25519", public_key: digestOf("request", id) },
    { key_id: `owner-${id}`, scheme: "eip712_safe", public_key: ownerKeyOf(id) },
  ],
}));
export const AUTHORITY: AuthorityPolicy = {
  people: PEOPLE,
  tiers: [{ asset: "*", direction: "reserve_to_liquidity", from_amount: 0n, approvals_needed: 2, roles: ["approver"] }],
  approval_lifetime_ms: DAY_MS,
};

/** Opening balances in whole USDT of the wallets that exist. */
export type Opening = Readonly<Record<string, bigint>>;
const OPENING: Opening = {
  "exchange-usdt": 600_000n,
  "chain-usdt": 500_000n,
  "northvault-usdt": 3_000_000n,
  "southvault-usdt": 3_000_000n,
  "oldvault-usdt": 3_000_000n,
};

export function simulatedConfig(
  opening: Opening = OPENING,
  approval_lifetime_ms = AUTHORITY.approval_lifetime_ms,
  usd_level = false,
  pace: Pace = USUAL_PACE,
): TreasuryConfig {
  const policy = usd_level ? USD_POLICY : POLICY;
  const exists = ({ id }: WalletConfig): boolean => id in opening;
  const wallets = WALLETS.filter(exists).map((one) => ({
    ...one,
    poll_interval_ms: one.kind === "hot" ? pace.hot_poll_ms : pace.custody_poll_ms,
    stale_after_ms: pace.stale_after_ms,
  }));
  return {
    name: "Simulated treasury",
    mode: "auto",
    currency: USD,
    assets: new Map([[USDT.id, USDT]]),
    instruments: NETWORKS.map((network) => ({
      id: `usdt-${network}`,
      asset: USDT.id,
      network,
      contract: null,
      decimals: 6,
    })),
    venues: VENUES.map(({ id }) => ({ id, type: "simulated", options: {} })),
    wallets,
    pools: [
      {
        id: POLICY.pool_id,
        asset: USDT.id,
        liquidity: HOT.filter(exists).map(({ id }) => id),
        reserve: CUSTODY.filter(exists).map(({ id }) => id),
        networks: NETWORKS,
        payees: [PAYEE],
        policy,
        policy_digest: policyDigest(policy),
      },
    ],
    payees: [{ ...wallet("external", "deposit"), id: PAYEE, account: PAYEE, label: "Acme" }],
    address_book: [...wallets.map(({ id }) => id), PAYEE].flatMap((id) =>
      NETWORKS.map((network) => ({ wallet: id, network, address: addressOf(id), memo: null })),
    ),
    authority: { ...AUTHORITY, approval_lifetime_ms },
    prices: { sources: [], policy: { quorum: 2, max_age_ms: HOUR_MS, outlier_ppm: 50_000 }, poll_interval_ms: HOUR_MS },
    store: {
      engine: "memory",
      data_dir: "",
      database_url: null,
      retention: { idempotency_ms: DAY_MS, decisions_ms: DAY_MS },
    },
    audit: { witnesses: [], trusted_checkpoint: null },
    api: { host: "127.0.0.1", port: 0, tokens: [] },
    reconciliation: { tolerances: new Map(), full_interval_ms: 86_400_000 },
    sandbox: null,
    base_dir: "",
  };
}

export function simulatedAccounts(opening: Opening = OPENING): AccountSpec[] {
  return WALLETS.filter(({ id }) => id in opening).map(({ venue, account, kind, id }) => ({
    venue,
    account,
    address: addressOf(id),
    hot: kind === "hot",
    total: (opening[id] ?? 0n) * UNIT,
  }));
}

export function addressOf(wallet_id: string): string {
  return `sim:${wallet_id}`;
}
