import { describe, expect, it } from "vitest";
import { expectedAt, FLOW_DEFAULTS, observeFlow, openFlowState } from "./index.ts";
import { dayName, isNamedDate, stepCalendar } from "./named_dates.ts";

const HOUR = 3_600_000;
const named = [
  { name: "christmas", dates: ["12-25", "2026-12-24"] },
  { name: "closing", dates: ["12-25"] },
];

describe("days with names", () => {
  it("are days that exist", () => {
    const days = [
      "12-25",
      "2026-12-25",
      "02-29",
      "2028-02-29",
      "2027-02-29",
      "1900-02-29",
      "02-30",
      "13-01",
      "00-10",
      "04-31",
      "12-00",
      "1-1",
      "",
    ];
    expect(days.map(isNamedDate)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
      false,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it("go from midnight to midnight in UTC, of every year or of one, and the first name wins", () => {
    const at = (text: string): string | null => dayName(named, Date.parse(text));
    expect(at("2026-12-24T23:59:59.999Z")).toBe("christmas");
    expect(at("2027-12-24T12:00Z")).toBeNull();
    expect(at("2031-12-25T00:00Z")).toBe("christmas");
    expect(at("2031-12-26T00:00Z")).toBeNull();
  });

  it("are found by the step of a forecast, whatever it was asked before", () => {
    const start = Date.parse("2026-12-23T12:00Z");
    const calendar = stepCalendar(named, start, 1);
    for (const step of [0, 11, 12, 35, 36, 59, 60, 12]) {
      expect([step, calendar?.(step)]).toEqual([step, dayName(named, start + step * HOUR)]);
    }
    expect(stepCalendar([], start, 1)).toBeUndefined();
  });

  it("teach how far they lie from a usual day, and teach the usual days nothing", () => {
    const start = Date.parse("2026-01-01T00:00Z");
    const feast = [
      {
        name: "feast",
        dates: Array.from(
          { length: 6 },
          (_, week) =>
            `2026-0${week < 4 ? 1 : 2}-${String(week < 4 ? 7 + 7 * week : 4 + 7 * (week - 4)).padStart(2, "0")}`,
        ),
      },
    ];
    const calendar = stepCalendar(feast, start, 1);
    const state = openFlowState({ ...FLOW_DEFAULTS, step_hours: 1, horizons: [2] });
    for (let step = 0; step < 42 * 24; step += 1) {
      const usual = 10 + ((step * 7) % 5);
      observeFlow(state, calendar?.(step) === "feast" ? usual + 40 : usual, calendar);
    }
    const far = (shift: number): number =>
      expectedAt(state, state.steps + shift, (step) => (step >= state.steps + 48 ? "feast" : null));
    expect(far(60) - far(36)).toBeGreaterThan(25);
    expect(far(36)).toBeLessThan(16);
  });
});
