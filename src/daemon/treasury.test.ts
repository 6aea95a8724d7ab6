import { beforeEach, describe, expect, it } from "vitest";
import { VirtualClock } from "../simulate/virtual_clock.ts";
import { acquireLease, tables } from "../store/index.ts";
import type { RunnableTreasury } from "./index.ts";
import { type Bench, HOUR, MINUTE, openBench } from "./suite_daemon.ts";
import { Wakes } from "./watch/wakes.ts";

let bench: Bench;
let treasury: RunnableTreasury;
beforeEach(() => {
  bench = openBench();
  treasury = bench.start("one");
});

async function cycle(after_ms = 0): Promise<void> {
  await bench.pass(after_ms);
  await bench.finish(treasury.cycleOnce());
}

const decisions = () => bench.tx((tx) => tx.find(tables.decision, { order_by: [["id", "asc"]], limit: 100 }));

describe("a cycle", () => {
  it("carries what is above the band to custody and brings it to rest, in one move", async () => {
    await cycle();
    bench.flow("exchange", 900_000);
    await cycle(20 * MINUTE);
    const [move, ...more] = await bench.transfers();
    expect(more).toEqual([]);
    expect(move).toMatchObject({
      from_wallet: "exchange-usdt",
      cause: "auto_pilot",
      direction: "liquidity_to_reserve",
    });
    for (let i = 0; i < 12; i += 1) await cycle(20 * MINUTE);
    expect(await bench.transfers()).toMatchObject([{ state: "settled" }]);
    const states = (await treasury.reconcile()).map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(["equal"]));
    expect((await decisions()).at(-1)).toMatchObject({ verdict: "hold" });
  });

  it("an emergency is marked as one, and asks for the same quorum", async () => {
    await cycle();
    bench.flow("exchange", -600_000);
    bench.flow("chain", -480_000);
    await cycle(20 * MINUTE);
    const [refill] = await bench.transfers();
    expect(refill).toMatchObject({ state: "awaiting_approval", cause: "emergency", plan: { quorum_needed: 2 } });
    const payload = {
      object_kind: "transfer",
      object_id: refill?.id ?? "",
      digest: refill?.digest ?? "",
      vote: "approve",
    } as const;
    const first = await treasury.castVote(bench.sign("ana", payload));
    expect(first.quorum).toMatchObject({ state: "pending", approvals: ["ana"] });
    await cycle(20 * MINUTE);
    expect(await bench.transfers()).toMatchObject([{ state: "awaiting_approval" }]);
    await treasury.castVote(bench.sign("ben", payload));
    await cycle();
    expect(await bench.transfers()).toMatchObject([{ state: "submitted" }]);
  });

  it("counts the same answer up instead of writing it again", async () => {
    await cycle();
    await cycle(20 * MINUTE);
    await cycle(20 * MINUTE);
    expect(await decisions()).toMatchObject([{ verdict: "hold", repeats: 2 }]);
    expect(await bench.events("decision.made")).toHaveLength(1);
  });

  it.each(["observe", "advise"] as const)("starts nothing in mode %s and says what it would do", async (mode) => {
    bench = openBench((config) => ({ ...config, mode }));
    treasury = bench.start("one");
    await cycle();
    bench.flow("exchange", 900_000);
    await cycle(20 * MINUTE);
    expect(await bench.transfers()).toEqual([]);
    expect((await treasury.planNow())[0]?.decision.moves).toHaveLength(1);
  });

  it("tells once that a plan was refused, however often it is tried", async () => {
    bench = openBench((config) => ({ ...config, authority: { ...config.authority, tiers: [] } }));
    treasury = bench.start("one");
    await cycle();
    bench.flow("exchange", -580_000);
    bench.flow("chain", -400_000);
    await cycle(20 * MINUTE);
    await cycle(20 * MINUTE);
    expect(await bench.transfers()).toEqual([]);
    expect((await decisions()).at(-1)).toMatchObject({ verdict: "move" });
    expect(bench.notices.map(({ code }) => code)).toEqual(["plan_authority_no_tier"]);
  });

  it("writes nothing when it is only asked what it would do", async () => {
    await cycle();
    const count = () =>
      bench.tx(async (tx) => [
        await tx.count(tables.event),
        await tx.count(tables.decision),
        await tx.count(tables.transfer),
      ]);
    const before = await count();
    bench.flow("exchange", 900_000);
    await treasury.planNow();
    expect(await count()).toEqual(before);
  });

  it("seals what it wrote", async () => {
    await cycle();
    expect(await bench.tx((tx) => tx.count(tables.event, { seq: null }))).toBe(0);
    expect(await bench.tx((tx) => tx.count(tables.checkpoint))).toBe(1);
  });

  it("an unreadable pending view stops the whole asset", async () => {
    await cycle();
    bench.flow("exchange", 900_000);
    const venue = bench.venues.get("oldvault");
    const read = venue?.getBalance.bind(venue);
    if (venue === undefined || read === undefined) throw new Error("the bench has this venue");
    venue.getBalance = async (wallet) => ({ ...(await read(wallet)), pending_readable: false });
    await cycle(40 * MINUTE);
    expect(await bench.transfers()).toEqual([]);
    expect((await decisions()).at(-1)?.verdict).toBe("blocked");
  });
});

describe("the loop", () => {
  it("runs by itself, and stops cleanly so that the next instance need not wait", async () => {
    const stop = new AbortController();
    const running = treasury.run(stop.signal);
    bench.flow("exchange", 900_000);
    await bench.pass(6 * HOUR);
    expect(await bench.transfers()).toMatchObject([{ state: "settled" }]);
    expect(treasury.lastCycleAt()).toBeGreaterThan(0);
    expect(treasury.nextCycleAt()).toBeGreaterThan(0);
    stop.abort();
    await bench.finish(running);
    expect(await bench.events("daemon.stopped")).toHaveLength(1);
    const lease = await bench.tx((tx) => acquireLease(tx, { name: "daemon", owner: "next", ttl_ms: 1_000 }));
    expect(lease).not.toBeNull();
  });

  it("stops within its grace although a venue never answers", async () => {
    const venue = bench.venues.get("exchange");
    Object.assign(venue ?? {}, { getBalance: () => new Promise(() => {}) });
    const stop = new AbortController();
    const running = treasury.run(stop.signal);
    await bench.pass(HOUR);
    stop.abort();
    const asked_at = bench.clock.now();
    await bench.finish(running);
    expect(bench.clock.now() - asked_at).toBeLessThanOrEqual(5_000 * bench.clock.rate);
  });

  it("does nothing while another instance leads, and takes over when it falls silent", async () => {
    await bench.tx((tx) => acquireLease(tx, { name: "daemon", owner: "other", ttl_ms: 10 * MINUTE }));
    await cycle();
    expect(await bench.tx((tx) => tx.count(tables.balance))).toBe(0);
    await cycle(11 * MINUTE);
    expect(await bench.tx((tx) => tx.count(tables.balance))).toBe(5);
  });

  it("standby: is alive to its probes, and looks at the lead once a second instead of all the time", async () => {
    await bench.tx((tx) => acquireLease(tx, { name: "daemon", owner: "other", ttl_ms: 10 * MINUTE }));
    let looks = 0;
    const standby = bench.start("standby", (deps) => ({
      ...deps,
      store: {
        tx: (label, work) => {
          if (label === "leader.lease") looks += 1;
          return deps.store.tx(label, work);
        },
        write: (label, writes) => deps.store.write(label, writes),
        read: (label, work) => deps.store.read(label, work),
        check: () => deps.store.check(),
        close: () => deps.store.close(),
      },
    }));
    const stop = new AbortController();
    const running = standby.run(stop.signal);
    await bench.pass(9 * MINUTE);
    expect(standby.lastCycleAt()).not.toBeNull();
    const seconds = (9 * MINUTE) / (1_000 * bench.clock.rate);
    expect(looks).toBeGreaterThanOrEqual(Math.floor(seconds / 2));
    expect(looks).toBeLessThanOrEqual(seconds + 1);
    stop.abort();
    await bench.finish(running);
  });

  it("renews the lead once in every cycle: at its start, or at its end where the last cycle was a moment ago", async () => {
    const labels: string[] = [];
    const busy = bench.start("busy", (deps) => ({
      ...deps,
      store: {
        tx: (label, work) => {
          labels.push(label);
          return deps.store.tx(label, work);
        },
        write: (label, writes) => deps.store.write(label, writes),
        read: (label, work) => {
          labels.push(label);
          return deps.store.read(label, work);
        },
        check: () => deps.store.check(),
        close: () => deps.store.close(),
      },
    }));
    const leasesOf = async (): Promise<string[]> => {
      labels.length = 0;
      await bench.finish(busy.cycleOnce());
      return labels.filter((label) => label === "leader.lease" || label === "transfers.due");
    };
    expect(await leasesOf()).toEqual(["leader.lease", "transfers.due"]);
    // The world's venues take a while to answer: from here on there is nothing to ask them.
    const again = [await leasesOf(), await leasesOf()];
    expect(again).toContainEqual(["transfers.due", "leader.lease"]);
    await bench.pass(HOUR);
    expect(await leasesOf()).toEqual(["leader.lease", "transfers.due"]);
  });

  it("survives a store that cannot be reached", async () => {
    let down = false;
    const flaky = bench.start("flaky", (deps) => ({
      ...deps,
      store: {
        tx: (label, work) => (down ? Promise.reject(new Error("connection refused")) : deps.store.tx(label, work)),
        write: (label, writes) => deps.store.write(label, writes),
        read: (label, work) => (down ? Promise.reject(new Error("connection refused")) : deps.store.read(label, work)),
        check: () => deps.store.check(),
        close: () => deps.store.close(),
      },
    }));
    const stop = new AbortController();
    const running = flaky.run(stop.signal);
    await bench.pass(HOUR);
    down = true;
    bench.flow("exchange", 900_000);
    await bench.pass(2 * HOUR);
    down = false;
    await bench.pass(6 * HOUR);
    expect(await bench.transfers()).toMatchObject([{ state: "settled" }]);
    stop.abort();
    await bench.finish(running);
  });

  it("reads again at once when a face asks for it", async () => {
    const stop = new AbortController();
    const running = treasury.run(stop.signal);
    await bench.pass(5 * MINUTE);
    const read = async () => (await bench.tx((tx) => tx.get(tables.balance, { wallet_id: "oldvault-usdt" })))?.as_of;
    const before = await read();
    treasury.wake("manual");
    await bench.pass(MINUTE);
    expect(await read()).toBeGreaterThan(before ?? 0);
    stop.abort();
    await bench.finish(running);
  });
});

describe("wake-ups", () => {
  it("become one, with the most telling cause", () => {
    const wakes = new Wakes();
    expect(wakes.take()).toBe("schedule");
    wakes.wake("push");
    wakes.wake("approval");
    wakes.wake("transfer");
    expect(wakes.take()).toBe("approval");
    expect(wakes.take()).toBe("schedule");
  });

  it("end a sleep, also when they came before it", async () => {
    const clock = new VirtualClock(0);
    const wakes = new Wakes();
    const stop = new AbortController();
    const slept = wakes.wait(clock, HOUR, stop.signal).then(() => clock.now());
    clock.after(5, () => wakes.wake("push"));
    await clock.run(10);
    expect(await slept).toBe(5);
    await wakes.wait(clock, HOUR, stop.signal);
    expect(clock.now()).toBe(10);
    wakes.take();
    const stopped = wakes.wait(clock, HOUR, stop.signal).then(() => clock.now());
    clock.after(5, () => stop.abort());
    await clock.run(20);
    expect(await stopped).toBe(15);
  });
});
