/** The sweep's own promises: what a crash, a rival or a bad price in the middle of a tick leaves behind. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTreasury } from "../daemon/index.ts";
import { type Find, type Store, tables, type Write } from "../store/index.ts";
import { BTC, createDesk, type Desk, loansAlike, USD } from "./suite.ts";

let desk: Desk;
beforeEach(async () => {
  desk = await createDesk();
});
afterEach(() => desk.close());

const storeOf = (): Store => desk.t.treasury.deps.store;
const LIMIT = 10_000;

/** Runs before each write of the sweep; what it throws, the sweep gets instead. */
function beforeSweepWrites(hook: (count: number) => Promise<void>): { restore(): void; count(): number } {
  const store = storeOf();
  const write = store.write.bind(store);
  let count = 0;
  store.write = async (label: string, writes: readonly Write[]) => {
    if (label === "facility.sweep" && writes.length > 0) {
      count += 1;
      await hook(count);
    }
    return write(label, writes);
  };
  return {
    restore: () => {
      store.write = write;
    },
    count: () => count,
  };
}

/** Calls, notices and events of calls, by facility. */
async function told() {
  const query = { limit: LIMIT } satisfies Find<never>;
  return await storeOf().read("t", async (tx) => ({
    calls: (await tx.find(tables.marginCall, query)).map(({ facility_id }) => facility_id).sort(),
    notices: (await tx.find(tables.creditNotice, { ...query, where: { kind: "margin_call.opened" } }))
      .map(({ facility_id }) => facility_id)
      .sort(),
    events: (await tx.find(tables.event, { ...query, where: { kind: "margin_call.state" } }))
      .filter(({ payload }) => (payload as { to_state: string }).to_state === "open")
      .map(({ ref }) => ref)
      .sort(),
  }));
}

describe("a crash between two batches of one tick", () => {
  it("leaves whole batches, and whoever comes after goes on where it stood", async () => {
    const ids = await loansAlike(desk, 2_200);
    await desk.hours(1);
    desk.price(62_000n);
    const died = beforeSweepWrites(async (count) => {
      if (count > 2) throw new Error("the process dies here");
    });
    await desk.hours(2);
    died.restore();
    const half = await told();
    expect(half.calls).toHaveLength(1_000);
    // Never a call without its notice and its event.
    expect(half).toEqual({ calls: half.calls, notices: half.calls, events: half.calls });
    // Another process knows nothing but the store.
    const again = createTreasury({ ...desk.t.treasury.deps, config: desk.t.config });
    for (let polls = 0; polls < 4; polls += 1) {
      await again.cycleOnce();
      await desk.t.clock.sleep(1_800_000);
    }
    expect(await told()).toEqual({ calls: ids, notices: ids, events: ids });
    expect(again.lending?.standing()).toMatchObject({ mismatches: 0, deferred: 0 });
  });

  it("is made good by the same process in its next turn", async () => {
    const ids = await loansAlike(desk, 1_200);
    await desk.hours(1);
    desk.price(62_000n);
    const failed = beforeSweepWrites(async (count) => {
      if (count === 2) throw new Error("the line is cut");
    });
    await desk.hours(2);
    failed.restore();
    expect(await told()).toEqual({ calls: ids, notices: ids, events: ids });
  });
});

describe("somebody who changes a facility while it is judged", () => {
  it("has it judged again, and everybody of its batch is told once", async () => {
    const ids = await loansAlike(desk, 20);
    await desk.hours(1);
    desk.price(62_000n);
    const [rival = ""] = ids;
    const rivalry = beforeSweepWrites(async (count) => {
      if (count > 1) return;
      await storeOf().tx("t", (tx) =>
        tx.update(tables.facility, { id: rival }, { principal: 10_000n * USD, version: 9 }),
      );
    });
    await desk.hours(2);
    rivalry.restore();
    // Its debt is a tenth now: it is sound, and never heard of a call.
    expect((await desk.facility(rival)).stage).toBe("sound");
    const others = ids.slice(1);
    expect(await told()).toEqual({ calls: others, notices: others, events: others });
    expect(rivalry.count()).toBe(2);
  });

  it("or works on its call at the same time, is seen by the sweep", async () => {
    const row = await desk.lent(2n * BTC, 100_000n);
    desk.price(62_000n);
    await desk.hours(1);
    const { call_id } = await desk.facility(row.id);
    desk.price(90_000n);
    const rivalry = beforeSweepWrites(async (count) => {
      if (count === 1) await desk.lending.acknowledgeCall(call_id ?? "", "person:dora");
    });
    await desk.hours(1);
    rivalry.restore();
    expect(rivalry.count()).toBe(2);
    expect(await desk.call(call_id)).toMatchObject({ state: "cured", acknowledged_by: "person:dora" });
    const kinds = (await desk.notices()).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "margin_call.cured")).toHaveLength(1);
  });

  it("or gives the call back from a sale just then, does not leave it open behind a loan that is well", async () => {
    const row = await desk.lent(2n * BTC, 100_000n);
    desk.price(62_000n);
    await desk.hours(1);
    const { call_id } = await desk.facility(row.id);
    const id = call_id ?? "";
    const set = (state: "liquidating" | "escalated", version: number) =>
      storeOf().tx("t", (tx) => tx.update(tables.marginCall, { id }, { state, version }));
    await set("liquidating", 50);
    desk.price(90_000n);
    // What the sweep saw, a sale at work, was no reason to touch the call.
    const rivalry = beforeSweepWrites(async (count) => {
      if (count === 1) await set("escalated", 51);
    });
    await desk.hours(1);
    rivalry.restore();
    expect(rivalry.count()).toBe(2);
    expect([(await desk.call(id)).state, (await desk.facility(row.id)).call_id]).toEqual(["cured", null]);
  });
});

describe("one tick", () => {
  it("that calls some and frees others writes both", async () => {
    const called = await desk.lent(2n * BTC, 100_000n, { reference: "A" });
    desk.price(62_000n);
    await desk.hours(1);
    const other = await desk.open({ reference: "B" });
    desk.price(90_000n);
    await storeOf().tx("t", (tx) =>
      tx.update(
        tables.facility,
        { id: other.id },
        {
          ...{ state: "active", principal: 170_000n * USD, held: { BTC: (2n * BTC).toString() } },
          ...{ version: 40, updated_at: desk.t.clock.now() },
        },
      ),
    );
    await desk.hours(1);
    expect((await desk.facility(called.id)).call_id).toBeNull();
    expect((await desk.facility(other.id)).call_id).not.toBeNull();
    const stages = await storeOf().read("t", (tx) =>
      tx.find(tables.event, { where: { kind: "facility.stage" }, order_by: [["id", "asc"]], limit: LIMIT }),
    );
    const last = (ref: string) => stages.findLast((event) => event.ref === ref)?.at;
    expect(last(called.id)).toBe(last(other.id));
  });
});

describe("a price of zero", () => {
  const zero = { units: 0n, per: 1n };

  it.each([
    ["from all sources", ["feed-a", "feed-b", "feed-c"]],
    ["from so many that the others are no quorum", ["feed-a", "feed-b"]],
  ])("%s calls nobody and sells nothing: the loan waits, and is judged at the next good price", async (_, feeds) => {
    const row = await desk.lent(2n * BTC, 100_000n);
    for (const id of feeds) desk.source(id, (asset) => (asset === "BTC" ? zero : { units: USD }));
    await desk.hours(4);
    expect(await desk.facility(row.id)).toMatchObject({ stage: "sound", call_id: null, held: { BTC: "200000000" } });
    expect([await desk.calls(), await desk.notices(), desk.t.world.orders.length]).toEqual([[], [], 0]);
    for (const id of feeds) desk.sourceBack(id);
    desk.price(62_000n);
    await desk.hours(2);
    expect(await desk.facility(row.id)).toMatchObject({ stage: "margin_call" });
    expect(await desk.calls()).toHaveLength(1);
  });
});
