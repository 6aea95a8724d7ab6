/** Crashes in virtual time, on production code: many loans at once, venues that do not answer, feeds that fall silent. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { trialBalance } from "../ledger/index.ts";
import { tables } from "../store/index.ts";
import { owedOf } from "./position.ts";
import { BTC, createDesk, type Desk, loansAlike, USD } from "./suite.ts";
import type { CreditNoticeRow, FacilityRow, LiquidationRow } from "./types.ts";

let desk: Desk;
beforeEach(async () => {
  desk = await createDesk();
});
afterEach(() => desk.close());

const sales = (): Promise<readonly LiquidationRow[]> =>
  desk.t.treasury.deps.store.read("t", (tx) => tx.find(tables.liquidation, { order_by: [["id", "asc"]], limit: 100 }));
const balanced = async (): Promise<boolean> =>
  (await desk.t.treasury.deps.store.read("t", trialBalance)).every((row) => row.balanced);

/** What remains of a loan after a crash: at or under its target, or a shortfall with its amount and nothing sellable behind it. */
function endsWell(row: FacilityRow, dollars: bigint): boolean {
  const held = BigInt(row.held.BTC ?? "0");
  if (row.shortfall > 0n) return owedOf(row) === row.shortfall && held < BTC / 50n;
  return owedOf(row) * 100n * BTC <= held * dollars * USD * 80n;
}

describe("half of the price in an hour", () => {
  it("with an exchange that is down and feeds that fall silent: nobody is called or sold twice, and every end is named", async () => {
    const book: FacilityRow[] = [];
    for (const [at, dollars] of [100_000n, 90_000n, 70_000n, 50_000n].entries()) {
      book.push(await desk.lent(2n * BTC, dollars, { reference: `C-${at}` }));
    }
    desk.price(63_000n);
    await desk.t.treasury.cycleOnce();
    await desk.t.clock.sleep(1_800_000);
    desk.t.world.down = true;
    desk.price(45_000n);
    await desk.hours(1);
    // Two of three sources are silent: nothing is sold on what is left.
    for (const id of ["feed-a", "feed-b"]) desk.source(id, null);
    await desk.hours(5);
    const before = (await sales()).length;
    await desk.approveAll();
    await desk.hours(4);
    expect(desk.t.world.orders).toHaveLength(0);
    expect((await sales()).length).toBe(before);
    desk.t.world.down = false;
    desk.sourceBack("feed-a");
    desk.sourceBack("feed-b");
    for (let round = 0; round < 10; round += 1) {
      await desk.hours(2);
      await desk.approveAll();
    }
    await desk.hours(6);
    const after = await Promise.all(book.map(({ id }) => desk.facility(id)));
    for (const row of after) expect([row.reference, endsWell(row, 45_000n)]).toEqual([row.reference, true]);
    const calls = await desk.calls();
    expect(new Set(calls.map(({ facility_id }) => facility_id)).size).toBe(calls.length);
    for (const { id } of book) {
      const sold = (await sales()).filter(({ facility_id }) => facility_id === id);
      expect(sold.reduce((sum, row) => sum + row.sold, 0n)).toBeLessThanOrEqual(2n * BTC);
      expect(sold.every(({ ended_at }) => ended_at !== null)).toBe(true);
    }
    expect(await balanced()).toBe(true);
    expect(desk.lending.standing()).toMatchObject({ mismatches: 0, deferred: 0 });
  });
});

describe("a sale, whatever the loan and the fall", () => {
  it("sells no more than there is, repays no more than is owed, and ends under its level or with a named shortfall", async () => {
    const fall = fc.record({
      dollars: fc.bigInt({ min: 40_000n, max: 105_000n }),
      price: fc.bigInt({ min: 20_000n, max: 58_000n }),
    });
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fall, async ({ dollars, price }) => {
        count += 1;
        desk.price(90_000n);
        await desk.hours(2);
        const row = await desk.lent(2n * BTC, dollars, { reference: `P-${count}` });
        for (const step of [70_000n, price]) {
          desk.price(step);
          await desk.hours(1);
        }
        for (let round = 0; round < 6; round += 1) {
          await desk.approveAll();
          await desk.hours(2);
        }
        const after = await desk.facility(row.id);
        const own = (await sales()).filter(({ facility_id }) => facility_id === row.id);
        expect(own.reduce((sum, one) => sum + one.sold, 0n)).toBeLessThanOrEqual(2n * BTC);
        expect(own.reduce((sum, one) => sum + one.repaid, 0n)).toBeLessThanOrEqual(dollars * USD + after.interest);
        // Below its liquidation level it has a day to be cured, and nothing is sold.
        const falls_due = dollars * 100n >= 2n * price * 90n;
        if (!falls_due) expect([own.length, after.shortfall]).toEqual([0, 0n]);
        else expect([own.length > 0 || after.shortfall > 0n, endsWell(after, price)]).toEqual([true, true]);
        expect(await balanced()).toBe(true);
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });
});

describe("a noisy price", () => {
  it("rings each level once, however it goes to and fro within the release distance", async () => {
    // 100,000 on two coins: 80 % at 62,500, and back only under 75 % (66,666).
    const noise = fc.array(fc.bigInt({ min: 56_500n, max: 66_000n }), { minLength: 4, maxLength: 10 });
    let count = 0;
    await fc.assert(
      fc.asyncProperty(noise, async (prices) => {
        count += 1;
        desk.price(90_000n);
        await desk.hours(2);
        const row = await desk.lent(2n * BTC, 100_000n, { reference: `N-${count}` });
        for (const price of [70_000n, ...prices]) {
          desk.price(price);
          await desk.hours(1);
        }
        const own = (await desk.notices()).filter(({ facility_id }) => facility_id === row.id);
        const kinds = own.map(({ kind }) => kind);
        expect(new Set(kinds).size).toBe(kinds.length);
        await desk.lending.repay({
          facility_id: row.id,
          amount: 200_000n * USD,
          reference: "end",
          source: "person:dora",
        });
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });
});

it("thousands of loans that one tick calls are told once each, and every notice is delivered once", async () => {
  const COUNT = 3_000;
  await loansAlike(desk, COUNT);
  const { store } = desk.t.treasury.deps;
  desk.price(62_000n);
  await desk.t.treasury.cycleOnce();
  await desk.lending.delivered();
  await desk.t.clock.sleep(1_800_000);
  await desk.hours(1);
  const queued: CreditNoticeRow[] = await store.read("t", (tx) =>
    tx.find(tables.creditNotice, { where: { kind: "margin_call.opened" }, limit: 10_000 }),
  );
  expect(queued).toHaveLength(COUNT);
  expect(new Set(queued.map(({ facility_id }) => facility_id)).size).toBe(COUNT);
  expect(queued.every(({ state, attempts }) => state === "delivered" && attempts === 1)).toBe(true);
  expect(desk.delivered).toHaveLength(COUNT);
  expect(new Set(desk.delivered.map(({ id }) => id)).size).toBe(COUNT);
});
