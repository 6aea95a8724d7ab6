import { beforeEach, describe, expect, it } from "vitest";
import { trialBalance, walletBalance } from "../../ledger/index.ts";
import type { BreakResolutionRow, BreakRow } from "../../ledger/types.ts";
import { tables } from "../../store/index.ts";
import type { VenueMovement } from "../../venues/port.ts";
import type { RunnableTreasury } from "../index.ts";
import { type Bench, HOUR, MINUTE, openBench, UNIT } from "../suite_daemon.ts";

const CUSTODY_POLL = 30 * MINUTE;
const DAY = 24 * HOUR;
const NORTH = "northvault-usdt";

let bench: Bench;
let treasury: RunnableTreasury;
beforeEach(async () => {
  bench = openBench();
  treasury = bench.start("one");
  await cycle();
});

async function cycle(after_ms = 0): Promise<void> {
  await bench.pass(after_ms);
  await bench.finish(treasury.cycleOnce());
}

const account = (venue = "northvault") => bench.world.account(venue, `${venue}-usdt`);
/** Moves `units` into custody (out below zero) without any transfer of ours. */
const move = (units: number, venue?: string) => bench.world.flow(account(venue), BigInt(units) * UNIT);
const breaks = (): Promise<BreakRow[]> =>
  bench.tx((tx) => tx.find(tables.breaks, { order_by: [["id", "asc"]], limit: 50 }));
const frozen = async () => (await treasury.planNow())[0]?.snapshot.frozen_reason ?? null;
const posted = (id: string) => bench.tx(async (tx) => (await tx.get(tables.account, { id }))?.posted ?? 0n);
const of = async (wallet_id: string) => (await treasury.reconcile()).find((one) => one.wallet_id === wallet_id);

async function onlyBreak(): Promise<BreakRow> {
  const [first, ...more] = (await breaks()).filter(({ closed_at }) => closed_at === null);
  expect(more).toEqual([]);
  if (first === undefined) throw new Error("no open break");
  return first;
}

const propose = (break_id: string, more: object = {}): Promise<BreakResolutionRow> =>
  treasury.proposeBreakResolution({
    ...{ break_id, remedy: "suspense", transfer_id: null, evidence: "police report 17", references: [] },
    ...{ proposed_by: "person:ana", ...more },
  });

const vote = (person: string, { id, digest }: BreakResolutionRow, said: "approve" | "deny" = "approve") =>
  treasury.voteOnBreak(bench.sign(person, { object_kind: "break", object_id: id, digest, vote: said }));

describe("a theft from custody", () => {
  it("ronin: freezes the asset and pages people within one poll, and a quorum of others closes it", async () => {
    move(-250_000);
    await cycle(CUSTODY_POLL);
    const found = await onlyBreak();
    expect(found).toMatchObject({ kind: "movement", wallet_id: NORTH, difference: -250_000n * UNIT, freezes: true });
    expect(found.causes[0]).toMatchObject({ code: "outflow_without_transfer", ref: found.movement_id });
    expect(await frozen()).toContain(NORTH);
    expect(bench.notices.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      "break_opened page",
      "asset_frozen page",
    ]);
    expect(await of(NORTH)).toMatchObject({
      state: "break",
      difference: -250_000n * UNIT,
      expected: 3_000_000n * UNIT,
    });
    await expect(
      treasury.proposeTransfer({
        ...{ pool_id: "usdt", from_wallet: "exchange-usdt", to_wallet: NORTH, network: "tron" },
        ...{ amount: 5_000n * UNIT, reason: "test", initiator: "person:ana", key: "k" },
      }),
    ).rejects.toMatchObject({ code: "transfer_asset_frozen" });

    const proposal = await propose(found.id);
    await expect(vote("ana", proposal)).rejects.toMatchObject({ code: "authority_initiator" });
    expect((await vote("ben", proposal)).quorum).toMatchObject({ state: "pending", needed: 2 });
    expect(await onlyBreak()).toMatchObject({ id: found.id });
    const done = await vote("chen", proposal);
    expect(done).toMatchObject({
      quorum: { state: "complete" },
      resolution: { state: "applied" },
      brk: { closed_by: "resolved", resolution_id: proposal.id, freezes: false },
    });
    expect(await frozen()).toBeNull();
    expect(await posted(`suspense_shortfall/break:${NORTH}/USDT`)).toBe(250_000n * UNIT);
    await cycle();
    expect(await of(NORTH)).toMatchObject({ state: "equal", ledger: 2_750_000n * UNIT, difference: 0n });
    await cycle(2 * CUSTODY_POLL);
    expect(await breaks()).toHaveLength(1);
    expect(await bench.tx(trialBalance)).toMatchObject([{ balanced: true }]);
    expect((await bench.events("break.resolution")).map(({ payload }) => payload)).toMatchObject([
      { state: "open", remedy: "suspense", approvals: [] },
      { state: "applied", approvals: ["ben", "chen"], posting_id: done.resolution.posting_id },
    ]);
  });

  it("stays open for ever while nobody decides, over restarts too, and is told once", async () => {
    move(-1);
    await cycle(CUSTODY_POLL);
    for (let day = 0; day < 4; day += 1) await cycle(DAY);
    treasury = bench.start("two");
    await cycle(DAY);
    await cycle(DAY);
    expect(await onlyBreak()).toMatchObject({ difference: -1n * UNIT });
    expect(bench.notices.filter(({ code }) => code === "break_opened")).toHaveLength(1);
  });

  it("is not made good by an unknown deposit of the same amount", async () => {
    move(-10);
    move(10);
    await cycle(CUSTODY_POLL);
    const open = await breaks();
    expect(open.map(({ difference, causes }) => [difference, causes[0]?.code])).toEqual([
      [-10n * UNIT, "outflow_without_transfer"],
      [10n * UNIT, "unknown_deposit"],
    ]);
    expect(await of(NORTH)).toMatchObject({ state: "break", difference: 0n });
    expect(await frozen()).not.toBeNull();
  });

  it("that the venue does not list is a break of the balance", async () => {
    account().total -= 7n;
    await cycle(CUSTODY_POLL);
    const found = await onlyBreak();
    expect(found).toMatchObject({ kind: "balance", difference: -7n, movement_id: null });
    expect(found.causes.map(({ code }) => code)).toEqual(["unlisted_outflow"]);
    // Followed while it grows; what people were asked about the smaller one is overtaken.
    const proposal = await propose(found.id, { remedy: "written_off" });
    account().total -= 1n;
    await cycle(CUSTODY_POLL);
    expect(await onlyBreak()).toMatchObject({ id: found.id, difference: -8n });
    await expect(vote("ben", proposal)).rejects.toMatchObject({ code: "break_resolution_overtaken" });
    const again = await propose(found.id, { remedy: "written_off" });
    await vote("ben", again);
    await vote("chen", again);
    await cycle();
    expect(await of(NORTH)).toMatchObject({ state: "equal" });
    account().total += 8n;
  });
});

describe("what people decide", () => {
  beforeEach(async () => {
    move(-100);
    await cycle(CUSTODY_POLL);
  });

  it("ends with one denial, and may then be proposed again", async () => {
    const { id } = await onlyBreak();
    const first = await propose(id);
    await expect(propose(id)).rejects.toMatchObject({ code: "break_resolution_open" });
    expect(await vote("ben", first, "deny")).toMatchObject({ resolution: { state: "denied" } });
    await expect(vote("chen", first)).rejects.toMatchObject({ code: "authority_not_open" });
    expect(await onlyBreak()).toMatchObject({ id });
    expect(await propose(id, { remedy: "fee" })).toMatchObject({ state: "open" });
  });

  it("expires: a late vote counts for nothing, and the break outlives the proposal", async () => {
    const { id } = await onlyBreak();
    const proposal = await propose(id);
    await vote("ben", proposal);
    await cycle(DAY);
    await expect(vote("chen", proposal)).rejects.toMatchObject({ code: "authority_not_open" });
    expect((await bench.events("break.resolution")).at(-1)?.payload).toMatchObject({ state: "expired" });
    expect(await onlyBreak()).toMatchObject({ id });
  });

  it("is bound to every field of the terms: changed in the store, it is worth nothing", async () => {
    const { id } = await onlyBreak();
    const proposal = await propose(id);
    const terms = { ...proposal.terms, remedy: "customer" as const };
    await bench.tx((tx) => tx.update(tables.breakResolution, { id: proposal.id }, { terms }));
    await expect(vote("ben", proposal)).rejects.toMatchObject({ code: "break_resolution_overtaken" });
    expect(await onlyBreak()).toMatchObject({ id });
  });

  it("needs evidence, a remedy that can be, and a break that is open", async () => {
    const { id } = await onlyBreak();
    const refused = { code: "break_resolution_invalid" };
    await expect(propose(id, { evidence: "  " })).rejects.toMatchObject(refused);
    await expect(propose(id, { references: Array(11).fill("r") })).rejects.toMatchObject(refused);
    await expect(propose(id, { transfer_id: "trf_1" })).rejects.toMatchObject(refused);
    await expect(propose(id, { remedy: "transfer" })).rejects.toMatchObject(refused);
    await expect(propose(id, { remedy: "transfer", transfer_id: "trf_1" })).rejects.toMatchObject(refused);
    await expect(propose("brk_none")).rejects.toMatchObject({ code: "break_not_found" });
    const proposal = await propose(id);
    await vote("ben", proposal);
    await vote("chen", proposal);
    await expect(propose(id)).rejects.toMatchObject({ code: "break_closed" });
    await expect(vote("ben", { ...proposal, id: "brs_none" })).rejects.toMatchObject({
      code: "break_resolution_not_found",
    });
  });

  it.each([
    ["fee", `fee/${NORTH}/USDT`, 100n * UNIT],
    ["customer", "customers/all/USDT", 10_100_000n * UNIT - 100n * UNIT],
    ["suspense", `suspense_shortfall/break:${NORTH}/USDT`, 100n * UNIT],
    ["written_off", "suspense_shortfall/treasury/USDT", 100n * UNIT],
  ] as const)("books it as %s, balanced, and both sides agree then", async (remedy, account_id, balance) => {
    const proposal = await propose((await onlyBreak()).id, { remedy });
    await vote("ben", proposal);
    await vote("chen", proposal);
    expect(await posted(account_id)).toBe(balance);
    await cycle();
    expect(await of(NORTH)).toMatchObject({ state: "equal" });
    expect(await bench.tx(trialBalance)).toMatchObject([{ balanced: true }]);
  });
});

describe("our own transfers", () => {
  async function sweep() {
    bench.flow("exchange", 900_000);
    await cycle(20 * MINUTE);
    const [row] = await bench.transfers();
    if (row === undefined) throw new Error("nothing moved");
    return row;
  }

  it("open no break on their way, although custody lists the arrival without our reference", async () => {
    await sweep();
    for (let i = 0; i < 12; i += 1) await cycle(20 * MINUTE);
    expect(await bench.transfers()).toMatchObject([{ state: "settled" }]);
    expect(await breaks()).toEqual([]);
  });

  it("do not cover a theft of the same amount once their own movement is listed", async () => {
    const row = await sweep();
    for (let i = 0; i < 12; i += 1) await cycle(20 * MINUTE);
    const venue = row.to_wallet.replace("-usdt", "");
    bench.world.flow(account(venue), -row.amount);
    await cycle(CUSTODY_POLL);
    expect(await onlyBreak()).toMatchObject({ wallet_id: row.to_wallet, difference: -row.amount, freezes: true });
  });
});

describe("the tolerance of an asset", () => {
  beforeEach(async () => {
    bench = openBench((config) => ({
      ...config,
      reconciliation: { ...config.reconciliation, tolerances: new Map([["USDT", 10n * UNIT]]) },
    }));
    treasury = bench.start("one");
    await cycle();
  });

  it("lets it go on up to there, shows the break all the same, and stops it one unit above", async () => {
    move(-6);
    await cycle(CUSTODY_POLL);
    expect(await onlyBreak()).toMatchObject({ freezes: false });
    expect(await frozen()).toBeNull();
    expect(bench.notices).toMatchObject([{ code: "break_opened", severity: "warning" }]);
    move(4, "southvault");
    await cycle(CUSTODY_POLL);
    expect(await frozen()).toBeNull();
    account("oldvault").total -= 1n;
    await cycle(CUSTODY_POLL);
    expect(await frozen()).not.toBeNull();
    expect((await breaks()).map(({ freezes }) => freezes)).toEqual([true, true, true]);
    expect(bench.notices.map(({ code }) => code).filter((code) => code === "asset_frozen")).toHaveLength(1);
    account("oldvault").total += 1n;
    await cycle(CUSTODY_POLL);
    expect(await frozen()).toBeNull();
  });
});

describe("the full comparison", () => {
  it("runs daily, once, whoever leads, and is remembered over a restart", async () => {
    expect(await treasury.lastFull()).toMatchObject({ wallets: 5, unread: [], problems: [], found_late: 0 });
    const runs = async () => (await bench.events("reconciliation.full")).length;
    for (let i = 0; i < 4; i += 1) await cycle(5 * HOUR);
    expect(await runs()).toBe(1);
    treasury = bench.start("two");
    await bench.pass(MINUTE);
    await cycle();
    expect(await runs()).toBe(1);
    await cycle(5 * HOUR);
    expect(await runs()).toBe(2);
    expect((await treasury.lastFull())?.finished_at).toBeGreaterThan(bench.clock.now() - HOUR);
  });

  it("finds what a venue listed behind our backs, and what it changed", async () => {
    for (let i = 0; i < 3; i += 1) bench.flow("exchange", 100);
    await cycle(2 * HOUR);
    const late: VenueMovement = {
      ...{ id: "late", direction: "out", amount: 3n, fee: 0n, asset: "USDT", reference: null, tx_hash: "h" },
      ...{ counterparty: null, at: bench.clock.now() - HOUR, height: null, final: true },
    };
    let inserted = late;
    const venue = bench.venues.get("exchange");
    const list = venue?.listMovements.bind(venue);
    // Before the place that the polls have read up to: only a list that is read again from further back has it.
    const listMovements: typeof list = async (wallet, cursor) => {
      const page = (await list?.(wallet, cursor)) ?? { movements: [], cursor: "0", has_more: false };
      return Number(cursor) >= 3 ? page : { ...page, movements: [inserted, ...page.movements] };
    };
    Object.assign(venue ?? {}, { listMovements });
    await cycle(2 * HOUR);
    expect(await bench.events("movement.booked")).toHaveLength(3);
    await cycle(DAY);
    expect(await treasury.lastFull()).toMatchObject({ found_late: 1, problems: [] });
    // The customer's payment is in the books now, and the venue's balance never had it.
    expect(await onlyBreak()).toMatchObject({ wallet_id: "exchange-usdt", kind: "balance", difference: 3n });
    bench.flow("exchange", 100);
    inserted = { ...late, amount: 4n };
    const from = await bench.tx((tx) => tx.get(tables.control, { name: "reconcile/full" }));
    const value = { ...(from?.value as object), cursors: { "exchange-usdt": "0" } };
    await bench.tx((tx) => tx.update(tables.control, { name: "reconcile/full" }, { value }));
    await cycle(DAY);
    const problems = (await treasury.lastFull())?.problems;
    expect(problems).toEqual(["exchange-usdt lists the movement late with another content."]);
    expect(bench.notices.filter(({ code }) => code === "reconciliation_problem")).toHaveLength(1);
  });

  it("names a venue that does not answer, and reads it again from the same place next time", async () => {
    const venue = bench.venues.get("oldvault");
    const read = venue?.getBalance.bind(venue);
    Object.assign(venue ?? {}, { getBalance: () => Promise.reject(new Error("down")) });
    await cycle(DAY);
    expect(await treasury.lastFull()).toMatchObject({ unread: ["oldvault-usdt"], wallets: 5 });
    Object.assign(venue ?? {}, { getBalance: read });
    await cycle(DAY);
    expect(await treasury.lastFull()).toMatchObject({ unread: [] });
  });
});

describe("a second reader of the chain", () => {
  const readAs = (total: bigint, height: (h: string | null) => string | null) => {
    Object.assign(bench.venues.get("northvault") ?? {}, {
      readChain: async (_wallet: unknown, at: string | null) => ({
        total,
        as_of: bench.clock.now(),
        height: height(at),
      }),
    });
  };

  it("that sees less at the same block is a break at once, which only agreement ends", async () => {
    readAs(2_999_999n * UNIT, (height) => height);
    await cycle(CUSTODY_POLL);
    const found = await onlyBreak();
    expect(found).toMatchObject({ kind: "chain", difference: -1n * UNIT, freezes: true });
    expect(await of(NORTH)).toMatchObject({ chain: 2_999_999n * UNIT, difference: 0n, state: "break" });
    await expect(propose(found.id)).rejects.toMatchObject({ code: "break_resolution_invalid" });
    readAs(3_000_000n * UNIT, () => null);
    await cycle(CUSTODY_POLL);
    expect(await breaks()).toMatchObject([{ closed_by: "agreed" }]);
  });

  it("at another block is shown and not judged, and its failure is no failure of the venue", async () => {
    readAs(1n, () => "another");
    await cycle(CUSTODY_POLL);
    expect(await of(NORTH)).toMatchObject({ chain: 1n, state: "equal" });
    Object.assign(bench.venues.get("northvault") ?? {}, { readChain: () => Promise.reject(new Error("down")) });
    await cycle(CUSTODY_POLL);
    expect(await of(NORTH)).toMatchObject({ chain: null, state: "equal" });
    expect(await breaks()).toEqual([]);
    const { posted: books } = await bench.tx((tx) => walletBalance(tx, NORTH, "USDT"));
    expect(books).toBe(3_000_000n * UNIT);
  });
});
