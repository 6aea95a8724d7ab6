/**
 * A TCP proxy that breaks a line on purpose. `cut_reply` and `reset_before` look the same to a client, an error on the line,
 * and have opposite effects: the reason why the outcome of a submit can be unknown.
 *
 * It reads just enough HTTP to know where a request ends, so that a fault can be meant for what moves money and reads go through.
 */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export type LineFault =
  /** Every chunk waits this much real time, in both directions. */
  | { readonly kind: "latency"; readonly latency_ms: number }
  /** The request goes through; the first byte of the reply cuts the line. */
  | { readonly kind: "cut_reply" }
  /** The request goes through; the reply ends in its middle. */
  | { readonly kind: "truncate"; readonly bytes: number }
  /** The line is reset as soon as the client speaks; nothing goes through. */
  | { readonly kind: "reset_before" }
  /** What the client says disappears, and nothing ever comes back. */
  | { readonly kind: "black_hole" };

/** The line between the connector and its far side. */
export interface Line {
  /** From now on what carries a submit breaks like this; reads go through. */
  breakSubmits(fault: LineFault): void;
  /** From now on everything breaks like this. */
  breakAll(fault: LineFault): void;
  mend(): void;
}

/** Requests above this are forwarded as they come and judged by their beginning. */
const REQUEST_BYTES_MAX = 1024 * 1024;

export interface FaultProxy {
  readonly url: string;
  /** Applies to requests that are made from now on, on open lines too. */
  readonly line: Line;
  stop(): Promise<void>;
}

/** Whether the text of a request, headers and body, carries a submit. */
export type IsSubmit = (request: string) => boolean;

/** Anything but a GET may move money. */
const writes: IsSubmit = (request) => !/^(GET|HEAD|OPTIONS) /.test(request);

interface Orders {
  fault: LineFault | null;
  only_submits: boolean;
}

/** @example const { url, line } = await startFaultProxy("http://127.0.0.1:4000"); line.breakSubmits({ kind: "cut_reply" }) */
export async function startFaultProxy(target_url: string, isSubmit: IsSubmit = writes): Promise<FaultProxy> {
  const target = new URL(target_url);
  const sockets = new Set<Socket>();
  const orders: Orders = { fault: null, only_submits: false };
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    track(client);
    track(upstream);
    relay(client, upstream, (request) => (orders.only_submits && !isSubmit(request) ? null : orders.fault));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const order = (fault: LineFault | null, only_submits: boolean): void => {
    orders.fault = fault;
    orders.only_submits = only_submits;
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    line: {
      breakSubmits: (fault) => order(fault, true),
      breakAll: (fault) => order(fault, false),
      mend: () => order(null, false),
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** One connection: every whole request is judged once, and its reply suffers what was decided. */
function relay(client: Socket, upstream: Socket, judge: (request: string) => LineFault | null): void {
  let fault: LineFault | null = null;
  let waiting = Buffer.alloc(0);
  let is_stream = false;
  client.on("data", (chunk) => {
    if (is_stream) return void upstream.write(chunk);
    waiting = Buffer.concat([waiting, chunk]);
    if (!isWhole(waiting)) return;
    const request = waiting;
    waiting = Buffer.alloc(0);
    fault = judge(request.toString("latin1"));
    is_stream = fault === null && /\r\nupgrade:/i.test(request.toString("latin1"));
    forwardRequest(fault, client, upstream, request);
  });
  upstream.on("data", (chunk) => forwardReply(fault, client, upstream, chunk));
  client.on("close", () => upstream.destroy());
  upstream.on("close", () => client.destroy());
}

/** The headers and as much body as they announce. */
function isWhole(bytes: Buffer): boolean {
  if (bytes.length > REQUEST_BYTES_MAX) return true;
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const head = bytes.subarray(0, end).toString("latin1");
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) return bytes.subarray(-5).toString("latin1") === "0\r\n\r\n";
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  return bytes.length >= end + 4 + length;
}

function forwardRequest(fault: LineFault | null, client: Socket, upstream: Socket, request: Buffer): void {
  if (fault?.kind === "reset_before") client.resetAndDestroy();
  else if (fault?.kind === "latency") setTimeout(() => upstream.write(request), fault.latency_ms);
  else if (fault?.kind !== "black_hole") upstream.write(request);
}

function forwardReply(fault: LineFault | null, client: Socket, upstream: Socket, chunk: Buffer): void {
  switch (fault?.kind) {
    case undefined:
      client.write(chunk);
      return;
    case "latency":
      setTimeout(() => client.write(chunk), fault.latency_ms);
      return;
    case "cut_reply":
      client.resetAndDestroy();
      upstream.destroy();
      return;
    case "truncate":
      client.end(chunk.subarray(0, fault.bytes));
      upstream.destroy();
      return;
    case "reset_before":
    case "black_hole":
      return;
  }
}
