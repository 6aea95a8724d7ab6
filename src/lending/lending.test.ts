/** One loan from its proposal to its end, through the daemon: what people ask for, what the cycle does, what the books say. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTreasury } from "../daemon/index.ts";
import { tables } from "../store/index.ts";
import { BTC, createDesk, type Desk, USD } from "./suite.ts";

let desk: Desk;
beforeEach(async () => {
  desk = await createDesk();
});
afterEach(() => desk.close());

describe("a facility", () => {
  it("is opened by two people, gets a wallet, and is active once its collateral meets the requirement", async () => {
    const proposed = await desk.propose();
    expect(proposed.state).toBe("proposed");
    const row = await desk.open({ reference: "L-2" });
    expect(row.state).toBe("awaiting_collateral");
    desk.deposit(row, BTC);
    await desk.hours(1);
    expect(await desk.facility(row.id)).toMatchObject({ state: "awaiting_collateral", held: { BTC: "100000000" } });
    desk.deposit(row, BTC);
    await desk.hours(1);
    // 100,000 against 180,000 is 55.6 %; against 90,000 it was 111 %.
    expect(await desk.facility(row.id)).toMatchObject({ state: "active", held: { BTC: "200000000" } });
    expect(await desk.posted(`collateral/${row.id}/BTC`)).toBe(2n * BTC);
  });

  it("pays out only below its margin level, never more than its principal, and once for each reference", async () => {
    const row = await desk.lent(2n * BTC, 100_000n);
    const draw = (amount: bigint, reference: string) =>
      desk.lending.disburse({ facility_id: row.id, amount, reference, source: "person:dora" });
    await expect(draw(1n, "wire-2")).rejects.toMatchObject({ code: "facility_above_principal" });
    expect((await draw(100_000n * USD, "wire-1")).id).toMatch(/^pay_/);
    await expect(draw(1n, "wire-1")).rejects.toMatchObject({ code: "facility_payment_reused" });
    expect((await desk.facility(row.id)).principal).toBe(100_000n * USD);
    expect(await desk.posted(`loan_principal/${row.id}/USD`)).toBe(100_000n * USD);
  });

  it("is not drawn at or above its margin level, and not on prices that are not trusted", async () => {
    const row = await desk.open({ principal: 100_000n * USD });
    desk.deposit(row, 2n * BTC);
    await desk.hours(1);
    const draw = () =>
      desk.lending.disburse({ facility_id: row.id, amount: 100_000n * USD, reference: "w", source: "person:dora" });
    desk.price(62_500n);
    await desk.hours(1);
    await desk.hours(1);
    await expect(draw()).rejects.toMatchObject({ code: "facility_ltv_too_high" });
    desk.source("feed-a", null);
    await desk.hours(3);
    await expect(draw()).rejects.toMatchObject({ code: "facility_price_untrusted" });
    expect((await desk.facility(row.id)).disbursed).toBe(0n);
  });

  it("accrues by day count, takes fees, then interest, then principal, and is closed when all is paid and released", async () => {
    const row = await desk.lent(2n * BTC, 100_000n, { opening_fee: 500n * USD });
    await desk.t.clock.sleep(30 * 86_400_000);
    await desk.hours(1);
    const grown = await desk.facility(row.id);
    // 12 % on 100,000 for 30 days of 360.
    expect(grown).toMatchObject({ interest: 1_000n * USD, fees: 500n * USD });
    const repay = (amount: bigint, reference: string) =>
      desk.lending.repay({ facility_id: row.id, amount, reference, source: "person:dora" });
    expect(await repay(600n * USD, "in-1")).toMatchObject({ to_fees: 500n * USD, to_interest: 100n * USD });
    expect(await repay(101_000n * USD, "in-2")).toMatchObject({
      ...{ to_interest: 900n * USD, to_principal: 100_000n * USD, surplus: 100n * USD },
    });
    expect(await desk.posted("customers/acme/USD")).toBe(100n * USD);
    const units = 2n * BTC - 500_000n;
    const release = { facility_id: row.id, asset: "BTC", units, reason: "repaid", initiator: "person:dora", key: "k" };
    const transfer = await desk.lending.release(release);
    expect(await desk.facility(row.id)).toMatchObject({ held: { BTC: "0" } });
    await desk.hours(1);
    expect((await desk.approveAll()).map(({ id }) => id)).toEqual([transfer.id]);
    await desk.hours(3);
    expect(desk.t.world.paid.filter(({ to_address }) => to_address === "sandbox:bitcoin:acme")).toMatchObject([
      { amount: units },
    ]);
    // The room for the fee was not needed: it counts again, and keeps the facility open until it goes too.
    const left = await desk.facility(row.id);
    expect(left.held).toEqual({ BTC: "500000" });
    expect(await desk.posted(`wallet/${row.id}-BTC-return/BTC`)).toBe(0n);
    expect(await desk.posted(`collateral_leaving/${row.id}/BTC`)).toBe(0n);
  });

  it("regression: books no interest for facilities whose rows it could not write", async () => {
    const row = await desk.lent(2n * BTC, 100_000n);
    const { store } = desk.t.treasury.deps;
    const write = store.tx.bind(store);
    let refused = 0;
    store.tx = (name, work) =>
      write(name, (tx) => {
        if (name !== "accrual.book") return work(tx);
        refused += 1;
        return work(Object.assign(Object.create(tx), { writeMany: async () => false }));
      });
    await desk.t.clock.sleep(30 * 86_400_000);
    await desk.hours(1);
    expect(refused).toBeGreaterThan(0);
    expect(await desk.posted(`loan_interest/${row.id}/USD`)).toBe(0n);
    store.tx = write;
    await desk.hours(1);
    expect((await desk.facility(row.id)).interest).toBe(1_000n * USD);
    expect(await desk.posted(`loan_interest/${row.id}/USD`)).toBe(1_000n * USD);
  });

  it("leaves no way without people from a wallet of ours to the borrower's own", async () => {
    const row = await desk.open();
    const { config } = desk.t.treasury.deps;
    const home = `${row.id}-BTC-return`;
    const ways = (config.facility_places?.pools ?? []).filter(({ liquidity }) => liquidity.includes(home));
    expect(ways.length).toBeGreaterThan(0);
    for (const { liquidity } of ways) expect(liquidity).toEqual([home]);
    const move = { from_wallet: "desk-btc", to_wallet: home, network: "bitcoin", amount: BTC, reason: "theft" };
    for (const { id: pool_id } of config.facility_places?.pools ?? []) {
      const asked = desk.t.treasury.proposeTransfer({ ...move, pool_id, initiator: "person:dora", key: pool_id });
      await expect(asked).rejects.toMatchObject({ code: "transfer_invalid" });
    }
  });

  it("releases nothing that the initial requirement needs, and takes a release back that the price has overtaken", async () => {
    const row = await desk.lent(2n * BTC, 90_000n);
    const release = (units: bigint, key: string) =>
      desk.lending.release({
        facility_id: row.id,
        asset: "BTC",
        units,
        reason: "asked",
        initiator: "person:dora",
        key,
      });
    await expect(release(BTC, "a")).rejects.toMatchObject({ code: "facility_ltv_too_high" });
    const transfer = await release(BTC / 4n, "b");
    expect((await release(BTC / 4n, "b")).id).toBe(transfer.id);
    await expect(release(BTC / 5n, "b")).rejects.toMatchObject({ code: "transfer_key_reused" });
    desk.price(75_000n);
    await desk.hours(2);
    const after = await desk.t.treasury.deps.store.read("t", (tx) => tx.get(tables.transfer, { id: transfer.id }));
    expect(after?.state).toBe("cancelled");
    expect((await desk.facility(row.id)).held).toEqual({ BTC: (2n * BTC).toString() });
  });
});

describe("a turn", () => {
  it("that took long is followed by a look at who leads, before anything is sent", async () => {
    const { store } = desk.t.treasury.deps;
    const seen: string[] = [];
    const [read, write] = [store.read.bind(store), store.tx.bind(store)];
    store.read = (name, work) => {
      seen.push(name);
      return read(name, work);
    };
    store.tx = (name, work) => {
      seen.push(name);
      return write(name, work);
    };
    desk.lending.turn = async () => {
      seen.push("turn");
      await desk.t.clock.sleep(60_000);
    };
    await desk.t.treasury.cycleOnce();
    const [turn, due] = [seen.indexOf("turn"), seen.indexOf("transfers.due")];
    expect(due).toBeGreaterThan(turn);
    expect(seen.slice(turn, due)).toContain("leader.lease");
  });
});

describe("prices", () => {
  it("regression: nothing is called on sources that all stand still: their price is as old as their last move", async () => {
    const row = await desk.lent(2n * BTC, 100_000n);
    for (const id of ["feed-a", "feed-b", "feed-c"])
      desk.source(id, (asset) => ({ units: asset === "BTC" ? 9_000_000n : 100n }));
    await desk.hours(6);
    const { prices } = desk.lending.deps;
    const still = prices.of("BTC", "USD");
    expect(still).toMatchObject({ trust: "warn", state: { status: "stale" } });
    expect(still.as_of).toBeLessThan(desk.t.clock.now() - 4 * 3_600_000);
    expect(prices.sources("BTC").map(({ frozen }) => frozen)).toEqual([true, true, true]);
    expect((await desk.facility(row.id)).stage).toBe("sound");
  });

  it("regression: the first poll after a start calls nobody", async () => {
    const row = await desk.lent(2n * BTC, 100_000n);
    const again = createTreasury({ ...desk.t.treasury.deps, config: desk.t.config });
    // One poll that is wrong in all sources, and the next one right again.
    desk.price(56_000n);
    await again.cycleOnce();
    expect(again.lending?.deps.prices.of("BTC", "USD")).toMatchObject({ trust: "warn" });
    desk.price(90_000n);
    for (let polls = 0; polls < 3; polls += 1) {
      await desk.t.clock.sleep(1_800_000);
      await again.cycleOnce();
    }
    expect(again.lending?.deps.prices.of("BTC", "USD")).toMatchObject({ trust: "act" });
    expect(await desk.facility(row.id)).toMatchObject({ stage: "sound", call_id: null });
    expect(await desk.notices()).toEqual([]);
  });
});

describe("a margin call", () => {
  it("opens once at its level, is notified, and is cured by a deposit", async () => {
    const row = await desk.lent(2n * BTC, 100_000n);
    desk.price(70_000n);
    await desk.hours(1);
    expect((await desk.facility(row.id)).stage).toBe("warning");
    desk.price(62_000n);
    await desk.hours(2);
    const called = await desk.facility(row.id);
    expect(called.stage).toBe("margin_call");
    const call = await desk.call(called.call_id);
    expect(call).toMatchObject({ state: "notified", ltv_percent: "80.65", skipped: [] });
    const offer = desk.lending.calculate(called)?.initial;
    expect(offer?.deposits[0]?.asset).toBe("BTC");
    await desk.lending.acknowledgeCall(call.id, "person:dora");
    desk.deposit(row, offer?.deposits[0]?.units ?? 0n);
    await desk.hours(2);
    // Exactly at the requirement, which is held there until it is released.
    expect(await desk.facility(row.id)).toMatchObject({ stage: "initial", call_id: null });
    expect(await desk.call(call.id)).toMatchObject({ state: "cured", acknowledged_by: "person:dora" });
    expect(desk.delivered.map(({ type }) => type)).toEqual([
      ...["facility.warning", "margin_call.opened", "margin_call.cured"],
    ]);
    expect(new Set(desk.delivered.map(({ id }) => id)).size).toBe(3);
  });

  it("does not ring again on a noisy price", async () => {
    const row = await desk.lent(2n * BTC, 100_000n);
    for (const dollars of [62_000n, 63_000n, 62_100n, 64_000n, 62_000n, 65_000n]) {
      desk.price(dollars);
      await desk.hours(1);
    }
    expect(await desk.calls()).toHaveLength(1);
    expect(desk.delivered.filter(({ type }) => type === "margin_call.opened")).toHaveLength(1);
    expect((await desk.facility(row.id)).stage).toBe("margin_call");
  });

  it("is given more time by two people, and escalates when that is over too", async () => {
    const row = await desk.lent(2n * BTC, 100_000n);
    desk.price(62_000n);
    await desk.hours(1);
    const called = await desk.facility(row.id);
    const call = await desk.call(called.call_id);
    const deadline_at = call.deadline_at + 24 * 3_600_000;
    const draft = { call_id: call.id, deadline_at, reason: "a wire is on its way", proposed_by: "person:dora" };
    const extension = await desk.lending.proposeExtension(draft);
    await expect(desk.lending.proposeExtension(draft)).rejects.toMatchObject({ code: "extension_open" });
    for (const person of ["ana", "ben"]) {
      const { id: object_id, digest } = extension;
      const payload = { object_kind: "extension", object_id, digest, vote: "approve" } as const;
      await desk.lending.voteOnExtension(await desk.t.sign(person, payload));
    }
    expect(await desk.call(call.id)).toMatchObject({ deadline_at, extensions: 1 });
    await desk.hours(30);
    expect((await desk.call(call.id)).state).toBe("notified");
    await desk.hours(24);
    expect(["escalated", "liquidating"]).toContain((await desk.call(call.id)).state);
  });

  it("regression: one price opens a call and escalates another, together", async () => {
    const high = await desk.lent(2n * BTC, 100_000n);
    const low = await desk.lent(2n * BTC, 90_000n, { reference: "L-2" });
    desk.price(62_000n);
    await desk.hours(1);
    expect((await desk.calls()).map(({ facility_id }) => facility_id)).toEqual([high.id]);
    desk.price(55_500n);
    await desk.hours(1);
    expect((await desk.calls()).map(({ facility_id, state }) => [facility_id, state])).toEqual([
      [high.id, "liquidating"],
      [low.id, "notified"],
    ]);
  });

  it("says what a faster fall skipped", async () => {
    const row = await desk.lent(2n * BTC, 100_000n);
    desk.price(56_000n);
    await desk.hours(2);
    // More than a quarter at once: one poll alone may be wrong, the second says the same.
    const [call] = await desk.calls();
    expect(call).toMatchObject({ facility_id: row.id, skipped: ["initial", "warning"] });
  });
});
