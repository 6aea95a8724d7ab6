/** Which severity leads to which action, as data, and which of several findings counts. */
import type { DetectAction, Finding, FindingSeverity } from "./types.ts";

const ACTION: Readonly<Record<FindingSeverity, DetectAction>> = {
  /** Recorded; nobody is called. */
  note: "note",
  /** People are told. */
  alert: "alert",
  /** Automatic sweeps wait: hot balances stay where customers are paid from. */
  high: "hold_sweeps",
  /** Nothing new leaves until people say so; what is in flight is still followed. */
  critical: "freeze_outgoing",
};

const ORDER: readonly FindingSeverity[] = ["note", "alert", "high", "critical"];

export function actionOf(severity: FindingSeverity): DetectAction {
  return ACTION[severity];
}

/** The strictest action among the findings: the most restrictive wins. Null when there are none. */
export function strictestAction(findings: readonly Pick<Finding, "severity">[]): DetectAction | null {
  const rank = Math.max(-1, ...findings.map(({ severity }) => ORDER.indexOf(severity)));
  const severity = ORDER[rank];
  return severity === undefined ? null : ACTION[severity];
}
