/**
 * One suite for every store: what holds for the memory store holds for PGlite and PostgreSQL, so what the simulator proves
 * about the daemon holds in production.
 */
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import type { Store } from "../port.ts";
import { TABLES } from "../tables/schema.ts";
import { commandContract } from "./contract_commands.ts";
import { queryContract } from "./contract_queries.ts";
import { emptyTables } from "./contract_rows.ts";
import { closingContract, transactionContract } from "./contract_transactions.ts";
import { valueContract } from "./contract_values.ts";
import { writeManyContract } from "./contract_write_many.ts";
import { writeContract } from "./contract_writes.ts";

export interface StoreUnderTest {
  readonly store: Store;
  /** Removes what `open` made; the store is closed by then. */
  dispose(): Promise<void>;
}

/**
 * Declares the suite for one store.
 * @param open makes an empty, migrated store of its own; called once
 */
export function describeStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`store contract: ${name}`, () => {
    let subject: StoreUnderTest;
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(async () => {
      await subject.store.close();
      await subject.dispose();
    });
    beforeEach(() => emptyTables(subject.store, Object.values(TABLES)));

    const store = () => subject.store;
    describe("values", () => valueContract(store));
    describe("writes", () => writeContract(store));
    describe("writes of many rows", () => writeManyContract(store));
    describe("queries", () => queryContract(store));
    describe("transactions", () => transactionContract(store));
    describe("random commands", () => commandContract(store));
    // Last: it closes the store.
    describe("closing", () => closingContract(store));
  });
}
