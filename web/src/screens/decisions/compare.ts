/** What changed from one decision of a pool to the next. */
import type { DecisionView } from "../../api/types.ts";

type Reason = DecisionView["reasons"][number];

export interface ReasonChange {
  readonly change: "new" | "gone" | "other" | "same";
  /** As it stands now; as it stood, when it is gone. */
  readonly reason: Reason;
  /** As it stood before; null when it is new. */
  readonly before: Reason | null;
}

/** Reasons are the same rule when their codes are; what was observed may have changed. Of now first, then what is gone. */
export function compareReasons(now: readonly Reason[], before: readonly Reason[]): readonly ReasonChange[] {
  const left = [...before];
  const take = (code: string): Reason | null => {
    const at = left.findIndex((reason) => reason.code === code);
    return at === -1 ? null : (left.splice(at, 1)[0] ?? null);
  };
  const standing = now.map((reason): ReasonChange => {
    const earlier = take(reason.code);
    if (earlier === null) return { change: "new", reason, before: null };
    const same = earlier.observed === reason.observed && earlier.limit === reason.limit;
    return { change: same ? "same" : "other", reason, before: earlier };
  });
  return [...standing, ...left.map((reason): ReasonChange => ({ change: "gone", reason, before: reason }))];
}

/** Names of the levels that are not what they were. */
export function changedLevels(now: DecisionView["levels"], before: DecisionView["levels"]): readonly string[] {
  if (!now || !before) return [];
  const names = ["emergency_low", "low", "target", "high", "emergency_high"] as const;
  return names.filter((name) => now[name].amount?.amount !== before[name].amount?.amount);
}
