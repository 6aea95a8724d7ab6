import { describe, expect, it } from "vitest";
import { readCosts } from "./costs.ts";
import { BacktestError, type BacktestErrorCode } from "./errors.ts";
import { type BacktestOptions, prepare } from "./prepare.ts";
import { parseInstant, readFlows } from "./read_flows.ts";
import { namedPolicy, readPolicy } from "./read_policy.ts";

const HOUR_MS = 3_600_000;
const options = { inflow_column: "in", outflow_column: "out", step_ms: HOUR_MS };
const hourly = (rows: string[]): string => ["# a comment", "hour,in,out", ...rows].join("\n");
const count = (n: number, row = "1,2"): string[] => Array.from({ length: n }, (_, i) => `${i},${row}`);

function codeOf(act: () => unknown): BacktestErrorCode | null {
  try {
    act();
    return null;
  } catch (error) {
    if (error instanceof BacktestError) return error.code as BacktestErrorCode;
    throw error;
  }
}

describe("readFlows", () => {
  it("reads dated rows in UTC and counted rows", () => {
    const read = readFlows(hourly(["2022-04-20 00:00:00,1,2", "2022-04-20T01:00:00Z,3,4"]), options);
    expect([...read.flows.inflow, ...read.flows.outflow]).toEqual([1, 3, 2, 4]);
    expect([read.flows.start_ms, read.dated, read.notes]).toEqual([Date.UTC(2022, 3, 20), true, []]);
    expect(readFlows(hourly(count(3)), options).flows.start_ms).toBe(0);
  });

  it("sums finer rows into days and says so", () => {
    const rows = Array.from(
      { length: 48 },
      (_, i) => `2022-04-2${Math.floor(i / 24)} ${`${i % 24}`.padStart(2, "0")}:00,1,2`,
    );
    const read = readFlows(hourly(rows), { ...options, step_ms: 24 * HOUR_MS });
    expect([...read.flows.inflow, ...read.flows.outflow]).toEqual([24, 24, 48, 48]);
    expect(read.notes[0]).toContain("48 rows were summed");
  });

  it("fills a gap with no flows and says how many", () => {
    const rows = count(20).filter((_, i) => i !== 7);
    rows[3] = "3,,";
    const read = readFlows(hourly(rows), options);
    expect(read.flows.outflow[7]).toBe(0);
    expect(read.notes[0]).toContain("2 of 20 steps");
  });

  it.each<[string, string[], BacktestErrorCode]>([
    ["nothing", [], "backtest_file_empty"],
    ["an hour twice", ["0,1,2", "0,1,2"], "backtest_rows_unsorted"],
    ["hours out of order", ["2022-04-20 01:00:00,1,2", "2022-04-20 00:00:00,1,2"], "backtest_rows_unsorted"],
    ["a negative flow", ["0,1,2", "1,-1,2"], "backtest_negative_flow"],
    ["a word", ["0,1,2", "1,x,2"], "backtest_value_malformed"],
    ["infinity", ["0,1,2", "1,Infinity,2"], "backtest_value_malformed"],
    ["no time", ["0,1,2", "yesterday,1,2"], "backtest_value_malformed"],
    ["a minute that no hour has", ["2022-02-28 00:75:00,1,2"], "backtest_value_malformed"],
    ["the 30th of February", ["2022-02-30 00:00:00,1,2"], "backtest_value_malformed"],
    ["mostly gaps", ["0,1,2", "9,1,2"], "backtest_too_many_gaps"],
    ["centuries", ["0,1,2", "999999999,1,2"], "backtest_too_long"],
  ])("refuses %s", (_, rows, code) => {
    expect(codeOf(() => readFlows(hourly(rows), options))).toBe(code);
  });

  it("names the columns there are", () => {
    expect(() => readFlows(hourly(count(2)), { ...options, outflow_column: "sent" })).toThrow("the file has in, out");
    expect(Number.isNaN(parseInstant("2022-13-01"))).toBe(true);
  });
});

describe("prepare", () => {
  const flows = readFlows(hourly(Array.from({ length: 300 }, (_, i) => `${i},5,${i < 200 ? 4 : 8}`)), options).flows;
  const base: BacktestOptions = {
    lead_up_ms: 4 * HOUR_MS,
    lead_down_ms: HOUR_MS,
    expedite: null,
    warmup_ms: 100 * HOUR_MS,
    from_ms: null,
    to_ms: null,
    normalize: true,
    opening: 1_000,
    hot: { value: 10, in_units: true },
    costs: readCosts({}),
  };

  it("prices the median outflow of the training part as one million", () => {
    const early = prepare(flows, { ...base, to_ms: 200 * HOUR_MS });
    expect([early.unit, early.input.hot, early.input.opening, early.input.flows.outflow[0]]).toEqual([
      4, 10e6, 250e6, 1e6,
    ]);
    // With --from the unit is learned before it, and the jump after it is not seen.
    const late = prepare(flows, { ...base, from_ms: 200 * HOUR_MS });
    expect([late.unit, late.input.from, late.input.to, late.input.flows.outflow[250]]).toEqual([4, 200, 300, 2e6]);
  });

  it("pays for nothing before --from nor within the warm-up", () => {
    expect(prepare(flows, { ...base, from_ms: 20 * HOUR_MS }).input.from).toBe(100);
    const odd = { lead_up_ms: 1.5 * HOUR_MS, expedite: { lead_ms: 2 * HOUR_MS, fee: 1 }, to_ms: 10_000 * HOUR_MS };
    expect(prepare(flows, { ...base, ...odd }).notes.join(" ")).toMatch(
      /ends before --to.*--lead-up is no whole number of steps; 2 are taken.*no faster than the first/,
    );
    expect(prepare(flows, { ...base, warmup_ms: null }).input.from).toBe(0);
    expect(prepare(flows, { ...base, lead_up_ms: 90 * 60_000 }).input.lanes.up.lead_steps).toBe(2);
  });

  it("says what it falls back on", () => {
    const { notes } = prepare(flows, {
      ...base,
      opening: null,
      costs: readCosts({ exposure_share_per_year: 0, delay_share_per_hour: 0 }),
    });
    expect(notes.join(" ")).toMatch(
      /No --opening.*100 steps, shorter than 168.*Exposure costs nothing.*Delay costs nothing/,
    );
  });

  it.each<[string, Partial<BacktestOptions>, BacktestErrorCode]>([
    ["an empty range", { to_ms: 100 * HOUR_MS }, "backtest_range_empty"],
    ["hot above all", { opening: 1 }, "backtest_opening_too_small"],
  ])("refuses %s", (_, changes, code) => {
    expect(codeOf(() => prepare(flows, { ...base, ...changes }))).toBe(code);
  });

  it("refuses to normalise by nothing", () => {
    const none = readFlows(hourly(count(300, "1,0")), options).flows;
    expect(codeOf(() => prepare(none, base))).toBe("backtest_no_flow");
  });

  it.each([[[]], [{ fee: 1 }], [{ fee_up: -1 }], [{ fee_up: "1" }]])("refuses the costs %j", (value) => {
    expect(codeOf(() => readCosts(value))).toBe("backtest_costs_malformed");
  });
});

describe("readPolicy", () => {
  it("changes what is given and keeps the rest", () => {
    expect(readPolicy({ model: "hybrid", deviations: 4 }, "mine.yaml").name).toBe("mine.yaml");
    expect(readPolicy({ model: "static", low: "2%", target: "3%", high: "4.5%" }, "s.yaml").name).toBe("s.yaml");
    expect(namedPolicy("dual-lead").name).toBe("dual-lead");
  });

  it.each([
    [null],
    [{ model: "magic" }],
    [{ model: "hybrid", deviation: 4 }],
    [{ model: "dual-lead", deviations: "4" }],
    [{ model: "miller-orr", z: 1 }],
    [{ model: "static", low: "5%", target: "4%", high: "15%" }],
    [{ model: "static", low: 5, target: "10%", high: "15%" }],
  ])("refuses %j", (value) => {
    expect(codeOf(() => readPolicy(value, "p.yaml"))).toBe("backtest_policy_unknown");
  });
});
