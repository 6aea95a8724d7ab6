import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Store, tables } from "../store/index.ts";
import { ed25519SignerFromSeed, ed25519Verifier } from "../system/ed25519.ts";
import { eventBytes } from "./emit.ts";
import { readLog, readSealed } from "./export.ts";
import { emitAlert, type TestStore, testStore } from "./fixtures.ts";
import { leafHash, merkleRoot } from "./merkle.ts";
import { verifierKey } from "./note.ts";
import { lastCheckpoint, readFrontier, SEAL_BATCH, SEALER, type SealDeps, sealOnce, stopSealing } from "./seal.ts";
import { verifyLog } from "./verify.ts";

const signer = ed25519SignerFromSeed("07".repeat(32));
const origin = "tidegate/test";
const deps = (world: TestStore, owner = "a", store: Store = world.store): SealDeps => {
  return { store, clock: world.clock, signer, origin, owner };
};
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const verify = (world: TestStore) =>
  verifyLog({
    records: readLog(world.again()),
    verifier_key: verifierKey(origin, signer.public_key),
    verifier: ed25519Verifier,
  });

describe("sealer", () => {
  it("numbers what waits without a gap and signs the root", async () => {
    const world = testStore();
    for (const text of ["one", "two", "three"]) await emitAlert(world, text);
    const result = await sealOnce(deps(world));
    expect(result).toMatchObject({ leading: true, sealed: 3, size: 3, checkpoint: { size: 3, key_id: signer.key_id } });
    const events = await world.store.read("x", (tx) => readSealed(tx, 0, 10));
    expect(events.map(({ seq }) => seq)).toEqual([0, 1, 2]);
    const leaves = events.map((event) => leafHash(eventBytes(event)));
    expect(result.checkpoint?.root).toBe(hex(merkleRoot(leaves)));
    const rows = await world.store.read("x", (tx) => tx.find(tables.leaf, { order_by: [["seq", "asc"]], limit: 10 }));
    expect(rows.map(({ leaf }) => leaf)).toEqual(leaves.map(hex));
    expect(await verify(world)).toMatchObject({ ok: true, events: 3, checkpoints: 1 });
  });

  it("goes by time, then by id, and never renumbers for an event that came late", async () => {
    const world = testStore();
    world.clock.at = 2_000;
    const late = await emitAlert(world, "at 2000");
    world.clock.at = 1_000;
    const early = await emitAlert(world, "at 1000");
    await sealOnce(deps(world));
    world.clock.at = 500;
    const latest = await emitAlert(world, "at 500, written last");
    await sealOnce(deps(world));
    const events = await world.store.read("x", (tx) => readSealed(tx, 0, 10));
    expect(events.map(({ id }) => id)).toEqual([early.id, late.id, latest.id]);
  });

  it("has nothing to do twice", async () => {
    const world = testStore();
    expect(await sealOnce(deps(world))).toEqual({ leading: true, sealed: 0, size: 0, checkpoint: null });
    await emitAlert(world, "one");
    await sealOnce(deps(world));
    expect(await sealOnce(deps(world))).toEqual({ leading: true, sealed: 0, size: 1, checkpoint: null });
    expect((await world.store.read("x", lastCheckpoint))?.size).toBe(1);
  });

  it("seals a backlog of several batches in one turn", async () => {
    const world = testStore();
    for (let index = 0; index < 2 * SEAL_BATCH + 1; index += 1) await emitAlert(world, `${index}`);
    expect(await sealOnce(deps(world))).toMatchObject({ sealed: 2 * SEAL_BATCH + 1, size: 2 * SEAL_BATCH + 1 });
    expect(await verify(world)).toMatchObject({ ok: true, events: 2 * SEAL_BATCH + 1 });
  });

  it("leaves the work to whoever holds the lease", async () => {
    const world = testStore();
    await emitAlert(world, "one");
    await sealOnce(deps(world, "a"));
    await emitAlert(world, "two");
    expect(await sealOnce(deps(world, "b"))).toEqual({ leading: false, sealed: 0, size: null, checkpoint: null });
    world.clock.at += 60_000;
    expect(await sealOnce(deps(world, "b"))).toMatchObject({ leading: true, sealed: 1, size: 2 });
  });

  it("goes on at once after a clean stop, and only whoever leads can give it up", async () => {
    const world = testStore();
    await emitAlert(world, "one");
    await sealOnce(deps(world, "a"));
    await stopSealing(deps(world, "b"));
    expect(await sealOnce(deps(world, "b"))).toMatchObject({ leading: false });
    await stopSealing(deps(world, "a"));
    expect(await sealOnce(deps(world, "b"))).toMatchObject({ leading: true, size: 1 });
  });

  it.each([
    { at: "seal.batch", leaves: 0 },
    { at: "seal.checkpoint", leaves: 1 },
  ])("writes nothing under a lease it lost while it slept before $at", async ({ at, leaves }) => {
    const world = testStore();
    await emitAlert(world, "one");
    const slow = world.again();
    const asleep: Store = {
      ...storeOf(slow),
      tx: async (label, work) => {
        if (label === at) {
          const lease = { name: SEALER, owner: "b", fence: 2, until: world.clock.at + 30_000 };
          await world.store.tx("take", (tx) => tx.upsert(tables.lease, lease));
        }
        return slow.tx(label, work);
      },
    };
    expect(await sealOnce(deps(world, "a", asleep))).toMatchObject({ sealed: leaves, checkpoint: null });
    expect(await world.store.read("x", (tx) => tx.count(tables.leaf))).toBe(leaves);
    expect(await world.store.read("x", (tx) => tx.count(tables.checkpoint))).toBe(0);
  });

  it("refuses to go on over a damaged record of the log", async () => {
    const world = testStore();
    await emitAlert(world, "one");
    const value = { size: 3, nodes: ["00"] };
    await world.store.tx("x", (tx) =>
      tx.upsert(tables.control, { name: "audit.frontier", value, version: 1, updated_at: 1 }),
    );
    await expect(sealOnce(deps(world))).rejects.toMatchObject({ code: "audit_log_damaged" });
  });

  it("is gapless and verifies after a crash at any of its steps", async () => {
    // Every port call of a turn is a step; the process dies before or after it takes effect.
    const crash = fc.record({ step: fc.nat(8), after: fc.boolean(), events: fc.integer({ min: 1, max: 5 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(crash, { minLength: 1, maxLength: 4 }), async (crashes) => {
        const world = testStore();
        let written = 0;
        for (const [index, { step, after, events }] of crashes.entries()) {
          for (let event = 0; event < events; event += 1) await emitAlert(world, `${index}/${event}`);
          written += events;
          const dying = dyingStore(world.again(), step, after);
          await sealOnce(deps(world, `p${index}`, dying)).catch(() => undefined);
          world.clock.at += 60_000;
        }
        const result = await sealOnce(deps(world, "last"));
        expect(result).toMatchObject({ leading: true, size: written });
        expect(await world.store.read("x", async (tx) => (await readFrontier(tx)).size)).toBe(written);
        expect(await verify(world)).toMatchObject({ ok: true, events: written, signed_size: written });
      }),
      { numRuns: 60 },
    );
  });
});

function storeOf(store: Store): Store {
  return {
    tx: (label, work) => store.tx(label, work),
    write: (label, writes) => store.write(label, writes),
    read: (label, work) => store.read(label, work),
    check: () => store.check(),
    close: () => store.close(),
  };
}

function dyingStore(store: Store, last_step: number, after: boolean): Store {
  let step = 0;
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    step += 1;
    if (step - 1 < last_step) return work();
    if (after && step - 1 === last_step) await work();
    throw new Error("the process died");
  };
  return {
    ...storeOf(store),
    tx: (label, work) => call(() => store.tx(label, work)),
    read: (label, work) => call(() => store.read(label, work)),
  };
}
