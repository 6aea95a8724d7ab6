/** Known payments: funded before they are due, out of reach of sweeps, and nothing that only comes in funds anything. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide } from "./decide.ts";
import { aPolicy, aPool, aRoute, aSnapshot, aTransfer, aWallet, NOW, usdt, withWallet } from "./fixtures.ts";
import type { ObligationState, OpenTransfer, PoolPolicy, ReasonCode, Snapshot } from "./types.ts";

fc.configureGlobal({ seed: 1 });

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

function anObligation(amount: string, due_at: number, over: Partial<ObligationState> = {}): ObligationState {
  return { obligation_id: "obl-1", direction: "out", amount: usdt(amount), due_at, what: "payout 17", ...over };
}

/** 100 of 1000 in the hot wallet, which is the target; a refill takes an hour. */
function pool(obligations: readonly ObligationState[], over: Partial<Snapshot> = {}): Snapshot {
  const routes = [aRoute("hot", "vault"), aRoute("vault", "hot", { lead_time_ms: HOUR_MS })];
  return aPool("100", "900", "0", { routes, obligations, ...over });
}

const codes = (snapshot: Snapshot, policy: PoolPolicy = aPolicy()): ReasonCode[] =>
  decide(snapshot, policy, snapshot.taken_at).reasons.map(({ code }) => code);

describe("an outgoing obligation", () => {
  it("is funded when it is due before a refill asked for an hour later could land", () => {
    const decision = decide(pool([anObligation("95", NOW + 2 * HOUR_MS)]), aPolicy(), NOW);
    expect(decision.verdict).toBe("move");
    // 10 % of the 905 that are left, on top of the 95 that go.
    expect(decision.moves[0]).toMatchObject({ direction: "to_liquidity", amount: usdt("85.5") });
    const due = decision.reasons.find(({ code }) => code === "obligation_due");
    expect(due?.observed).toBe("95 USDT (payout 17)");
    expect(due?.sentence).toContain("is due at 2027-01-15T10:00:00Z");
    expect(decision.counterfactuals.join(" ")).toContain("if it were due after 2027-01-15T10:00:00Z");
    expect(decision.before?.liquidity).toBe(usdt("100"));
    expect(decision.after?.liquidity).toBe(usdt("185.5"));
  });

  it("moves nothing while a later refill is still early enough", () => {
    const decision = decide(pool([anObligation("95", NOW + 2 * HOUR_MS + 1)]), aPolicy(), NOW);
    expect(decision).toMatchObject({ verdict: "hold", moves: [] });
    expect(codes(pool([anObligation("95", NOW + 5 * HOUR_MS)]))).toEqual(["inside_band"]);
  });

  it("is asked for earlier with a longer margin, and later with none", () => {
    const late = pool([anObligation("95", NOW + 90 * MINUTE_MS)]);
    expect(codes(late, aPolicy({ obligation_margin_ms: 0 }))).toEqual(["inside_band"]);
    const early = pool([anObligation("95", NOW + 5 * HOUR_MS)]);
    expect(codes(early, aPolicy({ obligation_margin_ms: 4 * HOUR_MS }))).toContain("obligation_due");
  });

  it("does not wait for dwell and cool-down", () => {
    const history = { ...pool([]).history, last_to_liquidity_at: NOW - 1 };
    const snapshot = pool([anObligation("95", NOW + HOUR_MS)], { history });
    const policy = aPolicy({ dwell_ms: HOUR_MS, cooldown_ms: HOUR_MS });
    expect(decide(snapshot, policy, NOW).verdict).toBe("move");
  });

  it("is urgent, not an emergency, when it is not covered yet, and says what is there for it", () => {
    const decision = decide(pool([anObligation("300", NOW + HOUR_MS)]), aPolicy(), NOW);
    expect(decision).toMatchObject({ verdict: "move", severity: "urgent" });
    expect(decision.reasons.find(({ code }) => code === "obligation_unfunded")).toMatchObject({
      observed: "300 USDT",
      limit: "100 USDT",
    });
  });

  it("is not asked for twice while its refill is open", () => {
    const open = aTransfer("vault", "hot", { amount: usdt("85.5"), supersedable: true });
    const asked = withWallet(pool([anObligation("95", NOW + HOUR_MS)], { open_transfers: [open] }), "hot", {
      in_flight_in: usdt("85.5"),
    });
    const decision = decide(withWallet(asked, "vault", { reserved: usdt("85.5") }), aPolicy(), NOW);
    expect(decision).toMatchObject({ verdict: "wait", moves: [], supersedes: [] });
  });

  it("larger than the pool takes what the reserve has", () => {
    const decision = decide(pool([anObligation("5000", NOW + HOUR_MS)]), aPolicy(), NOW);
    expect(decision.verdict).toBe("move");
    // Less the room for the highest fee.
    expect(decision.moves[0]?.amount).toBe(usdt("895.522388"));
  });
});

describe("a sweep", () => {
  const rich = (obligations: readonly ObligationState[]): Snapshot => ({
    ...pool(obligations),
    wallets: [aWallet("hot", { available: usdt("300") }), aWallet("vault", { available: usdt("700") })],
  });

  it("leaves what is due within a day", () => {
    const decision = decide(rich([anObligation("100", NOW + 20 * HOUR_MS)]), aPolicy(), NOW);
    expect(decision.moves[0]).toMatchObject({ direction: "to_reserve", amount: usdt("100") });
    expect(codes(rich([anObligation("160", NOW + 20 * HOUR_MS)]))).not.toContain("route_chosen");
  });

  it("takes all of the surplus when what is due comes later", () => {
    const decision = decide(rich([anObligation("100", NOW + 25 * HOUR_MS)]), aPolicy(), NOW);
    expect(decision.moves[0]).toMatchObject({ direction: "to_reserve", amount: usdt("200") });
  });
});

it("money that is only expected funds nothing", () => {
  const low = aPool("40", "960", "0", { obligations: [anObligation("500", NOW, { direction: "in" })] });
  expect(decide(low, aPolicy(), NOW)).toEqual(decide({ ...low, obligations: [] }, aPolicy(), NOW));
});

describe("opening hours", () => {
  const night = (closes_at: number, obligations: readonly ObligationState[]): Snapshot => {
    const hours = { lead_time_ms: HOUR_MS, closes_at, opens_at: NOW + 16 * HOUR_MS };
    return aPool("100", "900", "0", {
      routes: [aRoute("hot", "vault"), aRoute("vault", "hot", hours)],
      obligations,
    });
  };

  it("what is due in the night is asked for before the closing, and that is said", () => {
    const snapshot = night(NOW + 30 * MINUTE_MS, [anObligation("95", NOW + 10 * HOUR_MS)]);
    const decision = decide(snapshot, aPolicy(), NOW);
    expect(decision).toMatchObject({ verdict: "move", moves: [{ amount: usdt("85.5") }] });
    expect(decision.reasons.map(({ code }) => code)).toContain("closing_before_breach");
  });

  it("nothing is early while the closing is far, or another source stays open", () => {
    const due = [anObligation("95", NOW + 10 * HOUR_MS)];
    expect(codes(night(NOW + 3 * HOUR_MS, due))).toEqual(["inside_band"]);
    const snapshot = night(NOW + 30 * MINUTE_MS, due);
    const other = [...snapshot.routes, aRoute("vault-2", "hot", { lead_time_ms: HOUR_MS })];
    const wallets = [...snapshot.wallets, aWallet("vault-2", { available: 0n })];
    expect(codes({ ...snapshot, wallets, routes: other })).toEqual(["inside_band"]);
  });
});

describe("held sweeps", () => {
  const held = { sweeps_held_reason: "a drain was found" };
  it("make a move to custody wait, and never a refill", () => {
    expect(decide(aPool("170", "830", "0", held), aPolicy(), NOW)).toMatchObject({ verdict: "wait" });
    const refill = aPool("30", "970", "0", held);
    expect(decide(refill, aPolicy(), NOW)).toEqual(decide({ ...refill, sweeps_held_reason: null }, aPolicy(), NOW));
  });

  it("do not stop a move to custody in an emergency", () => {
    const decision = decide(aPool("300", "700", "0", held), aPolicy(), NOW);
    expect(decision).toMatchObject({ severity: "emergency", verdict: "move" });
  });

  it("law: a refill is decided as if nothing were held", () => {
    const amount = fc.bigInt({ min: 0n, max: 2_000_000n });
    fc.assert(
      fc.property(amount, amount, fc.option(fc.tuple(amount, fc.integer({ min: 0, max: 48 }))), (hot, vault, due) => {
        const obligations = due === null ? [] : [anObligation("0", NOW + due[1] * HOUR_MS, { amount: due[0] })];
        const wallets = [aWallet("hot", { available: hot }), aWallet("vault", { available: vault })];
        const snapshot: Snapshot = { ...pool(obligations), wallets };
        const free = decide(snapshot, aPolicy({ move_min: 1n }), NOW);
        if (free.moves.some(({ direction }) => direction === "to_reserve")) return;
        expect(decide({ ...snapshot, ...held }, aPolicy({ move_min: 1n }), NOW)).toEqual(free);
      }),
    );
  });
});

/** A pool that lives through its obligations: every step it decides, moves arrive after the lead time, and dues are paid. */
class LivingPool {
  readonly #open: (OpenTransfer & { lands: number; up: boolean })[] = [];
  readonly #earmarked: bigint;
  hot: bigint;
  vault: bigint;

  constructor(hot: bigint, earmarked: bigint) {
    this.hot = hot;
    this.vault = 2_000_000n + earmarked;
    this.#earmarked = earmarked;
  }

  land(now: number): void {
    for (const landed of this.#open.splice(0)) {
      if (landed.lands > now) this.#open.push(landed);
      else if (landed.up) this.hot += landed.amount;
      else this.vault += landed.amount;
    }
  }

  decide(now: number, obligations: readonly ObligationState[]): void {
    const inbound = (up: boolean) => this.#open.reduce((sum, one) => (one.up === up ? sum + one.amount : sum), 0n);
    const snapshot = aSnapshot({
      taken_at: now,
      wallets: [
        aWallet("hot", { available: this.hot, in_flight_in: inbound(true) }),
        aWallet("vault", { available: this.vault, in_flight_in: inbound(false), earmarked: this.#earmarked }),
      ],
      routes: [aRoute("hot", "vault"), aRoute("vault", "hot", { lead_time_ms: HOUR_MS })],
      open_transfers: [...this.#open],
      obligations,
    });
    const decision = decide(snapshot, aPolicy({ move_min: 1n }), now);
    for (const move of decision.verdict === "move" ? decision.moves : []) {
      const up = move.direction === "to_liquidity";
      if (up) this.vault -= move.amount;
      else this.hot -= move.amount;
      const id = `trf-${now}-${this.#open.length}`;
      const transfer = aTransfer(move.from_wallet, move.to_wallet, { transfer_id: id, amount: move.amount });
      this.#open.push({ ...transfer, lands: now + move.lead_time_ms, up });
    }
  }
}

describe("laws of obligations", () => {
  const STEP_MS = 10 * MINUTE_MS;
  const dues = fc.array(
    fc.record({ amount: fc.bigInt({ min: 1n, max: 400_000n }), step: fc.integer({ min: 13, max: 140 }) }),
    { maxLength: 5 },
  );
  const units = fc.bigInt({ min: 0n, max: 400_000n });

  it("none is unfunded when the reserve has the money and it was known before its lead time; earmarks stay untouched", () => {
    fc.assert(
      fc.property(dues, units, units, (due, hot, earmarked) => {
        const pool = new LivingPool(hot, earmarked);
        for (let step = 0; step <= 141; step += 1) {
          const now = NOW + step * STEP_MS;
          pool.land(now);
          for (const { amount } of due.filter((one) => one.step === step)) pool.hot -= amount;
          expect(pool.hot >= 0n).toBe(true);
          const left = due.filter((one) => one.step > step);
          pool.decide(
            now,
            left.map(({ amount, step: at }, index) =>
              anObligation("0", NOW + at * STEP_MS, { obligation_id: `obl-${index}`, amount }),
            ),
          );
          expect(pool.vault >= earmarked).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});
