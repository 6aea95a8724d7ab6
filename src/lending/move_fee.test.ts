/** What can be sent of collateral, and what is set aside for it; and a paid loan that lets go of everything and is closed. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tables } from "../store/index.ts";
import { VenueError, type VenueNetwork } from "../venues/index.ts";
import { isDust, moveFeeMax, sendAll, sendPart } from "./move_fee.ts";
import { BTC, createDesk, type Desk, USD } from "./suite.ts";
import type { CollateralDoc, FacilityRow } from "./types.ts";

const ENTRY: CollateralDoc = {
  ...{ asset: "BTC", decimals: 8, haircut: "0/1", minimum: "0", expected: "0", venue: "northvault" },
  ...{ network: "bitcoin", fee_max: "500000", return_address: "bc1q", return_memo: null },
};
const LISTED: VenueNetwork = {
  ...{ network: "bitcoin", enabled: true, fee_fixed: 20_000n, fee_ppm: 0, fee_firm: true },
  ...{ minimum: 100_000n, maximum: null, step: 1n, lead_time_ms: 0 },
};
const { fee_firm: _firm, ...MOVING } = LISTED;

describe("what can be sent", () => {
  it("sets the listed fee aside where it is firm, and twice an estimate where there is room for it", () => {
    expect(sendAll(ENTRY, LISTED, BTC)).toEqual({ units: BTC - 20_000n, fee_max: 20_000n });
    expect(sendAll(ENTRY, MOVING, BTC)).toEqual({ units: BTC - 40_000n, fee_max: 40_000n });
    expect(sendAll(ENTRY, MOVING, 130_000n)).toEqual({ units: 110_000n, fee_max: 20_000n });
    expect(sendAll(ENTRY, { ...MOVING, fee_fixed: 400_000n }, BTC).fee_max).toBe(500_000n);
  });

  it("sends whole steps, and carries a fee that is a share", () => {
    const listed = { ...LISTED, step: 1_000_000n, fee_ppm: 1_000 };
    const { units, fee_max } = sendAll(ENTRY, listed, BTC);
    expect([units % 1_000_000n, fee_max, units + fee_max <= BTC]).toEqual([0n, 120_000n, true]);
  });

  it("names what does not carry its own way, and a fee above the terms", () => {
    expect(() => sendAll(ENTRY, LISTED, 119_999n)).toThrow(/0\.00119999 BTC that are held do not carry their own way/);
    const dear = { ...LISTED, fee_fixed: 600_000n };
    expect(() => sendAll(ENTRY, dear, BTC)).toThrow(
      /asks 0\.006 BTC for it now, more than its highest fee of 0\.005 BTC/,
    );
    expect([isDust(ENTRY, LISTED, 119_999n), isDust(ENTRY, LISTED, 120_000n), isDust(ENTRY, LISTED, 0n)]).toEqual([
      true,
      false,
      false,
    ]);
    // More than a move may cost is no dust, whatever its venue sends at the least.
    expect(isDust(ENTRY, { ...LISTED, minimum: BTC }, 500_001n)).toBe(false);
    expect(isDust(ENTRY, { ...LISTED, minimum: BTC }, 500_000n)).toBe(true);
    // It is not worthless because sending is dear for a while.
    expect(isDust(ENTRY, dear, BTC)).toBe(false);
  });

  it("a part keeps the cap of its terms, never more than it moves, and is refused where the custodian would refuse it", () => {
    expect(sendPart(ENTRY, LISTED, BTC)).toEqual({ units: BTC, fee_max: 500_000n });
    expect(sendPart(ENTRY, LISTED, 460_000n)).toEqual({ units: 460_000n, fee_max: 460_000n });
    expect(moveFeeMax(ENTRY, 460_000n)).toBe(460_000n);
    expect(() => sendPart(ENTRY, LISTED, 99_999n)).toThrow(/sends no less than 0\.001 BTC; you asked for 0\.00099999/);
    expect(() => sendPart(ENTRY, { ...LISTED, step: 7n }, BTC)).toThrow(/multiples of 0\.00000007 BTC/);
    expect(() => sendPart(ENTRY, { ...LISTED, fee_fixed: 600_000n }, BTC)).toThrow(/more than its highest fee/);
  });

  it("without a list the terms decide", () => {
    expect(sendAll(ENTRY, null, BTC)).toEqual({ units: BTC - 500_000n, fee_max: 500_000n });
    expect(() => sendAll(ENTRY, null, 999_999n)).toThrow(/do not carry their own way/);
  });
});

describe("a paid loan", () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await createDesk();
  });
  afterEach(() => desk.close());

  const release = (row: FacilityRow, units: bigint | "all", key = "k") =>
    desk.lending.release({ facility_id: row.id, asset: "BTC", units, reason: "repaid", initiator: "person:dora", key });
  function offer(change: Partial<VenueNetwork>) {
    const venue = desk.t.treasury.deps.venues.get("northvault");
    if (venue === undefined) throw new Error("no custodian");
    Object.assign(venue, { listNetworks: async () => [{ ...LISTED, ...change }] });
    return venue;
  }
  async function paid(): Promise<FacilityRow> {
    const row = await desk.lent(2n * BTC, 100_000n);
    await desk.lending.repay({ facility_id: row.id, amount: 100_000n * USD, reference: "in", source: "person:dora" });
    return row;
  }
  async function settle(): Promise<void> {
    await desk.hours(1);
    await desk.approveAll();
    await desk.hours(4);
  }
  /** Of what leaves the custodian it takes this much for itself. */
  function charges(fee: bigint): void {
    const venue = desk.t.treasury.deps.venues.get("northvault");
    const find = venue?.find.bind(venue);
    if (venue === undefined || find === undefined) throw new Error("no custodian");
    Object.assign(venue, {
      find: async (query: Parameters<typeof find>[0]) => {
        const found = await find(query);
        return found.outcome === "found" ? { ...found, transfer: { ...found.transfer, fee } } : found;
      },
    });
  }

  it("regression: lets go of everything in one proposal, and is closed with nothing left", async () => {
    offer({});
    const row = await paid();
    const transfer = await release(row, "all");
    expect(transfer).toMatchObject({ amount: 2n * BTC - 20_000n, fee_max: 20_000n });
    expect((await release(row, "all")).id).toBe(transfer.id);
    charges(20_000n);
    await settle();
    const closed = await desk.facility(row.id);
    expect(closed).toMatchObject({ state: "closed", held: { BTC: "0" }, note: "Nothing is owed and nothing is held." });
    expect(await desk.posted(`collateral/${row.id}/BTC`)).toBe(0n);
    expect(await desk.posted(`collateral_leaving/${row.id}/BTC`)).toBe(0n);
  });

  it("is closed with what an estimate left over, and names it", async () => {
    const { fee_firm: _no, ...moving } = LISTED;
    const venue = offer({});
    Object.assign(venue, { listNetworks: async () => [moving] });
    const row = await paid();
    await release(row, "all");
    charges(20_000n);
    await settle();
    expect(await desk.facility(row.id)).toMatchObject({
      ...{ state: "closed", held: { BTC: "20000" } },
      note: "Nothing is owed; 0.0002 BTC stay, too little to be sent.",
    });
  });

  it("regression: a small release that people approved is sent, its fee never above what dispatch lets through", async () => {
    offer({});
    const row = await paid();
    await release(row, 460_000n);
    await settle();
    expect((await desk.facility(row.id)).held).toEqual({ BTC: (2n * BTC - 460_000n).toString() });
    await expect(release(row, 90_000n, "k2")).rejects.toMatchObject({ code: "facility_amount_unsendable" });
  });

  it("is not closed while the custodian does not say what sending costs", async () => {
    const venue = offer({});
    const row = await paid();
    await release(row, 2n * BTC - 500_000n);
    const down = async () => {
      throw new VenueError("venue_transient", "It does not answer.");
    };
    await desk.hours(1);
    await desk.approveAll();
    Object.assign(venue, { listNetworks: down });
    await desk.hours(3);
    expect(await desk.facility(row.id)).toMatchObject({ state: "active", held: { BTC: "500000" } });
    await expect(release(row, "all", "k2")).rejects.toMatchObject({ code: "venue_transient" });
  });

  it("of which only a part was drawn closes once it is empty; one that was never drawn is cancelled by people", async () => {
    offer({});
    const part = await desk.open({ principal: 100_000n * USD, reference: "PART" });
    desk.deposit(part, 2n * BTC);
    await desk.hours(1);
    const pay = { facility_id: part.id, amount: 40_000n * USD, source: "person:dora" };
    await desk.lending.disburse({ ...pay, reference: "out" });
    await expect(desk.lending.cancelFacility(part.id, "person:dora", "over")).rejects.toMatchObject({
      code: "facility_wrong_state",
    });
    await desk.lending.repay({ ...pay, reference: "in" });
    await release(part, "all");
    await settle();
    expect((await desk.facility(part.id)).state).toBe("closed");
    const unused = await desk.open({ reference: "UNUSED" });
    desk.deposit(unused, 3n * BTC);
    await desk.hours(1);
    expect((await desk.facility(unused.id)).state).toBe("active");
    await release(unused, "all", "k3");
    // What is on its way may come back: nobody finds it cancelled by then.
    await expect(desk.lending.cancelFacility(unused.id, "person:dora", "not wanted")).rejects.toMatchObject({
      code: "facility_wrong_state",
    });
    await settle();
    expect((await desk.facility(unused.id)).state).toBe("active");
    await desk.lending.cancelFacility(unused.id, "person:dora", "not wanted");
    expect((await desk.facility(unused.id)).state).toBe("cancelled");
    const moves = await desk.t.treasury.deps.store.read("t", (tx) => tx.find(tables.collateralMove, { limit: 10 }));
    expect(moves.map(({ state }) => state)).toEqual(["done", "done"]);
  });
});
