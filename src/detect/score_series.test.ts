import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSeriesState, SERIES_THRESHOLD, type SeriesState, scoreReading } from "./score_series.ts";
import type { Reading } from "./types.ts";

const STEP_MS = 300_000;
const DAY_ROWS = 288;

/** A daily wave with a little deterministic noise. */
function wave(rows: number): Reading[] {
  return Array.from({ length: rows }, (_, row) => {
    const noise = ((row * 7_919) % 101) / 25;
    return { at: row * STEP_MS, value: 100 + 20 * Math.sin((2 * Math.PI * row) / DAY_ROWS) + noise };
  });
}

function scores(readings: readonly Reading[], state: SeriesState = createSeriesState()): number[] {
  return readings.map((reading) => scoreReading(state, reading).score);
}

describe("scoreReading", () => {
  it("marks a spike, a jump of the level and a wave out of step, each at its beginning", () => {
    const calm = wave(10 * DAY_ROWS);
    const at = 8 * DAY_ROWS;
    const with_ = (change: (reading: Reading, row: number) => number): number[] =>
      scores(calm.map((reading, row) => ({ ...reading, value: change(reading, row) })));
    const first = (all: readonly number[]): number =>
      all.findIndex((score, row) => row >= at && score >= SERIES_THRESHOLD);
    expect(first(with_((reading, row) => reading.value + (row === at ? 80 : 0)))).toBe(at);
    expect(first(with_((reading, row) => reading.value + (row >= at ? 30 : 0)))).toBeLessThan(at + 12);
    const flat = first(with_((reading, row) => (row >= at ? 100 : reading.value)));
    expect(flat).toBeGreaterThanOrEqual(at);
    expect(flat).toBeLessThan(at + DAY_ROWS);
  });

  it("stays quiet on a calm wave once it knows it", () => {
    const late = scores(wave(12 * DAY_ROWS)).slice(4 * DAY_ROWS);
    expect(late.filter((score) => score >= SERIES_THRESHOLD).length).toBeLessThan(late.length / 50);
  });

  it("says which statistic it was", () => {
    const state = createSeriesState();
    for (const reading of wave(6 * DAY_ROWS)) scoreReading(state, reading);
    const spike = scoreReading(state, { at: 6 * DAY_ROWS * STEP_MS, value: 400 });
    expect(spike.range).toBeGreaterThan(spike.level);
    expect(spike.score).toBeGreaterThan(SERIES_THRESHOLD);
  });

  it("damps what follows a peak", () => {
    const state = createSeriesState();
    const readings = wave(6 * DAY_ROWS);
    for (const reading of readings) scoreReading(state, reading);
    const after = Array.from({ length: 20 }, (_, row) =>
      scoreReading(state, { at: (6 * DAY_ROWS + row) * STEP_MS, value: 400 }),
    );
    expect(after.slice(1).every(({ score }) => score < (after[0]?.score ?? 0))).toBe(true);
  });

  it("never looks ahead, stays in [0, 1], and carries on from a stored state as if nothing had happened", () => {
    const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: -50, max: 50 }));
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 300 }), fc.nat(), (values, cut) => {
        const readings = values.map((each, row) => ({ at: row * STEP_MS, value: each }));
        const whole = scores(readings);
        expect(whole.every((score) => score >= 0 && score <= 1)).toBe(true);
        const at = 1 + (cut % (readings.length - 1));
        const state = createSeriesState();
        const first = scores(readings.slice(0, at), state);
        expect(first).toEqual(whole.slice(0, at));
        const restored = JSON.parse(JSON.stringify(state)) as SeriesState;
        expect(scores(readings.slice(at), restored)).toEqual(whole.slice(at));
      }),
      { numRuns: 60 },
    );
  });

  it("learns nothing from what is no number", () => {
    const state = createSeriesState();
    for (const reading of wave(100)) scoreReading(state, reading);
    const before = structuredClone(state);
    expect(scoreReading(state, { at: 0, value: Number.NaN }).score).toBe(0);
    expect(scoreReading(state, { at: 0, value: Number.POSITIVE_INFINITY }).score).toBe(0);
    expect(state).toEqual(before);
  });

  it("keeps a state of constant size", () => {
    const state = createSeriesState();
    const size = (): number => JSON.stringify(state).length;
    for (const reading of wave(1_000)) scoreReading(state, reading);
    const early = size();
    for (const reading of wave(20_000)) scoreReading(state, reading);
    expect(size()).toBeLessThan(early * 1.2);
    expect(size()).toBeLessThan(4_000);
  });
});
