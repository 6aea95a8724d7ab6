/** A known payment straight from custody: one transfer at a time, bound to what is owed, and met exactly once. */
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { type ObligationRow, tables } from "../../store/index.ts";
import {
  cancelTransfer,
  type PreparedSubmit,
  proposeTransfer,
  type TransferDraft,
  type TransferRow,
  voteOnTransfer,
} from "../index.ts";
import { UNSENT } from "../states.ts";
import { type Desk, found, HOUR, MINUTE, OPENING, openDesk, setBalance } from "../suite_transfers.ts";
import { RETRY_AFTER_MS } from "./payout.ts";

fc.configureGlobal({ seed: 1 });

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
  await owe("obl_1");
});

const PAYOUT: Partial<TransferDraft> = {
  ...{ from_wallet: "vault", to_wallet: "acme", amount: 300_000n, obligation_id: "obl_1" },
};

async function owe(id: string, over: Partial<ObligationRow> = {}): Promise<void> {
  const row: ObligationRow = {
    ...{ id, pool_id: "usdt", asset: "USDT", direction: "out", amount: 300_000n, due_at: desk.now + 24 * HOUR },
    ...{ what: "withdrawal 17", source: "manual", reference: null, state: "open", created_at: desk.now },
    ...{ created_by: "person:ana", ended_at: null, note: null, payee: "acme", transfer_id: null, retry_at: null },
    ...over,
  };
  await desk.tx((tx) => tx.insert(tables.obligation, row));
}

async function owed(id = "obl_1"): Promise<ObligationRow | undefined> {
  return desk.tx((tx) => tx.get(tables.obligation, { id }));
}

async function approve(row: TransferRow): Promise<void> {
  await desk.work(row.id);
  for (const person of ["ben", "chen"]) await voteOnTransfer(desk.deps, desk.vote(person, await desk.row(row.id)));
}

/** Approved, sent, and final at the venue. */
async function pay(row: TransferRow): Promise<TransferRow> {
  await approve(row);
  desk.script.find = () => found(row, { final: true, status: "succeeded", stage: "final", fee: 5n });
  await desk.work(row.id);
  return desk.later(row.id, MINUTE);
}

describe("a known payment that goes straight from custody", () => {
  it("is named in what people sign, with its payee and address, under the quorum of custody", async () => {
    const row = await desk.plan(PAYOUT);
    expect(row.plan).toMatchObject({
      direction: "reserve_to_payee",
      quorum_needed: 2,
      to: { venue: "external", wallet: "acme", address: "address-of-acme" },
      obligation: { id: "obl_1", what: "withdrawal 17", asked_by: "person:ana" },
    });
    expect(await owed()).toMatchObject({ state: "open", transfer_id: row.id });
  });

  it("regression: whoever said that it is due does not count among those who allow its payment", async () => {
    const row = await desk.plan(PAYOUT);
    await desk.work(row.id);
    await voteOnTransfer(desk.deps, desk.vote("ben", await desk.row(row.id)));
    const own = voteOnTransfer(desk.deps, desk.vote("ana", await desk.row(row.id)));
    await expect(own).rejects.toMatchObject({ code: "authority_initiator" });
    expect((await desk.work(row.id)).state).toBe("awaiting_approval");
    await voteOnTransfer(desk.deps, desk.vote("chen", await desk.row(row.id)));
    await desk.work(row.id);
    expect(desk.sent).toHaveLength(1);
  });

  it("is met once by its settlement, and leaves the books of what customers are owed", async () => {
    const before = await desk.tx((tx) => tx.get(tables.account, { id: "customers/all/USDT" }));
    const row = await pay(await desk.plan(PAYOUT));
    expect(row.state).toBe("settled");
    expect(await owed()).toMatchObject({ state: "met", note: row.id, transfer_id: row.id });
    expect(await desk.wallet("vault")).toMatchObject({ posted: OPENING - 300_005n, held: 0n });
    const after = await desk.tx((tx) => tx.get(tables.account, { id: "customers/all/USDT" }));
    const surplus = await desk.tx((tx) => tx.find(tables.account, { limit: 100 }));
    expect((before?.posted ?? 0n) - (after?.posted ?? 0n)).toBe(300_000n);
    expect(surplus.filter(({ id }) => id.startsWith("wallet/acme"))).toEqual([]);
    await expect(desk.plan(PAYOUT)).rejects.toMatchObject({ code: "transfer_obligation_taken" });
  });

  it("regression: whoever is short by a fee that was taken off the amount is not said to have it all", async () => {
    const row = await desk.plan(PAYOUT);
    await approve(row);
    const amount_received = 300_000n - 5n;
    desk.script.find = () => found(row, { final: true, status: "succeeded", stage: "final", amount_received });
    await desk.work(row.id);
    expect((await desk.later(row.id, MINUTE)).state).toBe("settled");
    const short = desk.notices.filter(({ code }) => code === "payout_short");
    expect(short).toMatchObject([{ severity: "page", ref: row.id }]);
    expect(short[0]?.message).toContain("received 0.299995 USDT of the 0.3 USDT");
    const raised = (await desk.events(row.id)).filter(({ kind }) => kind === "alert.raised");
    expect(raised.map(({ payload }) => payload)).toMatchObject([{ code: "payout_short" }]);
    expect(await owed()).toMatchObject({
      state: "met",
      note: expect.stringContaining("0.299995 USDT of the 0.3 USDT"),
    });
  });

  it.each([
    ["another amount", { amount: 299_999n }],
    ["another pool's payment", { obligation_id: "obl_2" }],
    ["one that waits after its last try", { obligation_id: "obl_3" }],
    ["one without this payee", { obligation_id: "obl_4" }],
    ["money that comes in", { obligation_id: "obl_5" }],
    ["the hot wallet as its source", { from_wallet: "hot" }],
    ["a wallet of our own as its destination", { to_wallet: "hot" }],
  ])("is refused for %s, and nothing is reserved", async (_name, draft) => {
    await owe("obl_2", { pool_id: "other" });
    await owe("obl_3", { retry_at: desk.now + 1 });
    await owe("obl_4", { payee: "zeta" });
    await owe("obl_5", { direction: "in" });
    await expect(desk.plan({ ...PAYOUT, ...draft })).rejects.toMatchObject({ code: "transfer_invalid" });
    expect((await desk.wallet("vault")).held).toBe(0n);
    expect(await owed()).toMatchObject({ transfer_id: null });
  });

  it("is nothing that a person sends by hand: a payee is no destination without it", async () => {
    const { amount = 0n } = PAYOUT;
    const asked = proposeTransfer(desk.deps, {
      ...{ pool_id: "usdt", from_wallet: "vault", to_wallet: "acme", network: "tron", amount },
      ...{ reason: "by hand", initiator: "person:ana", key: "one" },
    });
    await expect(asked).rejects.toMatchObject({ code: "transfer_invalid" });
  });

  it("cannot be taken by two transfers, one after the other or at once", async () => {
    const other = { ...PAYOUT, from_wallet: "cellar" };
    const both = await Promise.allSettled([desk.plan(PAYOUT), desk.plan(other)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await expect(desk.plan(other)).rejects.toMatchObject({ code: "transfer_obligation_taken" });
  });

  it("is free again when people deny or cancel its transfer, and waits before the next", async () => {
    const row = await desk.plan(PAYOUT);
    await desk.work(row.id);
    await voteOnTransfer(desk.deps, desk.vote("ben", await desk.row(row.id), "deny"));
    expect((await desk.work(row.id)).state).toBe("denied");
    expect(await owed()).toMatchObject({ state: "open", transfer_id: null, retry_at: desk.now + RETRY_AFTER_MS });
    await expect(desk.plan(PAYOUT)).rejects.toMatchObject({ code: "transfer_invalid" });
    desk.now += RETRY_AFTER_MS;
    await setBalance(desk, "vault");
    await setBalance(desk, "hot");
    await setBalance(desk, "cellar");
    const second = await desk.plan(PAYOUT);
    await cancelTransfer(desk.deps, second.id, "person:ana", "not now");
    expect(await owed()).toMatchObject({ state: "open", transfer_id: null });
  });

  it("is free again when the venue proves that nothing moved, and not a moment earlier", async () => {
    const row = await desk.plan(PAYOUT);
    await approve(row);
    desk.script.submit = () => ({ outcome: "unknown", message: "timeout" });
    desk.script.find = () => ({ outcome: "unreadable", message: "down" });
    expect((await desk.work(row.id)).state).toBe("submitting");
    expect(await owed()).toMatchObject({ state: "open", transfer_id: row.id });
    desk.script.find = () => found(row, { final: true, status: "failed", stage: "final" });
    await desk.later(row.id, HOUR);
    expect((await desk.later(row.id, HOUR)).state).toBe("failed");
    expect(await owed()).toMatchObject({ state: "open", transfer_id: null });
  });

  it("is owed again, by the same transfer, when its network takes the settlement back", async () => {
    desk.script.capabilities = { reopening: { window_ms: 24 * HOUR, movements: "vanish" } };
    const row = await pay(await desk.plan(PAYOUT));
    expect(await owed()).toMatchObject({ state: "met" });
    desk.script.find = () => ({ outcome: "absent", as_of: desk.now });
    for (let look = 0; look < 4; look += 1) await desk.later(row.id, 40 * MINUTE);
    expect((await desk.row(row.id)).state).toBe("submitted");
    expect(await owed()).toMatchObject({ state: "open", transfer_id: row.id });
    for (const id of ["hot", "vault", "cellar"]) await setBalance(desk, id);
    await expect(desk.plan({ ...PAYOUT, from_wallet: "cellar" })).rejects.toMatchObject({
      code: "transfer_obligation_taken",
    });
  });

  it("is not sent any more once it is cancelled or met otherwise after people approved", async () => {
    const row = await desk.plan(PAYOUT);
    await approve(row);
    await desk.tx((tx) => tx.update(tables.obligation, { id: "obl_1" }, { state: "cancelled" }));
    expect(await desk.work(row.id)).toMatchObject({ state: "denied", note_code: "transfer_obligation_taken" });
    expect(desk.sent).toEqual([]);
  });

  it("is not sent to an address that people changed since", async () => {
    const row = await desk.plan(PAYOUT);
    await approve(row);
    const address_book = desk.config.address_book.map((entry) =>
      entry.wallet === "acme" ? { ...entry, address: "another" } : entry,
    );
    Object.assign(desk.config, { address_book });
    expect(await desk.work(row.id)).toMatchObject({ state: "denied", note_code: "authority_destination_changed" });
    expect(desk.sent).toEqual([]);
  });

  it("shares the window of what leaves custody with refills", async () => {
    await desk.plan(PAYOUT);
    const refill = { from_wallet: "cellar", to_wallet: "hot" };
    await expect(desk.plan({ ...refill, amount: 300_001n })).rejects.toMatchObject({
      code: "transfer_window_exhausted",
    });
    await expect(desk.plan({ ...refill, amount: 300_000n })).resolves.toBeDefined();
  });

  it("is paid at most once, whatever people and the venue do in any order", async () => {
    const ends = new Map<string, number>();
    const step = fc.constantFrom("plan", "plan_other", "approve", "deny", "work", "cancel", "lose", "succeed", "fail");
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), async (steps) => {
        desk = await openDesk();
        await owe("obl_1");
        for (const one of steps) await act(one);
        const settled = await desk.tx((tx) => tx.find(tables.transfer, { limit: 100 }));
        const open = settled.filter(({ state }) => !["denied", "cancelled", "failed", "expired"].includes(state));
        expect(open.length).toBeLessThanOrEqual(1);
        const row = await owed();
        expect(row?.transfer_id ?? null).toBe(open[0]?.id ?? null);
        for (const { state } of settled) ends.set(state, (ends.get(state) ?? 0) + 1);
        expect(row?.state).toBe(open[0]?.state === "settled" ? "met" : "open");
        const sent = new Set(desk.sent.map((body) => (body as PreparedSubmit).reference));
        const unsent = settled.filter(({ state }) => ["denied", "cancelled", "expired"].includes(state));
        expect(unsent.filter(({ id }) => sent.has(id))).toEqual([]);
        expect(open.filter(({ id }) => sent.has(id))).toEqual(open.filter(({ state }) => !UNSENT.has(state)));
      }),
      { numRuns: 80 },
    );
    // Every end comes about, or the property says little.
    expect(Object.fromEntries(ends)).toMatchObject({
      settled: expect.any(Number),
      denied: expect.any(Number),
      cancelled: expect.any(Number),
      failed: expect.any(Number),
    });
  });
});

/** One thing that may happen; what is refused is part of the game. */
async function act(what: string): Promise<void> {
  const [row] = await desk.tx((tx) =>
    tx.find(tables.transfer, {
      order_by: [
        ["created_at", "desc"],
        ["id", "desc"],
      ],
      limit: 1,
    }),
  );
  desk.now += 2 * RETRY_AFTER_MS;
  for (const id of ["hot", "vault", "cellar"]) await setBalance(desk, id);
  try {
    if (what === "plan") await desk.plan(PAYOUT);
    if (what === "plan_other") await desk.plan({ ...PAYOUT, from_wallet: "cellar" });
    if (row === undefined) return;
    if (what === "approve") await approve(row);
    if (what === "deny") await voteOnTransfer(desk.deps, desk.vote("ben", row, "deny"));
    if (what === "cancel") await cancelTransfer(desk.deps, row.id, "person:ana", "not now");
    if (what === "lose") desk.script.submit = () => ({ outcome: "unknown", message: "timeout" });
    const final = { final: true, stage: "final" } as const;
    if (what === "succeed") desk.script.find = () => found(row, { ...final, status: "succeeded" });
    if (what === "fail") desk.script.find = () => found(row, { ...final, status: "failed" });
    await desk.work(row.id);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}
