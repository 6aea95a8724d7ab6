import { describe, expect, it } from "vitest";
import { decide } from "./decide.ts";
import { aPolicy, aPool, aRoute, aSnapshot, aWallet, NOW, terminal40, usdt, withWallet } from "./fixtures.ts";
import type { Decision, PoolPolicy, ReasonCode, Snapshot } from "./types.ts";

const run = (snapshot: Snapshot, policy: PoolPolicy = aPolicy()): Decision => decide(snapshot, policy, NOW);
const codes = (decision: Decision): ReasonCode[] => decision.reasons.map((reason) => reason.code);
const only = (decision: Decision) => {
  expect(decision.moves).toHaveLength(1);
  return decision.moves[0];
};

describe("custody-10-90", () => {
  it("flags the excess of 5 % for custody at exactly 15 %", () => {
    const decision = run(aPool("150000", "850000"));
    expect(decision).toMatchObject({ verdict: "move", severity: "normal" });
    expect(only(decision)).toMatchObject({ direction: "to_reserve", amount: usdt("50000"), to_wallet: "vault" });
    expect(decision.after).toMatchObject({ liquidity: usdt("100000"), share_percent: "10.0000" });
    expect(codes(decision)).toEqual(["above_high", "returns_to", "route_chosen"]);
  });

  it("requests a refill at exactly 5 %, and says that people have to approve it", () => {
    const decision = run(aPool("50000", "950000"));
    expect(only(decision)).toMatchObject({ direction: "to_liquidity", amount: usdt("50000"), from_wallet: "vault" });
    expect(codes(decision)).toEqual(["below_low", "returns_to", "route_chosen", "needs_quorum"]);
  });

  it("does nothing one base unit inside the band, and says at which numbers it would", () => {
    for (const units of [usdt("50000") + 1n, usdt("100000"), usdt("150000") - 1n]) {
      const hot = { available: units };
      const vault = { available: usdt("1000000") - units };
      const decision = run(withWallet(withWallet(aPool("0", "0"), "hot", hot), "vault", vault));
      expect(decision).toMatchObject({ verdict: "hold", severity: "normal", moves: [], after: null });
      expect(decision.counterfactuals).toEqual([
        "Would refill from custody if liquidity were at or below 50,000 USDT (5.00 %).",
        "Would send to custody if liquidity were at or above 150,000 USDT (15.00 %).",
      ]);
    }
  });

  it("is an emergency below 2 % and above 20 %, not at them", () => {
    const severity = (hot: string, vault: string): string => run(aPool(hot, vault)).severity;
    expect([severity("20000", "980000"), severity("19999.999999", "980000.000001")]).toEqual(["normal", "emergency"]);
    expect([severity("200000", "800000"), severity("200000.000001", "799999.999999")]).toEqual(["normal", "emergency"]);
  });
});

describe("terminal-40", () => {
  it("refills at 34 %, rests at exactly 35 % and 45 %, sends away at 46 %", () => {
    expect(only(run(aPool("340000", "660000"), terminal40()))).toMatchObject({
      direction: "to_liquidity",
      amount: usdt("60000"),
    });
    expect(run(aPool("350000", "650000"), terminal40()).verdict).toBe("hold");
    expect(run(aPool("450000", "550000"), terminal40()).verdict).toBe("hold");
    expect(only(run(aPool("460000", "540000"), terminal40()))).toMatchObject({
      direction: "to_reserve",
      amount: usdt("60000"),
    });
  });

  it("comes out at exactly the target with the fee on top: 119,999.6 for a fee of 1", () => {
    const decision = run(aPool("200000", "600000", "1"), terminal40());
    expect(only(decision)).toMatchObject({ amount: usdt("119999.6"), fee: usdt("1") });
    expect(decision.after).toMatchObject({
      total: usdt("799999"),
      liquidity: usdt("319999.6"),
      reserve: usdt("479999.4"),
    });
    expect((decision.after?.liquidity ?? 0n) * 10n).toBe((decision.after?.total ?? 0n) * 4n);
  });

  it("comes out at exactly the target the other way too, where the fee leaves the hot wallet", () => {
    const decision = run(aPool("460000", "540000", "15"), terminal40());
    expect(only(decision)?.amount).toBe(usdt("59991"));
    expect((decision.after?.liquidity ?? 0n) * 10n).toBe((decision.after?.total ?? 0n) * 4n);
  });

  it("measures health as 100 % at twice the floor", () => {
    const policy = terminal40({ floor: { kind: "amount", units: usdt("150000"), text: "150000 USDT" } });
    const health = (hot: string): unknown => run(aPool(hot, "600000"), policy).before?.health_percent;
    expect(["300000", "299999.99", "150000", "75000", "0", "900000"].map(health)).toEqual([
      "100.00",
      "99.99",
      "50.00",
      "25.00",
      "0.00",
      "100.00",
    ]);
    expect(run(aPool("300000", "600000"), terminal40()).before?.health_percent).toBeNull();
  });

  it("calls liquidity below the floor urgent", () => {
    const policy = terminal40({ floor: { kind: "amount", units: usdt("400000.5"), text: "400000.5 USDT" } });
    const decision = run(aPool("400000", "600000"), policy);
    expect(decision).toMatchObject({ verdict: "hold", severity: "urgent" });
    expect(codes(decision)).toEqual(["inside_band", "below_floor", "floor_above_target"]);
  });
});

describe("return point", () => {
  it("goes to just inside the nearest edge when asked to", () => {
    const edge = aPolicy({ return_to: "edge" });
    expect(only(run(aPool("30000", "970000"), edge))?.amount).toBe(usdt("20000.000001"));
    expect(only(run(aPool("180000", "820000"), edge))?.amount).toBe(usdt("30000.000001"));
    const beyond = terminal40({ return_to: "edge" });
    expect(only(run(aPool("300000", "700000"), beyond))?.amount).toBe(usdt("50000"));
    expect(only(run(aPool("500000", "500000"), beyond))?.amount).toBe(usdt("50000"));
  });

  it("passes the edge by up to one step rather than stopping short of it", () => {
    const step = usdt("1");
    const routes = [aRoute("vault", "hot", { step }), aRoute("hot", "vault", { step })];
    const decision = run({ ...aPool("30000", "970000"), routes }, aPolicy({ return_to: "edge" }));
    expect(only(decision)?.amount).toBe(usdt("20001"));
  });

  it("stops short of the target by less than one step", () => {
    const routes = [aRoute("vault", "hot", { step: usdt("7") })];
    expect(only(run({ ...aPool("30000", "970000"), routes }))?.amount).toBe(usdt("70000"));
    const uneven = [aRoute("vault", "hot", { step: usdt("30001") })];
    expect(only(run({ ...aPool("30000", "970000"), routes: uneven }))?.amount).toBe(usdt("60002"));
  });
});

describe("modes", () => {
  it.each([
    ["observe", "blocked", "mode_observe"],
    ["advise", "wait", "mode_advise"],
    ["frozen", "blocked", "mode_frozen"],
  ] as const)("%s: the advice is there and the verdict is not to move", (mode, verdict, code) => {
    const decision = run(aPool("50000", "950000", "0", { mode }));
    expect(decision.verdict).toBe(verdict);
    expect(only(decision)?.amount).toBe(usdt("50000"));
    expect(codes(decision)).toContain(code);
    expect(run(aPool("100000", "900000", "0", { mode })).verdict).toBe("hold");
  });

  it("stops an asset with an open break, and calls people when it is an emergency", () => {
    const stopped = { frozen_reason: "a break of 12 USDT at venue-hot" };
    expect(run(aPool("50000", "950000", "0", stopped)).verdict).toBe("blocked");
    const emergency = run(aPool("5000", "995000", "0", stopped));
    expect(emergency).toMatchObject({ verdict: "escalate", severity: "emergency" });
    expect(emergency.reasons.at(-2)?.sentence).toBe("This asset is stopped: a break of 12 USDT at venue-hot.");
  });
});

describe("impossible states", () => {
  it("reports an empty pool", () => {
    expect(run(aPool("0", "0"))).toMatchObject({ verdict: "blocked", severity: "urgent", levels: null });
    expect(codes(run(aPool("0", "0")))).toEqual(["pool_empty"]);
    expect(codes(run(aSnapshot()))).toEqual(["pool_empty"]);
  });

  it("reports a pool too small for its levels", () => {
    const tiny = withWallet(withWallet(aPool("0", "0"), "hot", { available: 1n }), "vault", { available: 3n });
    expect(codes(run(tiny))).toEqual(["levels_out_of_order"]);
  });

  it("reports floors that exceed the whole pool, and still does what it can", () => {
    const policy = aPolicy({ wallet_floors: { vault: usdt("2000000") } });
    const decision = run(aPool("10000", "990000"), policy);
    expect(decision).toMatchObject({ verdict: "escalate", severity: "emergency", moves: [] });
    expect(codes(decision)).toEqual(["below_emergency_low", "floors_exceed_total", "source_floor"]);
  });

  it("regression: the terminal of the seed drained the other side below its own minimum; here it stays at its floor", () => {
    const policy = terminal40({ wallet_floors: { vault: usdt("200000") }, fee_max: usdt("1") });
    const decision = run(aPool("0", "300000", "1"), policy);
    expect(only(decision)?.amount).toBe(usdt("99999"));
    expect(decision.after?.reserve).toBe(usdt("200000"));
    expect(codes(decision)).toContain("capped_by_source");
  });

  it("regression: a fee of 15 on a pool of 30 is refused, not paid", () => {
    const decision = run(aPool("10", "20", "15"), terminal40({ fee_max: usdt("100"), move_min: 1n }));
    expect(decision).toMatchObject({ verdict: "blocked", moves: [] });
    expect(codes(decision)).toContain("fee_above_limit");
  });

  it("takes an overdrawn hot wallet for what it is", () => {
    const decision = run(withWallet(aPool("0", "1050000"), "hot", { available: usdt("-50000") }));
    expect(decision).toMatchObject({ verdict: "move", severity: "emergency" });
    expect(only(decision)?.amount).toBe(usdt("150000"));
  });

  it("crashes only on a policy of another pool, asset or scale", () => {
    const pool = aPool("100000", "900000");
    expect(() => run({ ...pool, pool_id: "btc" })).toThrow("policy of usdt");
    expect(() => run({ ...pool, asset: "BTC" })).toThrow("policy for USDT");
    expect(() => run({ ...pool, decimals: 8 })).toThrow("6 decimals");
  });
});

describe("wallets that do not count", () => {
  it("never spends collateral or gas, and does not take them for liquidity", () => {
    const pool = aPool("100000", "900000");
    const extra = [
      aWallet("posted", { kind: "collateral", available: usdt("5000000") }),
      aWallet("hot-gas", { kind: "gas", available: usdt("5000000") }),
      aWallet("old", { status: "archived", available: usdt("5000000") }),
      aWallet("new", { status: "creating", available: null, freshness: "unknown" }),
    ];
    const decision = run({ ...pool, wallets: [...pool.wallets, ...extra] });
    expect(decision).toMatchObject({ verdict: "hold" });
    expect(decision.before?.total).toBe(usdt("1000000"));
  });

  it("sends nothing to or from a suspended wallet, and empties one that is being archived", () => {
    const low = aPool("50000", "950000");
    expect(codes(run(withWallet(low, "vault", { status: "suspended" })))).toContain("no_source");
    expect(run(withWallet(low, "vault", { status: "archiving" })).verdict).toBe("move");
    const high = aPool("150000", "850000");
    const closing = run(withWallet(high, "vault", { status: "archiving" }));
    expect(closing.verdict).toBe("blocked");
    expect(closing.reasons.at(-1)?.sentence).toContain("vault is archiving");
  });
});
