import { randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { Client, Pool } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { controlRow, emptyTables, holdRow, movementRow, postingRow } from "../contract/contract_rows.ts";
import type { ReadTx, Store, Tx } from "../port.ts";
import { control, hold, lease, movement, posting, TABLES } from "../tables/schema.ts";
import { insertRows, updateRows } from "../writes.ts";
import { openPostgres } from "./postgres.ts";
import { PostgresConnection } from "./postgres_connection.ts";
import { readPlace } from "./postgres_errors.ts";

const url = process.env.TIDEGATE_TEST_DATABASE_URL ?? "";
const schema = `groups_${randomBytes(6).toString("hex")}`;
let store: Store;

beforeAll(async () => {
  store = await openPostgres({ url, schema });
});
afterAll(async () => {
  await store.close();
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`drop schema ${schema} cascade`);
  await client.end();
});
beforeEach(() => emptyTables(store, Object.values(TABLES)));

const all = () => store.read("all", (tx) => tx.find(hold, { order_by: [["id", "asc"]], limit: 1_000 }));
const together = <T>(works: readonly ((tx: Tx) => Promise<T>)[]) =>
  Promise.allSettled(works.map((work) => store.tx("together", work)));

describe("transactions that go together", () => {
  it("are one transaction of the database", async () => {
    const ids = ["a", "b", "c", "d"];
    await together(ids.map((id) => (tx: Tx) => tx.insert(hold, holdRow({ id }))));
    const client = new Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query(`select count(distinct xmin::text)::int as made from ${schema}.hold`);
    await client.end();
    expect(rows).toEqual([{ made: 1 }]);
  });

  it("ask in one transaction, also who asks while the connection is still being made", async () => {
    const pool = new Pool({ connectionString: url });
    const session = new PostgresConnection({ pool, place: readPlace(url), schema }).batch("write");
    const me = { text: "select pg_backend_pid()::text || '/' || txid_current()::text as me", params: [] };
    const answers = await Promise.all([session.ask([me]), session.ask([me]), session.ask([me, me])]);
    expect(new Set(answers.flat().flatMap(({ rows }) => rows.map((row) => row.me))).size).toBe(1);
    await session.commit([]);
    expect([pool.totalCount, pool.idleCount]).toEqual([1, 1]);
    await pool.end();
  });

  it("see no write of each other, and are what they would be one after another", async () => {
    const reserve = (id: string) => async (tx: Tx) => {
      const held = await tx.find(hold, { where: { state: "pending" }, limit: 100 });
      if (held.reduce((sum, row) => sum + row.amount, 0n) + 60n > 100n) return false;
      await tx.insert(hold, holdRow({ id, amount: 60n, state: "pending" }));
      return true;
    };
    const made = await together(["a", "b", "c", "d", "e"].map(reserve));
    expect(made.map((one) => one.status === "fulfilled" && one.value)).toEqual([true, false, false, false, false]);
    expect(await all()).toHaveLength(1);
  });

  it("fail alone: what one throws, or cannot store, is its own", async () => {
    await store.tx("before", (tx) => tx.insert(hold, holdRow({ id: "taken" })));
    const failure = new Error("stop");
    const [good, thrown, duplicate, swallowed] = await together<unknown>([
      (tx) => tx.insert(hold, holdRow({ id: "good" })),
      async (tx) => {
        await tx.insert(hold, holdRow({ id: "thrown" }));
        throw failure;
      },
      (tx) => tx.insert(hold, holdRow({ id: "taken" })),
      async (tx) => {
        await tx.insert(hold, holdRow({ id: "swallowed" }));
        await tx.upsert(control, controlRow());
        // How many there are with one's own is asked of the database.
        await tx.count(hold).catch(() => undefined);
        return "went on";
      },
    ]);
    expect(good?.status).toBe("fulfilled");
    expect(thrown).toMatchObject({ reason: failure });
    expect(duplicate).toMatchObject({ reason: { code: "store_duplicate" } });
    // What a group does not do is done by itself: the work ran again, from its start.
    expect(swallowed).toMatchObject({ value: "went on" });
    expect((await all()).map(({ id }) => id)).toEqual(["good", "swallowed", "taken"]);
    expect(await store.read("control", (tx) => tx.count(control))).toBe(1);
  });

  it("refuse a write whose guard fails, and keep a row that was written twice as it was last", async () => {
    await store.tx("before", (tx) => tx.insert(hold, holdRow({ id: "a", amount: 1n, state: "pending" })));
    const outcome = await store.tx("twice", async (tx) => [
      await tx.update(hold, { id: "a" }, { amount: 2n }, { amount: 1n, state: { in: ["pending"] } }),
      await tx.update(hold, { id: "a" }, { amount: 9n }, { amount: 1n }),
      await tx.update(hold, { id: "none" }, { amount: 9n }),
      await tx.writeMany([updateRows(hold, [{ key: { id: "a" }, patch: { amount: 8n }, guard: { amount: 7n } }])]),
      await tx.update(hold, { id: "a" }, { state: "posted" }, { amount: 2n }),
      await tx.writeMany([insertRows(hold, [holdRow({ id: "b" })])]),
      await tx.update(hold, { id: "b" }, { amount: 5n }),
    ]);
    expect(outcome).toEqual([true, false, false, false, true, true, true]);
    expect(await all()).toMatchObject([
      { id: "a", amount: 2n, state: "posted" },
      { id: "b", amount: 5n },
    ]);
  });

  it("find what they wrote themselves, within the limit and in the order", async () => {
    const ids = ["a", "b", "c", "d"];
    await store.tx("before", (tx) =>
      tx.writeMany([
        insertRows(
          hold,
          ids.map((id) => holdRow({ id, state: "pending" })),
        ),
      ]),
    );
    const found = await store.tx("own", async (tx) => {
      await tx.update(hold, { id: "a" }, { state: "posted" });
      await tx.insert(hold, holdRow({ id: "bb", state: "pending" }));
      return tx.find(hold, { where: { state: "pending" }, order_by: [["id", "asc"]], limit: 3 });
    });
    expect(found.map(({ id }) => id)).toEqual(["b", "bb", "c"]);
  });

  it("put a row in or replace it, and say who was first", async () => {
    await together(["a", "b", "c"].map((id) => (tx: Tx) => tx.upsert(hold, holdRow({ id, amount: 1n }))));
    const again = async (tx: Tx) => {
      await tx.upsert(hold, holdRow({ id: "a", amount: 2n }));
      await tx.upsert(hold, holdRow({ id: "d", amount: 3n }));
      await tx.upsert(hold, holdRow({ id: "d", amount: 4n }));
    };
    await together([again]);
    expect((await all()).map(({ id, amount }) => [id, amount])).toEqual([
      ["a", 2n],
      ["b", 1n],
      ["c", 1n],
      ["d", 4n],
    ]);
    const first = (owner: string) => (tx: Tx) => tx.insertIfAbsent(lease, { name: "job", owner, until: 1, fence: 1 });
    const made = await together(["one", "two", "three"].map(first));
    expect(made.map((one) => one.status === "fulfilled" && one.value)).toEqual([true, false, false]);
    expect(await store.read("lease", (tx) => tx.get(lease, { name: "job" }))).toMatchObject({ owner: "one" });
  });

  it("are answered alike whether they ask together or alone", async () => {
    const wallets = ["a", "b", "c"];
    const row = fc.record({
      wallet: fc.constantFrom(...wallets),
      at: fc.nat(5),
      tx_hash: fc.constantFrom("x", "y", null),
    });
    const question = fc.record({
      wallet_id: fc.constantFrom(...wallets, "nobody"),
      since: fc.nat(5),
      tx_hash: fc.constantFrom("x", "y", null),
      limit: fc.integer({ min: 1, max: 4 }),
      direction: fc.constantFrom("asc" as const, "desc" as const),
    });
    const some = fc.array(question, { minLength: 2, maxLength: 8 });
    const property = fc.asyncProperty(fc.array(row, { maxLength: 20 }), some, async (rows, questions) => {
      await emptyTables(store, [movement]);
      const given = rows.map(({ wallet, at, tx_hash }, n) =>
        movementRow({ wallet_id: wallet, movement_id: `m${n}`, at, tx_hash }),
      );
      await store.tx("start", (tx) => tx.writeMany([insertRows(movement, given)]));
      const ask =
        ({ wallet_id, since, tx_hash, limit, direction }: (typeof questions)[number]) =>
        (tx: ReadTx) =>
          tx.find(movement, {
            where: { wallet_id, at: { gte: since }, tx_hash },
            order_by: [
              ["tx_hash", direction],
              ["at", direction],
              ["movement_id", "asc"],
            ],
            limit,
          });
      const at_once = await Promise.all(questions.map((one) => store.tx("together", ask(one))));
      const alone: unknown[] = [];
      for (const one of questions) alone.push(await store.read("alone", ask(one)));
      expect(at_once).toEqual(alone);
    });
    await fc.assert(property, { numRuns: 15 });
  });

  it("answer the same question from memory, with one's own changes laid over it", async () => {
    await store.tx("before", (tx) => tx.insert(hold, holdRow({ id: "a", ref: "r" })));
    const query = { where: { ref: "r" }, order_by: [["id", "asc"]] as [["id", "asc"]], limit: 5 };
    const [first, second] = await store.tx("twice", async (tx) => {
      const before = await Promise.all([tx.find(hold, query), tx.find(hold, query)]);
      expect(before[0]).toEqual(before[1]);
      await tx.insert(hold, holdRow({ id: "b", ref: "r" }));
      await tx.update(hold, { id: "a" }, { amount: 7n });
      return [before[0], await tx.find(hold, query)];
    });
    expect(first?.map(({ id }) => id)).toEqual(["a"]);
    expect(second).toMatchObject([{ id: "a", amount: 7n }, { id: "b" }]);
  });

  it("know a row by another unique column, and that there is none", async () => {
    await store.tx("before", (tx) => tx.insert(posting, postingRow({ id: "p1", key: "k1" })));
    const keys = await store.tx("twice", async (tx) => {
      await tx.find(posting, { where: { key: { in: ["k1", "k2"] } }, limit: 2 });
      const known = await Promise.all(["k1", "k2"].map((key) => tx.find(posting, { where: { key }, limit: 1 })));
      await tx.insert(posting, postingRow({ id: "p2", key: "k2" }));
      const [own] = await tx.find(posting, { where: { key: "k2" }, limit: 1 });
      return [...known.map((rows) => rows.map(({ id }) => id)), own?.id];
    });
    expect(keys).toEqual([["p1"], [], "p2"]);
  });

  it("keep the sum, whatever moves between whom at the same time", async () => {
    const names = ["a", "b", "c"];
    const move = fc.record({
      from: fc.constantFrom(...names),
      to: fc.constantFrom(...names),
      amount: fc.bigInt(1n, 60n),
    });
    const property = fc.asyncProperty(fc.array(move, { minLength: 2, maxLength: 12 }), async (moves) => {
      await emptyTables(store, [hold]);
      await store.tx("start", (tx) =>
        tx.writeMany([
          insertRows(
            hold,
            names.map((id) => holdRow({ id, amount: 100n })),
          ),
        ]),
      );
      const pay = (one: (typeof moves)[number]) => async (tx: Tx) => {
        const from = await tx.get(hold, { id: one.from });
        if (from === undefined || from.amount < one.amount) return;
        await tx.update(hold, { id: one.from }, { amount: from.amount - one.amount });
        const to = await tx.get(hold, { id: one.to });
        await tx.update(hold, { id: one.to }, { amount: (to?.amount ?? 0n) + one.amount });
      };
      const done = await together(moves.map(pay));
      expect(done.every(({ status }) => status === "fulfilled")).toBe(true);
      const rows = await all();
      expect(rows.reduce((sum, { amount }) => sum + amount, 0n)).toBe(300n);
      expect(rows.every(({ amount }) => amount >= 0n)).toBe(true);
    });
    await fc.assert(property, { numRuns: 15 });
  });
});
