/** The real network, on loopback: what a server can do to a client that trusts it. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { createFetchPort } from "./fetch_port.ts";
import type { PortReply } from "./types.ts";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function ask(listener: RequestListener, body_bytes_max = 1_000): Promise<PortReply> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
  return createFetchPort().send({ method: "GET", url, headers: {}, body: null, timeout_ms: 300, body_bytes_max });
}

it("gives status, headers and text", async () => {
  const reply = await ask((_request, response) => response.writeHead(418, { "X-Kind": "tea" }).end("é"));
  expect(reply).toMatchObject({ status: 418, text: "é", headers: { "x-kind": "tea" } });
});

it("follows nobody elsewhere", async () => {
  const reply = await ask((_request, response) => response.writeHead(302, { location: "http://127.0.0.1:9/" }).end());
  expect(reply.status).toBe(302);
});

it.each<[string, RequestListener, string]>([
  [
    "announces more than the limit",
    (_q, r) => r.writeHead(200, { "content-length": "2000" }).end("x".repeat(2_000)),
    "too_large",
  ],
  [
    "sends more than the limit without saying so",
    (_q, r) => {
      r.write("x".repeat(600));
      r.end("x".repeat(600));
    },
    "too_large",
  ],
  [
    "ends before the announced length",
    (_q, r) => {
      r.writeHead(200, { "content-length": "50" }).write("abc");
      setImmediate(() => r.destroy());
    },
    "line",
  ],
  ["cuts the line", (q) => void q.socket.destroy(), "line"],
  ["never answers", () => undefined, "timeout"],
  ["begins and never ends", (_q, r) => void r.write("{"), "timeout"],
])("gives up a server that %s", async (_name, listener, reason) => {
  await expect(ask(listener)).rejects.toMatchObject({ name: "HttpLineError", reason });
});

it("names whom it asked, without what may be a key", async () => {
  const url = "http://me:secret@127.0.0.1:9/v3/secret?k=secret";
  const asked = createFetchPort().send({
    method: "GET",
    url,
    headers: {},
    body: null,
    timeout_ms: 300,
    body_bytes_max: 9,
  });
  await expect(asked).rejects.toThrow(/^No answer from http:\/\/127\.0\.0\.1:9: (?!.*secret)/);
});
