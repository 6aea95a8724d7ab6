/** A line to PostgreSQL that can be held at the most telling moment: the server has committed, and the daemon does not know yet. */
import { connect, createServer, type Socket } from "node:net";

export interface HeldLine {
  readonly port: number;
  /**
   * Resolves when a transaction with a message that `matches` was committed by the server; its reply waits until `release`.
   * One at a time.
   */
  holdCommit(matches: (message: Buffer) => boolean): Promise<{ release(): void }>;
  close(): Promise<void>;
}

interface Wish {
  readonly matches: (message: Buffer) => boolean;
  readonly held: (hold: { release(): void }) => void;
}

export async function startHeldLine(target: { host: string; port: number }): Promise<HeldLine> {
  let wish: Wish | null = null;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target);
    let seen: Wish | null = null;
    let held: { wish: Wish; reply: Buffer[] } | null = null;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on("data", (message) => {
      if (wish?.matches(message)) seen = wish;
      if (seen !== null && message.includes("rollback")) seen = null;
      if (seen !== null && seen === wish && message.includes("commit")) {
        held = { wish: seen, reply: [] };
        wish = null;
      }
      upstream.write(message);
    });
    upstream.on("data", (reply) => {
      if (held === null) return void client.write(reply);
      held.reply.push(reply);
      if (held.reply.length > 1) return;
      const { reply: waiting, wish: granted } = held;
      const release = () => {
        held = null;
        client.write(Buffer.concat(waiting));
      };
      granted.held({ release });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: address !== null && typeof address === "object" ? address.port : 0,
    holdCommit: (matches) =>
      new Promise((resolve) => {
        wish = { matches, held: resolve };
      }),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** The same database by way of a port of this machine. */
export function throughPort(url: string, port: number): string {
  const through = new URL(url);
  through.host = `127.0.0.1:${port}`;
  return through.href;
}
