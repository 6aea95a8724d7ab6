/**
 * From "value has to go this way" to transfers: how much, within which limits, over which routes. The fee depends on the
 * amount and the amount on the fee, so both are found together in a few rounds.
 */
import { amountText, maxOf, minOf } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { LEGS_MAX, type RouteLimits, type RouteOption, type Split, splitAmount } from "../routes/index.ts";
import { diagnoseRoutes } from "./diagnose.ts";
import type { Finding } from "./finding.ts";
import { finding } from "./finding.ts";
import type { Direction } from "./in_flight.ts";
import { instantText } from "./instant_text.ts";
import { sweepable } from "./intent.ts";
import { movesWithout, roomIn, roomOpensAt, type WindowRoom } from "./limits.ts";
import { type Funds, levelTotal } from "./position.ts";
import { NO_NEED, type RefillNeed } from "./refill_need.ts";
import { basisOf } from "./resolve_levels.ts";
import { amountWanted } from "./size.ts";
import { candidateRoutes, receivableOf, spendableOf } from "./sources.ts";
import { durationText } from "./text.ts";
import type { Alternative, Move, OpenTransfer, PoolPolicy, Snapshot } from "./types.ts";

/** Amount and fee settle exactly in two or three rounds, unless two splits keep replacing each other. */
const EXACT_ROUNDS_MAX = 5;
/** From then on the fee assumed only rises, so that the move stops short of the target by a little and never crosses it. */
const FEE_ROUNDS_MAX = 16;

export interface PlanInput {
  readonly snapshot: Snapshot;
  readonly policy: PoolPolicy;
  readonly now: Instant;
  readonly direction: Direction;
  readonly funds: Funds;
  /** Open transfers that this plan may replace; their pairs and their room in the windows count as free. */
  readonly replaced: readonly OpenTransfer[];
  /** What a refill has to bring beyond the return point. */
  readonly need?: RefillNeed;
}

export interface Plan {
  readonly moves: readonly Move[];
  readonly findings: readonly Finding[];
  readonly alternatives: readonly Alternative[];
}

interface Capped {
  readonly amount: bigint;
  readonly findings: readonly Finding[];
}

export function planMoves(input: PlanInput): Plan {
  const { snapshot, policy, direction, funds } = input;
  const candidates = candidateRoutes(snapshot, funds, direction, input.replaced);
  const spendable = spendableOf(funds, policy, direction);
  const limits: RouteLimits = {
    fee_max: policy.fee_max,
    fee_max_ppm: policy.fee_max_ppm,
    leg_min: policy.move_min,
    // An hour that customers wait for a refill costs something; a surplus that is late costs next to nothing.
    delay_ppm_per_hour: direction === "to_liquidity" ? (policy.model?.delay_ppm_per_hour ?? 0) : 0,
    priority: policy.priority,
  };
  const receivable = receivableOf(snapshot, funds, policy);
  const room = windowRoom(input);
  let fee = 0n;
  for (let round = 1; ; round += 1) {
    const wanted = wantedAmount(input, candidates.routes, fee);
    const capped = cap(input, wanted, room);
    if (capped.amount <= 0n) return { moves: [], findings: capped.findings, alternatives: [] };
    const legs_max = Math.min(LEGS_MAX, room.count);
    const split = splitAmount(candidates.routes, capped.amount, spendable, limits, legs_max, receivable);
    if (isSettled(fee, split, round)) {
      const diagnosis = diagnoseRoutes({
        ...input,
        candidates,
        spendable,
        receivable,
        limits,
        amount: capped.amount,
        split,
      });
      return {
        moves: movesOf(split, direction),
        findings: [...capped.findings, ...diagnosis.findings, ...chosen(policy, split)],
        alternatives: diagnosis.alternatives,
      };
    }
    fee = split.fee;
  }
}

function isSettled(fee_assumed: bigint, split: Split, round: number): boolean {
  if (split.legs.length === 0 || split.fee === fee_assumed || round >= FEE_ROUNDS_MAX) return true;
  return round > EXACT_ROUNDS_MAX && split.fee < fee_assumed;
}

/** Rounded up to the coarsest step when returning to an edge: one step short of it would still be outside the band. */
function wantedAmount(input: PlanInput, routes: readonly RouteOption[], fee: bigint): bigint {
  const { snapshot, policy, direction, funds } = input;
  const basis = basisOf(snapshot, levelTotal(funds));
  const { ahead } = input.need ?? NO_NEED;
  const liquidity = direction === "to_liquidity" ? funds.liquidity - ahead : sweepable(funds);
  const wanted = amountWanted(policy, direction, basis, liquidity, fee) ?? 0n;
  if (policy.return_to === "target" || wanted <= 0n) return wanted;
  const step = routes.reduce((most, route) => (route.enabled ? maxOf(most, route.step) : most), 1n);
  const most = amountWanted({ ...policy, return_to: "target" }, direction, basis, liquidity, fee) ?? wanted;
  return maxOf(minOf(wanted + ((step - (wanted % step)) % step), most), wanted);
}

/** The amount within the minimum, the maximum and the windows; zero when one of them forbids a move now. */
function cap(input: PlanInput, wanted: bigint, room: WindowRoom): Capped {
  const { policy } = input;
  const text = (units: bigint): string => amountText(policy.asset, units);
  const smallest = maxOf(policy.move_min, 1n);
  if (wanted < smallest) {
    const facts = { observed: text(maxOf(wanted, 0n)), limit: text(smallest) };
    return { amount: 0n, findings: [finding("below_minimum_move", "hold", "move_min", facts)] };
  }
  const findings: Finding[] = [];
  let amount = wanted;
  if (policy.move_max < amount) {
    const facts = { observed: text(wanted), limit: text(policy.move_max) };
    const allowed = policy.move_max >= smallest;
    findings.push(finding("capped_by_maximum_move", allowed ? "none" : "blocked", "move_max", facts));
    if (!allowed) return { amount: 0n, findings };
    amount = policy.move_max;
  }
  if (room.amount === null || (room.amount >= amount && room.count > 0)) return { amount, findings };
  const rule = `windows.${input.direction}${room.tightest ? `.${durationText(room.tightest.window_ms)}` : ""}`;
  const left = room.count > 0 ? room.amount : 0n;
  if (left < smallest) {
    const facts = { observed: text(left), limit: text(smallest), detail: opensAt(input, smallest) };
    return { amount: 0n, findings: [...findings, finding("window_exhausted", "blocked", rule, facts)] };
  }
  const facts = { observed: text(amount), limit: text(left), detail: opensAt(input, amount) };
  return { amount: left, findings: [...findings, finding("capped_by_window", "none", rule, facts)] };
}

function windowRoom(input: PlanInput): WindowRoom {
  return roomIn(input.policy.windows, pastMoves(input), input.direction, input.now);
}

function opensAt(input: PlanInput, amount: bigint): string {
  const at = roomOpensAt(input.policy.windows, pastMoves(input), input.direction, input.now, amount);
  return at === null ? "never" : instantText(at);
}

function pastMoves(input: PlanInput): ReturnType<typeof movesWithout> {
  return movesWithout(input.snapshot.history.moves, input.replaced, input.direction);
}

function movesOf(split: Split, direction: Direction): readonly Move[] {
  return split.legs.map((leg) => ({
    from_wallet: leg.route.from_wallet,
    to_wallet: leg.route.to_wallet,
    direction,
    amount: leg.amount,
    network: leg.route.network,
    fee: leg.fee,
    fee_max: leg.fee_max,
    lead_time_ms: leg.route.lead_time_ms,
  }));
}

function chosen(policy: PoolPolicy, split: Split): readonly Finding[] {
  return split.legs.map(({ route, amount, fee, fee_max }) =>
    finding("route_chosen", "none", "route", {
      observed: amountText(policy.asset, fee),
      limit: amountText(policy.asset, fee_max),
      detail:
        `${amountText(policy.asset, amount)} from ${route.from_wallet} to ${route.to_wallet} over ${route.network}, ` +
        `about ${durationText(route.lead_time_ms)}`,
    }),
  );
}
