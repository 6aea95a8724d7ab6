import { describe, expect, it } from "vitest";
import { BURST, CUSUM, madeFlows, reportDrains } from "./drains.ts";

describe("drains put into made flows", () => {
  it("finds every drain of twice the usual within hours, at about one false episode a month", () => {
    for (const seed of [11, 12]) {
      const report = reportDrains(CUSUM, madeFlows(2_400, seed), 672);
      const drain = report.cases.find(({ times }) => times === 2);
      expect(drain?.tried).toBeGreaterThan(100);
      expect(drain?.found_share).toBe(1);
      expect(drain?.mean_hours ?? 99).toBeLessThan(5);
      expect(report.false_per_30_days).toBeLessThan(2);
    }
  });

  it("raises no more than one false alarm in thirty days over many series, and still finds every drain within four hours", () => {
    const reports = Array.from({ length: 12 }, (_, at) => reportDrains(CUSUM, madeFlows(3_600, 101 + at), 672));
    const meanOf = (figureOf: (report: (typeof reports)[number]) => number): number =>
      reports.reduce((sum, report) => sum + figureOf(report), 0) / reports.length;
    const drainOf = (report: (typeof reports)[number]) => report.cases.find(({ times }) => times === 2);
    expect(meanOf((report) => report.false_per_30_days)).toBeLessThanOrEqual(1);
    expect(meanOf((report) => drainOf(report)?.mean_hours ?? 99)).toBeLessThanOrEqual(4);
    expect(reports.every((report) => drainOf(report)?.found_share === 1)).toBe(true);
  });

  it("counts a detector that always shouts, and one that never does", () => {
    const flows = madeFlows(1_000, 1);
    const silent = reportDrains({ create: () => ({}), observe: () => false }, flows, 100);
    expect(silent.false_episodes).toBe(0);
    expect(
      silent.cases.every((each) => each.found_share === 0 && each.mean_hours === null && each.lost_share === 1),
    ).toBe(true);
    const loud = reportDrains({ create: () => ({}), observe: (_, { at }) => at % (48 * 3_600_000) === 0 }, flows, 100);
    expect(loud.false_episodes).toBe(18);
    expect(reportDrains(BURST, flows, 672).cases).toHaveLength(5);
  });
});
