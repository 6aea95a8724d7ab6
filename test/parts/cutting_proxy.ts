/** A TCP proxy before a server, for tests of lost connections: cuts the line when it sees a word. */
import { connect, createServer, type Socket } from "node:net";

export interface CuttingProxy {
  readonly port: number;
  /**
   * From now on, the first message to the server that contains `word` cuts the line: before it is passed on, or as soon as
   * the server has answered it, with the answer withheld.
   */
  cutAt(word: string, moment: "before" | "after"): void;
  /** Passes everything on again. */
  mend(): void;
  close(): Promise<void>;
}

export async function startCuttingProxy(target: { host: string; port: number }): Promise<CuttingProxy> {
  let cut: { word: string; moment: "before" | "after" } | null = null;
  const sockets = new Set<Socket>();

  const server = createServer((client) => {
    const upstream = connect(target);
    let withholding = false;
    const drop = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", drop).on("close", () => {
        sockets.delete(socket);
        drop();
      });
    }
    client.on("data", (chunk) => {
      const hit = cut !== null && chunk.includes(cut.word);
      if (hit && cut?.moment === "before") return drop();
      if (hit) withholding = true;
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (withholding) drop();
      else client.write(chunk);
    });
  });

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: address !== null && typeof address === "object" ? address.port : 0,
    cutAt: (word, moment) => {
      cut = { word, moment };
    },
    mend: () => {
      cut = null;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
