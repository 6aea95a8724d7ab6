/** One chain through one or more nodes: clients, and the two heads every view is taken at. */
import { createPublicClient, type Hash, type PublicClient, zeroHash } from "viem";
import { minOf } from "../../money/index.ts";
import type { Clock } from "../../ports/index.ts";
import { VenueError } from "../index.ts";
import { agreeingClient } from "./agreement.ts";
import { createDecimalsCheck } from "./decimals.ts";
import { createDoubts, type Doubts, type Endpoint, httpTransport, openEndpoint } from "./endpoints.ts";
import { nodeWords, reading } from "./node_error.ts";
import type { Chain, ChainSettings, Head, Heads } from "./types.ts";

/** A node whose newest block is so much older than the others' lags behind them. */
const LAG_MS = 300_000;

export function createChain(settings: ChainSettings, clock: Pick<Clock, "now">): Chain {
  const endpoints = settings.rpc_urls.map((url, at) => openEndpoint(url, at + 1));
  const doubts = createDoubts(clock);
  const client = agreeingClient(endpoints, settings.endpoints_agree, doubts);
  const url = settings.second_rpc_url;
  const second = url === null ? null : createPublicClient({ transport: httpTransport(url), cacheTime: 0 });
  const heads = (): Promise<Heads> =>
    settings.endpoints_agree === 1
      ? readHeads(client, settings)
      : readAgreedHeads({ settings, client, endpoints, doubts });
  const witnesses = endpoints.map((endpoint) => endpoint.client);
  const assertDecimals = createDecimalsCheck({ client, clock, heads });
  return { settings, client, witnesses, second, clock, heads, assertDecimals, doubts: doubts.list };
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

async function readHeads(client: PublicClient, settings: ChainSettings): Promise<Heads> {
  return reading("read the head of the chain", async () => {
    const { finality } = settings;
    // The irreversible head first: it can then not be ahead of the latest one.
    const tagged = finality.kind === "tag" ? toHead(await client.getBlock({ blockTag: finality.tag })) : null;
    const latest = toHead(await client.getBlock({ blockTag: "latest" }));
    if (tagged !== null) return { final: tagged, latest };
    const number = confirmedAt(latest.number, settings);
    return { final: toHead(await client.getBlock({ blockNumber: number })), latest };
  });
}

interface Agreement {
  readonly settings: ChainSettings;
  /** Answers only what enough nodes say alike. */
  readonly client: PublicClient;
  readonly endpoints: readonly Endpoint[];
  readonly doubts: Doubts;
}

/** The newest blocks that enough nodes have come to, and that they agree on. */
async function readAgreedHeads(agreement: Agreement): Promise<Heads> {
  const { settings, client } = agreement;
  return reading("read the head of the chain", async () => {
    const { finality } = settings;
    const tagged = finality.kind === "tag" ? await reachedBy(agreement, finality.tag) : null;
    const latest = await reachedBy(agreement, "latest");
    const final = tagged ?? confirmedAt(latest, settings);
    // A node may be ahead in what it calls final of what another has as its newest block.
    const numbers = [minOf(final, latest), latest];
    const [at_final, at_latest] = await Promise.all(numbers.map((blockNumber) => client.getBlock({ blockNumber })));
    if (at_final === undefined || at_latest === undefined)
      throw new VenueError("venue_transient", "No block was read.");
    return { final: toHead(at_final), latest: toHead(at_latest) };
  });
}

/** The highest block that enough nodes have reached. @throws VenueError venue_transient when too few answer */
async function reachedBy(
  { settings, endpoints, doubts }: Agreement,
  tag: "latest" | "finalized" | "safe",
): Promise<bigint> {
  const needed = settings.endpoints_agree;
  const answers = await Promise.allSettled(endpoints.map(({ client }) => client.getBlock({ blockTag: tag })));
  const heads = answers.flatMap((answer, at) => {
    const endpoint = endpoints[at];
    if (endpoint === undefined) return [];
    if (answer.status === "fulfilled") {
      doubts.settle(endpoint, "silent");
      return [{ endpoint, head: toHead(answer.value) }];
    }
    doubts.raise(endpoint, "silent", `It did not name its ${tag} block: ${nodeWords(answer.reason)}`);
    return [];
  });
  if (heads.length < needed) {
    const message = `${heads.length} of ${endpoints.length} nodes answer, and ${needed} must agree: nothing counts as final now.`;
    throw new VenueError("venue_transient", message, { answering: heads.length, needed });
  }
  const newest = Math.max(...heads.map(({ head }) => head.at_ms));
  for (const { endpoint, head } of tag === "latest" ? heads : []) {
    if (newest - head.at_ms <= LAG_MS) doubts.settle(endpoint, "lags");
    else
      doubts.raise(
        endpoint,
        "lags",
        `Its newest block, ${head.number}, is ${newest - head.at_ms} ms older than the others'.`,
      );
  }
  const numbers = heads.map(({ head }) => head.number).sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
  return numbers[needed - 1] ?? 0n;
}

function confirmedAt(latest: bigint, { finality }: ChainSettings): bigint {
  const depth = finality.kind === "confirmations" ? BigInt(finality.count - 1) : 0n;
  return latest > depth ? latest - depth : 0n;
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
