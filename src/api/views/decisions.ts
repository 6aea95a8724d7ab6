/** Decisions for the advisor card, the list and the detail. */
import {
  crossingOf,
  type Person,
  quorumFor,
  type Requirement,
  type Role,
  requirementOf,
} from "../../authority/index.ts";
import type { PoolConfig, TreasuryConfig } from "../../config/types.ts";
import type { PoolPlan } from "../../daemon/types.ts";
import type {
  Decision,
  Mode,
  Position as PolicyPosition,
  PoolPolicy,
  ReasonCode,
  ResolvedLevels,
} from "../../policy/index.ts";
import { LEVEL_NAMES } from "../../policy/index.ts";
import type { Instant } from "../../ports/index.ts";
import { type DecisionRow, type ReadTx, tables } from "../../store/index.ts";
import type { DecisionDetail, DecisionView, LevelSet, Money, Move, Plan, Position } from "../schemas/index.ts";
import { viewDecisionInputs } from "./decision_inputs.ts";
import { type Printer, printShare, printTime, printTimeOrNull } from "./printer.ts";
import { readStoredDecision, readStoredSnapshot } from "./stored_decision.ts";

/** Transfers of one decision; a decision never plans more moves. */
const TRANSFERS_OF_DECISION_MAX = 50;

/** Decisions of one pool in one instant: the loop makes one. */
const BEFORE_MAX = 10;

/** What the store knows of a decision beside itself. */
export interface DecisionRecord {
  readonly id: string | null;
  readonly cause: string;
  readonly repeats: number;
  readonly last_at: number;
  readonly policy_digest: string;
  readonly transfer_ids: readonly string[];
}

export function viewDecision(decision: Decision, record: DecisionRecord, printer: Printer): DecisionView {
  const { asset } = decision;
  const pool = printer.config.pools.find((item) => item.id === decision.pool_id);
  return {
    id: record.id,
    pool_id: decision.pool_id,
    asset,
    verdict: decision.verdict,
    severity: decision.severity,
    headline: headlineOf(decision, printer),
    decided_at: printTime(decision.decided_at),
    last_at: printTime(record.last_at),
    repeats: record.repeats,
    cause: record.cause,
    policy_digest: record.policy_digest,
    reasons: decision.reasons.map((reason) => ({ ...reason })),
    counterfactuals: [...decision.counterfactuals],
    moves: decision.moves.map((move) => viewMove(move, asset, printer)),
    alternatives: decision.alternatives.map((item) => ({
      from_wallet: item.from_wallet,
      from_label: printer.label(item.from_wallet),
      to_wallet: item.to_wallet,
      to_label: printer.label(item.to_wallet),
      network: item.network,
      fee: printer.moneyOrNull(asset, item.fee),
      rejected_because: item.rejected_because,
    })),
    supersedes: [...decision.supersedes],
    levels:
      pool === undefined ? null : viewLevels(pool.policy, decision.levels, countedTotal(decision.before), printer),
    before: viewPositionOrNull(decision.before, asset, printer),
    after: viewPositionOrNull(decision.after, asset, printer),
    approvals: approvalsOf(decision, printer),
    transfer_ids: [...record.transfer_ids],
  };
}

/** A decision that was computed just now and is not recorded. */
export function unrecorded(decision: Decision, pool: PoolConfig): DecisionRecord {
  return {
    id: null,
    cause: "now",
    repeats: 0,
    last_at: decision.decided_at,
    policy_digest: pool.policy_digest,
    transfer_ids: [],
  };
}

/**
 * The decision of this moment. Where the last recorded one says the same, it goes by that one's name and dates from it: a decision
 * that was carried out meanwhile is never shown as what would be done now.
 */
export async function viewCurrentDecision(
  decision: Decision,
  pool: PoolConfig,
  tx: ReadTx,
  printer: Printer,
): Promise<DecisionView> {
  const [row] = await tx.find(tables.decision, {
    where: { pool_id: pool.id },
    order_by: [
      ["at", "desc"],
      ["id", "desc"],
    ],
    limit: 1,
  });
  const last = row === undefined || row.policy_digest !== pool.policy_digest ? null : readStoredDecision(row.decision);
  if (row === undefined || last === null || !isSameAnswer(last, decision)) {
    return viewDecision(decision, unrecorded(decision, pool), printer);
  }
  const record = { ...row, last_at: decision.decided_at, transfer_ids: await transferIdsOf(row, tx) };
  return { ...viewDecision(decision, record, printer), decided_at: printTime(row.at) };
}

/** The same verdict for the same reasons, with the same moves; the figures of a decision that moves nothing follow the balances. */
function isSameAnswer(left: Decision, right: Decision): boolean {
  const gist = ({ verdict, severity, supersedes, reasons, moves }: Decision): string =>
    JSON.stringify([
      ...[verdict, severity, supersedes, reasons.map(({ code }) => code)],
      moves.map(({ from_wallet, to_wallet, amount }) => [from_wallet, to_wallet, amount.toString()]),
    ]);
  return gist(left) === gist(right);
}

/** What would be decided now, pool by pool. */
export function viewPlan(plans: readonly PoolPlan[], printer: Printer, mode: Mode, now: Instant): Plan {
  const decisions = plans.flatMap(({ pool_id, decision }) => {
    const pool = printer.config.pools.find((item) => item.id === pool_id);
    return pool === undefined ? [] : [viewDecision(decision, unrecorded(decision, pool), printer)];
  });
  return { as_of: printTime(now), mode, decisions };
}

/** Null when the stored form cannot be read any more. */
export async function viewStoredDecision(row: DecisionRow, tx: ReadTx, printer: Printer): Promise<DecisionView | null> {
  const decision = readStoredDecision(row.decision);
  if (decision === null) return null;
  return viewDecision(decision, { ...row, transfer_ids: await transferIdsOf(row, tx) }, printer);
}

async function transferIdsOf(row: DecisionRow, tx: ReadTx): Promise<string[]> {
  if (row.verdict !== "move") return [];
  const transfers = await tx.find(tables.transfer, {
    where: { decision_id: row.id, created_at: { gte: row.at } },
    order_by: [["id", "asc"]],
    limit: TRANSFERS_OF_DECISION_MAX,
  });
  return transfers.map((transfer) => transfer.id);
}

export async function viewDecisionDetail(
  row: DecisionRow,
  tx: ReadTx,
  printer: Printer,
): Promise<DecisionDetail | null> {
  const decision = await viewStoredDecision(row, tx, printer);
  if (decision === null) return null;
  const snapshot = readStoredSnapshot(row.snapshot);
  const shadow = row.shadow === null ? null : readStoredDecision(row.shadow);
  const version = await tx.get(tables.policy_version, { digest: row.policy_digest });
  return {
    decision,
    snapshot:
      snapshot === null
        ? null
        : {
            taken_at: printTime(snapshot.taken_at),
            mode: snapshot.mode,
            frozen_reason: snapshot.frozen_reason,
            wallets: snapshot.wallets.map((wallet) => ({
              wallet_id: wallet.wallet_id,
              venue: wallet.venue_id,
              side: wallet.side,
              freshness: wallet.freshness,
              as_of: printTimeOrNull(wallet.as_of),
              total: printer.moneyOrNull(snapshot.asset, wallet.total),
              available: printer.moneyOrNull(snapshot.asset, wallet.available),
              pending_in: printer.money(snapshot.asset, wallet.pending_in),
              pending_out: printer.money(snapshot.asset, wallet.pending_out),
              reserved: printer.money(snapshot.asset, wallet.reserved),
              in_flight_in: printer.money(snapshot.asset, wallet.in_flight_in),
            })),
          },
    shadow: shadow === null ? null : viewDecision(shadow, { ...row, id: null, transfer_ids: [] }, printer),
    inputs: viewDecisionInputs(row.snapshot, version?.policy ?? null, printer),
    previous: await previousOf(row, tx, printer),
    raw: { decision: row.decision, snapshot: row.snapshot, policy: version?.policy ?? null },
  };
}

/** The decision of the same pool before this one; two of one instant stand in the order of their ids. */
async function previousOf(row: DecisionRow, tx: ReadTx, printer: Printer): Promise<DecisionView | null> {
  const earlier = await tx.find(tables.decision, {
    where: { pool_id: row.pool_id, at: { lte: row.at } },
    order_by: [
      ["at", "desc"],
      ["id", "desc"],
    ],
    limit: BEFORE_MAX,
  });
  const previous = earlier.find(({ at, id }) => at < row.at || id < row.id);
  return previous === undefined ? null : viewStoredDecision(previous, tx, printer);
}

export function viewPosition(position: PolicyPosition, asset: string, printer: Printer): Position {
  const money = (units: bigint) => printer.money(asset, units);
  return {
    total: money(position.total),
    liquidity: money(position.liquidity),
    reserve: money(position.reserve),
    in_flight_to_liquidity: money(position.in_flight_to_liquidity),
    in_flight_to_reserve: money(position.in_flight_to_reserve),
    awaiting_to_liquidity: money(position.awaiting_to_liquidity),
    awaiting_to_reserve: money(position.awaiting_to_reserve),
    share_percent: position.share_percent,
    now: viewNow(position, money),
    health_percent: position.health_percent,
  };
}

function viewNow(position: PolicyPosition, money: (units: bigint) => Money): Position["now"] {
  const asked_for = position.awaiting_to_liquidity + position.awaiting_to_reserve;
  const { liquidity, reserve, total, share_percent } = position.counted ?? countedBefore(position);
  return {
    liquidity: money(liquidity),
    reserve: money(reserve),
    on_its_way: money(total - liquidity - reserve - asked_for),
    asked_for: money(asked_for),
    set_aside: money(position.total - total),
    share_percent,
  };
}

/** Of a record that did not say it. */
function countedBefore(position: PolicyPosition): NonNullable<PolicyPosition["counted"]> {
  const { total } = position;
  const liquidity = position.liquidity - position.in_flight_to_liquidity - position.awaiting_to_reserve;
  const reserve = position.reserve - position.in_flight_to_reserve - position.awaiting_to_liquidity;
  return { liquidity, reserve, total, share_percent: total > 0n ? printShare(liquidity, total) : null };
}

/** What shares are of. */
export function countedTotal(position: PolicyPosition | null): bigint | null {
  return position === null ? null : (position.counted?.total ?? position.total);
}

export function viewPositionOrNull(position: PolicyPosition | null, asset: string, printer: Printer): Position | null {
  return position === null ? null : viewPosition(position, asset, printer);
}

/** The levels as written and, where they could be resolved, as amounts and shares of `total`. */
export function viewLevels(
  policy: PoolPolicy,
  resolved: ResolvedLevels | null,
  total: bigint | null,
  printer: Printer,
): LevelSet {
  const view = (text: string, units: bigint | null) => ({
    text,
    amount: printer.moneyOrNull(policy.asset.id, units),
    share_percent: units === null || total === null ? null : printShare(units, total),
  });
  const [emergency_low, low, target, high, emergency_high] = LEVEL_NAMES.map((name) =>
    view(policy.levels[name].text, resolved?.[name] ?? null),
  ) as [LevelSet["low"], LevelSet["low"], LevelSet["low"], LevelSet["low"], LevelSet["low"]];
  const floor = policy.floor === null ? null : view(policy.floor.text, resolved?.floor ?? null);
  return { emergency_low, low, target, high, emergency_high, floor };
}

/** Reasons that describe; any other reason of a decision that waits or is blocked says what stops it. */
const DESCRIBING: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  "inside_band",
  "below_low",
  "above_high",
  "below_emergency_low",
  "above_emergency_high",
  "below_floor",
  "returns_to",
  "route_chosen",
  "needs_quorum",
  "supersedes",
  "gas_low",
  "gas_wanted",
  "gas_cost",
  "deposits_ready",
]);

/** The sentence a person reads first: the move, or where the pool stands and what stops it. */
function headlineOf(decision: Decision, printer: Printer): string {
  const [move] = decision.moves;
  if (decision.verdict !== "move" || move === undefined) {
    const stops = decision.reasons.find((reason) => !DESCRIBING.has(reason.code));
    const said = [decision.reasons[0], stops].filter((reason) => reason !== undefined);
    return [...new Set(said.map((reason) => reason.sentence))].join(" ");
  }
  // What leaves for somebody else is never added to what stays ours.
  const payouts = decision.moves.filter(({ direction }) => direction === "to_payee");
  const moves = decision.moves.filter(({ direction }) => direction !== "to_payee" && direction !== "within");
  const said = [
    movesText("Pay", payouts, decision.asset, printer),
    movesText("Move", moves, decision.asset, printer),
    ...decision.moves.flatMap((one) => (one.direction === "within" ? [withinText(one, decision.asset, printer)] : [])),
  ];
  return said.filter((sentence) => sentence !== null).join(" ");
}

function movesText(verb: string, moves: Decision["moves"], asset: string, printer: Printer): string | null {
  const [move] = moves;
  if (move === undefined) return null;
  const units = moves.reduce((sum, item) => sum + item.amount, 0n);
  const way = `${printer.label(move.from_wallet)} to ${printer.label(move.to_wallet)}`;
  const more = moves.length > 1 ? ` and ${moves.length - 1} more` : "";
  return `${verb} ${printer.say(asset, units)} from ${way}${more}.`;
}

/** Only the fee leaves. */
function withinText(
  { from_wallet, touches_max = 0n, fee }: Decision["moves"][number],
  asset: string,
  printer: Printer,
): string {
  const [coins, cost] = [printer.money(asset, touches_max), printer.money(asset, fee)];
  return `Put small coins of ${printer.label(from_wallet)} together (${coins.amount} ${asset} become one for ${cost.amount} ${asset}).`;
}

function viewMove(move: Decision["moves"][number], asset: string, printer: Printer): Move {
  return {
    from_wallet: move.from_wallet,
    from_label: printer.label(move.from_wallet),
    to_wallet: move.to_wallet,
    to_label: printer.label(move.to_wallet),
    direction: move.direction,
    network: move.network,
    amount: printer.money(asset, move.amount),
    fee: printer.money(asset, move.fee),
    fee_max: printer.money(asset, move.fee_max),
    lead_time_ms: move.lead_time_ms,
    ...(move.lane === undefined ? {} : { lane: move.lane }),
    ...(move.touches_max === undefined ? {} : { touches: printer.money(asset, move.touches_max) }),
  };
}

/** What the most demanding of the moves needs; null when none of them needs anybody. */
function approvalsOf(decision: Decision, { config }: Printer): DecisionView["approvals"] {
  // A small rule never takes anything out of custody.
  const internal = config.pools.some(({ id, policy }) => id === decision.pool_id && policy.task !== undefined);
  const requirements = decision.moves.map((move) => {
    const crossing = crossingOf(move.direction);
    const direction = internal ? "internal" : crossing;
    if (move.direction === "within") return requirementWithin(decision.asset, move, config);
    return quorumFor(config.authority, { asset: decision.asset, direction, amount: move.amount });
  });
  const quorums = requirements.filter((item) => item.kind === "quorum").sort((a, b) => b.needed - a.needed);
  const [quorum] = quorums;
  if (quorum === undefined || quorum.needed === 0) return null;
  const able = config.authority.people.filter((person) => hasRole(person, quorum));
  const roles = new Set(quorum.tiers.flatMap((tier) => tier.roles));
  return { needed: quorum.needed, of: able.length, roles: [...roles] };
}

function requirementWithin(
  asset: string,
  move: Decision["moves"][number],
  { wallets, authority }: TreasuryConfig,
): Requirement {
  const role = wallets.find(({ id }) => id === move.from_wallet)?.kind ?? "custody";
  const touches_max = (move.touches_max ?? 0n).toString();
  return requirementOf(authority, { asset, direction: "internal", amount: "0", from: { role }, self: { touches_max } });
}

function hasRole(person: Person, quorum: { readonly tiers: readonly { readonly roles: readonly Role[] }[] }): boolean {
  return quorum.tiers.some((tier) => tier.roles.some((role) => person.roles.includes(role)));
}
