/**
 * What a wallet does to itself while nothing else moves: a wallet with many small coins puts them together when its network is cheap, so
 * that a payment in a dear hour needs few of them. Nothing but the fee leaves. It never delays, replaces or changes what the levels ask for.
 */
import { amountText, minOf } from "../money/index.ts";
import { feeLimit } from "../routes/index.ts";
import { type Finding, finding, verdictOf } from "./finding.ts";
import { gateFindings } from "./gates.ts";
import type { Decision, Move, PoolPolicy, SmallCoins, Snapshot, Verdict, WalletState } from "./types.ts";

/** Fees move between a decision and its payment; so many times the expected one is allowed. */
const FEE_ROOM = 2n;
/** Kinds of wallets that pay only with people. */
const GUARDED: ReadonlySet<string> = new Set(["custody", "collateral"]);

/** @param regular what the levels and known payments ask for */
export function withUpkeep(regular: Decision, snapshot: Snapshot, policy: PoolPolicy): Decision {
  if (regular.verdict !== "hold" && regular.verdict !== "move") return regular;
  const busy = new Set([...snapshot.open_transfers, ...regular.moves].flatMap((one) => [one.from_wallet]));
  const due = snapshot.wallets.flatMap(dueOf).filter(({ wallet_id }) => !busy.has(wallet_id));
  if (due.length === 0) return regular;
  const planned = due.map((wallet) => planOne(wallet, policy));
  const moves = planned.flatMap(({ move }) => (move === null ? [] : [move]));
  const known = new Set(regular.reasons.map(({ code }) => code));
  const guarded = due.some(({ kind }) => GUARDED.has(kind));
  const gates = moves.length === 0 ? [] : gateFindings(snapshot);
  const asked = guarded && moves.length > 0 ? [finding("needs_quorum", "none", "quorum")] : [];
  const findings = [
    ...planned.map((one) => one.finding),
    ...[...gates, ...asked].filter(({ reason }) => !known.has(reason.code)),
  ];
  return {
    ...regular,
    verdict: verdictWith(regular.verdict, moves, gates),
    moves: [...regular.moves, ...moves],
    reasons: [...regular.reasons, ...findings.map(({ reason }) => reason)],
    counterfactuals: [
      ...regular.counterfactuals,
      ...findings.flatMap(({ counterfactual }) => (counterfactual === null ? [] : [counterfactual])),
    ],
    after: regular.after ?? (moves.length > 0 ? regular.before : null),
  };
}

function verdictWith(regular: Verdict, moves: readonly Move[], gates: readonly Finding[]): Verdict {
  return regular === "hold" && moves.length > 0 ? verdictOf(gates, "normal") : regular;
}

type Due = Omit<WalletState, "small_coins"> & { readonly small_coins: SmallCoins };

function dueOf(wallet: WalletState): Due[] {
  const { small_coins, status, freshness } = wallet;
  if (small_coins === undefined || status !== "active" || freshness !== "fresh") return [];
  return small_coins.held > small_coins.held_above && small_coins.rate_is_low ? [{ ...wallet, small_coins }] : [];
}

function planOne(
  { wallet_id, small_coins }: Due,
  policy: PoolPolicy,
): { readonly move: Move | null; readonly finding: Finding } {
  const { network, held, held_above, coins, touches, fee, fee_rate, rate_below } = small_coins;
  const { asset } = policy;
  const limit = feeLimit(policy, touches);
  const rule = `small_coins.${wallet_id}`;
  if (fee <= 0n || fee > limit) {
    const facts = { observed: amountText(asset, fee), limit: amountText(asset, limit), detail: wallet_id };
    return { move: null, finding: finding("coins_too_dear", "none", rule, facts) };
  }
  const said = `at ${fee_rate}, not above ${rate_below}, ${coins} of them worth ${amountText(asset, touches)} become one for about ${amountText(asset, fee)}`;
  const facts = { observed: `${wallet_id} holds ${held} coins`, limit: String(held_above), detail: said };
  const move: Move = {
    ...{ from_wallet: wallet_id, to_wallet: wallet_id, direction: "within", amount: 0n, network, fee },
    ...{ fee_max: minOf(limit, fee * FEE_ROOM), lead_time_ms: 0, touches_max: touches },
  };
  return { move, finding: finding("coins_many", "none", rule, facts) };
}
