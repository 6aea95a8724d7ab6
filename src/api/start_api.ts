/** Puts the API on its port: loopback unless tokens are configured. */
import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { createApp } from "./app.ts";
import { ApiError } from "./errors.ts";
import { isLoopback } from "./http/guard.ts";
import type { ApiDeps } from "./types.ts";

/** Limits against slow and endless requests. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const CONNECTIONS_MAX = 512;
/** Requests that are being answered may finish; then the connection is cut. */
const CLOSE_GRACE_MS = 1_000;

export interface RunningApi {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @throws ApiError api_needs_tokens | api_port_in_use | api_address_unavailable
 * @example const api = await startApi({ treasury, config, web_dir: "web/dist" });
 */
export async function startApi(deps: ApiDeps): Promise<RunningApi> {
  const { host, port, tokens } = deps.config.api;
  if (!isLoopback(host) && tokens.length === 0) {
    throw new ApiError(
      "api_needs_tokens",
      `The API would listen on ${host}, where others can reach it; configure api.tokens, or listen on 127.0.0.1.`,
      { host },
    );
  }
  const app = createApp(deps);
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.maxConnections = CONNECTIONS_MAX;
  await listen(server, host, port);
  const address = server.address();
  const bound_port = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound_port}`,
    close: () => close(server, app.close),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(asApiError(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function asApiError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === "EADDRINUSE") {
    return new ApiError(
      "api_port_in_use",
      `Port ${port} on ${host} is in use; stop the other process, or choose another port with TIDEGATE_PORT.`,
      { host, port },
    );
  }
  if (error.code === "EADDRNOTAVAIL" || error.code === "EACCES") {
    return new ApiError("api_address_unavailable", `This machine cannot listen on ${host}:${port}.`, { host, port });
  }
  return error;
}

async function close(server: Server, stopStreams: () => void): Promise<void> {
  stopStreams();
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearTimeout(timer);
}
