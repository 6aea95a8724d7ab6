/**
 * The common floor of every sandbox server: loopback HTTP, JSON, routes as data, a body limit, injected faults. Before each
 * request the world is brought up to now, so no answer depends on when a timer last fired.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { TidegateError } from "../../errors/index.ts";
import type { Clock } from "../../ports/index.ts";
import { type Fault, Faults } from "./faults.ts";

const BODY_BYTES_MAX = 64 * 1024;
const STALE_PATHS_MAX = 1_000;

export interface SandboxRequest {
  readonly method: string;
  readonly path: string;
  /** Path with the query, as it was sent and signed. */
  readonly target: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: string;
  readonly json: Readonly<Record<string, unknown>>;
  /** Parts of the path that the route's pattern captured. */
  readonly parts: readonly string[];
}

export interface SandboxReply {
  readonly status: number;
  readonly body: unknown;
  readonly retry_after_s?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The exact text instead of `body` as JSON: pages of proxies, broken and huge answers. */
  readonly text?: string;
}

export interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly run: (request: SandboxRequest) => SandboxReply | Promise<SandboxReply>;
}

export interface ServerOptions {
  readonly name: string;
  readonly clock: Clock;
  /** Called before each request: lets the world catch up. */
  readonly before: () => void;
  readonly routes: readonly Route[];
  /** Runs before the route; a reply ends the request (bad signature). */
  readonly guard?: (request: SandboxRequest) => SandboxReply | null;
  readonly notFound: SandboxReply;
  /** Of every answer: the server's own time, for one. A repeated answer keeps those it had. */
  readonly headers?: () => Readonly<Record<string, string>>;
  /** Fixed port; a free one when left out. */
  readonly port?: number;
  /** `form`: bodies may be url-encoded; routes read them from `raw`. JSON objects when left out. */
  readonly body?: "json" | "form";
}

export class SandboxServer {
  readonly faults = new Faults();
  readonly http: Server;
  readonly #options: ServerOptions;
  readonly #on_stop: (() => void)[] = [];
  readonly #last_replies = new Map<string, SandboxReply>();

  constructor(options: ServerOptions) {
    this.#options = options;
    this.http = createServer((request, response) => {
      // Its `Date` is the world's: a venue's clock is not this machine's.
      response.setHeader("date", new Date(options.clock.now()).toUTCString());
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  /** Listens on loopback and answers with the base URL. @throws TidegateError sandbox_port_in_use */
  async start(): Promise<string> {
    const { name, port = 0 } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.http.once("error", (cause) => {
        const message = `The sandbox server "${name}" cannot listen on port ${port}: ${cause.message}.`;
        reject(new TidegateError("unavailable", "sandbox_port_in_use", message, { port }, cause));
      });
      this.http.listen(port, "127.0.0.1", resolve);
    });
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  /** Runs before the server closes: what holds connections of its own lets go of them here. */
  onStop(end: () => void): void {
    this.#on_stop.push(end);
  }

  async stop(): Promise<void> {
    for (const end of this.#on_stop.splice(0)) end();
    if (!this.http.listening) return;
    const closed = new Promise((resolve) => this.http.close(resolve));
    this.http.closeAllConnections();
    await closed;
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await readBody(message);
    if (raw === null) return send(response, { status: 413, body: { code: "body_too_large" } });
    const request = parseRequest(message, raw, this.#options.body ?? "json");
    if (request === null) return send(response, { status: 400, body: { code: "malformed_body" } });
    this.#options.before();
    const fault = this.faults.take(request.method, request.path, this.#options.clock.now());
    if (fault?.kind === "reset_before") return void response.destroy();
    if (fault?.kind === "hang") return;
    if (fault?.kind === "respond") return send(response, fault);
    if (fault?.kind === "stale")
      return send(response, this.#last_replies.get(request.target) ?? (await this.#answer(request)));
    const reply = await this.#answer(request);
    if (fault?.kind === "lose_reply") return void response.destroy();
    if (fault?.kind === "latency") await this.#options.clock.sleep(fault.latency_ms);
    send(response, changed(reply, fault));
  }

  async #answer(request: SandboxRequest): Promise<SandboxReply> {
    const own = { headers: this.#options.headers?.() ?? {} };
    const refused = this.#options.guard?.(request);
    if (refused) return { ...own, ...refused };
    const reply = { ...own, ...((await runRoute(this.#options.routes, request)) ?? this.#options.notFound) };
    if (request.method === "GET" && this.#last_replies.size < STALE_PATHS_MAX) {
      this.#last_replies.set(request.target, reply);
    }
    return reply;
  }
}

/** A field of a JSON body as text; empty when it is missing or something else. */
export function textField(json: Readonly<Record<string, unknown>>, name: string): string {
  const value = json[name];
  return typeof value === "string" ? value : "";
}

function runRoute(routes: readonly Route[], request: SandboxRequest): SandboxReply | Promise<SandboxReply> | null {
  for (const route of routes) {
    const match = route.method === request.method ? route.pattern.exec(request.path) : null;
    if (match) return route.run({ ...request, parts: match.slice(1).map((part) => decodeURIComponent(part ?? "")) });
  }
  return null;
}

function changed(reply: SandboxReply, fault: Fault | null): SandboxReply {
  if (fault?.kind === "edit") return { ...reply, body: fault.edit(reply.body) };
  if (fault?.kind === "respond_after") return { status: fault.status, body: fault.body };
  return reply;
}

function parseRequest(message: IncomingMessage, raw: string, body: "json" | "form"): SandboxRequest | null {
  const target = message.url ?? "/";
  const url = new URL(target, "http://sandbox");
  const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)]));
  const json = raw === "" || (body === "form" && !raw.startsWith("{")) ? {} : parseObject(raw);
  if (json === null) return null;
  const method = message.method ?? "GET";
  return { method, path: url.pathname, target, query: url.searchParams, headers, raw, json, parts: [] };
}

function parseObject(raw: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(raw);
    return value !== null && typeof value === "object" && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

async function readBody(message: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, reply: SandboxReply): void {
  const headers: Record<string, string> = { "content-type": "application/json", ...reply.headers };
  if (reply.retry_after_s !== undefined) headers["retry-after"] = String(reply.retry_after_s);
  response.writeHead(reply.status, headers).end(reply.text ?? JSON.stringify(reply.body));
}
