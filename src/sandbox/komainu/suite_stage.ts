/** What the tests of the Komainu fake and its connector stand on: a wallet of each category, keys made anew, a clock by hand. */
import { generateKeyPairSync } from "node:crypto";
import type { Instrument } from "../../money/index.ts";
import { createStream } from "../../ports/index.ts";
import type { TransferPlan } from "../../transfers/types.ts";
import { HurriedClock } from "../../venues/conformance/hurried_clock.ts";
import { createFetchPort } from "../../venues/http/index.ts";
import type { WalletRef } from "../../venues/index.ts";
import { KOMAINU_TYPE, KomainuVenue } from "../../venues/komainu/index.ts";
import { type KomainuServer, type KomainuServerOptions, startKomainuServer } from "./server.ts";
import type { KomainuAsset, KomainuWallet } from "./types.ts";

/** A Wednesday at noon, UTC. */
export const START: number = Date.UTC(2026, 0, 7, 12);
const HOUR_MS = 3_600_000;
export const WEBHOOK_SECRET = "It's a Secret to Everybody";
export const API_SECRET = "api-secret-of-the-test";
export const ELSEWHERE = "bc1qelsewhere00000000000000000000000000000";

export const BTC: KomainuAsset = { code: "BTC", decimals: 8, fee: 2_000n, block_ms: 600_000 };
const INSTRUMENTS = [{ id: "btc-bitcoin", asset: "BTC", network: "bitcoin", contract: null, decimals: 8 }];

export interface Stage {
  readonly clock: HurriedClock;
  readonly komainu: KomainuServer;
  readonly venue: KomainuVenue;
  readonly custody: KomainuWallet;
  readonly collateral: KomainuWallet;
  readonly ref: WalletRef;
  readonly plan: (change?: PlanChange) => TransferPlan;
  pass(ms: number): void;
  stop(): Promise<void>;
}

export interface PlanChange {
  readonly amount?: bigint;
  readonly fee_max?: bigint;
  readonly to_address?: string;
  readonly memo?: string;
}

export async function startStage(
  change: {
    readonly clock?: HurriedClock;
    readonly instruments?: readonly Instrument[];
    readonly venue?: Record<string, unknown>;
    readonly fake?: Partial<KomainuServerOptions>;
    readonly through?: (url: string) => Promise<{ readonly url: string; stop(): Promise<void> }>;
  } = {},
): Promise<Stage> {
  const clock = change.clock ?? new HurriedClock(START);
  const keys = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const public_key = keys.publicKey.export({ type: "spki", format: "pem" }).toString();
  const komainu = await startKomainuServer({
    clock,
    assets: [BTC],
    approve_after_ms: HOUR_MS,
    users: [{ api_user: "treasury", api_secret: API_SECRET, public_key }],
    webhook_secret: WEBHOOK_SECRET,
    ...change.fake,
  });
  const { world } = komainu;
  const custody = world.createWallet("BTC", "Custody", "vault");
  const collateral = world.createWallet("BTC", "Collateral", "pledged");
  world.deposit(custody, 5_000_000_000n);
  world.deposit(collateral, 1_000_000_000n);
  const pass = (ms: number): void => {
    clock.advance(ms);
    world.advance(clock.now());
  };
  pass(HOUR_MS);
  const line = await change.through?.(komainu.url);
  const venue = KOMAINU_TYPE.create({
    id: "komainu",
    options: {
      base_url: line?.url ?? komainu.url,
      api_user: "treasury",
      api_secret: API_SECRET,
      private_key: keys.privateKey.export({ type: "pkcs8", format: "pem" }),
      webhook_secret: WEBHOOK_SECRET,
      assets: [{ asset: "BTC", instrument: "btc-bitcoin" }],
      ...change.venue,
    },
    assets: new Map([["BTC", { id: "BTC", decimals: 8 }]]),
    instruments: change.instruments ?? INSTRUMENTS,
    wallets: [{ id: "custody-btc", account: custody.id, asset: "BTC", kind: "custody" }],
    clock,
    random: createStream(1, "komainu"),
    http: createFetchPort(),
  });
  if (!(venue instanceof KomainuVenue)) throw new Error("the type makes Komainu venues");
  let count = 0;
  return {
    clock,
    komainu,
    venue,
    custody,
    collateral,
    ref: { wallet_id: "custody-btc", account: custody.id, asset: "BTC" },
    plan: (of = {}) => {
      count += 1;
      return planOf(`trf_${count}`, of);
    },
    pass,
    stop: async () => {
      await venue.close();
      await line?.stop();
      await komainu.stop();
    },
  };
}

function planOf(id: string, { amount = 1_000_000n, fee_max = 10_000n, to_address, memo }: PlanChange): TransferPlan {
  const end = { role: "custody", memo: null };
  return {
    id,
    pool_id: "pool",
    asset: "BTC",
    network: "bitcoin",
    instrument: "btc-bitcoin",
    chain_id: null,
    contract: null,
    decimals: 8,
    contract_decimals: 8,
    from: { ...end, venue: "komainu", wallet: "custody-btc", address: "custody" },
    to: { venue: "elsewhere", wallet: "hot", role: "hot", address: to_address ?? ELSEWHERE, memo: memo ?? null },
    direction: "reserve_to_liquidity",
    amount: String(amount),
    fee_max: String(fee_max),
    cause: "manual",
    reason: "conformance",
    decision_id: null,
    initiator: "person:ana",
    policy_digest: "00",
    quorum_needed: 0,
    not_before: START,
    expires_at: START + 24 * HOUR_MS,
    nonce: id,
  };
}
