import { describe, expect, it } from "vitest";
import { tables } from "../store/index.ts";
import { ed25519SignerFromSeed, ed25519Verifier } from "../system/ed25519.ts";
import { readLog } from "./export.ts";
import { emitAlert, type TestStore, testStore } from "./fixtures.ts";
import { verifierKey } from "./note.ts";
import { readFrontier, sealOnce } from "./seal.ts";
import { faultOfLog, parseTrusted, printTrusted, type TrustedCheckpoint, trustedFromExport } from "./trusted.ts";

const signer = ed25519SignerFromSeed("07".repeat(32));
const origin = "tidegate/test";

async function seal(world: TestStore, ...messages: string[]): Promise<TrustedCheckpoint> {
  for (const message of messages) await emitAlert(world, message);
  const { checkpoint } = await sealOnce({ store: world.store, clock: world.clock, signer, origin, owner: "a" });
  const frontier = await world.store.read("frontier", readFrontier);
  return { note: checkpoint?.note ?? "", frontier };
}

const faultOf = (world: TestStore, trusted: TrustedCheckpoint, public_key = signer.public_key) =>
  faultOfLog({ store: world.store, verifier: ed25519Verifier, verifier_key: verifierKey(origin, public_key) }, trusted);

describe("a log against a checkpoint from outside", () => {
  it.each([1, 2, 3, 4, 7])("continues its own checkpoint of %i events, however long it grows", async (count) => {
    const world = testStore();
    const messages = Array.from({ length: count }, (_, n) => `event ${n}`);
    const then = await seal(world, ...messages);
    expect(await faultOf(world, then)).toBeNull();
    for (const more of ["x", "y", "z"]) {
      await seal(world, more);
      expect(await faultOf(world, then)).toBeNull();
      expect(await faultOf(world, { ...then, frontier: null })).toBeNull();
    }
  });

  it("is behind when the database is an older copy", async () => {
    const [world, copy] = [testStore(), testStore()];
    await seal(world, "one", "two");
    await seal(copy, "one", "two");
    const newest = await seal(world, "paid");
    expect(await faultOf(copy, newest)).toMatchObject({ code: "audit_log_behind", size: 3, own_size: 2 });
    expect(await faultOf(testStore(), newest)).toMatchObject({ code: "audit_log_behind", size: 3, own_size: 0 });
  });

  it.each([true, false])("has forked when an older copy went on, by itself (with the tree: %s)", async (with_tree) => {
    const [world, copy] = [testStore(), testStore()];
    await seal(world, "one", "two");
    await seal(copy, "one", "two");
    const newest = await seal(world, "paid");
    await seal(copy, "something else");
    const trusted = with_tree ? newest : { ...newest, frontier: null };
    expect(await faultOf(copy, trusted)).toMatchObject({ code: "audit_log_forked", size: 3, own_size: 3 });
    await seal(copy, "and", "longer");
    expect(await faultOf(copy, trusted)).toMatchObject({ code: "audit_log_forked", size: 3, own_size: 5 });
  });

  it("is not fooled by a tree that does not belong to the signed root", async () => {
    const [world, copy] = [testStore(), testStore()];
    await seal(copy, "one", "other");
    const newest = await seal(world, "one", "two");
    const { frontier } = await seal(copy);
    expect(await faultOf(copy, { ...newest, frontier })).toMatchObject({ code: "audit_log_forked" });
    expect(await faultOf(world, { ...newest, frontier })).toBeNull();
  });

  it("has forked when one of its leaves is missing or changed since", async () => {
    const world = testStore();
    const then = await seal(world, "one", "two");
    await seal(world, "three");
    await world.store.tx("tamper", (tx) => tx.update(tables.leaf, { seq: 2 }, { leaf: "00".repeat(32) }));
    expect(await faultOf(world, then)).toMatchObject({ code: "audit_log_forked" });
    await world.store.tx("tamper", (tx) => tx.delete(tables.leaf, { seq: 2 }));
    expect(await faultOf(world, then)).toMatchObject({ code: "audit_log_forked" });
  });

  it("takes no checkpoint of another key, another log, or that was edited", async () => {
    const world = testStore();
    const mine = await seal(world, "one", "two");
    const other = ed25519SignerFromSeed("08".repeat(32));
    const foreign = { code: "audit_checkpoint_foreign", own_size: 2 };
    expect(await faultOf(world, mine, other.public_key)).toMatchObject(foreign);
    expect(
      await faultOf(world, { ...mine, note: mine.note.replace("tidegate/test\n2\n", "tidegate/test\n1\n") }),
    ).toMatchObject(foreign);
    expect(
      await faultOf(world, { ...mine, note: mine.note.replace("tidegate/test\n", "tidegate/rest\n") }),
    ).toMatchObject(foreign);
    expect(await faultOf(world, { ...mine, note: "" })).toMatchObject(foreign);
  });
});

describe("a checkpoint as text", () => {
  it("comes back as it was, also as a bare note", async () => {
    const trusted = await seal(testStore(), "one", "two", "three");
    expect(parseTrusted(printTrusted(trusted))).toEqual(trusted);
    expect(parseTrusted(trusted.note)).toEqual({ ...trusted, frontier: null });
  });

  it("is refused when it is something else, and a damaged tree is only work to do again", async () => {
    const trusted = await seal(testStore(), "one");
    for (const text of ["", "{", "{}", "hello\n", '{"format":"tidegate-checkpoint/v1","note":5}']) {
      expect(() => parseTrusted(text), text).toThrow(expect.objectContaining({ code: "audit_note_malformed" }));
    }
    const damaged = printTrusted(trusted).replace('"size": 1', '"size": 3');
    expect(parseTrusted(damaged)).toEqual({ ...trusted, frontier: null });
  });

  it("is the last one of an exported log, with the tree over its events", async () => {
    const world = testStore();
    await seal(world, "one", "two");
    const last = await seal(world, "three");
    expect(await trustedFromExport(readLog(world.store))).toEqual(last);
  });
});
