import { describe, expect, it } from "vitest";
import { decide } from "./decide.ts";
import { aPolicy, aPool, aPrice, aWallet, NOW, USD, USDT, withWallet } from "./fixtures.ts";
import { parseLevel } from "./parse_level.ts";
import type { Freshness, PoolPolicy, Snapshot } from "./types.ts";

const LOW = aPool("50000", "950000");
const HIGH = aPool("150000", "850000");
const run = (snapshot: Snapshot, policy: PoolPolicy = aPolicy()) => {
  const decision = decide(snapshot, policy, NOW);
  return { ...decision, codes: decision.reasons.map((reason) => reason.code) };
};
const aged = (pool: Snapshot, hot: Freshness, vault: Freshness): Snapshot =>
  withWallet(withWallet(pool, "hot", { freshness: hot }), "vault", { freshness: vault });

describe("freshness x direction", () => {
  const all: readonly Freshness[] = ["fresh", "stale", "unknown"];
  const cells = all.flatMap((hot) => all.map((vault) => [hot, vault] as const));

  it.each(cells)("custody pays out only on fresh data: liquidity %s, reserve %s", (hot, vault) => {
    const decision = run(aged(LOW, hot, vault));
    const may = hot === "fresh" && vault === "fresh";
    expect(decision.verdict).toBe(may ? "move" : "blocked");
    expect(decision.moves).toHaveLength(may ? 1 : 0);
    if (!may) expect(decision.severity).toBe("urgent");
  });

  it.each(cells)("hot goes to custody only on a fresh hot balance: liquidity %s, reserve %s", (hot, vault) => {
    const decision = run(aged(HIGH, hot, vault));
    expect(decision.verdict).toBe(hot === "fresh" ? "move" : "blocked");
    expect(decision.moves).toHaveLength(hot === "fresh" ? 1 : 0);
  });

  it("one stale wallet of a side is enough, also when it is not the source", () => {
    const pool = { ...LOW, wallets: [...LOW.wallets, aWallet("vault-2", { freshness: "stale" })] };
    const decision = run(pool);
    expect(decision).toMatchObject({ verdict: "blocked", codes: ["below_low", "stale_reserve"] });
    expect(decision.reasons.at(-1)?.sentence).toContain("vault-2");
  });

  it("an emergency calls people; it does not relax the rule", () => {
    const decision = run(aged(aPool("5000", "995000"), "fresh", "stale"));
    expect(decision).toMatchObject({ verdict: "escalate", severity: "emergency", moves: [] });
  });

  it("at rest, old data stops nothing and is said", () => {
    const decision = run(aged(aPool("100000", "900000"), "stale", "unknown"));
    expect(decision).toMatchObject({ verdict: "hold", codes: ["inside_band", "stale_liquidity", "stale_reserve"] });
  });

  it("unknown is not zero: a balance that was never read stops both ways", () => {
    for (const wallet_id of ["hot", "vault"]) {
      for (const pool of [LOW, HIGH]) {
        const decision = run(withWallet(pool, wallet_id, { available: null, total: null, freshness: "unknown" }));
        expect(decision).toMatchObject({ verdict: "blocked", codes: ["unknown_balance"], before: null, moves: [] });
      }
    }
  });

  it("starts nothing while a wallet cannot say what is pending", () => {
    for (const pool of [LOW, HIGH]) {
      const decision = run(withWallet(pool, "vault", { pending_readable: false }));
      expect(decision.verdict).toBe("blocked");
      expect(decision.codes).toContain("pending_unreadable");
    }
  });
});

describe("prices", () => {
  const levels = (texts: Record<string, string>): Partial<PoolPolicy> => ({
    levels: {
      ...aPolicy().levels,
      ...Object.fromEntries(
        Object.entries(texts).map(([name, text]) => [name, parseLevel(text, { asset: USDT, currency: USD })]),
      ),
    },
  });

  it("a price outage changes nothing about percent levels", () => {
    const prices = [aPrice(), aPrice({ status: "stale" }), aPrice({ status: "unavailable", price: null }), null];
    for (const pool of [LOW, HIGH, aPool("100000", "900000"), aPool("1", "999999")]) {
      const decisions = prices.map((price) => decide({ ...pool, price }, aPolicy(), NOW));
      for (const decision of decisions) expect(decision).toEqual(decisions[0]);
    }
  });

  it("a level in the reference currency works on a fresh price and is suspended otherwise, never defaulted", () => {
    const policy = aPolicy(levels({ low: "60000 USD" }));
    expect(run({ ...LOW, price: aPrice() }, policy)).toMatchObject({ verdict: "move" });
    for (const price of [null, aPrice({ status: "stale" }), aPrice({ status: "unavailable", price: null })]) {
      expect(run({ ...LOW, price }, policy)).toMatchObject({ verdict: "blocked", codes: ["price_unavailable"] });
    }
  });

  it("a floor without a price is said and stops nothing: it only measures", () => {
    const [floor] = Object.values(levels({ low: "60000 USD" }).levels ?? {}).filter((level) => level.kind === "value");
    const decision = run(LOW, aPolicy({ floor: floor ?? null }));
    expect(decision).toMatchObject({ verdict: "move" });
    expect(decision.codes).toContain("price_unavailable");
    expect(decision.before?.health_percent).toBeNull();
  });
});
