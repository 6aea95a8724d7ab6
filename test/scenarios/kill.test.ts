/** `kill -9` again and again while something is always on its way: nothing lost, nothing doubled, nothing left to wait for. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import type { Reconciliation, TransferPage } from "../../src/api/index.ts";
import { type RunningTidegate, startTidegate, until } from "../parts/process.ts";
import { compareWithEarlier, compareWithWorld, readBooks, readWorld } from "../parts/process_books.ts";
import { busy, makeWorkplace } from "../parts/process_config.ts";

const STORY_LIMIT_MS = 180_000;
/** How long each life lasts after it was ready; of all kinds, so that death comes at all kinds of moments. */
const LIVES_MS = [10, 700, 40, 1_500, 1_000];

const place = makeWorkplace();
afterAll(place.remove);

const transfersOf = async (tidegate: RunningTidegate) =>
  (await tidegate.get<TransferPage>("/v1/transfers?limit=500")).items;

it("survives being killed in the middle, five times", { timeout: STORY_LIMIT_MS }, async () => {
  const config = place.writeConfig((file) => {
    busy(file);
    file.sandbox.speed = "2h/s";
  });
  let tidegate = await startTidegate(["run", "-c", config]);
  try {
    for (const life_ms of LIVES_MS) {
      await sleep(life_ms);
      const seen = await transfersOf(tidegate);
      await tidegate.kill();
      tidegate = await startTidegate(["run", "-c", config]);
      expect(compareWithEarlier(seen, await transfersOf(tidegate))).toEqual([]);
    }
    const settled = await until("settled moves after the kills", async () => {
      const done = (await transfersOf(tidegate)).filter(({ state }) => state === "settled");
      return done.length >= 3 ? done : null;
    });
    await until("books that agree with every venue", async () => {
      const { items } = await tidegate.get<Reconciliation>("/v1/reconciliation");
      return items.every(({ state }) => state === "equal" || state === "in_flight");
    });
    expect(await tidegate.stop()).toMatchObject({ exit_code: 0 });
    const [books, world] = [await readBooks(place.data_dir), readWorld(place.data_dir)];
    expect(compareWithWorld(books, world)).toEqual([]);
    expect(compareWithEarlier(settled, books.transfers)).toEqual([]);
    expectEyes(books, world);
  } finally {
    await tidegate.kill();
  }
});

/** The comparison itself sees what it is there to see. */
function expectEyes(books: Awaited<ReturnType<typeof readBooks>>, world: ReturnType<typeof readWorld>): void {
  const settled = books.transfers.find(({ state }) => state === "settled");
  const payment = [...world.transfers.values()].find(({ reference }) => reference === settled?.reference);
  if (payment === undefined) throw new Error("Nothing was settled.");
  const { id, reference } = payment;
  const twice = new Map(world.transfers).set("again", { ...payment, id: "again" });
  expect(compareWithWorld(books, { ...world, transfers: twice })).toContain(`${reference} was taken 2 times`);
  const never = new Map([...world.transfers].filter(([key]) => key !== id));
  expect(compareWithWorld(books, { ...world, transfers: never })).toEqual([
    expect.stringMatching(/ is settled and no venue has it$/),
  ]);
  const [movement, ...movements] = books.movements;
  expect(compareWithWorld({ ...books, movements }, world)).toEqual([
    `${movement?.wallet_id}: ${movement?.movement_id} is not booked`,
  ]);
  expect(compareWithEarlier([{ id: reference, state: "settled" }], [{ id: reference, state: "submitted" }])).toEqual([
    `${reference} was settled and is submitted`,
  ]);
}
