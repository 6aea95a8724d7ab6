import { describe, expect, it } from "vitest";
import { decide } from "./decide.ts";
import { aPolicy, aPool, NOW, USD, USDT, usdt } from "./fixtures.ts";
import { parseLevel } from "./parse_level.ts";
import type { Decision, Level, LevelName, OutflowForecast, PoolPolicy } from "./types.ts";

/** Levels of different kinds can only be compared at a balance: what contradicts there is said, with both amounts. */
const level = (text: string): Level => parseLevel(text, { asset: USDT, currency: USD });
const policyWith = (over: Partial<Record<LevelName, string>>, floor: string | null = null): PoolPolicy => ({
  ...aPolicy(),
  floor: floor === null ? null : level(floor),
  levels: {
    ...aPolicy().levels,
    ...(Object.fromEntries(Object.entries(over).map(([name, text]) => [name, level(text)])) as Record<
      LevelName,
      Level
    >),
  },
});
const outflow = (units: string): OutflowForecast => ({
  ...{ as_of: NOW, observed_hours: 500, needed_hours: 96, lead_time_ms: 0, model: null },
  covers: [{ horizon_ms: 24 * 3_600_000, quantile_ppm: 990_000, units: usdt(units) }],
});
const run = (hot: string, vault: string, policy: PoolPolicy, forecast: OutflowForecast | null = null): Decision =>
  decide({ ...aPool(hot, vault), forecast }, policy, NOW);
const sentences = (decision: Decision): string[] => decision.reasons.map(({ sentence }) => sentence);

describe("levels of mixed kinds that contradict each other", () => {
  it.each([
    ["a low in amounts above a target in per cent", { low: "120000 USDT" }, "low 120,000 USDT, target 100,000 USDT"],
    ["a target in amounts outside the band", { target: "160000 USDT" }, "target 160,000 USDT, high 150,000 USDT"],
    ["a high in amounts below the target", { high: "90000 USDT" }, "target 100,000 USDT, high 90,000 USDT"],
    [
      "an emergency in amounts above low",
      { emergency_low: "50000 USDT" },
      "emergency_low 50,000 USDT, low 50,000 USDT",
    ],
  ] as const)("%s stops the pool and names both with what they came to", (_, over, said) => {
    const decision = run("100000", "900000", policyWith(over));
    expect(decision).toMatchObject({ verdict: "blocked", moves: [], levels: null });
    expect(sentences(decision)).toEqual([
      `The levels do not come out in rising order for a total of 1,000,000 USDT: ${said}.`,
    ]);
  });

  it("the same policy is in order at a larger total", () => {
    expect(run("200000", "1800000", policyWith({ low: "120000 USDT" })).verdict).toBe("hold");
  });

  it("a cover gives way to the fixed levels around it, and says so", () => {
    const decision = run("100000", "900000", policyWith({ low: "cover 24h at p99" }), outflow("400000"));
    expect(decision.levels).toMatchObject({ low: usdt("100000") - 1n, target: usdt("100000") });
    expect(sentences(decision).join(" ")).toContain("The forecast asks for 400,000 USDT as the low level");
  });

  it("a floor above the target is said and stops nothing: no refill reaches it", () => {
    const decision = run("40000", "960000", policyWith({}, "160000 USDT"));
    expect(decision).toMatchObject({ verdict: "move", severity: "urgent" });
    expect(decision.moves[0]?.amount).toBe(usdt("60000"));
    expect(sentences(decision)).toContain(
      "The safety floor comes to 160,000 USDT (16.00 %), above the target of 100,000 USDT (10.00 %): no refill reaches it, so lower the floor or raise the target.",
    );
    const within = run("40000", "960000", policyWith({}, "100000 USDT"));
    expect(within.reasons.map(({ code }) => code)).not.toContain("floor_above_target");
  });
});
