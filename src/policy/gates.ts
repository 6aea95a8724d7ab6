/** What makes a decided move wait, and what stops it: time, a run, people, fees; a frozen asset and the mode. */
import { amountText } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { type Finding, finding } from "./finding.ts";
import type { Direction } from "./in_flight.ts";
import { instantText } from "./instant_text.ts";
import { coolsDownUntil, dwellsUntil } from "./limits.ts";
import type { Funds } from "./position.ts";
import { durationText } from "./text.ts";
import type { Move, OpenTransfer, PoolPolicy, RouteOption, Severity, Snapshot } from "./types.ts";

export interface Decided {
  readonly snapshot: Snapshot;
  readonly policy: PoolPolicy;
  readonly now: Instant;
  readonly funds: Funds;
  readonly direction: Direction;
  readonly severity: Severity;
  /** Unsent refills that this one replaces. */
  readonly same: readonly OpenTransfer[];
  /** How far above the low level a refill is asked for. */
  readonly ahead: bigint;
  readonly moves: readonly Move[];
}

/** Reasons to wait; an emergency has none. A refill waits for time alone, a surplus also for a run, for people and for fees. */
export function waitFindings(decided: Decided): readonly Finding[] {
  if (decided.severity === "emergency") return [];
  if (decided.direction === "to_liquidity") return timingFindings(decided);
  return [...timingFindings(decided), ...runFindings(decided), ...heldFindings(decided), ...feeFindings(decided)];
}

/** What stops every move of the asset. */
export function gateFindings({ mode, frozen_reason }: Snapshot): readonly Finding[] {
  const findings: Finding[] = [];
  if (frozen_reason !== null) findings.push(finding("asset_frozen", "blocked", "asset", { detail: frozen_reason }));
  if (mode === "frozen") findings.push(finding("mode_frozen", "blocked", "mode"));
  if (mode === "observe") findings.push(finding("mode_observe", "blocked", "mode"));
  if (mode === "advise") findings.push(finding("mode_advise", "wait", "mode"));
  return findings;
}

/** A refill that replaces an open one, or that a known payment needs, does not wait. */
function timingFindings({ policy, snapshot, now, funds, direction, same, ahead }: Decided): readonly Finding[] {
  const refill = direction === "to_liquidity";
  if (same.length > 0 || (refill && funds.obliged > 0n)) return [];
  const findings: Finding[] = [];
  // A refill asked for ahead of the low level has no level that it could dwell past.
  const dwell = refill && ahead > 0n ? null : dwellsUntil(policy, snapshot.history, refill ? "low" : "high", now);
  if (dwell !== null) {
    const facts = { limit: durationText(policy.dwell_ms), detail: instantText(dwell) };
    findings.push(finding("dwell_not_reached", "wait", "dwell", facts));
  }
  const cool = coolsDownUntil(policy, snapshot.history, direction, now);
  if (cool !== null) {
    const facts = { limit: durationText(policy.cooldown_ms), detail: instantText(cool) };
    findings.push(finding("cooling_down", "wait", "cooldown", facts));
  }
  return findings;
}

/** A surplus in the middle of a run is what the next hour takes. */
function runFindings({ policy, snapshot }: Decided): readonly Finding[] {
  const model = policy.model?.mode === "live" ? (snapshot.forecast?.model ?? null) : null;
  if (model === null || model.may_sweep) return [];
  return [finding("no_sweep_into_a_run", "wait", "model", { detail: model.because.join("; ") || model.name })];
}

/** People or a detector hold moves to custody. */
function heldFindings({ snapshot }: Decided): readonly Finding[] {
  const reason = snapshot.sweeps_held_reason ?? null;
  return reason === null ? [] : [finding("sweeps_held", "wait", "sweeps", { detail: reason })];
}

/** A surplus is in no hurry: while the fee is far above the usual one it waits, but not for ever. */
function feeFindings({ policy, snapshot, now, moves }: Decided): readonly Finding[] {
  const { fee_patience: patience } = policy;
  if (patience === null) return [];
  const { outside, outside_since } = snapshot.history;
  const until = (outside === "high" && outside_since !== null ? outside_since : now) + patience.wait_ms_max;
  if (now >= until) return [];
  for (const move of moves) {
    const usual = snapshot.routes.find((route) => isRouteOf(route, move))?.fee_usual ?? null;
    if (usual === null || move.fee <= usual * BigInt(patience.times_usual)) continue;
    const facts = {
      observed: amountText(policy.asset, move.fee),
      limit: amountText(policy.asset, usual),
      detail: instantText(until),
    };
    return [finding("fee_above_usual", "wait", "fee_patience", facts)];
  }
  return [];
}

function isRouteOf(route: RouteOption, move: Move): boolean {
  return route.from_wallet === move.from_wallet && route.to_wallet === move.to_wallet && route.network === move.network;
}
