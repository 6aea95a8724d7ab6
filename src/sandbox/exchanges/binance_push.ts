/**
 * Binance's user data stream: a client signs `userDataStream.subscribe.signature` over the WebSocket API, and is then told of each
 * balance that changed (`outboundAccountPosition`), once per change. A wrong signature or key is refused in Binance's own words.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import { hmac, type SandboxServer, sameText } from "../http/index.ts";
import { type ExchangeServerOptions, units } from "./common.ts";

const PATH = "/ws-api/v3";
const CLIENTS_MAX = 16;
const PAYLOAD_MAX = 4_096;
const WINDOW_MS = 10_000;

const questionShape = z.object({
  id: z.union([z.string(), z.number()]),
  method: z.literal("userDataStream.subscribe.signature"),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
});

export interface BinancePush {
  /** Subscribers that were let in. */
  readonly listening: () => number;
  /** Tells them what a coin's balance is now. */
  announce(coin: string): void;
  /** Cuts every line, as a network does. */
  cut(): void;
}

/** Adds the stream to a server; it ends when the server stops. */
export function attachBinancePush(server: SandboxServer, options: ExchangeServerOptions): BinancePush {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: PAYLOAD_MAX });
  const admitted = new Set<WebSocket>();
  server.http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { pathname } = new URL(request.url ?? "/", "http://sandbox");
    if (pathname !== PATH || sockets.clients.size >= CLIENTS_MAX) {
      socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on("message", (data) =>
        client.send(JSON.stringify(answer(options, String(data), () => admitted.add(client)))),
      );
      client.on("close", () => admitted.delete(client));
    });
  });
  const cut = (): void => {
    for (const client of sockets.clients) client.terminate();
  };
  server.onStop(() => {
    cut();
    sockets.close();
  });
  const { books } = options;
  return {
    listening: () => admitted.size,
    announce(coin) {
      const balances = [{ a: coin, f: units(books, coin, books.free(coin)), l: "0.00000000" }];
      const event = { e: "outboundAccountPosition", E: books.now, u: books.now, B: balances };
      for (const client of admitted) client.send(JSON.stringify({ subscriptionId: 0, event }));
    },
    cut,
  };
}

function answer({ key_id, secret, books }: ExchangeServerOptions, text: string, admit: () => void): unknown {
  const parsed = questionShape.safeParse(parse(text));
  if (!parsed.success) return { id: null, status: 400, error: { code: -1100, msg: "Malformed request." } };
  const { id, params } = parsed.data;
  const { signature, ...signed } = params;
  const payload = Object.keys(signed)
    .sort()
    .map((name) => `${name}=${signed[name]}`)
    .join("&");
  const failed = (code: number, msg: string) => ({ id, status: 401, error: { code, msg } });
  if (signed.apiKey !== key_id) return failed(-2015, "Invalid API-key, IP, or permissions for action.");
  if (!sameText(String(signature), hmac(secret, payload, "hex"))) return failed(-1022, "Signature is not valid.");
  if (!(Math.abs(Number(signed.timestamp) - books.now) <= WINDOW_MS)) return failed(-1021, "Timestamp is outside.");
  admit();
  return { id, status: 200, result: { subscriptionId: 0 } };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
