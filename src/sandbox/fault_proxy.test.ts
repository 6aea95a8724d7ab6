/** The line between a connector and a venue, broken in every way a line breaks. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HurriedClock } from "../venues/conformance/hurried_clock.ts";
import { ManualClock } from "../venues/conformance/manual_clock.ts";
import type { Venue } from "../venues/port.ts";
import { createSandboxVenue } from "../venues/sandbox/index.ts";
import { type FaultProxy, type LineFault, startFaultProxy } from "./fault_proxy.ts";
import { planOf, SANDBOX_TREASURY, START } from "./fixtures.ts";
import { type Sandbox, startSandbox } from "./start_sandbox.ts";

const WALLET = { wallet_id: "northvault-usdt", account: "usdt", asset: "USDT" };
let sandbox: Sandbox;
let proxy: FaultProxy;
let venue: Venue;

beforeEach(async () => {
  const clock = new ManualClock(START);
  const config = { seed: 5, speed: 1, scenario: "calm", manual: false };
  sandbox = await startSandbox({ config, treasury: SANDBOX_TREASURY, data_dir: null, clock });
  const address = sandbox.venues.get("northvault");
  if (!address) throw new Error("no northvault");
  proxy = await startFaultProxy(address.base_url);
  const { assets } = SANDBOX_TREASURY;
  venue = createSandboxVenue({
    id: "northvault",
    clock,
    assets,
    ...address,
    base_url: proxy.url,
    request_timeout_ms: 300,
    timer: new HurriedClock(START),
  });
});
afterEach(async () => {
  await venue.close();
  await proxy.stop();
  await sandbox.stop();
});

async function submitThrough(fault: LineFault): Promise<{ outcome: string; effects: number }> {
  const prepared = await venue.prepare(planOf("northvault", "trf_1"), { now: START, signing: null, signatures: [] });
  proxy.set(fault);
  const { outcome } = await venue.submit(prepared);
  return { outcome, effects: sandbox.world.transfersByReference("northvault", "trf_1").length };
}

describe("a broken line", () => {
  it.each<[LineFault["kind"], LineFault, string, number]>([
    ["none", { kind: "none" }, "accepted", 1],
    ["latency", { kind: "latency", latency_ms: 5 }, "accepted", 1],
    ["cut_reply", { kind: "cut_reply" }, "unknown", 1],
    ["truncate", { kind: "truncate", bytes: 20 }, "unknown", 1],
    ["reset_before", { kind: "reset_before" }, "unknown", 0],
    ["black_hole", { kind: "black_hole" }, "unknown", 0],
  ])("%s: the effect is the venue's, the knowledge is ours", async (_kind, fault, outcome, effects) => {
    expect(await submitThrough(fault)).toEqual({ outcome, effects });
  });

  it("leaves a read without an answer, never with a guess", async () => {
    proxy.set({ kind: "cut_reply" });
    await expect(venue.getBalance(WALLET)).rejects.toMatchObject({ code: "venue_transient" });
    proxy.set({ kind: "none" });
    expect((await venue.getBalance(WALLET)).total).toBe(45_000_000_000_000n);
  });
});
