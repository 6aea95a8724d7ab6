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
  /** What prices are multiplied by, at the end of each hour-step after it begins; they stay where the last one left them. */
  readonly prices?: PricePath;
}

export interface PricePath {
  readonly step_h: number;
  readonly factors: Readonly<Record<string, readonly number[]>>;
}

/**
 * The run follows the net outflow of Anchor on Terra, 7 to 12 May 2022, measured on the chain in steps of 12 h: 90 % of the
 * assets in six days, 34 % in the worst one. Fees rose tenfold in comparable days of November 2022.
 */
const ANCHOR = [0.014, 0.097, 0.174, 0.212, 0.24, 0.462, 0.575, 0.616, 0.736, 0.81, 0.855, 0.897];

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
    curve: ANCHOR,
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
  {
    name: "btc-crash",
    sentence: "coins fall by a seventh in half a day, and a day later by as much again within four hours",
    starts_after_h: 24,
    step_h: 12,
    curve: [0.01, 0.03, 0.06, 0.08],
    fee_multiplier: 4n,
    prices: {
      step_h: 4,
      factors: {
        BTC: [0.96, 0.91, 0.87, 0.86, 0.87, 0.86, 0.735, 0.735, 0.74, 0.735, 0.72, 0.7, 0.69, 0.7, 0.72, 0.74, 0.76],
        ETH: [0.95, 0.9, 0.86, 0.85, 0.86, 0.85, 0.65, 0.65, 0.655, 0.65, 0.645, 0.64, 0.64, 0.65, 0.67, 0.69, 0.71],
        USDT: [1, 1, 0.999, 1, 1, 1, 0.998, 0.997, 0.998, 0.999, 1],
      },
    },
  },
  {
    name: "terra-anchor-2022-05",
    sentence: "customers withdraw as they did from Anchor, and coins fall about as they did from 7 to 14 May 2022",
    starts_after_h: 24,
    step_h: 12,
    curve: ANCHOR,
    fee_multiplier: 10n,
    // Every half day from 7 May 2022, 00:00 UTC, rounded from daily closes and lows.
    prices: {
      step_h: 12,
      factors: {
        BTC: [0.997, 0.986, 0.955, 0.946, 0.915, 0.84, 0.88, 0.86, 0.86, 0.8, 0.745, 0.805, 0.84, 0.815],
        ETH: [0.985, 0.978, 0.95, 0.934, 0.9, 0.832, 0.885, 0.87, 0.86, 0.77, 0.67, 0.727, 0.78, 0.748],
        USDT: [1, 1, 1, 0.999, 1, 0.999, 0.999, 0.998, 0.996, 0.99, 0.985, 0.996, 0.998, 0.999],
      },
    },
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

/** What the scenario multiplies an asset's price by, `hours` after it was chosen; straight between the points. */
export function priceFactor({ prices, starts_after_h }: Scenario, asset: string, hours: number): number {
  const path = prices?.factors[asset];
  if (prices === undefined || path === undefined) return 1;
  const position = (hours - starts_after_h) / prices.step_h;
  if (position <= 0) return 1;
  const index = Math.min(Math.floor(position), path.length);
  const before = index === 0 ? 1 : (path[index - 1] ?? 1);
  const after = path[index] ?? before;
  return before + (after - before) * (position - Math.floor(position));
}

export function isUnderWay(scenario: Scenario, hours: number): boolean {
  const end = scenario.starts_after_h + scenario.step_h * scenario.curve.length;
  return hours >= scenario.starts_after_h && hours < end;
}

function lastOf(scenario: Scenario): number {
  return scenario.curve.at(-1) ?? 0;
}
