/** A scenario of one's own, as the sliders hold it and as the API takes it. */
import type { StressRequest } from "../../api/types.ts";

export interface Custom {
  readonly outflow_percent: number;
  readonly over_hours: number;
  readonly approval_hours: number;
  readonly outage_hours: number;
  readonly fee_times: number;
  readonly stolen_percent: number;
  readonly stolen_from: "liquidity" | "reserve";
}

export const FIRST_CUSTOM: Custom = {
  outflow_percent: 30,
  over_hours: 24,
  approval_hours: 4,
  outage_hours: 0,
  fee_times: 1,
  stolen_percent: 0,
  stolen_from: "liquidity",
};

type Figure = Exclude<keyof Custom, "stolen_from">;

/** The ends of each slider. */
export const RANGES: Readonly<Record<Figure, readonly [min: number, max: number]>> = {
  outflow_percent: [0, 200],
  over_hours: [1, 168],
  approval_hours: [0, 72],
  outage_hours: [0, 168],
  fee_times: [1, 100],
  stolen_percent: [0, 100],
};

const PPM_PER_PERCENT = 10_000;

/** The outflow leaves evenly, hour by hour; an outage begins at once. */
export function scenarioOf(custom: Custom, title: string): Exclude<StressRequest["scenario"], string> {
  const { outflow_percent, over_hours, approval_hours, outage_hours, fee_times, stolen_percent, stolen_from } = custom;
  const share = outflow_percent * PPM_PER_PERCENT;
  const curve_ppm = Array.from({ length: over_hours }, (_, hour) => Math.round((share * (hour + 1)) / over_hours));
  return {
    title,
    step_hours: 1,
    curve_ppm,
    approval_hours,
    custody_outage: outage_hours === 0 ? null : { from_hour: 0, hours: outage_hours },
    rails_closed: null,
    stuck_ppm: 0,
    stolen_ppm: stolen_percent * PPM_PER_PERCENT,
    stolen_from,
    fee_times,
    price_shock: null,
  };
}

/** Null for anything that is not a custom scenario within the sliders' ends. */
export function readCustom(value: unknown): Custom | null {
  if (typeof value !== "object" || value === null) return null;
  const given = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(RANGES) as Figure[];
  const valid = names.every((name) => {
    const [min, max] = RANGES[name];
    const figure = given[name];
    return typeof figure === "number" && Number.isInteger(figure) && figure >= min && figure <= max;
  });
  const from = given.stolen_from;
  if (!valid || (from !== "liquidity" && from !== "reserve")) return null;
  const { outflow_percent, over_hours, approval_hours, outage_hours, fee_times, stolen_percent } =
    given as unknown as Custom;
  return { outflow_percent, over_hours, approval_hours, outage_hours, fee_times, stolen_percent, stolen_from: from };
}
