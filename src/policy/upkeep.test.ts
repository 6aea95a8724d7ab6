/** Small coins become one when the network is cheap and there are many; never beside anything that the levels wait for. */
import { describe, expect, it } from "vitest";
import { decodeDecision, decodeSnapshot, encodeDecision, encodeSnapshot } from "./codec.ts";
import { decide } from "./decide.ts";
import { aPolicy, aRoute, aSnapshot, aTransfer, aWallet, NOW, usdt } from "./fixtures.ts";
import type { Decision, SmallCoins, Snapshot, WalletState } from "./types.ts";

const COINS: SmallCoins = {
  ...{ network: "tron", held: 60, held_above: 50, coins: 20, touches: usdt("40"), fee: usdt("0.05") },
  ...{ fee_rate: "1.000 sat/vB", rate_below: "2.000 sat/vB", rate_is_low: true },
};
const hot = (over: Partial<WalletState> = {}) =>
  aWallet("hot-1", { available: usdt("100"), small_coins: COINS, ...over });
const pool = (wallets: readonly WalletState[], over: Partial<Snapshot> = {}): Snapshot =>
  aSnapshot({ wallets, routes: [aRoute("hot-1", "vault-1"), aRoute("vault-1", "hot-1")], ...over });
const vault = (over: Partial<WalletState> = {}) => aWallet("vault-1", { available: usdt("900"), ...over });
const codes = ({ reasons }: Decision) => reasons.map(({ code }) => code);
const within = ({ moves }: Decision) => moves.filter(({ direction }) => direction === "within");

describe("small coins", () => {
  it("are put together while nothing else moves: no amount, the fee bounded, and a reason with what was seen", () => {
    const decision = decide(pool([hot(), vault()]), aPolicy(), NOW);
    expect(decision).toMatchObject({ verdict: "move", severity: "normal", supersedes: [] });
    expect(decision.moves).toEqual([
      {
        ...{
          from_wallet: "hot-1",
          to_wallet: "hot-1",
          direction: "within",
          amount: 0n,
          network: "tron",
          lead_time_ms: 0,
        },
        ...{ fee: usdt("0.05"), fee_max: usdt("0.1"), touches_max: usdt("40") },
      },
    ]);
    expect(codes(decision)).toEqual(["inside_band", "coins_many"]);
    const [, reason] = decision.reasons;
    expect(reason?.sentence).toBe(
      "hot-1 holds 60 coins, more than 50, and the network is cheap: at 1.000 sat/vB, not above 2.000 sat/vB, 20 of them worth 40 USDT become one for about 0.05 USDT. Nothing but the fee leaves the wallet.",
    );
    expect(decision.after).toEqual(decision.before);
  });

  it("of custody are named with the people they need", () => {
    const decision = decide(
      pool([aWallet("hot-1", { available: usdt("100") }), vault({ small_coins: COINS })]),
      aPolicy(),
      NOW,
    );
    expect(codes(decision)).toEqual(["inside_band", "coins_many", "needs_quorum"]);
    expect(within(decision)).toMatchObject([{ from_wallet: "vault-1" }]);
  });

  it.each<[string, Partial<WalletState>]>([
    ["there are as many as allowed", { small_coins: { ...COINS, held: 50 } }],
    ["the network asks for more", { small_coins: { ...COINS, rate_is_low: false } }],
    ["the wallet is suspended", { status: "suspended" }],
    ["the balance is old", { freshness: "stale" }],
    ["nothing is known of them", { small_coins: undefined as never }],
  ])("stay where they are when %s", (_name, over) => {
    expect(within(decide(pool([hot(over), vault()]), aPolicy(), NOW))).toEqual([]);
  });

  it("stay where they are while something leaves the wallet, and while anything waits", () => {
    const open = pool([hot(), vault()], { open_transfers: [aTransfer("hot-1", "hot-1")] });
    expect(decide(open, aPolicy(), NOW).verdict).toBe("hold");
    // A surplus leaves the hot wallet now; its coins wait.
    const surplus = decide(pool([hot({ available: usdt("400") }), vault({ available: usdt("600") })]), aPolicy(), NOW);
    expect(surplus.moves.map(({ direction }) => direction)).toEqual(["to_reserve"]);
    const unread = pool([hot(), vault({ total: null, available: null, freshness: "unknown" })]);
    expect(decide(unread, aPolicy(), NOW)).toMatchObject({ verdict: "blocked", moves: [] });
  });

  it("come along beside a move of another wallet, and change nothing of it", () => {
    const wallets = [
      hot({ available: usdt("10"), small_coins: undefined as never }),
      vault({ available: usdt("990") }),
    ];
    const plain = decide(pool(wallets), aPolicy(), NOW);
    const other = aWallet("hot-2", { available: 0n, small_coins: COINS });
    const both = decide(pool([...wallets, other]), aPolicy(), NOW);
    expect(both.moves.filter(({ direction }) => direction !== "within")).toEqual(plain.moves);
    expect(within(both)).toMatchObject([{ from_wallet: "hot-2" }]);
  });

  it.each([
    ["advise", "wait"],
    ["observe", "blocked"],
    ["frozen", "blocked"],
  ] as const)("are only advice in mode %s", (mode, verdict) => {
    const decision = decide(pool([hot(), vault()], { mode }), aPolicy(), NOW);
    expect(decision.verdict).toBe(verdict);
    expect(codes(decision)).toContain(`mode_${mode}`);
  });

  it("wait while they would cost more than may be paid, and say so", () => {
    const dear = decide(pool([hot({ small_coins: { ...COINS, fee: usdt("0.3") } }), vault()]), aPolicy(), NOW);
    expect(dear).toMatchObject({ verdict: "hold", moves: [] });
    expect(dear.reasons.find(({ code }) => code === "coins_too_dear")).toMatchObject({
      observed: "0.3 USDT",
      limit: "0.2 USDT",
    });
  });

  it("are in what is kept of a decision, and read back the same", () => {
    const snapshot = pool([hot(), vault()]);
    const decision = decide(snapshot, aPolicy(), NOW);
    expect(decodeSnapshot(encodeSnapshot(snapshot))).toEqual(snapshot);
    expect(decodeDecision(encodeDecision(decision))).toEqual(decision);
  });
});
