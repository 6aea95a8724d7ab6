/** A local chain with the demonstration's world, connectors on it, and plans to give them. */

import { getContractAddress } from "viem";
import type { Asset, Instrument } from "../../src/money/index.ts";
import {
  deployWorld,
  LOCAL_CHAIN_ID,
  type LocalWorld,
  localAccount,
  OWNER_NAMES,
  OWNERS_NEEDED,
  privateKeyOf,
  startAnvil,
} from "../../src/sandbox/chain/index.ts";
import type { PreparedSubmit, TransferPlan } from "../../src/transfers/types.ts";
import { createEvmVenue } from "../../src/venues/evm/index.ts";
import type { ConnectorInput } from "../../src/venues/onchain/index.ts";
import type { FindOutcome, FindQuery, Venue, VenueTransfer, WalletRef } from "../../src/venues/port.ts";
import { createSafeVenue } from "../../src/venues/safe/index.ts";

export const NETWORK = "anvil";
/** Registered with more decimals than the chain has, so that every test also crosses the units. */
const USDT: Asset = { id: "USDT", decimals: 8 };
const ETH: Asset = { id: "ETH", decimals: 18 };
/** Asset units in one unit of the token. */
export const SCALE = 100n;
export const usdt = (whole: bigint): bigint => whole * 10n ** 8n;
/** What is deployed first stands at the same address on every local chain. */
const TOKEN = getContractAddress({ from: localAccount("deployer").address, nonce: 0n });
/** Blocks after which a mined transaction is below the finalized head of the local chain. */
export const FINALITY_BLOCKS = 5;

export interface TestChain {
  readonly world: LocalWorld;
  readonly now: { value: number };
  connector(options?: Record<string, unknown>): ConnectorInput;
  evm(options?: Record<string, unknown>): Venue;
  safe(options?: Record<string, unknown>): Venue;
  stop(): Promise<void>;
}

export async function startTestChain(): Promise<TestChain> {
  const anvil = await startAnvil();
  const world = await deployWorld(anvil.url);
  await world.mine(FINALITY_BLOCKS);
  const now = { value: 4_000_000_000_000 };
  const instruments: Instrument[] = [
    { id: "usdt-anvil", asset: "USDT", network: NETWORK, contract: world.token, decimals: 6 },
    { id: "eth-anvil", asset: "ETH", network: NETWORK, contract: null, decimals: 18 },
  ];
  const connector = (options: Record<string, unknown> = {}): ConnectorInput => ({
    id: "chain",
    options: {
      network: NETWORK,
      chain_id: LOCAL_CHAIN_ID,
      rpc_urls: [anvil.url],
      gas_price_max: "50 gwei",
      start_block: 0,
      ...options,
    },
    assets: new Map([USDT, ETH].map((asset) => [asset.id, asset])),
    instruments,
    clock: { now: () => now.value },
  });
  return {
    world,
    now,
    connector,
    evm: (options = {}) => createEvmVenue(connector({ private_key: privateKeyOf("hot"), ...options })),
    safe: (options = {}) =>
      createSafeVenue(
        connector({
          safe: world.safe,
          owners: OWNER_NAMES.map((name) => localAccount(name).address),
          threshold: OWNERS_NEEDED,
          executor_private_key: privateKeyOf("executor"),
          ...options,
        }),
      ),
    stop: anvil.stop,
  };
}

export function walletRef(account: string, asset = "USDT"): WalletRef {
  return { wallet_id: `${asset}-wallet`, account, asset };
}

export interface PlanInput {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly amount: bigint;
  readonly asset?: string;
}

export function planOf({ id, from, to, amount, asset = "USDT" }: PlanInput): TransferPlan {
  const end = (address: string) => ({ venue: "chain", wallet: "w", role: "hot", address, memo: null });
  return {
    id,
    pool_id: "usdt",
    asset,
    network: NETWORK,
    instrument: asset === "ETH" ? "eth-anvil" : "usdt-anvil",
    chain_id: LOCAL_CHAIN_ID,
    contract: asset === "ETH" ? null : TOKEN,
    decimals: asset === "ETH" ? 18 : 8,
    contract_decimals: asset === "ETH" ? 18 : 6,
    from: end(from),
    to: end(to),
    direction: "liquidity_to_reserve",
    amount: amount.toString(),
    fee_max: "0",
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

export function queryOf(prepared: PreparedSubmit, account: string, asset = "USDT"): FindQuery {
  return {
    wallet: walletRef(account, asset),
    reference: prepared.reference,
    venue_ref: null,
    tx_hash: prepared.tx_hash,
    prepared,
    asset,
    network: NETWORK,
  };
}

/** The transfer that was found; fails the test when it was not. */
export function foundIn(outcome: FindOutcome): VenueTransfer {
  if (outcome.outcome === "found") return outcome.transfer;
  throw new Error(`expected a transfer, got ${JSON.stringify(outcome)}`);
}
