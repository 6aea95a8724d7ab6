/**
 * Which way value has to go, before any limit is asked. What is on its way in suppresses a refill but is never cash to send
 * away, so a refill is triggered by the projected liquidity and a move to custody by the cash that is really there.
 *
 * An open transfer that was not sent yet may be replaced: one the other way always, a refill when even with it liquidity
 * stays low, or when it would now carry liquidity past the high level. While an open refill keeps liquidity inside the
 * band it is left alone, so that people are not asked to sign again for every change of flow.
 */
import { amountOfAll, type Direction, idSet, type OpenMoves, unsent } from "./in_flight.ts";
import { type Funds, fundsOf } from "./position.ts";
import { NO_NEED, type RefillNeed } from "./refill_need.ts";
import type { OpenTransfer, PoolPolicy, ResolvedLevels, Snapshot } from "./types.ts";

export type Intent =
  /** Nothing to start. `covered`: only because of what is already on its way. */
  | { readonly kind: "rest"; readonly covered: "low" | "high" | null }
  | {
      readonly kind: "act";
      /** Null: nothing moves; open transfers are only withdrawn. */
      readonly direction: Direction | null;
      readonly opposite: readonly OpenTransfer[];
      /** Unsent refills that a new one would replace. */
      readonly same: readonly OpenTransfer[];
      /** The sums as if everything replaced did not exist. */
      readonly funds: Funds;
    };

/** Cash that a move to custody may take from: what is due within a day is not part of it. */
export function sweepable(funds: Funds): bigint {
  return funds.liquidity_cash - funds.kept_back;
}

type Trigger = PoolPolicy["trigger"];

export function isLow(levels: ResolvedLevels, trigger: Trigger, liquidity: bigint): boolean {
  return trigger === "at" ? liquidity <= levels.low : liquidity < levels.low;
}

export function isHigh(levels: ResolvedLevels, trigger: Trigger, liquidity: bigint): boolean {
  return trigger === "at" ? liquidity >= levels.high : liquidity > levels.high;
}

export function intentOf(
  snapshot: Snapshot,
  trigger: Trigger,
  levels: ResolvedLevels,
  funds: Funds,
  open: OpenMoves,
  need: RefillNeed = NO_NEED,
): Intent {
  const low = (liquidity: bigint): boolean => isLow(levels, trigger, liquidity - need.ahead);
  const high = (liquidity: bigint): boolean => isHigh(levels, trigger, liquidity);
  const refills = unsent(open.to_liquidity);
  const drains = unsent(open.to_reserve);
  const act = (direction: Direction, opposite: readonly OpenTransfer[], same: readonly OpenTransfer[]): Intent => {
    const without = opposite.length > 0 ? fundsOf(snapshot, idSet(opposite), funds) : funds;
    const still = direction === "to_liquidity" ? low(without.liquidity) : high(sweepable(without));
    if (!still) return { kind: "act", direction: null, opposite, same: [], funds: without };
    const base = same.length > 0 ? fundsOf(snapshot, idSet([...opposite, ...same]), funds) : without;
    return { kind: "act", direction, opposite, same, funds: base };
  };
  if (low(funds.liquidity)) return act("to_liquidity", drains, refills);
  if (high(sweepable(funds))) return act("to_reserve", refills, []);
  if (refills.length > 0 && (need.turned || high(funds.liquidity - need.ahead))) {
    const base = fundsOf(snapshot, idSet(refills), funds);
    if (low(base.liquidity)) {
      return { kind: "act", direction: "to_liquidity", opposite: [], same: refills, funds: base };
    }
    return { kind: "act", direction: null, opposite: refills, same: [], funds: base };
  }
  return rest(low, high, funds, open);
}

type Passed = (liquidity: bigint) => boolean;

function rest(low: Passed, high: Passed, funds: Funds, open: OpenMoves): Intent {
  if (low(funds.liquidity_cash)) return { kind: "rest", covered: "low" };
  const gone = funds.liquidity_cash + amountOfAll(open.to_reserve);
  return { kind: "rest", covered: open.to_reserve.length > 0 && high(gone) ? "high" : null };
}
