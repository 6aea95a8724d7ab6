/**
 * What any wallet on the chain can say of itself: its address, its balances, its movements.
 *
 * A balance is that of the final head: what has not become irreversible is neither counted nor spent. What newer blocks
 * have taken away is `pending_out` and not available; what they have brought is `pending_in`. This is the same head at which
 * a transfer becomes final, so a balance and the end of a transfer never disagree for long.
 */
import type { Hex, PublicClient } from "viem";
import { maxOf, minOf } from "../../money/index.ts";
import { VenueError } from "../index.ts";
import type {
  ChainBalance,
  MovementPage,
  VenueAddress,
  VenueBalance,
  VenueNetwork,
  VenueWallet,
  WalletRef,
} from "../port.ts";
import { listCoinMovements } from "./coin_movements.ts";
import { listTokenMovements } from "./movements.ts";
import { reading } from "./node_error.ts";
import { type ChainRegistry, fromChain, stepOf } from "./registry.ts";
import { offerNow } from "./sign.ts";
import type { Chain, ChainInstrument } from "./types.ts";

/** Gas of moving the coin to a contract wallet, with room: 21,000 and what the wallet does when it receives. */
const COIN_GAS = 60_000n;
/** A block is mined and seen within this time even where finality is immediate. */
const LEAD_TIME_MIN_MS = 15_000;
const MS_PER_SECOND = 1_000;

const BALANCE_ABI = [
  {
    type: "function",
    name: "balanceOf",
    stateMutability: "view",
    inputs: [{ name: "owner", type: "address" }],
    outputs: [{ type: "uint256" }],
  },
] as const;

export interface Holding {
  listWallets(): Promise<readonly VenueWallet[]>;
  getBalance(wallet: WalletRef): Promise<VenueBalance>;
  getAddress(wallet: WalletRef, network: string): Promise<VenueAddress>;
  listNetworks(wallet: WalletRef): Promise<readonly VenueNetwork[]>;
  listMovements(wallet: WalletRef, cursor: string | null): Promise<MovementPage>;
  /** Only with a second reader. */
  readChain?(wallet: WalletRef, height: string | null): Promise<ChainBalance>;
}

/**
 * @param address checksummed; the one account this venue has
 * @param pays_gas the account sends its own transactions: moving the coin costs of the coin
 */
export function createHolding(chain: Chain, registry: ChainRegistry, address: Hex, pays_gas: boolean): Holding {
  const { network } = chain.settings;
  const check = (wallet: WalletRef): ChainInstrument => {
    if (wallet.account !== address) {
      const same = wallet.account.toLowerCase() === address.toLowerCase();
      const message = same
        ? `The account of wallet "${wallet.wallet_id}" must be written ${address}; it is "${wallet.account}".`
        : `The venue holds ${address}, and the wallet "${wallet.wallet_id}" is the account ${wallet.account}: one of the two, or the key file, is the wrong one.`;
      throw new VenueError("venue_not_found", message, { account: wallet.account });
    }
    return registry.ofAsset(wallet.asset);
  };
  return {
    listWallets: async () =>
      registry.all.map(({ asset }) => ({ account: address, asset: asset.id, label: `${asset.id} of ${address}` })),
    getBalance: async (wallet) => readBalance(chain, check(wallet), address),
    getAddress: async (wallet, wanted) => {
      check(wallet);
      if (wanted === network) return { address, memo: null };
      throw new VenueError("venue_not_found", `This wallet is on ${network}, not on ${wanted}.`);
    },
    listNetworks: async (wallet) => [await readNetwork(chain, check(wallet), pays_gas)],
    listMovements: async (wallet, cursor) => {
      const item = check(wallet);
      const list = item.contract === null ? listCoinMovements : listTokenMovements;
      return list(chain, item, wallet, cursor);
    },
    ...(chain.second === null ? {} : { readChain: secondReader(chain.second, check, address) }),
  };
}

async function readBalance(chain: Chain, item: ChainInstrument, address: Hex): Promise<VenueBalance> {
  await chain.assertDecimals(item);
  const { final, latest } = await chain.heads();
  const at = (block: bigint): Promise<bigint> => readUnits(chain.client, item, address, block);
  const [settled, newest] = await reading("read the balance", () => Promise.all([at(final.number), at(latest.number)]));
  return {
    total: fromChain(item, settled),
    available: fromChain(item, minOf(settled, newest)),
    pending_in: fromChain(item, maxOf(newest - settled, 0n)),
    pending_out: fromChain(item, maxOf(settled - newest, 0n)),
    locked: 0n,
    // A stalled node shows in the age of its newest block; a block from the future is not newer than now.
    as_of: Math.min(latest.at_ms, chain.clock.now()),
    height: final.number.toString(),
    pending_readable: true,
  };
}

/** At the very block of the venue's balance; a reader that does not have it yet answers with an error, and not with a guess. */
function secondReader(
  client: PublicClient,
  check: (wallet: WalletRef) => ChainInstrument,
  address: Hex,
): NonNullable<Holding["readChain"]> {
  return async (wallet, height) => {
    const item = check(wallet);
    return reading("read the balance a second time", async () => {
      const block = await client.getBlock(height === null ? {} : { blockNumber: BigInt(height) });
      const units = await readUnits(client, item, address, block.number);
      const as_of = Number(block.timestamp) * MS_PER_SECOND;
      return { total: fromChain(item, units), as_of, height: block.number.toString() };
    });
  };
}

function readUnits(client: PublicClient, item: ChainInstrument, address: Hex, blockNumber: bigint): Promise<bigint> {
  if (item.contract === null) return client.getBalance({ address, blockNumber });
  return client.readContract({
    address: item.contract,
    abi: BALANCE_ABI,
    functionName: "balanceOf",
    args: [address],
    blockNumber,
  });
}

/**
 * Gas is paid in the chain's coin and never taken from the asset, so a token's move costs nothing of the token itself. A move of
 * the coin costs gas at the price that would be offered now.
 */
async function readNetwork(chain: Chain, item: ChainInstrument, pays_gas: boolean): Promise<VenueNetwork> {
  const { final, latest } = await chain.heads();
  const fee = item.contract === null && pays_gas ? COIN_GAS * (await offerNow(chain, latest.base_fee)) : 0n;
  return {
    network: chain.settings.network,
    enabled: true,
    fee_fixed: fromChain(item, fee),
    fee_ppm: 0,
    minimum: stepOf(item),
    maximum: null,
    step: stepOf(item),
    lead_time_ms: Math.max(latest.at_ms - final.at_ms, LEAD_TIME_MIN_MS),
  };
}
