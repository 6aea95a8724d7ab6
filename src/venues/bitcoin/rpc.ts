/**
 * JSON-RPC 2.0 of a Bitcoin node (Bitcoin Core 28 or newer, and what speaks like it) over the venues' own transport. Reads throw and are
 * tried again; what changes something is sent once. Amounts arrive as the text that the node wrote. Credentials stay out of every
 * message.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { errorOf, HttpClient, NumberText, type SendResult, type VendorError } from "../http/index.ts";
import { VenueError, type VenueInput } from "../index.ts";
import type { VenueHealth } from "../port.ts";
import { toSats } from "./units.ts";

const TIMEOUT_MS = 30_000;
/** A history with a hundred thousand entries. */
const BODY_BYTES_MAX = 64 * 1024 * 1024;
const WORDS_LENGTH_MAX = 200;

/** The node's own numbers (bitcoin: src/rpc/protocol.h). */
export const RPC = {
  invalid_address_or_key: -5,
  wallet_not_found: -18,
  already_in_chain: -27,
  in_warmup: -28,
  wallet_already_loaded: -35,
} as const;

/** Changed something if they arrived: sent once, and what became of them is looked up. */
const WRITES: ReadonlySet<string> = new Set(["sendrawtransaction", "createwallet", "importdescriptors"]);

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
  health(): VenueHealth;
}

const NumberWord = z.instanceof(NumberText).transform(({ text }) => text);
/** BTC as the node writes it, in satoshi. */
export const Amount = NumberWord.pipe(z.string().regex(/^-?\d{1,10}(\.\d{1,8})?$/)).transform(toSats);
export const Integer = NumberWord.pipe(z.string().regex(/^-?\d{1,15}$/)).transform(Number);

const Reply = z.object({
  result: z.unknown().optional(),
  error: z.object({ code: Integer, message: z.string() }).nullish(),
});

/** @example await createRpc(endpoint, input).call("getblockcount", [], Integer) */
export function createRpc(endpoint: NodeEndpoint, { id, http, clock, random }: VenueInput): Rpc {
  const client = new HttpClient({
    venue: id,
    base_url: endpoint.url.replace(/\/$/, ""),
    port: http,
    clock,
    random,
    sign: () => ({ authorization: authorization(endpoint.credentials) }),
    readError: readNodeError,
    limits: [],
    follow_date: false,
    request_timeout_ms: TIMEOUT_MS,
    body_bytes_max: BODY_BYTES_MAX,
  });
  return {
    async call(method, params, shape, wallet = null) {
      const target = wallet === null ? "/" : `/wallet/${encodeURIComponent(wallet)}`;
      const body = JSON.stringify({ jsonrpc: "2.0", id: method, method, params });
      const request = { method: "POST", target, body, headers: {} } as const;
      const result = WRITES.has(method) ? await client.submit(request) : await client.look(request);
      const parsed = shape.safeParse(readReply(method, result));
      if (parsed.success) return parsed.data;
      const where = parsed.error.issues[0]?.path.join(".") || "the whole";
      const message = `The node's answer to ${method} is not of the promised shape (at ${where}).`;
      throw new VenueError("venue_invalid", message, { method });
    },
    health: () => client.health(),
  };
}

function readReply(method: string, result: SendResult): unknown {
  if (!result.answered) {
    if (result.cause instanceof VenueError) throw result.cause;
    // The cause may name the address, and the address may hold a password.
    throw new VenueError("venue_transient", `The node did not answer ${method}.`, { method });
  }
  const { reply } = result;
  const parsed = Reply.safeParse(reply.body);
  // Only in its own words and with its own status does a node refuse: anything else in between proves nothing.
  if (reply.status === 200 && parsed.success && parsed.data.error) {
    throw new NodeRefusal(method, parsed.data.error.code, parsed.data.error.message);
  }
  const { status } = reply;
  if (status === 401 || status === 403) {
    throw new VenueError("venue_auth", `The node refuses our credentials (${status}).`, { status });
  }
  const error = errorOf(readNodeError, reply);
  if (error !== null) throw error;
  if (!parsed.success || !("result" in parsed.data)) {
    throw new VenueError("venue_invalid", `The node's answer to ${method} is no JSON-RPC.`, { method });
  }
  return parsed.data.result;
}

/** Refusals come with status 200 and are read above; other statuses are the web server's. */
function readNodeError(): VendorError | null {
  return null;
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
      `The node's cookie ${file} cannot be read: does the node run, and may we read it?`,
    );
  }
}
