/** What each detector of events says, and that it stays silent on the ordinary. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BURST_WARM_UP, createBurstState, observeBurst } from "./burst.ts";
import { type CustomerAct, createCustomerState, scoreCustomer } from "./customer_score.ts";
import { createFeeState, FEES_FIRST, observeFee } from "./fee_spike.ts";
import {
  createDestinationState,
  DESTINATION_COOL_DOWN_MS,
  DESTINATIONS_MAX,
  observeDestination,
} from "./new_destination.ts";
import { ACTS_FIRST, createOffHoursState, observeAct } from "./off_hours.ts";
import { checkBalanceChange } from "./unexplained_change.ts";
import { createVelocityState, observeVelocity } from "./velocity_cap.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const USDT = { id: "USDT", decimals: 6 };
const START = 1_800_000_000_000;

describe("burst", () => {
  it("tells a value far above the usual spread, in numbers", () => {
    const state = createBurstState();
    for (let hour = 0; hour < 200; hour += 1) {
      expect(observeBurst(state, { at: hour * HOUR_MS, value: 100 + ((hour * 37) % 21) }, "hot")).toBeNull();
    }
    const found = observeBurst(state, { at: 200 * HOUR_MS, value: 400 }, "hot");
    expect(found).toMatchObject({ detector: "burst", severity: "alert", subject: "hot", observed: "400" });
    expect(found?.sentence).toMatch(
      /^hot: 400 at once, 3\.\d times the usual; 1\d\d(\.\d)? is usual, give or take [\d.]+, and above \d+ it is told\.$/,
    );
  });

  it("says nothing before it knows the usual, and nothing of a fall", () => {
    const state = createBurstState();
    for (let hour = 0; hour < BURST_WARM_UP; hour += 1) {
      expect(observeBurst(state, { at: 0, value: hour === 20 ? 1e9 : hour % 7 }, "hot")).toBeNull();
    }
    expect(observeBurst(state, { at: 0, value: -1e9 }, "hot")).toBeNull();
    expect(observeBurst(state, { at: 0, value: Number.NaN }, "hot")).toBeNull();
  });
});

describe("velocity cap", () => {
  const cap = { asset: USDT, window_ms: 12 * HOUR_MS, amount_max: 1_000_000_000n };

  it("stops what passes the cap within the window, exactly", () => {
    const state = createVelocityState();
    expect(observeVelocity(state, { at: START, amount: 600_000_000n }, cap, "hot")).toBeNull();
    expect(observeVelocity(state, { at: START + HOUR_MS, amount: 400_000_000n }, cap, "hot")).toBeNull();
    const found = observeVelocity(state, { at: START + 2 * HOUR_MS, amount: 1n }, cap, "hot");
    expect(found).toMatchObject({ severity: "critical", limit: "1,000 USDT in 12 h" });
    expect(found?.observed).toBe("1,000.000001 USDT in 12 h");
  });

  it("is never laxer than the exact sliding window, and at most a twelfth stricter", () => {
    const step = fc.record({ after_ms: fc.nat(5 * HOUR_MS), amount: fc.bigInt({ min: 0n, max: 600_000_000n }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const state = createVelocityState();
        const past: { at: number; amount: bigint }[] = [];
        let at = START;
        for (const { after_ms, amount } of steps) {
          at += after_ms;
          past.push({ at, amount });
          const within = (window_ms: number): bigint =>
            past.filter((each) => each.at > at - window_ms).reduce((sum, each) => sum + each.amount, 0n);
          const found = observeVelocity(state, { at, amount }, cap, "hot") !== null;
          if (within(cap.window_ms) > cap.amount_max) expect(found).toBe(true);
          if (within((cap.window_ms * 14) / 12) <= cap.amount_max) expect(found).toBe(false);
          expect(JSON.parse(JSON.stringify(state))).toEqual(state);
        }
      }),
    );
  });
});

describe("unexplained change", () => {
  const change = {
    at: START,
    asset: USDT,
    before: 10_000_000n,
    after: 7_000_000n,
    explained: -3_000_000n,
    tolerance: 10n,
  };

  it("says nothing of what the movements explain, dust included", () => {
    expect(checkBalanceChange(change, "hot")).toBeNull();
    expect(checkBalanceChange({ ...change, after: 6_999_990n }, "hot")).toBeNull();
  });

  it("freezes when money left without a movement, and notes what came", () => {
    const left = checkBalanceChange({ ...change, after: 6_999_989n }, "hot");
    expect(left).toMatchObject({ severity: "critical", observed: "6.999989 USDT", expected: "7 USDT" });
    expect(left?.sentence).toContain("0.000011 USDT left without one");
    expect(checkBalanceChange({ ...change, after: 7_000_011n }, "hot")?.severity).toBe("note");
  });
});

describe("new destination", () => {
  const old = START - 2 * DESTINATION_COOL_DOWN_MS;

  it("freezes on one that nobody attested, however often it is used", () => {
    const state = createDestinationState();
    const use = { at: START, destination: "0xabc", attested_at: null };
    expect(observeDestination(state, use, "hot")?.severity).toBe("critical");
    expect(observeDestination(state, use, "hot")?.severity).toBe("critical");
  });

  it("alerts while it is young, notes its first use, and then is silent", () => {
    const state = createDestinationState();
    const young = { at: START, destination: "0xabc", attested_at: START - 3 * HOUR_MS };
    expect(observeDestination(state, young, "hot")).toMatchObject({ severity: "alert", limit: "24 h" });
    const other = { at: START, destination: "0xdef", attested_at: old };
    expect(observeDestination(state, other, "hot")?.severity).toBe("note");
    expect(observeDestination(state, other, "hot")).toBeNull();
  });

  it("does not note the first payment to a wallet of our own, but alerts while its address is young", () => {
    const state = createDestinationState();
    const use = { at: START, destination: "vault", attested_at: old, own: true };
    expect(observeDestination(state, use, "hot")).toBeNull();
    expect(observeDestination(state, { ...use, attested_at: START - HOUR_MS }, "hot")?.severity).toBe("alert");
    expect(observeDestination(state, { ...use, attested_at: null }, "hot")?.severity).toBe("critical");
  });

  it("remembers a bounded number, the least recently used first to go", () => {
    const state = createDestinationState();
    const use = (destination: string) => observeDestination(state, { at: START, destination, attested_at: old }, "hot");
    use("first");
    for (let each = 1; each < DESTINATIONS_MAX; each += 1) use(`d${each}`);
    expect(use("first")).toBeNull();
    use("one more");
    expect(state.known).toHaveLength(DESTINATIONS_MAX);
    expect(use("d1")?.severity).toBe("note");
  });
});

describe("off hours", () => {
  it("alerts on an act in an hour that hardly ever sees one, once habits are known", () => {
    const state = createOffHoursState();
    const monday = 4 * DAY_MS;
    expect(observeAct(state, monday + 3 * HOUR_MS, "ops")).toBeNull();
    for (let act = 0; act < 3_000; act += 1) {
      const [week, day, hour] = [Math.floor(act / 40), act % 5, 9 + (act % 8)];
      expect(observeAct(state, monday + week * 7 * DAY_MS + day * DAY_MS + hour * HOUR_MS, "ops")).toBeNull();
    }
    expect(state.total).toBeGreaterThan(ACTS_FIRST);
    const found = observeAct(state, monday + 100 * 7 * DAY_MS + 4 * HOUR_MS, "ops");
    expect(found).toMatchObject({ detector: "off_hours", severity: "alert" });
    expect(found?.sentence).toContain("0 of 3001 acts");
  });

  it("forgets by halves, and never loses the shape", () => {
    const state = createOffHoursState();
    for (let act = 0; act <= 20_000; act += 1) observeAct(state, 9 * HOUR_MS, "ops");
    expect(state.total).toBe(10_000);
    expect(state.acts[9]).toBe(10_000);
  });
});

describe("fee spike", () => {
  it("alerts above four times the usual, holds above twenty, and needs a history", () => {
    const state = createFeeState();
    expect(observeFee(state, { at: 0, value: 5_000 }, "eth")).toBeNull();
    for (let each = 0; each < 4 * FEES_FIRST; each += 1) observeFee(state, { at: 0, value: 9 + (each % 3) }, "eth");
    expect(observeFee(state, { at: 0, value: 38 }, "eth")).toBeNull();
    expect(observeFee(state, { at: 0, value: 60 }, "eth")).toMatchObject({ severity: "alert" });
    expect(observeFee(state, { at: 0, value: 300 }, "eth")).toMatchObject({ severity: "high" });
    expect(observeFee(state, { at: 0, value: -1 }, "eth")).toBeNull();
  });
});

describe("customer score", () => {
  const usual: CustomerAct = {
    at: START,
    size: 100,
    account_age_days: 400,
    destination_known: true,
    off_hours: false,
    credentials_changed: false,
  };

  function known() {
    const state = createCustomerState();
    for (let day = 0; day < 30; day += 1) scoreCustomer(state, { ...usual, at: START + day * DAY_MS }, "cus_1");
    return state;
  }
  const now = START + 30 * DAY_MS;

  it("is near zero for the usual, and names its parts for the unusual, largest first", () => {
    expect(scoreCustomer(known(), { ...usual, at: now }, "cus_1").score).toBeLessThan(0.1);
    const act = { ...usual, at: now, size: 4_000, unit: "USDT", destination_known: false, credentials_changed: true };
    const { score, parts, finding } = scoreCustomer(known(), act, "cus_1");
    expect(score).toBeCloseTo(1 - 0.5 * 0.5 * 0.65, 10);
    expect(parts.map(([feature]) => feature)).toEqual(["size", "credentials_changed", "new_destination"]);
    expect(finding).toMatchObject({ severity: "high", subject: "cus_1" });
    expect(finding?.sentence).toMatch(
      /^A withdrawal of 4,000 USDT is unusual for cus_1, \d+ times the usual [\d.]+ USDT: 84 of 100 points, of which /,
    );
    const points = [...(finding?.sentence.matchAll(/(?:size|changed|destination) (\d+)/g) ?? [])].map(([, count]) =>
      Number(count),
    );
    expect(points.reduce((sum, count) => sum + count, 0)).toBe(84);
  });

  it("lets no single feature decide alone", () => {
    for (const change of [
      { size: 1e9 },
      { destination_known: false },
      { off_hours: true },
      { credentials_changed: true },
    ]) {
      expect(scoreCustomer(known(), { ...usual, at: now, ...change }, "cus_1").finding).toBeNull();
    }
  });

  it("sees a flurry", () => {
    const state = known();
    const scores = Array.from(
      { length: 8 },
      (_, each) => scoreCustomer(state, { ...usual, at: now + each * 1_000 }, "c").score,
    );
    expect(scores.at(-1)).toBeGreaterThan(0.25);
  });

  it("never leaves [0, 1], and never falls when a hint is added", () => {
    const act = fc.record({
      at: fc.integer({ min: START, max: START + 100 * DAY_MS }),
      size: fc.double({ min: 0, max: 1e12, noNaN: true }),
      account_age_days: fc.integer({ min: 0, max: 4_000 }),
      destination_known: fc.boolean(),
      off_hours: fc.boolean(),
      credentials_changed: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 20 }), act, (past, last) => {
        const score = (each: CustomerAct): number => {
          const state = createCustomerState();
          for (const one of past) scoreCustomer(state, one, "c");
          return scoreCustomer(state, each, "c").score;
        };
        const plain = score({ ...last, credentials_changed: false });
        const hinted = score({ ...last, credentials_changed: true });
        expect(plain).toBeGreaterThanOrEqual(0);
        expect(hinted).toBeLessThanOrEqual(1);
        expect(hinted).toBeGreaterThan(plain);
      }),
    );
  });
});
