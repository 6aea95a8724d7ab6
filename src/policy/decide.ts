/**
 * The one function of the product: what a policy says about a snapshot. Pure and total: no clock, no chance, no I/O, and no
 * state of the data makes it throw; what is impossible or unknown is a reason in the decision.
 *
 * Only the verdict `move` is ever acted on: start `moves`, and end the open transfers named in `supersedes` first. A decision
 * to move may have no moves, when open requests are only withdrawn. With any other verdict the moves are advice: what would
 * be done in mode `auto`, at the end of the cool-down, after the freeze.
 */

import { assert } from "../errors/index.ts";
import { amountText } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { bandCounterfactuals, bandFindings, replaces, returnsTo } from "./band.ts";
import { type Finding, finding, verdictOf } from "./finding.ts";
import { forecastFindings, levelProblem } from "./forecast_findings.ts";
import { freshnessProblems, staleOn } from "./freshness.ts";
import { gateFindings, waitFindings } from "./gates.ts";
import { amountOfAll, type Direction, openMoves } from "./in_flight.ts";
import { type Intent, intentOf, isLow } from "./intent.ts";
import { withExpedited } from "./lanes.ts";
import { claimsOf, obligationFindings, type Reach, reachOf } from "./obligations.ts";
import { planPayouts } from "./payouts.ts";
import { type Plan, planMoves } from "./plan.ts";
import { type Funds, fundsOf, levelTotal, toPosition } from "./position.ts";
import { needFindings, needOf } from "./prestage.ts";
import type { RefillNeed } from "./refill_need.ts";
import { basisOf, type ResolvedOutcome, resolveLevels } from "./resolve_levels.ts";
import { decideTask } from "./task.ts";
import { namesText } from "./text.ts";
import type {
  Decision,
  Move,
  OpenTransfer,
  PoolPolicy,
  Position,
  ResolvedLevels,
  Severity,
  Snapshot,
} from "./types.ts";
import { withUpkeep } from "./upkeep.ts";
import { withPayouts } from "./with_payouts.ts";

/**
 * @example
 * const decision = decide(snapshot, policy, clock.now());
 * if (decision.verdict === "move") for (const move of decision.moves) await start(move);
 */
export function decide(snapshot: Snapshot, policy: PoolPolicy, now: Instant): Decision {
  if (policy.task !== undefined) {
    assertSamePool(snapshot, policy);
    return decideTask({ snapshot, policy, now }, policy.task);
  }
  return withUpkeep(decideMoves(snapshot, policy, now), snapshot, policy);
}

/** What the levels and known payments ask for. */
function decideMoves(snapshot: Snapshot, policy: PoolPolicy, now: Instant): Decision {
  const payouts = planPayouts(snapshot, policy, now);
  if (payouts === null) return decideLanes(snapshot, policy, now);
  return withPayouts(decideLanes(payouts.rest, policy, now), payouts, snapshot);
}

/** What the levels ask for, through both lanes. */
function decideLanes(snapshot: Snapshot, policy: PoolPolicy, now: Instant): Decision {
  return withExpedited(decideRegular(snapshot, policy, now), snapshot, policy, now, decideRegular);
}

/** Through the slow lane alone. */
function decideRegular(snapshot: Snapshot, policy: PoolPolicy, now: Instant): Decision {
  assertSamePool(snapshot, policy);
  const reach = reachOf(snapshot, policy, now);
  const funds = fundsOf(snapshot, undefined, claimsOf(snapshot, reach, now));
  const frame: Frame = { snapshot, policy, now, funds, reach };
  if (funds.unread.length > 0) {
    return report(frame, finding("unknown_balance", "blocked", "wallets", { detail: namesText(funds.unread) }), null);
  }
  const total = funds.total + funds.obliged;
  const empty = { observed: amountText(policy.asset, total) };
  if (total <= 0n) return report(frame, finding("pool_empty", "blocked", "pool", empty), toPosition(funds, null));
  const outcome = resolveLevels(policy, basisOf(snapshot, levelTotal(funds)));
  if (!outcome.ok) {
    return report(frame, levelProblem(frame, outcome), toPosition(funds, null));
  }
  return decideWithin(frame, outcome);
}

function assertSamePool(snapshot: Snapshot, policy: PoolPolicy): void {
  assert(snapshot.pool_id === policy.pool_id, `policy of ${policy.pool_id} on a snapshot of ${snapshot.pool_id}`);
  assert(snapshot.asset === policy.asset.id, `policy for ${policy.asset.id} on a snapshot of ${snapshot.asset}`);
  assert(snapshot.decimals === policy.asset.decimals, `${snapshot.asset} has ${policy.asset.decimals} decimals`);
}

interface Frame {
  readonly snapshot: Snapshot;
  readonly policy: PoolPolicy;
  readonly now: Instant;
  readonly funds: Funds;
  readonly reach: Reach;
}

interface Draft {
  readonly severity: Severity;
  readonly findings: readonly Finding[];
  readonly counterfactuals?: readonly string[];
  readonly plan?: Plan;
  readonly supersedes?: readonly OpenTransfer[];
  readonly levels: ResolvedLevels | null;
  readonly before: Position | null;
  readonly after?: Position | null;
}

function decideWithin(frame: Frame, outcome: ResolvedOutcome): Decision {
  const { snapshot, policy, funds } = frame;
  const { levels } = outcome;
  const open = openMoves(snapshot, funds);
  const need = needOf(frame, levels, open);
  const intent = intentOf(snapshot, policy.trigger, levels, funds, open, need);
  const stands = bandFindings(policy, levels, funds, intent, open, need.ahead);
  const due = obligationFindings(snapshot, policy, funds, frame.reach);
  const unfunded = due.some(({ reason }) => reason.code === "obligation_unfunded");
  const findings = [...stands.findings, ...due, ...needFindings(frame, levels, need, intent)];
  const band = { ...stands, findings: [...findings, ...forecastFindings(snapshot, policy, outcome)] };
  const severity = unfunded && band.severity === "normal" ? "urgent" : band.severity;
  const base = { severity, levels, before: toPosition(funds, levels.floor), need };
  if (intent.kind === "rest") {
    const stale = staleFindings(funds);
    const counterfactuals = bandCounterfactuals(policy, levels, funds);
    return finish(frame, { ...base, findings: [...band.findings, ...stale], counterfactuals });
  }
  if (intent.direction === null) return withdraw(frame, base, band.findings, intent.opposite, intent.funds);
  const refusals = dataFindings(frame, intent.direction);
  if (refusals.length > 0) {
    const severity = base.severity === "normal" ? "urgent" : base.severity;
    return finish(frame, { ...base, severity, findings: [...band.findings, ...refusals] });
  }
  return act(frame, base, band.findings, { ...intent, direction: intent.direction });
}

type Base = Pick<Draft, "severity" | "before"> & { readonly levels: ResolvedLevels; readonly need: RefillNeed };
type Act = Extract<Intent, { kind: "act" }> & { readonly direction: Direction };

function act(frame: Frame, base: Base, band: readonly Finding[], intent: Act): Decision {
  const { policy } = frame;
  const replaced = [...intent.opposite, ...intent.same];
  const plan = planMoves({ ...frame, ...intent, replaced, need: base.need });
  const keeps = intent.same.length > 0 && !replacesMaterially(frame, base, intent.same, plan);
  if ((keeps || plan.moves.length === 0) && intent.opposite.length > 0) {
    return withdraw(frame, base, band, intent.opposite, intent.funds);
  }
  if (keeps) return finish(frame, { ...base, findings: [...band, keepsOpen(policy, intent.same)] });
  if (plan.moves.length === 0) return finish(frame, { ...base, findings: [...band, ...plan.findings], plan });
  const after = afterMoves(intent.funds, plan.moves, base.levels);
  const findings = [
    ...band,
    returnsTo(policy, plan.moves, after),
    ...(replaced.length > 0 ? [replaces(policy, replaced)] : []),
    ...plan.findings,
    ...waitFindings({ ...frame, ...intent, severity: base.severity, ahead: base.need.ahead, moves: plan.moves }),
    ...gateFindings(frame.snapshot),
    ...(intent.direction === "to_liquidity" ? [finding("needs_quorum", "none", "quorum")] : []),
  ];
  return finish(frame, { ...base, findings, plan, supersedes: replaced, after });
}

/** Open requests end and nothing takes their place. */
function withdraw(
  frame: Frame,
  base: Base,
  band: readonly Finding[],
  supersedes: readonly OpenTransfer[],
  funds: Funds,
): Decision {
  const findings = [...band, replaces(frame.policy, supersedes), ...gateFindings(frame.snapshot)];
  return finish(frame, { ...base, findings, supersedes, after: toPosition(funds, base.levels.floor) });
}

/**
 * A refill is asked for again only when the amount differs by more than the smallest move: more of it when liquidity stays
 * low even with the open one, less of it when the open one would now carry liquidity too high.
 */
function replacesMaterially(
  { policy, funds }: Frame,
  { levels, need }: Base,
  same: readonly OpenTransfer[],
  plan: Plan,
): boolean {
  const more = plan.moves.reduce((sum, move) => sum + move.amount, 0n) - amountOfAll(same);
  return (
    plan.moves.length > 0 &&
    (isLow(levels, policy.trigger, funds.liquidity - need.ahead) ? more : -more) > policy.move_min
  );
}

function keepsOpen(policy: PoolPolicy, same: readonly OpenTransfer[]): Finding {
  return finding("refill_already_open", "wait", "open_transfers", {
    observed: amountText(policy.asset, amountOfAll(same)),
    limit: amountText(policy.asset, policy.move_min),
    detail: namesText(same.map((open) => open.transfer_id)),
  });
}

function dataFindings({ funds }: Frame, direction: Direction): readonly Finding[] {
  return freshnessProblems(funds, direction).map(({ code, wallets }) =>
    finding(code, "blocked", "freshness", { detail: namesText(wallets) }),
  );
}

/** At rest, old data stops nothing; it is said, so that "nothing to do" is not read as "all is well". */
function staleFindings(funds: Funds): readonly Finding[] {
  const say = (code: "stale_liquidity" | "stale_reserve", wallets: readonly string[]): readonly Finding[] =>
    wallets.length > 0 ? [finding(code, "none", "freshness", { detail: namesText(wallets) })] : [];
  return [...say("stale_liquidity", staleOn(funds, "liquidity")), ...say("stale_reserve", staleOn(funds, "reserve"))];
}

function afterMoves(funds: Funds, moves: readonly Move[], levels: ResolvedLevels): Position {
  let { liquidity, reserve } = funds;
  for (const { direction, amount, fee } of moves) {
    if (direction === "to_liquidity") {
      liquidity += amount;
      reserve -= amount + fee;
    } else {
      liquidity -= amount + fee;
      reserve += amount;
    }
  }
  const landed = {
    in_flight_to_liquidity: 0n,
    in_flight_to_reserve: 0n,
    awaiting_to_liquidity: 0n,
    awaiting_to_reserve: 0n,
  };
  const now = { liquidity_cash: liquidity, reserve_cash: reserve };
  return toPosition({ ...funds, ...landed, ...now, liquidity, reserve, total: liquidity + reserve }, levels.floor);
}

/** A condition that stops everything: people have to put it right. */
function report(frame: Frame, problem: Finding, before: Position | null): Decision {
  return finish(frame, { severity: "urgent", findings: [problem], levels: null, before });
}

function finish({ snapshot, now }: Frame, draft: Draft): Decision {
  const verdict = verdictOf(draft.findings, draft.severity);
  const acts = (draft.plan?.moves.length ?? 0) > 0 || (draft.supersedes?.length ?? 0) > 0;
  assert(verdict !== "move" || acts, "a decision to move needs something to do");
  const own = draft.findings.flatMap((found) => (found.counterfactual === null ? [] : [found.counterfactual]));
  return {
    pool_id: snapshot.pool_id,
    asset: snapshot.asset,
    decided_at: now,
    verdict,
    severity: draft.severity,
    moves: draft.plan?.moves ?? [],
    supersedes: (draft.supersedes ?? []).map((open) => open.transfer_id),
    reasons: draft.findings.map((found) => found.reason),
    counterfactuals: [...own, ...(draft.counterfactuals ?? [])],
    alternatives: draft.plan?.alternatives ?? [],
    levels: draft.levels,
    before: draft.before,
    after: draft.after ?? null,
  };
}
