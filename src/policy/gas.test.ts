import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDecimal } from "../money/index.ts";
import { decodePolicy, decodeSnapshot, encodePolicy, encodeSnapshot } from "./codec.ts";
import { decide } from "./decide.ts";
import { aPolicy, aRoute, aSnapshot, aTransfer, aWallet, NOW } from "./fixtures.ts";
import type { Decision, GasTask, PoolPolicy, ReasonCode, Snapshot, WalletState } from "./types.ts";

const ETH = { id: "ETH", decimals: 18 };
const eth = (text: string): bigint => parseDecimal(text, ETH.decimals);
const task: GasTask = {
  kind: "gas",
  transactions_low: 20,
  transactions_target: 100,
  transaction_cost: eth("0.001"),
  fee_times: 4,
  wallet_max: eth("1"),
  on_demand: ["hot-d"],
};
const policy = (over: Partial<PoolPolicy> = {}, rule: Partial<GasTask> = {}): PoolPolicy =>
  aPolicy({
    ...{ pool_id: "gas", asset: ETH, move_min: eth("0.001"), move_max: eth("5"), fee_max: eth("0.01") },
    ...{ fee_max_ppm: 500_000, task: { ...task, ...rule }, ...over },
  });
const gasWallet = (id: string, has: string, over: Partial<WalletState> = {}): WalletState =>
  aWallet(id, { kind: "gas", available: eth(has), ...over });
const pool = (wallets: readonly WalletState[], over: Partial<Snapshot> = {}, fee = "0.0002"): Snapshot =>
  aSnapshot({
    ...{ pool_id: "gas", asset: "ETH", decimals: 18 },
    wallets: [...wallets, aWallet("source", { kind: "warm", available: eth("10") })],
    routes: wallets.map(({ wallet_id }) => aRoute("source", wallet_id, { fee_fixed: eth(fee) })),
    ...over,
  });
const run = (snapshot: Snapshot, of = policy()): Decision => decide(snapshot, of, NOW);
const codes = ({ reasons }: Decision): ReasonCode[] => reasons.map(({ code }) => code);

describe("gas wallets", () => {
  it("rests while every wallet can pay for enough, and says for how many", () => {
    const decision = run(pool([gasWallet("hot-a", "0.02"), gasWallet("hot-b", "0.5")]));
    expect(decision).toMatchObject({ verdict: "hold", severity: "normal", moves: [] });
    expect(decision.reasons[0]?.sentence).toBe(
      "Every wallet can pay for 20 transactions or more with what is on its way; the least supplied one for 20 transactions.",
    );
    expect(decision.counterfactuals).toContain("Would supply a wallet that can pay for fewer than 20 transactions.");
  });

  it("supplies each wallet that cannot, the emptiest first, up to the target", () => {
    const decision = run(pool([gasWallet("hot-a", "0.019"), gasWallet("hot-b", "0.005")]));
    expect(decision).toMatchObject({ verdict: "move", severity: "urgent" });
    expect(decision.moves.map(({ to_wallet, amount }) => [to_wallet, amount])).toEqual([
      ["hot-b", eth("0.095")],
      ["hot-a", eth("0.081")],
    ]);
    expect(decision.moves.every(({ direction }) => direction === "to_liquidity")).toBe(true);
    expect(codes(decision)).toEqual(["gas_low", "gas_low", "gas_cost", "route_chosen", "route_chosen"]);
  });

  it("takes a transaction for what it costs now or usually, when that is more than people wrote", () => {
    const now = run(pool([gasWallet("hot-a", "0.03")], {}, "0.001"));
    expect(now.moves[0]?.amount).toBe(eth("0.37"));
    const usual = pool([gasWallet("hot-a", "0.03")]);
    const routes = usual.routes.map((route) => ({ ...route, fee_usual: eth("0.001") }));
    expect(run({ ...usual, routes }).moves[0]?.amount).toBe(eth("0.37"));
  });

  it("fills no wallet above its most, whatever transactions cost", () => {
    const decision = run(pool([gasWallet("hot-a", "0.03")], {}, "0.008"));
    expect(decision.moves[0]?.amount).toBe(eth("0.97"));
  });

  it("is an emergency when a wallet cannot pay for one, and calls for people when nothing can be given", () => {
    const dry = pool([gasWallet("hot-a", "0.0009")]);
    expect(run(dry)).toMatchObject({ verdict: "move", severity: "emergency" });
    const empty = {
      ...dry,
      wallets: dry.wallets.map((one) => (one.side === "reserve" ? { ...one, available: 0n } : one)),
    };
    const decision = run(empty);
    expect(decision).toMatchObject({ verdict: "escalate", severity: "emergency", moves: [] });
    expect(codes(decision)).toContain("no_source");
  });

  it("gives a wallet on demand what a waiting sweep needs and half as much again, and nothing else", () => {
    expect(run(pool([gasWallet("hot-d", "0")]))).toMatchObject({ verdict: "hold", severity: "normal" });
    const decision = run(pool([gasWallet("hot-d", "0", { gas_wanted: eth("0.002") })]));
    expect(decision).toMatchObject({ verdict: "move", severity: "normal" });
    expect(decision.moves[0]?.amount).toBe(eth("0.003"));
    expect(codes(decision)[0]).toBe("gas_wanted");
  });

  it("asks for nothing twice: what is on its way counts, and an open pair is left alone", () => {
    const coming = run(pool([gasWallet("hot-a", "0", { in_flight_in: eth("0.1") })]));
    expect(coming).toMatchObject({ verdict: "hold", moves: [] });
    expect(coming.reasons[0]?.sentence).toMatch(
      /^Every wallet can pay for 20 transactions or more with what is on its way; the least supplied one for 100 /,
    );
    expect(coming.reasons[0]?.sentence).toMatch(/; until it is there hot-a cannot pay for one\.$/);
    expect(coming.severity).toBe("emergency");
    const open = { open_transfers: [aTransfer("source", "hot-a")] };
    expect(run(pool([gasWallet("hot-a", "0")], open)).moves).toEqual([]);
  });

  it.each([
    ["an old balance of the wallet", { freshness: "stale" }, {}, "stale_liquidity", "blocked"],
    ["a balance never read", { available: null, total: null, freshness: "unknown" }, {}, "unknown_balance", "blocked"],
    ["pending that cannot be read", { pending_readable: false }, {}, "pending_unreadable", "escalate"],
    ["a frozen asset", {}, { frozen_reason: "a break" }, "asset_frozen", "escalate"],
    ["mode advise", {}, { mode: "advise" }, "mode_advise", "wait"],
    ["mode observe", {}, { mode: "observe" }, "mode_observe", "escalate"],
  ] as const)("moves nothing on %s", (_what, wallet, over, code, verdict) => {
    const decision = run(pool([gasWallet("hot-a", "0", wallet)], over));
    expect(decision.verdict).toBe(verdict);
    expect(codes(decision)).toContain(code);
  });

  it("keeps the source's floor, the largest move and the window", () => {
    const wallets = [gasWallet("hot-a", "0"), gasWallet("hot-b", "0")];
    const floors = policy({ wallet_floors: { source: eth("9.95") } });
    expect(run(pool(wallets), floors).moves.reduce((sum, { amount }) => sum + amount, 0n)).toBeLessThanOrEqual(
      eth("0.05"),
    );
    expect(run(pool(wallets), policy({ move_max: eth("0.03") })).moves.map(({ amount }) => amount)).toEqual([
      eth("0.03"),
      eth("0.03"),
    ]);
    const window = { direction: "to_liquidity" as const, window_ms: 1_000, amount_max: eth("0.12"), count_max: 9 };
    const limited = run(pool(wallets), policy({ windows: [window] }));
    expect(limited.verdict).toBe("move");
    expect(limited.moves.map(({ amount }) => amount)).toEqual([eth("0.1"), eth("0.02")]);
    const used = [{ at: NOW, direction: "to_liquidity" as const, amount: eth("0.12") }];
    const history = { ...pool(wallets).history, moves: used };
    const full = run(pool(wallets, { history }), policy({ windows: [window] }));
    expect(full).toMatchObject({ verdict: "escalate", moves: [] });
    expect(codes(full)).toContain("window_exhausted");
  });

  it("whatever the wallets hold: never above the most, never below a floor, and at rest after its own moves", () => {
    const amount = fc.bigInt({ min: 0n, max: eth("2") });
    fc.assert(
      fc.property(
        fc.array(amount, { minLength: 1, maxLength: 6 }),
        amount,
        fc.bigInt({ min: 0n, max: eth("0.01") }),
        (has, source, fee) => {
          const wallets = has.map((units, at) => gasWallet(`hot-${at}`, "0", { available: units, total: units }));
          const given = pool(wallets);
          const snapshot = {
            ...given,
            routes: given.routes.map((route) => ({ ...route, fee_fixed: fee })),
            wallets: given.wallets.map((one) => (one.side === "reserve" ? { ...one, available: source } : one)),
          };
          const rule = policy({ wallet_floors: { source: eth("0.1") }, fee_max: eth("1") });
          const decision = run(snapshot, rule);
          const paid = decision.moves.reduce((sum, move) => sum + move.amount + move.fee_max, 0n);
          if (decision.moves.length > 0) expect(source - paid).toBeGreaterThanOrEqual(eth("0.1"));
          for (const move of decision.moves) {
            const before = has[Number(move.to_wallet.slice(4))] ?? 0n;
            expect(before + move.amount).toBeLessThanOrEqual(eth("1"));
          }
          const landed = snapshot.wallets.map((one) => {
            const got = decision.moves.filter(({ to_wallet }) => to_wallet === one.wallet_id);
            return { ...one, in_flight_in: got.reduce((sum, move) => sum + move.amount, 0n) };
          });
          const again = run({ ...snapshot, wallets: landed }, rule);
          const first = new Set(decision.moves.map(({ to_wallet }) => to_wallet));
          // Only what a short source cut off is asked for again.
          if (paid + eth("0.1") < source)
            expect(again.moves.filter(({ to_wallet }) => first.has(to_wallet))).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("is recorded and read back without loss", () => {
    const snapshot = pool([gasWallet("hot-d", "0", { gas_wanted: eth("0.002") })]);
    expect(decodeSnapshot(JSON.parse(JSON.stringify(encodeSnapshot(snapshot))))).toEqual(snapshot);
    expect(decodePolicy(JSON.parse(JSON.stringify(encodePolicy(policy()))))).toEqual(policy());
  });
});
