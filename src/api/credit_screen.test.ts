/** What the terminal needs of lending beside the routes themselves: what waits for votes, the formula of a sale, notices, levels. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BTC, createDesk, type Desk, USD } from "../lending/suite.ts";
import { tables } from "../store/index.ts";
import type { CallExtensionList, Facility, FacilityDetail, LiquidationList, Overview } from "./schemas/index.ts";
import { createPrinter, viewEvent } from "./views/index.ts";

let desk: Desk;
let sold = "";
beforeAll(async () => {
  desk = await createDesk();
  desk.price(96_000n);
  sold = (await desk.lent(BTC, 57_000n)).id;
  desk.price(76_000n);
  await desk.hours(1);
  desk.price(62_000n);
  await desk.hours(1);
});
afterAll(() => desk.close());

async function get<T>(path: string): Promise<T> {
  const response = await desk.t.request("GET", path);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

describe("a sale that waits for people", () => {
  it("shows the formula with its numbers: what it asks for, what was planned, and what the worst price leaves", async () => {
    const [sale] = (await get<LiquidationList>("/v1/liquidations")).items;
    // (57,000 - 60 % of 0.995 coins) / (62,000 less 4 % less 0.1 % - 60 % of 62,000) is 0.89782430; proceeds are whole cents.
    expect(sale?.sizing).toMatchObject({
      ...{ owed: { amount: "57000.00", asset: "USD" }, value: { amount: "62000.00", asset: "USD" } },
      ...{ ltv_percent: "91.94", target_percent: "60.00", discount_percent: "4.00", fee_percent: "0.10" },
      ...{ wanted: { amount: "0.89782441", asset: "BTC" }, clamp: "none", tranches: 1 },
    });
    expect(sale?.amount.amount).toBe("0.90000000");
    // 0.9 coins at 59,520 are 53,568; a thousandth is the fee.
    expect(sale?.sizing?.expected).toMatchObject({
      ...{ gross: { amount: "53568.00" }, fee: { amount: "53.57" }, net: { amount: "53514.43" } },
      ...{ repaid: { amount: "53514.43" }, surplus: { amount: "0.00" }, owed_after: { amount: "3485.57" } },
      ...{ shortfall: { amount: "0.00" }, ltv_after_percent: "59.18" },
    });
  });

  it("names what no sale covers, and what bounds it", async () => {
    desk.price(50_000n);
    await desk.hours(1);
    const [sale] = (await get<LiquidationList>("/v1/liquidations")).items;
    expect(sale?.sizing).toMatchObject({ clamp: "collateral", wanted: { amount: "0.99500000" } });
    // What is left counts 0.095 coins of 50,000 against what 0.9 at 48,000 do not pay.
    expect(sale?.sizing?.expected).toMatchObject({ net: { amount: "43156.80" }, owed_after: { amount: "13843.20" } });
    expect(sale?.sizing?.expected.shortfall.amount).toBe("9093.20");
    desk.price(62_000n);
    await desk.hours(1);
  });

  it("has told each channel once, and says how that went", async () => {
    const { notices } = await get<FacilityDetail>(`/v1/facilities/${sold}/detail`);
    expect(notices.map(({ kind, channel_id, state }) => [kind, channel_id, state])).toContainEqual([
      ...["margin_call.escalated", "desk", "delivered"],
    ]);
    expect(notices.every(({ next_at, delivered_at }) => next_at === null && delivered_at !== null)).toBe(true);
  });

  it("says nothing of a formula once something was sold", async () => {
    await desk.approveAll();
    await desk.hours(3);
    const [done] = (await get<LiquidationList>("/v1/liquidations?state=all")).items;
    expect(done?.state).toBe("done");
    expect(done?.sizing).toBeNull();
  });
});

describe("what waits for votes", () => {
  it("counts a proposed facility and a proposal of more time among the approvals, and no longer after their time", async () => {
    const counted = async () => (await get<Overview>("/v1/overview")).approvals_waiting;
    const before = await counted();
    const called = await desk.lent(2n * BTC, 70_000n, { reference: "L-2" });
    await desk.propose({ reference: "L-3" });
    desk.price(50_000n);
    await desk.hours(1);
    desk.price(43_000n);
    await desk.hours(1);
    const call = await desk.call((await desk.facility(called.id)).call_id);
    const more = { deadline_at: call.deadline_at + 3_600_000, reason: "a wire", proposed_by: "person:dora" };
    await desk.lending.proposeExtension({ call_id: call.id, ...more });
    expect(await counted()).toBe(before + 2);
    const { items } = await get<CallExtensionList>("/v1/extensions");
    expect(items).toMatchObject([{ call_id: call.id, facility_reference: "L-2", state: "open" }]);
    await desk.hours(25);
    expect((await get<CallExtensionList>("/v1/extensions")).items).toEqual([]);
    // An offer of a loan waits longer than a payment does.
    expect((await get<{ items: Facility[] }>("/v1/facilities?state=proposed")).items).toHaveLength(1);
    await desk.t.clock.sleep(13 * 24 * 3_600_000);
    await desk.hours(1);
    expect((await get<{ items: Facility[] }>("/v1/facilities?state=proposed")).items).toEqual([]);
  });
});

describe("the metrics of lending", () => {
  const lines = async (): Promise<ReadonlyMap<string, string>> => {
    const text = await (await desk.t.request("GET", "/metrics")).text();
    return new Map(
      text
        .split("\n")
        .filter((line) => line.startsWith("tidegate_credit"))
        .map((line) => [line.slice(0, line.lastIndexOf(" ")), line.slice(line.lastIndexOf(" ") + 1)]),
    );
  };

  it("count facilities by state, open calls, notices that wait, and no mismatch", async () => {
    const before = await lines();
    const counted = (map: ReadonlyMap<string, string>, name: string) => Number(map.get(name) ?? Number.NaN);
    desk.price(90_000n);
    await desk.hours(2);
    const row = await desk.lent(2n * BTC, 100_000n, { reference: "M-1" });
    desk.channel(false);
    for (const dollars of [70_000n, 62_000n]) {
      desk.price(dollars);
      await desk.hours(1);
    }
    expect((await desk.facility(row.id)).stage).toBe("margin_call");
    const after = await lines();
    const active = 'tidegate_credit_facilities{state="active"}';
    expect(counted(after, active)).toBe(counted(before, active) + 1);
    expect(counted(after, 'tidegate_credit_margin_calls_open{state="open"}')).toBeGreaterThanOrEqual(1);
    expect(counted(after, 'tidegate_credit_notices{state="queued"}')).toBeGreaterThanOrEqual(1);
    expect(counted(after, "tidegate_credit_mismatches_total")).toBe(0);
    expect(counted(after, "tidegate_credit_facilities_watched")).toBeGreaterThanOrEqual(1);
    desk.channel(true);
    await desk.hours(3);
    expect(counted(await lines(), 'tidegate_credit_notices{state="queued"}')).toBe(0);
  });
});

describe("the story of a loan", () => {
  it("names a payment by its own reference", async () => {
    const { items } = await get<{ items: { kind: string; sentence: string }[] }>(`/v1/audit?ref=${sold}&limit=500`);
    const paid = items.filter(({ kind }) => kind === "facility.payment").map(({ sentence }) => sentence);
    expect(paid.at(-1)).toBe("A disbursal of 57,000 USD was recorded as wire-1; 57,000 USD are owed.");
  });

  it("regression: a payment's event names its facility by the facility's reference, and the payment beside it", async () => {
    const { store } = desk.t.treasury.deps;
    const [payment] = await store.read("t", (tx) =>
      tx.find(tables.event, { where: { ref: sold, kind: "facility.payment" }, order_by: [["id", "asc"]], limit: 1 }),
    );
    const { reference } = await desk.facility(sold);
    expect(reference).not.toBe("wire-1");
    expect(payment?.payload).toMatchObject({ reference, payment_reference: "wire-1" });
    // An event of before: what it says stays readable.
    const before = { kind: "disbursal", amount: "1", currency: "USD", reference: "wire-0", outstanding_after: "1" };
    const printer = createPrinter(desk.t.treasury.deps.config);
    if (payment === undefined) throw new Error("nothing was paid");
    expect(viewEvent({ ...payment, payload: before }, printer).sentence).toContain("was recorded as wire-0;");
  });
});

describe("levels", () => {
  it("are told in the measure in which they were given, and in the other beside it", async () => {
    const own = {
      as: "cvl",
      initial: "140",
      warning: null,
      margin_call: "125",
      liquidation: "105",
      release: "2",
    } as const;
    const { id } = await desk.propose({ reference: "L-4", principal: 1_000n * USD, levels: own });
    expect((await get<Facility>(`/v1/facilities/${id}`)).levels).toMatchObject({
      ...{ measure: "cvl", initial: "71.43", cvl: { initial: "140.00", margin_call: "125.00", liquidation: "105.00" } },
    });
    expect((await get<Facility>(`/v1/facilities/${sold}`)).levels).toMatchObject({
      ...{ measure: "ltv", margin_call: "80.00", cvl: { margin_call: "125.00" } },
    });
  });
});
