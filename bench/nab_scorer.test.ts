import { describe, expect, it } from "vitest";
import { NAB_PROFILES, type NabSeries, optimise, probationRows, scoreAt, sigmoid } from "./nab_scorer.ts";

const [STANDARD, LOW_FP, LOW_FN] = NAB_PROFILES as [
  (typeof NAB_PROFILES)[0],
  (typeof NAB_PROFILES)[0],
  (typeof NAB_PROFILES)[0],
];

/** 1,000 rows, probation 150; one window of 100 rows. */
const SERIES: NabSeries = {
  name: "one",
  timestamps: Array.from({ length: 1_000 }, (_, at) => at * 1_000),
  values: Array<number>(1_000).fill(0),
  windows: [[400, 499]],
};

function marks(...rows: readonly number[]): Float64Array {
  const scores = new Float64Array(1_000);
  for (const row of rows) scores[row] = 1;
  return scores;
}

const score = (rows: readonly number[], profile = STANDARD): number =>
  scoreAt([SERIES], [marks(...rows)], profile, 1).score;

describe("the benchmark's scorer", () => {
  it("has the benchmark's curve", () => {
    expect(sigmoid(0)).toBe(0);
    expect(sigmoid(-1)).toBeCloseTo(0.98661, 5);
    expect(sigmoid(1)).toBeCloseTo(-0.98661, 5);
    expect(sigmoid(3.01)).toBe(-1);
  });

  it("leaves the first rows out: 15 %, at most 750", () => {
    expect([probationRows(1_000), probationRows(4_032), probationRows(15_902)]).toEqual([150, 604, 750]);
    expect(score([10, 149])).toBe(0);
  });

  it("gives 0 to silence and 100 to the first row of every window", () => {
    expect(score([])).toBe(0);
    expect(score([400])).toBe(100);
  });

  it("counts the best of a window once, and an earlier one for more", () => {
    expect(score([400, 450, 499])).toBe(100);
    expect(score([450])).toBeCloseTo((100 * (sigmoid(-0.5) / sigmoid(-1) + 1)) / 2, 10);
    expect(score([499])).toBeCloseTo((100 * (sigmoid(-0.01) / sigmoid(-1) + 1)) / 2, 10);
    expect(score([450])).toBeGreaterThan(score([499]));
  });

  it("forgives a little what comes just after a window, and nothing before the first", () => {
    expect(score([400, 200])).toBeCloseTo(100 * (1 - 0.11 / 2), 10);
    expect(score([400, 505])).toBeCloseTo(100 * (1 + (0.11 * sigmoid(6 / 99)) / 2), 10);
    expect(score([400, 505])).toBeGreaterThan(score([400, 900]));
    expect(score([400, 900])).toBeCloseTo(100 * (1 - 0.11 / 2), 10);
  });

  it("weighs false rows and missed windows by the profile", () => {
    expect(score([400, 200], LOW_FP)).toBeCloseTo(100 * (1 - 0.22 / 2), 10);
    expect(score([200], LOW_FN)).toBeCloseTo((100 * -0.11) / 3, 10);
  });

  it("does not know a window that lies in the first rows", () => {
    const early: NabSeries = { ...SERIES, windows: [[20, 119], ...SERIES.windows] };
    const result = scoreAt([early], [marks(400)], STANDARD, 1);
    expect(result).toMatchObject({ windows: 1, windows_found: 1, score: 100 });
  });

  it("finds the threshold that is best for all series together", () => {
    const first = marks(400);
    const second = new Float64Array(1_000);
    second[400] = 0.6;
    second[700] = 0.5;
    const best = optimise([SERIES, { ...SERIES, name: "two" }], [first, second], STANDARD);
    expect(best).toMatchObject({ score: 100, threshold: 0.6, windows: 2, windows_found: 2, false_rows: 0 });
    expect(optimise([SERIES], [new Float64Array(1_000)], STANDARD).score).toBe(0);
  });
});
