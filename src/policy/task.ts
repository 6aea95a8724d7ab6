/**
 * What a pool with a small rule of its own does. The rule plans; what stops every pool stops it as well: windows, the largest
 * move, old or unreadable balances, a frozen asset, the mode. Each of its moves stands by itself, so a wallet that cannot be
 * judged holds up nobody else.
 */
import { amountText, maxOf, minOf } from "../money/index.ts";
import { type Leg, type RouteLimits, rankRoutes } from "../routes/index.ts";
import { planDeposits } from "./deposits.ts";
import { type Finding, finding, verdictOf } from "./finding.ts";
import { planGas } from "./gas.ts";
import { gateFindings } from "./gates.ts";
import type { Direction } from "./in_flight.ts";
import { instantText } from "./instant_text.ts";
import { roomIn, roomOpensAt } from "./limits.ts";
import { cashOf, isUsed, type TaskInput, taskWay, type Wish } from "./task_parts.ts";
import { durationText, namesText } from "./text.ts";
import type {
  Alternative,
  Decision,
  Move,
  PoolPolicy,
  PoolTask,
  Position,
  Severity,
  Snapshot,
  WalletState,
} from "./types.ts";

export function decideTask(input: TaskInput, task: PoolTask): Decision {
  const { snapshot } = input;
  const unreadable = snapshot.wallets.filter((wallet) => isUsed(wallet) && !wallet.pending_readable);
  const plan = task.kind === "gas" ? planGas(input, task) : planDeposits(input, task);
  const direction = taskWay(task);
  const { moves, findings, alternatives } = chooseMoves(input, plan.wishes, direction);
  const blocked = unreadable.map(({ wallet_id }) => wallet_id);
  const all: readonly Finding[] = [
    ...plan.findings,
    ...findings,
    ...(moves.length > 0 && blocked.length > 0
      ? [finding("pending_unreadable", "blocked", "freshness", { detail: namesText(blocked) })]
      : []),
    ...(moves.length > 0 ? gateFindings(snapshot) : []),
  ];
  // Nothing to do needs a reason to hold, and the rules give one; a plan that came to nothing keeps its own.
  const verdict = moves.length > 0 ? verdictOf(all, plan.severity) : strongestRest(all, plan.severity);
  const before = positionOf(snapshot);
  return {
    ...{ pool_id: snapshot.pool_id, asset: snapshot.asset, decided_at: input.now },
    ...{ verdict, severity: plan.severity, moves, supersedes: [] },
    reasons: all.map(({ reason }) => reason),
    counterfactuals: all.flatMap(({ counterfactual }) => (counterfactual === null ? [] : [counterfactual])),
    alternatives,
    levels: plan.levels,
    before,
    after: moves.length === 0 ? null : afterMoves(before, moves),
  };
}

function strongestRest(findings: readonly Finding[], severity: Severity): Decision["verdict"] {
  const verdict = verdictOf(findings, severity);
  return verdict === "move" ? "hold" : verdict;
}

interface Chosen {
  readonly moves: readonly Move[];
  readonly findings: readonly Finding[];
  readonly alternatives: readonly Alternative[];
}

/** The cheapest way for each wish, within what windows, sources and the largest move leave. */
function chooseMoves({ snapshot, policy, now }: TaskInput, wishes: readonly Wish[], direction: Direction): Chosen {
  const moves: Move[] = [];
  const findings: Finding[] = [];
  const alternatives: Alternative[] = [];
  const given = new Map<string, bigint>();
  const room = roomIn(policy.windows, snapshot.history.moves, direction, now);
  let [left, count] = [room.amount, room.count];
  for (const wish of wishes) {
    const spendable = new Map(
      wish.routes.map(({ from_wallet }) => [from_wallet, maxOf(wish.cash - (given.get(from_wallet) ?? 0n), 0n)]),
    );
    const most = [...spendable.values()].reduce((a, b) => maxOf(a, b), 0n);
    const wanted = minOf(minOf(wish.amount, policy.move_max), most);
    if (left !== null && (count < 1 || left < maxOf(minOf(wanted, policy.move_min), 1n))) {
      findings.push(windowFull({ snapshot, policy, now }, wanted, left, direction, moves.length === 0));
      break;
    }
    const limits = { ...limitsOf(policy), fee_max: minOf(policy.fee_max, wish.fee_max) };
    const amount = left === null ? wanted : minOf(wanted, left);
    const { usable, rejected } = rankRoutes(wish.routes, amount, spendable, limits);
    const [leg, ...others] = usable;
    if (leg === undefined) {
      const [why] = rejected;
      findings.push(noWay(policy, wish, amount, why?.code ?? "disabled"));
      continue;
    }
    moves.push(moveOf(leg, direction));
    findings.push(chosen(policy, leg));
    alternatives.push(...others.map((other) => alternativeOf(other)));
    given.set(leg.route.from_wallet, (given.get(leg.route.from_wallet) ?? 0n) + leg.amount + leg.fee_max);
    left = left === null ? null : left - leg.amount;
    count -= 1;
  }
  return { moves, findings, alternatives };
}

function limitsOf(policy: PoolPolicy): RouteLimits {
  return {
    ...{ fee_max: policy.fee_max, fee_max_ppm: policy.fee_max_ppm, leg_min: policy.move_min },
    ...{ delay_ppm_per_hour: 0, priority: policy.priority },
  };
}

function moveOf({ route, amount, fee, fee_max }: Leg, direction: Move["direction"]): Move {
  const { from_wallet, to_wallet, network, lead_time_ms } = route;
  return { from_wallet, to_wallet, direction, amount, network, fee, fee_max, lead_time_ms };
}

function chosen({ asset }: PoolPolicy, { route, amount, fee, fee_max }: Leg): Finding {
  const way = `${amountText(asset, amount)} from ${route.from_wallet} to ${route.to_wallet} over ${route.network}`;
  return finding("route_chosen", "none", "route", {
    observed: amountText(asset, fee),
    limit: amountText(asset, fee_max),
    detail: `${way}, about ${durationText(route.lead_time_ms)}`,
  });
}

function alternativeOf({ route, fee }: Leg): Alternative {
  const { from_wallet, to_wallet, network } = route;
  return {
    from_wallet,
    to_wallet,
    network,
    fee,
    rejected_because: "another way costs less, or the same and is faster",
  };
}

function noWay({ asset }: PoolPolicy, { routes }: Wish, amount: bigint, code: string): Finding {
  const to = namesText([...new Set(routes.map(({ to_wallet }) => to_wallet))]);
  const why = routes.length === 0 ? "every way is taken or switched off" : `to ${to}: ${code.replaceAll("_", " ")}`;
  return finding("no_route", "none", "routes", { observed: amountText(asset, amount), detail: why });
}

function windowFull(
  { snapshot, policy, now }: TaskInput,
  wanted: bigint,
  left: bigint,
  direction: Direction,
  alone: boolean,
): Finding {
  const at = roomOpensAt(policy.windows, snapshot.history.moves, direction, now, maxOf(wanted, 1n));
  return finding("window_exhausted", alone ? "blocked" : "none", `windows.${direction}`, {
    observed: amountText(policy.asset, left),
    limit: amountText(policy.asset, maxOf(policy.move_min, 1n)),
    detail: at === null ? "never" : instantText(at),
  });
}

/** Sums of both sides; what was never read counts as nothing here and is said by the rules. */
function positionOf({ wallets }: Snapshot): Position {
  const sum = (side: WalletState["side"], of: (wallet: WalletState) => bigint): bigint =>
    wallets.filter((wallet) => wallet.side === side).reduce((total, wallet) => total + of(wallet), 0n);
  const cash = { liquidity: sum("liquidity", cashOf), reserve: sum("reserve", cashOf) };
  const in_flight_to_liquidity = sum("liquidity", ({ in_flight_in }) => in_flight_in);
  const total = cash.liquidity + in_flight_to_liquidity + cash.reserve;
  return {
    ...{ total, liquidity: cash.liquidity + in_flight_to_liquidity, reserve: cash.reserve },
    ...{ in_flight_to_liquidity, in_flight_to_reserve: 0n },
    ...{ awaiting_to_liquidity: 0n, awaiting_to_reserve: 0n, health_percent: null, share_percent: null },
    counted: { ...cash, total, share_percent: null },
  };
}

function afterMoves(before: Position, moves: readonly Move[]): Position {
  const amount = moves.reduce((total, move) => total + move.amount, 0n);
  const fee = moves.reduce((total, move) => total + move.fee, 0n);
  const up = moves.every(({ direction }) => direction === "to_liquidity");
  const total = before.total - fee;
  const liquidity = up ? before.liquidity + amount : before.liquidity - amount - fee;
  const reserve = up ? before.reserve - amount - fee : before.reserve + amount;
  const counted = { liquidity, reserve, total, share_percent: null };
  return { ...before, ...{ total, liquidity, reserve }, in_flight_to_liquidity: 0n, counted };
}
