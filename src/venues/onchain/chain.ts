/** One chain through one or more nodes: clients, and the two heads every view is taken at. */
import { createPublicClient, fallback, type Hash, http, type PublicClient, type Transport, zeroHash } from "viem";
import type { Clock } from "../../ports/index.ts";
import { VenueError } from "../index.ts";
import { reading } from "./node_error.ts";
import type { Chain, ChainSettings, Head, Heads } from "./types.ts";

/** Longest wait for one answer of a node. */
const TIMEOUT_MS = 10_000;

export function createChain(settings: ChainSettings, clock: Pick<Clock, "now">): Chain {
  const transports = settings.rpc_urls.map((url) => http(url, { timeout: TIMEOUT_MS, retryCount: 0 }));
  const witnesses = transports.map(createClient);
  const client = createClient(fallback(transports, { rank: false, retryCount: 0 }));
  const url = settings.second_rpc_url;
  const second = url === null ? null : createClient(http(url, { timeout: TIMEOUT_MS, retryCount: 0 }));
  return { settings, client, witnesses, second, clock, heads: () => readHeads(client, settings) };
}

/** Every node must be on the configured chain. @throws VenueError */
export async function verifyChain(chain: Chain): Promise<void> {
  const { chain_id, network } = chain.settings;
  for (const witness of [...chain.witnesses, ...(chain.second === null ? [] : [chain.second])]) {
    const actual = await reading("name its chain", () => witness.getChainId());
    if (actual === chain_id) continue;
    throw new VenueError("venue_invalid", `A node of ${network} is on chain ${actual}, not on ${chain_id}.`, {
      expected: chain_id,
      actual,
    });
  }
}

function createClient(transport: Transport): PublicClient {
  return createPublicClient({ transport, cacheTime: 0 });
}

async function readHeads(client: PublicClient, settings: ChainSettings): Promise<Heads> {
  return reading("read the head of the chain", async () => {
    const { finality } = settings;
    // The irreversible head first: it can then not be ahead of the latest one.
    const tagged = finality.kind === "tag" ? toHead(await client.getBlock({ blockTag: finality.tag })) : null;
    const latest = toHead(await client.getBlock({ blockTag: "latest" }));
    if (tagged !== null) return { final: tagged, latest };
    const depth = finality.kind === "confirmations" ? BigInt(finality.count - 1) : 0n;
    const number = latest.number > depth ? latest.number - depth : 0n;
    return { final: toHead(await client.getBlock({ blockNumber: number })), latest };
  });
}

interface BlockFields {
  readonly number: bigint | null;
  readonly hash: Hash | null;
  readonly timestamp: bigint;
  readonly baseFeePerGas: bigint | null;
}

function toHead({ number, hash, timestamp, baseFeePerGas }: BlockFields): Head {
  return {
    number: number ?? 0n,
    hash: hash ?? zeroHash,
    at_ms: Number(timestamp) * 1_000,
    base_fee: baseFeePerGas ?? 0n,
  };
}
