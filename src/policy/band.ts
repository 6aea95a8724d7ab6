/** Where liquidity stands against the levels, in findings and in sentences that say at which number it would be different. */
import { amountText, maxOf } from "../money/index.ts";
import { type Finding, finding } from "./finding.ts";
import { amountOfAll, type OpenMoves } from "./in_flight.ts";
import { type Intent, isHigh, isLow, sweepable } from "./intent.ts";
import type { Funds } from "./position.ts";
import { floorOf } from "./sources.ts";
import { namesText, shareText } from "./text.ts";
import type {
  LevelName,
  Move,
  OpenTransfer,
  PoolPolicy,
  Position,
  ReasonCode,
  ResolvedLevels,
  Severity,
} from "./types.ts";

export interface BandState {
  readonly severity: Severity;
  /** The first one says where liquidity stands. */
  readonly findings: readonly Finding[];
}

/**
 * `ahead`: what has to be there beyond the levels. The severity follows the cash that is there now: a refill on its way does not make an empty wallet less of an emergency.
 */
export function bandFindings(
  policy: PoolPolicy,
  levels: ResolvedLevels,
  funds: Funds,
  intent: Intent,
  open: OpenMoves,
  ahead = 0n,
): BandState {
  const cash = funds.liquidity_cash;
  // What is due and still there is no emergency yet.
  const emergency = cash + funds.obliged < levels.emergency_low || sweepable(funds) > levels.emergency_high;
  const stands = standing(policy, levels, funds, intent);
  const findings: Finding[] = stands ? [stands] : [];
  findings.push(...floorFindings(policy, levels, funds));
  if (intent.kind === "rest" && intent.covered !== null) {
    findings.push(
      intent.covered === "high" ? leaves(policy, levels, funds, open) : covers(policy, levels, funds, ahead),
    );
  }
  const urgent = findings.some(({ reason }) => reason.code === "below_floor" || reason.code === "floors_exceed_total");
  return { severity: emergency ? "emergency" : urgent ? "urgent" : "normal", findings };
}

/**
 * What makes it rest. A refill that people still have to approve is no relief: in an emergency it calls for them, and it
 * stops a second request all the same.
 */
function covers(policy: PoolPolicy, levels: ResolvedLevels, funds: Funds, ahead: bigint): Finding {
  const text = (units: bigint): string => shareText(policy.asset, units, funds.total);
  const { liquidity, liquidity_cash, awaiting_to_liquidity } = funds;
  const sent = liquidity - awaiting_to_liquidity;
  if (!isLow(levels, policy.trigger, sent - ahead)) {
    const facts = { observed: text(sent - liquidity_cash), limit: text(levels.low) };
    return finding("in_flight_covers", "wait", "open_transfers", facts);
  }
  const facts = { observed: text(awaiting_to_liquidity), limit: text(levels.low) };
  return finding(
    "awaiting_covers",
    sent + funds.obliged < levels.emergency_low ? "blocked" : "wait",
    "open_transfers",
    facts,
  );
}

/**
 * A move to custody that has left the liquidity side and is not finished: while its amount could come back, nothing is decided on it.
 * How much of it custody shows already says nothing about that, so the amount is the transfers' own.
 */
function leaves(policy: PoolPolicy, levels: ResolvedLevels, funds: Funds, { to_reserve }: OpenMoves): Finding {
  return finding("leaving_covers", "wait", "open_transfers", {
    observed: shareText(policy.asset, amountOfAll(to_reserve), funds.total),
    limit: shareText(policy.asset, levels.high, funds.total),
    detail: namesText(to_reserve.map((open) => open.transfer_id)),
  });
}

/** A floor that is not met, that no refill reaches, that the whole pool cannot meet, or that has no price: said, and stops nothing. */
function floorFindings(policy: PoolPolicy, levels: ResolvedLevels, funds: Funds): readonly Finding[] {
  const text = (units: bigint): string => shareText(policy.asset, units, funds.total);
  const findings: Finding[] = [];
  if (levels.floor !== null && funds.liquidity_cash < levels.floor) {
    const facts = { observed: text(funds.liquidity_cash), limit: text(levels.floor) };
    findings.push(finding("below_floor", "none", "floor", facts));
  }
  if (levels.floor !== null && levels.floor > levels.target) {
    const facts = { observed: text(levels.floor), limit: text(levels.target) };
    findings.push(finding("floor_above_target", "none", "floor", facts));
  }
  const wallet_floors = funds.wallets.reduce((sum, wallet) => sum + floorOf(policy, wallet.wallet_id), 0n);
  const asked = maxOf(levels.floor ?? 0n, wallet_floors);
  if (asked > funds.total) {
    const facts = { observed: amountText(policy.asset, funds.total), limit: amountText(policy.asset, asked) };
    findings.push(finding("floors_exceed_total", "none", "floors", facts));
  }
  if (policy.floor !== null && levels.floor === null) {
    findings.push(finding("price_unavailable", "none", "floor", { detail: "floor" }));
  }
  return findings;
}

/** Which level the cash has passed; null when it is inside the band and only an open request makes the pool act. */
function standing(policy: PoolPolicy, levels: ResolvedLevels, funds: Funds, intent: Intent): Finding | null {
  const text = (units: bigint): string => shareText(policy.asset, units, funds.total);
  const cash = funds.liquidity_cash;
  const passed = (code: ReasonCode, name: LevelName, detail: string | null): Finding =>
    finding(code, "none", `levels.${name}`, { observed: text(cash), limit: text(levels[name]), detail });
  const or_equal = policy.trigger === "at" ? "" : "at or ";
  if (cash + funds.obliged < levels.emergency_low) return passed("below_emergency_low", "emergency_low", null);
  if (sweepable(funds) > levels.emergency_high) return passed("above_emergency_high", "emergency_high", null);
  if (isLow(levels, policy.trigger, cash)) return passed("below_low", "low", `${or_equal}above`);
  if (isHigh(levels, policy.trigger, sweepable(funds))) return passed("above_high", "high", `${or_equal}below`);
  if (intent.kind === "act") return null;
  if (isHigh(levels, policy.trigger, cash)) {
    const kept = amountText(policy.asset, funds.kept_back);
    return finding("kept_for_obligations", "hold", "obligations", {
      observed: text(cash),
      limit: text(levels.high),
      detail: kept,
    });
  }
  const facts = { observed: text(cash), limit: `${text(levels.low)} to ${text(levels.high)}` };
  return finding("inside_band", "hold", "levels", facts);
}

/** At which liquidity something would move. */
export function bandCounterfactuals(policy: PoolPolicy, levels: ResolvedLevels, funds: Funds): readonly string[] {
  const text = (units: bigint): string => shareText(policy.asset, units, funds.total);
  const [low, high] = policy.trigger === "at" ? ["at or below", "at or above"] : ["below", "above"];
  return [
    `Would refill from custody if liquidity were ${low} ${text(levels.low)}.`,
    `Would send to custody if liquidity were ${high} ${text(levels.high)}.`,
  ];
}

export function returnsTo(policy: PoolPolicy, moves: readonly Move[], after: Position): Finding {
  const amount = moves.reduce((sum, move) => sum + move.amount, 0n);
  return finding("returns_to", "none", `return_to.${policy.return_to}`, {
    observed: amountText(policy.asset, amount),
    limit: shareText(policy.asset, after.liquidity, after.total),
  });
}

export function replaces(policy: PoolPolicy, replaced: readonly OpenTransfer[]): Finding {
  return finding("supersedes", "none", "open_transfers", {
    observed: amountText(policy.asset, amountOfAll(replaced)),
    detail: namesText(replaced.map((open) => open.transfer_id)),
  });
}
