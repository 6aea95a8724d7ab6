/** What the tests of the BitGo fake and its connector stand on: one enterprise, a wallet of each kind, and a clock by hand. */
import type { AssetId, Instrument } from "../../money/index.ts";
import { createStream } from "../../ports/index.ts";
import type { TransferPlan } from "../../transfers/types.ts";
import { BITGO_TYPE } from "../../venues/bitgo/index.ts";
import { HurriedClock } from "../../venues/conformance/hurried_clock.ts";
import { createFetchPort, type HttpPort } from "../../venues/http/index.ts";
import type { Venue, WalletRef } from "../../venues/index.ts";
import type { BitgoServer, BitgoServerOptions } from "./server.ts";
import { startBitgoServer } from "./server.ts";
import type { BitgoCoin, BitgoWallet } from "./types.ts";

/** A Wednesday at noon, UTC. */
export const START: number = Date.UTC(2026, 0, 7, 12);
const HOUR_MS = 3_600_000;
export const TOKEN = "v2x0123456789abcdef0123456789abcdef";
export const OTHER_TOKEN = "v2xfedcba9876543210fedcba9876543210";
export const WEBHOOK_SECRET = "It's a Secret to Everybody";
export const PASSPHRASE = "correct horse battery staple";
export const ENTERPRISE = "e0".repeat(16);

export const COINS: readonly BitgoCoin[] = [
  { coin: "btc", kind: "utxo", wallet_coin: "btc", fee: 10_000n, block_ms: 600_000 },
  { coin: "eth", kind: "account", wallet_coin: "eth", fee: 2_000_000_000_000_000n, block_ms: 12_000 },
  { coin: "usdt", kind: "token", wallet_coin: "eth", fee: 0n, block_ms: 12_000 },
];

export const ASSETS = new Map(
  [
    { id: "BTC", decimals: 8 },
    { id: "ETH", decimals: 18 },
    { id: "USDT", decimals: 18 },
  ].map((asset) => [asset.id, asset]),
);
/** USDT has six digits on Ethereum and eighteen elsewhere, so that units change on the way. */
export const INSTRUMENTS = [
  { id: "btc-bitcoin", asset: "BTC", network: "bitcoin", contract: null, decimals: 8 },
  { id: "eth-ethereum", asset: "ETH", network: "ethereum", contract: null, decimals: 18 },
  { id: "usdt-ethereum", asset: "USDT", network: "ethereum", contract: `0x${"12".repeat(20)}`, decimals: 6 },
];

export interface Stage {
  readonly clock: HurriedClock;
  readonly bitgo: BitgoServer;
  readonly venue: Venue;
  readonly btc: BitgoWallet;
  readonly eth: BitgoWallet;
  readonly ref: (coin: string) => WalletRef;
  readonly plan: (change?: PlanChange) => TransferPlan;
  stop(): Promise<void>;
}

export interface PlanChange {
  readonly id?: string;
  readonly coin?: "btc" | "eth" | "usdt";
  readonly amount?: bigint;
  readonly fee_max?: bigint;
  readonly to_address?: string;
  readonly memo?: string;
}

const OF_COIN = {
  btc: {
    asset: "BTC",
    network: "bitcoin",
    instrument: "btc-bitcoin",
    to: "bc1qelsewhere00000000000000000000000000000",
  },
  eth: { asset: "ETH", network: "ethereum", instrument: "eth-ethereum", to: `0x${"ab".repeat(20)}` },
  usdt: { asset: "USDT", network: "ethereum", instrument: "usdt-ethereum", to: `0x${"ab".repeat(20)}` },
} as const;

/** `options` of the connector and of the fake, where they differ from the usual. */
export async function startStage(
  change: {
    readonly clock?: HurriedClock;
    readonly instruments?: readonly Instrument[];
    readonly venue?: Record<string, unknown>;
    readonly fake?: Partial<BitgoServerOptions>;
    /** The network, where it is not the plain one; asked for once the line is there. */
    readonly http?: () => HttpPort;
    /** Puts something between connector and fake. */
    readonly through?: (url: string) => Promise<{ readonly url: string; stop(): Promise<void> }>;
  } = {},
): Promise<Stage> {
  const clock = change.clock ?? new HurriedClock(START);
  const bitgo = await startBitgoServer({
    clock,
    coins: COINS,
    enterprise: ENTERPRISE,
    seed: 5,
    approve_after_ms: HOUR_MS,
    users: [
      { id: "a1".repeat(16), token: TOKEN },
      { id: "b2".repeat(16), token: OTHER_TOKEN },
    ],
    webhook_secret: WEBHOOK_SECRET,
    passphrase: PASSPHRASE,
    ...change.fake,
  });
  const { world } = bitgo;
  const btc = world.createWallet("btc", "custody btc", { needs_approval: true });
  const eth = world.createWallet("eth", "custody eth", { needs_approval: true });
  world.deposit(btc, "btc", 5_000_000_000n);
  world.deposit(eth, "eth", 50n * 10n ** 18n);
  world.deposit(eth, "usdt", 900_000_000_000n);
  clock.advance(HOUR_MS);
  const line = await change.through?.(bitgo.url);
  const url = line?.url ?? bitgo.url;
  const wallets = [
    { id: "custody-btc", account: `btc/${btc.id}`, asset: "BTC", kind: "custody" as const },
    { id: "custody-eth", account: `eth/${eth.id}`, asset: "ETH", kind: "custody" as const },
    { id: "custody-usdt", account: `usdt/${eth.id}`, asset: "USDT", kind: "custody" as const },
  ];
  const venue = BITGO_TYPE.create({
    id: "bitgo",
    options: {
      base_url: url,
      express_url: url,
      access_token: TOKEN,
      enterprise: ENTERPRISE,
      wallet_passphrase: PASSPHRASE,
      webhook_secret: WEBHOOK_SECRET,
      coins: [
        { coin: "btc", instrument: "btc-bitcoin", fee: "utxo", confirmations: 6 },
        { coin: "eth", instrument: "eth-ethereum", fee: "gas", confirmations: 64 },
        { coin: "usdt", wallet_coin: "eth", instrument: "usdt-ethereum", fee: "elsewhere", confirmations: 64 },
      ],
      ...change.venue,
    },
    assets: ASSETS,
    instruments: change.instruments ?? INSTRUMENTS,
    wallets,
    clock,
    random: createStream(1, "bitgo"),
    http: change.http?.() ?? createFetchPort(),
  });
  let count = 0;
  return {
    clock,
    bitgo,
    venue,
    btc,
    eth,
    ref: (coin) => {
      const wallet = wallets.find(({ account }) => account.startsWith(`${coin}/`));
      if (!wallet) throw new Error(`no wallet of ${coin}`);
      return { wallet_id: wallet.id, account: wallet.account, asset: wallet.asset };
    },
    plan: (of = {}) => {
      count += 1;
      return planOf(of.id ?? `trf_${count}`, of);
    },
    stop: async () => {
      await venue.close();
      await line?.stop();
      await bitgo.stop();
    },
  };
}

export function planOf(id: string, change: PlanChange = {}): TransferPlan {
  const coin = change.coin ?? "btc";
  const { asset, network, instrument, to } = OF_COIN[coin];
  const decimals = ASSETS.get(asset as AssetId)?.decimals ?? 0;
  const contract_decimals = INSTRUMENTS.find((each) => each.id === instrument)?.decimals ?? 0;
  const end = { role: "custody", memo: null };
  return {
    id,
    pool_id: "pool",
    asset,
    network,
    instrument,
    chain_id: null,
    contract: null,
    decimals,
    contract_decimals,
    from: { ...end, venue: "bitgo", wallet: `custody-${coin}`, address: "custody" },
    to: {
      ...end,
      venue: "elsewhere",
      wallet: "hot",
      role: "hot",
      address: change.to_address ?? to,
      memo: change.memo ?? null,
    },
    direction: "reserve_to_liquidity",
    amount: String(change.amount ?? 1_000_000n * 10n ** BigInt(decimals - contract_decimals)),
    fee_max: String(change.fee_max ?? (coin === "usdt" ? 0n : 10n ** BigInt(decimals - 2))),
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
