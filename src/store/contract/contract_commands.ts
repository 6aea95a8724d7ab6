/** Contract: any sequence of commands has the same results, and leaves the same rows, as in the memory store. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { EventRow } from "../../audit/types.ts";
import { MemoryStore } from "../memory/memory.ts";
import type { Find, Store, Tx, Where } from "../port.ts";
import { event, type MovementRow, movement } from "../tables/schema.ts";
import { emptyTables, eventRow, movementRow } from "./contract_rows.ts";

/** Set higher for a longer search; the default keeps the suite quick on PGlite. */
const RUNS = Number(process.env.TIDEGATE_TEST_STORE_RUNS ?? 200);

const RUN_TIMEOUT_MS = 100;

type Command = (tx: Tx) => Promise<unknown>;
interface Step {
  readonly commands: readonly Command[];
  readonly aborts: boolean;
}

export function commandContract(store: () => Store): void {
  it(
    "does what the memory store does",
    async () => {
      const property = fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 8 }), async (sequence) => {
        await emptyTables(store(), [event, movement]);
        const model = new MemoryStore({ clock: { now: () => 0 } });
        for (const step of sequence) {
          const expected = await outcome(model, step);
          expect(await outcome(store(), step)).toEqual(expected);
        }
        expect(await dump(store())).toEqual(await dump(model));
      });
      await fc.assert(property, { numRuns: RUNS, seed: 11 });
    },
    60_000 + RUNS * RUN_TIMEOUT_MS,
  );
}

/** Results of a transaction up to its end, or the code it failed with. */
async function outcome(store: Store, step: Step): Promise<unknown> {
  const results: unknown[] = [];
  const run = store.tx("step", async (tx) => {
    results.length = 0;
    for (const command of step.commands) results.push(await command(tx));
    if (step.aborts) throw new Error("abort");
  });
  return await run.then(
    () => ({ results }),
    (error: { code?: string; message: string }) => ({ results, failed: error.code ?? error.message }),
  );
}

function dump(store: Store): Promise<unknown> {
  return store.read("dump", async (tx) => [
    await tx.find(event, { order_by: [["id", "asc"]], limit: 100 }),
    await tx.find(movement, {
      order_by: [
        ["wallet_id", "asc"],
        ["movement_id", "asc"],
      ],
      limit: 100,
    }),
  ]);
}

const name = fc.constantFrom("a", "b", "B", "é");
const seq = fc.option(fc.constantFrom(-1, 2, 9, 10));
const amount = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
const payload = fc.oneof(
  fc.constant({ z: 1, a: [null, "x"] }),
  fc.dictionary(fc.constantFrom("k", "kk", "é"), fc.integer()),
);

const events = fc.record({ id: name, seq, ref: name, at: fc.nat(5), payload }).map((row) => eventRow(row));
const movements = fc
  .record({ wallet_id: name, movement_id: name, amount, transfer_id: fc.option(name), at: fc.nat(5) })
  .map((row) => movementRow(row));

function conditionOn<V>(value: fc.Arbitrary<V>): fc.Arbitrary<unknown> {
  return fc.oneof(
    value,
    fc.record({ in: fc.array(value, { maxLength: 3 }) }),
    fc.record({ not: value }),
    ...["lt", "lte", "gt", "gte"].map((op) => value.filter((v) => v !== null).map((v) => ({ [op]: v }))),
  );
}

const eventWhere = fc.record(
  { id: conditionOn(name), seq: conditionOn(seq), ref: conditionOn(name), at: conditionOn(fc.nat(5)) },
  { requiredKeys: [] },
) as fc.Arbitrary<Where<EventRow>>;
const movementWhere = fc.record(
  { wallet_id: conditionOn(name), amount: conditionOn(amount), transfer_id: conditionOn(fc.option(name)) },
  { requiredKeys: [] },
) as fc.Arbitrary<Where<MovementRow>>;

const direction = fc.constantFrom("asc" as const, "desc" as const);
const eventFind: fc.Arbitrary<Find<EventRow>> = fc
  .record({
    where: eventWhere,
    first: fc.constantFrom("seq" as const, "at" as const),
    direction,
    limit: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ where, first, direction, limit }) => ({
    where,
    order_by: [
      [first, direction],
      ["id", "asc"],
    ],
    limit,
  }));

const steps: fc.Arbitrary<Step> = fc.record({
  commands: fc.array(
    fc.oneof<fc.Arbitrary<Command>[]>(
      events.map((row) => (tx) => tx.insert(event, row)),
      events.map((row) => (tx) => tx.insertIfAbsent(event, row)),
      events.map((row) => (tx) => tx.upsert(event, row)),
      movements.map((row) => (tx) => tx.insertIfAbsent(movement, row)),
      movements.map((row) => (tx) => tx.upsert(movement, row)),
      fc.tuple(name, fc.record({ seq, payload }), eventWhere).map(
        ([id, patch, guard]) =>
          (tx) =>
            tx.update(event, { id }, patch, guard),
      ),
      fc.tuple(name, name, fc.record({ amount })).map(
        ([wallet_id, movement_id, patch]) =>
          (tx) =>
            tx.update(movement, { wallet_id, movement_id }, patch),
      ),
      name.map((id) => (tx) => tx.delete(event, { id })),
      name.map((id) => (tx) => tx.get(event, { id })),
      eventFind.map((find) => (tx) => tx.find(event, find)),
      eventWhere.map((where) => (tx) => tx.count(event, where)),
      movementWhere.map((where) => (tx) => tx.count(movement, where)),
    ),
    { minLength: 1, maxLength: 8 },
  ),
  aborts: fc.boolean(),
});
