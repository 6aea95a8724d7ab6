import { describe, expect, it } from "vitest";
import { decide } from "./decide.ts";
import { aPolicy, aRoute, aSnapshot, aWallet, NOW, USD, USDT, usdt } from "./fixtures.ts";
import { parseLevel } from "./index.ts";
import type { RouteOption, Snapshot } from "./types.ts";

const level = (text: string) => parseLevel(text, { asset: USDT, currency: USD });
const HOUR = 3_600_000;

/** 300,000 of 1,000,000 hot; two vaults, the first one cheaper. */
const pool = (over: Partial<RouteOption> = {}, more: Partial<Snapshot> = {}): Snapshot =>
  aSnapshot({
    wallets: [
      aWallet("hot", { available: usdt("300000") }),
      aWallet("vault-1", { available: usdt("500000") }),
      aWallet("vault-2", { available: usdt("200000") }),
    ],
    routes: [
      aRoute("hot", "vault-1", { fee_fixed: usdt("1"), ...over }),
      aRoute("hot", "vault-2", { fee_fixed: usdt("2"), ...over }),
    ],
    ...more,
  });
const of = (snapshot: Snapshot, over = {}) => decide(snapshot, aPolicy(over), NOW);

describe("caps of destinations", () => {
  it("send the rest where there is room", () => {
    expect(of(pool()).moves).toMatchObject([{ to_wallet: "vault-1" }]);
    const capped = of(pool(), { wallet_caps: { "vault-1": level("60%") } });
    const sent = new Map(capped.moves.map((move) => [move.to_wallet, move.amount]));
    expect(sent.get("vault-1") ?? 0n).toBeLessThanOrEqual(usdt("100000"));
    expect(capped.moves.reduce((sum, move) => sum + move.amount, 0n)).toBeGreaterThan(usdt("199990"));
  });

  it("take as much as there is room for, and say what did not fit", () => {
    const both = { wallet_caps: { "vault-1": level("550000 USDT"), "vault-2": level("220000 USDT") } };
    const decision = of(pool(), both);
    expect(decision.moves.map((move) => move.amount).sort()).toEqual([usdt("20000"), usdt("50000")]);
    expect(decision.reasons.map(({ code }) => code)).toContain("capped_by_destination");
  });

  it("count what is on its way, and block where nothing fits any more", () => {
    const full = { wallet_caps: { "vault-1": level("50%"), "vault-2": level("200000 USDT") } };
    expect(of(pool(), full)).toMatchObject({ verdict: "escalate", moves: [] });
    expect(of(pool(), full).reasons.map(({ code }) => code)).toContain("capped_by_destination");
  });

  it("allow nothing while they cannot be resolved", () => {
    const priced = { wallet_caps: { "vault-1": level("900000 USD"), "vault-2": level("900000 USD") } };
    expect(of(pool(), priced).moves).toEqual([]);
  });
});

describe("patience with fees", () => {
  const patient = { fee_patience: { times_usual: 3, wait_ms_max: 6 * HOUR } };
  const dear = { fee_fixed: usdt("40"), fee_usual: usdt("10") };
  const since = (hours: number) => ({
    history: {
      last_to_reserve_at: null,
      last_to_liquidity_at: null,
      outside: "high" as const,
      outside_since: NOW - hours * HOUR,
      moves: [],
    },
  });
  /** 160,000 hot: above high, no emergency. */
  const surplus = (over: Partial<RouteOption>, more: Partial<Snapshot> = {}) => {
    const snapshot = pool(over, more);
    const [hot, vault, ...rest] = snapshot.wallets;
    if (hot === undefined || vault === undefined) throw new Error("the pool has wallets");
    return {
      ...snapshot,
      wallets: [{ ...hot, available: usdt("160000") }, { ...vault, available: usdt("640000") }, ...rest],
    };
  };

  it("lets a surplus wait while the fee is far above the usual one, and says until when", () => {
    const decision = of(surplus(dear, since(1)), patient);
    expect(decision.verdict).toBe("wait");
    expect(decision.reasons.map(({ code }) => code)).toContain("fee_above_usual");
    expect(decision.counterfactuals.join(" ")).toContain("in any case");
  });

  it("pays it after the longest wait, when it is usual, and when nobody knows what is usual", () => {
    expect(of(surplus(dear, since(7)), patient).verdict).toBe("move");
    expect(of(surplus({ ...dear, fee_usual: usdt("14") }, since(1)), patient).verdict).toBe("move");
    expect(of(surplus({ ...dear, fee_usual: null }, since(1)), patient).verdict).toBe("move");
    expect(of(surplus(dear, since(1))).verdict).toBe("move");
  });

  it("never holds an emergency or a refill", () => {
    expect(of(pool(dear, since(1)), patient)).toMatchObject({ severity: "emergency", verdict: "move" });
    const low = pool();
    const refill = {
      ...low,
      wallets: low.wallets.map((one) => (one.wallet_id === "hot" ? { ...one, available: usdt("30000") } : one)),
      routes: [aRoute("vault-1", "hot", dear)],
    };
    expect(of(refill, patient)).toMatchObject({ verdict: "move", moves: [{ direction: "to_liquidity" }] });
  });
});
