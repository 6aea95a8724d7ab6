import { randomBytes } from "node:crypto";
import { Pool, type PoolClient } from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { startCuttingProxy } from "../../../test/parts/cutting_proxy.ts";
import { controlRow, holdRow } from "../contract/contract_rows.ts";
import { insertRows, openPostgres, updateRows } from "../index.ts";
import { control, hold } from "../tables/schema.ts";
import { NAMED_MAX, rollBack, send, Texts } from "./postgres_message.ts";

const url = process.env.TIDEGATE_TEST_DATABASE_URL ?? "";
const schema = `message_${randomBytes(6).toString("hex")}`;
const pool = new Pool({ connectionString: url, max: 1 });
const store = await openPostgres({ url, schema, connections_max: 1 });

afterAll(async () => {
  await store.close();
  await pool.query(`drop schema "${schema}" cascade`);
  await pool.end();
});

const sql = (text: string, ...params: string[]) => ({ text, params });
const guarded = (id: string, amount: bigint) => [
  updateRows(hold, [{ key: { id }, patch: { amount: amount + 1n }, guard: { amount } }]),
];

async function withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    return await work(client);
  } finally {
    client.release(true);
  }
}

describe("a message of several statements", () => {
  it("answers each, prepares each text once, and describes it once", async () => {
    const texts = new Texts();
    await withClient(async (client) => {
      const ask = () =>
        send(client, texts, [sql("select $1::text as a, 2 as b", "x"), sql("select 3 as c where false")]);
      const expected = [
        { command: "SELECT 1", rows: [{ a: "x", b: "2" }], affected: 1 },
        { command: "SELECT 0", rows: [], affected: 0 },
      ];
      expect(await ask()).toEqual(expected);
      expect(await ask()).toEqual(expected);
      const [names] = await send(client, texts, [sql("select count(*)::text as n from pg_prepared_statements")]);
      expect(names?.rows).toEqual([{ n: "3" }]);
    });
  });

  it("keeps the order of those who ask at once", async () => {
    const texts = new Texts();
    await withClient(async (client) => {
      const asked = Array.from({ length: 20 }, (_, at) =>
        send(client, texts, [sql("select $1::text as n", String(at))]),
      );
      expect((await Promise.all(asked)).map(([answer]) => answer?.rows[0]?.n)).toEqual(
        asked.map((_, at) => String(at)),
      );
    });
  });

  it("leaves out everything after what fails, and the next one begins anew", async () => {
    const texts = new Texts();
    await withClient(async (client) => {
      const begin = sql("begin");
      const failed = send(client, texts, [begin, sql("select 1 / $1::int as x", "0"), sql("commit")]);
      const behind = send(client, texts, [begin, sql("select 1 / $1::int as x", "1"), sql("commit")]);
      await expect(failed).rejects.toMatchObject({ code: "22012" });
      expect((await behind).map(({ command }) => command)).toEqual(["BEGIN", "SELECT 1", "COMMIT"]);
    });
  });

  it("rolls back what is open", async () => {
    const texts = new Texts();
    await withClient(async (client) => {
      await send(client, texts, [sql("begin"), sql("create table gone (x int)")]);
      expect(await rollBack(client, texts)).toBe(true);
      const [answer] = await send(client, texts, [sql("select to_regclass('gone')::text as t")]);
      expect(answer?.rows).toEqual([{ t: null }]);
    });
  });

  it("has names for so many texts and no more", async () => {
    const texts = new Texts();
    await withClient(async (client) => {
      const many = Array.from({ length: NAMED_MAX + 20 }, (_, at) => sql(`select ${at} as n`));
      expect((await send(client, texts, many)).map(({ rows }) => rows[0]?.n)).toEqual(many.map((_, at) => String(at)));
      const [names] = await send(client, texts, [sql("select count(*)::text as n from pg_prepared_statements")]);
      expect(names?.rows).toEqual([{ n: String(NAMED_MAX) }]);
    });
  });

  it("goes on without names where the server behind the connection forgot them", async () => {
    const texts = new Texts();
    await withClient(async (client) => {
      const ask = () => send(client, texts, [sql("select 5 as n")]);
      await ask();
      await client.query("deallocate all");
      await expect(ask()).rejects.toMatchObject({ code: "26000" });
      expect((await ask())[0]?.rows).toEqual([{ n: "5" }]);
    });
  });
});

describe("writes that are one message each", () => {
  it("go one after another; one whose guard fails changes nothing, and harms nobody behind it", async () => {
    await store.write("first", [insertRows(hold, [holdRow({ id: "a", amount: 1n })])]);
    const answers = await Promise.all([
      store.write("good", guarded("a", 1n)),
      store.write("bad", [...guarded("a", 1n), insertRows(control, [controlRow()])]),
      store.write("good", guarded("a", 2n)),
      store.write("missing", guarded("z", 2n)),
      store.write("good", guarded("a", 3n)),
    ]);
    expect(answers).toEqual([true, false, true, false, true]);
    const rows = await store.read("all", (tx) => tx.find(hold, { order_by: [["id", "asc"]], limit: 10 }));
    expect(rows.map(({ id, amount }) => [id, amount])).toEqual([["a", 4n]]);
    expect(await store.read("none", (tx) => tx.count(control))).toBe(0);
  });

  it("hear of a key that is taken, and go on", async () => {
    const insert = (id: string) => store.write("insert", [insertRows(hold, [holdRow({ id })])]);
    const [first, second, third] = await Promise.allSettled([insert("k"), insert("k"), insert("l")]);
    expect(first).toEqual({ status: "fulfilled", value: true });
    expect(second).toMatchObject({ status: "rejected", reason: { code: "store_duplicate" } });
    expect(third).toEqual({ status: "fulfilled", value: true });
  });

  it("hear that a commit is unknown when the line is cut there, all who wait behind it too, and go on by another line", async () => {
    const { hostname, port } = new URL(url);
    const proxy = await startCuttingProxy({ host: hostname, port: Number(port || "5432") });
    const through = new URL(url);
    through.host = `127.0.0.1:${proxy.port}`;
    const cut = await openPostgres({ url: through.href, schema });
    const insert = (id: string) => cut.write("insert", [insertRows(hold, [holdRow({ id })])]);
    proxy.cutAt("commit", "before");
    for (const one of await Promise.allSettled([insert("w1"), insert("w2")])) {
      expect(one).toMatchObject({ status: "rejected", reason: { code: "store_commit_unknown" } });
    }
    proxy.mend();
    await insert("w3");
    expect(await store.read("left", (tx) => tx.count(hold, { id: { in: ["w1", "w2", "w3"] } }))).toBe(1);
    await cut.close();
    await proxy.close();
  });
});
