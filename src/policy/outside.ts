/** On which side of its band a decision found the pool: what dwell is counted from. */
import type { Decision } from "./types.ts";

export function outsideOf(decision: Decision): "low" | "high" | null {
  const codes = new Set(decision.reasons.map((reason) => reason.code));
  if (codes.has("below_low") || codes.has("below_emergency_low")) return "low";
  return codes.has("above_high") || codes.has("above_emergency_high") ? "high" : null;
}
