import { describe, expect, it } from "vitest";
import { createSeededRandom } from "../../ports/index.ts";
import { HurriedClock } from "../conformance/hurried_clock.ts";
import { HttpClient, type HttpClientOptions, READ_ATTEMPTS_MAX, SKEW_AGAIN_MS } from "./client.ts";
import { HttpLineError } from "./errors.ts";
import { get } from "./shapes.ts";
import type { HttpRequest, PortReply, PortRequest } from "./types.ts";

const START = 1_800_000_000_000;
const SUBMIT: HttpRequest = { method: "POST", target: "/pay", body: '{"amount":"1"}', headers: {} };
const RESET = new HttpLineError("No answer: reset.", "line");

type Answer = PortReply | Error;
const answer = (status: number, text: string, headers: Record<string, string> = {}): PortReply => ({
  status,
  text,
  headers: { "content-type": "application/json", ...headers },
});

/** A venue that gives the listed answers in order, the last one for ever. */
function setUp(answers: Answer[], options: Partial<HttpClientOptions> = {}) {
  const clock = new HurriedClock(START);
  const asked: PortRequest[] = [];
  const client = new HttpClient({
    venue: "acme",
    base_url: "http://acme",
    clock,
    random: createSeededRandom(1),
    readError: () => null,
    limits: [],
    port: {
      send: async (request) => {
        asked.push(request);
        const next = answers.length > 1 ? answers.shift() : answers[0];
        if (next === undefined || next instanceof Error) throw next ?? RESET;
        return next;
      },
    },
    ...options,
  });
  return { client, clock, asked };
}

describe("a read", () => {
  it("gives the body of a good answer, numbers as text", async () => {
    const { client, asked } = setUp([answer(200, '{"v":0.10}')]);
    expect(JSON.stringify(await client.read(get("/x", { a: "1" })))).toBe('{"v":"0.10"}');
    expect(asked).toMatchObject([{ method: "GET", url: "http://acme/x?a=1", body: null }]);
  });

  it.each<[string, Answer]>([
    ["a reset line", RESET],
    ["a time-out", new HttpLineError("No answer within 10000 ms.", "timeout")],
    ["a broken server", answer(502, "<html>Bad Gateway</html>")],
    ["a short limit", answer(429, "{}", { "retry-after": "1" })],
    ["JSON that ends in its middle", answer(200, '{"v":')],
  ])("is tried again after %s", async (_name, broken) => {
    const { client, asked } = setUp([broken, broken, answer(200, "[]")]);
    expect(await client.read(get("/x"))).toEqual([]);
    expect(asked).toHaveLength(3);
  });

  it.each<[string, Answer, string]>([
    ["a reset line", RESET, "venue_transient"],
    ["a broken server", answer(500, "{}"), "venue_transient"],
    ["JSON that ends in its middle", answer(200, '{"v":'), "venue_transient"],
  ])("is given up after a few attempts: %s", async (_name, broken, code) => {
    const { client, asked } = setUp([broken]);
    await expect(client.read(get("/x"))).rejects.toMatchObject({ code });
    expect(asked).toHaveLength(READ_ATTEMPTS_MAX);
  });

  it.each<[string, Answer, string]>([
    ["revoked credentials", answer(401, "{}"), "venue_auth"],
    ["what is not there", answer(404, "{}"), "venue_not_found"],
    ["a page for people", answer(200, "<!doctype html><p>Sign in</p>"), "venue_invalid"],
    ["a page for people that calls itself JSON", answer(200, " <HTML>"), "venue_invalid"],
    ["a redirect", answer(302, ""), "venue_invalid"],
    ["a body without end", new HttpLineError("The answer is longer.", "too_large"), "venue_invalid"],
    ["a long limit", answer(429, "{}", { "retry-after": "60" }), "venue_rate_limited"],
  ])("is not tried again where that cannot help: %s", async (_name, broken, code) => {
    const { client, asked } = setUp([broken]);
    await expect(client.read(get("/x"))).rejects.toMatchObject({ code });
    expect(asked).toHaveLength(1);
  });

  it("leaves the venue alone for as long as it asked", async () => {
    const { client, clock, asked } = setUp([answer(429, "{}", { "retry-after": "60" }), answer(200, "[]")]);
    await expect(client.read(get("/x"))).rejects.toMatchObject({ retry_after_ms: 60_000 });
    await expect(client.read(get("/x"))).rejects.toMatchObject({ code: "venue_rate_limited", retry_after_ms: 60_000 });
    expect(asked).toHaveLength(1);
    clock.advance(60_000);
    expect(await client.read(get("/x"))).toEqual([]);
  });
});

describe("a submit", () => {
  it.each<[string, Answer]>([
    ["a reset line", RESET],
    ["a broken server", answer(503, "{}")],
    ["a limit", answer(429, "{}")],
  ])("is one attempt: %s", async (_name, broken) => {
    const { client, asked } = setUp([broken]);
    await client.submit(SUBMIT);
    expect(asked).toHaveLength(1);
  });

  it("sends the exact bytes", async () => {
    const { client, asked } = setUp([answer(200, "{}")]);
    await client.submit(SUBMIT);
    expect(asked[0]).toMatchObject({ method: "POST", body: SUBMIT.body });
  });

  it("is not attempted while the venue is known not to answer, and is again when it does", async () => {
    const { client, clock, asked } = setUp([RESET, RESET, RESET, RESET, RESET, answer(200, "{}")]);
    await client.look(get("/x"));
    await client.look(get("/x"));
    expect(client.health()).toMatchObject({ breaker: "open" });
    expect(client.health().retry_in_ms).toBeGreaterThan(1_000);
    expect(await client.submit(SUBMIT)).toMatchObject({ answered: false, sent: false });
    expect(asked.every(({ method }) => method === "GET")).toBe(true);
    clock.advance(2_000);
    expect(client.health().breaker).toBe("half_open");
    expect(await client.submit(SUBMIT)).toMatchObject({ answered: true });
  });

  it("never counts for the breaker", async () => {
    const { client } = setUp([RESET]);
    for (let i = 0; i < 20; i += 1) await client.submit(SUBMIT);
    expect(client.health().breaker).toBe("closed");
  });
});

describe("the venue's clock", () => {
  const dated = (offset_ms: number) => answer(200, "{}", { date: new Date(START + offset_ms).toUTCString() });
  const seen: number[] = [];
  const sign = (_request: HttpRequest, now: number) => {
    seen.push(now);
    return { "x-signature": "s" };
  };

  it("is what requests are signed by, once it is known", async () => {
    const { client } = setUp([dated(30_000)], { sign });
    seen.length = 0;
    await client.read(get("/x"));
    await client.read(get("/x"));
    expect(seen[0]).toBe(START);
    expect(seen[1]).toBe(START + 30_500);
  });

  it("is left alone where the difference is noise", async () => {
    const { client } = setUp([dated(1_000)]);
    await client.read(get("/x"));
    expect(client.venueTime()).toBe(START);
  });

  it("stops everything that is signed where the difference is a fault", async () => {
    const { client, asked } = setUp([dated(-600_000)], { sign });
    await client.read(get("/x"));
    await expect(client.read(get("/x"))).rejects.toMatchObject({ code: "venue_auth" });
    await expect(client.read(get("/x"))).rejects.toThrow(/600 s ahead of that of "acme".*NTP/);
    expect(await client.submit(SUBMIT)).toMatchObject({ answered: false, sent: false });
    expect(asked).toHaveLength(1);
  });

  it("regression: is compared again after a while, so that a clock that was set is a clock again", async () => {
    const { client, clock } = setUp([dated(-600_000), dated(40_000)], { sign });
    await client.read(get("/x"));
    await expect(client.read(get("/x"))).rejects.toMatchObject({ code: "venue_auth" });
    clock.advance(SKEW_AGAIN_MS);
    await client.read(get("/x"));
    expect(client.venueTime()).toBe(START + SKEW_AGAIN_MS + 10_500);
  });

  it("is that of the newest answer after a refusal: an old median would be refused again", async () => {
    const refused = { ...answer(401, "{}", { date: new Date(START - 20_000).toUTCString() }) };
    const { client } = setUp([dated(20_000), dated(20_000), dated(20_000), refused]);
    for (let reading = 0; reading < 3; reading += 1) await client.read(get("/x"));
    await expect(client.read(get("/x"))).rejects.toMatchObject({ code: "venue_auth" });
    expect(client.venueTime()).toBe(START - 19_500);
  });
});

it("counts how the line has been", async () => {
  const { client } = setUp([answer(200, "[]"), answer(200, "[]"), answer(200, "[]"), RESET, answer(200, "[]")], {
    limits: [{ requests: 10, per_ms: 60_000 }],
    credentials_expire_at: START + 1,
  });
  for (let i = 0; i < 4; i += 1) await client.read(get("/x"));
  expect(client.health()).toMatchObject({
    requests: 5,
    error_ppm: 200_000,
    latency_p50_ms: 0,
    last_failure: { message: "No answer: reset." },
    breaker: "closed",
    credentials_expire_at: START + 1,
  });
  expect(client.health().budget_left_ppm).toBeCloseTo(500_000, -4);
});

it("says how slow the line is for whoever waits, however fast treasury time passes", async () => {
  let now = START;
  const clock = { rate: 900, now: () => now, sleep: () => Promise.resolve() };
  const port = {
    send: async (): Promise<PortReply> => {
      now += 20 * clock.rate;
      return answer(200, "[]");
    },
  };
  const { client } = setUp([], { clock, port });
  await client.read(get("/x"));
  expect(client.health()).toMatchObject({ latency_p50_ms: 20, latency_p99_ms: 20 });
});
