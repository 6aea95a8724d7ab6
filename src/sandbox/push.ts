/**
 * WebSocket push of a venue: which account changed, never how. Customers' small change is announced at most twice an hour
 * per account, a transfer's step at once, so that a busy world does not drown its readers.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Instant } from "../ports/index.ts";
import type { SandboxServer } from "./http/index.ts";
import type { AccountRow } from "./types.ts";
import type { World } from "./world.ts";

const QUIET_MS = 1_800_000;
const CLIENTS_MAX = 64;

export interface PushOptions {
  readonly path: string;
  readonly world: World;
  readonly venue_id: string;
  readonly admit: (query: URLSearchParams) => boolean;
  readonly message: (row: AccountRow) => unknown;
}

/** Adds the push endpoint to a server; it ends when the server closes. */
export function attachPush(server: SandboxServer, options: PushOptions): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 4_096 });
  const seen = new Map<string, { at: Instant; held: bigint; incoming: bigint }>();
  server.http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = new URL(request.url ?? "/", "http://sandbox");
    if (url.pathname !== options.path || sockets.clients.size >= CLIENTS_MAX || !options.admit(url.searchParams)) {
      socket.end("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, () => undefined);
  });
  const stop = options.world.onChange((changed) => {
    for (const row of changed.filter((each) => each.venue === options.venue_id)) {
      if (!isWorthSaying(seen.get(row.key), row, options.world.at)) continue;
      seen.set(row.key, { at: options.world.at, held: row.held, incoming: row.incoming });
      broadcast(sockets.clients, options.message(row));
    }
  });
  server.onStop(() => {
    stop();
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  });
}

function isWorthSaying(
  last: { at: Instant; held: bigint; incoming: bigint } | undefined,
  row: AccountRow,
  at: Instant,
): boolean {
  if (!last) return true;
  return at - last.at >= QUIET_MS || last.held !== row.held || last.incoming !== row.incoming;
}

function broadcast(clients: ReadonlySet<WebSocket>, message: unknown): void {
  const text = JSON.stringify(message);
  for (const client of clients) if (client.readyState === client.OPEN) client.send(text);
}
