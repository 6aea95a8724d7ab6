import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { requestOf, START, UNIT, worldOf } from "./fixtures.ts";
import { HOUR_MS } from "./flows.ts";
import { assertConserved, MOVEMENTS_MAX } from "./state.ts";
import { addressOf } from "./transfer_events.ts";
import type { WorldTransfer } from "./types.ts";
import { World } from "./world.ts";

function submit(world: World, venue_id: string, reference: string, to: string, amount = 1_000n * UNIT): WorldTransfer {
  const network = to.split(":")[1] ?? "";
  const result = world.submit(requestOf(world, venue_id, { reference, to_address: to, amount, network }));
  if (!result.taken) throw new Error(result.refusal.message);
  return result.transfer;
}

describe("World", () => {
  it("begins with a tenth on the hot side and keeps the opening as a movement", () => {
    const world = worldOf();
    expect(world.account("exchange", "usdt")).toMatchObject({ total: 5_000_000n * UNIT, height: 1 });
    expect(world.account("chain", "usdt")?.total).toBe(5_000_000n * UNIT);
    expect(world.account("northvault", "usdt")?.total).toBe(45_000_000n * UNIT);
    expect(world.account("northvault", "btc")?.total).toBe(360_000_000_000n);
    expect(world.movements("exchange/usdt", 0, 10)).toMatchObject([{ direction: "in", counterparty: "opening" }]);
  });

  it("regression: an account keeps what it is for, or no customer deposits to an address and no gas is paid", () => {
    const own = { venue: "chain", account: "deposit-1", asset: "USDT", hot: false, purpose: "deposit" } as const;
    const { config } = worldOf();
    const world = new World({ ...config, accounts: [...config.accounts, own] }, null, START);
    expect(world.account("chain", "deposit-1")).toMatchObject({ purpose: "deposit", total: 0n });
    world.advance(START + 24 * HOUR_MS);
    expect(world.account("chain", "deposit-1")?.total).toBeGreaterThan(0n);
    assertConserved(world.state);
  });

  it("takes a transfer through holding, leaving and arriving", () => {
    const world = worldOf();
    const reserve = world.account("southvault", "usdt")?.total ?? 0n;
    const { id } = submit(world, "northvault", "r1", addressOf("tron", "southvault/usdt"));
    expect(world.account("northvault", "usdt")).toMatchObject({ held: 1_001n * UNIT, height: 3 });
    world.advance(START + 5 * HOUR_MS);
    expect(world.transfer("northvault", id)).toMatchObject({ status: "completed" });
    expect(world.account("northvault", "usdt")).toMatchObject({ held: 0n, total: 44_998_999n * UNIT });
    expect(world.account("southvault", "usdt")).toMatchObject({ incoming: 0n, total: reserve + 1_000n * UNIT });
    assertConserved(world.state);
  });

  it("shows money under way at its destination before it is credited", () => {
    const world = worldOf();
    const { id } = submit(world, "chain", "r1", addressOf("ethereum", "northvault/usdt"));
    world.advance(START + 121_000);
    expect(world.transfer("chain", id)?.status).toBe("confirming");
    expect(world.account("northvault", "usdt")).toMatchObject({ incoming: 1_000n * UNIT, total: 45_000_000n * UNIT });
    assertConserved(world.state);
  });

  it("lets money leave the world to an address it does not know", () => {
    const world = worldOf();
    submit(world, "chain", "r1", "sandbox:tron:somebody-else");
    world.advance(START + HOUR_MS);
    expect(world.state.assets.get("USDT")?.sent_outside).toBe(1_000n * UNIT);
    assertConserved(world.state);
  });

  it.each([
    ["bad_reference", { reference: "no spaces allowed" }],
    ["unknown_account", { key: "exchange/eur" }],
    ["unknown_network", { network: "bitcoin" }],
    ["bad_address", { to_address: "sandbox:ethereum:northvault-usdt" }],
    ["below_minimum", { amount: 9n * UNIT }],
    ["fee_above_limit", { fee_limit: UNIT - 1n }],
    ["insufficient_balance", { amount: 5_000_000n * UNIT }],
  ])("refuses with %s and changes nothing", (code, change) => {
    const world = worldOf();
    const before = JSON.stringify(world.account("exchange", "usdt"), text);
    expect(world.submit(requestOf(world, "exchange", change))).toMatchObject({ taken: false, refusal: { code } });
    expect(JSON.stringify(world.account("exchange", "usdt"), text)).toBe(before);
    expect(world.state.open.size).toBe(0);
  });

  it("does not promise the same money twice", () => {
    const world = worldOf();
    submit(world, "exchange", "r1", addressOf("tron", "northvault/usdt"), 3_000_000n * UNIT);
    const second = world.submit(requestOf(world, "exchange", { reference: "r2", amount: 3_000_000n * UNIT }));
    expect(second).toMatchObject({ taken: false, refusal: { code: "insufficient_balance" } });
  });

  it("frees the money of a cancelled transfer, and cannot cancel what has left", () => {
    const world = worldOf();
    const first = submit(world, "northvault", "r1", addressOf("tron", "exchange/usdt"));
    expect(world.cancel(first)).toBe(true);
    expect(world.account("northvault", "usdt")).toMatchObject({ held: 0n, total: 45_000_000n * UNIT });
    const second = submit(world, "northvault", "r2", addressOf("tron", "exchange/usdt"));
    world.advance(START + 6 * HOUR_MS);
    const settled = world.transfer("northvault", second.id);
    expect(settled && world.cancel(settled)).toBe(false);
    assertConserved(world.state);
  });

  it("waits for the console where the venue's approvers do not answer by themselves", () => {
    const world = worldOf({ console: true });
    const { id } = submit(world, "southvault", "r1", addressOf("tron", "exchange/usdt"));
    world.advance(START + 71 * HOUR_MS);
    const waiting = world.transfer("southvault", id);
    expect(waiting?.status).toBe("pending_approval");
    expect(waiting && world.answer(waiting, true)).toBe(true);
    world.advance(START + 73 * HOUR_MS);
    expect(world.transfer("southvault", id)?.status).toBe("completed");
  });

  it("gives the money back when nobody answers at the console", () => {
    const world = worldOf({ console: true });
    const { id } = submit(world, "southvault", "r1", addressOf("tron", "exchange/usdt"));
    world.advance(START + 72 * HOUR_MS);
    expect(world.transfer("southvault", id)).toMatchObject({ status: "expired", final_at: START + 72 * HOUR_MS });
    expect(world.account("southvault", "usdt")?.held).toBe(0n);
  });

  it("gives the money back when the venue's approvers refuse", () => {
    const world = worldOf({ console: true });
    const row = submit(world, "southvault", "r1", addressOf("tron", "exchange/usdt"));
    expect(world.answer(row, false)).toBe(true);
    expect(world.transfer("southvault", row.id)?.status).toBe("rejected");
    expect(world.account("southvault", "usdt")?.held).toBe(0n);
  });

  it("pays many customers by their own names, the same ones for the same seed", () => {
    const paid = () => {
      const world = worldOf();
      world.advance(START + 48 * HOUR_MS);
      const moved = world.movements("exchange/usdt", 0, 100_000) ?? [];
      return moved.filter(({ direction }) => direction === "out").map(({ counterparty }) => counterparty);
    };
    const names = new Set(paid());
    expect(names.size).toBeGreaterThan(20);
    expect(names.size).toBeLessThanOrEqual(40);
    for (const name of names) expect(name).toMatch(/^customer-\d+$/);
    expect(paid()).toEqual(paid());
  });

  it("keeps the customers whom it cannot pay in a queue, and pays them first", () => {
    const world = worldOf({ scenario: "bank-run" });
    world.advance(START + 60 * HOUR_MS);
    const row = world.state.assets.get("USDT");
    expect(row?.unserved).toBeGreaterThan(0n);
    expect(row?.unserved_since).toBeGreaterThan(START);
    expect(world.account("exchange", "usdt")?.total).toBe(0n);
    assertConserved(world.state);
  });

  it("does not hurry through more than two weeks that nobody saw", () => {
    const world = worldOf();
    world.advance(START + 400 * 24 * HOUR_MS);
    expect(world.state.seq).toBeLessThan(20);
    world.advance(START + 401 * 24 * HOUR_MS);
    expect(world.state.seq).toBeGreaterThan(100);
  });

  it("forgets the oldest movements and says so", () => {
    const world = worldOf();
    for (let day = 1; day <= 40; day += 1) world.advance(START + day * 24 * HOUR_MS);
    expect(world.movements("exchange/usdt", 1, 10)).toBeNull();
    const kept = world.movements("exchange/usdt", 0, 100_000);
    expect(kept?.length).toBeGreaterThanOrEqual(MOVEMENTS_MAX);
    expect(kept?.at(-1)?.seq).toBe(world.account("exchange", "usdt")?.height);
  });

  it("does not depend on how often it is moved", () => {
    const often = worldOf();
    const rarely = worldOf();
    for (const world of [often, rarely]) submit(world, "northvault", "r1", addressOf("tron", "exchange/usdt"));
    for (let minute = 1; minute <= 48 * 60; minute += 7) often.advance(START + minute * 60_000);
    often.advance(START + 48 * HOUR_MS);
    rarely.advance(START + 48 * HOUR_MS);
    expect(JSON.stringify([...often.state.accounts.values()], text)).toBe(
      JSON.stringify([...rarely.state.accounts.values()], text),
    );
  });

  it("conserves every asset whatever is asked of it", () => {
    const venues = ["exchange", "chain", "northvault", "southvault"];
    const asks = fc.array(
      fc.record({
        from: fc.constantFrom(...venues),
        to: fc.constantFrom(...venues, "nowhere"),
        amount: fc.bigInt(1n, 60_000_000n * UNIT),
        network: fc.constantFrom("tron", "ethereum"),
        hours: fc.integer({ min: 0, max: 30 }),
        answer: fc.constantFrom("nothing", "cancel", "approve", "reject"),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(asks, fc.constantFrom("calm", "bank-run"), (list, scenario) => {
        const world = worldOf({ scenario, console: true });
        for (const [index, ask] of list.entries()) {
          const to_address = addressOf(ask.network, `${ask.to}/usdt`);
          const { amount, network } = ask;
          const result = world.submit(
            requestOf(world, ask.from, { reference: `r${index}`, to_address, amount, network }),
          );
          if (result.taken && ask.answer === "cancel") world.cancel(result.transfer);
          if (result.taken && ask.answer === "approve") world.answer(result.transfer, true);
          if (result.taken && ask.answer === "reject") world.answer(result.transfer, false);
          world.advance(world.at + ask.hours * HOUR_MS);
          assertConserved(world.state);
        }
      }),
      { numRuns: 60 },
    );
  });
});

function text(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
