/** What the venues' servers refuse, remember and forget, spoken to without the connector where the protocol itself is tested. */
import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HurriedClock } from "../venues/conformance/hurried_clock.ts";
import { ManualClock } from "../venues/conformance/manual_clock.ts";
import type { Venue } from "../venues/port.ts";
import { createSandboxVenue, type SandboxSecrets } from "../venues/sandbox/index.ts";
import { consoleToken } from "./custodian_server.ts";
import { planOf, SANDBOX_TREASURY, START } from "./fixtures.ts";
import { HOUR_MS } from "./flows.ts";
import { type Sandbox, startSandbox } from "./start_sandbox.ts";

const SEED = 3;
let clock: ManualClock;
let sandbox: Sandbox;
let opened: Venue[];

beforeEach(async () => {
  clock = new ManualClock(START);
  opened = [];
  const venues = SANDBOX_TREASURY.venues.map((venue) =>
    venue.id === "southvault" ? { ...venue, options: { ...venue.options, console: true } } : venue,
  );
  sandbox = await startSandbox({
    config: { seed: SEED, speed: 1, scenario: "calm", manual: false, borrowers: false },
    treasury: { ...SANDBOX_TREASURY, venues },
    data_dir: null,
    clock,
  });
});
afterEach(async () => {
  for (const venue of opened) await venue.close();
  await sandbox.stop();
});

function addressOfVenue(id: string) {
  const address = sandbox.venues.get(id);
  if (!address) throw new Error(`no venue ${id}`);
  return address;
}

function venueOf(id: string, secrets?: SandboxSecrets): Venue {
  const address = addressOfVenue(id);
  const { assets } = SANDBOX_TREASURY;
  const timer = new HurriedClock(START);
  const venue = createSandboxVenue({ id, clock, assets, ...address, timer, secrets: secrets ?? address.secrets });
  opened.push(venue);
  return venue;
}

async function submit(venue: Venue, reference: string): Promise<string> {
  const prepared = await venue.prepare(planOf(venue.id, reference), {
    now: clock.now(),
    signing: null,
    signatures: [],
  });
  const outcome = await venue.submit(prepared);
  return outcome.outcome === "rejected" ? `rejected ${outcome.code}` : outcome.outcome;
}

function effects(venue: string, reference: string): number {
  return sandbox.world.transfersByReference(venue, reference).length;
}

describe("authentication", () => {
  it.each([
    ["exchange", "-2014"],
    ["northvault", "UNAUTHORIZED"],
  ])("%s refuses a key it does not know", async (id, code) => {
    const venue = venueOf(id, { ...addressOfVenue(id).secrets, key_id: "somebody" });
    await expect(venue.verify()).rejects.toMatchObject({ code: "venue_auth" });
    expect(await submit(venue, "trf_1")).toBe(`rejected ${code}`);
    expect(effects(id, "trf_1")).toBe(0);
  });

  it.each([
    ["exchange", "-1022"],
    ["northvault", "BAD_SIGNATURE"],
    ["chain", "bad_signature"],
  ])("%s refuses a signature made with another secret", async (id, code) => {
    const venue = venueOf(id, { ...addressOfVenue(id).secrets, secret: "ab".repeat(32) });
    expect(await submit(venue, "trf_1")).toBe(`rejected ${code}`);
    expect(effects(id, "trf_1")).toBe(0);
  });

  it.each([
    ["exchange", "-1021"],
    ["southvault", "STALE_REQUEST"],
  ])("%s refuses a request whose clock is off by more than a day, with no effect", async (id, code) => {
    const address = addressOfVenue(id);
    const slow = { now: () => START - 25 * HOUR_MS, sleep: () => Promise.resolve() };
    const venue = createSandboxVenue({ id, assets: SANDBOX_TREASURY.assets, ...address, clock: slow });
    opened.push(venue);
    expect(await submit(venue, "trf_1")).toBe(`rejected ${code}`);
    expect(effects(id, "trf_1")).toBe(0);
  });
});

describe("keys that make a request idempotent", () => {
  it.each([
    ["exchange", 24],
    ["northvault", 72],
  ])("%s forgets a key after %i hours and then pays again: why nobody may retry that late", async (id, hours) => {
    const venue = venueOf(id);
    expect(await submit(venue, "trf_1")).toBe("accepted");
    clock.advance(hours * HOUR_MS - 1);
    expect(await submit(venue, "trf_1")).toBe("accepted");
    expect(effects(id, "trf_1")).toBe(1);
    clock.advance(1);
    expect(await submit(venue, "trf_1")).toBe("accepted");
    expect(effects(id, "trf_1")).toBe(2);
    const { idempotency } = venue.capabilities();
    expect(idempotency).toMatchObject({ kind: "key", lifetime_ms: hours * HOUR_MS });
  });

  it.each(["chain", "southvault"])("%s never pays twice for the same bytes", async (id) => {
    const venue = venueOf(id);
    expect(await submit(venue, "trf_1")).toBe("accepted");
    clock.advance(400 * 24 * HOUR_MS);
    expect(await submit(venue, "trf_1")).toBe("accepted");
    expect(effects(id, "trf_1")).toBe(1);
  });
});

describe("the console of a custodian with its own approval stage", () => {
  async function call(method: string, path: string, token: string) {
    const response = await fetch(addressOfVenue("southvault").base_url + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
    });
    return {
      status: response.status,
      body: (await response.json()) as { data?: { id: string; external_id: string }[] },
    };
  }

  it("shows what waits, and lets it go on", async () => {
    const token = consoleToken(SEED, "southvault");
    expect(await submit(venueOf("southvault"), "trf_1")).toBe("accepted");
    clock.advance(50 * HOUR_MS);
    const pending = await call("GET", "/console/pending", token);
    expect(pending.body.data).toMatchObject([{ external_id: "trf_1" }]);
    const id = pending.body.data?.[0]?.id ?? "";
    expect((await call("POST", `/console/transfers/${id}/approve`, token)).status).toBe(200);
    expect((await call("POST", `/console/transfers/${id}/approve`, token)).status).toBe(409);
    clock.advance(2 * HOUR_MS);
    sandbox.world.advance(clock.now());
    expect(sandbox.world.transfer("southvault", id)?.status).toBe("completed");
  });

  it("is closed to the credentials of the API", async () => {
    const { key_id, secret } = addressOfVenue("southvault").secrets;
    expect((await call("GET", "/console/pending", key_id)).status).toBe(401);
    expect((await call("GET", "/console/pending", secret)).status).toBe(401);
  });
});

describe("the floor of every server", () => {
  async function raw(path: string, init: RequestInit = {}): Promise<number> {
    return (await fetch(addressOfVenue("exchange").base_url + path, init)).status;
  }

  it("shows the status page without credentials", async () => {
    const response = await fetch(`${addressOfVenue("northvault").base_url}/status`);
    expect(await response.json()).toMatchObject({
      scenario: "calm",
      assets: [{ asset: "USDT", unserved: "0.000000" }, { asset: "BTC" }],
    });
  });

  it("refuses bodies that are too large or no JSON object", async () => {
    expect(await raw("/api/v1/withdrawals", { method: "POST", body: "x".repeat(70_000) })).toBe(413);
    expect(await raw("/api/v1/withdrawals", { method: "POST", body: "[1]" })).toBe(400);
    expect(await raw("/api/v1/withdrawals", { method: "POST", body: "{" })).toBe(400);
  });

  it("knows only its own endpoints", async () => {
    const { key_id, secret } = addressOfVenue("exchange").secrets;
    const signature = createHmac("sha256", secret).update(`${START}GET/api/v1/nothing`).digest("hex");
    const headers = { "x-api-key": key_id, "x-api-timestamp": String(START), "x-api-signature": signature };
    expect(await raw("/api/v1/nothing", { headers })).toBe(404);
  });

  it("is away during an outage and back after it", async () => {
    sandbox.servers.get("exchange")?.faults.setOutage(START, START + HOUR_MS);
    const venue = venueOf("exchange");
    await expect(venue.verify()).rejects.toMatchObject({ code: "venue_transient" });
    expect(await submit(venue, "trf_1")).toBe("unknown");
    clock.advance(HOUR_MS);
    await venue.verify();
    expect(effects("exchange", "trf_1")).toBe(0);
  });

  it("says that pruned history is gone instead of leaving it out", async () => {
    const venue = venueOf("chain");
    for (let day = 1; day <= 40; day += 1) {
      clock.advance(24 * HOUR_MS);
      sandbox.world.advance(clock.now());
    }
    const wallet = { wallet_id: "chain-usdt", account: "usdt", asset: "USDT" };
    await expect(venue.listMovements(wallet, "5")).rejects.toMatchObject({ code: "venue_invalid" });
    expect((await venue.listMovements(wallet, null)).movements.length).toBeGreaterThan(0);
  });
});
