/** What the sandbox's tests stand on: the treasury of `examples/sandbox` without a file, worlds, requests and plans. */
import type { WalletConfig } from "../config/types.ts";
import type { WalletKind } from "../policy/types.ts";
import type { TransferPlan } from "../transfers/types.ts";
import { HOUR_MS } from "./flows.ts";
import { Journal } from "./journal.ts";
import type { SandboxTreasury } from "./start_sandbox.ts";
import type { TransferRequest } from "./transfer_events.ts";
import type { WorldConfig } from "./types.ts";
import { World } from "./world.ts";

export const UNIT = 1_000_000n;
/** A Wednesday at noon, UTC. */
export const START = Date.UTC(2026, 0, 7, 12);

export const SANDBOX_TREASURY: SandboxTreasury = {
  assets: new Map([
    ["USDT", { id: "USDT", decimals: 6 }],
    ["BTC", { id: "BTC", decimals: 8 }],
  ]),
  instruments: [
    { id: "usdt-tron", asset: "USDT", network: "tron", contract: null, decimals: 6 },
    { id: "usdt-ethereum", asset: "USDT", network: "ethereum", contract: null, decimals: 6 },
    { id: "btc-bitcoin", asset: "BTC", network: "bitcoin", contract: null, decimals: 8 },
  ],
  venues: [
    { id: "exchange", type: "sandbox", options: { kind: "exchange" } },
    { id: "chain", type: "sandbox", options: { kind: "chain" } },
    { id: "northvault", type: "sandbox", options: { kind: "custodian" } },
    { id: "southvault", type: "sandbox", options: { kind: "custodian_with_approval" } },
  ],
  wallets: [
    walletOf("exchange-usdt", "exchange", "USDT", "hot"),
    walletOf("chain-usdt", "chain", "USDT", "hot"),
    walletOf("northvault-usdt", "northvault", "USDT", "custody"),
    walletOf("southvault-usdt", "southvault", "USDT", "custody"),
    walletOf("chain-btc", "chain", "BTC", "hot"),
    walletOf("northvault-btc", "northvault", "BTC", "custody"),
  ],
  prices: {
    sources: ["feed-a", "feed-b", "feed-c"].map((id) => ({ id, type: "sandbox", options: {} })),
    policy: { quorum: 2, max_age_ms: 7_200_000, outlier_ppm: 50_000 },
    poll_interval_ms: 900_000,
  },
};

function walletOf(id: string, venue: string, asset: string, kind: WalletKind): WalletConfig {
  return {
    id,
    venue,
    asset,
    kind,
    status: "active",
    account: asset.toLowerCase(),
    label: id,
    poll_interval_ms: 900_000,
    stale_after_ms: 3_600_000,
  };
}

export interface WorldChange {
  readonly scenario?: string;
  readonly console?: boolean;
  readonly data_dir?: string;
  readonly now?: number;
}

export function worldOf({ scenario = "calm", console = false, data_dir, now = START }: WorldChange = {}): World {
  const config: WorldConfig = {
    seed: 7,
    scenario,
    assets: SANDBOX_TREASURY.assets,
    venues: [
      { id: "exchange", kind: "exchange", console },
      { id: "chain", kind: "chain", console },
      { id: "northvault", kind: "custodian", console },
      { id: "southvault", kind: "custodian_with_approval", console },
    ],
    accounts: SANDBOX_TREASURY.wallets.map(({ venue, account, asset, kind }) => ({
      venue,
      account,
      asset,
      hot: kind === "hot",
    })),
    networks: new Map([
      ["USDT", ["tron", "ethereum"]],
      ["BTC", ["bitcoin"]],
    ]),
  };
  return new World(config, data_dir === undefined ? null : new Journal(data_dir), now);
}

/** A USDT transfer on tron that the world takes, unless `change` says otherwise. */
export function requestOf(world: World, venue_id: string, change: Partial<TransferRequest> = {}): TransferRequest {
  const network = change.network ?? "tron";
  return {
    venue: world.venue(venue_id),
    key: `${venue_id}/usdt`,
    reference: "r1",
    body_digest: "d1",
    asset: { id: "USDT", decimals: 6 },
    network,
    to_address: `sandbox:${network}:northvault-usdt`,
    to_memo: null,
    amount: 1_000n * UNIT,
    fee_limit: 100n * UNIT,
    tx_hash: null,
    ...change,
  };
}

export interface PlanChange {
  readonly amount?: bigint;
  readonly fee_max?: bigint;
  readonly to_address?: string;
}

/** 1,000 USDT on tron from the venue's account, with a fee of at most 100. */
export function planOf(venue: string, id: string, change: PlanChange = {}): TransferPlan {
  const { amount = 1_000n * UNIT, fee_max = 100n * UNIT, to_address = "sandbox:tron:southvault-usdt" } = change;
  return {
    id,
    pool_id: "usdt",
    asset: "USDT",
    network: "tron",
    instrument: "usdt-tron",
    chain_id: null,
    contract: null,
    decimals: 6,
    contract_decimals: 6,
    from: { venue, wallet: `${venue}-usdt`, role: "hot", address: `sandbox:tron:${venue}-usdt`, memo: null },
    to: { venue: "elsewhere", wallet: "elsewhere-usdt", role: "custody", address: to_address, memo: null },
    direction: "internal",
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
