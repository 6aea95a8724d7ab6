/**
 * One scenario under one policy, hour by hour, on a copy. Order within an hour: what was under way lands; the policy sees what
 * has happened up to now and decides (`decide`, the live one); customers ask, and are paid first come, first served.
 */
import { minOf } from "../money/index.ts";
import { type Decision, decide, type RouteOption, type Snapshot } from "../policy/index.ts";
import { StressError } from "./errors.ts";
import { queueOf } from "./queue.ts";
import type { HourSpan, PriceShock, Scenario, StressHour, StressInput, StressRun, StressTrip } from "./types.ts";
import { HOUR_MS, World } from "./world.ts";

export interface RunOptions {
  readonly input: StressInput;
  readonly scenario: Scenario;
  readonly approval_hours: number;
  /** Base units of liquidity at the start; what is missing or too much comes from or goes to the reserve. */
  readonly hot?: bigint;
  /** Nothing is moved to the reserve. */
  readonly holds_sweeps?: boolean;
}

const PPM = 1_000_000n;
const FEE_SCALE = 1_000;
/** After the curve ends, so long that the last who asked can be seen paid within a day. */
const AFTER_HOURS = 48;

export function hoursOf({ curve_ppm, step_hours }: Scenario): number {
  return curve_ppm.length * step_hours + AFTER_HOURS;
}

/** @throws StressError stress_position_unknown */
export function runStress({ input, scenario, approval_hours, hot, holds_sweeps }: RunOptions): StressRun {
  const { snapshot: real, policy } = input;
  const approval_ms = approval_hours * HOUR_MS;
  const world = new World(real, (transfer) => (transfer.supersedable ? approval_ms + HOUR_MS : HOUR_MS));
  if (hot !== undefined) setHot(world, hot);
  const before = sidesOf(world);
  strike(world, scenario, before.total);
  const hours = hoursOf(scenario);
  const queue = queueOf();
  const path: StressHour[] = [];
  const trips: StressTrip[] = [];
  let fees = 0n;
  for (let hour = 0; hour < hours; hour += 1) {
    const now = real.taken_at + hour * HOUR_MS;
    if (within(scenario.custody_outage, hour)) world.delay("reserve", now + HOUR_MS);
    world.land(now);
    const decision = decide(shape(owing(world.snapshot(now), queue.waiting()), scenario, hour), policy, now);
    if (decision.before === null) throw positionUnknown(real.pool_id);
    world.mark(sideOf(decision), now);
    if (decision.verdict === "move") {
      const started = start(world, decision, { input, hour, approval_hours, holds_sweeps: holds_sweeps === true });
      trips.push(...started.trips);
      fees += started.fees;
    }
    const asked = outflowAt(scenario, before.total, hour);
    if (asked < 0n) world.give("liquidity", -asked);
    else queue.ask(asked, hour);
    const payable = minOf(queue.waiting(), world.free("liquidity"));
    world.take("liquidity", payable);
    queue.pay(payable, hour);
    path.push({ liquidity: world.free("liquidity"), waiting: queue.waiting() });
  }
  const figures = { ...queue.figures(), moves: trips.length, fees, path, trips };
  return { hours, approval_hours, start: before, end: sidesOf(world), ...figures };
}

function setHot(world: World, hot: bigint): void {
  const difference = hot - world.free("liquidity");
  const [from, to, amount] =
    difference >= 0n
      ? (["reserve", "liquidity", difference] as const)
      : (["liquidity", "reserve", -difference] as const);
  const missing = world.take(from, amount);
  world.give(to, amount - missing);
}

/** What happens before anybody can do anything. */
function strike(world: World, { stolen_ppm, stolen_from, stuck_ppm }: Scenario, total: bigint): void {
  const stuck = (world.free("reserve") * BigInt(stuck_ppm)) / PPM;
  world.take(stolen_from, (total * BigInt(stolen_ppm)) / PPM);
  world.hold("reserve", stuck);
}

function sidesOf(world: World): StressRun["start"] {
  const [liquidity, reserve] = [world.free("liquidity"), world.free("reserve")];
  return { liquidity, reserve, total: liquidity + reserve };
}

/** Whoever waits is owed: the queue counts as on its way out of the first liquidity wallet, so a refill is large enough for it. */
function owing(snapshot: Snapshot, waiting: bigint): Snapshot {
  const first = snapshot.wallets.findIndex(({ side }) => side === "liquidity");
  const wallets = snapshot.wallets.map((wallet, at) => (at === first ? { ...wallet, pending_out: waiting } : wallet));
  return { ...snapshot, wallets };
}

/** The snapshot as the scenario lets the policy see it: routes that are closed, dear fees, the price of this hour. */
function shape(snapshot: Snapshot, scenario: Scenario, hour: number): Snapshot {
  const reserve = new Set(snapshot.wallets.filter(({ side }) => side === "reserve").map(({ wallet_id }) => wallet_id));
  const closed = within(scenario.custody_outage, hour) || within(scenario.rails_closed, hour);
  const routes = snapshot.routes.map((route) => shapeRoute(route, scenario, closed && reserve.has(route.from_wallet)));
  const shock = scenario.price_shock;
  const own = shock !== null && (shock.asset === null || shock.asset === snapshot.asset);
  const price = snapshot.price?.price ?? null;
  if (!own || snapshot.price === null || price === null) return { ...snapshot, routes };
  const shaken = { num: price.num * BigInt(priceAt(shock, hour)), den: price.den * PPM };
  return { ...snapshot, routes, price: { ...snapshot.price, price: shaken } };
}

function shapeRoute(route: RouteOption, { fee_times }: Scenario, closed: boolean): RouteOption {
  const fee_fixed = (route.fee_fixed * BigInt(Math.round(fee_times * FEE_SCALE))) / BigInt(FEE_SCALE);
  if (!closed || !route.enabled) return { ...route, fee_fixed };
  return { ...route, fee_fixed, enabled: false, disabled_reason: "closed in this scenario" };
}

/** Parts per million of the price before: down in a line, and back up in one where it recovers. */
export function priceAt({ to_ppm, fall_hours, recover_hours }: PriceShock, hour: number): number {
  const whole = Number(PPM);
  if (hour <= fall_hours) return Math.round(whole + ((to_ppm - whole) * hour) / fall_hours);
  if (recover_hours === null) return to_ppm;
  return Math.round(to_ppm + (whole - to_ppm) * Math.min(1, (hour - fall_hours) / recover_hours));
}

/** Base units that leave in this hour: the curve's difference, exact over the whole of it; negative: they come. */
export function outflowAt(scenario: Scenario, total: bigint, hour: number): bigint {
  return cumulativeAt(scenario, total, hour + 1) - cumulativeAt(scenario, total, hour);
}

function cumulativeAt({ curve_ppm, step_hours }: Scenario, total: bigint, hour: number): bigint {
  const step = Math.floor(hour / step_hours);
  const last = curve_ppm.at(-1) ?? 0;
  const [from, to] = [step === 0 ? 0 : (curve_ppm[step - 1] ?? last), curve_ppm[step] ?? last];
  const share = from * step_hours + (to - from) * (hour - step * step_hours);
  return (total * BigInt(share)) / (PPM * BigInt(step_hours));
}

interface Frame {
  readonly input: StressInput;
  readonly hour: number;
  readonly approval_hours: number;
  readonly holds_sweeps: boolean;
}

function start(world: World, decision: Decision, frame: Frame): { trips: StressTrip[]; fees: bigint } {
  const moves = decision.moves.filter((move) => !(frame.holds_sweeps && move.direction === "to_reserve"));
  if (moves.length === 0 && decision.moves.length > 0) return { trips: [], fees: 0n };
  world.withdraw(decision.supersedes);
  const trips = moves.map((move): StressTrip => {
    const lead_hours = Math.max(1, Math.ceil(move.lead_time_ms / HOUR_MS));
    const needs_approval = frame.input.needsApproval(move);
    const lands_hour = frame.hour + lead_hours + (needs_approval ? frame.approval_hours : 0);
    world.start(move, decision.decided_at, frame.input.snapshot.taken_at + lands_hour * HOUR_MS);
    const { direction, amount } = move;
    return { hour: frame.hour, lands_hour, direction, amount, needs_approval };
  });
  return { trips, fees: moves.reduce((sum, { fee }) => sum + fee, 0n) };
}

function within(span: HourSpan | null, hour: number): boolean {
  return span !== null && hour >= span.from_hour && hour < span.from_hour + span.hours;
}

function sideOf({ reasons }: Decision): "low" | "high" | null {
  const codes = reasons.map(({ code }) => code);
  if (codes.includes("below_low") || codes.includes("below_emergency_low")) return "low";
  return codes.includes("above_high") || codes.includes("above_emergency_high") ? "high" : null;
}

function positionUnknown(pool: string): StressError {
  const message = "A balance of this pool is not known yet; nothing can be tested on it.";
  return new StressError("stress_position_unknown", message, { pool });
}
