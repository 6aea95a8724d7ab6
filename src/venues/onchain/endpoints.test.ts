/** A line to a node that breaks before it answers: what only reads is asked again, once; what sends never is. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FaultProxy, type LineFault, startFaultProxy } from "../../sandbox/fault_proxy.ts";
import { openEndpoint } from "./endpoints.ts";

let asked: string[];
let node: Server;
let proxy: FaultProxy;
/** What breaks the line, request by request, as each is seen on it. */
let breaks: (LineFault | null)[];

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = "";
  for await (const chunk of request) text += chunk;
  const { id, method } = JSON.parse(text) as { id: number; method: string };
  asked.push(method);
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ jsonrpc: "2.0", id, result: "0x1" }));
}

beforeEach(async () => {
  asked = [];
  breaks = [];
  node = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => node.listen(0, "127.0.0.1", resolve));
  proxy = await startFaultProxy(`http://127.0.0.1:${(node.address() as AddressInfo).port}`, () => {
    const fault = breaks.shift() ?? null;
    // The verdict on this very request: the order stands until the next one.
    if (fault === null) return false;
    proxy.line.breakSubmits(fault);
    return true;
  });
  proxy.line.breakSubmits({ kind: "reset_before" });
});
afterEach(async () => {
  await proxy.stop();
  await new Promise((resolve) => node.close(resolve));
});

const ask = (method: string, params: unknown[] = []) =>
  openEndpoint(proxy.url, 1).request({ method, params } as never) as Promise<unknown>;

describe("a node whose line breaks before it answers", () => {
  it("is asked a second time for what only reads", async () => {
    breaks = [{ kind: "reset_before" }];
    expect(await ask("eth_blockNumber")).toBe("0x1");
    expect(asked).toEqual(["eth_blockNumber"]);
    breaks = [{ kind: "cut_reply" }];
    expect(await ask("eth_getBalance", ["0x00", "latest"])).toBe("0x1");
    expect(asked).toEqual(["eth_blockNumber", "eth_getBalance", "eth_getBalance"]);
  });

  it("is not asked a third time", async () => {
    breaks = [{ kind: "reset_before" }, { kind: "reset_before" }];
    await expect(ask("eth_blockNumber")).rejects.toThrow();
    expect(asked).toEqual([]);
    expect(breaks).toEqual([]);
  });

  it.each(["eth_sendRawTransaction", "eth_sendTransaction", "personal_sign", "anvil_mine"])(
    "is never asked again for %s",
    async (method) => {
      breaks = [{ kind: "cut_reply" }];
      await expect(ask(method, ["0x00"])).rejects.toThrow();
      expect(asked).toEqual([method]);
    },
  );
});
