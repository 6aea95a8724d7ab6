import { describe, expect, it } from "vitest";
import { instantOf } from "./utc_minute.ts";

describe("instantOf", () => {
  it("reads a typed minute as UTC, wherever the reader is", () => {
    expect(instantOf("2026-01-05T12:30")).toBe("2026-01-05T12:30:00.000Z");
    expect(instantOf("2026-01-05T12:30:15")).toBe("2026-01-05T12:30:15.000Z");
  });

  it.each(["", "2026-01-05", "2026-13-05T12:30", "yesterday"])('knows no instant in "%s"', (typed) => {
    expect(instantOf(typed)).toBeNull();
  });
});
