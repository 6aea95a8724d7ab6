import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide } from "./decide.ts";
import { aPolicy, aPool, NOW, usdt } from "./fixtures.ts";
import { roomIn, roomOpensAt } from "./limits.ts";
import type { PoolHistory, PoolPolicy, Snapshot, WindowLimit } from "./types.ts";

fc.configureGlobal({ seed: 1 });

const HOUR_MS = 3_600_000;
const LOW = aPool("50000", "950000");
const window = (over: Partial<WindowLimit> = {}): WindowLimit => ({
  direction: "to_liquidity",
  window_ms: 24 * HOUR_MS,
  amount_max: usdt("100000"),
  count_max: 3,
  ...over,
});
const past = (hours_ago: number, amount: string): PoolHistory["moves"][number] => ({
  at: NOW - hours_ago * HOUR_MS,
  direction: "to_liquidity",
  amount: usdt(amount),
});
const withHistory = (pool: Snapshot, over: Partial<PoolHistory>): Snapshot => ({
  ...pool,
  history: { ...pool.history, ...over },
});
const run = (snapshot: Snapshot, policy: PoolPolicy) => {
  const decision = decide(snapshot, policy, NOW);
  return { ...decision, codes: decision.reasons.map((reason) => reason.code) };
};

describe("minimum and maximum", () => {
  it("holds below the smallest move, and moves exactly at it", () => {
    expect(run(LOW, aPolicy({ move_min: usdt("50000") })).verdict).toBe("move");
    const decision = run(LOW, aPolicy({ move_min: usdt("50000.000001") }));
    expect(decision).toMatchObject({ verdict: "hold", moves: [], codes: ["below_low", "below_minimum_move"] });
    expect(decision.counterfactuals).toContain("Would move if at least 50,000.000001 USDT were needed.");
  });

  it("caps at the largest move, and a largest move of zero allows none", () => {
    const capped = run(LOW, aPolicy({ move_max: usdt("30000") }));
    expect(capped).toMatchObject({ verdict: "move", moves: [{ amount: usdt("30000") }] });
    expect(capped.codes).toContain("capped_by_maximum_move");
    for (const move_max of [0n, -1n]) {
      expect(run(LOW, aPolicy({ move_max }))).toMatchObject({ verdict: "blocked", moves: [] });
    }
  });
});

describe("windows", () => {
  it("caps at what the window leaves", () => {
    const decision = run(withHistory(LOW, { moves: [past(5, "70000")] }), aPolicy({ windows: [window()] }));
    expect(decision).toMatchObject({ verdict: "move", moves: [{ amount: usdt("30000") }] });
    expect(decision.codes).toContain("capped_by_window");
  });

  it("is blocked until the instant at which there is room again, and says it", () => {
    const moves = [past(20, "60000"), past(5, "40000")];
    const decision = run(withHistory(LOW, { moves }), aPolicy({ windows: [window()] }));
    expect(decision).toMatchObject({ verdict: "blocked", moves: [] });
    expect(decision.codes).toContain("window_exhausted");
    expect(decision.counterfactuals).toContain("Blocked by the window limit until 2027-01-15T12:00:00Z.");
  });

  it("counts moves as well as amounts, and only those of its own direction", () => {
    const moves = [past(3, "1"), past(2, "1"), past(1, "1")];
    const policy = aPolicy({ windows: [window()] });
    expect(run(withHistory(LOW, { moves }), policy).verdict).toBe("blocked");
    const other = moves.map((move) => ({ ...move, direction: "to_reserve" as const }));
    expect(run(withHistory(LOW, { moves: other }), policy).verdict).toBe("move");
  });

  it("leaves what the tightest window leaves, of amount and of count, in whatever order they stand", () => {
    const tight = window({ amount_max: usdt("500"), count_max: 2 });
    const wide = window({ amount_max: usdt("9000"), count_max: 8 });
    for (const windows of [
      [tight, wide],
      [wide, tight],
    ]) {
      expect(roomIn(windows, [past(1, "100")], "to_liquidity", NOW)).toEqual({
        amount: usdt("400"),
        count: 1,
        tightest: tight,
      });
    }
    expect(roomIn([wide], [], "to_reserve", NOW).amount).toBeNull();
  });

  it("forgets a move exactly when the window has passed", () => {
    const policy = aPolicy({ windows: [window({ count_max: 1 })] });
    expect(run(withHistory(LOW, { moves: [past(24, "1")] }), policy).verdict).toBe("move");
    const almost = { ...past(24, "1"), at: NOW - 24 * HOUR_MS + 1 };
    expect(run(withHistory(LOW, { moves: [almost] }), policy).verdict).toBe("blocked");
  });

  it("reads zero, negative and not-a-number as nothing allowed", () => {
    const odd = [{ amount_max: 0n }, { amount_max: -1n }, { count_max: 0 }, { count_max: Number.NaN }];
    for (const over of odd) {
      expect(run(LOW, aPolicy({ windows: [window(over)] }))).toMatchObject({ verdict: "blocked", moves: [] });
    }
    const endless = window({ window_ms: Number.NaN, count_max: 1 });
    expect(run(withHistory(LOW, { moves: [past(9_999, "1")] }), aPolicy({ windows: [endless] })).verdict).toBe(
      "blocked",
    );
  });

  it("holds in an emergency too", () => {
    const policy = aPolicy({ windows: [window({ amount_max: 0n })] });
    expect(run(aPool("0", "1000000"), policy)).toMatchObject({ verdict: "escalate", severity: "emergency", moves: [] });
  });

  const moves = fc.array(
    fc.record({
      at: fc.integer({ min: NOW - 30 * HOUR_MS, max: NOW }),
      direction: fc.constant("to_liquidity" as const),
      amount: fc.bigInt({ min: 0n, max: 60n }),
    }),
    { maxLength: 8 },
  );
  const windows = fc.array(
    fc.record({
      direction: fc.constant("to_liquidity" as const),
      window_ms: fc.integer({ min: HOUR_MS, max: 24 * HOUR_MS }),
      amount_max: fc.bigInt({ min: 0n, max: 100n }),
      count_max: fc.integer({ min: 0, max: 5 }),
    }),
    { minLength: 1, maxLength: 3 },
  );

  it("opens at the very instant it names, and not a millisecond earlier", () => {
    fc.assert(
      fc.property(moves, windows, fc.bigInt({ min: 1n, max: 100n }), (history, limits, amount) => {
        const fits = (at: number): boolean => {
          const room = roomIn(limits, history, "to_liquidity", at);
          return room.amount !== null && room.amount >= amount && room.count > 0;
        };
        const opens = roomOpensAt(limits, history, "to_liquidity", NOW, amount);
        if (opens === null) {
          expect(fits(NOW + 1_000 * HOUR_MS)).toBe(false);
        } else {
          expect(fits(opens)).toBe(true);
          if (opens > NOW) expect(fits(opens - 1)).toBe(false);
        }
      }),
    );
  });
});

describe("cool-down and dwell", () => {
  it("waits for the cool-down of its own direction", () => {
    const policy = aPolicy({ cooldown_ms: 2 * HOUR_MS });
    const cooling = run(withHistory(LOW, { last_to_liquidity_at: NOW - HOUR_MS }), policy);
    expect(cooling).toMatchObject({ verdict: "wait", moves: [{ amount: usdt("50000") }] });
    expect(cooling.counterfactuals).toContain("Would move at 2027-01-15T09:00:00Z, when the cool-down ends.");
    expect(run(withHistory(LOW, { last_to_liquidity_at: NOW - 2 * HOUR_MS }), policy).verdict).toBe("move");
    expect(run(withHistory(LOW, { last_to_reserve_at: NOW }), policy).verdict).toBe("move");
  });

  it("waits until the level has been passed for long enough", () => {
    const policy = aPolicy({ dwell_ms: HOUR_MS });
    expect(run(LOW, policy)).toMatchObject({ verdict: "wait" });
    const since = (outside: "low" | "high", outside_since: number) => withHistory(LOW, { outside, outside_since });
    expect(run(since("low", NOW - HOUR_MS + 1), policy).verdict).toBe("wait");
    expect(run(since("low", NOW - HOUR_MS), policy).verdict).toBe("move");
    expect(run(since("high", NOW - HOUR_MS), policy).verdict).toBe("wait");
  });

  it("does not keep an emergency waiting", () => {
    const policy = aPolicy({ cooldown_ms: HOUR_MS, dwell_ms: HOUR_MS });
    const emergency = withHistory(aPool("5000", "995000"), { last_to_liquidity_at: NOW });
    expect(run(emergency, policy)).toMatchObject({ verdict: "move", severity: "emergency" });
  });

  it("reads a time that is not a number, and a last move in the future, as not over yet", () => {
    for (const cooldown_ms of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(run(withHistory(LOW, { last_to_liquidity_at: 0 }), aPolicy({ cooldown_ms })).verdict).toBe("wait");
    }
    expect(run(LOW, aPolicy({ dwell_ms: Number.NaN })).verdict).toBe("wait");
    const future = withHistory(LOW, { last_to_liquidity_at: NOW + HOUR_MS });
    expect(run(future, aPolicy({ cooldown_ms: 1 })).verdict).toBe("wait");
  });
});
