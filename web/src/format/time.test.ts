import { describe, expect, it } from "vitest";
import { MISSING } from "./amount.ts";
import {
  formatAge,
  formatCountdown,
  formatDateTime,
  formatDuration,
  formatLocal,
  formatPace,
  formatTime,
  read,
} from "./time.ts";

const AT = "2026-11-21T14:02:11.250Z";

describe("time", () => {
  it("writes UTC", () => {
    expect(formatTime(AT)).toBe("14:02:11");
    expect(formatDateTime(AT)).toBe("2026-11-21 14:02:11");
    expect(formatLocal(AT)).toContain(AT);
  });

  it.each([
    [0, "0s"],
    [-5_000, "0s"],
    [59_999, "59s"],
    [75_000, "1m 15s"],
    [120_000, "2m"],
    [7_500_000, "2h 5m"],
    [90_000_000, "1d 1h"],
  ])("%d ms reads %s", (ms, expected) => {
    expect(formatDuration(ms)).toBe(expected);
  });

  it("counts an age from the server's now", () => {
    expect(formatAge(AT, Date.parse(AT) + 41_000)).toBe("41s");
  });

  it.each([
    [1, "1 h"],
    [2.5, "2.5 h"],
    [1 / 3, "20 min"],
    [1 / 3_600, "1 s"],
  ])("a pace of %d h per second reads %s", (hours, expected) => {
    expect(formatPace(hours)).toBe(expected);
  });

  it("says when a time is missing or broken", () => {
    expect(formatTime(null)).toBe(MISSING);
    expect(formatDateTime("yesterday")).toBe(MISSING);
    expect(formatAge(undefined, 0)).toBe(MISSING);
    expect(formatLocal(null)).toBe("");
    expect(read("yesterday")).toBeNull();
  });

  it.each([
    [93_784_000, "1d 02:03:04"],
    [79_200_000, "22:00:00"],
    [59_999, "00:00:59"],
    [999, "00:00:00"],
    [-5_000, "00:00:00"],
  ])("a clock with %i ms left shows %s", (ms, text) => {
    expect(formatCountdown(ms)).toBe(text);
  });
});
