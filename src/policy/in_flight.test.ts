import { describe, expect, it } from "vitest";
import { decide } from "./decide.ts";
import { aPolicy, aPool, aRoute, aTransfer, aWallet, NOW, usdt, withWallet } from "./fixtures.ts";
import type { OpenTransfer, PoolPolicy, Snapshot } from "./types.ts";

const run = (snapshot: Snapshot, policy: PoolPolicy = aPolicy()) => {
  const decision = decide(snapshot, policy, NOW);
  return { ...decision, codes: decision.reasons.map((reason) => reason.code) };
};

/** The pool with one transfer of its own open: reserved at the source, on its way at the destination. */
function withOpen(pool: Snapshot, open: OpenTransfer): Snapshot {
  const before = (wallet_id: string) => pool.wallets.find((wallet) => wallet.wallet_id === wallet_id);
  const reserved = (before(open.from_wallet)?.reserved ?? 0n) + open.amount;
  const in_flight_in = (before(open.to_wallet)?.in_flight_in ?? 0n) + open.amount;
  const changed = withWallet(withWallet(pool, open.from_wallet, { reserved }), open.to_wallet, { in_flight_in });
  return { ...changed, open_transfers: [...pool.open_transfers, open] };
}
const refill = (amount: string, supersedable = false): OpenTransfer =>
  aTransfer("vault", "hot", { amount: usdt(amount), supersedable });
const drain = (amount: string, supersedable = false): OpenTransfer =>
  aTransfer("hot", "vault", { amount: usdt(amount), supersedable });

describe("netting", () => {
  it("a refill on its way suppresses the next one", () => {
    const decision = run(withOpen(aPool("40000", "960000"), refill("60000")));
    expect(decision).toMatchObject({ verdict: "wait", moves: [], codes: ["below_low", "in_flight_covers"] });
    expect(decision.before).toMatchObject({
      total: usdt("1000000"),
      liquidity: usdt("100000"),
      in_flight_to_liquidity: usdt("60000"),
    });
  });

  it("a move to custody on its way is not sent a second time", () => {
    const decision = run(withOpen(aPool("150000", "850000"), drain("50000")));
    expect(decision).toMatchObject({ verdict: "wait", moves: [] });
    expect(decision.codes).toEqual(["inside_band", "leaving_covers"]);
  });

  it("is named by its own amount when custody shows it already and it is not finished", () => {
    const sent = { ...aPool("100000", "900000"), open_transfers: [drain("60000")] };
    const decision = run(sent);
    expect(decision).toMatchObject({ verdict: "wait", moves: [], codes: ["inside_band", "leaving_covers"] });
    expect(decision.reasons[1]?.sentence).toContain("A move of 60,000 USDT (6.00 %) to custody is not finished");
  });

  it("however old it is: nothing on its way is ever forgotten", () => {
    const old = { ...refill("60000"), created_at: 0, state: "held" };
    expect(run(withOpen(aPool("40000", "960000"), old)).verdict).toBe("wait");
  });

  it("an empty wallet stays an emergency while its refill is on its way", () => {
    const decision = run(withOpen(aPool("0", "1000000"), refill("100000")));
    expect(decision).toMatchObject({ verdict: "wait", severity: "emergency" });
  });

  it("what is on its way in never funds a move out", () => {
    const decision = run(withOpen(aPool("100000", "900000"), refill("100000")));
    expect(decision).toMatchObject({ verdict: "hold", moves: [] });
    const internal = withWallet(aPool("100000", "900000"), "hot", { in_flight_in: usdt("90000") });
    expect(run(internal).verdict).toBe("hold");
  });

  it("subtracts what is reserved and what the venue has not deducted yet", () => {
    const hot = { available: usdt("160000"), reserved: usdt("5000"), pending_out: usdt("6000") };
    expect(run(withWallet(aPool("0", "840000"), "hot", hot))).toMatchObject({
      verdict: "move",
      before: { liquidity: usdt("149000"), total: usdt("989000") },
    });
  });

  it("a move between two wallets of one side is not a move of the pool", () => {
    const pool = aPool("40000", "900000");
    const both = { ...pool, wallets: [...pool.wallets, aWallet("hot-2", { available: usdt("60000") })] };
    const shifting = withOpen(both, aTransfer("hot-2", "hot", { amount: usdt("60000") }));
    const decision = run(shifting);
    expect(decision).toMatchObject({ verdict: "wait", moves: [] });
    expect(decision.before).toMatchObject({ in_flight_to_liquidity: 0n, liquidity: usdt("100000") });
  });
});

describe("a refill that people still have to approve", () => {
  const asked = (hot: string, amount: string) => withOpen(aPool(hot, "900000"), refill(amount, true));

  it("suppresses a second request and is told apart from money on its way", () => {
    const decision = run(asked("40000", "60000"));
    expect(decision).toMatchObject({ verdict: "wait", moves: [], codes: ["below_low", "awaiting_covers"] });
    expect(decision.before).toMatchObject({
      liquidity: usdt("40000"),
      in_flight_to_liquidity: 0n,
      awaiting_to_liquidity: usdt("60000"),
    });
  });

  it("hides no emergency: people are called, and nothing is asked for twice", () => {
    const decision = run(asked("10000", "80000"));
    expect(decision).toMatchObject({ verdict: "escalate", severity: "emergency", moves: [], supersedes: [] });
    expect(decision.codes).toEqual(["below_emergency_low", "awaiting_covers"]);
  });

  it("is no relief beside a sent one that is too small, and none is needed beside one that is enough", () => {
    const another = (amount: string): OpenTransfer =>
      aTransfer("vault-2", "hot", { amount: usdt(amount), transfer_id: "sent" });
    const pool = (amount: string): Snapshot => {
      const wallets = [...aPool("0", "900000").wallets, aWallet("vault-2", { available: usdt("100000") })];
      return withOpen(withOpen({ ...aPool("0", "900000"), wallets }, refill("50000", true)), another(amount));
    };
    expect(run(pool("10000"))).toMatchObject({ verdict: "escalate" });
    expect(run(pool("30000"))).toMatchObject({ verdict: "wait", severity: "emergency" });
    expect(run(pool("60000")).codes).toContain("in_flight_covers");
  });
});

describe("what is earmarked", () => {
  const fromVault = (earmarked: string): readonly bigint[] => {
    // Amounts for levels, so that what is set aside changes what may move and not what is wanted.
    const fixed = (amount: string) => ({ kind: "amount", units: usdt(amount), text: `${amount} USDT` }) as const;
    const levels = {
      emergency_low: fixed("20000"),
      low: fixed("50000"),
      target: fixed("100000"),
      high: fixed("150000"),
      emergency_high: fixed("200000"),
    };
    const pool = withWallet(aPool("40000", "960000"), "vault", { earmarked: usdt(earmarked) });
    return run(pool, aPolicy({ levels })).moves.map(({ from_wallet, amount }) =>
      from_wallet === "vault" ? amount : -1n,
    );
  };

  it("is out of reach of a refill", () => {
    expect(fromVault("0")).toEqual([usdt("60000")]);
    expect(fromVault("890000")).toEqual([usdt("60000")]);
    // The highest fee is kept back beside the amount.
    const [capped] = fromVault("950000");
    expect(capped).toBeGreaterThan(usdt("9900"));
    expect(capped).toBeLessThan(usdt("10000"));
    expect(fromVault("960000")).toEqual([]);
    expect(fromVault("970000")).toEqual([]);
  });

  it("is out of reach of a move to custody", () => {
    const hot = run(withWallet(aPool("200000", "800000"), "hot", { earmarked: usdt("110000") }));
    expect(hot).toMatchObject({ verdict: "hold", moves: [] });
  });
});

describe("one open refill per route", () => {
  it("stacks no second refill on a pair, even when the first is too small", () => {
    const decision = run(withOpen(aPool("10000", "990000"), refill("20000")));
    expect(decision).toMatchObject({ verdict: "wait", severity: "emergency", moves: [] });
    expect(decision.codes).toContain("refill_already_open");
  });

  it("uses another pair for what is missing", () => {
    const pool = withOpen(aPool("10000", "990000"), refill("20000"));
    const second = aWallet("vault-2", { available: usdt("100000") });
    const decision = run({
      ...pool,
      wallets: [...pool.wallets, second],
      routes: [...pool.routes, aRoute("vault-2", "hot")],
    });
    expect(decision.verdict).toBe("move");
    expect(decision.moves).toMatchObject([{ from_wallet: "vault-2", amount: usdt("80000") }]);
    expect(decision.alternatives[0]?.rejected_because).toBe("transfer trf-vault-hot is open on this pair");
  });

  it("replaces an unsent refill when even with it liquidity stays low", () => {
    const decision = run(withOpen(aPool("10000", "990000"), refill("20000", true)));
    expect(decision).toMatchObject({ verdict: "move", supersedes: ["trf-vault-hot"] });
    expect(decision.moves).toMatchObject([{ amount: usdt("90000") }]);
    expect(decision.after).toMatchObject({ liquidity: usdt("100000"), in_flight_to_liquidity: 0n });
  });

  it("leaves an unsent refill alone while it keeps liquidity inside the band: nobody signs twice for a change of flow", () => {
    const decision = run(withOpen(aPool("25000", "975000"), refill("50000", true)));
    expect(decision).toMatchObject({ verdict: "wait", supersedes: [], moves: [] });
  });

  it("does not replace for a difference of no more than the smallest move", () => {
    const policy = aPolicy({ move_min: usdt("60000") });
    const pool = withOpen(aPool("10000", "990000"), refill("30000", true));
    expect(run(pool, policy)).toMatchObject({ verdict: "wait", supersedes: [] });
    expect(run(pool, policy).codes).toContain("refill_already_open");
    expect(run(pool, aPolicy({ move_min: usdt("59999") })).supersedes).toEqual(["trf-vault-hot"]);
  });

  it("never replaces a refill by a smaller one while liquidity is low", () => {
    const window = {
      direction: "to_liquidity",
      window_ms: 3_600_000,
      amount_max: usdt("50000"),
      count_max: 9,
    } as const;
    const pool = withOpen(aPool("10000", "990000"), refill("30000", true));
    const past = [{ at: NOW - 1, direction: "to_liquidity", amount: usdt("40000") }] as const;
    const decision = run({ ...pool, history: { ...pool.history, moves: past } }, aPolicy({ windows: [window] }));
    expect(decision).toMatchObject({ verdict: "wait", supersedes: [] });
  });

  it("frees the room in the windows that the replaced refill had taken", () => {
    const window = {
      direction: "to_liquidity",
      window_ms: 3_600_000,
      amount_max: usdt("95000"),
      count_max: 1,
    } as const;
    const open = refill("30000", true);
    const pool = withOpen(aPool("10000", "990000"), open);
    const past = [{ at: open.created_at, direction: "to_liquidity", amount: open.amount }] as const;
    const policy = aPolicy({ windows: [window], cooldown_ms: 3_600_000, move_min: usdt("10000") });
    const history = { ...pool.history, moves: past, last_to_liquidity_at: open.created_at };
    expect(run({ ...pool, history }, policy)).toMatchObject({ verdict: "move", supersedes: ["trf-vault-hot"] });
  });

  it("does not make a replacement wait for the cool-down that the replaced request started", () => {
    const pool = withOpen(aPool("30000", "970000"), refill("15000", true));
    const history = { ...pool.history, last_to_liquidity_at: NOW - 1 };
    const decision = run({ ...pool, history }, aPolicy({ cooldown_ms: 3_600_000, dwell_ms: 3_600_000 }));
    expect(decision).toMatchObject({ verdict: "move", severity: "normal", supersedes: ["trf-vault-hot"] });
  });

  it("asks for less when the open request would now carry liquidity too high", () => {
    const decision = run(withOpen(aPool("45000", "955000"), refill("110000", true)));
    expect(decision).toMatchObject({ verdict: "move", supersedes: ["trf-vault-hot"] });
    expect(decision.moves).toMatchObject([{ amount: usdt("55000") }]);
  });

  it("withdraws an unsent refill that is no longer needed", () => {
    const decision = run(withOpen(aPool("120000", "880000"), refill("60000", true)));
    expect(decision).toMatchObject({
      verdict: "move",
      moves: [],
      supersedes: ["trf-vault-hot"],
      codes: ["supersedes"],
    });
    const frozen = run({ ...withOpen(aPool("120000", "880000"), refill("60000", true)), mode: "frozen" });
    expect(frozen.verdict).toBe("blocked");
  });
});

describe("opposite moves", () => {
  it("never cross on one pair", () => {
    const high = run(withOpen(aPool("200000", "800000"), refill("50000")));
    expect(high).toMatchObject({ verdict: "wait", moves: [] });
    expect(high.codes).toContain("opposite_in_flight");
    const low = run(withOpen(aPool("70000", "930000"), drain("50000")));
    expect(low).toMatchObject({ verdict: "wait", moves: [] });
    expect(low.codes).toContain("opposite_in_flight");
  });

  it("an unsent one the other way gives way", () => {
    const high = run(withOpen(aPool("200000", "800000"), refill("50000", true)));
    expect(high).toMatchObject({ verdict: "move", supersedes: ["trf-vault-hot"] });
    expect(high.moves).toMatchObject([{ direction: "to_reserve", amount: usdt("100000") }]);
  });

  it("is only withdrawn when that alone is enough", () => {
    const low = run(withOpen(aPool("90000", "910000"), drain("50000", true)));
    expect(low).toMatchObject({ verdict: "move", moves: [], supersedes: ["trf-hot-vault"] });
    expect(low.after).toMatchObject({ liquidity: usdt("90000") });
  });

  it("sends more to custody while an earlier move is still on its way", () => {
    const decision = run(withOpen(aPool("250000", "750000"), drain("50000")));
    expect(decision.verdict).toBe("move");
    expect(decision.moves).toMatchObject([{ direction: "to_reserve", amount: usdt("100000") }]);
  });
});
