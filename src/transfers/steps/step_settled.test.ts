import { beforeEach, describe, expect, it } from "vitest";
import { digestOf } from "../../digest/index.ts";
import { REOPENED_MAX, trialBalance } from "../../ledger/index.ts";
import { type MovementRow, tables } from "../../store/index.ts";
import type { Venue } from "../../venues/port.ts";
import { findOwner, isWatched, movementsOf, workTransfer } from "../index.ts";
import { type Desk, found, HOUR, MINUTE, OPENING, openDesk } from "../suite_transfers.ts";
import type { TransferRow } from "../types.ts";

const FINAL = { stage: "final", final: true, status: "succeeded", amount_received: 1_000n, fee: 2n } as const;
const WINDOW_MS = 6 * HOUR;
let desk: Desk;
let row: TransferRow;
beforeEach(async () => {
  desk = await openDesk();
  desk.script.capabilities = {
    idempotency: { kind: "signed_transaction" },
    consistency_window_ms: 0,
    reopening: { window_ms: WINDOW_MS, movements: "vanish" },
  };
  row = await desk.plan();
  desk.script.find = () => found(row, FINAL);
  row = await desk.work(row.id);
  expect(row).toMatchObject({ state: "settled", settled_at: desk.now, next_at: desk.now + MINUTE });
});

const gone = () => ({ outcome: "absent", as_of: desk.now }) as const;
const sums = async () => ({
  hot: (await desk.wallet("hot")).posted,
  held: (await desk.wallet("hot")).held,
  vault: (await desk.wallet("vault")).posted,
});
const SETTLED = { hot: OPENING - 1_002n, held: 0n, vault: OPENING + 1_000n };
/** Two looks that do not find it. */
async function takeBack(): Promise<TransferRow> {
  desk.script.find = gone;
  await desk.later(row.id, HOUR);
  return desk.later(row.id, HOUR);
}

describe("a settled transfer", () => {
  it("is looked at again within its venue's window, ever more rarely, and then left alone", async () => {
    const waits: number[] = [];
    while (isWatched(row)) {
      desk.now = row.next_at ?? 0;
      row = await desk.work(row.id);
      if (row.next_at !== null) waits.push((row.next_at - desk.now) / MINUTE);
    }
    expect(waits.slice(0, 6)).toEqual([1, 2, 4, 8, 16, 30]);
    expect(Math.max(...waits)).toBe(30);
    expect(desk.now - (row.settled_at ?? 0)).toBe(WINDOW_MS);
    expect(row).toMatchObject({ state: "settled", lease_owner: null });
    expect(await sums()).toEqual(SETTLED);
  });

  it("is left alone at once where nothing is taken back, and when its venue leaves the configuration", async () => {
    desk.script.capabilities = { idempotency: { kind: "signed_transaction" } };
    expect(await desk.later(row.id, HOUR)).toMatchObject({ state: "settled", next_at: null });
  });

  it("is in flight again when the venue says twice that it is not there, and settles once more", async () => {
    desk.script.find = gone;
    const doubted = await desk.later(row.id, HOUR);
    expect(doubted).toMatchObject({ state: "settled", note_code: "settlement_doubted" });
    expect(await sums()).toEqual(SETTLED);
    const sent = desk.sent.length;
    const reopened = await desk.later(row.id, MINUTE);
    expect(reopened).toMatchObject({ state: "submitted", settled_at: null, amount_received: null, fee_actual: null });
    expect(await sums()).toEqual({ hot: OPENING - 1_000n, held: 10n, vault: OPENING });
    expect(desk.notices).toMatchObject([{ code: "settlement_reopened", severity: "page" }]);
    // Only the very bytes that were approved and sent are ever sent again.
    expect(new Set(desk.sent.map((body) => digestOf("request", body))).size).toBe(1);
    expect(desk.sent.length - sent).toBeLessThanOrEqual(1);
    desk.script.find = () => found(row, FINAL);
    expect(await desk.later(row.id, HOUR)).toMatchObject({ state: "settled" });
    expect(await sums()).toEqual(SETTLED);
    const states = (await desk.events(row.id)).filter(({ kind }) => kind === "transfer.state");
    expect(states.map(({ payload }) => (payload as { to_state: string }).to_state).slice(-3)).toEqual([
      "settled",
      "submitted",
      "settled",
    ]);
    for (const { balanced } of await desk.tx(trialBalance)) expect(balanced).toBe(true);
  });

  it("keeps every entry: what is taken back is mirrored under its own key, and the next settlement has the next one", async () => {
    await takeBack();
    desk.script.find = () => found(row, FINAL);
    await desk.later(row.id, HOUR);
    const postings = await desk.tx((tx) => tx.find(tables.posting, { where: { ref: row.id }, limit: 20 }));
    expect(postings.map(({ key }) => key.replace(`transfer/${row.id}/`, "")).sort()).toEqual([
      "settled",
      "settled/2",
      "settled/reversed",
      "submitted",
    ]);
  });

  it.each([
    ["nobody answers", () => ({ outcome: "unreadable", message: "down" }) as const],
    ["it is there as it was", () => found(row, FINAL)],
    ["the venue says nothing of what arrived", () => found(row, { ...FINAL, amount_received: null })],
  ])("stays what it is when %s", async (_, answer) => {
    desk.script.find = answer;
    for (let look = 0; look < 3; look += 1) await desk.later(row.id, HOUR);
    expect(await desk.row(row.id)).toMatchObject({ state: "settled", note_code: null });
    expect(desk.notices).toEqual([]);
  });

  it.each([
    ["knows nothing of it", () => ({ outcome: "absent", as_of: desk.now }) as const],
    ["shows it in the pool", () => found(row, { stage: "broadcast", final: false, status: "pending" })],
    ["shows a nonce that is free", () => found(row, { ...FINAL, status: "failed", amount_received: null, fee: null })],
  ])("is not doubted by a node whose newest block is older than the settlement, and which %s", async (_, answer) => {
    const head_at = row.settled_at ?? 0;
    desk.script.find = () => ({ ...answer(), head_at });
    for (let look = 0; look < 4; look += 1) await desk.later(row.id, HOUR);
    expect(await desk.row(row.id)).toMatchObject({ state: "settled", note_code: null, next_at: expect.any(Number) });
    expect(await sums()).toEqual(SETTLED);
    expect(desk.notices).toEqual([]);
    desk.script.find = () => ({ ...answer(), head_at: head_at + 1 });
    expect(await desk.later(row.id, HOUR)).toMatchObject({ note_code: "settlement_doubted" });
  });

  it("is not doubted by a venue whose own time is before the settlement", async () => {
    const as_of = row.settled_at ?? 0;
    desk.script.find = () => ({ outcome: "absent", as_of });
    for (let look = 0; look < 3; look += 1) await desk.later(row.id, HOUR);
    expect(await desk.row(row.id)).toMatchObject({ state: "settled", note_code: null });
  });

  it("that is in the chain and delivers is not taken back for want of depth, and is watched until it is final", async () => {
    desk.script.find = () => found(row, { ...FINAL, stage: "confirming", final: false });
    for (let look = 0; look < 9; look += 1) row = await desk.later(row.id, HOUR);
    expect(row).toMatchObject({ state: "settled", note_code: null, next_at: desk.now + MINUTE });
    desk.script.find = () => found(row, FINAL);
    expect(await desk.later(row.id, HOUR)).toMatchObject({ state: "settled", next_at: null });
  });

  it("is watched again when its venue comes back to the configuration", async () => {
    const venues = desk.deps.venues as Map<string, Venue>;
    const venue = venues.get("hot-venue");
    venues.delete("hot-venue");
    for (let look = 0; look < 3; look += 1) row = await desk.later(row.id, HOUR);
    expect(row).toMatchObject({ state: "settled", next_at: desk.now + HOUR / 2 });
    if (venue !== undefined) venues.set("hot-venue", venue);
    desk.script.find = gone;
    expect(await desk.later(row.id, HOUR)).toMatchObject({ note_code: "settlement_doubted" });
    venues.delete("hot-venue");
    expect(await desk.later(row.id, 31 * 24 * HOUR)).toMatchObject({ state: "settled", next_at: null });
  });

  it("is believed once more when a node only lagged", async () => {
    desk.script.find = gone;
    await desk.later(row.id, HOUR);
    desk.script.find = () => found(row, FINAL);
    expect(await desk.later(row.id, MINUTE)).toMatchObject({ state: "settled", note_code: null, note: null });
    desk.script.find = gone;
    expect(await desk.later(row.id, HOUR)).toMatchObject({ state: "settled", note_code: "settlement_doubted" });
  });

  it.each([
    ["is on its way again", { stage: "broadcast", final: false, status: "pending" }, "submitted"],
    ["came to nothing", { ...FINAL, status: "failed", amount_received: null, fee: null }, "held"],
    ["arrived with less", { ...FINAL, amount_received: 995n }, "settled"],
    ["is another transaction", { ...FINAL, tx_hash: "hash-2" }, "settled"],
    ["goes to somebody else", { ...FINAL, to_address: "address-of-a-thief" }, "held"],
  ] as const)("when it %s, follows it there", async (_, told, state) => {
    desk.script.find = () => found(row, told);
    await desk.later(row.id, HOUR);
    expect(await desk.later(row.id, HOUR)).toMatchObject({ state });
    const { hot, vault } = await sums();
    if (state === "submitted" || state === "held")
      expect({ hot, vault }).toEqual({ hot: OPENING - 1_000n, vault: OPENING });
    for (const { balanced } of await desk.tx(trialBalance)) expect(balanced).toBe(true);
  });

  it("that finally failed is for people: nothing is freed before they say how it ended", async () => {
    desk.script.find = () => found(row, { ...FINAL, status: "failed", amount_received: null, fee: null });
    await desk.later(row.id, HOUR);
    row = await desk.later(row.id, HOUR);
    expect(row).toMatchObject({ state: "held", note_code: "settlement_failed" });
    expect(await sums()).toEqual({ hot: OPENING - 1_000n, held: 10n, vault: OPENING });
    expect(desk.notices.map(({ code }) => code)).toEqual(["settlement_reopened", "transfer_settlement_failed"]);
    for (let look = 0; look < 3; look += 1) row = await desk.later(row.id, HOUR);
    expect(row.state).toBe("held");
  });

  it("is given up to people when it comes and goes without end, with its books as they are", async () => {
    for (let time = 0; time <= REOPENED_MAX; time += 1) {
      row = await takeBack();
      if (row.state === "settled") break;
      desk.script.find = () => found(row, FINAL);
      row = await desk.later(row.id, HOUR);
    }
    expect(row).toMatchObject({ state: "settled", next_at: null, note_code: "settlement_unsteady" });
    expect(desk.notices.filter(({ code }) => code === "settlement_reopened")).toHaveLength(REOPENED_MAX);
    expect(desk.notices.at(-1)).toMatchObject({ code: "settlement_unsteady", severity: "page" });
    expect(await sums()).toEqual(SETTLED);
  });

  it("is worked on by one process: another one that holds an old copy changes nothing", async () => {
    await takeBack();
    expect(await workTransfer(desk.another("two"), row.id)).toBe("waiting");
    const reversals = await desk.tx((tx) =>
      tx.find(tables.posting, { where: { key: `transfer/${row.id}/settled/reversed` }, limit: 5 }),
    );
    expect(reversals).toHaveLength(1);
  });
});

describe("the movements of a settlement that was taken back", () => {
  const movement = (wallet_id: string, direction: "in" | "out", movement_id: string): MovementRow => ({
    ...{ wallet_id, movement_id, direction, asset: "USDT", amount: 1_000n, fee: 0n, reference: null },
    ...{ tx_hash: "hash-1", counterparty: null, at: desk.now, height: null, transfer_id: row.id },
    ...{ unexplained: false, gone: false },
  });
  const there = async () => {
    const now = await desk.row(row.id);
    return desk.tx(async (tx) => ((await movementsOf(tx, [now])).get(row.id) ?? []).length);
  };

  it("are gone with it where the network lists no reversal, and count again when it settles", async () => {
    await desk.tx((tx) => tx.insert(tables.movement, movement("hot", "out", "o")));
    await desk.tx((tx) => tx.insert(tables.movement, movement("vault", "in", "i")));
    expect(await there()).toBe(2);
    row = await takeBack();
    expect(await there()).toBe(0);
    desk.script.find = () => found(row, FINAL);
    row = await desk.later(row.id, HOUR);
    expect(await there()).toBe(2);
  });

  it("belong to it with what undoes them, as long as it is followed, and make room to come again", async () => {
    await desk.tx((tx) => tx.insert(tables.movement, movement("vault", "in", "i")));
    const undo = movement("vault", "out", "undo");
    expect((await desk.tx((tx) => findOwner(tx, undo)))?.id).toBe(row.id);
    expect(await desk.tx((tx) => findOwner(tx, movement("vault", "in", "again")))).toBeNull();
    await desk.tx((tx) => tx.insert(tables.movement, undo));
    expect((await desk.tx((tx) => findOwner(tx, movement("vault", "in", "again"))))?.id).toBe(row.id);
    expect(await desk.tx((tx) => findOwner(tx, movement("vault", "out", "twice")))).toBeNull();
  });

  it("are for people when nobody follows it any more", async () => {
    await desk.tx((tx) => tx.insert(tables.movement, movement("vault", "in", "i")));
    desk.now += WINDOW_MS;
    row = await desk.work(row.id);
    expect(isWatched(row)).toBe(false);
    expect(await desk.tx((tx) => findOwner(tx, movement("vault", "out", "undo")))).toBeNull();
  });
});
