/** A hot wallet whose payments out are announced: what was announced is a customer's, the rest is a break within one poll. */
import { beforeEach, describe, expect, it } from "vitest";
import { type ExpectedFlowRow, tables } from "../../store/index.ts";
import type { RunnableTreasury } from "../index.ts";
import { type Bench, HOUR, MINUTE, openBench, UNIT } from "../suite_daemon.ts";
import type { ExpectedFlowDraft } from "../types.ts";
import { LISTED_WITHIN_MS, WINDOW_MAX_MS } from "./expected_flows.ts";

const HOT = "exchange-usdt";
let bench: Bench;
let treasury: RunnableTreasury;

async function open(flows: "customers" | "expected"): Promise<void> {
  bench = openBench((config) => ({
    ...config,
    wallets: config.wallets.map((wallet) => (wallet.id === HOT ? { ...wallet, flows } : wallet)),
  }));
  treasury = bench.start("one");
  await bench.finish(treasury.cycleOnce());
}
beforeEach(() => open("expected"));

const announce = (reference: string, units: number, over: Partial<ExpectedFlowDraft> = {}): Promise<ExpectedFlowRow> =>
  treasury.announceFlow({
    ...{ wallet_id: HOT, reference, direction: "out", amount: BigInt(units) * UNIT, destination: null },
    ...{ tx_hash: null, from_at: null, until_at: null, actor: "person:ana", ...over },
  });
async function poll(): Promise<void> {
  await bench.pass(15 * MINUTE);
  await bench.finish(treasury.cycleOnce());
}
const breaks = () => bench.tx((tx) => tx.find(tables.breaks, { where: { closed_at: null }, limit: 10 }));
const flows = () => bench.tx((tx) => tx.find(tables.expectedFlow, { order_by: [["id", "asc"]], limit: 10 }));
const movements = () => bench.tx((tx) => tx.find(tables.movement, { where: { wallet_id: HOT }, limit: 20 }));

describe("a payment out of a wallet whose flows are announced", () => {
  it("is a customer's when it was announced, and the announcement is used up", async () => {
    await announce("w-1", 7);
    bench.flow("exchange", -7);
    await poll();
    const [movement] = await movements();
    expect(movement).toMatchObject({ unexplained: false, transfer_id: null });
    expect(await flows()).toMatchObject([{ reference: "w-1", state: "matched", movement_id: movement?.movement_id }]);
    expect(await breaks()).toEqual([]);
    bench.flow("exchange", -7);
    await poll();
    expect(await breaks()).toMatchObject([{ kind: "movement", wallet_id: HOT, difference: -7n * UNIT, freezes: true }]);
    expect((await bench.events("expected_flow.closed")).map(({ payload }) => payload)).toMatchObject([
      { reference: "w-1", state: "matched" },
    ]);
  });

  it.each([
    ["nobody announced", async () => {}],
    ["has another amount", () => announce("w-1", 8)],
    ["comes too early", () => announce("w-1", 7, { from_at: bench.clock.now() + HOUR })],
    ["goes elsewhere", () => announce("w-1", 7, { wallet_id: "chain-usdt" })],
    ["was announced as coming in", () => announce("w-1", 7, { direction: "in" })],
  ])("is a break within one poll when it %s", async (_, before) => {
    await before();
    bench.flow("exchange", -7);
    await poll();
    expect(await breaks()).toMatchObject([{ wallet_id: HOT, difference: -7n * UNIT }]);
    expect((await movements()).map(({ unexplained }) => unexplained)).toEqual([true]);
    expect(bench.notices.map(({ code }) => code)).toContain("break_opened");
  });

  it("is not explained afterwards: an announcement of what was listed already closes nothing and is used up", async () => {
    bench.flow("exchange", -7);
    await poll();
    expect(await announce("w-1", 7)).toMatchObject({ state: "late", movement_id: expect.any(String) });
    await poll();
    expect(await breaks()).toHaveLength(1);
    bench.flow("exchange", -7);
    await poll();
    expect(await breaks()).toHaveLength(2);
  });

  it("regression: is not explained afterwards while nobody has listed it yet", async () => {
    bench.flow("exchange", -7);
    await bench.pass(2 * HOUR);
    const from_at = bench.clock.now() - 3 * HOUR;
    await expect(announce("w-1", 7, { from_at })).rejects.toMatchObject({ code: "expected_flow_invalid" });
    await expect(announce("d-1", 7, { from_at, direction: "in" })).resolves.toMatchObject({ state: "open" });
    await announce("w-2", 7);
    await poll();
    expect(await breaks()).toMatchObject([{ wallet_id: HOT, difference: -7n * UNIT }]);
  });

  it("leaves what comes in alone, announced or not", async () => {
    await announce("d-1", 5, { direction: "in" });
    bench.flow("exchange", 5);
    bench.flow("exchange", 6);
    await poll();
    expect(await breaks()).toEqual([]);
    expect(await flows()).toMatchObject([{ state: "matched" }]);
  });
});

describe("an announcement", () => {
  it("is made once under its reference, and not with another content", async () => {
    const first = await announce("w-1", 7);
    await bench.pass(MINUTE);
    expect(await announce("w-1", 7)).toEqual(first);
    await expect(announce("w-1", 8)).rejects.toMatchObject({ code: "expected_flow_reference_reused" });
    expect(await announce("w-1", 7, { wallet_id: "chain-usdt" })).toMatchObject({ wallet_id: "chain-usdt" });
    expect(await bench.events("expected_flow.added")).toHaveLength(2);
  });

  it.each<[string, () => Partial<ExpectedFlowDraft>]>([
    ["an unknown wallet", () => ({ wallet_id: "nowhere" })],
    ["custody", () => ({ wallet_id: bench.config.wallets.find(({ kind }) => kind === "custody")?.id ?? "" })],
    ["no amount", () => ({ amount: 0n })],
    ["a window that is over", () => ({ from_at: 0, until_at: 1 })],
    [
      "a window of more than 30 days",
      () => ({ from_at: bench.clock.now(), until_at: bench.clock.now() + WINDOW_MAX_MS + 1 }),
    ],
  ])("is refused for %s", async (_, over) => {
    await expect(announce("w-1", 7, over())).rejects.toMatchObject({ code: "expected_flow_invalid" });
  });

  it("that nothing meets in time is ended, and people are told", async () => {
    await announce("w-1", 7, { until_at: bench.clock.now() + HOUR });
    await bench.pass(HOUR + LISTED_WITHIN_MS - MINUTE);
    await bench.finish(treasury.cycleOnce());
    expect(await flows()).toMatchObject([{ state: "open" }]);
    await bench.pass(2 * HOUR);
    await bench.finish(treasury.cycleOnce());
    expect(await flows()).toMatchObject([{ state: "missed", movement_id: null }]);
    expect(bench.notices.filter(({ code }) => code === "expected_flow_missed")).toHaveLength(1);
  });

  it("only names its movement where customers move money freely, before or after", async () => {
    await open("customers");
    bench.flow("exchange", -7);
    await poll();
    expect(await announce("w-1", 7)).toMatchObject({ state: "matched" });
    await announce("w-2", 9);
    bench.flow("exchange", -9);
    bench.flow("exchange", -11);
    await poll();
    expect((await flows()).map(({ state }) => state)).toEqual(["matched", "matched"]);
    expect(await breaks()).toEqual([]);
  });
});
