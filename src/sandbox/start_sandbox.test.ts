import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../venues/conformance/manual_clock.ts";
import { createSandboxVenue } from "../venues/sandbox/index.ts";
import { planOf, SANDBOX_TREASURY, START } from "./fixtures.ts";
import { HOUR_MS } from "./flows.ts";
import { resumeTime, type Sandbox, startSandbox } from "./start_sandbox.ts";

const CONFIG = { seed: 7, speed: 1, scenario: "calm", manual: false, borrowers: false };
const TICK_MS = 360_000;
let dir: string;
let running: Sandbox[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tidegate-sandbox-"));
  running = [];
});
afterEach(async () => {
  for (const sandbox of running) await sandbox.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function start(clock: ManualClock, scenario = "calm"): Promise<Sandbox> {
  const config = { ...CONFIG, scenario };
  const sandbox = await startSandbox({ config, treasury: SANDBOX_TREASURY, data_dir: dir, clock });
  running.push(sandbox);
  return sandbox;
}

function exchangeOf(sandbox: Sandbox, clock: ManualClock) {
  const address = sandbox.venues.get("exchange");
  if (!address) throw new Error("no exchange");
  return createSandboxVenue({ id: "exchange", clock, assets: SANDBOX_TREASURY.assets, ...address });
}

describe("the public chain of the sandbox", () => {
  it("shows accounts of chains and custodians at the venue's own height, without a key, and none of an exchange", async () => {
    const clock = new ManualClock(START);
    const sandbox = await start(clock);
    for (const id of ["exchange", "chain", "northvault", "southvault"] as const) {
      const address = sandbox.venues.get(id);
      if (!address) throw new Error(`no ${id}`);
      const venue = createSandboxVenue({ id, clock, assets: SANDBOX_TREASURY.assets, ...address });
      if (id === "exchange") {
        expect(venue.readChain).toBeUndefined();
        continue;
      }
      const wallet = { wallet_id: `${id}-usdt`, account: "usdt", asset: "USDT" };
      const { total, height } = await venue.getBalance(wallet);
      expect(total).toBeGreaterThan(0n);
      expect(await venue.readChain?.(wallet, height)).toMatchObject({ total, height });
      expect((await fetch(`${address.base_url}/explorer/usdt`)).status).toBe(200);
      await expect(venue.readChain?.({ ...wallet, account: "none" }, null)).rejects.toMatchObject({
        code: "venue_not_found",
      });
    }
  });
});

describe("startSandbox", () => {
  it("gives every venue and feed an address of its own, with its secrets and wallets", async () => {
    const sandbox = await start(new ManualClock(START));
    expect([...sandbox.venues.keys()]).toEqual(["exchange", "chain", "northvault", "southvault"]);
    expect([...sandbox.price_feeds].map(([id, feed]) => [id, feed.style])).toEqual([
      ["feed-a", "ticker"],
      ["feed-b", "trade"],
      ["feed-c", "plain"],
    ]);
    const urls = [...sandbox.venues.values(), ...sandbox.price_feeds.values()].map((each) => each.base_url);
    expect(new Set(urls).size).toBe(7);
    expect(sandbox.venues.get("chain")?.wallets).toEqual([
      { id: "chain-usdt", account: "usdt", asset: "USDT" },
      { id: "chain-btc", account: "btc", asset: "BTC" },
    ]);
  });

  it("moves the world on by itself", async () => {
    const clock = new ManualClock(START);
    const sandbox = await start(clock);
    const moved = new Promise<void>((resolve) => {
      sandbox.world.onChange(() => resolve());
    });
    clock.advance(3 * HOUR_MS);
    await moved;
    expect(sandbox.status().at).toBe(START + 3 * HOUR_MS);
  });

  it("goes on where it was, with the same credentials, and nothing lost or doubled", async () => {
    const first_clock = new ManualClock(START);
    const first = await start(first_clock);
    const venue = exchangeOf(first, first_clock);
    const prepared = await venue.prepare(planOf("exchange", "trf_1"), { now: START, signing: null, signatures: [] });
    expect((await venue.submit(prepared)).outcome).toBe("accepted");
    first_clock.advance(5 * HOUR_MS);
    await venue.verify();
    await first.stop();

    const resumed_at = resumeTime(dir, CONFIG.speed);
    expect(resumed_at).toBe(START + 5 * HOUR_MS + TICK_MS);
    const clock = new ManualClock(resumed_at ?? 0);
    const second = await start(clock);
    expect(second.venues.get("exchange")?.secrets).toEqual(first.venues.get("exchange")?.secrets);
    const again = exchangeOf(second, clock);
    expect((await again.submit(prepared)).outcome).toBe("accepted");
    expect(second.world.transfersByReference("exchange", "trf_1")).toHaveLength(1);
    expect(second.world.state.genesis_at).toBe(START);
  });

  it("has no time to resume from before its first start", () => {
    expect(resumeTime(dir, 1)).toBeNull();
  });

  it("refuses a scenario or a kind of venue that does not exist", async () => {
    await expect(start(new ManualClock(START), "storm")).rejects.toMatchObject({ code: "sandbox_unknown_scenario" });
    const treasury = { ...SANDBOX_TREASURY, venues: [{ id: "x", type: "sandbox", options: { kind: "bank" } }] };
    await expect(
      startSandbox({ config: CONFIG, treasury, data_dir: null, clock: new ManualClock(START) }),
    ).rejects.toMatchObject({ code: "sandbox_unknown_kind" });
  });

  it("pushes a hint when a transfer moves, and another when it goes on", async () => {
    const clock = new ManualClock(START);
    const sandbox = await start(clock);
    const venue = exchangeOf(sandbox, clock);
    const hints: (string | null)[] = [];
    const heard = new EventTarget();
    const unsubscribe = venue.subscribe?.((account) => {
      hints.push(account);
      heard.dispatchEvent(new Event("hint"));
    });
    await once(heard, "hint");
    expect(hints).toEqual([null]);
    const prepared = await venue.prepare(planOf("exchange", "trf_1"), { now: START, signing: null, signatures: [] });
    const hint = once(heard, "hint");
    await venue.submit(prepared);
    await hint;
    expect(hints).toEqual([null, "usdt"]);
    unsubscribe?.();
    await venue.close();
  });
});
