/** A large withdrawal from the moment it is known to the moment its payee has it, through the whole cycle. */
import { beforeEach, describe, expect, it } from "vitest";
import type { TreasuryConfig } from "../../config/types.ts";
import { type Store, tables } from "../../store/index.ts";
import type { RunnableTreasury } from "../index.ts";
import { type Bench, HOUR, MINUTE, openBench, UNIT } from "../suite_daemon.ts";
import type { ObligationDraft } from "../types.ts";

let bench: Bench;
let treasury: RunnableTreasury;

beforeEach(async () => {
  bench = openBench(withPayee);
  treasury = bench.start("one");
  await bench.finish(treasury.cycleOnce());
});

/** The simulated treasury knows the payee; here custody has four hours for what is due. */
function withPayee(config: TreasuryConfig): TreasuryConfig {
  const direct = { above: 100_000n * UNIT, declared_ms: 4 * HOUR };
  return { ...config, pools: config.pools.map((pool) => ({ ...pool, policy: { ...pool.policy, direct } })) };
}

const large = (over: Partial<ObligationDraft> = {}): ObligationDraft => ({
  ...{ pool_id: "usdt", direction: "out", amount: 700_000n * UNIT, due_at: bench.clock.now() + 6 * HOUR },
  ...{ what: "withdrawal 17", source: "desk", reference: null, payee: "acme", actor: "person:ana", key: "one" },
  ...over,
});
const owed = (id: string) => bench.tx((tx) => tx.get(tables.obligation, { id }));
const payouts = async () => (await bench.transfers()).filter(({ direction }) => direction === "reserve_to_payee");

async function cycles(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    await bench.pass(20 * MINUTE);
    await bench.finish(treasury.cycleOnce());
  }
}

/** Of payments by hand, oldest first: the world counts them. */
async function hashes(): Promise<number[]> {
  const rows = await bench.tx((tx) => tx.find(tables.movement, { order_by: [["at", "asc"]], limit: 10 }));
  return rows.map(({ tx_hash }) => Number(tx_hash?.replace("flow-", "")));
}

async function approve(): Promise<void> {
  const [transfer] = (await payouts()).filter(({ state }) => state === "awaiting_approval");
  if (transfer === undefined) throw new Error("nothing waits for approval");
  for (const person of ["ben", "chen"]) {
    const payload = {
      object_kind: "transfer",
      object_id: transfer.id,
      digest: transfer.digest,
      vote: "approve",
    } as const;
    await bench.finish(treasury.castVote(bench.sign(person, payload)));
  }
}

describe("a withdrawal above the size", () => {
  it("is asked for when its declared time begins, paid from custody alone, and met once", async () => {
    const { id } = await bench.finish(treasury.addObligation(large()));
    const hot = () => bench.world.account("exchange", "exchange-usdt").total;
    const before = hot();
    await cycles(3);
    expect(await bench.transfers()).toEqual([]);
    await cycles(6);
    const [transfer, ...more] = await bench.transfers();
    expect(more).toEqual([]);
    expect(transfer).toMatchObject({ direction: "reserve_to_payee", to_wallet: "acme", amount: 700_000n * UNIT });
    expect(await owed(id)).toMatchObject({ state: "open", transfer_id: transfer?.id });
    await cycles(2);
    await approve();
    await cycles(18);
    expect((await bench.transfers()).map(({ direction, state }) => [direction, state])).toEqual([
      ["reserve_to_payee", "settled"],
    ]);
    expect(await owed(id)).toMatchObject({ state: "met", note: transfer?.id });
    expect(bench.world.outside.get("external/acme")?.total).toBe(700_000n * UNIT);
    expect(hot()).toBe(before);
    await cycles(90);
    expect(await payouts()).toHaveLength(1);
    const breaks = await bench.tx((tx) => tx.find(tables.breaks, { where: { closed_at: null }, limit: 10 }));
    expect(breaks).toEqual([]);
    expect(bench.notices.filter(({ severity }) => severity === "page")).toEqual([]);
  });

  it("is asked for again an hour after people denied it, and by nothing else meanwhile", async () => {
    const { id } = await bench.finish(treasury.addObligation(large({ due_at: bench.clock.now() + 4 * HOUR })));
    await cycles(1);
    const [first] = await payouts();
    const digest = first?.digest ?? "";
    const payload = { object_kind: "transfer", object_id: first?.id ?? "", digest, vote: "deny" } as const;
    await bench.finish(treasury.castVote(bench.sign("ben", payload)));
    await cycles(2);
    expect((await bench.transfers()).map(({ state }) => state)).toEqual(["denied"]);
    expect(await owed(id)).toMatchObject({ state: "open", transfer_id: null });
    await cycles(4);
    expect((await payouts()).map(({ state }) => state)).toEqual(["denied", "awaiting_approval"]);
  });

  it("takes its transfer with it when it is cancelled, and cannot be cancelled once it was sent", async () => {
    const { id } = await bench.finish(treasury.addObligation(large({ due_at: bench.clock.now() + HOUR })));
    await cycles(1);
    await bench.finish(treasury.cancelObligation(id, "person:ana", "paid elsewhere"));
    expect((await payouts()).map(({ state }) => state)).toEqual(["cancelled"]);
    const next = await bench.finish(treasury.addObligation(large({ due_at: bench.clock.now() + HOUR, key: "two" })));
    await cycles(1);
    await approve();
    await bench.finish(treasury.cycleOnce());
    const cancelling = bench.finish(treasury.cancelObligation(next.id, "person:ana", "paid elsewhere"));
    await expect(cancelling).rejects.toMatchObject({ code: "obligation_being_paid" });
  });

  it("is met by a payment by hand that carries its reference, and by no other of its amount", async () => {
    const due_at = bench.clock.now() + 20 * HOUR;
    const add = (key: string, reference: string | null) =>
      bench.finish(treasury.addObligation(large({ amount: 150_000n * UNIT, due_at, key, reference })));
    const { id } = await add("one", null);
    const hashes = async () =>
      (await bench.tx((tx) => tx.find(tables.movement, { order_by: [["at", "asc"]], limit: 10 }))).map(({ tx_hash }) =>
        Number(tx_hash?.replace("flow-", "")),
      );
    for (let time = 0; time < 2; time += 1) {
      bench.flow("exchange", -150_000);
      await cycles(1);
    }
    expect(await owed(id)).toMatchObject({ state: "open" });
    const [first = 0, second = 0] = await hashes();
    const next = await add("two", `flow-${second + second - first}`);
    bench.flow("exchange", -150_000);
    bench.flow("exchange", -1);
    await cycles(1);
    const other = await add("three", `flow-${first}`);
    await cycles(1);
    expect(await hashes()).toHaveLength(4);
    expect(await owed(id)).toMatchObject({ state: "open" });
    expect(await owed(other.id)).toMatchObject({ state: "open" });
    expect(next).toMatchObject({ state: "open" });
    expect(await owed(next.id)).toMatchObject({ state: "met", note: expect.stringContaining("exchange-usdt/") });
  });

  it("regression: is not paid again by its transfer when it was paid by hand while people were asked", async () => {
    for (let time = 0; time < 2; time += 1) {
      bench.flow("exchange", -1);
      await cycles(1);
    }
    const [first = 0, second = 0] = await hashes();
    const due_at = bench.clock.now() + HOUR;
    const draft = large({ amount: 150_000n * UNIT, due_at, reference: `flow-${second + second - first}` });
    const { id } = await bench.finish(treasury.addObligation(draft));
    await cycles(1);
    expect((await payouts()).map(({ state }) => state)).toEqual(["awaiting_approval"]);
    bench.flow("exchange", -150_000);
    await approve();
    await cycles(2);
    expect((await payouts()).map(({ state }) => state)).toEqual(["cancelled"]);
    expect(await owed(id)).toMatchObject({ state: "met", note: expect.stringContaining("exchange-usdt/") });
    expect(bench.world.outside.get("external/acme")?.total).toBe(0n);
  });

  it("regression: a part of it with its reference does not meet it, and people are told once", async () => {
    for (let time = 0; time < 2; time += 1) {
      bench.flow("exchange", -1);
      await cycles(1);
    }
    const [first = 0, second = 0] = await hashes();
    const due_at = bench.clock.now() + 20 * HOUR;
    const draft = large({ amount: 150_000n * UNIT, due_at, reference: `flow-${second + second - first}` });
    const { id } = await bench.finish(treasury.addObligation(draft));
    bench.flow("exchange", -1);
    await cycles(3);
    expect(await owed(id)).toMatchObject({ state: "open" });
    const told = bench.notices.filter(({ code }) => code === "obligation_underpaid");
    expect(told).toMatchObject([
      { severity: "page", message: expect.stringContaining("over 1 USDT carries the reference") },
    ]);
  });

  it.each([
    ["is on its way", 1, "open"],
    ["has arrived", 24, "met"],
  ])("regression: paid by hand too when its transfer %s, it is said to people once", async (_name, looks, state) => {
    const due_at = bench.clock.now() + HOUR;
    const { id } = await bench.finish(treasury.addObligation(large({ amount: 150_000n * UNIT, due_at })));
    await cycles(1);
    await approve();
    await bench.finish(treasury.cycleOnce());
    await cycles(looks - 1);
    expect(await owed(id)).toMatchObject({ state });
    bench.flow("exchange", -150_000);
    await cycles(1);
    const hash = (await hashes()).find((number) => !Number.isNaN(number));
    await bench.tx((tx) => tx.update(tables.obligation, { id }, { reference: `flow-${hash}` }));
    await cycles(3);
    const told = bench.notices.filter(({ code }) => code === "payout_beside");
    expect(told).toMatchObject([{ severity: "page", message: expect.stringContaining("may have been paid twice") }]);
    expect(told[0]?.message).toContain((await payouts())[0]?.id);
    expect((await payouts()).length).toBe(1);
  });

  it("regression: refused when it is planned, it does not keep the refill beside it from beginning", async () => {
    const store = (one: Store): Store =>
      new Proxy(one, {
        get(target, name) {
          const member = Reflect.get(target, name) as unknown;
          if (name !== "tx") return typeof member === "function" ? member.bind(target) : member;
          return async (label: string, work: Parameters<Store["tx"]>[1]) => {
            if (label === "decision.record" && gone !== null) await cancelIn(target, gone);
            return target.tx(label, work);
          };
        },
      });
    let gone: string | null = null;
    const cancelIn = (target: Store, id: string) =>
      target.tx("obligation.cancel", (tx) => tx.update(tables.obligation, { id }, { state: "cancelled" }));
    const other = bench.start("two", (deps) => ({ ...deps, instance_id: "one", store: store(deps.store) }));
    const due_at = bench.clock.now() + HOUR;
    gone = (await bench.finish(other.addObligation(large({ amount: 150_000n * UNIT, due_at })))).id;
    bench.flow("exchange", -Number(bench.world.account("exchange", "exchange-usdt").total / UNIT) + 10_000);
    bench.flow("chain", -300_000);
    await bench.pass(20 * MINUTE);
    await bench.finish(other.cycleOnce());
    const moves = (await bench.transfers()).map(({ direction }) => direction);
    expect(moves).toContain("reserve_to_liquidity");
    expect(moves).not.toContain("reserve_to_payee");
    expect(bench.notices.filter(({ code }) => code === "plan_transfer_obligation_taken")).toHaveLength(1);
  });

  it.each([
    ["somebody whom nobody registered", { payee: "mallory" }, '"mallory" is no payee of USDT; registered are acme'],
    ["money that comes in", { direction: "in" as const }, "paid to nobody"],
  ])("is refused for %s", async (_name, over, message) => {
    await expect(bench.finish(treasury.addObligation(large(over)))).rejects.toThrow(message);
  });
});
