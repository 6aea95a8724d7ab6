import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeDecision, decodeSnapshot, encodeDecision, encodeSnapshot } from "./codec.ts";
import { decide } from "./decide.ts";
import { aPolicy, aPool, aTransfer, NOW, usdt, withWallet } from "./fixtures.ts";
import type { Decision, LaneState, OutflowForecast, Snapshot } from "./types.ts";

const HOUR = 3_600_000;
const slow: LaneState = {
  ...{ lane: "slow", envelope_id: null, from_wallets: ["vault"], to_wallets: ["hot"], lead_time_ms: 8 * HOUR },
  ...{ cost: 0n, amount_max: null, remaining_amount: null, remaining_count: null, valid_until: null },
};
const envelope = (over: Partial<LaneState> = {}): LaneState => ({
  ...{ lane: "expedited", envelope_id: "env_1", from_wallets: ["vault"], to_wallets: ["hot"], lead_time_ms: HOUR },
  ...{ cost: 0n, amount_max: usdt("50000"), remaining_amount: usdt("100000"), remaining_count: 5 },
  valid_until: NOW + HOUR,
  ...over,
});
/** Levels of custody-10-90 on one million: 20,000 / 50,000 / 100,000. */
const pool = (hot: string, over: Partial<Snapshot> = {}): Snapshot =>
  aPool(hot, `${1_000_000 - Number(hot)}`, "0", { lanes: [slow, envelope()], ...over });
const forecast = (outflow: string): OutflowForecast => ({
  ...{ as_of: NOW, observed_hours: 200, needed_hours: 96, lead_time_ms: 8 * HOUR, covers: [], model: null },
  expected_outflow: usdt(outflow),
});
const run = (snapshot: Snapshot): Decision => decide(snapshot, aPolicy(), NOW);
const moves = (decision: Decision) => decision.moves.map(({ lane, amount }) => [lane, amount]);
const codes = (decision: Decision) => decision.reasons.map(({ code }) => code);

describe("two lanes", () => {
  it("keeps the expedited lane for emergencies: below low the slow lane carries it all", () => {
    const decision = run(pool("40000"));
    expect(decision.moves.map(({ amount }) => amount)).toEqual([usdt("60000")]);
    expect(decision).toEqual(run({ ...pool("40000"), lanes: [] }));
  });

  it("below the emergency level it bridges up to low, and asks for the rest through the slow lane", () => {
    const decision = run(pool("10000"));
    expect(decision).toMatchObject({ verdict: "move", severity: "emergency" });
    expect(moves(decision)).toEqual([
      ["expedited", usdt("40000")],
      ["slow", usdt("50000")],
    ]);
    expect(decision.after?.liquidity).toBe(usdt("100000"));
    expect(codes(decision)).toEqual([
      "below_emergency_low",
      "expedited_lane",
      "returns_to",
      "route_chosen",
      "needs_quorum",
    ]);
    expect(decision.counterfactuals[0]).toContain("Would use the slow lane alone");
  });

  it("bridges what a live model that counts on the lane asks for, and leaves the rest to the slow one", () => {
    const model = {
      ...{ name: "dual-lead" as const, low: usdt("45000"), target: usdt("80000"), high: usdt("120000") },
      ...{ sweep_to: usdt("80000"), may_sweep: true, because: [], expedite_low: usdt("30000") },
      expedite_to: usdt("42000"),
    };
    const live = aPolicy({
      model: {
        ...{ name: "dual-lead", mode: "live", refill_cost: 0n, sweep_cost: 0n },
        ...{ exposure_ppm_per_year: 20_000, delay_ppm_per_hour: 1_000 },
      },
    });
    const at = (hot: string, mode: "live" | "shadow" = "live") =>
      decide(
        pool(hot, { forecast: { ...forecast("0"), model } }),
        { ...live, model: live.model && { ...live.model, mode } },
        NOW,
      );
    expect(moves(at("29000"))[0]).toEqual(["expedited", usdt("13000")]);
    expect(moves(at("30000"))[0]?.[0]).not.toBe("expedited");
    // A model in the shadow bridges nothing.
    expect(moves(at("29000", "shadow"))[0]?.[0]).not.toBe("expedited");
    const kept = { ...pool("29000"), forecast: { ...forecast("0"), model } };
    expect(decodeSnapshot(JSON.parse(JSON.stringify(encodeSnapshot(kept))))).toEqual(kept);
  });

  it("uses it before the emergency when the forecast says that the slow lane comes too late, for just that time", () => {
    const decision = run(pool("40000", { forecast: forecast("35000") }));
    expect(moves(decision)).toEqual([
      ["expedited", usdt("15000")],
      ["slow", usdt("45000")],
    ]);
    expect(decision.severity).toBe("urgent");
    expect(codes(run(pool("60000", { forecast: forecast("45000") })))).toContain("expedited_lane");
    expect(codes(run(pool("60000", { forecast: forecast("40000") })))).not.toContain("expedited_lane");
  });

  it("bridges while a slow refill still waits for people, and does not ask for that one again", () => {
    const waiting = aTransfer("vault", "hot", { amount: usdt("90000"), supersedable: true });
    const held = withWallet(pool("10000", { open_transfers: [waiting] }), "hot", { in_flight_in: usdt("90000") });
    const decision = run(withWallet(held, "vault", { reserved: usdt("90000") }));
    expect(moves(decision)).toEqual([["expedited", usdt("40000")]]);
    expect(decision).toMatchObject({ verdict: "move", supersedes: [] });
  });

  it("counts what was sent already, whichever lane it took, and never stacks a second expedited refill", () => {
    const open = aTransfer("vault", "hot", { amount: usdt("5000"), lane: "expedited" });
    const sent = withWallet(pool("10000", { open_transfers: [open] }), "hot", { in_flight_in: usdt("5000") });
    const decision = run(withWallet(sent, "vault", { reserved: usdt("5000") }));
    expect(decision.moves.map(({ lane }) => lane)).not.toContain("expedited");
    expect(decision.moves.map(({ amount }) => amount)).toEqual([usdt("85000")]);
  });

  it.each([
    ["its amount", { remaining_amount: usdt("5000") }, [usdt("5000"), usdt("85000")]],
    ["the amount of one transfer", { amount_max: usdt("7000") }, [usdt("7000"), usdt("83000")]],
  ])("is bounded by %s", (_what, over, amounts) => {
    const decision = run(pool("10000", { lanes: [slow, envelope(over)] }));
    expect(decision.moves.map(({ amount }) => amount)).toEqual(amounts);
  });

  it.each([
    ["used up", { remaining_amount: 0n }],
    ["used as often as allowed", { remaining_count: 0 }],
    ["over", { valid_until: NOW }],
    ["for another source", { from_wallets: ["cellar"] }],
    ["no faster", { lead_time_ms: 8 * HOUR }],
  ])("an envelope that is %s leaves the slow lane, and says so", (_what, over) => {
    const decision = run(pool("10000", { lanes: [slow, envelope(over)] }));
    expect(decision.moves.map(({ amount }) => amount)).toEqual([usdt("90000")]);
    expect(codes(decision)).toContain("lane_exhausted");
    expect(decision.counterfactuals.at(-1)).toContain("if people approved an envelope");
  });

  it("says what leaves less than people approved, and keeps it with the snapshot", () => {
    const bounded_by = "the owners of safe allow no more of it now";
    const lanes = [slow, envelope({ remaining_amount: 0n, bounded_by })];
    const snapshot = pool("10000", { lanes });
    const reason = run(snapshot).reasons.find(({ code }) => code === "lane_exhausted");
    expect(reason?.sentence).toContain(bounded_by);
    expect(decodeSnapshot(JSON.parse(JSON.stringify(encodeSnapshot(snapshot))))).toEqual(snapshot);
  });

  it.each(["advise", "observe", "frozen"] as const)("does nothing of its own in mode %s", (mode) => {
    const snapshot = pool("10000", { mode });
    expect(run(snapshot)).toEqual(run({ ...snapshot, lanes: [] }));
  });

  it("never pays on old data", () => {
    const old = withWallet(pool("10000"), "vault", { freshness: "stale" });
    expect(run(old)).toEqual(run({ ...old, lanes: [] }));
  });

  it("survives the record, and is decided again alike", () => {
    const snapshot = decodeSnapshot(JSON.parse(JSON.stringify(encodeSnapshot(pool("10000")))));
    const decision = run(snapshot);
    expect(decision).toEqual(run(pool("10000")));
    expect(decodeDecision(JSON.parse(JSON.stringify(encodeDecision(decision))))).toEqual(decision);
  });

  it("for any pool: within the envelope, never past the target, and only through it what it allows", () => {
    const units = fc.bigInt({ min: 0n, max: usdt("200000") });
    let bridged = 0;
    fc.assert(
      fc.property(units, units, units, fc.integer({ min: 0, max: 3 }), units, (hot, left, most, count, outflow) => {
        const lanes = [slow, envelope({ remaining_amount: left, amount_max: most, remaining_count: count })];
        const base = pool("0", { lanes, forecast: { ...forecast("0"), expected_outflow: outflow } });
        const decision = run(withWallet(base, "hot", { available: hot }));
        const fast = decision.moves.filter(({ lane }) => lane === "expedited");
        const sum = fast.reduce((total, { amount }) => total + amount, 0n);
        expect(sum <= left && fast.length <= count && fast.every(({ amount }) => amount <= most)).toBe(true);
        const target = decision.levels?.target ?? 0n;
        if (fast.length > 0) expect((decision.after?.liquidity ?? 0n) <= target + 1n).toBe(true);
        bridged += fast.length;
      }),
    );
    expect(bridged).toBeGreaterThan(5);
  });
});
