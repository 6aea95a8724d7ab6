import { describe, expect, it } from "vitest";
import { actionOf, strictestAction } from "./severity.ts";

describe("severity", () => {
  it("leads to an action, each stricter than the one before", () => {
    expect((["note", "alert", "high", "critical"] as const).map(actionOf)).toEqual([
      "note",
      "alert",
      "hold_sweeps",
      "freeze_outgoing",
    ]);
  });

  it("lets the most restrictive win, in any order", () => {
    const findings = [{ severity: "alert" }, { severity: "critical" }, { severity: "note" }] as const;
    expect(strictestAction(findings)).toBe("freeze_outgoing");
    expect(strictestAction(findings.toReversed())).toBe("freeze_outgoing");
    expect(strictestAction([])).toBeNull();
  });
});
