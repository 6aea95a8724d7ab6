/** A real Bitcoin chain in regtest with a miner, connectors on it, and plans to give them. */
import { HDKey } from "viem/accounts";
import type { Asset, Instrument } from "../../src/money/index.ts";
import { createSeededRandom } from "../../src/ports/index.ts";
import { type BitcoinNode, startBitcoind } from "../../src/sandbox/bitcoin/index.ts";
import { createSystemClock } from "../../src/system/index.ts";
import type { PreparedSubmit, TransferPlan } from "../../src/transfers/types.ts";
import { createBitcoinVenue } from "../../src/venues/bitcoin/index.ts";
import { createFetchPort } from "../../src/venues/http/index.ts";
import type { VenueInput } from "../../src/venues/index.ts";
import type { FindQuery, Venue, WalletRef } from "../../src/venues/port.ts";

export const NETWORK = "bitcoin-regtest";
/** Registered with more decimals than the chain has, so that every test also crosses the units. */
export const BTC: Asset = { id: "BTC", decimals: 10 };
export const INSTRUMENT: Instrument = {
  id: "btc-regtest",
  asset: "BTC",
  network: NETWORK,
  contract: null,
  decimals: 8,
};
/** Asset units in one satoshi. */
export const SCALE = 100n;
export const sats = (value: bigint): bigint => value * SCALE;
export const CONFIRMATIONS = 3;
export const HOT = "84h/1h/0h";
export const HOT_TAPROOT = "86h/1h/0h";
const TEST_VERSIONS = { private: 0x04358394, public: 0x043587cf };
/** Coins that the miner has before the tests begin: mined ones can be spent after a hundred blocks. */
const RIPE_BLOCKS = 101;

/** A master key that is worth nothing anywhere. */
export function masterKeyOf(seed: number): string {
  return HDKey.fromMasterSeed(new Uint8Array(32).fill(seed), TEST_VERSIONS).privateExtendedKey;
}

export interface TestBitcoin {
  readonly node: BitcoinNode;
  readonly now: { value: number };
  input(options?: Record<string, unknown>): VenueInput;
  hot(options?: Record<string, unknown>): Venue;
  mine(blocks?: number): Promise<void>;
  /** From the miner, not mined yet. @returns the transaction's id */
  pay(address: string, btc: string): Promise<string>;
  /** A miner's address that nobody else knows. */
  address(): Promise<string>;
  /** What an address has received, in satoshi, blocks or not. */
  received(address: string): Promise<bigint>;
  stop(): Promise<void>;
}

export async function startTestBitcoin(): Promise<TestBitcoin> {
  // It carries dust, so that a wallet can be given some.
  const node = await startBitcoind({ args: ["-dustrelayfee=0"] });
  const call = <T>(method: string, params: readonly unknown[] = []) => node.call(method, params, "miner") as Promise<T>;
  await node.call("createwallet", ["miner"]);
  // To another address each time: a block that was taken back must not come again as the same one.
  const mine = async (blocks = 1): Promise<void> =>
    void (await node.call("generatetoaddress", [blocks, await call("getnewaddress")]));
  await mine(RIPE_BLOCKS);
  const now = { value: Date.now() };
  const input = (options: Record<string, unknown> = {}): VenueInput => ({
    id: "btc",
    options: {
      network: NETWORK,
      rpc_url: node.url,
      cookie_file: node.cookie_file,
      confirmations: CONFIRMATIONS,
      fee_rate_fallback: "5 sat/vB",
      ...options,
    },
    assets: new Map([[BTC.id, BTC]]),
    instruments: [INSTRUMENT],
    wallets: [
      { id: "hot", account: HOT, asset: "BTC", kind: "hot" },
      { id: "taproot", account: HOT_TAPROOT, asset: "BTC", kind: "hot" },
    ],
    clock: { ...createSystemClock(), now: () => now.value },
    random: createSeededRandom(1),
    http: createFetchPort(),
  });
  return {
    node,
    now,
    input,
    hot: (options = {}) => createBitcoinVenue(input({ master_key: masterKeyOf(1), ...options })),
    mine,
    pay: (address, btc) => call("sendtoaddress", [address, btc]),
    address: () => call("getnewaddress"),
    async received(address) {
      const text = await call<number>("getreceivedbyaddress", [address, 0]);
      return BigInt(Math.round(text * 1e8));
    },
    stop: node.stop,
  };
}

export function walletRef(account: string = HOT): WalletRef {
  return { wallet_id: account === HOT_TAPROOT ? "taproot" : "hot", account, asset: "BTC" };
}

export interface PlanInput {
  readonly id: string;
  readonly to: string;
  /** Satoshi. */
  readonly amount: bigint;
  readonly fee_max?: bigint;
  readonly wallet?: string;
}

export function planOf({ id, to, amount, fee_max = 20_000n, wallet = "hot" }: PlanInput): TransferPlan {
  return {
    id,
    pool_id: "btc",
    asset: "BTC",
    network: NETWORK,
    instrument: INSTRUMENT.id,
    chain_id: null,
    contract: null,
    decimals: BTC.decimals,
    contract_decimals: INSTRUMENT.decimals,
    from: { venue: "btc", wallet, role: "hot", address: "", memo: null },
    to: { venue: "vault", wallet: "vault", role: "custody", address: to, memo: null },
    direction: "liquidity_to_reserve",
    amount: sats(amount).toString(),
    fee_max: sats(fee_max).toString(),
    cause: "auto_pilot",
    reason: "above_high",
    decision_id: null,
    initiator: "policy",
    policy_digest: "p",
    quorum_needed: 0,
    not_before: 0,
    expires_at: 9_000_000_000_000,
    nonce: id,
  };
}

export function queryOf(prepared: PreparedSubmit, account: string = HOT): FindQuery {
  return {
    wallet: walletRef(account),
    reference: prepared.reference,
    venue_ref: null,
    tx_hash: prepared.tx_hash,
    prepared,
    asset: "BTC",
    network: NETWORK,
  };
}
