/** Between a connector and a Bitcoin node: counts what the node took, and gives canned answers when it is told to. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { CannedAnswer } from "../../src/venues/conformance/harness.ts";

export interface Recorder {
  readonly url: string;
  /** Transactions that the node took, by their raw bytes. */
  readonly taken: ReadonlyMap<string, string>;
  answerNext(answer: CannedAnswer): void;
  clearAnswers(): void;
  stop(): Promise<void>;
}

export async function startRecorder(upstream: string): Promise<Recorder> {
  const taken = new Map<string, string>();
  let canned: CannedAnswer[] = [];
  /** The answer that was ordered for such a request, once. */
  const ordered = (kind: CannedAnswer["to"]): CannedAnswer | undefined => {
    const at = canned.findIndex(({ to }) => to === kind);
    return at < 0 ? undefined : canned.splice(at, 1)[0];
  };
  const pass = async (request: IncomingMessage, body: string, is_submit: boolean): Promise<CannedAnswer> => {
    const headers = { authorization: request.headers.authorization ?? "", "content-type": "application/json" };
    const reply = await fetch(`${upstream}${request.url}`, { method: "POST", headers, body });
    const text = await reply.text();
    if (is_submit) keepTaken(taken, body, text);
    return { to: "read", status: reply.status, body: text };
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await read(request);
    const is_submit = body.includes('"sendrawtransaction"');
    const answer = ordered(is_submit ? "submit" : "read") ?? (await pass(request, body, is_submit));
    const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
    const wait = answer.retry_after_s === undefined ? {} : { "retry-after": String(answer.retry_after_s) };
    response.writeHead(answer.status, { "content-type": "application/json", ...wait }).end(text);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    answerNext: (answer) => void canned.push(answer),
    clearAnswers: () => {
      canned = [];
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function keepTaken(taken: Map<string, string>, body: string, text: string): void {
  const { result } = JSON.parse(text) as { result?: string };
  const { params } = JSON.parse(body) as { params: [string] };
  if (typeof result === "string") taken.set(params[0], result);
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}
