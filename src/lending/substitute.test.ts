/** Exchanging collateral as one: the new comes first, the old leaves on the same votes, and never below the initial requirement. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { trialBalance } from "../ledger/index.ts";
import { tables } from "../store/index.ts";
import { getTransfer } from "../transfers/index.ts";
import { VenueError } from "../venues/index.ts";
import type { FacilityRow, SubstitutionDraft, SubstitutionRow } from "./index.ts";
import { BTC, createDesk, type Desk } from "./suite.ts";

const USDT = 1_000_000n;
const HOUR_MS = 3_600_000;
let desk: Desk;
beforeEach(async () => {
  desk = await createDesk();
});
afterEach(() => desk.close());

const pledge = (asset: string, network: string) => ({
  ...{ asset, expected: 0n, return_address: `sandbox:${network}:acme`, return_memo: null },
});
const BOTH = { collateral: [pledge("BTC", "bitcoin"), pledge("USDT", "tron")] };

/** 60,000 USD against two coins of 90,000. */
const lent = (): Promise<FacilityRow> => desk.lent(2n * BTC, 60_000n, BOTH);

function draftFor(row: FacilityRow, change: Partial<SubstitutionDraft> = {}): SubstitutionDraft {
  return {
    ...{ facility_id: row.id, brings: { asset: "USDT", units: 120_000n * USDT } },
    ...{ releases: { asset: "BTC", units: (3n * BTC) / 2n }, ends_at: null, reason: "dollars for coins" },
    ...{ proposed_by: "person:dora", ...change },
  };
}

const substitution = async ({ id }: SubstitutionRow): Promise<SubstitutionRow> => {
  const row = await desk.t.treasury.deps.store.read("test", (tx) => tx.get(tables.substitution, { id }));
  if (row === undefined) throw new Error(`no substitution ${id}`);
  return row;
};
const transferOf = async (row: SubstitutionRow) => {
  const { transfer_id } = await substitution(row);
  return desk.t.treasury.deps.store.read("test", (tx) => getTransfer(tx, transfer_id ?? ""));
};
const alerts = async (): Promise<readonly string[]> => {
  const { store } = desk.t.treasury.deps;
  const rows = await store.read("t", (tx) => tx.find(tables.event, { where: { kind: "alert.raised" }, limit: 100 }));
  return rows.map(({ payload }) => (payload as { code: string }).code);
};
/** The venue answers so where it is not `null`. */
function change(venue_id: string, call: "submit" | "prepare", answer: () => unknown): void {
  const venue = desk.t.treasury.deps.venues.get(venue_id);
  if (venue === undefined) throw new Error(`no venue ${venue_id}`);
  const own = (venue[call] as (...given: unknown[]) => Promise<unknown>).bind(venue);
  Object.assign(venue, { [call]: async (...given: unknown[]) => answer() ?? own(...given) });
}
const balanced = async (): Promise<boolean> =>
  (await desk.t.treasury.deps.store.read("t", trialBalance)).every((row) => row.balanced);

async function vote(row: SubstitutionRow, people: readonly string[], said: "approve" | "deny" = "approve") {
  for (const person of people) {
    const payload = { object_kind: "substitution", object_id: row.id, digest: row.digest, vote: said } as const;
    await desk.lending.voteOnSubstitution(await desk.t.sign(person, payload));
  }
}

async function approved(row: FacilityRow, change: Partial<SubstitutionDraft> = {}): Promise<SubstitutionRow> {
  const proposal = await desk.lending.proposeSubstitution(draftFor(row, change));
  await vote(proposal, ["ana", "ben"]);
  return proposal;
}

async function until(row: SubstitutionRow, state: SubstitutionRow["state"]): Promise<void> {
  for (let hours = 0; hours < 30 && (await substitution(row)).state !== state; hours += 1) await desk.hours(1);
  expect(await substitution(row)).toMatchObject({ state });
}

describe("an exchange of collateral", () => {
  it("waits for the new collateral, then lets the old one go on the same votes", async () => {
    const row = await lent();
    const proposal = await approved(row);
    expect(await substitution(proposal)).toMatchObject({ state: "awaiting_collateral", transfer_id: null });
    await desk.hours(3);
    expect(await substitution(proposal)).toMatchObject({ state: "awaiting_collateral", transfer_id: null });
    expect((await desk.facility(row.id)).held.BTC).toBe((2n * BTC).toString());

    desk.deposit(row, 120_000n * USDT, "USDT");
    await until(proposal, "done");
    const { held } = await desk.facility(row.id);
    expect(held).toEqual({ BTC: (BTC / 2n).toString(), USDT: (120_000n * USDT).toString() });
    // Nobody voted on the transfer itself.
    const transfer = await transferOf(proposal);
    expect(transfer).toMatchObject({ state: "settled", asset: "BTC", amount: (3n * BTC) / 2n });
    const votes = await desk.t.treasury.deps.store.read("t", (tx) =>
      tx.find(tables.approval, { where: { object_id: transfer.id }, limit: 10 }),
    );
    expect(votes).toEqual([]);
    expect(await desk.posted(`collateral/${row.id}/BTC`)).toBe(BTC / 2n);
    expect(await desk.posted(`collateral/${row.id}/USDT`)).toBe(120_000n * USDT);
    expect(await desk.posted(`collateral_leaving/${row.id}/BTC`)).toBe(0n);
    expect(await balanced()).toBe(true);
    const told = desk.delivered.map(({ type }) => type);
    expect(told).toContain("substitution.awaiting_collateral");
    expect(told).toContain("substitution.done");
  });

  it("a part of the new collateral lets nothing go, and the rest of it all", async () => {
    const row = await lent();
    const proposal = await approved(row);
    desk.deposit(row, 119_999n * USDT, "USDT");
    await desk.hours(3);
    expect(await substitution(proposal)).toMatchObject({ state: "awaiting_collateral", transfer_id: null });
    desk.deposit(row, 1n * USDT, "USDT");
    await desk.hours(3);
    // The single dollar is less than the loan takes at once: a person has to accept it first.
    expect((await substitution(proposal)).state).toBe("awaiting_collateral");
    desk.deposit(row, 1_000n * USDT, "USDT");
    await until(proposal, "done");
  });

  it("what was there before the proposal does not count as the new collateral", async () => {
    const row = await lent();
    desk.deposit(row, 120_000n * USDT, "USDT");
    await desk.hours(2);
    const proposal = await approved(row);
    await desk.hours(4);
    expect(await substitution(proposal)).toMatchObject({ state: "awaiting_collateral", transfer_id: null });
  });

  it("the old one stays while it would leave the loan above its initial requirement, and goes when the price is back", async () => {
    const row = await desk.lent(2n * BTC, 90_000n, BOTH);
    const proposal = await approved(row, { releases: { asset: "BTC", units: BTC } });
    desk.price(60_000n);
    await desk.hours(1);
    desk.deposit(row, 120_000n * USDT, "USDT");
    desk.price(15_000n);
    await desk.hours(3);
    expect((await desk.facility(row.id)).held.BTC).toBe((2n * BTC).toString());
    const waiting = await substitution(proposal);
    expect(waiting).toMatchObject({ state: "awaiting_collateral", transfer_id: null });
    expect(waiting.note).toMatch(/initial requirement|not trusted|liquidated/);
    desk.price(90_000n);
    await until(proposal, "done");
    expect((await desk.facility(row.id)).held.BTC).toBe(BTC.toString());
  });

  it("one denial ends it, and so does its time; neither releases anything", async () => {
    const row = await lent();
    const denied = await desk.lending.proposeSubstitution(draftFor(row));
    await vote(denied, ["ben"], "deny");
    expect(await substitution(denied)).toMatchObject({ state: "denied" });
    const late = await approved(row, { ends_at: desk.t.clock.now() + 5 * HOUR_MS });
    desk.deposit(row, 50_000n * USDT, "USDT");
    await until(late, "expired");
    expect(await alerts()).toContain("substitution_unfinished");
    desk.deposit(row, 120_000n * USDT, "USDT");
    await desk.hours(3);
    expect((await desk.facility(row.id)).held.BTC).toBe((2n * BTC).toString());
  });

  it("a person takes it back before its release, and a second time changes nothing", async () => {
    const row = await lent();
    const proposal = await approved(row);
    const cancelled = await desk.lending.cancelSubstitution(proposal.id, "person:dora", "he changed his mind");
    expect(cancelled).toMatchObject({ state: "cancelled", note: "he changed his mind" });
    await expect(desk.lending.cancelSubstitution(proposal.id, "person:dora", "again")).resolves.toEqual(cancelled);
    desk.deposit(row, 120_000n * USDT, "USDT");
    await desk.hours(3);
    expect((await desk.facility(row.id)).held.BTC).toBe((2n * BTC).toString());
  });

  it("a release that its venue refuses stops it: both assets count on, and people are told", async () => {
    const row = await lent();
    const proposal = await approved(row);
    change("northvault", "submit", () => ({ outcome: "rejected", code: "no", message: "not this one" }));
    desk.deposit(row, 120_000n * USDT, "USDT");
    await until(proposal, "stopped");
    expect(await transferOf(proposal)).toMatchObject({ state: "failed" });
    const { held } = await desk.facility(row.id);
    expect(held).toEqual({ BTC: (2n * BTC).toString(), USDT: (120_000n * USDT).toString() });
    expect(await alerts()).toContain("substitution_unfinished");
    expect(await balanced()).toBe(true);
  });

  it("a release that the price overtakes before it was sent is taken back, and planned anew once", async () => {
    const row = await desk.lent(2n * BTC, 90_000n, BOTH);
    const proposal = await approved(row, { releases: { asset: "BTC", units: BTC } });
    let away = true;
    change("northvault", "prepare", () => {
      if (away) throw new VenueError("venue_transient", "It is away.");
      return null;
    });
    desk.deposit(row, 120_000n * USDT, "USDT");
    await until(proposal, "releasing");
    const first = await transferOf(proposal);
    expect((await desk.facility(row.id)).held.BTC).not.toBe((2n * BTC).toString());
    // Lower step by step, so that the price is believed.
    for (const dollars of [65_000n, 45_000n, 30_000n, 20_000n]) {
      desk.price(dollars);
      await desk.hours(1);
    }
    await until(proposal, "awaiting_collateral");
    expect((await desk.facility(row.id)).held.BTC).toBe((2n * BTC).toString());
    for (const dollars of [30_000n, 45_000n, 65_000n, 90_000n]) {
      desk.price(dollars);
      await desk.hours(1);
    }
    away = false;
    await until(proposal, "done");
    const second = await transferOf(proposal);
    expect(second.id).not.toBe(first.id);
    const states = await desk.t.treasury.deps.store.read("t", async (tx) => (await getTransfer(tx, first.id)).state);
    expect(states).toBe("cancelled");
    expect((await desk.facility(row.id)).held.BTC).toBe(BTC.toString());
  });
});

describe("regression: new collateral that did not stay lets nothing go", () => {
  /** The loan stands well without it: the price would let the old one leave. */
  const small = { releases: { asset: "BTC", units: BTC / 2n } };
  /** Its network takes it back, or the venue loses it. */
  const gone = (row: FacilityRow): void => {
    desk.t.world.flow(`northvault/vault-${row.id}-USDT`, -120_000n * USDT, "USDT", null, "taken-back");
  };

  it("when it went before people had approved", async () => {
    const row = await lent();
    const proposal = await desk.lending.proposeSubstitution(draftFor(row, small));
    desk.deposit(row, 120_000n * USDT, "USDT");
    await desk.hours(1);
    expect((await desk.facility(row.id)).held.USDT).toBe((120_000n * USDT).toString());
    gone(row);
    await desk.hours(2);
    await vote(proposal, ["ana", "ben"]);
    await desk.hours(6);
    expect(await substitution(proposal)).toMatchObject({ state: "awaiting_collateral", transfer_id: null });
    expect((await desk.facility(row.id)).held.BTC).toBe((2n * BTC).toString());
  });

  it("when it went home by hand in the meantime", async () => {
    const row = await lent();
    const proposal = await desk.lending.proposeSubstitution(draftFor(row, small));
    desk.deposit(row, 120_000n * USDT, "USDT");
    await desk.hours(1);
    await desk.lending.release({
      ...{ facility_id: row.id, asset: "USDT", units: 100_000n * USDT, reason: "too much" },
      ...{ initiator: "person:dora", key: "by hand" },
    });
    await vote(proposal, ["ana", "ben"]);
    await desk.hours(6);
    expect(await substitution(proposal)).toMatchObject({ state: "awaiting_collateral", transfer_id: null });
    expect((await desk.facility(row.id)).held.BTC).toBe((2n * BTC).toString());
  });

  it("when it went after the release was planned: that is stopped, and planned anew once it is back", async () => {
    const row = await lent();
    const proposal = await approved(row, small);
    let away = true;
    change("northvault", "prepare", () => {
      if (away) throw new VenueError("venue_transient", "It is away.");
      return null;
    });
    desk.deposit(row, 120_000n * USDT, "USDT");
    await until(proposal, "releasing");
    const first = await transferOf(proposal);
    gone(row);
    await desk.hours(2);
    away = false;
    await until(proposal, "awaiting_collateral");
    await desk.hours(4);
    const states = await desk.t.treasury.deps.store.read("t", async (tx) => (await getTransfer(tx, first.id)).state);
    expect(states).toBe("denied");
    expect((await desk.facility(row.id)).held.BTC).toBe((2n * BTC).toString());
    expect(await alerts()).toContain("dispatch_authority_substitution_unusable");
    desk.deposit(row, 120_001n * USDT, "USDT");
    await until(proposal, "done");
    expect((await desk.facility(row.id)).held.BTC).toBe(((3n * BTC) / 2n).toString());
    expect(await balanced()).toBe(true);
  });
});

describe("a proposal of an exchange is refused", () => {
  const refusal = (row: FacilityRow, change: Partial<SubstitutionDraft>) =>
    expect(desk.lending.proposeSubstitution(draftFor(row, change))).rejects;

  it("with amounts, assets, times and reasons that make no sense, and stores nothing", async () => {
    const row = await lent();
    const invalid = { code: "substitution_invalid" };
    await refusal(row, { brings: { asset: "USDT", units: 0n } }).toMatchObject(invalid);
    await refusal(row, { releases: { asset: "BTC", units: -1n } }).toMatchObject(invalid);
    await refusal(row, { brings: { asset: "ETH", units: BTC } }).toMatchObject(invalid);
    await refusal(row, { brings: { asset: "BTC", units: BTC } }).toMatchObject(invalid);
    await refusal(row, { brings: { asset: "USDT", units: 1n } }).toMatchObject(invalid);
    await refusal(row, { ends_at: desk.t.clock.now() }).toMatchObject(invalid);
    await refusal(row, { ends_at: desk.t.clock.now() + 31 * 24 * HOUR_MS }).toMatchObject(invalid);
    await refusal(row, { reason: " " }).toMatchObject(invalid);
    await refusal(row, { facility_id: "fac_none" }).toMatchObject({ code: "facility_not_found" });
    await refusal(row, { releases: { asset: "BTC", units: 3n * BTC } }).toMatchObject({
      code: "facility_collateral_missing",
    });
    const stored = await desk.t.treasury.deps.store.read("t", (tx) => tx.find(tables.substitution, { limit: 10 }));
    expect(stored).toEqual([]);
  });

  it("where even both legs together would leave the loan above its initial requirement", async () => {
    const row = await lent();
    const brings = { asset: "USDT", units: 20_000n * USDT };
    const releases = { asset: "BTC", units: (19n * BTC) / 10n };
    await refusal(row, { brings, releases }).toMatchObject({ code: "facility_ltv_too_high" });
  });

  it("while another one is under way, and before anything was lent", async () => {
    const row = await lent();
    await approved(row);
    await refusal(row, {}).toMatchObject({ code: "substitution_open" });
    const fresh = await desk.open({ ...BOTH, reference: "L-2" });
    await refusal(fresh, {}).toMatchObject({ code: "facility_wrong_state" });
  });
});
