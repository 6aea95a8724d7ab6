/** Refills ahead of need: asked for when the forecast passes the low level too early, withdrawn when the flow turns. */
import { describe, expect, it } from "vitest";
import { decide } from "./decide.ts";
import { aPolicy, aPool, aRoute, aTransfer, NOW, usdt, withWallet } from "./fixtures.ts";
import type { OutflowForecast, Snapshot } from "./types.ts";

const HOUR_MS = 3_600_000;
const LEAD_MS = 4 * HOUR_MS;
const POLICY = aPolicy({ prestage: true });

function aForecast(over: Partial<OutflowForecast> = {}): OutflowForecast {
  return {
    ...{ as_of: NOW, observed_hours: 200, needed_hours: 96, lead_time_ms: LEAD_MS, covers: [], model: null },
    ...{ expected_outflow: usdt("60"), breach_at: NOW + 3 * HOUR_MS },
    ...over,
  };
}

/** 100 of 1000 in the hot wallet, low at 50, target at 100. */
function draining(over: Partial<Snapshot> = {}): Snapshot {
  const routes = [aRoute("hot", "vault"), aRoute("vault", "hot", { lead_time_ms: LEAD_MS })];
  return aPool("100", "900", "0", { routes, forecast: aForecast(), ...over });
}

/** The same with a refill that waits for approval. */
function asked(amount: string, over: Partial<Snapshot> = {}): Snapshot {
  const open = aTransfer("vault", "hot", { amount: usdt(amount), supersedable: true });
  const hot = withWallet(draining({ open_transfers: [open], ...over }), "hot", { in_flight_in: usdt(amount) });
  return withWallet(hot, "vault", { reserved: usdt(amount) });
}

const codes = (snapshot: Snapshot, policy = POLICY): string[] =>
  decide(snapshot, policy, NOW).reasons.map(({ code }) => code);

describe("a breach that comes before a refill could", () => {
  it("is answered now, by what is expected to leave until it lands", () => {
    const decision = decide(draining(), POLICY, NOW);
    expect(decision).toMatchObject({ verdict: "move", severity: "normal", moves: [{ amount: usdt("60") }] });
    const said = decision.reasons.find(({ code }) => code === "breach_before_refill");
    expect(said).toMatchObject({ observed: "60 USDT", limit: "4 h" });
    expect(said?.sentence).toContain("reaches the low level at 2027-01-15T11:00:00Z");
  });

  it("is left to the low level without the option, without a forecast, and while there is time", () => {
    expect(codes(draining(), aPolicy())).toEqual(["inside_band"]);
    expect(codes(draining({ forecast: null }))).toEqual(["inside_band"]);
    expect(codes(draining({ forecast: aForecast({ breach_at: NOW + LEAD_MS }) }))).toEqual(["inside_band"]);
    expect(codes(draining({ forecast: aForecast({ breach_at: null }) }))).toEqual(["inside_band"]);
  });

  it("does not wait for a level that was not passed yet, but for the cool-down", () => {
    expect(decide(draining(), aPolicy({ prestage: true, dwell_ms: HOUR_MS }), NOW).verdict).toBe("move");
    const history = { ...draining().history, last_to_liquidity_at: NOW - 1 };
    const cooling = decide(draining({ history }), aPolicy({ prestage: true, cooldown_ms: HOUR_MS }), NOW);
    expect(cooling.reasons.map(({ code }) => code)).toContain("cooling_down");
  });

  it("is not answered twice", () => {
    const decision = decide(asked("60"), POLICY, NOW);
    expect(decision).toMatchObject({ moves: [], supersedes: [] });
    expect(decision.verdict).toBe("wait");
  });

  it("is answered with more when more is expected to leave", () => {
    const decision = decide(asked("60", { forecast: aForecast({ expected_outflow: usdt("120") }) }), POLICY, NOW);
    expect(decision).toMatchObject({ verdict: "move", moves: [{ amount: usdt("120") }] });
    expect(decision.supersedes).toHaveLength(1);
  });
});

describe("a flow that turned", () => {
  const calm = { forecast: aForecast({ breach_at: null, expected_outflow: 0n }) };

  it("withdraws the request that was not sent, and says so", () => {
    const decision = decide(asked("40", calm), POLICY, NOW);
    expect(decision).toMatchObject({ verdict: "move", moves: [] });
    expect(decision.supersedes).toHaveLength(1);
    expect(decision.reasons.map(({ code }) => code)).toContain("flow_turned");
  });

  it("leaves alone what was sent, what is still needed, and pools without the option", () => {
    const open = aTransfer("vault", "hot", { amount: usdt("40") });
    expect(decide({ ...asked("40", calm), open_transfers: [open] }, POLICY, NOW).supersedes).toEqual([]);
    const low = withWallet(asked("40", calm), "hot", { available: usdt("45") });
    expect(decide(low, POLICY, NOW).supersedes).toEqual([]);
    expect(decide(asked("40", calm), aPolicy(), NOW).supersedes).toEqual([]);
  });

  it("is believed only when breach is two lead times away", () => {
    const near = { forecast: aForecast({ breach_at: NOW + 7 * HOUR_MS }) };
    expect(decide(asked("40", near), POLICY, NOW).supersedes).toEqual([]);
  });
});
