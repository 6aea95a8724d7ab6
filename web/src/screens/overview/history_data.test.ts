import { describe, expect, it } from "vitest";
import type { History } from "../../api/types.ts";
import { chartOf, summaryOf } from "./history_data.ts";

const level = (share: string) => ({ text: null, amount: null, share_percent: share });
const money = (amount: string) => ({ amount, asset: "USDT" });
const HISTORY: History = {
  pool_id: "usdt",
  asset: "USDT",
  from: "2026-11-20T00:00:00.000Z",
  to: "2026-11-21T00:00:00.000Z",
  levels: {
    emergency_low: level("2"),
    low: level("5"),
    target: level("10"),
    high: level("15"),
    emergency_high: level("20"),
    floor: null,
  },
  points: [
    { at: "2026-11-20T00:00:00.000Z", share_percent: "9.5000", liquidity: money("95"), reserve: money("905") },
    { at: "2026-11-20T12:00:00.000Z", share_percent: null, liquidity: money("95"), reserve: money("905") },
    { at: "2026-11-21T00:00:00.000Z", share_percent: "10.5000", liquidity: money("105"), reserve: money("895") },
  ],
  marks: [
    {
      at: "2026-11-20T12:00:00.000Z",
      transfer_id: "tr_1",
      direction: "reserve_to_liquidity",
      amount: money("10"),
      state: "settled",
    },
  ],
};

describe("chartOf", () => {
  it("keeps a gap where the share was not known", () => {
    const chart = chartOf(HISTORY);
    expect(chart.ys).toEqual([9.5, null, 10.5]);
    expect(chart.xs[0]).toBe(Date.parse("2026-11-20T00:00:00.000Z") / 1_000);
    expect(chart.yMax).toBe(25);
  });

  it("shades the band and both emergencies, and points refills up", () => {
    const chart = chartOf(HISTORY);
    expect(chart.bands.map((band) => [band.from, band.to])).toEqual([
      [0, 2],
      [5, 15],
      [20, 25],
    ]);
    expect(chart.marks.map((mark) => mark.direction)).toEqual(["up"]);
    expect(chart.lines).toEqual([{ at: 10, color: "--muted", name: "target" }]);
  });
});

describe("summaryOf", () => {
  it("says in words what the picture shows", () => {
    expect(summaryOf(HISTORY)).toBe("Liquidity share of USDT: now 10.5000 %, between 9.5000 % and 10.5000 %, 1 move.");
    expect(summaryOf({ ...HISTORY, points: [] })).toBe("No history of USDT yet.");
  });
});
