import { beforeEach, describe, expect, it } from "vitest";
import { transferDigest } from "../../authority/index.ts";
import { tables } from "../../store/index.ts";
import { proposeTransfer, supersede, voteOnTransfer } from "../index.ts";
import { type Desk, found, HOUR, MINUTE, OPENING, openDesk, REFILL, setBalance } from "../suite_transfers.ts";

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});

describe("planTransfer", () => {
  it("freezes the plan, reserves amount and fee, and writes its event, all together", async () => {
    const row = await desk.plan();
    expect(row).toMatchObject({
      state: "planned",
      reference: row.id,
      digest: transferDigest(row.plan),
      amount: 1_000n,
    });
    expect(row.plan).toMatchObject({
      instrument: "usdt-tron",
      quorum_needed: 0,
      from: { venue: "hot-venue", wallet: "hot", role: "hot" },
      to: { wallet: "vault", role: "custody", address: "address-of-vault", memo: null },
    });
    expect(await desk.wallet("hot")).toMatchObject({ posted: OPENING, held: 1_010n });
    const [event] = await desk.events(row.id);
    expect(event).toMatchObject({ kind: "transfer.planned", type: "Auto-Pilot", payload: { digest: row.digest } });
  });

  it("asks for the quorum of the tier on the way out of custody", async () => {
    expect((await desk.plan(REFILL)).plan).toMatchObject({ direction: "reserve_to_liquidity", quorum_needed: 2 });
  });

  it("refuses everything while frozen, and where no mode was ever written", async () => {
    await desk.setMode("frozen");
    await expect(desk.plan()).rejects.toMatchObject({ code: "treasury_frozen", exit_code: 3 });
    await desk.tx((tx) => tx.delete(tables.control, { name: "mode" }));
    await expect(desk.plan()).rejects.toMatchObject({ code: "treasury_frozen" });
  });

  it("keeps one transfer open between two wallets, whichever way", async () => {
    await desk.plan();
    await expect(desk.plan()).rejects.toMatchObject({ code: "transfer_route_busy" });
    await expect(desk.plan(REFILL)).rejects.toMatchObject({ code: "transfer_opposite_open" });
    expect((await desk.plan({ to_wallet: "cellar" })).state).toBe("planned");
  });

  it("cannot be made twice by two plans at the same time", async () => {
    const both = await Promise.allSettled([desk.plan(), desk.plan()]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await desk.wallet("hot")).held).toBe(1_010n);
  });

  it.each([
    ["an unknown pool", { pool_id: "none" }],
    ["an unknown wallet", { to_wallet: "none" }],
    ["the wallet itself", { to_wallet: "hot" }],
    ["a network of another pool", { network: "ethereum" }],
    ["nothing", { amount: 0n }],
    ["a negative amount", { amount: -5n }],
    ["a negative fee", { fee_max: -1n }],
    ["more than the largest move", { amount: 500_001n }],
  ])("refuses %s and reserves nothing", async (_name, draft) => {
    await expect(desk.plan(draft)).rejects.toMatchObject({ code: "transfer_invalid" });
    expect((await desk.wallet("hot")).held).toBe(0n);
  });

  it("keeps the floor of the source, counting what is reserved", async () => {
    const tier = {
      asset: "*",
      direction: "internal",
      from_amount: 0n,
      approvals_needed: 1,
      roles: ["approver"],
    } as const;
    Object.assign(desk.config, {
      authority: { ...desk.config.authority, tiers: [...desk.config.authority.tiers, tier] },
    });
    await expect(desk.plan({ ...REFILL, amount: 500_000n })).resolves.toBeDefined();
    const left = { from_wallet: "vault", to_wallet: "cellar" };
    await expect(desk.plan({ ...left, amount: 449_981n })).rejects.toMatchObject({ code: "transfer_invalid" });
    await expect(desk.plan({ ...left, amount: 449_980n })).resolves.toBeDefined();
  });

  it("reserves room in the window from planning on, by amount and by count", async () => {
    const first = await desk.plan({ ...REFILL, amount: 400_000n });
    const second = { from_wallet: "cellar", to_wallet: "hot" };
    await expect(desk.plan({ ...second, amount: 200_001n })).rejects.toMatchObject({
      code: "transfer_window_exhausted",
    });
    const used = await desk.plan({ ...second, amount: 200_000n });
    await desk.tx((tx) => supersede(tx, desk.deps, used.id, "its room is free again"));
    expect((await desk.later(first.id, 24 * HOUR)).state).toBe("expired");
    for (const id of ["hot", "vault", "cellar"]) await setBalance(desk, id);
    await expect(desk.plan({ ...second, amount: 500_000n })).resolves.toBeDefined();
  });

  it("an open request takes room in the window however old it is: it may be sent at any moment", async () => {
    await desk.plan({ ...REFILL, amount: 400_000n });
    desk.now += 24 * HOUR;
    for (const id of ["hot", "vault", "cellar"]) await setBalance(desk, id);
    const second = { from_wallet: "cellar", to_wallet: "hot" };
    await expect(desk.plan({ ...second, amount: 200_001n })).rejects.toMatchObject({
      code: "transfer_window_exhausted",
    });
    await expect(desk.plan({ ...second, amount: 200_000n })).resolves.toBeDefined();
  });

  it("a move takes room in the window from the time it was sent, not from the time it was asked for", async () => {
    const first = await desk.plan({ ...REFILL, amount: 400_000n });
    await desk.work(first.id);
    desk.now += 23 * HOUR;
    for (const id of ["hot", "vault", "cellar"]) await setBalance(desk, id);
    for (const person of ["ana", "ben"]) await voteOnTransfer(desk.deps, desk.vote(person, first));
    expect(await desk.work(first.id)).toMatchObject({ state: "submitted", submitted_at: desk.now });
    const settled = { stage: "final", final: true, status: "succeeded", amount_received: 400_000n, fee: 0n } as const;
    desk.script.find = () => found(first, settled);
    expect((await desk.later(first.id, MINUTE)).state).toBe("settled");
    desk.now += 2 * HOUR;
    for (const id of ["hot", "vault", "cellar"]) await setBalance(desk, id);
    const second = { from_wallet: "cellar", to_wallet: "hot", amount: 400_000n };
    await expect(desk.plan(second)).rejects.toMatchObject({ code: "transfer_window_exhausted" });
    desk.now += 22 * HOUR;
    for (const id of ["hot", "vault", "cellar"]) await setBalance(desk, id);
    await expect(desk.plan(second)).resolves.toBeDefined();
  });

  it("lets nothing out of one custody wallet into another without people either", async () => {
    const within = { from_wallet: "vault", to_wallet: "cellar" };
    Object.assign(desk.config, { authority: { ...desk.config.authority, tiers: [] } });
    await expect(desk.plan(within)).rejects.toMatchObject({ code: "authority_no_tier" });
  });

  it("starts on fresh balances only, and out of custody on fresh balances of both", async () => {
    await setBalance(desk, "vault", { as_of: desk.now - HOUR - 1 });
    await expect(desk.plan()).resolves.toBeDefined();
    desk = await openDesk();
    await setBalance(desk, "hot", { as_of: desk.now - HOUR - 1 });
    await expect(desk.plan()).rejects.toMatchObject({ code: "transfer_pending_unreadable", exit_code: 5 });
    await expect(desk.plan(REFILL)).rejects.toMatchObject({ code: "transfer_pending_unreadable" });
  });

  it("starts nothing while any wallet of the asset hides what is pending", async () => {
    await setBalance(desk, "cellar", { pending_readable: false });
    await expect(desk.plan()).rejects.toMatchObject({ code: "transfer_pending_unreadable" });
    await desk.tx((tx) => tx.delete(tables.balance, { wallet_id: "cellar" }));
    await expect(desk.plan()).rejects.toMatchObject({ code: "transfer_pending_unreadable" });
  });

  it("starts nothing while the books do not agree with a venue", async () => {
    const open = {
      asset: "USDT",
      difference: 1n,
      opened_at: 1,
      last_seen_at: 1,
      closed_at: null,
      cause: "unexplained",
      ...({ kind: "balance", movement_id: null, causes: [], freezes: true } as const),
      ...{ closed_by: null, resolution_id: null },
    };
    await desk.tx((tx) => tx.insert(tables.breaks, { id: "brk", wallet_id: "cellar", ...open }));
    await expect(desk.plan()).rejects.toMatchObject({ code: "transfer_asset_frozen" });
  });

  it("sends nowhere that is not in the address book", async () => {
    const address_book = desk.config.address_book.filter(({ wallet }) => wallet !== "vault");
    Object.assign(desk.config, { address_book });
    await expect(desk.plan()).rejects.toMatchObject({ code: "authority_destination_unknown" });
  });

  it("lets nothing out of custody without a tier that says who approves it", async () => {
    Object.assign(desk.config, { authority: { ...desk.config.authority, tiers: [] } });
    await expect(desk.plan(REFILL)).rejects.toMatchObject({ code: "authority_no_tier" });
  });
});

describe("supersede", () => {
  it("ends an unsent request and frees what it held, so that a newer one fits", async () => {
    const old = await desk.plan(REFILL);
    await desk.tx((tx) => supersede(tx, desk.deps, old.id, "newer"));
    expect(await desk.row(old.id)).toMatchObject({ state: "cancelled", note_code: "superseded" });
    expect((await desk.wallet("vault")).held).toBe(0n);
    await expect(desk.plan(REFILL)).resolves.toBeDefined();
  });

  it("does not touch what was sent", async () => {
    const row = await desk.plan();
    await desk.work(row.id);
    await expect(desk.tx((tx) => supersede(tx, desk.deps, row.id, "newer"))).rejects.toMatchObject({
      code: "transfer_conflict",
    });
  });
});

describe("proposeTransfer", () => {
  const request = {
    pool_id: "usdt",
    ...REFILL,
    network: "tron",
    amount: 7_000n,
    reason: "payday",
    initiator: "person:ana",
  };

  it("is the same transfer for the same key, at once and later", async () => {
    const first = await proposeTransfer(desk.deps, { ...request, key: "k1" });
    desk.now += HOUR;
    const again = await proposeTransfer(desk.deps, { ...request, key: "k1" });
    expect(again.id).toBe(first.id);
    expect(first).toMatchObject({ cause: "manual", plan: { initiator: "person:ana", quorum_needed: 2 } });
    expect((await desk.wallet("vault")).held).toBe(7_100n);
  });

  it("refuses a key that was used for something else, and a key that is none", async () => {
    await proposeTransfer(desk.deps, { ...request, key: "k1" });
    await expect(proposeTransfer(desk.deps, { ...request, amount: 8n, key: "k1" })).rejects.toMatchObject({
      code: "transfer_key_reused",
    });
    await expect(proposeTransfer(desk.deps, { ...request, key: "" })).rejects.toMatchObject({
      code: "transfer_invalid",
    });
  });

  it("keeps the keys of two people apart", async () => {
    const one = await proposeTransfer(desk.deps, { ...request, key: "k1" });
    const other = { ...request, from_wallet: "cellar", initiator: "person:ben", key: "k1" };
    expect((await proposeTransfer(desk.deps, other)).id).not.toBe(one.id);
  });
});
