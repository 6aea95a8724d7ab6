import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { startCuttingProxy } from "../../../test/parts/cutting_proxy.ts";
import { describeStore } from "../contract/contract.ts";
import { controlRow, holdRow } from "../contract/contract_rows.ts";
import type { Store } from "../port.ts";
import { control, hold } from "../tables/schema.ts";
import { openPostgres } from "./postgres.ts";

const url = process.env.TIDEGATE_TEST_DATABASE_URL ?? "";
const schemas: string[] = [];

/** A schema of this test's own; dropped at the end. */
function newSchema(): string {
  const schema = `test "${randomBytes(6).toString("hex")}"`;
  schemas.push(schema);
  return schema;
}

async function sql(text: string, params: string[] = []): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, params)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

afterAll(async () => {
  for (const schema of schemas) await sql(`drop schema if exists ${quoted(schema)} cascade`);
});

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

describeStore("postgres", async () => ({
  store: await openPostgres({ url, schema: newSchema() }),
  dispose: async () => {},
}));

describe("several daemons on one PostgreSQL", () => {
  it("may start at once on an empty database: the schema is made once", async () => {
    const schema = newSchema();
    const stores = await Promise.all(Array.from({ length: 4 }, () => openPostgres({ url, schema })));
    const rows = await sql(`select number::int, sha256 <> '' as applied from ${quoted(schema)}.migration order by 1`);
    expect(rows).toEqual([
      { number: 0, applied: false },
      ...rows.slice(1).map((_, i) => ({ number: i + 1, applied: true })),
    ]);
    await Promise.all(stores.map((store) => store.close()));
  });

  it("waits out another process that is making the same table: its row type is there before the table is", async () => {
    const schema = newSchema();
    await sql(`create schema ${quoted(schema)}`);
    await sql(`create domain ${quoted(schema)}.migration as bigint`);
    const opened = openPostgres({ url, schema });
    const early = await Promise.race([opened.then(() => "opened"), sleep(300, "waits")]);
    await sql(`drop domain ${quoted(schema)}.migration`);
    await (await opened).close();
    expect(early).toBe("waits");
  });

  it("see each other's commits, and lose no update to each other", async () => {
    const schema = newSchema();
    const stores = [await openPostgres({ url, schema }), await openPostgres({ url, schema })];
    await stores[0]?.tx("start", (tx) => tx.insert(control, controlRow({ version: 0 })));
    const increment = (store: Store) =>
      store.tx("increment", async (tx) => {
        const row = await tx.get(control, { name: "mode" });
        await tx.update(control, { name: "mode" }, { version: (row?.version ?? 0) + 1 });
      });
    await Promise.all(stores.flatMap((store) => Array.from({ length: 10 }, () => increment(store))));
    for (const store of stores) {
      expect((await store.read("read", (tx) => tx.get(control, { name: "mode" })))?.version).toBe(20);
      await store.close();
    }
  });
});

describe("a PostgreSQL that cannot be used", () => {
  const secret = "s3cret-w0rd";
  const message = async (address: string): Promise<string> => {
    const error = await openPostgres({ url: address }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "store_unavailable", kind: "unavailable" });
    const text = error instanceof Error ? `${error.message} ${JSON.stringify(error)} ${String(error.cause)}` : "";
    expect(text).not.toContain(secret);
    return text;
  };

  it("is named with its host and database when it does not answer", async () => {
    const text = await message(`postgresql://tidegate:${secret}@127.0.0.1:1/treasury`);
    expect(text).toContain('PostgreSQL at 127.0.0.1:1, database "treasury", cannot be used: connect ECONNREFUSED');
  });

  it("says why it refuses: no such host, no such user, no such database", async () => {
    expect(await message(`postgresql://tidegate:${secret}@no-such-host.invalid/treasury`)).toContain(
      "no-such-host.invalid",
    );
    const { host, username, password } = new URL(url);
    expect(await message(`postgresql://nobody_here:${secret}@${host}/postgres`)).toMatch(/nobody_here/);
    const missing = `postgresql://${username}:${password}@${host}/not_there`;
    expect(await message(missing)).toContain('database "not_there" does not exist');
  });

  it("keeps the password to itself when the address is not a URL", async () => {
    for (const wrong of [`tidegate:${secret}@host`, `https://x:${secret}@host/db`, `postgresql://x:${secret}@[/db`]) {
      expect(await message(wrong)).toContain("is not a URL");
    }
  });

  it("is refused when it would lose commits", async () => {
    const lax = new URL(url);
    lax.searchParams.set("options", "-c synchronous_commit=off");
    await expect(openPostgres({ url: lax.href, schema: newSchema() })).rejects.toMatchObject({
      code: "store_not_durable",
      message: expect.stringContaining("synchronous_commit off"),
    });
  });
});

describe("a connection that is cut", () => {
  const withProxy = async (
    test: (store: Store, cut: (word: string, moment: "before" | "after") => void) => Promise<void>,
  ) => {
    const target = new URL(url);
    const proxy = await startCuttingProxy({ host: target.hostname, port: Number(target.port || "5432") });
    const through = new URL(url);
    through.host = `127.0.0.1:${proxy.port}`;
    const store = await openPostgres({ url: through.href, schema: newSchema() });
    try {
      await test(store, proxy.cutAt);
    } finally {
      proxy.mend();
      await store.close();
      await proxy.close();
    }
  };
  const insert = (store: Store, id: string) => store.tx("insert", (tx) => tx.insert(hold, holdRow({ id })));
  const mended = "mended-no-such-word";

  it("after the commit was sent: unknown, and the row is there", async () => {
    await withProxy(async (store, cut) => {
      cut("commit", "after");
      await expect(insert(store, "h1")).rejects.toMatchObject({ code: "store_commit_unknown", kind: "unavailable" });
      cut(mended, "before");
      expect(await store.read("read", (tx) => tx.count(hold))).toBe(1);
    });
  });

  it("before the commit arrived: unknown as well, and the row is not there", async () => {
    await withProxy(async (store, cut) => {
      cut("commit", "before");
      await expect(insert(store, "h1")).rejects.toMatchObject({ code: "store_commit_unknown" });
      cut(mended, "before");
      expect(await store.read("read", (tx) => tx.count(hold))).toBe(0);
    });
  });

  it("within the work: unavailable, nothing changed, and the next transaction connects again", async () => {
    await withProxy(async (store, cut) => {
      cut("select", "before");
      const after_look = store.tx("insert", async (tx) => {
        await tx.get(hold, { id: "h1" });
        await tx.insert(hold, holdRow({ id: "h1" }));
      });
      await expect(after_look).rejects.toMatchObject({ code: "store_unavailable" });
      cut(mended, "before");
      await insert(store, "h2");
      expect(await store.read("read", (tx) => tx.count(hold))).toBe(1);
    });
  });

  it("by the server's end of the session: unavailable, and the next transaction connects again", async () => {
    const schema = newSchema();
    const store = await openPostgres({ url, schema, connections_max: 1 });
    const end = `select pg_terminate_backend(pid) from pg_locks
      where relation in (select oid from pg_class where relnamespace = (select oid from pg_namespace where nspname = $1))`;
    const ended = store.tx("ended", async (tx) => {
      await tx.insert(hold, holdRow());
      await sql(end, [schema]);
      await tx.count(hold);
    });
    await expect(ended).rejects.toMatchObject({ code: "store_unavailable" });
    expect(await store.read("read", (tx) => tx.count(hold))).toBe(0);
    await store.close();
  });
});
