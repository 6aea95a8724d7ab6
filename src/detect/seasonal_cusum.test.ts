import { describe, expect, it } from "vitest";
import { createSeededRandom } from "../simulate/seeded_random.ts";
import { CUSUM_WARM_UP, type CusumState, createCusumState, observeDrain } from "./seasonal_cusum.ts";

const HOUR_MS = 3_600_000;

/** Net outflow with a day in it, spread about 1. */
function calm(hours: number, seed = 3): number[] {
  const random = createSeededRandom(seed);
  return Array.from(
    { length: hours },
    (_, hour) => 2 * Math.sin((2 * Math.PI * hour) / 24) + 3 * (random.next() + random.next() - 1),
  );
}

function feed(state: CusumState, values: readonly number[], from = 0): number[] {
  const found: number[] = [];
  for (const [step, value] of values.entries()) {
    if (observeDrain(state, { at: (from + step) * HOUR_MS, value }, "usdt") !== null) found.push(step);
  }
  return found;
}

describe("seasonal CUSUM", () => {
  it("finds a slow drain within hours, once per episode, and says what it saw", () => {
    const state = createCusumState();
    expect(feed(state, calm(1_008))).toEqual([]);
    const drained = calm(60, 4).map((value) => value + 3);
    const found = feed(structuredClone(state), drained, 1_008);
    expect(found).toHaveLength(1);
    expect(found[0]).toBeLessThan(8);
    for (const [step, value] of drained.entries()) {
      const finding = observeDrain(state, { at: (1_008 + step) * HOUR_MS, value }, "usdt");
      if (finding === null) continue;
      expect(finding).toMatchObject({ detector: "seasonal_cusum", severity: "high", subject: "usdt" });
      expect(finding.sentence).toMatch(/usdt loses more than usual, hour after hour: .* net outflow where .* is usual/);
    }
  });

  it("is not alarmed by one whale, nor by what came in", () => {
    const state = createCusumState();
    feed(state, calm(1_008));
    expect(feed(structuredClone(state), [1_000, 0, 0, 0], 1_008)).toEqual([]);
    expect(feed(structuredClone(state), Array<number>(48).fill(-50), 1_008)).toEqual([]);
  });

  it("learns nothing while it is alarmed: a drain never becomes the new normal", () => {
    const state = createCusumState();
    feed(state, calm(1_008));
    feed(state, Array<number>(24).fill(8), 1_008);
    expect(state.alarm).toBe(true);
    const { mean, spread, n } = structuredClone(state);
    feed(state, Array<number>(500).fill(8), 1_032);
    expect(state).toMatchObject({ alarm: true, mean, spread, n });
  });

  it("becomes less talkative after each episode, and as talkative as before after a calm month", () => {
    const state = createCusumState();
    feed(state, calm(1_008));
    const before = state.limit;
    feed(state, Array<number>(24).fill(8), 1_008);
    feed(state, calm(120, 5), 1_032);
    expect(state.alarm).toBe(false);
    const after = state.limit;
    expect(after).toBeGreaterThan(before);
    feed(state, calm(720, 6), 1_152);
    expect(state.limit).toBeLessThan(after / 1.03);
  });

  it("says nothing before it is warm, takes no notice of gaps, and survives being stored", () => {
    const young = createCusumState();
    expect(feed(young, Array<number>(CUSUM_WARM_UP).fill(5))).toEqual([]);
    const state = createCusumState();
    feed(state, calm(504));
    const stored = JSON.parse(JSON.stringify(state)) as CusumState;
    expect(observeDrain(state, { at: 0, value: Number.NaN }, "usdt")).toBeNull();
    expect(state).toEqual(stored);
    const next = calm(100, 9).map((value) => value + 2);
    expect(feed(stored, next, 504)).toEqual(feed(state, next, 504));
    expect(JSON.stringify(state).length).toBeLessThan(12_000);
  });
});
