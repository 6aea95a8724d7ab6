/** What happens to the customers: nothing (`calm`), a run, or a flood of deposits. Pure functions of the hours since start. */
import { TidegateError } from "../errors/index.ts";

export interface Scenario {
  readonly name: string;
  readonly sentence: string;
  /** Calm hours before it begins. */
  readonly starts_after_h: number;
  readonly step_h: number;
  /** Cumulative net outflow as a share of the assets at the start, at the end of each step; negative: inflow. */
  readonly curve: readonly number[];
  /** Network fees of dear networks are multiplied by this while it lasts. */
  readonly fee_multiplier: bigint;
}

/**
 * The run follows the net outflow of Anchor on Terra, 7 to 12 May 2022, measured on the chain in steps of 12 h: 90 % of the
 * assets in six days, 34 % in the worst one. Fees rose tenfold in comparable days of November 2022.
 */
const SCENARIOS: readonly Scenario[] = [
  {
    name: "calm",
    sentence: "customers come and go with the hour of the week",
    starts_after_h: 0,
    step_h: 12,
    curve: [],
    fee_multiplier: 1n,
  },
  {
    name: "bank-run",
    sentence: "customers withdraw as they did from Anchor in May 2022",
    starts_after_h: 24,
    step_h: 12,
    curve: [0.014, 0.097, 0.174, 0.212, 0.24, 0.462, 0.575, 0.616, 0.736, 0.81, 0.855, 0.897],
    fee_multiplier: 10n,
  },
  {
    name: "deposit-surge",
    sentence: "customers bring two fifths more in two days",
    starts_after_h: 24,
    step_h: 12,
    curve: [-0.04, -0.15, -0.31, -0.4],
    fee_multiplier: 3n,
  },
];

export const SCENARIO_NAMES: readonly string[] = SCENARIOS.map((scenario) => scenario.name);

/** @throws TidegateError sandbox_unknown_scenario */
export function scenarioOf(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found) return found;
  throw new TidegateError(
    "usage",
    "sandbox_unknown_scenario",
    `There is no scenario "${name}"; choose one of ${SCENARIO_NAMES.join(", ")}.`,
    { scenario: name },
  );
}

/** Cumulative share that has left `hours` after the sandbox's start, straight between the points of the curve. */
export function shareGone(scenario: Scenario, hours: number): number {
  const position = (hours - scenario.starts_after_h) / scenario.step_h;
  if (scenario.curve.length === 0 || position <= 0) return 0;
  const index = Math.floor(position);
  const before = index === 0 ? 0 : (scenario.curve[index - 1] ?? lastOf(scenario));
  const after = scenario.curve[index] ?? lastOf(scenario);
  return before + (after - before) * (position - index);
}

export function isUnderWay(scenario: Scenario, hours: number): boolean {
  const end = scenario.starts_after_h + scenario.step_h * scenario.curve.length;
  return hours >= scenario.starts_after_h && hours < end;
}

function lastOf(scenario: Scenario): number {
  return scenario.curve.at(-1) ?? 0;
}
