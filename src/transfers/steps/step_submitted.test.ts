import { beforeEach, describe, expect, it } from "vitest";
import { bookMovement } from "../../ledger/index.ts";
import { tables } from "../../store/index.ts";
import { findOwner } from "../index.ts";
import { type Desk, found, HOUR, MINUTE, OPENING, openDesk } from "../suite_transfers.ts";
import type { TransferRow } from "../types.ts";

let desk: Desk;
let sent: TransferRow;
beforeEach(async () => {
  desk = await openDesk();
  sent = await desk.work((await desk.plan()).id);
});

const FINAL = { stage: "final", final: true, status: "succeeded" } as const;

describe("a submitted transfer", () => {
  it("shows each change of the venue's stage once", async () => {
    desk.script.find = () => found(sent);
    await desk.later(sent.id, MINUTE);
    await desk.later(sent.id, MINUTE);
    desk.script.find = () => found(sent, { confirmations: 2 });
    expect(await desk.later(sent.id, MINUTE)).toMatchObject({ stage: "confirming", confirmations: 2 });
    const stages = (await desk.events(sent.id)).filter(({ kind }) => kind === "transfer.stage");
    expect(stages.map(({ payload }) => payload)).toMatchObject([
      { from_stage: "accepted", to_stage: "confirming", confirmations: 1, raw_status: "CONFIRMING" },
      { from_stage: "confirming", to_stage: "confirming", confirmations: 2 },
    ]);
  });

  it("settles net of a fee taken from the amount", async () => {
    desk.script.find = () => found(sent, { ...FINAL, amount_received: 995n, fee: 0n });
    expect(await desk.later(sent.id, MINUTE)).toMatchObject({ state: "settled", amount_received: 995n });
    expect((await desk.wallet("vault")).posted).toBe(OPENING + 995n);
    expect((await desk.wallet("hot")).posted).toBe(OPENING - 1_000n);
  });

  it("holds what arrived in part: what is missing is more than any fee, and nobody is credited for it", async () => {
    desk.script.find = () => found(sent, { amount_received: 400n });
    expect(await desk.later(sent.id, MINUTE)).toMatchObject({ state: "submitted", note_code: "partially_filled" });
    desk.script.find = () => found(sent, { ...FINAL, amount_received: 600n, fee: 0n });
    const held = await desk.later(sent.id, MINUTE);
    expect(held).toMatchObject({ state: "held", note_code: "partially_filled" });
    expect(held.note).toContain("0.0006 USDT of 0.001 USDT arrived; 0.0004 USDT did not");
    expect((await desk.wallet("vault")).posted).toBe(OPENING);
    expect(desk.notices).toMatchObject([{ code: "transfer_partially_filled", severity: "page" }]);
  });

  it("holds what is done and proves no delivery: neither settled nor free", async () => {
    desk.script.find = () => found(sent, { ...FINAL, status: "unproven", amount_received: null });
    expect(await desk.later(sent.id, MINUTE)).toMatchObject({ state: "held", note_code: "receipt_unproven" });
    expect((await desk.wallet("hot")).posted).toBe(OPENING - 1_000n);
    expect((await desk.wallet("vault")).posted).toBe(OPENING);
  });

  it("settles above its fee cap, because it happened, and pages people", async () => {
    desk.script.find = () => found(sent, { ...FINAL, amount_received: 1_000n, fee: 11n });
    expect(await desk.later(sent.id, MINUTE)).toMatchObject({ state: "settled", note_code: "fee_above_cap" });
    expect(desk.notices).toMatchObject([{ code: "fee_above_cap", severity: "page" }]);
  });

  it("a word that succeeded but is not final settles nothing", async () => {
    desk.script.find = () => found(sent, { status: "succeeded", final: false });
    expect(await desk.later(sent.id, MINUTE)).toMatchObject({ state: "submitted" });
  });

  it("takes everything back when the venue says finally that nothing moved", async () => {
    desk.script.find = () => found(sent, { ...FINAL, status: "failed", raw_status: "REJECTED" });
    expect(await desk.later(sent.id, MINUTE)).toMatchObject({ state: "failed", note_code: "venue_failed" });
    expect(await desk.wallet("hot")).toMatchObject({ posted: OPENING, held: 0n });
  });

  it("dmm: what the venue holds for its own approval is compared, withdrawn when it differs, and held", async () => {
    desk.script.capabilities = { approval_stage: true };
    desk.script.find = () => found(sent, { stage: "pending_approval", to_address: "address-of-a-thief" });
    expect(await desk.later(sent.id, MINUTE)).toMatchObject({ state: "held", note_code: "identity_mismatch" });
    expect(desk.cancelled).toEqual(["venue-1"]);
    expect((await desk.wallet("hot")).posted).toBe(OPENING - 1_000n);
  });

  it.each([
    ["token", { contract: "T-worthless" }],
    ["chain", { chain_id: 10 }],
    ["memo", { to_memo: "of a thief" }],
  ])("is held when the venue speaks of another %s", async (_, told) => {
    desk.script.find = () => found(sent, { ...FINAL, ...told });
    const held = await desk.later(sent.id, MINUTE);
    expect(held).toMatchObject({ state: "held", note_code: "identity_mismatch" });
    expect(held.note).toContain(Object.keys(told)[0]?.replace("to_", ""));
  });

  it("does not withdraw a request that is not under its reference", async () => {
    desk.script.capabilities = { approval_stage: true };
    desk.script.find = () => found(sent, { stage: "pending_approval", reference: "trf_other" });
    expect(await desk.later(sent.id, MINUTE)).toMatchObject({ state: "held" });
    expect(desk.cancelled).toEqual([]);
  });

  it("stays in flight when the venue forgets it, goes back a stage and pages once", async () => {
    desk.script.find = () => found(sent);
    await desk.later(sent.id, MINUTE);
    desk.script.find = () => ({ outcome: "absent", as_of: desk.now });
    expect(await desk.later(sent.id, 5 * MINUTE)).toMatchObject({ stage: "confirming" });
    expect(await desk.later(sent.id, HOUR)).toMatchObject({
      state: "submitted",
      stage: "accepted",
      confirmations: null,
    });
    await desk.later(sent.id, HOUR);
    expect(desk.notices.map(({ code }) => code)).toEqual(["transfer_missing"]);
    expect(desk.sent).toHaveLength(1);
    desk.script.find = () => found(sent, FINAL);
    expect(await desk.later(sent.id, HOUR)).toMatchObject({ state: "settled" });
  });

  it("sends a signed transaction that was dropped again, and not while frozen", async () => {
    desk.script.capabilities = { idempotency: { kind: "signed_transaction" } };
    desk.script.find = () => ({ outcome: "absent", as_of: desk.now });
    await desk.setMode("frozen");
    await desk.later(sent.id, HOUR);
    await desk.later(sent.id, HOUR);
    expect(desk.sent).toHaveLength(1);
    await desk.setMode("auto");
    expect(await desk.later(sent.id, HOUR)).toMatchObject({ state: "submitted" });
    expect(desk.sent).toHaveLength(2);
  });

  it("pages once when it is not final after a day, and goes on", async () => {
    desk.script.find = () => found(sent);
    expect(await desk.later(sent.id, 25 * HOUR)).toMatchObject({ state: "submitted", note_code: "overdue" });
    await desk.later(sent.id, 25 * HOUR);
    expect(desk.notices.map(({ code }) => code)).toEqual(["transfer_overdue"]);
    desk.script.find = () => found(sent, FINAL);
    expect(await desk.later(sent.id, HOUR)).toMatchObject({ state: "settled", note: null });
  });

  it("waits longer each time nothing changed, up to a limit", async () => {
    desk.script.find = () => found(sent);
    const waits: number[] = [];
    for (let look = 0; look < 12; look += 1) {
      const { next_at } = await desk.later(sent.id, HOUR);
      waits.push((next_at ?? 0) - desk.now);
    }
    expect(waits.slice(0, 4)).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(waits.at(-1)).toBe(300_000);
  });
});

describe("a replaced transaction", () => {
  it("takes its new hash, and takes back what was booked as a customer's under it", async () => {
    const arrival = {
      wallet_id: "vault",
      movement_id: "m1",
      direction: "in",
      asset: "USDT",
      amount: 1_000n,
      fee: 0n,
      reference: null,
      tx_hash: "hash-2",
      counterparty: null,
      at: desk.now,
      height: null,
      transfer_id: null,
      unexplained: false,
      gone: false,
    } as const;
    await desk.tx(async (tx) => {
      expect(await findOwner(tx, arrival)).toBeNull();
      await tx.insert(tables.movement, arrival);
      await bookMovement(tx, desk.deps.ids, arrival);
    });
    expect((await desk.wallet("vault")).posted).toBe(OPENING + 1_000n);
    desk.script.find = () => found(sent, { tx_hash: "hash-2" });
    expect(await desk.later(sent.id, MINUTE)).toMatchObject({ state: "submitted", tx_hash: "hash-2" });
    expect((await desk.wallet("vault")).posted).toBe(OPENING);
    const claimed = await desk.tx((tx) => tx.get(tables.movement, { wallet_id: "vault", movement_id: "m1" }));
    expect(claimed?.transfer_id).toBe(sent.id);
    desk.script.find = () => found(sent, { ...FINAL, tx_hash: "hash-2", amount_received: 1_000n, fee: 0n });
    await desk.later(sent.id, HOUR);
    expect((await desk.wallet("vault")).posted).toBe(OPENING + 1_000n);
  });

  it("owns an arrival once: what a reorganised network lists again is booked as a movement of its own", async () => {
    const arrival = (movement_id: string) =>
      ({
        wallet_id: "vault",
        movement_id,
        direction: "in",
        asset: "USDT",
        amount: 1_000n,
        fee: 0n,
        reference: null,
        tx_hash: "hash-2",
        counterparty: null,
        at: desk.now,
        height: null,
        transfer_id: null,
        unexplained: false,
        gone: false,
      }) as const;
    for (const id of ["m1", "m2"]) {
      await desk.tx(async (tx) => {
        await tx.insert(tables.movement, arrival(id));
        await bookMovement(tx, desk.deps.ids, arrival(id));
      });
    }
    desk.script.find = () => found(sent, { ...FINAL, tx_hash: "hash-2", amount_received: 1_000n, fee: 0n });
    await desk.later(sent.id, HOUR);
    await desk.tx(async (tx) => {
      expect(await findOwner(tx, arrival("m1"))).toMatchObject({ id: sent.id });
      expect(await findOwner(tx, arrival("m3"))).toBeNull();
    });
    // One is the transfer's and came with it; the other stays what it was booked as.
    expect((await desk.wallet("vault")).posted).toBe(OPENING + 2_000n);
  });

  it("knows its movements by reference, or by hash, wallet, direction and amount", async () => {
    const base = {
      wallet_id: "hot",
      movement_id: "m",
      direction: "out",
      asset: "USDT",
      amount: 1_000n,
      fee: 1n,
    } as const;
    const rest = {
      counterparty: null,
      at: desk.now,
      height: null,
      transfer_id: null,
      unexplained: false,
      gone: false,
      reference: null,
      tx_hash: "hash-1",
    };
    const owner = (more: object) => desk.tx((tx) => findOwner(tx, { ...base, ...rest, ...more }));
    expect((await owner({}))?.id).toBe(sent.id);
    expect((await owner({ reference: sent.id, tx_hash: null }))?.id).toBe(sent.id);
    expect((await owner({ wallet_id: "vault", direction: "in" }))?.id).toBe(sent.id);
    expect(await owner({ wallet_id: "vault" })).toBeNull();
    expect(await owner({ amount: 1_001n })).toBeNull();
    expect(await owner({ tx_hash: "hash-9" })).toBeNull();
    expect(await owner({ asset: "BTC" })).toBeNull();
  });
});
