import { beforeEach, describe, expect, it } from "vitest";
import { trialBalance, walletBalance } from "../../ledger/index.ts";
import { type BalanceRow, tables } from "../../store/index.ts";
import { VenueError } from "../../venues/index.ts";
import type { Venue } from "../../venues/port.ts";
import type { RunnableTreasury } from "../index.ts";
import { type Bench, HOUR, MINUTE, openBench, UNIT } from "../suite_daemon.ts";
import { isIncluded } from "./included.ts";

let bench: Bench;
let treasury: RunnableTreasury;
beforeEach(() => {
  bench = openBench();
  treasury = bench.start("one");
});

const posted = (wallet_id: string): Promise<bigint> =>
  bench.tx(async (tx) => (await walletBalance(tx, wallet_id, "USDT")).posted);
const balance = (wallet_id: string): Promise<BalanceRow | undefined> =>
  bench.tx((tx) => tx.get(tables.balance, { wallet_id }));
const stateOf = async (wallet_id: string) =>
  (await treasury.reconcile()).find((one) => one.wallet_id === wallet_id)?.state;

async function observeAfter(ms: number): Promise<void> {
  await bench.pass(ms);
  await bench.finish(treasury.cycleOnce());
}

/** Replaces methods of one venue from now on. */
function replace(id: string, members: Partial<Venue>): void {
  const venue = bench.venues.get(id);
  if (venue !== undefined) Object.assign(venue, members);
}

describe("the first sight of a wallet", () => {
  it("opens its books with what it holds, and books none of its history", async () => {
    for (let i = 0; i < 45; i += 1) bench.flow("exchange", 100);
    await observeAfter(MINUTE);
    expect(await posted("exchange-usdt")).toBe(604_500n * UNIT);
    expect(await bench.events("movement.booked")).toEqual([]);
    expect((await treasury.reconcile()).map(({ state }) => state)).toEqual([
      "equal",
      "equal",
      "equal",
      "equal",
      "equal",
    ]);
  });

  it("goes on where it stopped when the process dies between opening and the rest", async () => {
    bench.flow("exchange", 100);
    const dying = bench.start("dying", (deps) => ({
      ...deps,
      venues: new Map([...deps.venues].map(([id, venue]) => [id, dyingAfterBalance(venue)])),
    }));
    void dying.cycleOnce();
    await bench.pass(10 * MINUTE);
    expect(await posted("exchange-usdt")).toBe(600_100n * UNIT);
    bench.flow("exchange", 50);
    await observeAfter(HOUR);
    expect(await posted("exchange-usdt")).toBe(600_150n * UNIT);
    expect(await stateOf("exchange-usdt")).toBe("equal");
  });
});

describe("an instance that stands still while it reads a wallet", () => {
  /** Reads the balance of `exchange`, sleeps, and only wakes after `meanwhile`. */
  function sleeper(meanwhile: () => Promise<void>): RunnableTreasury {
    return bench.start("sleeper", (deps) => {
      const venue = deps.venues.get("exchange");
      if (venue === undefined) throw new Error("no venue exchange");
      const getBalance: Venue["getBalance"] = async (wallet) => {
        const old = await venue.getBalance(wallet);
        await meanwhile();
        return old;
      };
      const sleepy = new Proxy(venue, {
        get: (target, name) => {
          if (name === "getBalance") return getBalance;
          const member: unknown = Reflect.get(target, name);
          return typeof member === "function" ? member.bind(target) : member;
        },
      });
      return { ...deps, venues: new Map([...deps.venues, ["exchange", sleepy]]) };
    });
  }

  it("does not write its old balance over the newer one", async () => {
    await observeAfter(0);
    const late = sleeper(async () => {
      bench.flow("exchange", 300);
      await bench.clock.sleep(MINUTE);
      await treasury.observeOnce();
    });
    await bench.finish(late.observeOnce());
    expect((await balance("exchange-usdt"))?.total).toBe(600_300n * UNIT);
    expect(await posted("exchange-usdt")).toBe(600_300n * UNIT);
    expect(await stateOf("exchange-usdt")).toBe("equal");
  });

  it("does not open books that another opened meanwhile", async () => {
    const late = sleeper(async () => {
      bench.flow("exchange", 300);
      await bench.clock.sleep(MINUTE);
      await treasury.observeOnce();
    });
    await bench.finish(late.observeOnce());
    bench.flow("exchange", 50);
    await observeAfter(HOUR);
    expect(await posted("exchange-usdt")).toBe(600_350n * UNIT);
    expect(await stateOf("exchange-usdt")).toBe("equal");
  });
});

describe("an observation", () => {
  it("books customers' movements once, in and out", async () => {
    await observeAfter(0);
    bench.flow("exchange", 300);
    bench.flow("exchange", -50);
    await observeAfter(HOUR);
    await observeAfter(HOUR);
    expect(await posted("exchange-usdt")).toBe(600_250n * UNIT);
    expect(await bench.events("movement.booked")).toHaveLength(2);
    const [line] = await bench.tx(trialBalance);
    expect(line).toMatchObject({ balanced: true });
  });

  it("reads more pages than one, and every movement of them", async () => {
    await observeAfter(0);
    for (let i = 0; i < 120; i += 1) bench.flow("chain", 10);
    await observeAfter(HOUR);
    expect(await posted("chain-usdt")).toBe(501_200n * UNIT);
    expect(await stateOf("chain-usdt")).toBe("equal");
  });

  it("keeps the last known balance when a read fails, says why, and tells it once", async () => {
    await observeAfter(0);
    const known = await balance("chain-usdt");
    replace("chain", {
      getBalance: async () => {
        throw new VenueError("venue_transient", "503 Service Unavailable");
      },
    });
    await observeAfter(HOUR);
    await observeAfter(HOUR);
    expect(await balance("chain-usdt")).toMatchObject({
      total: known?.total,
      as_of: known?.as_of,
      error: "503 Service Unavailable",
    });
    expect(await stateOf("chain-usdt")).toBe("unknown");
    expect((await bench.events("venue.state")).map(({ payload }) => payload)).toMatchObject([
      { venue_id: "chain", to_state: "down" },
    ]);
    expect(bench.notices.filter(({ code }) => code === "venue_down")).toHaveLength(1);
    expect((await balance("exchange-usdt"))?.as_of).toBeGreaterThan(known?.as_of ?? 0);
    const wallet = (await treasury.planNow())[0]?.snapshot.wallets.find(({ wallet_id }) => wallet_id === "chain-usdt");
    expect(wallet?.freshness).toBe("fresh");
    await bench.pass(2 * HOUR);
    const later = (await treasury.planNow())[0]?.snapshot.wallets.find(({ wallet_id }) => wallet_id === "chain-usdt");
    expect(later?.freshness).toBe("stale");
  });

  it("opens a break for what nobody booked, stops the asset, and closes it when both agree again", async () => {
    await observeAfter(0);
    const account = bench.world.account("chain", "chain-usdt");
    account.total -= 7n;
    await observeAfter(HOUR);
    expect((await bench.events("break.opened")).map(({ payload }) => payload)).toMatchObject([
      { wallet_id: "chain-usdt", difference: "-7" },
    ]);
    expect((await treasury.planNow())[0]?.snapshot.frozen_reason).toContain("chain-usdt");
    await observeAfter(HOUR);
    expect(bench.notices.filter(({ code }) => code === "break_opened")).toHaveLength(1);
    account.total += 7n;
    await observeAfter(HOUR);
    expect(await bench.events("break.closed")).toHaveLength(1);
    expect((await treasury.planNow())[0]?.snapshot.frozen_reason).toBeNull();
  });

  it("believes no movement in another asset", async () => {
    await observeAfter(0);
    replace("chain", {
      listMovements: async (_wallet, cursor) => ({
        movements: [
          {
            id: "m",
            direction: "in",
            amount: 5n,
            fee: 0n,
            asset: "FAKE",
            reference: null,
            tx_hash: null,
            counterparty: null,
            at: 0,
            height: null,
            final: true,
          },
        ],
        cursor: cursor ?? "0",
        has_more: false,
      }),
    });
    await observeAfter(HOUR);
    expect((await balance("chain-usdt"))?.error).toContain("FAKE");
    expect(await posted("chain-usdt")).toBe(500_000n * UNIT);
  });

  it("covers what was paid before it was booked, once it is booked", async () => {
    await observeAfter(0);
    bench.flow("chain", 200_000);
    bench.flow("chain", -600_000);
    const movements = bench.world.account("chain", "chain-usdt").movements;
    const [arrival, payment] = movements.splice(0, 2);
    if (arrival === undefined || payment === undefined) throw new Error("two movements");
    movements.push(payment);
    await observeAfter(HOUR);
    expect(await posted("chain-usdt")).toBe(0n);
    movements.push(arrival);
    await observeAfter(HOUR);
    expect(await posted("chain-usdt")).toBe(100_000n * UNIT);
    expect(await stateOf("chain-usdt")).toBe("equal");
  });
});

describe("isIncluded", () => {
  it("goes by height where both have one, and by time where not", () => {
    expect(isIncluded({ height: "9", at: 99 }, { height: "10", as_of: 1 })).toBe(true);
    expect(isIncluded({ height: "11", at: 0 }, { height: "10", as_of: 1 })).toBe(false);
    expect(isIncluded({ height: null, at: 1 }, { height: "10", as_of: 1 })).toBe(true);
    expect(isIncluded({ height: "abc", at: 2 }, { height: "10", as_of: 1 })).toBe(false);
  });
});

/** The process hangs for ever at the second list, as if it had died there. */
function dyingAfterBalance(venue: Venue): Venue {
  let lists = 0;
  return new Proxy(venue, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (name !== "listMovements" || typeof member !== "function") {
        return typeof member === "function" ? member.bind(target) : member;
      }
      return (...args: unknown[]) => {
        lists += 1;
        return lists > 1 ? new Promise(() => {}) : (member.apply(target, args) as unknown);
      };
    },
  });
}
