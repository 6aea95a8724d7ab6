/**
 * The nodes that one chain is read through. Each is known by its number and host, never by its address, which may hold a key.
 * What one of them said against the others is remembered until it agrees with them again.
 */
import {
  createPublicClient,
  type EIP1193RequestFn,
  HttpRequestError,
  http,
  type PublicClient,
  type Transport,
} from "viem";
import type { Clock, Instant } from "../../ports/index.ts";
import { VenueError } from "../index.ts";
import type { VenueDoubt } from "../port.ts";

/** Longest wait for one answer of a node. */
const TIMEOUT_MS = 10_000;
/** Longest answer of a node that is read. */
const BODY_BYTES_MAX = 5_000_000;

export interface Endpoint {
  /** `node 2 (eth.example.org)`. */
  readonly name: string;
  readonly transport: Transport;
  readonly client: PublicClient;
  readonly request: EIP1193RequestFn;
}

export function openEndpoint(url: string, number: number): Endpoint {
  const transport = httpTransport(url);
  const client = createPublicClient({ transport, cacheTime: 0 });
  return {
    name: `node ${number} (${new URL(url).hostname})`,
    transport,
    client,
    request: client.request as EIP1193RequestFn,
  };
}

/** JSON that is no answer of JSON-RPC (another service, a proxy's own words) is named as that, and is no empty answer. */
export function httpTransport(url: string): Transport {
  const plain = http(url, { timeout: TIMEOUT_MS, retryCount: 0, maxResponseBodySize: BODY_BYTES_MAX });
  return (parameters) => {
    const opened = plain(parameters);
    const request = (async (call: never, options: never) => {
      const answer = await askedTwice(call, () => opened.request(call, options));
      if (answer !== undefined) return answer;
      throw new VenueError(
        "venue_invalid",
        "The node's answer is no answer of JSON-RPC: it has neither a result nor an error.",
      );
    }) as typeof opened.request;
    return { ...opened, request };
  };
}

/** What only reads. Whatever else there is may have an effect, and is asked once. */
const READS =
  /^(eth_(get[A-Z]\w*|call|chainId|blockNumber|estimateGas|gasPrice|feeHistory|maxPriorityFeePerGas)|net_version)$/;

/** A line that was kept alive may have been closed at the other end: a read that got no answer at all is asked once more. */
async function askedTwice<T>({ method }: { readonly method: string }, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!READS.test(method) || !isUnanswered(error)) throw error;
    return ask();
  }
}

/** Neither a status nor a time-out: the line broke before anything came back. */
function isUnanswered(error: unknown): boolean {
  return (
    error instanceof HttpRequestError &&
    error.status === undefined &&
    error.cause instanceof TypeError &&
    error.cause.message === "fetch failed"
  );
}

export interface Doubts {
  /** One for each endpoint, kind and `about`: agreeing on one thing settles nothing that was said of another. */
  raise(endpoint: Endpoint, kind: VenueDoubt["kind"], said: string, about?: string): void;
  settle(endpoint: Endpoint, kind: VenueDoubt["kind"], about?: string): void;
  list(): readonly VenueDoubt[];
}

export function createDoubts(clock: Pick<Clock, "now">): Doubts {
  const open = new Map<string, VenueDoubt>();
  const keyOf = (endpoint: Endpoint, kind: VenueDoubt["kind"], about: string): string =>
    `${kind} ${endpoint.name} ${about}`;
  return {
    raise(endpoint, kind, said, about = "") {
      const key = keyOf(endpoint, kind, about);
      const since: Instant = open.get(key)?.since ?? clock.now();
      open.set(key, { kind, source: endpoint.name, said, since });
    },
    settle: (endpoint, kind, about = "") => void open.delete(keyOf(endpoint, kind, about)),
    list: () => [...open.values()],
  };
}
