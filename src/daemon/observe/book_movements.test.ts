import { describe, expect, it } from "vitest";
import { findPosting, trialBalance } from "../../ledger/index.ts";
import { tables } from "../../store/index.ts";
import type { Venue, VenueMovement } from "../../venues/port.ts";
import { openBench, UNIT } from "../suite_daemon.ts";

const POLL = 15 * 60_000;
const HOT = ["exchange-usdt", "chain-usdt"] as const;

/** Counts the transactions in which movements were booked. */
function openDesk(listed?: (movement: VenueMovement) => VenueMovement) {
  const bench = openBench();
  if (listed !== undefined) {
    const inner = bench.venues.get("exchange") as Venue;
    const venue = new Proxy(inner, {
      get: (target, name) =>
        name === "listMovements"
          ? async (...args: Parameters<Venue["listMovements"]>) => {
              const page = await target.listMovements(...args);
              return { ...page, movements: page.movements.map(listed) };
            }
          : (Reflect.get(target, name) as { bind?: (on: Venue) => unknown } | undefined)?.bind?.(target),
    });
    bench.venues.set("exchange", venue);
  }
  let booked = 0;
  const treasury = bench.start("one", (deps) => ({
    ...deps,
    store: {
      ...deps.store,
      read: (label, work) => deps.store.read(label, work),
      write: (label, writes) => deps.store.write(label, writes),
      check: () => deps.store.check(),
      close: () => deps.store.close(),
      tx: (label, work) => {
        booked += label === "movements.book" ? 1 : 0;
        return deps.store.tx(label, work);
      },
    },
  }));
  const cycle = async (): Promise<number> => {
    booked = 0;
    await bench.pass(POLL);
    await bench.finish(treasury.cycleOnce());
    return booked;
  };
  const movements = () => bench.tx((tx) => tx.find(tables.movement, { order_by: [["wallet_id", "asc"]], limit: 50 }));
  return { bench, cycle, movements };
}

describe("what several wallets show at the same time", () => {
  it("is booked together: one transaction for all of them, and each movement once", async () => {
    const { bench, cycle, movements } = openDesk();
    await cycle();
    bench.flow("exchange", 3);
    bench.flow("exchange", -1);
    bench.flow("chain", 5);
    // One for everybody who read in the same moment; venues answer at moments of their own.
    expect(await cycle()).toBeLessThanOrEqual(bench.config.wallets.length);
    const rows = await movements();
    expect(rows.filter(({ wallet_id }) => HOT.some((id) => id === wallet_id))).toHaveLength(3);
    for (const { wallet_id, movement_id } of rows) {
      const posting = await bench.tx((tx) => findPosting(tx, `movement/${wallet_id}/${movement_id}`));
      expect(posting).toBeDefined();
    }
    expect(await bench.events("movement.booked")).toHaveLength(rows.length);
    await cycle();
    expect(await movements()).toHaveLength(rows.length);
    expect(await bench.tx(trialBalance)).toMatchObject([{ balanced: true }]);
  });

  it("harms no neighbour: a wallet whose list cannot be booked fails alone", async () => {
    const { bench, cycle, movements } = openDesk((movement) => ({ ...movement, amount: movement.amount * 10n ** 80n }));
    await cycle();
    bench.flow("exchange", 3);
    bench.flow("chain", 5);
    await cycle();
    expect((await movements()).map(({ wallet_id, amount }) => [wallet_id, amount])).toEqual([[HOT[1], 5n * UNIT]]);
    const balances = await bench.tx((tx) => tx.find(tables.balance, { limit: 50 }));
    expect(balances.find(({ wallet_id }) => wallet_id === HOT[0])?.error).toContain("78 digits");
    expect(balances.find(({ wallet_id }) => wallet_id === HOT[1])?.error).toBeNull();
  });
});
