/**
 * What has happened to others, as shares, so that it can happen to any pool. Curves are cumulative net outflow over assets at
 * the start. Public reports name assets and totals; here the pool under test takes their place.
 */
import { StressError } from "./errors.ts";
import type { Scenario } from "./types.ts";

const PLAIN = {
  custody_outage: null,
  rails_closed: null,
  stuck_ppm: 0,
  stolen_ppm: 0,
  stolen_from: "reserve",
  fee_times: 1,
  price_shock: null,
} as const;

const HOUR_STEP = 1;
const HALF_DAY = 12;
const DAY = 24;
const WEEK = 168;
const MONTH = 720;
/** Twice a median hour of 1 in 640, for 24 hours. */
const DRAIN_HOURLY_PPM = 3_125;

export const SCENARIOS: readonly Scenario[] = [
  {
    ...PLAIN,
    id: "terra-anchor-2022-05",
    title: "A pool redeemable on demand loses nine tenths in six days",
    curve_kind: "measured",
    provenance:
      "Anchor (Terra), from 2022-05-07: hourly chain data, taken every 12 hours; opening assets of 12.2 bn on 2022-04-20 are an assumption, and so is the price path. Within a step the outflow is even; the largest real hour was 5.1 %.",
    step_hours: HALF_DAY,
    curve_ppm: [14, 97, 174, 212, 240, 462, 575, 616, 736, 810, 855, 897].map((share) => share * 1_000),
    approval_hours: [4, 1, 24],
    fee_times: 10,
    price_shock: { asset: null, to_ppm: 200_000, fall_hours: 120, recover_hours: null },
  },
  {
    ...PLAIN,
    id: "ftx-2022-11",
    title: "An exchange loses 72 % in three days",
    curve_kind: "fitted",
    provenance:
      "FTX, November 2022: about 6 bn net in 72 h (Reuters, 8 Nov), about 5 bn on one day (CoinDesk, 10 Nov), 8.4 bn on 5 Nov to 1.1 bn on 10 Nov (Arkham); gas ten times on 8 Nov. The fall of its own token is left out: it is no claim of customers.",
    step_hours: DAY,
    curve_ppm: [100_000, 620_000, 720_000],
    approval_hours: [4, 24],
    fee_times: 10,
  },
  {
    ...PLAIN,
    id: "binance-2022-12",
    title: "A rush of 5 % in a day on a large exchange",
    curve_kind: "fitted",
    provenance:
      "Binance, 12 and 13 December 2022: 0.9 to 1.0 bn, then more than 3 bn net in 24 h, of about 60 bn (Nansen, DefiLlama). One asset (USDC) ran dry for about 8 h because its bank was closed; on that asset try rails that close.",
    step_hours: DAY,
    curve_ppm: [15_000, 65_000],
    approval_hours: [4],
    rails_closed: { from_hour: DAY, hours: 8 },
    fee_times: 1.5,
  },
  {
    ...PLAIN,
    id: "bybit-2025-02",
    title: "A theft from custody, and custody out of order during the run",
    curve_kind: "fitted",
    provenance:
      "Bybit, 21 to 23 February 2025: 1.46 of 16.9 bn stolen from the cold multisig, about 5.5 bn withdrawn within a day (DefiLlama), 350,000 requests done in 10 to 12 h; 3 bn could not be moved because the custody service was switched off.",
    step_hours: HOUR_STEP,
    curve_ppm: [20, 70, 110, 150, 180, 210, 240, 260, 270, 280, 290, 300].map((share) => share * 1_000),
    approval_hours: [6, 12],
    custody_outage: { from_hour: 0, hours: 12 },
    stuck_ppm: 195_000,
    stolen_ppm: 86_400,
    fee_times: 2,
  },
  {
    ...PLAIN,
    id: "usdc-2023-03",
    title: "A stablecoin loses its peg while banks are closed",
    curve_kind: "fitted",
    provenance:
      "USDC, 10 to 15 March 2023: 3.3 of 40 bn stuck in a bank, 1.4 bn redeemed in 8 h, more than 4.5 bn net by 15 March, lowest price 0.862 to 0.88; rails closed over the weekend (60 h).",
    step_hours: DAY,
    curve_ppm: [45_000, 60_000, 70_000, 104_000],
    approval_hours: [4],
    rails_closed: { from_hour: 8, hours: 60 },
    stuck_ppm: 82_500,
    fee_times: 5,
    price_shock: { asset: null, to_ppm: 870_000, fall_hours: 12, recover_hours: 60 },
  },
  {
    ...PLAIN,
    id: "silvergate-2022q4",
    title: "A bank loses two thirds of its deposits in a quarter",
    curve_kind: "fitted",
    provenance:
      "Silvergate, fourth quarter 2022: deposits of 11.9 fell to 3.8 bn; 5.2 bn of securities sold at a loss of 13.8 %. The months' split is an assumption. The loss of the forced sale is not modelled.",
    step_hours: MONTH,
    curve_ppm: [200_000, 500_000, 680_000],
    approval_hours: [24],
  },
  {
    ...PLAIN,
    id: "celsius-2022-06",
    title: "A lender is drained slowly until it stops paying",
    curve_kind: "fitted",
    provenance:
      "Celsius, May and June 2022: about 12 bn in May, withdrawals paused on 12 June, single assets short in the last days (examiner's report). The weekly curve is an assumption.",
    step_hours: WEEK,
    curve_ppm: [60_000, 90_000, 100_000, 110_000, 120_000],
    approval_hours: [24],
  },
  {
    ...PLAIN,
    id: "congestion-2020-03-12",
    title: "Fees go up ten times while prices fall",
    curve_kind: "fitted",
    provenance:
      "Ethereum, 12 March 2020: gas from about 10 to more than 100 gwei within a day. Outflow and price path are approximate.",
    step_hours: DAY,
    curve_ppm: [30_000],
    approval_hours: [4],
    fee_times: 10,
    price_shock: { asset: null, to_ppm: 600_000, fall_hours: 24, recover_hours: null },
  },
  {
    ...PLAIN,
    id: "slow-drain",
    title: "Somebody takes twice the usual, hour after hour, for a day",
    curve_kind: "synthetic",
    provenance:
      "Made: twice a median hourly outflow of 1 in 640 for 24 h. docs/explanation/detection.md says how soon it is found.",
    step_hours: HOUR_STEP,
    curve_ppm: Array.from({ length: DAY }, (_, hour) => (hour + 1) * DRAIN_HOURLY_PPM),
    approval_hours: [4],
  },
];

/** @throws StressError stress_scenario_unknown */
export function scenarioOf(id: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.id === id);
  if (found !== undefined) return found;
  const known = SCENARIOS.map((scenario) => scenario.id);
  throw new StressError(
    "stress_scenario_unknown",
    `There is no scenario "${id.slice(0, 64)}"; there are ${known.join(", ")}.`,
    {
      known,
    },
  );
}
