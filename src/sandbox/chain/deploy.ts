/**
 * The world on the chain: a dollar, a hot wallet, and a real Safe 1.4.1 that pays with two of its three owners. Fixed
 * accounts and a fixed order give the same addresses every time, so that a configuration can name them.
 */
import {
  type Abi,
  createTestClient,
  createWalletClient,
  encodeFunctionData,
  getAddress,
  type Hex,
  http,
  parseEventLogs,
  publicActions,
  type TransactionReceipt,
  type Chain as ViemChain,
  zeroAddress,
} from "viem";
import { assert } from "../../errors/index.ts";
import { localAccount, OWNER_NAMES } from "./accounts.ts";
import { LOCAL_CHAIN_ID } from "./anvil.ts";
import { type Contract, compileContract, safeContract } from "./compile.ts";
import { LocalChainError } from "./errors.ts";

export const OWNERS_NEEDED = 2;
/** Whole tokens at the start, in base units of 6 decimals. */
export const HOT_START = 100_000_000000n;
export const SAFE_START = 900_000_000000n;

const POLLING_INTERVAL_MS = 25;
const RPC_TIMEOUT_MS = 20_000;

export interface LocalWorld {
  readonly url: string;
  readonly token: Hex;
  readonly safe: Hex;
  readonly hot: Hex;
  /** Addresses of the Safe's own contracts, for second opinions. */
  readonly safe_contracts: { readonly singleton: Hex; readonly factory: Hex; readonly fallback_handler: Hex };
  readonly client: LocalClient;
  /** Calls of the token's issuer. */
  issue(to: Hex, units: bigint): Promise<void>;
  setBlacklisted(account: Hex, listed: boolean): Promise<void>;
  setFee(basis_points: bigint): Promise<void>;
  balanceOf(account: Hex, block?: bigint): Promise<bigint>;
  /** Empty blocks. */
  mine(blocks: number): Promise<void>;
}

/** Reads, test commands of the chain, and time control. */
export type LocalClient = ReturnType<typeof createLocalClient>;

export function createLocalClient(url: string) {
  const transport = http(url, { timeout: RPC_TIMEOUT_MS, retryCount: 0 });
  const options = {
    mode: "anvil",
    transport,
    chain: localChain(url),
    cacheTime: 0,
    pollingInterval: POLLING_INTERVAL_MS,
  } as const;
  return createTestClient(options).extend(publicActions);
}

function localChain(url: string): ViemChain {
  const nativeCurrency = { name: "Ether", symbol: "ETH", decimals: 18 };
  return { id: LOCAL_CHAIN_ID, name: "local", nativeCurrency, rpcUrls: { default: { http: [url] } } };
}

/** Deploys and funds everything; the chain must mine at each transaction or by the clock. @throws LocalChainError */
export async function deployWorld(url: string): Promise<LocalWorld> {
  const client = createLocalClient(url);
  const hot = localAccount("hot").address;
  const dollar = compileContract("DemoDollar");
  const token = await deploy(client, dollar);
  const { safe, safe_contracts } = await deploySafe(client);
  const world = openWorld(client, { url, token, safe, hot, safe_contracts }, dollar.abi);
  await world.issue(hot, HOT_START);
  await world.issue(safe, SAFE_START);
  return world;
}

function openWorld(
  client: LocalClient,
  places: Pick<LocalWorld, "url" | "token" | "safe" | "hot" | "safe_contracts">,
  abi: Abi,
): LocalWorld {
  const { token } = places;
  const call = async (functionName: string, args: readonly unknown[]): Promise<void> => {
    await sendAs(client, "deployer", token, encodeFunctionData({ abi, functionName, args }));
  };
  return {
    ...places,
    client,
    issue: (to, units) => call("issue", [to, units]),
    setBlacklisted: (account, listed) => call("setBlacklisted", [account, listed]),
    setFee: (basis_points) => call("setFee", [basis_points]),
    balanceOf: async (account, block) => {
      const at = block === undefined ? {} : { blockNumber: block };
      const units = await client.readContract({
        address: token,
        abi,
        functionName: "balanceOf",
        args: [account],
        ...at,
      });
      assert(typeof units === "bigint", "a token's balance is a number of base units");
      return units;
    },
    mine: (blocks) => client.mine({ blocks }),
  };
}

async function deploySafe(client: LocalClient): Promise<Pick<LocalWorld, "safe" | "safe_contracts">> {
  const singleton_contract = safeContract("SafeL2");
  const factory_contract = safeContract("SafeProxyFactory");
  const singleton = await deploy(client, singleton_contract);
  const factory = await deploy(client, factory_contract);
  const fallback_handler = await deploy(client, safeContract("CompatibilityFallbackHandler"));
  const owners = OWNER_NAMES.map((name) => localAccount(name).address);
  const initializer = encodeFunctionData({
    abi: singleton_contract.abi,
    functionName: "setup",
    args: [owners, BigInt(OWNERS_NEEDED), zeroAddress, "0x", fallback_handler, zeroAddress, 0n, zeroAddress],
  });
  const data = encodeFunctionData({
    abi: factory_contract.abi,
    functionName: "createProxyWithNonce",
    args: [singleton, initializer, 0n],
  });
  const receipt = await sendAs(client, "deployer", factory, data);
  const [created] = parseEventLogs({ abi: factory_contract.abi, eventName: "ProxyCreation", logs: receipt.logs });
  const args = created?.args as { proxy?: Hex } | undefined;
  if (args?.proxy === undefined) throw new LocalChainError("chain_not_started", "The Safe's proxy was not created.");
  return { safe: args.proxy, safe_contracts: { singleton, factory, fallback_handler } };
}

export async function deploy(client: LocalClient, { abi, bytecode }: Contract): Promise<Hex> {
  const account = localAccount("deployer");
  const hash = await createWallet(client, "deployer").deployContract({ abi, bytecode, account, chain: client.chain });
  const { contractAddress } = await client.waitForTransactionReceipt({ hash });
  if (contractAddress) return getAddress(contractAddress);
  throw new LocalChainError("chain_not_started", "A contract was not created on the local chain.");
}

/** Sends as one of the local accounts and waits until it is mined. @throws LocalChainError when it reverts */
export async function sendAs(
  client: LocalClient,
  name: Parameters<typeof localAccount>[0],
  to: Hex,
  data: Hex,
): Promise<TransactionReceipt> {
  const hash = await createWallet(client, name).sendTransaction({
    account: localAccount(name),
    chain: client.chain,
    to,
    data,
  });
  const receipt = await client.waitForTransactionReceipt({ hash });
  if (receipt.status === "success") return receipt;
  throw new LocalChainError("chain_contract_invalid", `A call of ${name} to ${to} was reverted.`);
}

function createWallet(client: LocalClient, name: Parameters<typeof localAccount>[0]) {
  const transport = http(client.transport.url, { timeout: RPC_TIMEOUT_MS, retryCount: 0 });
  return createWalletClient({ account: localAccount(name), chain: client.chain, transport });
}
