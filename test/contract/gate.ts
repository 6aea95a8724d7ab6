/** The line between connector and fake, with the referee on it: everything goes through unchanged, and everything is judged. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Referee } from "./referee.ts";

export interface Gate {
  readonly url: string;
  stop(): Promise<void>;
}

/** Headers of one hop, which belong to each line. */
const OF_THE_LINE: ReadonlySet<string> = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "keep-alive",
]);

/** @example const gate = await openGate(fake.url, referee) */
export async function openGate(fake_url: string, referee: Referee): Promise<Gate> {
  const server = createServer((request, response) => {
    pass(fake_url, request, referee)
      .then(({ status, headers, text }) => response.writeHead(status, headers).end(text))
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function pass(fake_url: string, request: IncomingMessage, referee: Referee) {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString("utf8");
  const method = request.method ?? "GET";
  const target = request.url ?? "/";
  const headers = Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) => (OF_THE_LINE.has(name) ? [] : [[name, String(value)]])),
  );
  const reply = await fetch(fake_url + target, {
    method,
    headers,
    body: body === "" ? null : body,
    redirect: "manual",
  });
  const text = await reply.text();
  referee.judge({ method, target, headers, body, status: reply.status, reply: text });
  const back = Object.fromEntries([...reply.headers].filter(([name]) => !OF_THE_LINE.has(name)));
  return { status: reply.status, headers: back, text };
}
