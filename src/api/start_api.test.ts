/** The API on a real port: where it listens, the live stream, health, metrics, the terminal's files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Health, StreamEvent } from "./schemas/index.ts";
import { type RunningApi, startApi } from "./start_api.ts";
import { STREAMS_MAX } from "./stream.ts";
import { createTestTreasury, type TestTreasury } from "./suite_treasury.ts";
import type { ApiDeps } from "./types.ts";

let test: TestTreasury;
let api: RunningApi;
let web_dir: string;

beforeAll(async () => {
  web_dir = mkdtempSync(join(tmpdir(), "tidegate-web-"));
  mkdirSync(join(web_dir, "assets"));
  writeFileSync(join(web_dir, "index.html"), "<!doctype html><title>Tidegate</title>");
  writeFileSync(join(web_dir, "assets", "app-1a2b.js"), "console.log(1)");
  writeFileSync(join(web_dir, ".built-from"), "digest");
  test = await createTestTreasury();
  api = await startApi({ ...test.deps, web_dir });
});
afterAll(async () => {
  await api.close();
  await test.close();
  rmSync(web_dir, { recursive: true });
});

const listening = (host: string, port: number): ApiDeps => ({
  ...test.deps,
  config: { ...test.config, api: { host, port, tokens: [] } },
});

describe("where it listens", () => {
  it("refuses an address that others can reach without tokens", async () => {
    for (const host of ["0.0.0.0", "::", "10.1.2.3"]) {
      await expect(startApi(listening(host, 0))).rejects.toMatchObject({ code: "api_needs_tokens", exit_code: 2 });
    }
  });

  it("says which port is in use", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await expect(startApi(listening("127.0.0.1", port))).rejects.toMatchObject({
      code: "api_port_in_use",
      message: expect.stringContaining(`Port ${port}`),
    });
    await new Promise((resolve) => taken.close(resolve));
  });

  it("closes with an open stream, and twice", async () => {
    const other = await startApi(test.deps);
    const stream = await fetch(`${other.url}/v1/events`);
    await other.close();
    await other.close();
    await expect(stream.text()).resolves.toContain(": tidegate");
    await expect(fetch(`${other.url}/livez`)).rejects.toThrow();
  });
});

describe("health", () => {
  it("is ready after the first cycle and not before", async () => {
    const before = await fetch(`${api.url}/readyz`);
    expect(before.status).toBe(503);
    expect(((await before.json()) as Health).checks).toContainEqual(
      expect.objectContaining({ name: "cycle", ok: false }),
    );
    expect((await fetch(`${api.url}/livez`)).status).toBe(200);
    await test.cycles(3);
    const after = await fetch(`${api.url}/readyz`);
    const { checks } = (await after.json()) as Health;
    expect(checks.map(({ name }) => name).sort()).toEqual(["balances", "cycle", "log", "reconciliation", "store"]);
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(after.status).toBe(200);
  });

  it("is degraded while payments wait for a witness of the log, and says why", async () => {
    const waits = "Payments wait until a witness of the log outside the data directory can be asked again (a: EIO).";
    const unreadable = [{ witness: "a", message: "EIO" }];
    const standing = vi.spyOn(test.deps.treasury, "logStanding");
    standing.mockReturnValue({ faults: [], unreadable, waits, looked_at: 1 });
    const answer = await fetch(`${api.url}/readyz`);
    expect(answer.status).toBe(200);
    const { status, checks } = (await answer.json()) as Health;
    expect(status).toBe("degraded");
    expect(checks).toContainEqual({ name: "log", ok: false, detail: waits });
    const overview = (await (await fetch(`${api.url}/v1/overview`)).json()) as { exceptions: object[] };
    expect(overview.exceptions).toContainEqual(expect.objectContaining({ code: "log_unwitnessed", sentence: waits }));
    standing.mockRestore();
  });

  it("is measured in Prometheus text without an amount in it", async () => {
    const text = await (await fetch(`${api.url}/metrics`)).text();
    expect(text).toContain('tidegate_mode_info{mode="auto"} 1');
    expect(text).toContain('tidegate_pool_liquidity_ratio{pool="usdt"} 0.1');
    expect(text).toMatch(/tidegate_balance_age_seconds\{wallet="hot-btc",venue="chain"\} \d+/);
    expect(text).toMatch(/tidegate_http_requests_total\{status="2xx"\} \d+/);
    for (const line of text.trim().split("\n")) {
      expect(line).toMatch(/^(# (HELP|TYPE) tidegate_\w+ .+|tidegate_\w+(\{[^}]*\})? -?[\d.e+-]+)$/);
    }
  });
});

describe("the live stream", () => {
  interface Message {
    readonly id: number;
    readonly event: string;
    readonly data: StreamEvent;
  }

  /** An open stream; `take` reads until so many messages have come, and ends it. */
  async function open(last_event_id?: number): Promise<{ take(count: number): Promise<Message[]> }> {
    const stop = new AbortController();
    const headers = last_event_id === undefined ? {} : { "last-event-id": String(last_event_id) };
    const response = await fetch(`${api.url}/v1/events`, { headers, signal: stop.signal });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const { body } = response;
    if (body === null) throw new Error("no body");
    return {
      async take(count) {
        let text = "";
        for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
          text += chunk;
          if (messagesIn(text).length >= count) break;
        }
        stop.abort();
        return messagesIn(text).slice(0, count);
      },
    };
  }

  function messagesIn(text: string): Message[] {
    return [...text.matchAll(/id: (\d+)\nevent: (.+)\ndata: (.+)\n\n/g)].map(([, id, event = "", data = ""]) => ({
      id: Number(id),
      event,
      data: JSON.parse(data) as StreamEvent,
    }));
  }

  it("resumes after Last-Event-ID without a gap", async () => {
    const from_start = await (await open(0)).take(5);
    expect(from_start.map((message) => message.id)).toEqual([1, 2, 3, 4, 5]);
    const [second] = await (await open(1)).take(1);
    expect(second).toEqual(from_start[1]);
    expect(second?.data).toMatchObject({ seq: 2, kind: second?.event });
  });

  it("brings what happens from now on", async () => {
    const stream = await open();
    await test.treasury.freeze("local", "drill");
    await test.cycles(2);
    const messages = await stream.take(1);
    expect(messages[0]?.data).toMatchObject({ kind: "mode.changed", actor: "local" });
  });

  it("has a limit, and gives places back", async () => {
    const stops: AbortController[] = [];
    // Held on purpose: fetch cancels a body that nobody refers to any more, and that would free a place.
    const held: Response[] = [];
    const knock = async (): Promise<number> => {
      const stop = new AbortController();
      const response = await fetch(`${api.url}/v1/events`, { signal: stop.signal });
      if (response.status === 200) stops.push(stop) && held.push(response);
      else expect(await response.json()).toMatchObject({ code: "api_too_many_streams", retryable: true });
      return response.status;
    };
    while ((await knock()) === 200) expect(stops.length).toBeLessThanOrEqual(STREAMS_MAX);
    expect(held.every((response) => !response.bodyUsed)).toBe(true);
    for (const stop of stops.splice(0)) stop.abort();
    let status = 503;
    while (status !== 200) status = await knock();
    for (const stop of stops) stop.abort();
  });
});

describe("the terminal", () => {
  const page = { accept: "text/html,*/*" };

  it("is served by exact path, with headers that keep strangers out", async () => {
    const index = await fetch(`${api.url}/`, { headers: page });
    expect(await index.text()).toContain("<title>Tidegate</title>");
    expect(index.headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(index.headers.get("content-security-policy")).not.toContain("unsafe");
    expect(index.headers.get("x-frame-options")).toBe("DENY");
    const script = await fetch(`${api.url}/assets/app-1a2b.js`);
    expect(script.headers.get("cache-control")).toContain("immutable");
    expect(script.headers.get("content-type")).toContain("text/javascript");
    const etag = script.headers.get("etag") ?? "";
    expect((await fetch(script.url, { headers: { "if-none-match": etag } })).status).toBe(304);
  });

  it("answers its own routes with the page, and nothing else", async () => {
    expect((await fetch(`${api.url}/transfers/trf_1`, { headers: page })).status).toBe(200);
    for (const path of ["/assets/missing.js", "/.built-from", "/v1/missing", "/transfers"]) {
      expect((await fetch(`${api.url}${path}`)).status, path).toBe(404);
    }
  });

  it("cannot be walked out of", async () => {
    const raw = (path: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const { hostname, port } = new URL(api.url);
        const socket = connect(Number(port), hostname, () => {
          socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n\r\n`);
        });
        let text = "";
        socket.on("data", (chunk) => {
          text += chunk.toString();
        });
        socket.on("end", () => resolve(text));
        socket.on("error", reject);
      });
    for (const path of [
      "/../package.json",
      "/assets/../../package.json",
      "/%2e%2e/package.json",
      "/..%2fpackage.json",
    ]) {
      expect(await raw(path), path).toMatch(/^HTTP\/1\.1 40[04]/);
    }
  });
});
