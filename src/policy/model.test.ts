import { describe, expect, it } from "vitest";
import { decide } from "./decide.ts";
import { aPolicy, aPool, NOW, usdt } from "./fixtures.ts";
import type { ModelOutcome, PoolPolicy, Snapshot } from "./types.ts";

const LIVE: PoolPolicy = aPolicy({
  model: {
    name: "hybrid",
    mode: "live",
    refill_cost: 0n,
    sweep_cost: 0n,
    exposure_ppm_per_year: 0,
    delay_ppm_per_hour: 0,
  },
});
const outcome = (over: Partial<ModelOutcome> = {}): ModelOutcome => ({
  name: "hybrid",
  low: usdt("60000"),
  target: usdt("80000"),
  high: usdt("140000"),
  sweep_to: usdt("110000"),
  may_sweep: true,
  because: ["a run: withdrawals far above their season"],
  ...over,
});
const at = (hot: string, model: ModelOutcome | null): Snapshot =>
  aPool(hot, String(1_000_000 - Number(hot)), "0", {
    forecast: { as_of: NOW, observed_hours: 200, needed_hours: 96, lead_time_ms: 1, covers: [], model },
  });
const codes = (snapshot: Snapshot, policy = LIVE) => decide(snapshot, policy, NOW).reasons.map(({ code }) => code);

describe("decide, with a model that sets the levels", () => {
  it("refills to the model's target and says which model and why", () => {
    const decision = decide(at("60000", outcome()), LIVE, NOW);
    expect(decision.moves).toMatchObject([{ direction: "to_liquidity", amount: usdt("20000") }]);
    expect(decision.reasons.find(({ code }) => code === "model_sets_levels")?.sentence).toContain("a run: withdrawals");
  });

  it("sweeps down to where the model stops, which is above its target", () => {
    expect(decide(at("150000", outcome()), LIVE, NOW).moves).toMatchObject([
      { direction: "to_reserve", amount: usdt("40000") },
    ]);
    expect(decide(at("150000", outcome({ sweep_to: 0n })), LIVE, NOW).moves).toMatchObject([{ amount: usdt("70000") }]);
  });

  it("sends nothing away into a run, but for an emergency that people defined", () => {
    const run = outcome({ may_sweep: false });
    expect(decide(at("150000", run), LIVE, NOW)).toMatchObject({ verdict: "wait" });
    expect(codes(at("150000", run))).toContain("no_sweep_into_a_run");
    expect(decide(at("250000", run), LIVE, NOW)).toMatchObject({ verdict: "move", severity: "emergency" });
    expect(decide(at("50000", run), LIVE, NOW)).toMatchObject({ verdict: "move" });
  });

  it("goes by the written levels while the model is silent, and says so", () => {
    const decision = decide(at("60000", null), LIVE, NOW);
    expect(decision).toMatchObject({ verdict: "hold", levels: { low: usdt("50000") } });
    expect(codes(at("60000", null))).toContain("forecast_warming_up");
  });

  it("does nothing of its own in the shadow", () => {
    const { model } = LIVE;
    if (model === null) throw new Error("there is a model");
    const shadow = { ...LIVE, model: { ...model, mode: "shadow" as const } };
    expect(decide(at("60000", outcome()), shadow, NOW)).toMatchObject({ verdict: "hold" });
    expect(codes(at("60000", outcome()), shadow)).not.toContain("model_sets_levels");
  });
});
