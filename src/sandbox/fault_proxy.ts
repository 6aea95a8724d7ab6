/**
 * A TCP proxy that breaks a line on purpose. `cut_reply` and `reset_before` look the same to a client, an error on the line,
 * and have opposite effects: the reason why the outcome of a submit can be unknown.
 */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export type LineFault =
  | { readonly kind: "none" }
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

export interface FaultProxy {
  readonly url: string;
  /** Applies to what is said from now on, on open lines too. */
  set(fault: LineFault): void;
  stop(): Promise<void>;
}

/** @example const proxy = await startFaultProxy("http://127.0.0.1:4000"); proxy.set({ kind: "cut_reply" }) */
export async function startFaultProxy(target_url: string): Promise<FaultProxy> {
  const target = new URL(target_url);
  const sockets = new Set<Socket>();
  let fault: LineFault = { kind: "none" };
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    track(client);
    track(upstream);
    client.on("data", (chunk) => forwardRequest(fault, client, upstream, chunk));
    upstream.on("data", (chunk) => forwardReply(fault, client, upstream, chunk));
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: (next) => {
      fault = next;
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function forwardRequest(fault: LineFault, client: Socket, upstream: Socket, chunk: Buffer): void {
  if (fault.kind === "reset_before") client.resetAndDestroy();
  else if (fault.kind === "latency") setTimeout(() => upstream.write(chunk), fault.latency_ms);
  else if (fault.kind !== "black_hole") upstream.write(chunk);
}

function forwardReply(fault: LineFault, client: Socket, upstream: Socket, chunk: Buffer): void {
  switch (fault.kind) {
    case "none":
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
