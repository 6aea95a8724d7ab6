import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { afterAll, beforeAll, describe } from "vitest";
import { openPostgres, type Store } from "../store/index.ts";
import { createIds } from "../system/ids.ts";
import { type PosterSubject, posterSuite } from "./suite_poster.ts";

const url = process.env.TIDEGATE_TEST_DATABASE_URL ?? "";

describe("poster on PostgreSQL", () => {
  const schema = `test_${randomBytes(6).toString("hex")}`;
  let stores: Store[] = [];
  let assets = 0;
  beforeAll(async () => {
    stores = [await openPostgres({ url, schema }), await openPostgres({ url, schema })];
  });
  afterAll(async () => {
    for (const store of stores) await store.close();
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(`drop schema "${schema}" cascade`);
    await client.end();
  });
  posterSuite(() => {
    const [store, other] = stores as [Store, Store];
    const asset = (): string => {
      assets += 1;
      return `A${assets}`;
    };
    return { store, other, ids: createIds({ now: Date.now }), asset } satisfies PosterSubject;
  }, 6);
});
