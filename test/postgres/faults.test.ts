/** What a real database does to those who write to it: lost answers, deadlocks, conflicts, starts at the same moment. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openPostgres, type Store, StoreError, tables } from "../../src/store/index.ts";
import { type CuttingProxy, startCuttingProxy } from "../parts/cutting_proxy.ts";
import { createDatabase } from "../parts/daemons.ts";
import { openWallets, type Payment, pay, paymentProblems } from "../parts/daemons_books.ts";
import { throughPort } from "../parts/daemons_line.ts";
import { ROOT } from "../parts/process.ts";

const SERVER = process.env.TIDEGATE_TEST_DATABASE_URL ?? "";
const WALLETS = ["a", "b"];

let url: string;
const stores: Store[] = [];
beforeEach(async () => {
  url = await createDatabase(SERVER);
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});

async function sql(text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function open(address = url): Promise<Store> {
  const store = await openPostgres({ url: address });
  stores.push(store);
  return store;
}

describe("a connection that is cut at the commit", () => {
  const payment: Payment = { key: "p1", from: "a", to: "b", amount: 5n };
  let proxy: CuttingProxy;
  let store: Store;
  beforeEach(async () => {
    const { hostname, port } = new URL(url);
    proxy = await startCuttingProxy({ host: hostname, port: Number(port || "5432") });
    store = await open(throughPort(url, proxy.port));
    await openWallets(store, WALLETS);
  });
  afterEach(async () => {
    proxy.mend();
    await store.close();
    await proxy.close();
  });

  it.each([
    ["its answer is lost: the same key gives the first result", "after", true],
    ["it never arrives: the same key books it now", "before", false],
  ] as const)("%s", async (_name, moment, replayed) => {
    proxy.cutAt("commit", moment);
    await expect(pay(store, payment)).rejects.toMatchObject({ code: "store_commit_unknown", kind: "unavailable" });
    proxy.mend();
    expect(await pay(store, payment)).toMatchObject({ replayed });
    expect(await pay(store, payment)).toMatchObject({ replayed: true });
    expect(await paymentProblems(store, WALLETS, [payment])).toEqual([]);
  });

  it("under load, again and again: everything is booked once", async () => {
    const payments = Array.from({ length: 60 }, (_, n): Payment => {
      const [from = "", to = ""] = n % 2 === 0 ? WALLETS : WALLETS.toReversed();
      return { key: `p${n}`, from, to, amount: BigInt(n + 1) };
    });
    let unknown = 0;
    const untilBooked = async (one: Payment): Promise<void> => {
      for (let attempt = 0; attempt < 50; attempt += 1) {
        try {
          return void (await pay(store, one));
        } catch (error) {
          expect(error).toMatchObject({ kind: expect.stringMatching(/^(unavailable|conflict)$/) });
          if (!(error instanceof StoreError) || error.code !== "store_commit_unknown") continue;
          unknown += 1;
          proxy.mend();
        }
      }
      throw new Error(`${one.key} was not booked in 50 attempts.`);
    };
    for (let at = 0; at < payments.length; at += 4) {
      proxy.cutAt("commit", at % 8 === 0 ? "after" : "before");
      await Promise.all(payments.slice(at, at + 4).map(untilBooked));
    }
    expect(unknown).toBeGreaterThanOrEqual(payments.length / 4);
    expect(await paymentProblems(store, WALLETS, payments)).toEqual([]);
  });
});

describe("two daemons that post at once", () => {
  it("over the same accounts in opposite order: all succeed, and the sums are exact", async () => {
    const [one, two] = [await open(), await open()];
    await openWallets(one, WALLETS);
    const payments = Array.from({ length: 60 }, (_, n): Payment => {
      const [from = "", to = ""] = n % 2 === 0 ? WALLETS : WALLETS.toReversed();
      return { key: `p${n}`, from, to, amount: BigInt(n + 1) };
    });
    for (let at = 0; at < payments.length; at += 6) {
      await Promise.all(payments.slice(at, at + 6).map((payment, n) => pay(n % 2 === 0 ? one : two, payment)));
    }
    expect(await paymentProblems(one, WALLETS, payments)).toEqual([]);
    // They wait in line, never in a circle, which only the end of a whole second would break.
    const [row] = await sql(
      "select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()",
    );
    expect(row).toEqual({ deadlocks: 0 });
  });

  it("in a deadlock: one of them is run again, and both succeed", async () => {
    const [one, two] = [await open(), await open()];
    await openWallets(one, WALLETS);
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let runs = 0;
    const cross = (store: Store, from: string, to: string, mine: typeof first, other: typeof first) =>
      store.tx("test.cross", async (tx) => {
        runs += 1;
        for (const [place, wallet] of [from, to].entries()) {
          const key = { id: `wallet/${wallet}/USDT` };
          const row = await tx.get(tables.account, key);
          await tx.update(tables.account, key, { held: (row?.held ?? 0n) + 1n });
          if (place > 0) continue;
          mine.resolve();
          await other.promise;
        }
      });
    await Promise.all([cross(one, "a", "b", first, second), cross(two, "b", "a", second, first)]);
    expect(runs).toBeGreaterThan(2);
    const held = await one.read("test.held", (tx) => tx.find(tables.account, { where: { kind: "wallet" }, limit: 9 }));
    expect(held.map((row) => row.held)).toEqual([2n, 2n]);
  });

  it("after both read the same row: the second write is refused by the database and run again", async () => {
    const [one, two] = [await open(), await open()];
    await one.tx("start", (tx) => tx.insert(tables.control, { name: "n", value: 0, version: 0, updated_at: 0 }));
    const both = { waiting: 0, ...Promise.withResolvers<void>() };
    let runs = 0;
    const increment = (store: Store) =>
      store.tx("increment", async (tx) => {
        runs += 1;
        const row = await tx.get(tables.control, { name: "n" });
        both.waiting += 1;
        if (both.waiting === 2) both.resolve();
        await both.promise;
        await tx.update(tables.control, { name: "n" }, { version: (row?.version ?? 0) + 1 });
      });
    await Promise.all([increment(one), increment(two)]);
    expect(runs).toBe(3);
    expect((await one.read("read", (tx) => tx.get(tables.control, { name: "n" })))?.version).toBe(2);
  });
});

it("three processes that start at once on an empty database make its schema once", async () => {
  const start = async (): Promise<string> => {
    const script = join(ROOT, "test", "parts", "daemons_migrate.ts");
    const env = { PATH: process.env.PATH ?? "", DATABASE_URL: url };
    const child = spawn(process.execPath, [script], { cwd: ROOT, env, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    const [code] = (await once(child, "close")) as [number | null];
    return code === 0 ? "" : `exit ${code}: ${said}`;
  };
  expect(await Promise.all([start(), start(), start()])).toEqual(["", "", ""]);
  const rows = await sql("select number::int as number from tidegate.migration order by 1");
  expect(rows.length).toBeGreaterThan(1);
  expect(rows).toEqual(rows.map((_, number) => ({ number })));
});
