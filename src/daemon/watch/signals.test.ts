/** What wakes a decision: debounced, the most telling one as its cause; and prices that jump or turn restless. */
import { describe, expect, it } from "vitest";
import { tables } from "../../store/index.ts";
import { newState } from "../state.ts";
import { HOUR, MINUTE, openBench } from "../suite_daemon.ts";
import type { DaemonDeps } from "../types.ts";
import { causeNow, signal } from "./signals.ts";
import { changePpm, watchPrice } from "./watch_prices.ts";

function at(now: number): DaemonDeps {
  return { clock: { now: () => now, sleep: async () => {} } } as unknown as DaemonDeps;
}

const priceOf = (num: bigint) =>
  ({ status: "fresh", currency: "USD", currency_decimals: 2, price: { num, den: 1n } }) as Parameters<
    typeof watchPrice
  >[3];

describe("signals", () => {
  it("keep the most telling one, and forget it once it was the cause", () => {
    const state = newState();
    signal(at(0), state, "ledger_movement", "usdt");
    signal(at(0), state, "large_transaction", "hot");
    signal(at(0), state, "fee_spike", "hot");
    expect(causeNow(state, "schedule")).toBe("large_transaction");
    expect(causeNow(state, "push")).toBe("push");
  });

  it("never take the place of what says more", () => {
    const state = newState();
    signal(at(0), state, "ledger_movement", "usdt");
    expect(causeNow(state, "approval")).toBe("approval");
  });

  it("count once a minute for one thing, at once for another", () => {
    const state = newState();
    const seen = (now: number, about: string): string => {
      signal(at(now), state, "poll_failed", about);
      return causeNow(state, "schedule");
    };
    expect(seen(0, "hot")).toBe("poll_failed");
    expect(seen(MINUTE - 1, "hot")).toBe("schedule");
    expect(seen(MINUTE - 1, "vault")).toBe("poll_failed");
    expect(seen(MINUTE, "hot")).toBe("poll_failed");
  });
});

describe("prices", () => {
  it("say when they jump by two per cent, exactly", () => {
    const state = newState();
    watchPrice(at(0), state, "BTC", priceOf(10_000n));
    watchPrice(at(1), state, "BTC", priceOf(10_199n));
    expect(state.signal).toBeNull();
    watchPrice(at(2), state, "BTC", priceOf(9_995n));
    expect(causeNow(state, "schedule")).toBe("price_jump");
    expect(changePpm({ num: 10_000n, den: 1n }, { num: 30_600n, den: 3n })).toBe(20_000n);
  });

  it("say once that the market turned restless, and once that it is calm again", () => {
    const state = newState();
    const told: number[] = [];
    let price = 1_000_000n;
    for (let poll = 0; poll < 700; poll += 1) {
      const restless = poll >= 300 && poll < 330;
      price += (poll % 2 === 0 ? 1n : -1n) * (restless ? 5_000n : 500n);
      watchPrice(at(poll * MINUTE), state, "BTC", priceOf(price));
      if (causeNow(state, "schedule") === "volatility_regime") told.push(poll);
    }
    expect(told).toHaveLength(2);
    expect(told[0]).toBeGreaterThanOrEqual(300);
    expect(told[0]).toBeLessThan(310);
    expect(told[1]).toBeGreaterThan(330);
  });
});

it("a venue that cannot be read is the cause of a decision", async () => {
  const bench = openBench();
  const treasury = bench.start("one");
  await bench.finish(treasury.cycleOnce());
  await bench.pass(HOUR);
  const venue = bench.venues.get("chain");
  if (venue === undefined) throw new Error("the bench has a chain");
  const { getBalance } = venue;
  venue.getBalance = () => Promise.reject(new Error("down"));
  await bench.finish(treasury.cycleOnce());
  venue.getBalance = getBalance;
  const causes = await bench.tx((tx) => tx.find(tables.decision, { limit: 20 }));
  expect(causes.map(({ cause }) => cause)).toContain("poll_failed");
});
