/**
 * Two lanes. The regular need goes through the slow lane, where people approve each refill. What people approved in advance is kept
 * for what the slow lane cannot do: when liquidity is below the emergency level, or is forecast to be before a refill through the
 * slow lane could land, the expedited lane carries what bridges that time, and no more:
 *
 *   bridge = emergency_low + outflow expected within the slow lane's lead time - (cash + what was sent already)
 *
 * Without a forecast it reaches up to `low`; a live model that counts on the lane says itself when and how far. The rest is decided as if the bridge were on its way.
 */
import { amountText, maxOf, minOf } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { LEGS_MAX, type RouteOption, splitAmount } from "../routes/index.ts";
import { type Finding, finding } from "./finding.ts";
import { freshnessProblems } from "./freshness.ts";
import { pairKey } from "./in_flight.ts";
import { roomIn } from "./limits.ts";
import { directionOf, type Funds, fundsOf } from "./position.ts";
import { candidateRoutes, receivableOf, spendableOf } from "./sources.ts";
import { durationText } from "./text.ts";
import type {
  Decision,
  LaneState,
  Move,
  OpenTransfer,
  PoolPolicy,
  ReasonCode,
  ResolvedLevels,
  Side,
  Snapshot,
} from "./types.ts";

type Decide = (snapshot: Snapshot, policy: PoolPolicy, now: Instant) => Decision;

/** Said once, of the pool as it is, and not again of the pool with the bridge on its way. */
const OF_THE_POSITION: ReadonlySet<ReasonCode> = new Set([
  "inside_band",
  "below_low",
  "below_emergency_low",
  "below_floor",
  "floor_above_target",
  "floors_exceed_total",
  "obligation_due",
  "obligation_unfunded",
  "breach_before_refill",
  "closing_before_breach",
  "forecast_warming_up",
  "level_held_by_rail",
]);

/** The decision with the expedited lane: `regular` where that lane has nothing to do. */
export function withExpedited(
  regular: Decision,
  snapshot: Snapshot,
  policy: PoolPolicy,
  now: Instant,
  decide: Decide,
): Decision {
  const { levels } = regular;
  if (levels === null || snapshot.mode !== "auto" || snapshot.frozen_reason !== null) return regular;
  const lanes = (snapshot.lanes ?? []).filter(({ lane }) => lane === "expedited");
  const funds = fundsOf(snapshot);
  if (lanes.length === 0 || freshnessProblems(funds, "to_liquidity").length > 0) return regular;
  const need = bridgeNeeded(snapshot, policy, funds, levels);
  if (need <= 0n) return regular;
  const input = { snapshot, policy, now, funds, need };
  for (const lane of lanes) {
    const moves = bridgeMoves(input, lane);
    if (moves.length === 0) continue;
    const rest = decide(withBridge(snapshot, moves, now), withRegularNeed(regular, policy, levels), now);
    return combine(regular, rest, used(input, lane, moves), moves);
  }
  return openExpedited(snapshot) ? regular : explained(regular, exhausted(input, lanes));
}

/** Base units that bridge the slow lane's lead time; zero or less when nothing has to be bridged. */
export function bridgeNeeded(snapshot: Snapshot, policy: PoolPolicy, funds: Funds, levels: ResolvedLevels): bigint {
  const cash = funds.liquidity_cash + funds.in_flight_to_liquidity - funds.awaiting_to_liquidity;
  const model = policy.model?.mode === "live" ? snapshot.forecast?.model : null;
  if (model?.expedite_low !== undefined && model.expedite_to !== undefined) {
    // The model counts on this lane and says itself what it bridges, never less than the emergency level asks for.
    if (cash >= maxOf(model.expedite_low, levels.emergency_low)) return 0n;
    const need = minOf(maxOf(model.expedite_to, levels.emergency_low), levels.high) - cash;
    return need >= maxOf(policy.move_min, 1n) ? need : 0n;
  }
  const outflow = snapshot.forecast?.expected_outflow;
  const expected = maxOf(outflow ?? 0n, 0n);
  if (cash - expected >= levels.emergency_low) return 0n;
  const point = outflow === undefined ? levels.low : levels.emergency_low + expected;
  const need = minOf(point, levels.target) - cash;
  return need >= maxOf(policy.move_min, 1n) ? need : 0n;
}

interface Input {
  readonly snapshot: Snapshot;
  readonly policy: PoolPolicy;
  readonly now: Instant;
  readonly funds: Funds;
  readonly need: bigint;
}

function bridgeMoves(input: Input, lane: LaneState): readonly Move[] {
  const { snapshot, policy, now, funds, need } = input;
  const slow = (snapshot.lanes ?? []).find((one) => one.lane === "slow");
  if (slow === undefined || slow.lead_time_ms <= lane.lead_time_ms) return [];
  if (lane.valid_until === null || !(now < lane.valid_until)) return [];
  const room = roomIn(policy.windows, snapshot.history.moves, "to_liquidity", now);
  const left = minOf(need, minOf(lane.remaining_amount ?? 0n, policy.move_max));
  const amount = room.amount === null ? left : minOf(left, room.amount);
  const legs_max = Math.min(LEGS_MAX, room.count, lane.remaining_count ?? 0);
  const limits = {
    ...{ fee_max: policy.fee_max, fee_max_ppm: policy.fee_max_ppm, leg_min: policy.move_min },
    ...{ delay_ppm_per_hour: policy.model?.delay_ppm_per_hour ?? 0, priority: policy.priority },
  };
  const spendable = spendableOf(funds, policy, "to_liquidity");
  const receivable = receivableOf(snapshot, funds, policy);
  const split = splitAmount(laneRoutes(input, lane), amount, spendable, limits, legs_max, receivable);
  return split.legs.map(({ route, amount: units, fee, fee_max }) => ({
    ...{ from_wallet: route.from_wallet, to_wallet: route.to_wallet, direction: "to_liquidity" as const },
    ...{ amount: units, network: route.network, fee, fee_max, lead_time_ms: route.lead_time_ms },
    lane: "expedited" as const,
  }));
}

/** Routes of the lane whose pair carries no expedited refill yet and nothing the other way. */
function laneRoutes({ snapshot, funds }: Input, lane: LaneState): readonly RouteOption[] {
  const side = new Map<string, Side>(funds.wallets.map((wallet) => [wallet.wallet_id, wallet.side]));
  const taken = new Set(
    snapshot.open_transfers
      .filter((open) => open.lane === "expedited" || directionOf(open, side) === "to_reserve")
      .map((open) => pairKey(open)),
  );
  const { routes } = candidateRoutes(snapshot, funds, "to_liquidity", snapshot.open_transfers);
  return routes
    .filter(
      ({ from_wallet, to_wallet }) => lane.from_wallets.includes(from_wallet) && lane.to_wallets.includes(to_wallet),
    )
    .filter((route) => !taken.has(pairKey(route)))
    .map((route) => {
      const most = lane.amount_max ?? 0n;
      return { ...route, lane: "expedited", maximum: route.maximum === null ? most : minOf(route.maximum, most) };
    });
}

/** A bridge is no refill: what would have been asked for without it is asked for all the same, less the bridge. */
function withRegularNeed(regular: Decision, policy: PoolPolicy, levels: ResolvedLevels): PoolPolicy {
  const refills = regular.verdict === "move" && regular.moves.some(({ direction }) => direction === "to_liquidity");
  if (!refills || policy.return_to !== "target" || levels.target - 1n <= levels.emergency_low) return policy;
  return {
    ...policy,
    levels: { ...policy.levels, low: { kind: "amount", units: levels.target - 1n, text: "target" } },
  };
}

/** The same pool with the bridge sent. */
function withBridge(snapshot: Snapshot, moves: readonly Move[], now: Instant): Snapshot {
  const sum = (of: (move: Move) => bigint): bigint => moves.reduce((total, move) => total + of(move), 0n);
  return {
    ...snapshot,
    wallets: snapshot.wallets.map((wallet) => ({
      ...wallet,
      reserved: wallet.reserved + sum((move) => (move.from_wallet === wallet.wallet_id ? move.amount + move.fee : 0n)),
      in_flight_in: wallet.in_flight_in + sum((move) => (move.to_wallet === wallet.wallet_id ? move.amount : 0n)),
    })),
    open_transfers: [
      ...snapshot.open_transfers,
      ...moves.map(
        ({ from_wallet, to_wallet, amount }, at): OpenTransfer => ({
          ...{ transfer_id: `expedited ${at + 1}`, from_wallet, to_wallet, amount },
          ...{ state: "submitted", created_at: now, supersedable: false, lane: "expedited" },
        }),
      ),
    ],
    history: {
      ...snapshot.history,
      moves: [
        ...snapshot.history.moves,
        ...moves.map(({ amount }) => ({ at: now, direction: "to_liquidity" as const, amount })),
      ],
    },
  };
}

/** The bridge, and beside it what the slow lane is asked for. */
function combine(regular: Decision, rest: Decision, expedited: Finding, moves: readonly Move[]): Decision {
  const acts = rest.verdict === "move";
  const slow = acts ? rest.moves.map((move): Move => ({ ...move, lane: "slow" })) : [];
  const position = regular.reasons.filter(({ code }) => OF_THE_POSITION.has(code));
  return {
    ...rest,
    verdict: "move",
    severity: regular.severity === "normal" ? "urgent" : regular.severity,
    moves: [...moves, ...slow],
    supersedes: acts ? rest.supersedes : [],
    reasons: [...position, expedited.reason, ...rest.reasons.filter(({ code }) => !OF_THE_POSITION.has(code))],
    counterfactuals: [expedited.counterfactual ?? [], regular.counterfactuals].flat(),
    levels: regular.levels,
    before: regular.before,
    after: (acts ? rest.after : null) ?? rest.before,
  };
}

function explained(regular: Decision, { reason, counterfactual }: Finding): Decision {
  return {
    ...regular,
    reasons: [...regular.reasons, reason],
    counterfactuals: counterfactual === null ? regular.counterfactuals : [...regular.counterfactuals, counterfactual],
  };
}

function used({ snapshot, policy }: Input, lane: LaneState, moves: readonly Move[]): Finding {
  const slow = (snapshot.lanes ?? []).find((one) => one.lane === "slow");
  const amount = moves.reduce((sum, move) => sum + move.amount, 0n);
  return finding("expedited_lane", "none", "lanes.expedited", {
    observed: amountText(policy.asset, amount),
    limit: amountText(policy.asset, (lane.remaining_amount ?? 0n) - amount),
    detail: durationText(slow?.lead_time_ms ?? 0),
  });
}

function exhausted({ policy, need }: Input, lanes: readonly LaneState[]): Finding {
  const left = lanes.reduce(
    (sum, lane) => sum + ((lane.remaining_count ?? 0) > 0 ? (lane.remaining_amount ?? 0n) : 0n),
    0n,
  );
  const bounds = lanes.flatMap(({ bounded_by = [] }) => bounded_by);
  const facts = {
    ...{ observed: amountText(policy.asset, need), limit: amountText(policy.asset, left) },
    detail: bounds.length === 0 ? "what people approved in advance does not reach" : bounds.join("; "),
  };
  return finding("lane_exhausted", "none", "lanes.expedited", facts);
}

/** What is being bridged already is no exhausted lane. */
function openExpedited({ open_transfers }: Snapshot): boolean {
  return open_transfers.some(({ lane }) => lane === "expedited");
}
