import { describe, expect, it } from "vitest";
import type { Log, Notice } from "../ports/index.ts";
import { createIds } from "./ids.ts";
import { createLog, REDACTED, redact } from "./log.ts";
import { createLogNotifier } from "./notifier.ts";
import { createRandom } from "./random.ts";
import { createScaledClock } from "./scaled_clock.ts";
import { createSystemClock, sleep } from "./system_clock.ts";

const UUID_V7 = /^trf_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("ids", () => {
  it("are UUIDs of version 7 behind their prefix, and carry their time", () => {
    const id = createIds({ now: () => 0x0199f2c17b3e }).next("trf");
    expect(id).toMatch(UUID_V7);
    expect(id).toContain("0199f2c1-7b3e-7000");
  });

  it("sort in the order they were made, within a millisecond, across an overflow, and when the clock goes back", () => {
    let now = 1_700_000_000_000;
    const ids = createIds({ now: () => now });
    const made: string[] = [];
    for (let i = 0; i < 5_000; i += 1) made.push(ids.next("trf"));
    now -= 60_000;
    for (let i = 0; i < 10; i += 1) made.push(ids.next("trf"));
    expect(new Set(made).size).toBe(made.length);
    expect([...made].sort()).toEqual(made);
    for (const id of made) expect(id).toMatch(UUID_V7);
  });
});

describe("the scaled clock", () => {
  it("runs as many times as fast as it is told, from its base", () => {
    let elapsed = 500;
    const clock = createScaledClock({ base: 1_000_000, factor: 3_600, elapsed_ms: () => elapsed });
    expect(clock.now()).toBe(1_000_000);
    elapsed += 1_000;
    expect(clock.now()).toBe(1_000_000 + 3_600_000);
    expect(clock.rate).toBe(3_600);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuses a factor of %s", (factor) => {
    expect(() => createScaledClock({ base: 0, factor })).toThrow("cannot run");
  });

  it("ends a long sleep at once when its signal aborts", async () => {
    const stop = new AbortController();
    const slept = createScaledClock({ base: 0, factor: 2 }).sleep(86_400_000, stop.signal);
    stop.abort();
    await expect(slept).resolves.toBeUndefined();
  });
});

describe("the system clock", () => {
  it("gives whole milliseconds and does not sleep for what has passed", async () => {
    expect(Number.isInteger(createSystemClock().now())).toBe(true);
    await expect(sleep(-5)).resolves.toBeUndefined();
  });

  it("does not start a sleep whose signal has aborted, even one longer than a timer holds", async () => {
    await expect(sleep(10_000_000_000, AbortSignal.abort())).resolves.toBeUndefined();
  });
});

describe("chance", () => {
  it("stays in [0, 1)", () => {
    const random = createRandom();
    for (let i = 0; i < 1_000; i += 1) {
      const value = random.next();
      expect(value >= 0 && value < 1).toBe(true);
    }
  });
});

describe("the log", () => {
  const lines: string[] = [];
  const log = createLog("info", (line) => lines.push(line));

  it("writes one JSON line with integers as text and secrets replaced at any depth", () => {
    log.warn({ amount: 12n, venue: { api_key: "k", options: [{ privateKey: "p" }] } }, "A sentence.");
    const line = JSON.parse(lines.at(-1) ?? "{}");
    expect(line).toMatchObject({ msg: "A sentence.", amount: "12" });
    expect(line.venue).toEqual({ api_key: REDACTED, options: [{ privateKey: REDACTED }] });
  });

  it("bounds what it writes and survives a value that contains itself", () => {
    const ring: Record<string, unknown> = {};
    ring.ring = ring;
    expect(JSON.stringify(redact({ ring, list: new Array(500).fill(1), text: "x".repeat(9_000) })).length).toBeLessThan(
      6_000,
    );
  });

  it("writes an error with its message and cause", () => {
    log.error({ error: new Error("outer", { cause: new Error("inner") }) }, "Failed.");
    expect(JSON.parse(lines.at(-1) ?? "{}").error).toMatchObject({ message: "outer", cause: { message: "inner" } });
  });
});

describe("the notifier", () => {
  it("writes a page as an error, a warning as a warning and the rest as information", () => {
    const seen: string[] = [];
    const log: Log = {
      info: (_, message) => seen.push(`info ${message}`),
      warn: (_, message) => seen.push(`warn ${message}`),
      error: (_, message) => seen.push(`error ${message}`),
    };
    const notice = (severity: Notice["severity"]): Notice => ({ code: "c", severity, message: severity });
    const notifier = createLogNotifier(log);
    for (const severity of ["info", "warning", "page"] as const) notifier.notify(notice(severity));
    expect(seen).toEqual(["info info", "warn warning", "error page"]);
  });
});
