import { describe, expect, it } from "vitest";
import { BASE_COSTS, hindsight, netOf, stepCosts } from "../src/backtest/index.ts";
import { bestConstantBand } from "./constant_band.ts";
import { decisionQualityPage } from "./decision_quality_page.ts";

const HOUR_MS = 3_600_000;

describe("bestConstantBand", () => {
  it("finds the band by hand: one withdrawal a day of one unit, so hold one and order many", () => {
    const steps = 240;
    const flows = {
      step_ms: HOUR_MS,
      start_ms: 0,
      inflow: new Float64Array(steps),
      outflow: Float64Array.from({ length: steps }, (_, t) => (t % 24 === 12 ? 1e6 : 0)),
    };
    const lanes = { up: { lead_steps: 1, fee: 155 }, down: { lead_steps: 1, fee: 5 }, expedite: null };
    const input = { flows, from: 0, to: steps, opening: 600e6, hot: 2e6, costs: stepCosts(BASE_COSTS, HOUR_MS), lanes };
    const band = bestConstantBand(input, 1e6);
    // One unit costs 55 a day; with a fee of 155 a lot of about sqrt(2 x 155 / 55) = 2.4 is best.
    expect(band.low).toBeLessThanOrEqual(1e6);
    expect(band.target).toBeGreaterThanOrEqual(1.4e6);
    expect(band.target).toBeLessThanOrEqual(5e6);
    expect(band.cost).toBeGreaterThan(hindsight({ net: netOf(input), costs: input.costs }).cost * 0.999);
  });
});

describe("decisionQualityPage", () => {
  const line = {
    track: "T",
    goal: "rho <= 2",
    figure: "3",
    met: false,
    miss: "50 % above the goal",
    command: "run it",
  };

  it("says a miss at the top, and in its row", () => {
    const page = decisionQualityPage(
      [{ title: "Cost", text: "Text.", lines: [line, { ...line, met: true, miss: null }] }],
      ["End."],
    );
    expect(page).toContain("1 of 2 goals are met; 1 are missed:\n- T: 3, 50 % above the goal");
    expect(page).toContain("| T | rho <= 2 | 3 | **missed** | `run it` |");
    expect(page).toContain("| T | rho <= 2 | 3 | met | `run it` |");
  });

  it("says so when all are met", () => {
    expect(decisionQualityPage([{ title: "C", text: "", lines: [{ ...line, met: true, miss: null }] }], [])).toContain(
      "All 1 goals are met.",
    );
  });
});
