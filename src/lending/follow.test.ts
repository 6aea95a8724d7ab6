/** What a turn does to facilities that are not lent: nothing. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tables } from "../store/index.ts";
import { BTC, createDesk, type Desk, USD } from "./suite.ts";

let desk: Desk;
beforeEach(async () => {
  desk = await createDesk();
});
afterEach(() => desk.close());

describe("following facilities", () => {
  it("leaves a proposal to its voters, and what has ended as it is", async () => {
    await desk.hours(1);
    const proposed = await desk.propose();
    await desk.hours(2);
    expect(await desk.facility(proposed.id)).toMatchObject({ state: "proposed", version: proposed.version });
    const cancelled = await desk.lending.cancelFacility(proposed.id, "person:dora", "not wanted");
    await desk.hours(2);
    expect(await desk.facility(proposed.id)).toMatchObject({ state: "cancelled", version: cancelled.version });
  });

  it("does not close a facility while its collateral is on its way out, so that what comes back can be released", async () => {
    const row = await desk.lent(2n * BTC, 100_000n);
    await desk.lending.repay({ facility_id: row.id, amount: 100_000n * USD, reference: "in", source: "person:dora" });
    const units = 2n * BTC - 500_000n;
    const draft = { facility_id: row.id, asset: "BTC", units, reason: "repaid", initiator: "person:dora" };
    const transfer = await desk.lending.release({ ...draft, key: "k" });
    await desk.hours(2);
    expect((await desk.facility(row.id)).state).not.toBe("closed");
    await desk.t.treasury.cancelTransfer(transfer.id, "person:dora", "another address");
    await desk.hours(1);
    expect((await desk.facility(row.id)).held).toEqual({ BTC: (2n * BTC).toString() });
    expect((await desk.lending.release({ ...draft, key: "k2" })).state).toBe("planned");
  });

  it("lets go of what came in after the end, and of nothing that a plain transfer asks for", async () => {
    await desk.hours(1);
    const row = await desk.open();
    await desk.lending.cancelFacility(row.id, "person:dora", "not wanted");
    desk.deposit(row, BTC);
    await desk.hours(1);
    expect((await desk.facility(row.id)).held).toEqual({ BTC: "0" });
    const [late] = await desk.t.treasury.deps.store.read("t", (tx) =>
      tx.find(tables.collateralDeposit, { where: { facility_id: row.id }, limit: 1 }),
    );
    expect(late).toMatchObject({ state: "waiting", problem: "late" });
    const move = {
      from_wallet: `${row.id}-BTC`,
      to_wallet: `${row.id}-BTC-return`,
      network: "bitcoin",
      amount: BTC / 2n,
    };
    const asked = { ...move, pool_id: `${row.id}-BTC`, reason: "back", initiator: "person:dora", key: "k" };
    await expect(desk.t.treasury.proposeTransfer(asked)).rejects.toMatchObject({ code: "transfer_invalid" });
    if (late !== undefined) await desk.lending.acceptDeposit(late, "person:dora");
    const draft = {
      facility_id: row.id,
      asset: "BTC",
      units: BTC - 500_000n,
      reason: "late",
      initiator: "person:dora",
    };
    expect((await desk.lending.release({ ...draft, key: "k" })).state).toBe("planned");
    await desk.hours(1);
    expect((await desk.facility(row.id)).state).toBe("cancelled");
  });

  it("regression: neither calls, sells nor writes off because the custodian does not show the collateral, and tells people", async () => {
    const row = await desk.lent(2n * BTC, 100_000n);
    const key = `northvault/vault-${row.id}-BTC`;
    desk.t.world.balances.set(key, 0n);
    desk.price(62_000n);
    await desk.hours(30);
    expect(await desk.facility(row.id)).toMatchObject({
      ...{ missing: { BTC: (2n * BTC).toString() }, stage: "sound", call_id: null, liquidation_id: null },
      ...{ shortfall: 0n, principal: 100_000n * USD },
    });
    expect(await desk.notices()).toEqual([]);
    expect(desk.lending.standing()).toMatchObject({ deferred: 1, mismatches: 0 });
    const told = await desk.t.treasury.deps.store.read("t", (tx) =>
      tx.find(tables.event, { where: { kind: "alert.raised", ref: row.id }, limit: 10 }),
    );
    expect(told.map(({ payload }) => (payload as { code: string }).code)).toEqual(["collateral_missing"]);
    desk.t.world.balances.set(key, 2n * BTC);
    await desk.hours(3);
    // It is shown again: now the price of now counts, and the margin call opens.
    expect(await desk.facility(row.id)).toMatchObject({ missing: {}, stage: "margin_call" });
    expect(desk.delivered.map(({ type }) => type)).toEqual(["margin_call.opened"]);
  });

  it("regression: a call does not run out while the custodian does not show the collateral", async () => {
    const row = await desk.lent(2n * BTC, 100_000n);
    desk.price(62_000n);
    await desk.hours(2);
    const { call_id } = await desk.facility(row.id);
    desk.t.world.balances.set(`northvault/vault-${row.id}-BTC`, 0n);
    await desk.hours(30);
    expect((await desk.call(call_id)).state).toBe("notified");
    desk.t.world.balances.set(`northvault/vault-${row.id}-BTC`, 2n * BTC);
    await desk.hours(3);
    expect(["escalated", "liquidating"]).toContain((await desk.call(call_id)).state);
  });
});
