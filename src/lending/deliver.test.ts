/** Notices to a receiver that does not answer. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { insertRows, tables } from "../store/index.ts";
import { deliverDue } from "./deliver.ts";
import { noticeRows } from "./notices.ts";
import { BTC, createDesk, type Desk } from "./suite.ts";

const COUNT = 100;
let desk: Desk;
beforeEach(async () => {
  desk = await createDesk();
});
afterEach(() => desk.close());

it("a receiver that does not answer costs a turn one time-out, and gets everything once it does", async () => {
  const { deps } = desk.lending;
  const row = await desk.propose();
  const rows = Array.from({ length: COUNT }, () =>
    noticeRows(deps, row, "facility.warning", "Look.", deps.clock.now()),
  );
  await deps.store.tx("t", (tx) => tx.writeMany([insertRows(tables.creditNotice, rows.flat())]));
  let rounds = 0;
  const got: string[] = [];
  const hangs = async (): Promise<void> => {
    rounds += 1;
    await Promise.resolve();
    throw new Error("It does not answer.");
  };
  const tried = await deliverDue(deps, [{ id: "desk", deliver: hangs }]);
  expect(tried).toBe(rounds);
  expect(rounds).toBeLessThan(COUNT / 4);
  const notices = await desk.notices();
  expect(notices.filter(({ attempts }) => attempts === 0)).toHaveLength(COUNT - tried);
  await desk.t.clock.sleep(3_600_000);
  await deliverDue(deps, [{ id: "desk", deliver: async ({ id }) => void got.push(id) }]);
  expect(new Set(got).size).toBe(COUNT);
  expect(got).toHaveLength(COUNT);
});

it("regression: a receiver that takes its time delays no look at anybody", async () => {
  const row = await desk.lent(2n * BTC, 100_000n);
  let answer = (): void => undefined;
  desk.slow(
    new Promise((resolve) => {
      answer = resolve;
    }),
  );
  for (const dollars of [70_000n, 62_000n, 55_500n]) {
    desk.price(dollars);
    for (let polls = 0; polls < 2; polls += 1) {
      await desk.t.treasury.cycleOnce();
      await desk.t.clock.sleep(1_800_000);
    }
  }
  expect((await desk.facility(row.id)).stage).toBe("liquidation");
  expect(desk.delivered).toEqual([]);
  answer();
  await desk.hours(1);
  expect(desk.delivered.map(({ type }) => type).sort()).toEqual([
    ...["facility.warning", "margin_call.escalated", "margin_call.opened"],
  ]);
});
