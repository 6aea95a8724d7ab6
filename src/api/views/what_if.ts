/** The answer of the what-if panel. */
import { crossingOf, quorumFor } from "../../authority/index.ts";
import type { PoolConfig } from "../../config/types.ts";
import type { PoolPlan } from "../../daemon/types.ts";
import { TidegateError } from "../../errors/index.ts";
import { parseDecimal } from "../../money/index.ts";
import type { Move } from "../../policy/index.ts";
import type { WhatIf, WhatIfRequest } from "../schemas/index.ts";
import { type WhatIfResult, whatIf } from "../what_if/what_if.ts";
import { viewPosition } from "./decisions.ts";
import { bandOf } from "./pools.ts";
import { type Printer, printTime } from "./printer.ts";

/** @throws TidegateError what_if_unknown_position */
export function viewWhatIf(pool: PoolConfig, plan: PoolPlan, request: WhatIfRequest, printer: Printer): WhatIf {
  const asset = pool.asset;
  const outflow = parseDecimal(request.outflow, pool.policy.asset.decimals);
  const { over_hours, horizon_hours, approval_hours } = request;
  const result = whatIf({
    snapshot: plan.snapshot,
    policy: pool.policy,
    outflow,
    over_hours,
    horizon_hours,
    approval_hours,
    needsApproval: (move) => needsApproval(move, asset, printer),
  });
  const start = plan.decision.before;
  const last = result?.steps.at(-1);
  if (result === null || last === undefined || start === null) {
    const message = "A balance of this pool is not known yet; nothing can be foreseen from it.";
    throw new TidegateError("stale", "what_if_unknown_position", message, { pool: pool.id });
  }
  return {
    pool_id: pool.id,
    start: viewPosition(start, asset, printer),
    end: viewPosition(last.position, asset, printer),
    sentence: sentenceOf(result, printer, asset),
    path: result.steps.map(({ hour, at, decision, position }) => ({
      at: printTime(at),
      hour,
      position: viewPosition(position, asset, printer),
      band: bandOf(decision),
      verdict: decision.verdict,
      severity: decision.severity,
      reasons: decision.reasons.map((reason) => reason.sentence),
    })),
    moves: result.moves.map(({ hour, lands_hour, move, needs_approval }) => ({
      hour,
      lands_hour,
      from_wallet: move.from_wallet,
      to_wallet: move.to_wallet,
      network: move.network,
      amount: printer.money(asset, move.amount),
      fee: printer.money(asset, move.fee),
      needs_approval,
    })),
    first_below_low_hour: result.first_below_low_hour,
    first_below_floor_hour: result.first_below_floor_hour,
    first_unpaid_hour: result.first_unpaid_hour,
    unpaid: printer.money(asset, result.unpaid),
    fees: printer.money(asset, result.fees),
  };
}

function needsApproval(move: Move, asset: string, { config }: Printer): boolean {
  const direction = crossingOf(move.direction);
  const requirement = quorumFor(config.authority, { asset, direction, amount: move.amount });
  return requirement.kind === "denied" || requirement.needed > 0;
}

function sentenceOf(result: WhatIfResult, printer: Printer, asset: string): string {
  const moves = result.moves.length === 1 ? "1 move" : `${result.moves.length} moves`;
  if (result.first_unpaid_hour !== null) {
    return `From hour ${result.first_unpaid_hour} on customers could not be paid in full: ${printer.say(asset, result.unpaid)} short, with ${moves}.`;
  }
  if (result.first_below_floor_hour !== null) {
    return `Liquidity falls below its floor in hour ${result.first_below_floor_hour}; everybody is paid, with ${moves}.`;
  }
  if (result.first_below_low_hour !== null) {
    return `Liquidity falls below its low level in hour ${result.first_below_low_hour} and recovers with ${moves}.`;
  }
  return `Liquidity stays above its low level throughout, with ${moves}.`;
}
