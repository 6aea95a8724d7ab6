/**
 * JSON-RPC of a Bitcoin node (Bitcoin Core and what speaks like it, 28 or newer). Reads throw; only `sendrawtransaction` has an
 * effect, and its answer is judged by `submit.ts`. Credentials stay out of every message.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { VenueError } from "../index.ts";
import { parseExact } from "./json.ts";
import { toSats } from "./units.ts";

const TIMEOUT_MS = 30_000;
/** A page of history with many thousand entries. */
const BODY_BYTES_MAX = 64_000_000;
const WORDS_LENGTH_MAX = 200;

/** The node's own numbers (bitcoin: src/rpc/protocol.h). */
export const RPC = {
  invalid_address_or_key: -5,
  insufficient_funds: -6,
  keypool_ran_out: -12,
  wallet_not_found: -18,
  deserialization: -22,
  verify_error: -25,
  verify_rejected: -26,
  already_in_chain: -27,
  in_warmup: -28,
  wallet_already_loaded: -35,
  wallet_already_exists: -36,
} as const;

/** The node understood and said no: with its number, which callers tell apart. */
export class NodeRefusal extends VenueError {
  readonly node_code: number;
  constructor(method: string, node_code: number, words: string) {
    const code = node_code === RPC.in_warmup ? "venue_transient" : "venue_invalid";
    super(code, `The node refuses ${method} (${node_code}): ${words.slice(0, WORDS_LENGTH_MAX)}`, { node_code });
    this.node_code = node_code;
  }
}

export type NodeCredentials =
  | { readonly kind: "password"; readonly user: string; readonly password: string }
  /** Written anew by each start of the node. */
  | { readonly kind: "cookie"; readonly file: string };

export interface NodeEndpoint {
  readonly url: string;
  readonly credentials: NodeCredentials;
}

export interface Rpc {
  /** @param wallet name of a wallet of the node; null: the node itself. @throws VenueError, NodeRefusal */
  call<Shape extends z.ZodType>(
    method: string,
    params: readonly unknown[],
    shape: Shape,
    wallet?: string | null,
  ): Promise<z.output<Shape>>;
}

/** Numbers arrive as their text. */
export const Amount = z
  .string()
  .regex(/^-?\d{1,10}(\.\d{1,8})?$/)
  .transform(toSats);
export const Integer = z
  .string()
  .regex(/^-?\d{1,15}$/)
  .transform(Number);

const Reply = z.object({
  result: z.unknown(),
  error: z.object({ code: Integer, message: z.string() }).nullish(),
});

/** @example await rpc.call("getblockcount", [], Integer) */
export function createRpc(endpoint: NodeEndpoint): Rpc {
  return {
    async call(method, params, shape, wallet = null) {
      const path = wallet === null ? "" : `/wallet/${encodeURIComponent(wallet)}`;
      const url = `${endpoint.url.replace(/\/$/, "")}${path}`;
      const { status, text, retry_after } = await post(url, endpoint.credentials, { method, params });
      const reply = readReply(method, status, text, retry_after);
      const parsed = shape.safeParse(reply);
      if (parsed.success) return parsed.data;
      const where = parsed.error.issues[0]?.path.join(".") || "the whole";
      throw new VenueError(
        "venue_invalid",
        `The node's answer to ${method} is not of the promised shape (at ${where}).`,
      );
    },
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly retry_after: string | null;
}

async function post(
  url: string,
  credentials: NodeCredentials,
  request: { readonly method: string; readonly params: readonly unknown[] },
): Promise<Answer> {
  const body = JSON.stringify({ jsonrpc: "1.0", id: request.method, ...request });
  const headers = { authorization: authorization(credentials), "content-type": "application/json" };
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const reply = await fetch(url, { method: "POST", headers, body, signal, redirect: "manual" });
    return { status: reply.status, text: await readBounded(reply), retry_after: reply.headers.get("retry-after") };
  } catch (error) {
    if (error instanceof VenueError) throw error;
    // The cause may name the address, and the address may hold a password.
    throw new VenueError("venue_transient", `The node did not answer ${request.method}.`);
  }
}

async function readBounded(reply: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of reply.body ?? []) {
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX) throw new VenueError("venue_invalid", "The node's answer is too large.");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** A refusal is answered with 500 or 404 and a body that says why; anything else without such a body is no answer. */
function readReply(method: string, status: number, text: string, retry_after: string | null): unknown {
  if (status === 401 || status === 403) {
    throw new VenueError("venue_auth", `The node refuses our credentials (${status}).`, { status });
  }
  if (status === 429) {
    const seconds = /^\d{1,6}$/.test(retry_after ?? "") ? Number(retry_after) : null;
    throw new VenueError(
      "venue_rate_limited",
      "The node asks to wait (429).",
      { status },
      seconds === null ? {} : { retry_after_ms: seconds * 1_000 },
    );
  }
  const reply = Reply.safeParse(parseOrNull(text));
  if (!reply.success || (status !== 200 && !reply.data.error)) {
    throw new VenueError("venue_transient", `The node answered ${method} with status ${status} and no result.`, {
      status,
    });
  }
  const { error, result } = reply.data;
  if (error) throw new NodeRefusal(method, error.code, error.message);
  return result;
}

function parseOrNull(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return null;
  }
}

function authorization(credentials: NodeCredentials): string {
  const pair =
    credentials.kind === "password" ? `${credentials.user}:${credentials.password}` : readCookie(credentials.file);
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}

function readCookie(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    throw new VenueError(
      "venue_auth",
      `The node's cookie ${file} cannot be read: is the node running, and may we read it?`,
    );
  }
}
