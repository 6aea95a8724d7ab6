/**
 * What the workflow bench drives: the production plan, worker, books, audit and store, on a treasury of many pools, and a venue
 * that accepts at once and is final at the first look. Every caller has an asset of its own: the rules allow one move at a time
 * between two wallets.
 */
import type { TreasuryConfig, WalletConfig } from "../src/config/types.ts";
import { bookOpening } from "../src/ledger/index.ts";
import { percent } from "../src/money/index.ts";
import { type PoolPolicy, policyDigest, type WalletKind } from "../src/policy/index.ts";
import { type Store, tables } from "../src/store/index.ts";
import { createIds, createRandom, createSystemClock } from "../src/system/index.ts";
import { MODE_CONTROL, type TransferDeps, type TransferPlan } from "../src/transfers/index.ts";
import type { Venue, VenueCapabilities } from "../src/venues/port.ts";

const DAY_MS = 86_400_000;
export const OPENING = 10n ** 18n;
export const NETWORK = "instant";

const level = (text: string) => ({ kind: "percent", share: percent(text), text: `${text}%` }) as const;
const assetOf = (lane: number) => ({ id: `A${lane}`, decimals: 6 });
export const walletsOf = (lane: number) => ({ hot: `hot-${lane}`, vault: `vault-${lane}` });

function policyOf(lane: number): PoolPolicy {
  return {
    pool_id: `pool-${lane}`,
    asset: assetOf(lane),
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
    move_min: 1n,
    move_max: OPENING,
    cooldown_ms: 0,
    dwell_ms: 0,
    fee_max: 10n,
    fee_max_ppm: 1_000_000,
    windows: [],
    wallet_floors: {},
    priority: [],
    wallet_caps: {},
    fee_patience: null,
    model: null,
  };
}

function walletOf(lane: number, id: string, kind: WalletKind): WalletConfig {
  const asset = assetOf(lane).id;
  const times = { poll_interval_ms: DAY_MS, stale_after_ms: DAY_MS };
  return { id, venue: "instant", asset, kind, status: "active", account: id, label: id, ...times };
}

export function configOf(lanes: number): TreasuryConfig {
  const numbers = Array.from({ length: lanes }, (_, lane) => lane);
  const wallets = numbers.flatMap((lane) => {
    const { hot, vault } = walletsOf(lane);
    return [walletOf(lane, hot, "hot"), walletOf(lane, vault, "custody")];
  });
  return {
    name: "Bench",
    mode: "auto",
    currency: { id: "USD", decimals: 2 },
    assets: new Map(numbers.map((lane) => [assetOf(lane).id, assetOf(lane)])),
    instruments: numbers.map((lane) => ({
      id: `i-${lane}`,
      asset: assetOf(lane).id,
      network: NETWORK,
      contract: null,
      decimals: 6,
    })),
    venues: [{ id: "instant", type: "bench", options: {} }],
    wallets,
    pools: numbers.map((lane) => {
      const { hot, vault } = walletsOf(lane);
      const policy = policyOf(lane);
      const sides = { liquidity: [hot], reserve: [vault], networks: [NETWORK] };
      return { id: policy.pool_id, asset: assetOf(lane).id, ...sides, policy, policy_digest: policyDigest(policy) };
    }),
    address_book: wallets.map(({ id }) => ({ wallet: id, network: NETWORK, address: `address-of-${id}`, memo: null })),
    authority: { people: [], tiers: [], approval_lifetime_ms: DAY_MS },
    prices: { sources: [], policy: { quorum: 2, max_age_ms: DAY_MS, outlier_ppm: 1 }, poll_interval_ms: DAY_MS },
    store: {
      engine: "postgres",
      data_dir: "",
      database_url: null,
      retention: { idempotency_ms: DAY_MS, decisions_ms: DAY_MS },
    },
    reconciliation: { tolerances: new Map(), full_interval_ms: 86_400_000 },
    audit: { witnesses: [], trusted_checkpoint: null },
    api: { host: "127.0.0.1", port: 0, tokens: [] },
    sandbox: null,
    base_dir: "",
  };
}

export const CAPABILITIES: VenueCapabilities = {
  idempotency: { kind: "key", lifetime_ms: DAY_MS, on_reuse: "replay" },
  lookup_by_reference: true,
  consistency_window_ms: 1_000,
  list_movements: false,
  cancel: false,
  push: false,
  webhooks: false,
  approval_stage: false,
  signing: "digest",
  finality: "at once",
  networks: [NETWORK],
};

/** Takes every request at once and is final when it is asked. */
function instantVenue(): Venue {
  const plans = new Map<string, TransferPlan>();
  const never = async (): Promise<never> => {
    throw new Error("The workflow bench does not ask this.");
  };
  return {
    id: "instant",
    capabilities: () => CAPABILITIES,
    verify: never,
    listWallets: never,
    getBalance: never,
    getAddress: never,
    listNetworks: never,
    listMovements: never,
    cancel: never,
    close: async () => {},
    prepare: async (plan) => ({ reference: plan.id, body: { plan: { ...plan } }, tx_hash: null, prepared_at: 0 }),
    decode: ({ reference, body }) => {
      const { plan } = body as unknown as { plan: TransferPlan };
      const { asset, network, amount, fee_max, to, from } = plan;
      const base = { from_account: from.wallet, to_address: to.address, to_memo: to.memo, asset, network, reference };
      return { ...base, amount: BigInt(amount), fee_max: BigInt(fee_max) };
    },
    submit: async ({ reference, body }) => {
      plans.set(reference, (body as unknown as { plan: TransferPlan }).plan);
      return { outcome: "accepted", venue_ref: `v-${reference}`, tx_hash: `h-${reference}`, stage: "accepted" };
    },
    find: async ({ reference }) => {
      const plan = plans.get(reference);
      if (plan === undefined) return { outcome: "absent", as_of: Date.now() };
      plans.delete(reference);
      const amount = BigInt(plan.amount);
      const identity = {
        venue_ref: `v-${reference}`,
        reference,
        tx_hash: `h-${reference}`,
        to_address: plan.to.address,
      };
      const end = { stage: "final", status: "succeeded", final: true, raw_status: "DONE" } as const;
      const counts = { confirmations: 1, confirmations_needed: 1 };
      return {
        outcome: "found",
        transfer: { ...identity, ...end, ...counts, asset: plan.asset, amount, amount_received: amount, fee: 1n },
      };
    },
  };
}

/** Opens the books of `lanes` assets and answers what the worker needs. */
export async function openDesk(store: Store, lanes: number): Promise<TransferDeps> {
  const config = configOf(lanes);
  const clock = createSystemClock();
  const ids = createIds(clock);
  const now = clock.now();
  await store.tx("bench.mode", (tx) => {
    const value = { mode: "auto", since: now, actor: "bench", reason: "bench", configured: "auto" };
    return tx.upsert(tables.control, { name: MODE_CONTROL, value, version: 1, updated_at: now });
  });
  for (const { id: wallet_id, asset, venue: venue_id } of config.wallets) {
    await store.tx("bench.open", async (tx) => {
      await bookOpening(tx, ids, { wallet_id, asset, amount: OPENING, owner: "customers", at: now });
      const zero = { pending_in: 0n, pending_out: 0n, locked: 0n, height: null, error: null, movement_cursor: null };
      const times = { as_of: now, received_at: now, source: "poll", pending_readable: true } as const;
      await tx.upsert(tables.balance, {
        wallet_id,
        venue_id,
        asset,
        total: OPENING,
        available: OPENING,
        ...zero,
        ...times,
      });
    });
  }
  return {
    config,
    clock,
    ids,
    random: createRandom(),
    store,
    venues: new Map([["instant", instantVenue()]]),
    verifier: async () => false,
    notifier: { notify: () => {} },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    instance_id: ids.next("bench"),
  };
}
