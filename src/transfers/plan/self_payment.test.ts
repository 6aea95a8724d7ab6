/** A wallet that pays itself: people are asked as for a payment of so much, nothing else can pass for it, and only the fee leaves. */
import { beforeEach, describe, expect, it } from "vitest";
import { tables } from "../../store/index.ts";
import type { SelfOffer } from "../../venues/port.ts";
import { findOwner, proposeResolution, proposeSelfPayment, voteOnTransfer } from "../index.ts";
import { type Desk, found, HOUR, MINUTE, OPENING, openDesk, setBalance, UNKNOWN } from "../suite_transfers.ts";
import type { TransferRow } from "../types.ts";

const OFFER: SelfOffer = {
  network: "tron",
  coins: 4,
  touches: 40_000n,
  fee: 30n,
  fee_rate: "1 sat/vB",
  held: 9,
  due: null,
};
const ASKED = {
  purpose: "consolidate",
  parent: null,
  reason: "fees are low",
  initiator: "person:ana",
  key: "one",
} as const;
let desk: Desk;
let offer: SelfOffer;

beforeEach(async () => {
  desk = await openDesk();
  offer = OFFER;
  for (const [id, venue] of desk.deps.venues)
    if (id !== "cellar-venue") Object.assign(venue, { offerSelfPayment: async () => offer });
  desk.script.decode = { self: true, to_address: "", amount: 0n };
});

const ask = (wallet_id: string, more: Partial<Parameters<typeof proposeSelfPayment>[1]> = {}): Promise<TransferRow> =>
  proposeSelfPayment(desk.deps, { ...ASKED, wallet_id, ...more });
const approve = async (row: TransferRow, ...people: readonly string[]): Promise<void> => {
  for (const person of people) await voteOnTransfer(desk.deps, desk.vote(person, await desk.row(row.id)));
};
const settledAs = (row: TransferRow, fee: bigint | null) => () =>
  found(row, {
    self: true,
    to_address: "",
    final: true,
    status: "succeeded",
    stage: "final",
    amount_received: 0n,
    fee,
  });
const fees = (id: string) => desk.tx((tx) => tx.get(tables.account, { id: `fee/${id}/USDT` }));

describe("a wallet that pays itself", () => {
  it("freezes what it takes up and may cost, and holds the fee alone", async () => {
    const row = await ask("hot");
    expect(row).toMatchObject({
      direction: "internal",
      amount: 0n,
      fee_max: 60n,
      from_wallet: "hot",
      to_wallet: "hot",
    });
    expect(row.plan).toMatchObject({
      self: { purpose: "consolidate", touches_max: "40000", parent: null },
      to: { wallet: "hot", address: "" },
      quorum_needed: 0,
    });
    expect(await desk.wallet("hot")).toMatchObject({ posted: OPENING, held: 60n });
    expect((await ask("hot")).id).toBe(row.id);
    await expect(ask("hot", { reason: "another" })).rejects.toMatchObject({ code: "transfer_key_reused" });
    await expect(ask("hot", { key: "two" })).rejects.toMatchObject({ code: "transfer_route_busy" });
  });

  it("loses nothing but the fee in the books, through every step", async () => {
    const row = await ask("hot");
    expect((await desk.work(row.id)).state).toBe("submitted");
    expect(await desk.wallet("hot")).toMatchObject({ posted: OPENING, held: 60n });
    desk.script.find = settledAs(row, 25n);
    expect(await desk.later(row.id, MINUTE)).toMatchObject({ state: "settled", fee_actual: 25n, amount_received: 0n });
    expect(await desk.wallet("hot")).toMatchObject({ posted: OPENING - 25n, held: 0n });
    expect(await fees("hot")).toMatchObject({ posted: 25n });
  });

  it("gives its hold back when it comes to nothing, and never settles without a fee", async () => {
    const row = await ask("hot");
    await desk.work(row.id);
    desk.script.find = () =>
      found(row, { self: true, to_address: "", final: true, status: "failed", stage: "final", fee: 0n });
    expect((await desk.later(row.id, MINUTE)).state).toBe("failed");
    expect(await desk.wallet("hot")).toMatchObject({ posted: OPENING, held: 0n });
    const other = await ask("hot", { key: "two" });
    await desk.work(other.id);
    desk.script.find = settledAs(other, 0n);
    expect((await desk.later(other.id, MINUTE)).state).toBe("held");
    expect(await desk.wallet("hot")).toMatchObject({ posted: OPENING, held: 60n });
  });

  it("regression: people cannot end it as settled without its fee, which the books would refuse after they had signed", async () => {
    desk.script.capabilities = { idempotency: { kind: "none" } };
    desk.script.submit = () => UNKNOWN;
    desk.script.find = () => ({ outcome: "absent", as_of: desk.now });
    const row = await ask("hot");
    await desk.work(row.id);
    for (let turn = 0; turn < 40 && (await desk.row(row.id)).state !== "held"; turn += 1)
      await desk.later(row.id, HOUR);
    const said = {
      ...{ transfer_id: row.id, outcome: "settled" as const, venue_ref: null, tx_hash: "hash-1", amount_received: 0n },
      ...{ evidence: "seen in the chain", references: [], proposed_by: "person:ana" },
    };
    const free = proposeResolution(desk.deps, { ...said, fee: 0n });
    await expect(free).rejects.toMatchObject({ code: "resolution_invalid" });
    expect(await proposeResolution(desk.deps, { ...said, fee: 25n })).toMatchObject({ state: "open" });
  });

  it.each([0n, null])(
    "waits for people when its venue calls it final with a fee of %s: nothing but a fee ever moves",
    async (fee) => {
      const row = await ask("hot");
      await desk.work(row.id);
      desk.script.find = settledAs(row, fee);
      expect(await desk.later(row.id, MINUTE)).toMatchObject({ state: "held", note_code: "receipt_unproven" });
      expect(await desk.wallet("hot")).toMatchObject({ posted: OPENING, held: 60n });
    },
  );

  it("asks as many people out of custody as a payment of all it takes up would", async () => {
    const row = await ask("vault");
    expect(row.plan.quorum_needed).toBe(2);
    await desk.work(row.id);
    await approve(row, "ben");
    expect((await desk.work(row.id)).state).toBe("awaiting_approval");
    await expect(approve(row, "ana")).rejects.toMatchObject({ code: "authority_initiator" });
    await approve(row, "chen");
    expect((await desk.work(row.id)).state).toBe("submitted");
    const [tier] = desk.config.authority.tiers;
    if (tier === undefined) throw new Error("there is a tier");
    Object.assign(desk.config.authority, { tiers: [tier, { ...tier, from_amount: 40_000n, approvals_needed: 3 }] });
    await setBalance(desk, "vault");
    expect(await ask("vault", { key: "two", initiator: "person:ben" }).catch(({ code }) => code)).toBe(
      "transfer_route_busy",
    );
    desk.script.find = settledAs(row, 25n);
    await desk.later(row.id, MINUTE);
    await setBalance(desk, "vault");
    expect((await ask("vault", { key: "two" })).plan.quorum_needed).toBe(3);
  });

  it.each([
    ["pays somebody else", { self: undefined, to_address: "address-of-acme" }],
    ["says that it pays itself and names an address", { to_address: "address-of-acme" }],
    ["moves an amount", { amount: 1n }],
    ["is built from another account", { from_account: "another" }],
    ["costs more than people approved", { fee_max: 61n }],
  ])("is not sent when what was built %s", async (_name, decode) => {
    const row = await ask("hot");
    desk.script.decode = { ...desk.script.decode, ...(decode as object) };
    expect(await desk.work(row.id)).toMatchObject({ state: "denied", note_code: "authority_effect_mismatch" });
    expect(desk.sent).toEqual([]);
  });

  it("is never what an ordinary plan becomes: a payment whose bytes pay nobody is not sent", async () => {
    const row = await desk.plan();
    desk.script.decode = { self: true };
    expect(await desk.work(row.id)).toMatchObject({ state: "denied", note_code: "authority_effect_mismatch" });
  });

  it("does not believe a venue that found a payment to somebody else", async () => {
    const row = await ask("hot");
    await desk.work(row.id);
    desk.script.find = () =>
      found(row, { final: true, status: "succeeded", stage: "final", amount_received: 0n, fee: 25n });
    expect((await desk.later(row.id, MINUTE)).state).not.toBe("settled");
  });

  it.each([
    ["a wallet without coins of its own", "cellar", OFFER, "transfer_invalid"],
    ["a wallet that nobody knows", "nowhere", OFFER, "transfer_invalid"],
    ["a fee above the policy's limit", "hot", { ...OFFER, fee: 101n }, "transfer_invalid"],
  ])("is refused for %s, and nothing is reserved", async (_name, wallet, offered, code) => {
    offer = offered;
    await expect(ask(wallet)).rejects.toMatchObject({ code });
    expect((await desk.wallet("hot")).held).toBe(0n);
  });

  it("owns its one movement, what undoes it, and its coming again; a second one is a stranger's", async () => {
    const row = await ask("hot");
    await desk.work(row.id);
    const movement = (movement_id: string, direction: "in" | "out", amount: bigint, fee: bigint) => ({
      ...{ wallet_id: "hot", movement_id, direction, asset: "USDT", amount, fee, reference: null, tx_hash: "hash-1" },
      ...{ counterparty: null, at: desk.now, height: null, transfer_id: row.id, unexplained: false, gone: false },
    });
    const owned = async (...one: Parameters<typeof movement>): Promise<boolean> =>
      desk.tx(async (tx) => {
        const row_of = movement(...one);
        const owner = await findOwner(tx, row_of);
        if (owner !== null) await tx.insert(tables.movement, row_of);
        return owner !== null;
      });
    expect(await owned("out@1", "out", 0n, 25n)).toBe(true);
    expect(await owned("out@2", "out", 0n, 40n)).toBe(false);
    expect(await owned("undone@1", "in", 25n, 0n)).toBe(true);
    expect(await owned("out@3", "out", 0n, 25n)).toBe(true);
    expect(await owned("in@4", "in", 61n, 0n)).toBe(false);
  });
});
