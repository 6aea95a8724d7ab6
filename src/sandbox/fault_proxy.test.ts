/** The line itself, broken in every way a line breaks: what the server saw, and what the client heard. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FaultProxy, type LineFault, startFaultProxy } from "./fault_proxy.ts";

const TIMEOUT_MS = 250;
let server: Server;
let proxy: FaultProxy;
let seen: string[];

beforeEach(async () => {
  seen = [];
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += String(chunk);
    });
    request.on("end", () => {
      seen.push(`${request.method} ${body}`);
      response.end("a whole answer");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  proxy = await startFaultProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(async () => {
  await proxy.stop();
  server.closeAllConnections();
  server.close();
});

async function ask(method: string, body: string | null = null): Promise<string> {
  try {
    const response = await fetch(proxy.url, { method, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return await response.text();
  } catch {
    return "no answer";
  }
}

describe("a broken line", () => {
  it.each<[LineFault, string, number]>([
    [{ kind: "latency", latency_ms: 5 }, "a whole answer", 1],
    [{ kind: "cut_reply" }, "no answer", 1],
    [{ kind: "truncate", bytes: 20 }, "no answer", 1],
    [{ kind: "reset_before" }, "no answer", 0],
    [{ kind: "black_hole" }, "no answer", 0],
  ])("%o: the effect is the server's, the knowledge is the client's", async (fault, heard, effects) => {
    proxy.line.breakAll(fault);
    expect(await ask("POST", "pay")).toBe(heard);
    expect(seen).toHaveLength(effects);
    proxy.line.mend();
    expect(await ask("GET")).toBe("a whole answer");
  });

  it("can break what moves money and let reads through, on the same open line", async () => {
    expect(await ask("GET")).toBe("a whole answer");
    proxy.line.breakSubmits({ kind: "cut_reply" });
    expect(await ask("GET")).toBe("a whole answer");
    expect(await ask("POST", "x".repeat(100_000))).toBe("no answer");
    expect(seen.at(-1)).toHaveLength("POST ".length + 100_000);
  });

  it("can be told by the body what moves money", async () => {
    const other = await startFaultProxy(proxy.url, (request) => request.includes("eth_sendRawTransaction"));
    other.line.breakSubmits({ kind: "reset_before" });
    const call = (method: string): Promise<string> =>
      fetch(other.url, { method: "POST", body: JSON.stringify({ method }) }).then(
        (response) => response.text(),
        () => "no answer",
      );
    expect(await call("eth_call")).toBe("a whole answer");
    expect(await call("eth_sendRawTransaction")).toBe("no answer");
    await other.stop();
  });
});
