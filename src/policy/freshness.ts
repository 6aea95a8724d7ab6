/**
 * Freshness x direction: what data may move what.
 *
 * | liquidity | reserve | hot -> custody | custody -> hot |
 * |---|---|---|---|
 * | fresh | fresh | yes | yes |
 * | fresh | stale, unknown | yes, on the last known balance | no |
 * | stale, unknown | any | no | no |
 *
 * Security comes before immediacy: value leaves custody only on fresh balances of both sides, and goes to custody only on a
 * fresh hot balance. A balance that was never read stops both ways, since no share of an unknown total can be taken. An
 * emergency raises the severity and changes nothing here. If any wallet's pending view is unreadable, nothing new starts.
 */
import type { Direction } from "./in_flight.ts";
import type { Funds } from "./position.ts";
import type { ReasonCode, Side, WalletState } from "./types.ts";

export interface FreshnessProblem {
  readonly code: Extract<ReasonCode, "stale_liquidity" | "stale_reserve" | "pending_unreadable">;
  readonly wallets: readonly string[];
}

/** Everything about the data that forbids a move in this direction; empty when it may move. */
export function freshnessProblems(funds: Funds, direction: Direction): readonly FreshnessProblem[] {
  const problems: FreshnessProblem[] = [];
  const unreadable = idsOf(funds, (wallet) => !wallet.pending_readable);
  if (unreadable.length > 0) problems.push({ code: "pending_unreadable", wallets: unreadable });
  const liquidity = staleOn(funds, "liquidity");
  if (liquidity.length > 0) problems.push({ code: "stale_liquidity", wallets: liquidity });
  const reserve = direction === "to_liquidity" ? staleOn(funds, "reserve") : [];
  if (reserve.length > 0) problems.push({ code: "stale_reserve", wallets: reserve });
  return problems;
}

/** Counted wallets of a side that are anything but fresh. */
export function staleOn(funds: Funds, side: Side): readonly string[] {
  return idsOf(funds, (wallet) => wallet.side === side && wallet.freshness !== "fresh");
}

function idsOf(funds: Funds, keep: (wallet: WalletState) => boolean): readonly string[] {
  return funds.wallets.filter(keep).map((wallet) => wallet.wallet_id);
}
