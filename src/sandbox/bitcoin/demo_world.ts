/** The world on the chain: a node that mines, a hot wallet, custody of two of three, and customers who pay in and out. */
import { setTimeout as wait } from "node:timers/promises";
import { assert } from "../../errors/index.ts";
import { hotDescriptor, vaultDescriptor } from "./demo_keys.ts";
import { type BitcoinNode, startBitcoind } from "./node.ts";

/** BTC at the start. */
export const HOT_START = "1.0";
export const VAULT_START = "9.0";
/** Mined coins can be spent after a hundred blocks. */
const RIPE_BLOCKS = 101;
const SETTLE_BLOCKS = 3;
const BLOCK_MS = 500;
/** Addresses of an account that are looked at: more than a demonstration uses. */
const ADDRESSES_MAX = 200;

export type Holder = "hot" | "vault";

export interface BitcoinWorld {
  readonly node: BitcoinNode;
  /** First addresses: where the address book points. */
  readonly hot: string;
  readonly vault: string;
  /** Every address of a holder. */
  readonly addresses: Readonly<Record<Holder, ReadonlySet<string>>>;
  /** Customers pay into the hot wallet, and are paid out of it by whoever else holds its key. Amounts are BTC. */
  deposit(btc: string): Promise<void>;
  payOut(btc: string): Promise<void>;
  stop(): Promise<void>;
}

/** Blocks come by themselves. @throws LocalChainError */
export async function startWorld(port: number): Promise<BitcoinWorld> {
  const node = await startBitcoind({ port });
  const miner = <T>(method: string, params: readonly unknown[] = []): Promise<T> =>
    node.call(method, params, "miner") as Promise<T>;
  try {
    await node.call("createwallet", ["miner"]);
    const mine = async (blocks: number): Promise<void> => {
      await node.call("generatetoaddress", [blocks, await miner<string>("getnewaddress")]);
    };
    const hot = await addressesOf(node, [hotDescriptor(0, false), hotDescriptor(1, false)]);
    const vault = await addressesOf(node, [vaultDescriptor("0"), vaultDescriptor("1")]);
    const [first_hot = "", first_vault = ""] = [hot[0], vault[0]];
    await mine(RIPE_BLOCKS);
    await miner("sendtoaddress", [first_hot, HOT_START]);
    await miner("sendtoaddress", [first_vault, VAULT_START]);
    await mine(SETTLE_BLOCKS);
    await openPayouts(node);
    const blocks = keepMining(() => mine(1));
    return {
      node,
      hot: first_hot,
      vault: first_vault,
      addresses: { hot: new Set(hot), vault: new Set(vault) },
      deposit: async (btc) => void (await miner("sendtoaddress", [first_hot, btc])),
      payOut: async (btc) => {
        const to = await miner<string>("getnewaddress");
        await node.call("sendtoaddress", [to, btc], "payouts");
      },
      stop: async () => {
        await blocks.stop();
        await node.stop();
      },
    };
  } catch (error) {
    await node.stop();
    throw error;
  }
}

async function withChecksum(node: BitcoinNode, descriptor: string): Promise<string> {
  const { checksum } = (await node.call("getdescriptorinfo", [descriptor])) as { checksum: string };
  return `${descriptor}#${checksum}`;
}

/** Those of the first branch first. */
async function addressesOf(node: BitcoinNode, descriptors: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const text of descriptors) {
    const params = [await withChecksum(node, text), [0, ADDRESSES_MAX - 1]];
    found.push(...((await node.call("deriveaddresses", params)) as string[]));
  }
  return found;
}

/** The business itself pays its customers out of the hot wallet; Tidegate sees it on the chain. */
async function openPayouts(node: BitcoinNode): Promise<void> {
  await node.call("createwallet", ["payouts", false, true]);
  const requests = await Promise.all(
    ([0, 1] as const).map(async (branch) => ({
      desc: await withChecksum(node, hotDescriptor(branch, true)),
      ...{ active: true, internal: branch === 1, range: ADDRESSES_MAX, timestamp: 0 },
    })),
  );
  const results = (await node.call("importdescriptors", [requests], "payouts")) as { success: boolean }[];
  assert(
    results.every(({ success }) => success),
    "the node takes the descriptors of the hot wallet",
  );
}

function keepMining(mine: () => Promise<void>): { stop(): Promise<void> } {
  let stopped = false;
  const running = (async () => {
    while (!stopped) {
      await mine();
      await wait(BLOCK_MS);
    }
  })().catch(() => undefined);
  return {
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}
