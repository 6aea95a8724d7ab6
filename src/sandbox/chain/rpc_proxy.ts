/**
 * A line to the chain that breaks when it is told to: a transaction goes through and its reply never comes back, a request
 * never arrives, an answer is somebody else's. From the caller's side the first two look the same, with opposite effects.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const BODY_BYTES_MAX = 1_000_000;
const UPSTREAM_LIMIT_MS = 20_000;
const BROADCAST = "eth_sendRawTransaction";

export interface CannedAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RpcProxy {
  readonly url: string;
  /** The next broadcast reaches the chain; then `action` runs, and the reply is never delivered. */
  cutNextBroadcast(action?: () => Promise<void>): void;
  /** The next broadcast never reaches the chain. */
  loseNextBroadcast(): void;
  /** The next call of this method, or so many, get this answer and do not reach the chain. */
  answerNext(method: string, answer: CannedAnswer, calls?: number): void;
  /** The next calls of any method that only reads get these answers, in order. */
  answerReads(answer: CannedAnswer): void;
  /** Takes back the answers that nobody asked for. */
  clearAnswers(): void;
  /** Told of every broadcast before it goes on; it may keep it waiting. */
  onBroadcast(told: (raw_tx: string) => Promise<void>): void;
  /** From now on every answer to this method is changed on its way back: a node that lies. Null: it tells the truth again. */
  rewrite(method: string, change: ((result: unknown) => unknown) | null): void;
  /** Broadcasts that reached the chain so far. */
  broadcasts(): number;
  stop(): Promise<void>;
}

/** What happens to one request instead of passing through. */
type Fault =
  | { readonly kind: "cut"; readonly action: () => Promise<void> }
  | { readonly kind: "lose" }
  | { readonly kind: "answer"; readonly answer: CannedAnswer; readonly calls: number };

/** @example const proxy = await startRpcProxy(anvil.url); proxy.cutNextBroadcast(() => daemon.kill()); */
export async function startRpcProxy(upstream: string): Promise<RpcProxy> {
  const faults = new Map<string, Fault>();
  const lies = new Map<string, (result: unknown) => unknown>();
  const reads: CannedAnswer[] = [];
  let told: (raw_tx: string) => Promise<void> = async () => {};
  let broadcasts = 0;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const method = /"method":"(\w+)"/.exec(body)?.[1] ?? "";
    const read = method === BROADCAST ? undefined : reads.shift();
    if (read !== undefined) return answer(response, read);
    const fault = faults.get(method);
    faults.delete(method);
    if (fault?.kind === "answer") {
      if (fault.calls > 1) faults.set(method, { ...fault, calls: fault.calls - 1 });
      return answer(response, fault.answer);
    }
    if (fault?.kind === "lose") return void request.socket.destroy();
    if (method === BROADCAST) await told(String((JSON.parse(body) as { params?: unknown[] }).params?.[0]));
    const reply = await forward(upstream, body);
    if (method === BROADCAST) broadcasts += 1;
    if (fault === undefined) return answer(response, changed(reply, lies.get(method)));
    await fault.action();
    request.socket.destroy();
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    cutNextBroadcast: (action = () => Promise.resolve()) => void faults.set(BROADCAST, { kind: "cut", action }),
    loseNextBroadcast: () => void faults.set(BROADCAST, { kind: "lose" }),
    answerNext: (method, canned, calls = 1) => void faults.set(method, { kind: "answer", answer: canned, calls }),
    answerReads: (canned) => void reads.push(canned),
    clearAnswers: () => {
      reads.length = 0;
      faults.clear();
    },
    onBroadcast: (listener) => {
      told = listener;
    },
    rewrite: (method, change) => void (change === null ? lies.delete(method) : lies.set(method, change)),
    broadcasts: () => broadcasts,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function changed(reply: CannedAnswer, lie: ((result: unknown) => unknown) | undefined): CannedAnswer {
  if (lie === undefined) return reply;
  const body = JSON.parse(reply.body) as { result?: unknown };
  return { ...reply, body: JSON.stringify({ ...body, result: lie(body.result) }) };
}

function answer(response: ServerResponse, { status, body, headers = {} }: CannedAnswer): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX) throw new Error("the request is too large");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

async function forward(upstream: string, body: string): Promise<CannedAnswer> {
  const headers = { "content-type": "application/json" };
  const signal = AbortSignal.timeout(UPSTREAM_LIMIT_MS);
  const reply = await fetch(upstream, { method: "POST", headers, body, signal });
  return { status: reply.status, body: await reply.text() };
}
