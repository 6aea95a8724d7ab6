/**
 * One client over several nodes, of which so many must give the same answer before it counts. What is asked of one block that is
 * named by its number has one true answer, so all nodes are asked and compared; what may differ from node to node (the newest
 * block, a price of gas, the pool) is asked of the first that answers, and never decides that something is final.
 */
import { createPublicClient, custom, fallback, type PublicClient } from "viem";
import { canonicalJson } from "../../digest/index.ts";
import { VenueError } from "../index.ts";
import type { Doubts, Endpoint } from "./endpoints.ts";
import { isRevert, nodeWords } from "./node_error.ts";

interface Call {
  readonly method: string;
  readonly params?: unknown;
}

const HEX_NUMBER = /^0x[0-9a-fA-F]{1,32}$/;
/** Where the parameter stands that names the block. */
const BLOCK_AT: Readonly<Record<string, number>> = {
  eth_getBalance: 1,
  eth_call: 1,
  eth_getTransactionCount: 1,
  eth_getCode: 1,
  eth_getBlockByNumber: 0,
};
/** Fields in which nodes must agree; others (a node's own extras) may differ. */
const BLOCK_FIELDS = ["hash", "parentHash", "timestamp"] as const;
const RECEIPT_FIELDS = ["blockHash", "status", "gasUsed", "effectiveGasPrice", "from", "to"] as const;
const LOG_FIELDS = ["address", "topics", "data", "blockHash", "transactionHash", "logIndex"] as const;

/** @param needed how many equal answers count */
export function agreeingClient(endpoints: readonly Endpoint[], needed: number, doubts: Doubts): PublicClient {
  const first = fallback(
    endpoints.map(({ transport }) => transport),
    { rank: false, retryCount: 0 },
  );
  if (needed <= 1) return createPublicClient({ transport: first, cacheTime: 0 });
  const any = createPublicClient({ transport: first, cacheTime: 0 });
  const request = async (call: Call): Promise<unknown> => {
    if (call.method === "eth_getTransactionByHash") return knownToAny(endpoints, call, needed);
    if (isPinned(call)) return agreed(endpoints, call, needed, doubts);
    return any.request(call as never);
  };
  return createPublicClient({ transport: custom({ request }, { retryCount: 0 }), cacheTime: 0 });
}

/** It has one true answer, whichever node is asked. */
function isPinned({ method, params }: Call): boolean {
  const list = Array.isArray(params) ? params : [];
  if (method === "eth_getTransactionReceipt") return true;
  if (method === "eth_getLogs") {
    const { fromBlock, toBlock } = (list[0] ?? {}) as { fromBlock?: unknown; toBlock?: unknown };
    return HEX_NUMBER.test(String(fromBlock)) && HEX_NUMBER.test(String(toBlock));
  }
  const at = BLOCK_AT[method];
  return at !== undefined && HEX_NUMBER.test(String(list[at]));
}

type Answer =
  | { readonly endpoint: Endpoint; readonly value: unknown; readonly key: string }
  | { readonly endpoint: Endpoint; readonly error: unknown };

/** Returns as soon as enough nodes say the same; those that answer later are compared all the same. */
async function agreed(endpoints: readonly Endpoint[], call: Call, needed: number, doubts: Doubts): Promise<unknown> {
  const answers: Answer[] = [];
  const groups = new Map<string, Answer[]>();
  let winner: string | null = null;
  return new Promise((resolve, reject) => {
    const take = (answer: Answer): void => {
      answers.push(answer);
      if ("key" in answer) {
        const group = [...(groups.get(answer.key) ?? []), answer];
        groups.set(answer.key, group);
        if (winner === null && group.length >= needed) {
          winner = answer.key;
          resolve(answer.value);
        }
      }
      if (answers.length < endpoints.length) return;
      if (winner === null) reject(disagreement(call, answers, needed));
      compare(call, answers, winner, doubts);
    };
    for (const endpoint of endpoints) {
      endpoint.request(call as never).then(
        (value) => take({ endpoint, value, key: keyOf(call.method, value) }),
        (error: unknown) => take({ endpoint, error }),
      );
    }
  });
}

/** Who said something else than the others is named; nobody knows who lies when no group is large enough. */
function compare({ method }: Call, answers: readonly Answer[], winner: string | null, doubts: Doubts): void {
  for (const answer of answers) {
    if ("error" in answer) {
      if (isRevert(answer.error)) continue;
      doubts.raise(answer.endpoint, "silent", `It did not answer ${method}: ${nodeWords(answer.error)}`);
      continue;
    }
    doubts.settle(answer.endpoint, "silent");
    if (answer.key === winner) doubts.settle(answer.endpoint, "contradicts", method);
    else if (winner === null)
      doubts.raise(answer.endpoint, "contradicts", `The nodes do not agree on ${method}.`, method);
    // A block or a receipt that is not there yet is a node that is late, and no lie.
    else if (answer.value === null)
      doubts.raise(answer.endpoint, "lags", `It does not know yet what others answer to ${method}.`);
    else doubts.raise(answer.endpoint, "contradicts", `It answers ${method} differently from the others.`, method);
  }
}

function disagreement({ method }: Call, answers: readonly Answer[], needed: number): unknown {
  const reverts = answers.filter((answer) => "error" in answer && isRevert(answer.error));
  const [revert] = reverts;
  if (revert !== undefined && reverts.length >= needed && "error" in revert) return revert.error;
  const silent = answers.filter((answer) => "error" in answer).length;
  const why =
    answers.length - silent < needed
      ? `${answers.length - silent} of ${answers.length} nodes answered ${method}, and ${needed} must agree`
      : `the nodes do not agree on ${method}, and ${needed} must`;
  return new VenueError("venue_transient", `Nothing is known for certain: ${why}.`);
}

/** Known to one is known; unknown only when enough say so. */
async function knownToAny(endpoints: readonly Endpoint[], call: Call, needed: number): Promise<unknown> {
  const answers = await Promise.allSettled(endpoints.map(({ request }) => request(call as never)));
  const values = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value as unknown] : []));
  const known = values.find((value) => value !== null && value !== undefined);
  if (known !== undefined) return known;
  if (values.length >= needed) return null;
  throw new VenueError(
    "venue_transient",
    `${values.length} of ${endpoints.length} nodes answered, and ${needed} must agree.`,
  );
}

/** Two answers with one key say the same of what is asked. */
function keyOf(method: string, value: unknown): string {
  if (value === null || value === undefined) return "null";
  const said =
    method === "eth_getBlockByNumber"
      ? pick(value, BLOCK_FIELDS)
      : method === "eth_getTransactionReceipt"
        ? { ...pick(value, RECEIPT_FIELDS), logs: logsOf((value as { logs?: unknown }).logs) }
        : method === "eth_getLogs"
          ? logsOf(value)
          : lower(value);
  return canonicalJson(said);
}

function logsOf(value: unknown): unknown {
  return Array.isArray(value) ? value.map((log) => pick(log, LOG_FIELDS)) : null;
}

/** Letter case of hex is not part of it. */
function pick(value: unknown, fields: readonly string[]): Record<string, unknown> {
  const from = value as Record<string, unknown>;
  return Object.fromEntries(fields.map((field) => [field, lower(from[field])]));
}

function lower(value: unknown): unknown {
  if (typeof value === "string") return value.toLowerCase();
  return Array.isArray(value) ? value.map(lower) : (value ?? null);
}
