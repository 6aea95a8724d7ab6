/** Opening hours: closing, reopening over a weekend, waiting. */
import { describe, expect, it } from "vitest";
import { hoursAt, parseHours } from "./hours.ts";

const WEEKDAYS = parseHours("Mon-Fri 09:00-17:00");
const at = (text: string): number => Date.parse(text);

describe("opening hours", () => {
  it("say when they end and when they begin again", () => {
    expect(hoursAt(WEEKDAYS, at("2026-11-19T16:30:20Z"))).toEqual({
      closes_at: at("2026-11-19T17:00:00Z"),
      opens_at: at("2026-11-20T09:00:00Z"),
      wait_ms: 0,
    });
  });

  it("make a request of Friday evening wait for Monday", () => {
    expect(hoursAt(WEEKDAYS, at("2026-11-20T17:00:00Z"))).toEqual({
      closes_at: null,
      opens_at: at("2026-11-23T09:00:00Z"),
      wait_ms: 64 * 3_600_000,
    });
  });

  it("that leave nothing out never end", () => {
    const never = { closes_at: null, opens_at: null, wait_ms: 0 };
    expect(hoursAt([], 0)).toEqual(never);
    expect(hoursAt(parseHours("Mon-Sun 00:00-24:00"), at("2026-11-19T16:30:00Z"))).toEqual(never);
  });

  it.each(["", "Mon-Fri", "Fri-Mon 09:00-17:00", "Mon 17:00-09:00", "Mon 09:60-17:00", "Mon 09:00-24:01"])(
    "%j is refused",
    (text) => expect(() => parseHours(text)).toThrow("no opening hours"),
  );
});
