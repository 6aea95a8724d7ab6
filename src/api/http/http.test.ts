/** The gate in front of every route: hosts, origins, tokens, bodies, keys. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TreasuryConfig } from "../../config/index.ts";
import { tables } from "../../store/index.ts";
import { createApp } from "../app.ts";
import type { Problem, Transfer } from "../schemas/index.ts";
import { createTestTreasury, type TestTreasury } from "../suite_treasury.ts";
import { BODY_BYTES_MAX } from "./body.ts";
import { isLoopback } from "./guard.ts";
import { IN_FLIGHT_MAX_MS } from "./idempotency.ts";

let test: TestTreasury;
beforeAll(async () => {
  test = await createTestTreasury();
  await test.cycles(2);
});
afterAll(() => test.close());

async function problem(response: Response | Promise<Response>): Promise<Problem> {
  const answer = await response;
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  return (await answer.json()) as Problem;
}

describe("hosts and origins", () => {
  it("answers on names of this machine only, so that a rebound DNS name gets nothing", async () => {
    for (const host of ["127.0.0.1:8420", "localhost:8420", "[::1]:8420", "127.0.0.2"]) {
      expect((await test.request("GET", "/v1/policy", { headers: { host } })).status).toBe(200);
    }
    for (const host of ["evil.example:8420", "127.0.0.1.evil.example", "localhost.evil.example:8420", ""]) {
      expect(await problem(test.request("GET", "/v1/policy", { headers: { host } }))).toMatchObject({
        status: 403,
        code: "api_host_refused",
      });
    }
  });

  it("refuses what another site's page sends", async () => {
    const freeze = (headers: Record<string, string>) =>
      test.request("POST", "/v1/freeze", { body: { reason: "drill" }, headers });
    for (const origin of ["http://evil.example", "http://127.0.0.1:9999", "null"]) {
      expect(await problem(freeze({ origin }))).toMatchObject({ status: 403, code: "api_origin_refused" });
    }
    expect(await problem(freeze({ "sec-fetch-site": "cross-site" }))).toMatchObject({ code: "api_origin_refused" });
    expect(await test.treasury.mode()).toBe("auto");
  });

  it("knows loopback addresses", () => {
    for (const host of ["127.0.0.1", "127.9.9.9", "localhost", "::1", "[::1]"]) expect(isLoopback(host)).toBe(true);
    for (const host of ["0.0.0.0", "::", "10.0.0.1", "1270.0.0.1", "localhost.example"])
      expect(isLoopback(host)).toBe(false);
  });
});

describe("tokens", () => {
  const hash = (token: string): string => createHash("sha256").update(token).digest("hex");
  const withTokens = (config: TreasuryConfig): TreasuryConfig => ({
    ...config,
    api: {
      ...config.api,
      tokens: [
        { sha256: hash("token-of-the-viewer"), person: "chen", roles: ["viewer"] },
        { sha256: hash("token-of-the-operator"), person: "ana", roles: ["operator"] },
      ],
    },
  });

  it("are demanded once there are any, and carry the permissions of their roles", async () => {
    const config = withTokens(test.config);
    const app = createApp({ ...test.deps, config });
    const ask = (method: string, path: string, token?: string, body?: unknown) =>
      app.fetch(
        new Request(`http://127.0.0.1${path}`, {
          method,
          headers: {
            host: "127.0.0.1",
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...(body === undefined ? {} : { "content-type": "application/json", "idempotency-key": "a-key-of-mine" }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
    expect(await problem(ask("GET", "/v1/overview"))).toMatchObject({ status: 401, code: "api_unauthenticated" });
    expect(await problem(ask("GET", "/v1/overview", "wrong"))).toMatchObject({ status: 401 });
    expect((await ask("GET", "/v1/overview")).headers.get("www-authenticate")).toBe("Bearer");
    const overview = await ask("GET", "/v1/overview", "token-of-the-viewer");
    expect(await overview.json()).toMatchObject({ person: { id: "chen" } });
    expect(await problem(ask("GET", "/metrics"))).toMatchObject({ status: 401 });
    expect((await ask("GET", "/livez")).status).toBe(200);
    const refused = await problem(ask("POST", "/v1/freeze", "token-of-the-viewer", { reason: "x" }));
    expect(refused).toMatchObject({ status: 403, code: "api_forbidden", facts: { permission: "freeze" } });
    const manual = {
      pool_id: "usdt",
      from_wallet: "northvault-usdt",
      to_wallet: "hot-usdt",
      network: "tron",
      amount: "20000",
      reason: "test",
      initiator: "ben",
    };
    expect(await problem(ask("POST", "/v1/transfers", "token-of-the-operator", manual))).toMatchObject({
      code: "api_person_mismatch",
    });
    app.close();
  });
});

describe("bodies", () => {
  const post = (body: string, headers: Record<string, string>) =>
    createApp(test.deps).fetch(
      new Request("http://127.0.0.1/v1/freeze", { method: "POST", body, headers: { host: "127.0.0.1", ...headers } }),
    );
  const type = { "content-type": "application/json" };

  it("are JSON, within the limit, and said to be JSON", async () => {
    expect(await problem(post("{", type))).toMatchObject({ status: 400, code: "api_body_malformed" });
    expect(await problem(post('{"reason":"x"}', { "content-type": "text/plain" }))).toMatchObject({ status: 415 });
    const large = JSON.stringify({ reason: "x".repeat(BODY_BYTES_MAX) });
    expect(await problem(post(large, type))).toMatchObject({ status: 413, code: "api_body_too_large" });
    expect(await problem(post("", {}))).toMatchObject({ status: 422, code: "api_input_invalid" });
    expect(await problem(post('{"reason":""}', type))).toMatchObject({ errors: [{ pointer: "/reason" }] });
  });

  it("never leak what failed inside", async () => {
    const broken = {
      ...test.deps,
      treasury: { ...test.treasury, deps: test.treasury.deps, planNow: () => Promise.reject(new Error("secret path")) },
    };
    const answer = await createApp(broken as never).fetch(
      new Request("http://127.0.0.1/v1/plan", { headers: { host: "127.0.0.1" } }),
    );
    const body = await problem(answer);
    expect(body).toMatchObject({ status: 500, code: "internal", kind: "internal" });
    expect(JSON.stringify(body)).not.toContain("secret path");
    expect(answer.headers.get("x-request-id")).toBe(body.request_id);
  });
});

describe("idempotency", () => {
  const body = {
    pool_id: "usdt",
    from_wallet: "southvault-usdt",
    to_wallet: "exchange-usdt",
    network: "ethereum",
    amount: "15000",
    reason: "test",
    initiator: "ana",
  };
  const send = (key: string | undefined, sent: unknown = body) =>
    test.request("POST", "/v1/transfers", { body: sent, headers: key === undefined ? {} : { "idempotency-key": key } });

  it("demands a key, and refuses another body under it", async () => {
    expect(await problem(send(undefined))).toMatchObject({ status: 400, code: "idempotency_key_missing" });
    expect(await problem(send("short"))).toMatchObject({ code: "idempotency_key_malformed" });
    const first = (await (await send("the-first-key")).json()) as Transfer;
    expect(await problem(send("the-first-key", { ...body, amount: "15001" }))).toMatchObject({
      status: 422,
      code: "idempotency_key_reused",
    });
    expect(await (await send("the-first-key")).json()).toEqual(first);
  });

  it("lets one of many equal requests through", async () => {
    const other = { ...body, from_wallet: "northvault-usdt", to_wallet: "hot-usdt" };
    const answers = await Promise.all(Array.from({ length: 8 }, () => send("a-storm-of-one", other)));
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.every((status) => status === 201 || status === 409)).toBe(true);
    const page = (await (await test.request("GET", "/v1/transfers?from_wallet=northvault-usdt")).json()) as {
      items: unknown[];
    };
    expect(page.items).toHaveLength(1);
  });

  it("frees the key of a request that was refused", async () => {
    const wrong = { ...body, network: "lightning" };
    expect((await send("refused-then-right", wrong)).status).toBeGreaterThanOrEqual(400);
    expect((await send("refused-then-right", wrong)).headers.get("idempotency-hit")).toBeNull();
  });

  it("takes a key up again whose process died", async () => {
    await test.treasury.deps.store.tx("test", async (tx) => {
      await tx.update(tables.idempotency, { key: "the-first-key" }, { status: null, response: null });
    });
    expect(await problem(send("the-first-key"))).toMatchObject({ status: 409, code: "idempotency_in_flight" });
    await test.clock.sleep(IN_FLIGHT_MAX_MS + 1);
    const again = await send("the-first-key");
    expect(again.headers.get("idempotency-hit")).toBeNull();
    expect(again.status).toBe(201);
  });
});
