import { describe, expect, it } from "vitest";
import { decide } from "./decide.ts";
import { aPolicy, aPool, aRoute, aSnapshot, aWallet, NOW, usdt, withWallet } from "./fixtures.ts";
import { percentLevel } from "./parse_level.ts";
import type { PoolPolicy, Snapshot } from "./types.ts";

const run = (snapshot: Snapshot, policy: PoolPolicy = aPolicy()) => {
  const decision = decide(snapshot, policy, NOW);
  return { ...decision, codes: decision.reasons.map((reason) => reason.code) };
};

describe("several sources", () => {
  const pool = aSnapshot({
    wallets: [
      aWallet("hot", { available: usdt("40000") }),
      aWallet("vault-a", { available: usdt("30000") }),
      aWallet("vault-b", { available: usdt("20000") }),
      aWallet("vault-c", { available: usdt("10000") }),
    ],
    routes: [
      aRoute("vault-a", "hot", { fee_fixed: usdt("3") }),
      aRoute("vault-b", "hot", { fee_fixed: usdt("1") }),
      aRoute("vault-c", "hot", { fee_fixed: usdt("2") }),
    ],
  });
  const policy = (over: Partial<PoolPolicy> = {}): PoolPolicy =>
    aPolicy({
      levels: {
        emergency_low: percentLevel("2"),
        low: percentLevel("50"),
        target: percentLevel("80"),
        high: percentLevel("90"),
        emergency_high: percentLevel("100"),
      },
      ...over,
    });

  it("splits a refill that no single source can carry, cheapest share first, each to its floor", () => {
    const decision = run(pool, policy({ wallet_floors: { "vault-b": usdt("5000") } }));
    expect(decision.moves.map((move) => move.from_wallet)).toEqual(["vault-b", "vault-a"]);
    const left = usdt("20000") - (decision.moves[0]?.amount ?? 0n) - (decision.moves[0]?.fee_max ?? 0n);
    expect(left >= usdt("5000") && left < usdt("5001")).toBe(true);
    expect(decision.after?.share_percent).toBe("80.0000");
  });

  it("prefers one source that can carry all of it, and names the others with the reason", () => {
    const rich = withWallet(pool, "vault-c", { available: usdt("90000") });
    const decision = run(withWallet(rich, "hot", { available: usdt("135000") }), policy());
    expect(decision.moves.map((move) => move.from_wallet)).toEqual(["vault-c"]);
    expect(decision.alternatives.map((other) => other.rejected_because)).toEqual([
      expect.stringMatching(/^vault-a can give only [\d,.]+ USDT$/),
      expect.stringMatching(/^vault-b can give only [\d,.]+ USDT$/),
    ]);
  });

  it("regression: two splits that kept replacing each other stop short of the target instead of crossing it", () => {
    const torn = aSnapshot({
      wallets: [
        aWallet("hot-1", { available: 79_890n }),
        aWallet("hot-2", { available: 239_150n }),
        aWallet("vault-1"),
        aWallet("vault-3"),
      ],
      routes: [
        aRoute("hot-1", "vault-3", { step: 23n }),
        aRoute("hot-2", "vault-1", { fee_ppm: 1_179, step: 13n }),
        aRoute("hot-2", "vault-3", { fee_fixed: 218n, fee_ppm: 277 }),
      ],
    });
    const { after } = run(torn, aPolicy({ fee_max: 800n, fee_max_ppm: 9_733, move_min: 1_000n }));
    expect((after?.liquidity ?? 0n) * 10n >= (after?.total ?? 0n)).toBe(true);
  });

  it("takes no more sources than one decision may have", () => {
    const vaults = Array.from({ length: 20 }, (_, index) => `vault-${index}`);
    const wide = aSnapshot({
      wallets: [aWallet("hot"), ...vaults.map((name) => aWallet(name, { available: usdt("1000") }))],
      routes: vaults.map((name) => aRoute(name, "hot")),
    });
    const decision = run(wide, policy());
    expect(decision.moves).toHaveLength(8);
    expect(decision.codes).toContain("capped_by_source");
  });
});

describe("why nothing can be carried", () => {
  const LOW = aPool("50000", "950000");
  const last = (snapshot: Snapshot, policy?: PoolPolicy) => {
    const decision = run(snapshot, policy);
    expect(decision).toMatchObject({ verdict: "blocked", moves: [] });
    return [decision.codes.at(-1), decision.reasons.at(-1)?.sentence];
  };

  it("no route is set up, or the one there is is disabled", () => {
    expect(last({ ...LOW, routes: [] })).toEqual([
      "no_route",
      "No enabled route can carry 50,000 USDT (none is set up).",
    ]);
    const closed = aRoute("vault", "hot", { enabled: false, disabled_reason: "tron withdrawals are suspended" });
    expect(last({ ...LOW, routes: [closed] })[1]).toContain("tron withdrawals are suspended");
  });

  it("the venue's minimum or maximum is in the way", () => {
    const routes = [aRoute("vault", "hot", { minimum: usdt("60000") })];
    expect(last({ ...LOW, routes })).toEqual([
      "no_route",
      "No enabled route can carry 50,000 USDT (the smallest transfer is 60,000 USDT).",
    ]);
  });

  it("the fee is too high, absolutely or as a share", () => {
    const routes = [
      aRoute("vault", "hot", { fee_fixed: usdt("101") }),
      aRoute("vault", "hot", { fee_fixed: usdt("150") }),
    ];
    const decision = run({ ...LOW, routes });
    expect(decision.codes).toEqual(["below_low", "fee_above_limit"]);
    expect(decision.counterfactuals).toContain("Would move if the fee were at most 100 USDT.");
    const policy = aPolicy({ fee_max: usdt("1000"), fee_max_ppm: 1_000 });
    expect(last({ ...LOW, routes }, policy)[1]).toBe("The fee would be 101 USDT; at most 50 USDT may be paid.");
  });

  it("the giving side is empty, or all of it lies below its floors", () => {
    const empty = withWallet(withWallet(LOW, "vault", { available: 0n }), "hot", { available: usdt("1") });
    const amounts = aPolicy({
      levels: {
        emergency_low: { kind: "amount", units: 1n, text: "0.000001 USDT" },
        low: { kind: "amount", units: usdt("10"), text: "10 USDT" },
        target: { kind: "amount", units: usdt("20"), text: "20 USDT" },
        high: { kind: "amount", units: usdt("30"), text: "30 USDT" },
        emergency_high: { kind: "amount", units: usdt("40"), text: "40 USDT" },
      },
    });
    expect(last(empty, amounts)[0]).toBe("no_source");
    expect(last(LOW, aPolicy({ wallet_floors: { vault: usdt("950000") } }))).toEqual([
      "source_floor",
      "The sources hold 950,000 USDT, and all of it lies below their floors (950,000 USDT).",
    ]);
  });
});
