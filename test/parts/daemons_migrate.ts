/** A process that does nothing but open the store at `DATABASE_URL`, which brings its schema up to date. */
import { openPostgres } from "../../src/store/index.ts";

const store = await openPostgres({ url: process.env.DATABASE_URL ?? "" });
await store.close();
