/** A schedule of repayments: kept, missed, made good, and missed for too long. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { arrearsOf } from "./arrears.ts";
import { BTC, createDesk, type Desk, USD } from "./suite.ts";
import { readDay } from "./terms.ts";
import type { FacilityRow } from "./types.ts";

const schedule = [
  { due_on: "2026-02-01", amount: 10_000n * USD },
  { due_on: "2026-03-01", amount: 20_000n * USD },
];
const DAY_MS = 86_400_000;
let desk: Desk;
beforeEach(async () => {
  desk = await createDesk();
});
afterEach(() => desk.close());

const until = async (day: string): Promise<void> => {
  await desk.t.clock.sleep(readDay(day) * DAY_MS - desk.t.clock.now());
  await desk.hours(1);
};
const repay = (row: FacilityRow, dollars: bigint, reference: string) =>
  desk.lending.repay({ facility_id: row.id, amount: dollars * USD, reference, source: "person:dora" });

describe("instalments", () => {
  it("count from the oldest, and nothing is due of what was never drawn", async () => {
    const row = await desk.lent(2n * BTC, 100_000n, { schedule });
    const on = (day: string, change: Partial<FacilityRow> = {}) => arrearsOf({ ...row, ...change }, readDay(day));
    expect(on("2026-02-01")).toBe(null);
    expect(on("2026-02-02")).toMatchObject({ due_on: "2026-02-01", amount: 10_000n * USD });
    expect(on("2026-03-02")).toMatchObject({ due_on: "2026-02-01", amount: 30_000n * USD });
    const paid = { principal: 85_000n * USD };
    expect(on("2026-02-02", paid)).toBe(null);
    expect(on("2026-03-02", paid)).toMatchObject({ due_on: "2026-03-01", amount: 15_000n * USD });
    expect(on("2026-03-02", { disbursed: 5_000n * USD, principal: 5_000n * USD })).toMatchObject({
      amount: 5_000n * USD,
    });
    expect(on("2026-03-02", { disbursed: 0n, principal: 0n })).toBe(null);
    expect(on("2026-03-02", { shortfall: 1n })).toBe(null);
  });

  it("a missed one is told once, and is over when it is paid", async () => {
    const row = await desk.lent(2n * BTC, 100_000n, { schedule });
    await until("2026-02-02");
    expect(await desk.facility(row.id)).toMatchObject({
      ...{ state: "active", note: "The instalment of 2026-02-01 is missed." },
    });
    await until("2026-02-04");
    expect(desk.delivered.map(({ type }) => type)).toEqual(["facility.instalment_missed"]);
    await repay(row, 11_000n, "late");
    await until("2026-02-05");
    expect(await desk.facility(row.id)).toMatchObject({ state: "active", note: null });
    expect(desk.delivered).toHaveLength(1);
  });

  it("is a default by the terms when it is still missing after the grace", async () => {
    const row = await desk.lent(2n * BTC, 100_000n, { schedule });
    await until("2026-02-08");
    expect((await desk.facility(row.id)).state).toBe("active");
    await until("2026-02-09");
    const after = await desk.facility(row.id);
    expect(after.state).toBe("defaulted");
    expect(after.note).toBe("The instalment of 2026-02-01 is missed. It was not paid within 7 days.");
  });
});
