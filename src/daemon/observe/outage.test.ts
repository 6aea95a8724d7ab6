/** A day without any venue: nothing is guessed, nothing is sent twice, and two cycles after it all is known again. */
import { beforeEach, describe, expect, it } from "vitest";
import { tables } from "../../store/index.ts";
import { VenueError } from "../../venues/index.ts";
import type { SubmitOutcome, Venue } from "../../venues/port.ts";
import type { RunnableTreasury } from "../index.ts";
import { type Bench, HOUR, MINUTE, openBench, UNIT } from "../suite_daemon.ts";

const DAY = 24 * HOUR;
const CYCLES_MAX = 2;

/** A line to a venue that can be cut: before a request arrives, or after it took effect. */
interface Line {
  state: "whole" | "dead";
  /** What becomes of the next submit, after which the line is dead. */
  cut: "before" | "after" | null;
  submits: number;
}

let bench: Bench;
let treasury: RunnableTreasury;
let lines: Map<string, Line>;

beforeEach(async () => {
  bench = openBench();
  lines = new Map();
  for (const [id, venue] of bench.venues) {
    const line: Line = { state: "whole", cut: null, submits: 0 };
    lines.set(id, line);
    bench.venues.set(id, throughLine(venue, line));
  }
  treasury = bench.start("one");
  await cycle();
});

function throughLine(venue: Venue, line: Line): Venue {
  const read = async <T>(work: () => Promise<T>): Promise<T> => {
    if (line.state === "dead") throw new VenueError("venue_transient", "no answer");
    return work();
  };
  const submit = async (prepared: Parameters<Venue["submit"]>[0]): Promise<SubmitOutcome> => {
    line.submits += 1;
    const { cut } = line;
    if (cut === null && line.state === "whole") return venue.submit(prepared);
    line.cut = null;
    line.state = "dead";
    if (cut === "after") await venue.submit(prepared);
    return { outcome: "unknown", message: "no answer" };
  };
  return {
    ...{ id: venue.id, submit, capabilities: () => venue.capabilities(), decode: (prepared) => venue.decode(prepared) },
    verify: () => read(() => venue.verify()),
    listWallets: () => read(() => venue.listWallets()),
    getBalance: (wallet) => read(() => venue.getBalance(wallet)),
    getAddress: (wallet, network) => read(() => venue.getAddress(wallet, network)),
    listNetworks: (wallet) => read(() => venue.listNetworks(wallet)),
    prepare: (plan, context) => read(() => venue.prepare(plan, context)),
    find: async (query) =>
      line.state === "dead" ? { outcome: "unreadable", message: "no answer" } : venue.find(query),
    cancel: async (ref) => (line.state === "dead" ? { outcome: "unknown", message: "no answer" } : venue.cancel(ref)),
    listMovements: (wallet, cursor) => read(() => venue.listMovements(wallet, cursor)),
    close: () => venue.close(),
  };
}

async function cycle(after_ms = 0): Promise<void> {
  await bench.pass(after_ms);
  await bench.finish(treasury.cycleOnce());
}

function cutAll(state: Line["state"]): void {
  for (const line of lines.values()) line.state = state;
}

/** Customers go on all day: more is paid in than out, at both hot wallets. */
async function outage(during: () => Promise<void>): Promise<void> {
  cutAll("dead");
  for (let hour = 0; hour < 24; hour += 1) {
    bench.flow("exchange", 3_000 + hour);
    bench.flow("chain", -1_000 - hour);
    await during();
  }
  cutAll("whole");
}

async function assertCaughtUp(ended_at: number): Promise<void> {
  const wallets = bench.config.wallets.map(({ id }) => id);
  const balances = await bench.tx((tx) => tx.find(tables.balance, { order_by: [["wallet_id", "asc"]], limit: 100 }));
  expect(balances.map(({ wallet_id }) => wallet_id).toSorted()).toEqual(wallets.toSorted());
  for (const { wallet_id, as_of, error } of balances) {
    expect({ wallet_id, error, fresh: as_of >= ended_at }).toEqual({ wallet_id, error: null, fresh: true });
  }
  for (const { wallet_id, difference, state } of await treasury.reconcile()) {
    expect({ wallet_id, difference, is_break: state === "break" }).toEqual({
      wallet_id,
      difference: 0n,
      is_break: false,
    });
  }
  const seen = await bench.tx((tx) => tx.find(tables.movement, { where: { transfer_id: null }, limit: 1_000 }));
  expect(seen).toHaveLength(48);
  bench.world.assertConserved();
}

/** Of every transfer the world has at most one payment, and of what we call settled exactly one. */
async function assertOnce(): Promise<void> {
  for (const { id, state } of await bench.transfers()) {
    const paid = bench.world.effects.filter(({ plan_id }) => plan_id === id).length;
    expect({ id, paid }).toEqual({ id, paid: state === "settled" ? 1 : Math.min(paid, 1) });
  }
}

describe("a day without any venue", () => {
  it("starts nothing, says how old everything is, and is caught up with in two cycles", async () => {
    await outage(() => cycle(HOUR));
    expect(await bench.transfers()).toEqual([]);
    const [plan] = await treasury.planNow();
    expect(plan?.snapshot.wallets.map(({ freshness }) => freshness)).not.toContain("fresh");
    expect((await bench.events("venue.state")).length).toBe(bench.config.venues.length);
    const ended_at = bench.clock.now();
    for (let count = 0; count < CYCLES_MAX; count += 1) await cycle(20 * MINUTE);
    await assertCaughtUp(ended_at);
    expect((await treasury.planNow())[0]?.snapshot.wallets.every(({ freshness }) => freshness === "fresh")).toBe(true);
  });

  it.each([
    ["exchange", "after"],
    ["exchange", "before"],
    ["chain", "after"],
    ["chain", "before"],
  ] as const)(
    "that begins with a submit at %s whose answer is lost, %s its effect: it is paid once",
    async (venue, cut) => {
      const line = lines.get(venue);
      if (line === undefined) throw new Error("no line");
      line.cut = cut;
      bench.flow(venue, 2_000_000);
      await cycle(20 * MINUTE);
      const [sent] = await bench.transfers();
      expect(sent).toMatchObject({ from_wallet: `${venue}-usdt`, state: "submitting", note_code: "outcome_unknown" });
      await outage(() => cycle(HOUR));
      expect(await bench.transfers()).toMatchObject([{ id: sent?.id, amount: sent?.amount }]);
      expect(line.submits).toBe(1);
      for (let count = 0; count < CYCLES_MAX; count += 1) await cycle(20 * MINUTE);
      const [found] = await bench.transfers();
      // What took effect is found again. What did not is sent again only where that is harmless, else it is for people.
      if (cut === "after") expect(["submitted", "settled"]).toContain(found?.state);
      expect(bench.world.effects.filter(({ plan_id }) => plan_id === sent?.id).length).toBeLessThanOrEqual(1);
      for (let count = 0; count < 12; count += 1) await cycle(HOUR);
      await assertOnce();
      expect((await bench.transfers()).find(({ id }) => id === sent?.id)?.state).not.toBe("submitting");
    },
  );

  it("keeps what was approved before it, and sends it once after it while its plan lasts", async () => {
    bench.flow("exchange", -590_000);
    bench.flow("chain", -490_000);
    await cycle(20 * MINUTE);
    const [refill] = await bench.transfers();
    const { id = "", digest = "" } = refill ?? {};
    cutAll("dead");
    const approve = { object_kind: "transfer", object_id: id, digest, vote: "approve" } as const;
    await treasury.castVote(bench.sign("ana", approve));
    await treasury.castVote(bench.sign("ben", approve));
    for (let hour = 0; hour < 20; hour += 1) await cycle(HOUR);
    expect(await bench.transfers()).toMatchObject([{ id, state: "approved" }]);
    cutAll("whole");
    for (let count = 0; count < CYCLES_MAX; count += 1) await cycle(20 * MINUTE);
    expect((await bench.transfers()).find((row) => row.id === id)?.state).toBe("submitted");
    expect(bench.world.effects.filter(({ plan_id }) => plan_id === id)).toHaveLength(1);
  });

  it("that the daemon slept through is caught up with by its next start", async () => {
    await outage(() => bench.pass(HOUR));
    const ended_at = bench.clock.now();
    treasury = bench.start("next");
    for (let count = 0; count < CYCLES_MAX; count += 1) await cycle(20 * MINUTE);
    await assertCaughtUp(ended_at);
    await assertOnce();
    const down = (await bench.events("venue.state")).filter(({ at }) => at > ended_at - DAY);
    expect(down).toEqual([]);
    const balance = await bench.tx((tx) => tx.get(tables.balance, { wallet_id: "exchange-usdt" }));
    expect(balance?.total).toBe((600_000n + 24n * 3_000n + 276n) * UNIT);
  });
});
