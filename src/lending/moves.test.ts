/** Collateral on its way, against networks that take back what they had called final and custodians that list it first. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { trialBalance } from "../ledger/index.ts";
import { tables } from "../store/index.ts";
import { freezeAsset, getTransfer, type TransferState } from "../transfers/index.ts";
import type { FindOutcome, Venue } from "../venues/index.ts";
import { BTC, createDesk, type Desk } from "./suite.ts";

const HOUR_MS = 3_600_000;
let desk: Desk;
beforeEach(async () => {
  desk = await createDesk();
});
afterEach(() => desk.close());

function venue(id: string): Venue {
  const found = desk.t.treasury.deps.venues.get(id);
  if (found === undefined) throw new Error(`no venue ${id}`);
  return found;
}

/** The venue says this of every transfer it is asked for, until it is `null`; nothing it settled is final for good. */
function says(id: string): { answer: ((found: FindOutcome) => FindOutcome) | null } {
  const from = venue(id);
  const [capabilities, find] = [from.capabilities(), from.find.bind(from)];
  const script = { answer: null as ((found: FindOutcome) => FindOutcome) | null };
  const reopening = { window_ms: 48 * HOUR_MS, movements: "stay" } as const;
  Object.assign(from, {
    capabilities: () => ({ ...capabilities, reopening }),
    find: async (query: Parameters<Venue["find"]>[0]) => {
      const found = await find(query);
      return script.answer === null ? found : script.answer(found);
    },
  });
  return script;
}

const gone = (): FindOutcome => ({ outcome: "absent", as_of: desk.t.clock.now() });
const failed = (found: FindOutcome): FindOutcome =>
  found.outcome === "found"
    ? { outcome: "found", transfer: { ...found.transfer, status: "failed", amount_received: null, fee: 0n } }
    : found;
const stateOf = async (id: string): Promise<TransferState> =>
  (await desk.t.treasury.deps.store.read("t", (tx) => getTransfer(tx, id))).state;
const balanced = async (): Promise<boolean> =>
  (await desk.t.treasury.deps.store.read("t", trialBalance)).every((row) => row.balanced);
const until = async (done: () => Promise<boolean>): Promise<void> => {
  for (let hours = 0; hours < 30 && !(await done()); hours += 1) await desk.hours(1);
  expect(await done()).toBe(true);
};

async function released() {
  const row = await desk.lent(2n * BTC, 60_000n);
  const draft = { facility_id: row.id, asset: "BTC", units: BTC / 4n, reason: "asked", initiator: "person:dora" };
  const transfer = await desk.lending.release({ ...draft, key: "k" });
  await desk.hours(1);
  await desk.approveAll();
  await until(async () => (await stateOf(transfer.id)) === "settled");
  await desk.hours(1);
  expect((await desk.facility(row.id)).held).toEqual({ BTC: (2n * BTC - BTC / 4n).toString() });
  return { row, transfer };
}

const fee_room = 500_000n;

describe("regression: a network takes back a move of collateral that had settled", () => {
  it("a release is promised again, and counts as what comes of it in the end", async () => {
    const script = says("northvault");
    const { row, transfer } = await released();
    script.answer = gone;
    await until(async () => (await stateOf(transfer.id)) !== "settled");
    expect((await desk.facility(row.id)).held).toEqual({ BTC: (2n * BTC - BTC / 4n - fee_room).toString() });
    expect(await desk.posted(`collateral_leaving/${row.id}/BTC`)).toBe(BTC / 4n + fee_room);
    expect(await balanced()).toBe(true);
    script.answer = null;
    await until(async () => (await stateOf(transfer.id)) === "settled");
    await desk.hours(1);
    expect((await desk.facility(row.id)).held).toEqual({ BTC: (2n * BTC - BTC / 4n).toString() });
    expect(await desk.posted(`collateral_leaving/${row.id}/BTC`)).toBe(0n);
    expect(await balanced()).toBe(true);
  });

  it("a release that never left after all stays promised until people say how it ended", async () => {
    const script = says("northvault");
    const { row, transfer } = await released();
    script.answer = failed;
    await until(async () => (await stateOf(transfer.id)) === "held");
    await desk.hours(1);
    expect((await desk.facility(row.id)).held).toEqual({ BTC: (2n * BTC - BTC / 4n - fee_room).toString() });
    expect(await desk.posted(`collateral_leaving/${row.id}/BTC`)).toBe(BTC / 4n + fee_room);
    expect(await balanced()).toBe(true);
  });

  it("a sale waits for its collateral once more, and sells nothing that is not there", async () => {
    const script = says("northvault");
    const row = await desk.lent(2n * BTC, 100_000n);
    for (const dollars of [72_000n, 62_000n, 55_500n]) {
      desk.price(dollars);
      await desk.hours(1);
    }
    const [transfer] = await desk.approveAll();
    desk.t.world.refused_orders = 1_000;
    await until(async () => (await stateOf(transfer?.id ?? "")) === "settled");
    await desk.hours(2);
    const before = await desk.facility(row.id);
    script.answer = gone;
    await until(async () => (await stateOf(transfer?.id ?? "")) !== "settled");
    const sale = async () =>
      desk.t.treasury.deps.store.read("t", (tx) => tx.get(tables.liquidation, { id: before.liquidation_id ?? "" }));
    expect(await sale()).toMatchObject({ state: "moving", at_market: 0n, sold: 0n });
    expect((await desk.facility(row.id)).selling.BTC).toBe(String((transfer?.amount ?? 0n) + fee_room));
    desk.t.world.refused_orders = 0;
    await desk.hours(4);
    expect(desk.t.world.orders).toHaveLength(0);
    script.answer = null;
    await until(async () => (await sale())?.state === "done");
    expect(desk.t.world.orders).toHaveLength(1);
    expect((await sale())?.sold).toBe(transfer?.amount);
    expect(await desk.posted(`collateral_selling/${row.id}/BTC`)).toBe(0n);
    expect(await balanced()).toBe(true);
  });
});

it("regression: what a market sent home is counted once, however long its sale waits after it, and is there again when its network takes it back", async () => {
  const script = says("exchange");
  const pledge = { expected: 0n, return_memo: null };
  const row = await desk.lent(2n * BTC, 100_000n, {
    collateral: [
      { ...pledge, asset: "BTC", return_address: "sandbox:bitcoin:acme" },
      { ...pledge, asset: "USDT", return_address: "sandbox:tron:acme" },
    ],
  });
  for (const dollars of [72_000n, 62_000n, 55_500n]) {
    desk.price(dollars);
    await desk.hours(1);
  }
  await desk.approveAll();
  desk.t.world.refused_orders = 1_000;
  await desk.hours(3);
  const { store } = desk.t.treasury.deps;
  const sale = async () => {
    const [found] = await store.read("t", (tx) => tx.find(tables.liquidation, { limit: 1 }));
    if (found === undefined) throw new Error("no sale");
    return found;
  };
  const home = async () => {
    const where = { facility_id: row.id, kind: "return" } as const;
    return (await store.read("t", (tx) => tx.find(tables.collateralMove, { where, limit: 5 })))[0];
  };
  // Its surplus waits for as long as its asset is stopped.
  await store.tx("t", (tx) => freezeAsset(tx, "USDT", { reason: "drill", since: 0 }));
  desk.price(80_000n);
  await desk.hours(1);
  desk.price(90_000n);
  for (let turn = 0; turn < 60 && (await home())?.state !== "open"; turn += 1) {
    await desk.t.treasury.cycleOnce();
    await desk.t.clock.sleep(60_000);
  }
  const { id, at_market } = await sale();
  const rest = 1_000n;
  await store.tx("t", (tx) =>
    tx.update(tables.liquidation, { id }, { surplus: 5_000_000_000n, at_market: at_market + rest }),
  );
  await until(async () => (await home())?.state === "done");
  await desk.hours(3);
  const { version } = await sale();
  expect(await sale()).toMatchObject({ state: "returning", at_market: rest });
  await desk.hours(3);
  expect(await sale()).toMatchObject({ state: "returning", at_market: rest, version });
  script.answer = gone;
  await until(async () => (await home())?.state === "open");
  expect(await sale()).toMatchObject({ state: "returning", at_market: at_market + rest });
  script.answer = null;
  await until(async () => (await home())?.state === "done");
  expect(await sale()).toMatchObject({ at_market: rest });
  expect(await balanced()).toBe(true);
});

describe("regression: what a market sends home is listed by the custodian before its hash is known", () => {
  const unhashed = (found: FindOutcome): FindOutcome =>
    found.outcome === "found"
      ? {
          outcome: "found",
          transfer: {
            ...found.transfer,
            ...{ tx_hash: null, final: false, stage: "signing", status: "pending", amount_received: null },
          },
        }
      : found;

  async function onItsWayHome() {
    const row = await desk.lent(2n * BTC, 100_000n);
    const from = venue("exchange");
    const script = says("exchange");
    const submit = from.submit.bind(from);
    Object.assign(from, {
      submit: async (prepared: Parameters<Venue["submit"]>[0]) => {
        const outcome = await submit(prepared);
        return outcome.outcome === "accepted" ? { ...outcome, tx_hash: null } : outcome;
      },
    });
    script.answer = unhashed;
    for (const dollars of [72_000n, 62_000n, 55_500n]) {
      desk.price(dollars);
      await desk.hours(1);
    }
    await desk.approveAll();
    desk.t.world.refused_orders = 1_000;
    const moves = () =>
      desk.t.treasury.deps.store.read("t", (tx) =>
        tx.find(tables.collateralMove, { where: { facility_id: row.id, kind: "return" }, limit: 10 }),
      );
    await desk.hours(3);
    desk.price(80_000n);
    await desk.hours(1);
    desk.price(90_000n);
    await until(async () => desk.t.world.paid.some(({ to_address }) => to_address.includes(row.id)));
    await desk.hours(2);
    const deposits = () =>
      desk.t.treasury.deps.store.read("t", (tx) =>
        tx.find(tables.collateralDeposit, { where: { facility_id: row.id }, order_by: [["at", "asc"]], limit: 10 }),
      );
    const counted = async (): Promise<bigint> => {
      const { held, selling } = await desk.facility(row.id);
      return BigInt(held.BTC ?? "0") + BigInt(selling.BTC ?? "0");
    };
    return { row, script, moves, deposits, counted };
  }

  it("it waits, counts once, and belongs to its transfer when the hash is there", async () => {
    const { row, script, moves, deposits, counted } = await onItsWayHome();
    const [move] = await moves();
    expect(move?.state).toBe("open");
    expect((await deposits()).at(-1)).toMatchObject({ state: "waiting", problem: "own_return" });
    expect(await counted()).toBeLessThanOrEqual(2n * BTC);
    script.answer = null;
    await until(async () => (await moves())[0]?.state === "done");
    expect((await deposits()).at(-1)).toMatchObject({ state: "own", problem: null });
    expect(await counted()).toBeLessThanOrEqual(2n * BTC);
    expect(await desk.posted(`collateral_waiting/${row.id}/BTC`)).toBe(0n);
    expect(await desk.posted(`collateral/${row.id}/BTC`)).toBe(BigInt((await desk.facility(row.id)).held.BTC ?? "0"));
    expect((await desk.facility(row.id)).missing).toEqual({});
    expect(await balanced()).toBe(true);
  });

  it("a deposit of the borrower that only looked like it is counted by itself once the return has arrived", async () => {
    const { row, script, moves, deposits, counted } = await onItsWayHome();
    const own = await deposits();
    const amount = own.at(-1)?.units ?? 0n;
    desk.deposit(row, amount);
    await desk.hours(1);
    const key = (await deposits()).find(({ tx_hash }) => tx_hash === `tx-${row.id}-${amount}`);
    expect(key).toMatchObject({ state: "waiting", problem: "own_return" });
    if (key !== undefined) {
      const asked = desk.lending.acceptDeposit(key, "person:dora");
      await expect(asked).rejects.toMatchObject({ code: "facility_wrong_state" });
    }
    const before = await counted();
    script.answer = null;
    await until(async () => (await moves())[0]?.state === "done");
    const states = (await deposits()).slice(1).map(({ state }) => state);
    expect(states.sort()).toEqual(["accepted", "own"]);
    expect(await counted()).toBe(before + amount);
    expect(await balanced()).toBe(true);
  });
});
