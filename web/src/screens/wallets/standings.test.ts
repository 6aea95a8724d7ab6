import { describe, expect, it } from "vitest";
import { fieldOf, meaningOf, utcOf } from "./standings.ts";

describe("the moment of an entered balance", () => {
  it("is read as UTC, whatever zone the browser is in", () => {
    expect(utcOf("2026-12-01T08:00")).toBe("2026-12-01T08:00:00.000Z");
    expect(utcOf("2026-12-01T08:00:30")).toBe("2026-12-01T08:00:30.000Z");
    expect(fieldOf("2026-12-01T08:00:30.000Z")).toBe("2026-12-01T08:00");
  });

  it.each(["", "yesterday", "2026-12-01", "2026-13-01T08:00", "2026-12-01T08:00Z"])("is none in %j", (field) => {
    expect(utcOf(field)).toBeNull();
  });
});

it("a watched wallet says so first, and its state where that is another", () => {
  expect(meaningOf({ status: "active", watch_only: false })).toBe("It gives and takes.");
  expect(meaningOf({ status: "active", watch_only: true })).not.toContain("gives");
  expect(meaningOf({ status: "suspended", watch_only: true })).toContain("No new transfer");
});
