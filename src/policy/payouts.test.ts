/** Large known payments go straight from custody, once, and leave the levels of the hot wallet alone. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeDecision, decodePolicy, decodeSnapshot, encodeDecision, encodePolicy, encodeSnapshot } from "./codec.ts";
import { decide } from "./decide.ts";
import { aPolicy, aPool, aRoute, aTransfer, NOW, usdt, withWallet } from "./fixtures.ts";
import type { ObligationState, PoolPolicy, ReasonCode, Snapshot } from "./types.ts";

fc.configureGlobal({ seed: 1 });

const HOUR_MS = 3_600_000;
const DIRECT = { above: usdt("50"), declared_ms: 24 * HOUR_MS };
const direct = (over: Partial<PoolPolicy> = {}): PoolPolicy => aPolicy({ direct: DIRECT, ...over });

function anObligation(amount: string, due_at: number, over: Partial<ObligationState> = {}): ObligationState {
  return {
    ...{ obligation_id: "obl-1", direction: "out", amount: usdt(amount), due_at, what: "withdrawal 17", payee: "acme" },
    ...over,
  };
}

/** 100 of 1000 in the hot wallet, which is the target; custody has a way to Acme that costs 0.1. */
function pool(obligations: readonly ObligationState[], over: Partial<Snapshot> = {}): Snapshot {
  const routes = [aRoute("hot", "vault"), aRoute("vault", "hot"), aRoute("vault", "acme", { fee_fixed: usdt("0.1") })];
  return aPool("100", "900", "0", { routes, obligations, ...over });
}

const codes = (snapshot: Snapshot, policy: PoolPolicy = direct()): ReasonCode[] =>
  decide(snapshot, policy, snapshot.taken_at).reasons.map(({ code }) => code);
const sentences = (snapshot: Snapshot, policy: PoolPolicy = direct()): string =>
  decide(snapshot, policy, snapshot.taken_at)
    .reasons.map(({ sentence }) => sentence)
    .join(" ");

describe("a payment above the size", () => {
  const due = NOW + 24 * HOUR_MS;

  it("is asked for straight from custody when the declared time begins, whole and bound to what is owed", () => {
    const decision = decide(pool([anObligation("80", due)]), direct(), NOW);
    expect(decision).toMatchObject({ verdict: "move", severity: "normal" });
    expect(decision.moves).toEqual([
      {
        ...{ from_wallet: "vault", to_wallet: "acme", direction: "to_payee", amount: usdt("80"), network: "tron" },
        ...{ fee: usdt("0.1"), fee_max: usdt("0.4"), lead_time_ms: 60_000, obligation_id: "obl-1" },
      },
    ]);
    expect(sentences(pool([anObligation("80", due)]))).toContain(
      "80 USDT (withdrawal 17) is above 50 USDT: it is paid straight from custody and never through a hot wallet. From vault to acme over tron; due to acme at 2027-01-16T08:00:00Z, with 24 h declared for it.",
    );
    expect(decision.counterfactuals).toContain("Would be funded through the hot wallets if it were 50 USDT or less.");
    expect(decision.reasons.map(({ code }) => code)).toContain("needs_quorum");
    expect(decision.before).toMatchObject({ total: usdt("1000"), reserve: usdt("900"), liquidity: usdt("100") });
    expect(decision.after?.liquidity).toBe(usdt("100"));
  });

  it("waits in custody before that, and is in no refill's reach", () => {
    const waiting = pool([anObligation("80", due + HOUR_MS)]);
    expect(decide(waiting, direct(), NOW)).toMatchObject({ verdict: "hold", moves: [] });
    expect(codes(waiting)).toEqual(["inside_band", "payout_planned"]);
    expect(decide(waiting, direct(), NOW).reasons[1]?.sentence).toMatch(
      /until then it is kept there: due to .+ at .+ declared for it\.$/,
    );
    expect(decide(waiting, direct(), NOW).before).toMatchObject({ total: usdt("1000"), reserve: usdt("900") });
    // All of custody is owed: nothing is left to refill an empty hot wallet with.
    const owed = withWallet(pool([anObligation("890", due + HOUR_MS)]), "hot", { available: 0n });
    const refills = decide(owed, direct(), NOW).moves.filter(({ direction }) => direction === "to_liquidity");
    expect(refills.reduce((sum, { amount }) => sum + amount, 0n) <= usdt("10")).toBe(true);
  });

  it("is left out of every share: the one that is said, the one of the position and those of the levels", () => {
    const { reasons, before, levels } = decide(pool([anObligation("80", due)]), direct(), NOW);
    const { counted } = before ?? {};
    // 100 of 1000 - 80 and the highest fee.
    expect(counted).toMatchObject({ total: usdt("919.6"), liquidity: usdt("100"), share_percent: "10.8743" });
    expect(before?.share_percent).toBe("10.8743");
    expect(reasons[0]?.observed).toBe("100 USDT (10.87 %)");
    expect((levels?.low ?? 0n) * 20n).toBe(counted?.total);
  });

  it("goes through the hot wallet at the size, without a payee, or where the pool pays nothing directly", () => {
    const soon = NOW + HOUR_MS;
    for (const [one, policy] of [
      [anObligation("50", soon), direct()],
      [{ ...anObligation("80", soon), payee: undefined } as unknown as ObligationState, direct()],
      [anObligation("80", soon), aPolicy()],
    ] as const) {
      const { payee, ...rest } = one;
      const snapshot = pool([payee === undefined ? rest : one]);
      expect(codes(snapshot, policy)).toContain("obligation_due");
      expect(decide(snapshot, policy, NOW).moves.every(({ direction }) => direction === "to_liquidity")).toBe(true);
    }
  });

  it("is asked for once: while a transfer pays it nothing else does, and no refill claims it", () => {
    const open = aTransfer("vault", "acme", { amount: usdt("80"), obligation_id: "obl-1" });
    const paying = withWallet(
      pool([anObligation("80", NOW + HOUR_MS, { transfer_id: open.transfer_id })], { open_transfers: [open] }),
      "vault",
      { reserved: usdt("80.4") },
    );
    expect(decide(paying, direct(), NOW)).toMatchObject({ verdict: "hold", moves: [] });
    expect(codes(paying)).toEqual(["inside_band", "payout_open"]);
    // Even where the policy was changed meanwhile.
    expect(codes(paying, aPolicy())).toEqual(["inside_band", "payout_open"]);
  });

  it.each([
    ["no way there", { routes: [] }, {}, "custody has no way to acme"],
    [
      "a way that is shut",
      { routes: [aRoute("vault", "acme", { enabled: false, disabled_reason: "shut" })] },
      {},
      "shut",
    ],
    ["too little in custody", {}, { wallet_floors: { vault: usdt("850") } }, "no custody wallet holds that much"],
    ["a largest move below it", {}, { move_max: usdt("60") }, "one move is 60 USDT at most"],
    [
      "a window that is used up",
      {},
      { windows: [{ direction: "to_liquidity", window_ms: HOUR_MS, amount_max: usdt("70"), count_max: 9 }] },
      "leaves 70 USDT and is never large enough",
    ],
    ["a last try that came to nothing", {}, {}, "it is tried again at 2027-01-15T09:00:00Z"],
    ["custody that was not read", {}, {}, "custody pays on fresh balances only, and vault has none"],
  ] as const)("is blocked by %s, and says so", (name, over, policy, text) => {
    const retry = name.startsWith("a last try") ? { retry_at: NOW + HOUR_MS } : {};
    const base = pool([anObligation("80", due, retry)], over as Partial<Snapshot>);
    const snapshot = name.startsWith("custody that") ? withWallet(base, "vault", { freshness: "stale" }) : base;
    const decision = decide(snapshot, direct(policy as Partial<PoolPolicy>), NOW);
    expect(decision).toMatchObject({ verdict: "blocked", severity: "urgent", moves: [] });
    expect(sentences(snapshot, direct(policy as Partial<PoolPolicy>))).toContain(text);
  });

  it("obeys the mode and a stop of the asset, and shows what would be done", () => {
    const one = [anObligation("80", due)];
    expect(decide(pool(one, { mode: "advise" }), direct(), NOW)).toMatchObject({ verdict: "wait" });
    expect(decide(pool(one, { mode: "observe" }), direct(), NOW)).toMatchObject({ verdict: "blocked" });
    const stopped = decide(pool(one, { frozen_reason: "a break" }), direct(), NOW);
    expect(stopped).toMatchObject({ verdict: "blocked" });
    expect(stopped.moves).toHaveLength(1);
  });

  it("says that it may come late when it was known too late", () => {
    const late = pool([anObligation("80", NOW + HOUR_MS)]);
    expect(decide(late, direct(), NOW)).toMatchObject({ verdict: "move", severity: "urgent" });
    expect(sentences(late)).toContain("it may come late");
  });

  it("goes beside a refill that the hot wallet needs, and the two share what may leave custody", () => {
    const low = withWallet(pool([anObligation("80", due)]), "hot", { available: usdt("40") });
    const decision = decide(low, direct(), NOW);
    expect(decision.moves.map(({ direction }) => direction)).toEqual(["to_payee", "to_liquidity"]);
    const window = { direction: "to_liquidity", window_ms: HOUR_MS, amount_max: usdt("90"), count_max: 9 } as const;
    const shared = decide(low, direct({ windows: [window] }), NOW);
    expect(shared.moves.reduce((sum, { amount }) => sum + amount, 0n) <= usdt("90")).toBe(true);
    expect(shared.moves[0]?.direction).toBe("to_payee");
  });

  it("never has two payments open between the same two wallets", () => {
    const two = [anObligation("80", due), anObligation("80", due, { obligation_id: "obl-2" })];
    const decision = decide(pool(two), direct(), NOW);
    expect(decision.moves.map(({ obligation_id }) => obligation_id)).toEqual(["obl-1"]);
    expect(sentences(pool(two))).toContain("another payment is open from vault to acme");
  });

  it("is replayed from its record bit for bit", () => {
    const snapshot = pool([anObligation("80", due, { retry_at: NOW - 1 })]);
    const decision = decide(snapshot, direct(), NOW);
    const [kept, rule] = [
      decodeSnapshot(JSON.parse(JSON.stringify(encodeSnapshot(snapshot)))),
      decodePolicy(JSON.parse(JSON.stringify(encodePolicy(direct())))),
    ];
    expect(decide(kept, rule, NOW)).toEqual(decision);
    expect(decodeDecision(JSON.parse(JSON.stringify(encodeDecision(decision))))).toEqual(decision);
  });
});

describe("any set of known payments", () => {
  const one = fc.record({
    amount: fc.bigInt({ min: 1n, max: usdt("400") }),
    hours: fc.integer({ min: 1, max: 60 }),
    payee: fc.constantFrom("acme", "zeta", undefined),
    paying: fc.boolean(),
  });
  const amounts = fc.bigInt({ min: 0n, max: usdt("500") });

  it("is paid by one way each: a claim on liquidity, or one whole transfer out of custody that has the money", () => {
    fc.assert(
      fc.property(fc.array(one, { maxLength: 8 }), amounts, amounts, fc.boolean(), (drawn, hot, vault, windowed) => {
        const obligations = drawn.map(({ amount, hours, payee, paying }, at): ObligationState => {
          const base = { obligation_id: `obl-${at}`, direction: "out", amount, what: "pay" } as const;
          const due_at = NOW + hours * HOUR_MS;
          const to = payee === undefined ? {} : { payee };
          return { ...base, due_at, ...to, ...(paying && payee !== undefined ? { transfer_id: `trf-${at}` } : {}) };
        });
        const routes = [...pool([]).routes, aRoute("vault", "zeta", { step: 7n })];
        const snapshot = withWallet(withWallet(pool(obligations, { routes }), "hot", { available: hot }), "vault", {
          available: vault,
        });
        const windows = [
          { direction: "to_liquidity", window_ms: HOUR_MS, amount_max: usdt("300"), count_max: 3 } as const,
        ];
        const policy = direct(windowed ? { windows } : {});
        const { moves, reasons } = decide(snapshot, policy, NOW);
        const out = moves.filter(({ direction }) => direction !== "to_reserve");
        const paid = moves.filter(({ direction }) => direction === "to_payee");
        expect(new Set(paid.map(({ obligation_id }) => obligation_id)).size).toBe(paid.length);
        for (const move of paid) {
          const owed = obligations.find(({ obligation_id }) => obligation_id === move.obligation_id);
          expect(owed).toMatchObject({ amount: move.amount, payee: move.to_wallet });
          expect(owed?.transfer_id).toBeUndefined();
          expect(move.amount > DIRECT.above).toBe(true);
          expect(
            reasons.some(({ code, rule }) => code === "obligation_due" && rule.endsWith(move.obligation_id ?? "")),
          ).toBe(false);
        }
        const leaving = out.reduce((sum, { amount, fee }) => sum + amount + fee, 0n);
        expect(leaving <= vault).toBe(true);
        if (windowed) {
          expect(out.reduce((sum, { amount }) => sum + amount, 0n) <= usdt("300")).toBe(true);
          expect(out.length).toBeLessThanOrEqual(3);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("that all go straight from custody leaves the levels what they are of the rest", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: DIRECT.above + 1n, max: usdt("300") }), amounts, (amount, hot) => {
        const open = withWallet(pool([anObligation("1", NOW + HOUR_MS, { amount })]), "hot", { available: hot });
        const decision = decide(open, direct(), NOW);
        const [payout] = decision.moves;
        expect(payout?.amount).toBe(amount);
        const without = withWallet(pool([]), "hot", { available: hot });
        const rest = withWallet(without, "vault", { available: usdt("900") - amount - (payout?.fee_max ?? 0n) });
        expect(decision.levels).toEqual(decide(rest, direct(), NOW).levels);
        expect(decision.moves.slice(1)).toEqual(decide(rest, direct(), NOW).moves);
      }),
      { numRuns: 100 },
    );
  });
});
