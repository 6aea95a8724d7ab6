/** Stress tests of the live policy, on a copy of the live snapshot. */
import { setImmediate } from "node:timers/promises";
import { crossingOf, quorumFor } from "../../authority/index.ts";
import type { TreasuryConfig } from "../../config/types.ts";
import type { PoolPlan } from "../../daemon/types.ts";
import { assert } from "../../errors/index.ts";
import { maxOf, minOf } from "../../money/index.ts";
import type { Move } from "../../policy/index.ts";
import { createSeededRandom } from "../../ports/index.ts";
import {
  SCENARIOS,
  type Scenario,
  type StressHour,
  type StressReport,
  scenarioOf,
  stressTestPaced,
} from "../../stress/index.ts";
import type { CustomScenario, ScenarioList, Stress, StressRequest } from "../schemas/index.ts";
import type { Printer } from "./printer.ts";

const PATH_STEPS_MAX = 500;
const TRIPS_MAX = 200;

type Sides = StressReport["start"];

export function viewScenarios(): ScenarioList {
  return { items: SCENARIOS.map(viewScenario) };
}

/**
 * Pauses between runs, so that whoever shares the thread goes on working.
 * @throws StressError
 */
export async function viewStress(
  plans: readonly PoolPlan[],
  request: StressRequest,
  printer: Printer,
): Promise<Stress> {
  const scenario =
    typeof request.scenario === "string" ? scenarioOf(request.scenario) : customScenario(request.scenario);
  const pools: Stress["pools"] = [];
  for (const plan of plans.filter((one) => hasBand(one, printer)))
    pools.push(await viewPool(plan, scenario, request, printer));
  return { simulation: true, scenario: viewScenario(scenario), pools };
}

/** Customers run on pools that pay them, not on what pays for transactions or collects deposits. */
function hasBand({ pool_id }: PoolPlan, { config }: Printer): boolean {
  return config.pools.some(({ id, policy }) => id === pool_id && policy.task === undefined);
}

async function viewPool(
  plan: PoolPlan,
  scenario: Scenario,
  request: StressRequest,
  printer: Printer,
): Promise<Stress["pools"][number]> {
  const { config } = printer;
  const pool = config.pools.find(({ id }) => id === plan.pool_id);
  assert(pool !== undefined, `pool ${plan.pool_id} is not in the configuration`);
  const asset = pool.asset;
  const chance = request.monte_carlo;
  const report = await stressTestPaced(
    {
      snapshot: plan.snapshot,
      policy: pool.policy,
      scenario,
      assets: [...config.assets.keys()],
      approval_hours: request.approval_hours ?? null,
      needsApproval: (move) => needsApproval(move, asset, config),
    },
    chance === undefined ? null : { runs: chance.runs, random: createSeededRandom(chance.seed) },
    () => setImmediate(),
  );
  const money = (units: bigint) => printer.money(asset, units);
  const sides = ({ liquidity, reserve, total }: Sides) => ({
    liquidity: money(liquidity),
    reserve: money(reserve),
    total: money(total),
  });
  const { monte_carlo: drawn } = report;
  return {
    pool_id: plan.pool_id,
    sentence: sentenceOf(report, asset, printer),
    approval_hours: report.approval_hours,
    hours: report.hours,
    start: sides(report.start),
    end: sides(report.end),
    hours_to_empty: report.hours_to_empty,
    stockout_hours: report.stockout_hours,
    longest_stockout_hours: report.longest_stockout_hours,
    peak_queue: money(report.peak_queue),
    unpaid: money(report.unpaid),
    asked: money(report.asked),
    served_1h_ppm: report.served_1h_ppm,
    served_24h_ppm: report.served_24h_ppm,
    moves: report.moves,
    fees: money(report.fees),
    path: thinned(report.path).map(({ hour, liquidity, waiting }) => ({
      hour,
      liquidity: money(liquidity),
      waiting: money(waiting),
    })),
    trips: report.trips.slice(0, TRIPS_MAX).map((trip) => ({ ...trip, amount: money(trip.amount) })),
    least_hot: printer.moneyOrNull(asset, report.least_hot),
    longest_approval_hours: report.longest_approval_hours,
    longest_approval_at_least: report.longest_approval_at_least,
    monte_carlo:
      drawn === null
        ? null
        : { ...drawn, peak_queue_p50: money(drawn.peak_queue_p50), peak_queue_p95: money(drawn.peak_queue_p95) },
  };
}

/** A long path in fewer steps; each says the worst of its hours. */
function thinned(path: readonly StressHour[]): (StressHour & { readonly hour: number })[] {
  const span = Math.max(1, Math.ceil(path.length / PATH_STEPS_MAX));
  const steps: (StressHour & { hour: number })[] = [];
  for (let hour = 0; hour < path.length; hour += span) {
    const hours = path.slice(hour, hour + span);
    const liquidity = hours.map((one) => one.liquidity).reduce(minOf);
    const waiting = hours.map((one) => one.waiting).reduce(maxOf);
    steps.push({ hour, liquidity, waiting });
  }
  return steps;
}

function customScenario({ approval_hours, ...rest }: CustomScenario): Scenario {
  const provenance = "Given with the request.";
  return { ...rest, id: "custom", curve_kind: "custom", provenance, approval_hours: [approval_hours] };
}

function viewScenario(scenario: Scenario): Stress["scenario"] {
  const { id, title, curve_kind, provenance, approval_hours } = scenario;
  const hours = scenario.step_hours * scenario.curve_ppm.length;
  return { id, title, curve_kind, provenance, hours, approval_hours: [...approval_hours] };
}

function needsApproval(move: Move, asset: string, { authority }: TreasuryConfig): boolean {
  const direction = crossingOf(move.direction);
  const requirement = quorumFor(authority, { asset, direction, amount: move.amount });
  return requirement.kind === "denied" || requirement.needed > 0;
}

function sentenceOf(report: StressReport, asset: string, printer: Printer): string {
  const moves = report.moves === 1 ? "1 move" : `${report.moves} moves`;
  if (report.hours_to_empty === null) return `Everybody is paid within the hour, with ${moves}.`;
  return `Liquidity runs out in hour ${report.hours_to_empty}; customers wait in ${report.stockout_hours} hours, at worst for ${printer.say(asset, report.peak_queue)}.`;
}
