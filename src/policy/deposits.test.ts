import { describe, expect, it } from "vitest";
import { decodePolicy, decodeSnapshot, encodePolicy, encodeSnapshot } from "./codec.ts";
import { decide } from "./decide.ts";
import { gasWanted } from "./deposits.ts";
import { aPolicy, aRoute, aSnapshot, aTransfer, aWallet, NOW, usdt } from "./fixtures.ts";
import type { Decision, DepositTask, GasState, PoolPolicy, ReasonCode, Snapshot, WalletState } from "./types.ts";

const task: DepositTask = { kind: "deposits", sweep_min: usdt("100"), batch_max: 2 };
const policy = (over: Partial<PoolPolicy> = {}, rule: Partial<DepositTask> = {}): PoolPolicy =>
  aPolicy({
    pool_id: "deposits",
    move_min: 1n,
    fee_max: usdt("20"),
    fee_max_ppm: 10_000,
    task: { ...task, ...rule },
    ...over,
  });
const gas = (available: bigint | null, over: Partial<GasState> = {}): GasState => ({
  ...{ wallet_id: "a-gas", coin: "ETH", decimals: 18, available, needed: 10n, cost: usdt("0.5"), ...over },
});
const address = (id: string, has: string, over: Partial<WalletState> = {}): WalletState =>
  aWallet(id, { side: "liquidity", kind: "deposit", available: usdt(has), ...over });
const pool = (wallets: readonly WalletState[], fee = "0", over: Partial<Snapshot> = {}): Snapshot =>
  aSnapshot({
    pool_id: "deposits",
    wallets: [...wallets, aWallet("main", { side: "reserve", kind: "hot", available: usdt("5000") })],
    routes: wallets.map(({ wallet_id }) => aRoute(wallet_id, "main", { fee_fixed: usdt(fee) })),
    ...over,
  });
const run = (snapshot: Snapshot, of = policy()): Decision => decide(snapshot, of, NOW);
const codes = ({ reasons }: Decision): ReasonCode[] => reasons.map(({ code }) => code);

describe("deposit addresses", () => {
  it("leaves what is not worth a sweep, and says from when on it would be", () => {
    const decision = run(pool([address("a", "99.999999"), address("b", "40")]));
    expect(decision).toMatchObject({ verdict: "hold", moves: [] });
    expect(decision.reasons[0]?.sentence).toBe(
      "The deposit addresses hold 139.999999 USDT; none has the 100 USDT that a sweep starts at.",
    );
  });

  it("sweeps everything an address holds, the largest first, so many at a time", () => {
    const decision = run(pool([address("a", "100"), address("b", "900"), address("c", "500")]));
    expect(decision).toMatchObject({ verdict: "move", severity: "normal" });
    expect(decision.moves.map(({ from_wallet, amount, direction }) => [from_wallet, amount, direction])).toEqual([
      ["b", usdt("900"), "to_reserve"],
      ["c", usdt("500"), "to_reserve"],
    ]);
    expect(codes(decision)).toEqual(["deposits_ready", "batch_full", "route_chosen", "route_chosen"]);
    expect(decision.after).toMatchObject({ reserve: usdt("6400"), liquidity: usdt("100") });
  });

  it("keeps back what its own fee may come to, where the asset pays it", () => {
    const [move] = run(pool([address("a", "1000")], "2")).moves;
    expect(move).toMatchObject({ amount: usdt("996"), fee: usdt("2"), fee_max: usdt("4") });
  });

  it("weighs fee and gas together against the amount", () => {
    const at = (has: string, cost: string) =>
      run(pool([address("a", has, { gas: gas(10n, { cost: usdt(cost) }) })], "0.5"), policy());
    expect(at("100", "0.5").verdict).toBe("move");
    const dear = at("100", "0.500001");
    expect(dear).toMatchObject({ verdict: "hold", moves: [] });
    expect(dear.reasons[0]?.sentence).toBe(
      "Sweeping a (100 USDT) would cost 1.000001 USDT; at most 1 USDT of it may be paid.",
    );
    // The absolute bound holds beside the share.
    expect(codes(at("1000000", "19.6"))).toContain("deposit_not_worth");
  });

  it("has the address's gas supplied first", () => {
    const snapshot = pool([address("a", "1000", { gas: gas(9n) })]);
    const decision = run(snapshot);
    expect(decision).toMatchObject({ verdict: "wait", moves: [] });
    expect(codes(decision)).toEqual(["deposit_needs_gas"]);
    expect(gasWanted(snapshot, policy(), task)).toEqual(new Map([["a-gas", 10n]]));
    expect(run(pool([address("a", "1000", { gas: gas(10n) })])).verdict).toBe("move");
    // Never read is not enough, and what is not worth it needs no gas.
    expect(run(pool([address("a", "1000", { gas: gas(null) })])).verdict).toBe("wait");
    expect(gasWanted(pool([address("a", "99", { gas: gas(0n) })]), policy(), task).size).toBe(0);
  });

  it("says when the cost of gas cannot be compared, and lets the smallest sweep decide", () => {
    const decision = run(pool([address("a", "100", { gas: gas(10n, { cost: null }) })]));
    expect(decision.verdict).toBe("move");
    expect(codes(decision)).toContain("deposit_cost_unknown");
  });

  it("one address that cannot be judged holds up no other", () => {
    const decision = run(pool([address("a", "500", { freshness: "stale" }), address("b", "500")]));
    expect(decision.verdict).toBe("move");
    expect(decision.moves.map(({ from_wallet }) => from_wallet)).toEqual(["b"]);
    expect(codes(decision)).toContain("stale_liquidity");
    const alone = run(pool([address("a", "500", { freshness: "unknown", available: null, total: null })]));
    expect(alone).toMatchObject({ verdict: "blocked", moves: [] });
  });

  it("sweeps nothing twice, and what is under way counts in the batch", () => {
    const open_transfers = [aTransfer("a", "main")];
    const decision = run(
      pool([address("a", "500"), address("b", "400"), address("c", "300")], "0", { open_transfers }),
    );
    expect(decision.moves.map(({ from_wallet }) => from_wallet)).toEqual(["b"]);
  });

  it.each([
    ["a frozen asset", { frozen_reason: "a break" }, "asset_frozen", "blocked"],
    ["held sweeps", { sweeps_held_reason: "a drain" }, "sweeps_held", "wait"],
    ["mode observe", { mode: "observe" }, "mode_observe", "blocked"],
  ] as const)("moves nothing under %s", (_what, over, code, verdict) => {
    const decision = run(pool([address("a", "500")], "0", over));
    expect(decision.verdict).toBe(verdict);
    expect(codes(decision)).toContain(code);
  });

  it("keeps the window and the largest sweep", () => {
    const window = { direction: "to_reserve" as const, window_ms: 1_000, amount_max: usdt("600"), count_max: 9 };
    const decision = run(pool([address("a", "500"), address("b", "500")]), policy({ windows: [window] }));
    expect(decision.moves.map(({ amount }) => amount)).toEqual([usdt("500"), usdt("100")]);
    expect(run(pool([address("a", "500")]), policy({ move_max: usdt("300") })).moves[0]?.amount).toBe(usdt("300"));
  });

  it("is recorded and read back without loss", () => {
    const snapshot = pool([address("a", "1000", { gas: gas(9n) })]);
    expect(decodeSnapshot(JSON.parse(JSON.stringify(encodeSnapshot(snapshot))))).toEqual(snapshot);
    expect(decodePolicy(JSON.parse(JSON.stringify(encodePolicy(policy()))))).toEqual(policy());
  });
});
