/** A scenario runs the live `decide` on a copy: queues are fair, money is conserved, and answers are as they are defined. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maxOf } from "../money/index.ts";
import { aPolicy, aPool, aRoute, aWallet, usdt } from "../policy/fixtures.ts";
import { createSeededRandom } from "../ports/index.ts";
import { StressError } from "./errors.ts";
import { outflowAt, priceAt, runStress } from "./run.ts";
import { SCENARIOS, scenarioOf } from "./scenarios.ts";
import { stressTest, stressTestPaced } from "./stress.ts";
import type { Scenario, StressInput } from "./types.ts";

const HOUR_MS = 3_600_000;

/** A tenth an hour for two hours; nothing else happens. */
const PLAIN: Scenario = {
  id: "plain",
  title: "plain",
  curve_kind: "custom",
  provenance: "made",
  step_hours: 1,
  curve_ppm: [100_000, 200_000],
  approval_hours: [4],
  custody_outage: null,
  rails_closed: null,
  stuck_ppm: 0,
  stolen_ppm: 0,
  stolen_from: "reserve",
  fee_times: 1,
  price_shock: null,
};

function input(scenario: Partial<Scenario> = {}, over: Partial<StressInput> = {}): StressInput {
  return {
    snapshot: aPool("100000", "900000", "1"),
    policy: aPolicy(),
    scenario: { ...PLAIN, ...scenario },
    assets: ["USDT", "BTC"],
    approval_hours: null,
    needsApproval: (move) => move.direction === "to_liquidity",
    ...over,
  };
}

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return error instanceof StressError ? error.code : String(error);
  }
  return "accepted";
};

describe("a stress test", () => {
  it("draws the way there: as long as the test, as deep as its figures, with every move it counts", () => {
    const report = stressTest(input({ curve_ppm: [100_000, 300_000] }));
    expect(report.path).toHaveLength(report.hours);
    expect(report.path.at(-1)?.liquidity).toBe(report.end.liquidity);
    expect(report.path.map(({ waiting }) => waiting).reduce(maxOf)).toBe(report.peak_queue);
    expect(report.path.findIndex(({ waiting }) => waiting > 0n)).toBe(report.hours_to_empty);
    expect(report.trips).toHaveLength(report.moves);
    expect(report.trips.every(({ hour, lands_hour }) => lands_hour > hour)).toBe(true);
    expect(report.trips.find(({ needs_approval }) => needs_approval)?.lands_hour).toBeGreaterThan(4);
  });

  it("does not touch what it is given, and answers the same twice", () => {
    const given = input();
    const before = structuredClone(given.snapshot);
    const chance = () => ({ runs: 5, random: createSeededRandom(3) });
    const first = stressTest(given, chance());
    expect(stressTest(given, chance())).toEqual(first);
    expect(given.snapshot).toEqual(before);
  });

  it("says when liquidity ran out, for how long, and who was paid when", () => {
    const report = stressTest(input());
    // 100,000 are asked in each of two hours. The first hour empties the wallet, the second waits for a refill.
    expect(report).toMatchObject({ asked: usdt("200000"), hours_to_empty: 1, approval_hours: 4, unpaid: 0n });
    expect(report.peak_queue).toBe(usdt("100000"));
    // The refill of hour 1 is a tenth of what is left, 90,000, approved in 4 hours and there in one more. One refill is open at
    // a time, so the last 10,000 wait for the next: 10 hours.
    expect(report.stockout_hours).toBe(10);
    expect(report.longest_stockout_hours).toBe(10);
    expect(report.served_1h_ppm).toBe(500_000);
    expect(report.served_24h_ppm).toBe(1_000_000);
  });

  it("finds the least liquidity and the longest approval with which nobody waits", () => {
    const given = input({ curve_ppm: [20_000, 40_000, 60_000, 80_000, 100_000, 120_000, 140_000, 160_000] });
    const report = stressTest(given);
    expect(report.stockout_hours).toBeGreaterThan(0);
    const { least_hot, longest_approval_hours } = report;
    const run = (hot: bigint) =>
      runStress({ input: given, scenario: given.scenario, approval_hours: 4, hot, holds_sweeps: true }).stockout_hours;
    expect(run(least_hot ?? 0n)).toBe(0);
    expect(run((least_hot ?? 0n) - usdt("1000"))).toBeGreaterThan(0);
    const at = (hours: number) => stressTest({ ...given, approval_hours: hours }).stockout_hours;
    expect(at(longest_approval_hours ?? 99)).toBe(0);
    expect(at((longest_approval_hours ?? 0) + 1)).toBeGreaterThan(0);
  });

  it("says so when nothing survives, and when everything does", () => {
    expect(stressTest(input({ curve_ppm: [1_100_000] }))).toMatchObject({
      least_hot: null,
      longest_approval_hours: null,
      // More is owed than there is: the policy stops and leaves it to people.
      unpaid: usdt("1000000"),
    });
    expect(stressTest(input({ curve_ppm: [10_000] }))).toMatchObject({
      stockout_hours: 0,
      hours_to_empty: null,
      longest_approval_hours: 720,
      longest_approval_at_least: true,
      served_1h_ppm: 1_000_000,
    });
  });

  it("lets nothing out of custody while custody is out, under way or not", () => {
    const normal = stressTest(input());
    const out = stressTest(input({ custody_outage: { from_hour: 0, hours: 20 } }));
    expect(out.stockout_hours).toBeGreaterThan(normal.stockout_hours + 10);
    // The refill was started in hour 1, before the outage, and would have been there in hour 6.
    const late = stressTest(input({ custody_outage: { from_hour: 3, hours: 10 } }));
    expect(late.stockout_hours).toBe(17);
  });

  it("starts no refill over closed rails, and lets arrive what is under way", () => {
    const closed = stressTest(input({ rails_closed: { from_hour: 0, hours: 20 } }));
    expect(closed.stockout_hours).toBe(24);
    expect(stressTest(input({ rails_closed: { from_hour: 3, hours: 10 } })).stockout_hours).toBe(17);
  });

  it("takes stolen and stuck money away before anybody decides", () => {
    const stolen = stressTest(input({ curve_ppm: [0], stolen_ppm: 300_000 }));
    expect(stolen.start.total).toBe(usdt("1000000"));
    expect(stolen.end.total).toBe(usdt("700000") - stolen.fees);
    const robbed = stressTest(input({ curve_ppm: [50_000], stolen_ppm: 100_000, stolen_from: "liquidity" }));
    expect(robbed.hours_to_empty).toBe(0);
    const stuck = stressTest(input({ curve_ppm: [500_000], stuck_ppm: 1_000_000 }));
    expect(stuck.unpaid).toBeGreaterThanOrEqual(usdt("400000"));
  });

  it("makes fees dearer, and a fee above the cap keeps the refill from happening", () => {
    expect(stressTest(input({ fee_times: 10 })).fees).toBe(10n * stressTest(input()).fees);
    const blocked = stressTest(input({ fee_times: 1_000 }));
    expect(blocked.unpaid).toBe(usdt("100000"));
  });

  it("draws chance only from the source it is given, and says how many survived", () => {
    const given = input({ curve_ppm: [30_000, 60_000, 90_000] });
    const of = (seed: number) => stressTest(given, { runs: 40, random: createSeededRandom(seed) }).monte_carlo;
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
    const drawn = of(1);
    expect(drawn?.survived_ppm).toBeGreaterThan(0);
    expect(drawn?.survived_ppm).toBeLessThan(1_000_000);
    expect(drawn?.stockout_hours_p95).toBeGreaterThanOrEqual(drawn?.stockout_hours_p50 ?? 99);
  });

  it.each([
    ["stress_scenario_malformed", { curve_ppm: [] }],
    ["stress_scenario_malformed", { curve_ppm: [0.5] }],
    ["stress_scenario_malformed", { curve_ppm: [Number.NaN] }],
    ["stress_scenario_malformed", { step_hours: 0 }],
    ["stress_scenario_malformed", { step_hours: 2_400, curve_ppm: [1, 2] }],
    ["stress_scenario_malformed", { approval_hours: [] }],
    ["stress_scenario_malformed", { approval_hours: [-1] }],
    ["stress_scenario_malformed", { stolen_ppm: 1_000_001 }],
    ["stress_scenario_malformed", { fee_times: Number.POSITIVE_INFINITY }],
    ["stress_scenario_malformed", { custody_outage: { from_hour: -1, hours: 1 } }],
    ["stress_asset_unknown", { price_shock: { asset: "FTT", to_ppm: 1, fall_hours: 1, recover_hours: null } }],
    ["accepted", { price_shock: { asset: "BTC", to_ppm: 1, fall_hours: 1, recover_hours: null } }],
  ] as const)("%s for %j", (code, change) => {
    expect(codeOf(() => stressTest(input(change as Partial<Scenario>)))).toBe(code);
  });

  it("refuses what would take too long, and a balance that was never read", () => {
    const chance = { runs: 200, random: createSeededRandom(1) };
    expect(codeOf(() => stressTest(input({ step_hours: 2_400, curve_ppm: [1] }), chance))).toBe("stress_too_large");
    const snapshot = aPool("1", "9");
    const wallets = snapshot.wallets.map((wallet) => ({ ...wallet, total: null, available: null }));
    expect(codeOf(() => stressTest(input({}, { snapshot: { ...snapshot, wallets } })))).toBe("stress_position_unknown");
  });
});

describe("a paced test", () => {
  it("answers the same, and gives way between runs", async () => {
    const given = input({ curve_ppm: [30_000, 60_000, 90_000] });
    const chance = () => ({ runs: 7, random: createSeededRandom(2) });
    let pauses = 0;
    const paced = await stressTestPaced(given, chance(), async () => {
      pauses += 1;
    });
    expect(paced).toEqual(stressTest(given, chance()));
    expect(pauses).toBeGreaterThan(7);
    await expect(stressTestPaced(input({ curve_ppm: [] }), null, async () => {})).rejects.toThrow("curve_ppm");
  });
});

describe("a run", () => {
  it("conserves money, and never pays what was not asked", () => {
    const scenario = fc.record({
      curve_ppm: fc.array(fc.integer({ min: -300_000, max: 1_300_000 }), { minLength: 1, maxLength: 12 }),
      step_hours: fc.integer({ min: 1, max: 5 }),
      stolen_ppm: fc.integer({ min: 0, max: 800_000 }),
      fee_times: fc.integer({ min: 0, max: 20 }),
      custody_outage: fc.option(fc.record({ from_hour: fc.nat(10), hours: fc.integer({ min: 1, max: 30 }) })),
    });
    fc.assert(
      fc.property(scenario, fc.bigInt({ min: 0n, max: 900_000n }), fc.nat(30), (change, hot, approval_hours) => {
        const given = input(change, { snapshot: aPool(String(hot), String(1_000_000n - hot), "1") });
        const run = runStress({ input: given, scenario: given.scenario, approval_hours });
        const total = usdt("1000000");
        const net = (total * BigInt(change.curve_ppm.at(-1) ?? 0)) / 1_000_000n;
        const stolen_most = (total * BigInt(change.stolen_ppm)) / 1_000_000n;
        // Stolen is what was there to steal; what is under way or held at the end is not free, and so not in the end's total.
        expect(run.end.total).toBeLessThanOrEqual(total - net + run.unpaid);
        expect(run.end.total + run.fees + stolen_most + inFlight(run.moves)).toBeGreaterThanOrEqual(
          total - net + run.unpaid,
        );
        expect(run.unpaid).toBeLessThanOrEqual(run.asked);
        expect(run.served_1h_ppm).toBeLessThanOrEqual(run.served_24h_ppm);
        expect(run.longest_stockout_hours).toBeLessThanOrEqual(run.stockout_hours);
        expect(run.stockout_hours === 0).toBe(run.hours_to_empty === null);
      }),
      { numRuns: 60 },
    );
  });

  it("waits with a refill that people have to approve, and not with one they need not", () => {
    const given = input({}, { needsApproval: () => false });
    expect(stressTest(given).stockout_hours).toBe(2);
  });

  it("uses every wallet of a side", () => {
    const snapshot = {
      ...aPool("60000", "900000"),
      wallets: [
        aWallet("hot", { available: usdt("60000") }),
        aWallet("hot2", { available: usdt("40000") }),
        aWallet("vault", { available: usdt("900000") }),
      ],
      routes: [aRoute("vault", "hot")],
    };
    const report = runStress({
      input: input({}, { snapshot }),
      scenario: { ...PLAIN, curve_ppm: [90_000] },
      approval_hours: 0,
    });
    expect(report.stockout_hours).toBe(0);
  });
});

describe("the shapes", () => {
  it("spread a curve over its hours without losing a unit", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 10 }),
        fc.integer({ min: 1, max: 30 }),
        fc.bigInt({ min: 0n, max: 10n ** 24n }),
        (curve_ppm, step_hours, total) => {
          const scenario = { ...PLAIN, curve_ppm, step_hours };
          const hours = Array.from({ length: step_hours * curve_ppm.length + 5 }, (_, hour) =>
            outflowAt(scenario, total, hour),
          );
          const sum = hours.reduce((all, each) => all + each, 0n);
          expect(sum).toBe((total * BigInt(curve_ppm.at(-1) ?? 0)) / 1_000_000n);
          expect(hours.slice(step_hours * curve_ppm.length).every((each) => each === 0n)).toBe(true);
        },
      ),
    );
  });

  it("let a price fall in a line and come back in one", () => {
    const shock = { asset: null, to_ppm: 600_000, fall_hours: 4, recover_hours: 8 };
    expect([0, 2, 4, 8, 12, 100].map((hour) => priceAt(shock, hour))).toEqual([
      1_000_000, 800_000, 600_000, 800_000, 1_000_000, 1_000_000,
    ]);
    expect(priceAt({ ...shock, recover_hours: null }, 100)).toBe(600_000);
  });
});

describe("the scenarios that ship", () => {
  it("are nine, say where they come from, and all run", () => {
    expect(SCENARIOS).toHaveLength(9);
    expect(new Set(SCENARIOS.map(({ id }) => id)).size).toBe(9);
    for (const scenario of SCENARIOS) {
      expect(scenario.provenance.length).toBeGreaterThan(40);
      const { approval_hours } = scenario;
      const run = runStress({ input: input(), scenario, approval_hours: approval_hours[0] ?? 0 });
      expect(run.hours).toBeGreaterThan(48);
      expect(run.asked).toBe((usdt("1000000") * BigInt(scenario.curve_ppm.at(-1) ?? 0)) / 1_000_000n);
    }
    expect(SCENARIOS.filter(({ curve_kind }) => curve_kind === "measured").map(({ id }) => id)).toEqual([
      "terra-anchor-2022-05",
    ]);
  });

  it("are found by id, and a wrong id is answered with the right ones", () => {
    expect(scenarioOf("slow-drain").curve_kind).toBe("synthetic");
    expect(() => scenarioOf("mt-gox")).toThrow(/There is no scenario "mt-gox"; there are terra-anchor-2022-05,/);
  });
});

/** At most so much can be held or under way at the end: no more than the pool ever had. */
function inFlight(moves: number): bigint {
  return moves > 0 ? usdt("1000000") + BigInt(HOUR_MS) : 0n;
}
