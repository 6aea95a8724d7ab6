/** What comes into a collateral wallet and is not what was agreed: kept apart, told, and counted only if a person says so. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { trialBalance } from "../ledger/index.ts";
import { tables } from "../store/index.ts";
import { BTC, createDesk, type Desk, USD } from "./suite.ts";
import type { FacilityRow } from "./types.ts";

let desk: Desk;
beforeEach(async () => {
  desk = await createDesk();
});
afterEach(() => desk.close());

const keyOf = (row: FacilityRow): string => `northvault/vault-${row.id}-BTC`;
const deposits = (row: FacilityRow) =>
  desk.t.treasury.deps.store.read("t", (tx) =>
    tx.find(tables.collateralDeposit, {
      where: { facility_id: row.id },
      order_by: [["movement_id", "asc"]],
      limit: 10,
    }),
  );
const told = async (row: FacilityRow): Promise<string[]> => {
  const events = await desk.t.treasury.deps.store.read("t", (tx) =>
    tx.find(tables.event, { where: { kind: "alert.raised", ref: row.id }, order_by: [["id", "asc"]], limit: 20 }),
  );
  return events.map(({ payload }) => (payload as { code: string }).code);
};
const balanced = async (): Promise<boolean> =>
  (await desk.t.treasury.deps.store.read("t", trialBalance)).every((row) => row.balanced);

describe("a deposit", () => {
  it("of another asset is in no balance of ours, is told once, and can never be accepted", async () => {
    const row = await desk.open();
    desk.deposit(row, 2n * BTC);
    await desk.hours(1);
    const list = desk.t.world.movements.get(keyOf(row)) ?? [];
    const last = list.at(-1);
    if (last === undefined) throw new Error("no movement");
    list.push({ ...last, id: "stray", asset: "USDT", amount: 5_000_000_000n, tx_hash: "stray", height: "99" });
    await desk.hours(3);
    const stray = (await deposits(row)).find(({ movement_id }) => movement_id === "stray");
    expect(stray).toMatchObject({ state: "waiting", problem: "wrong_asset", asset: "USDT" });
    expect(await told(row)).toEqual(["collateral_wrong_asset"]);
    expect(await desk.facility(row.id)).toMatchObject({ state: "active", held: { BTC: `${2n * BTC}` }, missing: {} });
    if (stray === undefined) return;
    await expect(desk.lending.acceptDeposit(stray, "person:dora")).rejects.toMatchObject({ code: "facility_invalid" });
    expect(await balanced()).toBe(true);
  });

  it("over another network waits in the books, and counts once a person accepts it", async () => {
    const row = await desk.open();
    desk.deposit(row, 2n * BTC);
    Object.assign(desk.t.world.movements.get(keyOf(row))?.at(-1) ?? {}, { network: "lightning" });
    await desk.hours(2);
    const [odd] = await deposits(row);
    expect(odd).toMatchObject({ state: "waiting", problem: "wrong_network", units: 2n * BTC });
    expect(await desk.facility(row.id)).toMatchObject({
      state: "awaiting_collateral",
      held: { BTC: "0" },
      missing: {},
    });
    expect(await desk.posted(`collateral_waiting/${row.id}/BTC`)).toBe(2n * BTC);
    if (odd !== undefined) await desk.lending.acceptDeposit(odd, "person:dora");
    await desk.hours(1);
    expect(await desk.facility(row.id)).toMatchObject({ state: "active", held: { BTC: `${2n * BTC}` } });
    expect(await desk.posted(`collateral_waiting/${row.id}/BTC`)).toBe(0n);
    expect(await balanced()).toBe(true);
  });
});

describe("a break of a collateral wallet", () => {
  it("takes what is missing off: nothing is drawn or released on it, until both sides say the same again", async () => {
    const row = await desk.open({ principal: 100_000n * USD });
    desk.deposit(row, 2n * BTC);
    await desk.hours(1);
    desk.t.world.balances.set(keyOf(row), BTC);
    await desk.hours(2);
    expect((await desk.facility(row.id)).missing).toEqual({ BTC: `${BTC}` });
    const draw = () =>
      desk.lending.disburse({ facility_id: row.id, amount: 90_000n * USD, reference: "w", source: "person:dora" });
    await expect(draw()).rejects.toMatchObject({ code: "facility_ltv_too_high" });
    const release = {
      facility_id: row.id,
      asset: "BTC",
      units: (3n * BTC) / 2n,
      reason: "x",
      initiator: "person:dora",
    };
    await expect(desk.lending.release({ ...release, key: "k" })).rejects.toMatchObject({
      code: "facility_collateral_missing",
    });
    desk.t.world.balances.set(keyOf(row), 2n * BTC);
    await desk.hours(2);
    expect((await desk.facility(row.id)).missing).toEqual({});
    expect((await draw()).amount).toBe(90_000n * USD);
  });
});
