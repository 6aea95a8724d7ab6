/** What a rule found: a reason, and what it does to the decision. The verdict is the strongest effect among them. */
import { counterfactualOf, type SentenceFacts, toReason } from "./explain.ts";
import type { Reason, ReasonCode, Severity, Verdict } from "./types.ts";

/** `none` only explains. */
export type Effect = "none" | "hold" | "wait" | "blocked";

export interface Finding {
  readonly reason: Reason;
  readonly effect: Effect;
  readonly counterfactual: string | null;
}

const STRENGTH: Readonly<Record<Effect, number>> = { none: 0, hold: 1, wait: 2, blocked: 3 };

export function finding(code: ReasonCode, effect: Effect, rule: string, facts: Partial<SentenceFacts> = {}): Finding {
  const all: SentenceFacts = { observed: null, limit: null, detail: null, ...facts };
  return { reason: toReason(code, rule, all), effect, counterfactual: counterfactualOf(code, all) };
}

/** A block in an emergency becomes a call for people. */
export function verdictOf(findings: readonly Finding[], severity: Severity): Verdict {
  let strongest: Effect = "none";
  for (const { effect } of findings) if (STRENGTH[effect] > STRENGTH[strongest]) strongest = effect;
  if (strongest === "none") return "move";
  return strongest === "blocked" && severity === "emergency" ? "escalate" : strongest;
}
