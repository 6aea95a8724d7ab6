/** Laws of `decide` that hold for every snapshot and policy, sane or hostile. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maxOf, shareOf } from "../money/index.ts";
import { decodeDecision, decodePolicy, decodeSnapshot, encodeDecision, encodePolicy, encodeSnapshot } from "./codec.ts";
import { decide } from "./decide.ts";
import { aPolicy, aRoute, aSnapshot, aTransfer, aWallet, NOW, terminal40 } from "./fixtures.ts";
import { pairKey } from "./in_flight.ts";
import { directionOf, fundsOf } from "./position.ts";
import type { Decision, Move, PoolPolicy, RouteOption, Snapshot, WalletState } from "./types.ts";

fc.configureGlobal({ seed: 1 });

const HOUR_MS = 3_600_000;
const HOT = ["hot-1", "hot-2"];
const VAULTS = ["vault-1", "vault-2", "vault-3"];

const balance = fc.oneof(fc.bigInt({ min: 0n, max: 2_000_000n }), fc.bigInt({ min: 0n, max: 10n ** 15n }));
const small = fc.bigInt({ min: 0n, max: 500n });

const route = (from: string, to: string) =>
  fc
    .record({
      network: fc.constantFrom("tron", "sol"),
      fee_fixed: small,
      fee_ppm: fc.integer({ min: 0, max: 3_000 }),
      step: fc.bigInt({ min: 1n, max: 100n }),
      lead_time_ms: fc.integer({ min: 0, max: HOUR_MS }),
      enabled: fc.boolean(),
    })
    .map((over) => aRoute(from, to, over));

const allRoutes = fc
  .tuple(...HOT.flatMap((hot) => VAULTS.flatMap((vault) => [route(hot, vault), route(vault, hot)])))
  .map((routes): readonly RouteOption[] => routes);

const policies = fc
  .record({
    base: fc.constantFrom(aPolicy(), terminal40()),
    return_to: fc.constantFrom("target", "edge"),
    floors: fc.array(balance, { minLength: 3, maxLength: 3 }),
    fee_max_ppm: fc.integer({ min: 0, max: 20_000 }),
  })
  .map(
    ({ base, return_to, floors, fee_max_ppm }): PoolPolicy => ({
      ...base,
      return_to,
      fee_max: 800n,
      fee_max_ppm,
      // More than a move leaves behind: the highest fee that it set aside and did not need, and less than one step.
      move_min: 1_000n,
      move_max: 10n ** 40n,
      wallet_floors: Object.fromEntries(VAULTS.map((vault, index) => [vault, floors[index] ?? 0n])),
    }),
  );

const sanePools = fc
  .record({ hot: fc.tuple(balance, balance), vaults: fc.tuple(balance, balance, balance), routes: allRoutes })
  .map(({ hot, vaults, routes }) =>
    aSnapshot({
      wallets: [
        ...HOT.map((name, index) => aWallet(name, { available: hot[index] ?? 0n })),
        ...VAULTS.map((name, index) => aWallet(name, { available: vaults[index] ?? 0n })),
      ],
      routes,
    }),
  );

/** Anything the types allow: negative, huge, not a number, contradictory. */
const odd = fc.oneof(fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n }), fc.bigInt({ min: -5n, max: 2_000n }));
const oddNumber = fc.oneof(
  fc.integer({ min: -5, max: 2_000_000 }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, NOW - HOUR_MS, NOW, NOW + HOUR_MS),
);
const names = fc.constantFrom(...HOT, ...VAULTS, "elsewhere", "__proto__");
const hostileWallet = fc.record({
  wallet_id: names,
  side: fc.constantFrom("liquidity", "reserve"),
  kind: fc.constantFrom("hot", "warm", "custody", "collateral", "deposit", "gas"),
  status: fc.constantFrom(
    "requested",
    "creating",
    "created",
    "active",
    "active",
    "active",
    "suspended",
    "archiving",
    "archived",
  ),
  freshness: fc.constantFrom("fresh", "fresh", "fresh", "stale", "unknown"),
  available: fc.option(odd, { freq: 12 }),
  pending_out: odd,
  reserved: odd,
  in_flight_in: odd,
  pending_readable: fc.constantFrom(true, true, true, false),
});
const hostileRoute = fc.record({
  from_wallet: names,
  to_wallet: names,
  enabled: fc.boolean(),
  fee_fixed: odd,
  fee_ppm: oddNumber,
  minimum: odd,
  maximum: fc.option(odd),
  step: odd,
  lead_time_ms: oddNumber,
});
const hostileMove = fc.record({ at: oddNumber, direction: fc.constantFrom("to_reserve", "to_liquidity"), amount: odd });
const hostileSnapshots = fc
  .record({
    mode: fc.constantFrom("observe", "advise", "auto", "frozen"),
    wallets: fc.uniqueArray(hostileWallet, { selector: (wallet) => wallet.wallet_id, maxLength: 6 }),
    routes: fc.array(hostileRoute, { maxLength: 8 }),
    open: fc.array(fc.record({ from: names, to: names, amount: odd, supersedable: fc.boolean() }), { maxLength: 4 }),
    frozen_reason: fc.option(fc.string({ maxLength: 5 })),
    moves: fc.array(hostileMove, { maxLength: 4 }),
    last: fc.tuple(fc.option(oddNumber), fc.option(oddNumber), fc.option(oddNumber)),
    outside: fc.constantFrom("low", "high", null),
  })
  .map(
    (parts): Snapshot =>
      aSnapshot({
        mode: parts.mode,
        wallets: parts.wallets.map((wallet): WalletState => ({ ...aWallet(wallet.wallet_id), ...wallet })),
        routes: parts.routes.map((over) => aRoute(over.from_wallet, over.to_wallet, over)),
        open_transfers: parts.open.map(({ from, to, ...over }, index) =>
          aTransfer(from, to, { ...over, transfer_id: `trf-${index}` }),
        ),
        frozen_reason: parts.frozen_reason,
        history: {
          moves: parts.moves,
          last_to_reserve_at: parts.last[0],
          last_to_liquidity_at: parts.last[1],
          outside_since: parts.last[2],
          outside: parts.outside,
        },
      }),
  );
const hostilePolicies = fc
  .record({
    base: fc.constantFrom(aPolicy(), terminal40()),
    over: fc.record({
      return_to: fc.constantFrom("target", "edge"),
      move_min: odd,
      move_max: odd,
      cooldown_ms: oddNumber,
      dwell_ms: oddNumber,
      fee_max: odd,
      fee_max_ppm: oddNumber,
      wallet_floors: fc.dictionary(names, odd, { maxKeys: 3 }),
      windows: fc.array(
        fc.record({
          direction: fc.constantFrom("to_reserve", "to_liquidity"),
          window_ms: oddNumber,
          amount_max: odd,
          count_max: oddNumber,
        }),
        { maxLength: 2 },
      ),
    }),
  })
  .map(({ base, over }): PoolPolicy => ({ ...base, ...over }));

const STANDS: ReadonlySet<string> = new Set([
  "inside_band",
  "below_low",
  "below_emergency_low",
  "below_floor",
  "floors_exceed_total",
  "pool_empty",
  "no_source",
  "source_floor",
  "window_exhausted",
  "route_chosen",
]);

const sum = (moves: readonly { readonly amount: bigint }[]): bigint => moves.reduce((s, move) => s + move.amount, 0n);

describe("decide, on anything the types allow", () => {
  it("answers, gives the same answer twice, and changes nothing it was given", () => {
    fc.assert(
      fc.property(hostileSnapshots, hostilePolicies, (snapshot, policy) => {
        const before = structuredClone(snapshot);
        const decision = decide(snapshot, policy, NOW);
        expect(snapshot).toEqual(before);
        expect(decide(snapshot, policy, NOW)).toEqual(decision);
        expect(decision.reasons.length).toBeGreaterThan(0);
        for (const reason of decision.reasons) expect(reason.sentence).toMatch(/^\S.*\.$|: fee /s);
        if (decision.verdict === "move") expect(decision.moves.length + decision.supersedes.length).toBeGreaterThan(0);
        if (decision.verdict === "hold") expect(decision.moves).toEqual([]);
        if (decision.verdict === "escalate") expect(decision.severity).toBe("emergency");
      }),
      { numRuns: 500 },
    );
  });

  it("keeps every limit, whatever it is given", () => {
    fc.assert(
      fc.property(hostileSnapshots, hostilePolicies, (snapshot, policy) => {
        const { moves, supersedes } = decide(snapshot, policy, NOW);
        expect(moves.length).toBeLessThanOrEqual(8);
        if (moves.length === 0) return;
        expect(sum(moves) <= policy.move_max).toBe(true);
        for (const move of moves) expectWithin(move, snapshot, policy);
        expectWithinWindows(moves, snapshot, policy, new Set(supersedes));
        expectNoOpposite(moves, snapshot, new Set(supersedes));
      }),
      { numRuns: 500 },
    );
  });

  function expectWithin(move: Move, snapshot: Snapshot, policy: PoolPolicy): void {
    const wallet = (id: string) => snapshot.wallets.find((entry) => entry.wallet_id === id);
    const [from, to] = [wallet(move.from_wallet), wallet(move.to_wallet)];
    expect(move.amount >= maxOf(policy.move_min, 1n)).toBe(true);
    expect(move.fee >= 0n && move.fee <= move.fee_max && move.fee_max <= maxOf(policy.fee_max, 0n)).toBe(true);
    expect(["active", "archiving"]).toContain(from?.status);
    expect(to?.status).toBe("active");
    expect(["collateral", "gas"]).not.toContain(from?.kind);
    expect([from?.side, to?.side]).toEqual(
      move.direction === "to_reserve" ? ["liquidity", "reserve"] : ["reserve", "liquidity"],
    );
    const counted = fundsOf(snapshot).wallets;
    const watched = move.direction === "to_reserve" ? counted.filter((entry) => entry.side === "liquidity") : counted;
    expect(watched.every((entry) => entry.freshness === "fresh" && entry.pending_readable)).toBe(true);
  }

  function expectNoOpposite(moves: readonly Move[], snapshot: Snapshot, superseded: ReadonlySet<string>): void {
    const counted = new Map(fundsOf(snapshot).wallets.map((wallet) => [wallet.wallet_id, wallet.side]));
    const opposite = snapshot.open_transfers
      .filter((open) => !superseded.has(open.transfer_id))
      .filter((open) => directionOf(open, counted) !== null && directionOf(open, counted) !== moves[0]?.direction)
      .map(pairKey);
    for (const move of moves) expect(opposite).not.toContain(pairKey(move));
  }

  function expectWithinWindows(
    moves: readonly Move[],
    snapshot: Snapshot,
    policy: PoolPolicy,
    superseded: ReadonlySet<string>,
  ): void {
    if (superseded.size > 0) return;
    for (const window of policy.windows.filter((entry) => entry.direction === moves[0]?.direction)) {
      const used = snapshot.history.moves.filter(
        (past) => past.direction === window.direction && past.at > NOW - window.window_ms,
      );
      expect(used.length + moves.length).toBeLessThanOrEqual(window.count_max);
      expect(sum(used) + sum(moves) <= window.amount_max).toBe(true);
    }
  }

  it("names no amount of zero as a cause", () => {
    const one = fc.record({
      from: fc.constantFrom(...HOT, ...VAULTS),
      to: fc.constantFrom(...HOT, ...VAULTS),
      amount: fc.bigInt({ min: 1n, max: 200_000n }),
      supersedable: fc.boolean(),
      left: fc.boolean(),
      landed: fc.boolean(),
    });
    const near = fc.array(fc.bigInt({ min: 0n, max: 200_000n }), { minLength: 5, maxLength: 5 });
    const parts = fc.tuple(sanePools, near, fc.array(one, { minLength: 1, maxLength: 4 }));
    const pools = parts.map(([pool, held, transfers]) => {
      const sum = (wallet: string, end: "from" | "to", counts: (transfer: (typeof transfers)[number]) => boolean) =>
        transfers.reduce((units, each) => (each[end] === wallet && counts(each) ? units + each.amount : units), 0n);
      return {
        ...pool,
        wallets: pool.wallets.map((wallet, at) => ({
          ...wallet,
          available: (held[at] ?? 0n) * (wallet.side === "reserve" ? 5n : 1n),
          reserved: sum(wallet.wallet_id, "from", ({ left }) => !left),
          in_flight_in: sum(wallet.wallet_id, "to", ({ landed }) => !landed),
        })),
        open_transfers: transfers.map(({ from, to, amount, supersedable }, at) =>
          aTransfer(from, to, { amount, supersedable, transfer_id: `trf-${at}` }),
        ),
      };
    });
    fc.assert(
      fc.property(pools, policies, (snapshot, policy) => {
        for (const { code, observed, sentence } of decide(snapshot, policy, NOW).reasons) {
          // Where liquidity stands and what a wallet holds may be nothing; what is a cause may not.
          if (!STANDS.has(code)) expect(observed ?? "", sentence).not.toMatch(/^0 USDT/);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("is replayed bit for bit from what was stored", () => {
    fc.assert(
      fc.property(sanePools, policies, (snapshot, policy) => {
        const stored = JSON.stringify([encodeSnapshot(snapshot), encodePolicy(policy)]);
        const [json_snapshot, json_policy] = JSON.parse(stored) as [unknown, unknown];
        const decision = decide(snapshot, policy, NOW);
        expect(decide(decodeSnapshot(json_snapshot), decodePolicy(json_policy), NOW)).toEqual(decision);
        expect(decodeDecision(JSON.parse(JSON.stringify(encodeDecision(decision))))).toEqual(decision);
      }),
    );
  });
});

describe("decide, on a pool without limits in its way", () => {
  it("moves no source below its floor, and loses nothing but the fees", () => {
    fc.assert(
      fc.property(sanePools, policies, (snapshot, policy) => {
        const decision = decide(snapshot, policy, NOW);
        for (const wallet of snapshot.wallets) {
          const own = decision.moves.filter((move) => move.from_wallet === wallet.wallet_id);
          if (own.length === 0) continue;
          const left = own.reduce((rest, move) => rest - move.amount - move.fee_max, wallet.available ?? 0n);
          expect(left >= (policy.wallet_floors[wallet.wallet_id] ?? 0n)).toBe(true);
        }
        if (decision.moves.length === 0) return;
        const fees = decision.moves.reduce((total, move) => total + move.fee, 0n);
        expect(decision.after?.total).toBe((decision.before?.total ?? 0n) - fees);
      }),
    );
  });

  it("never crosses the target", () => {
    fc.assert(
      fc.property(sanePools, policies, (snapshot, policy) => {
        const { moves, after } = decide(snapshot, policy, NOW);
        const target = policy.levels.target;
        if (!after || moves.length === 0 || target.kind !== "percent") return;
        if (moves[0]?.direction === "to_liquidity") {
          expect(after.liquidity <= shareOf(target.share, after.total, "up")).toBe(true);
        } else {
          expect(after.liquidity >= shareOf(target.share, after.total, "down")).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("comes to rest with at most one move to a pair of wallets, and stays there", () => {
    fc.assert(
      fc.property(sanePools, policies, (start, policy) => {
        const moved = new Set<string>();
        let snapshot = start;
        let decision = decide(snapshot, policy, NOW);
        while (decision.verdict === "move") {
          for (const move of decision.moves) {
            expect(moved).not.toContain(pairKey(move));
            moved.add(pairKey(move));
          }
          snapshot = settle(snapshot, decision);
          decision = decide(snapshot, policy, NOW + moved.size * HOUR_MS);
        }
        expect(decide(snapshot, policy, NOW + 100 * HOUR_MS).verdict).toBe(decision.verdict);
      }),
      { numRuns: 500 },
    );
  });

  it("asks for no more when the hot wallet holds more", () => {
    fc.assert(
      fc.property(sanePools, policies, balance, (snapshot, policy, extra) => {
        const plenty = { ...policy, wallet_floors: {} };
        const one = { ...snapshot, routes: [aRoute("vault-1", "hot-1", { fee_fixed: 3n })] };
        const richer = {
          ...one,
          wallets: one.wallets.map((wallet) =>
            wallet.wallet_id === "hot-1" ? { ...wallet, available: (wallet.available ?? 0n) + extra } : wallet,
          ),
        };
        const asked = sum(decide(one, plenty, NOW).moves);
        expect(sum(decide(richer, plenty, NOW).moves) <= asked).toBe(true);
      }),
    );
  });
});

describe("windows over time", () => {
  it("cannot be passed by splitting: whatever flows and however often it is asked, no window holds more than its limit", () => {
    const flows = fc.array(
      fc.record({
        wait_ms: fc.integer({ min: 1, max: 5 * HOUR_MS }),
        flow: fc.bigInt({ min: -90_000n, max: 90_000n }),
      }),
      { minLength: 1, maxLength: 25 },
    );
    fc.assert(
      fc.property(
        flows,
        fc.bigInt({ min: 1n, max: 150_000n }),
        fc.integer({ min: 0, max: 4 }),
        (steps, amount_max, count_max) => {
          const windows = (["to_reserve", "to_liquidity"] as const).map((direction) => ({
            direction,
            window_ms: 12 * HOUR_MS,
            amount_max,
            count_max,
          }));
          const policy = aPolicy({ windows, move_min: 1_000n, move_max: 40_000n });
          let snapshot = aSnapshot({
            wallets: [aWallet("hot-1", { available: 100_000n }), aWallet("vault-1", { available: 900_000n })],
            routes: [aRoute("hot-1", "vault-1"), aRoute("vault-1", "hot-1")],
          });
          let now = NOW;
          for (const { wait_ms, flow } of steps) {
            now += wait_ms;
            snapshot = withFlow(snapshot, flow);
            const decision = decide(snapshot, policy, now);
            if (decision.verdict !== "move") continue;
            const past = decision.moves.flatMap(({ direction, amount }) =>
              direction === "to_payee" || direction === "within" ? [] : [{ at: now, direction, amount }],
            );
            snapshot = settle(snapshot, decision);
            snapshot = { ...snapshot, history: { ...snapshot.history, moves: [...snapshot.history.moves, ...past] } };
          }
          for (const end of snapshot.history.moves) {
            const within = snapshot.history.moves.filter(
              (past) => past.direction === end.direction && past.at <= end.at && past.at > end.at - 12 * HOUR_MS,
            );
            expect(sum(within) <= amount_max).toBe(true);
            expect(within.length).toBeLessThanOrEqual(count_max);
          }
        },
      ),
    );
  });

  function withFlow(snapshot: Snapshot, flow: bigint): Snapshot {
    const wallets = snapshot.wallets.map((wallet) =>
      wallet.side === "liquidity" ? { ...wallet, available: maxOf((wallet.available ?? 0n) + flow, 0n) } : wallet,
    );
    return { ...snapshot, wallets };
  }
});

/** The snapshot when every move of the decision has landed. */
function settle(snapshot: Snapshot, { moves }: Decision): Snapshot {
  const wallets = snapshot.wallets.map((wallet) => {
    const out = moves.filter((move) => move.from_wallet === wallet.wallet_id);
    const into = moves.filter((move) => move.to_wallet === wallet.wallet_id);
    const spent = out.reduce((total, move) => total + move.amount + move.fee, 0n);
    return { ...wallet, available: (wallet.available ?? 0n) - spent + sum(into) };
  });
  return { ...snapshot, wallets };
}
