/** A decision about the levels, and beside it the payouts that leave custody for good. */
import { finding, verdictOf } from "./finding.ts";
import { gateFindings } from "./gates.ts";
import type { Payouts } from "./payouts.ts";
import { fundsOf, toPosition } from "./position.ts";
import type { Decision, Position, Severity, Snapshot, Verdict } from "./types.ts";

const RANK: Readonly<Record<Severity, number>> = { normal: 0, urgent: 1, emergency: 2 };

/** @param regular what is decided about `payouts.rest`; `snapshot` is the whole pool */
export function withPayouts(regular: Decision, payouts: Payouts, snapshot: Snapshot): Decision {
  const { moves, findings } = payouts;
  const severity = RANK[payouts.severity] > RANK[regular.severity] ? payouts.severity : regular.severity;
  const known = new Set(regular.reasons.map(({ code }) => code));
  const quorum = finding("needs_quorum", "none", "quorum");
  const gates = moves.length > 0 ? [...gateFindings(snapshot), quorum] : [];
  const all = [...findings, ...gates.filter(({ reason }) => !known.has(reason.code))];
  const verdict = verdictWith(regular.verdict, payouts, verdictOf(gates, severity));
  const acts = verdict === "move";
  const rests = acts && regular.verdict !== "move";
  const own = all.flatMap(({ counterfactual }) => (counterfactual === null ? [] : [counterfactual]));
  return {
    ...regular,
    verdict,
    severity,
    moves: rests ? moves : [...moves, ...regular.moves],
    supersedes: rests ? [] : regular.supersedes,
    reasons: [...regular.reasons, ...all.map(({ reason }) => reason)],
    counterfactuals: [...regular.counterfactuals, ...own],
    before: beforeOf(regular, snapshot),
    after: afterOf(regular, payouts, rests),
  };
}

/** `gates`: what stops every move of the asset says of the payouts. */
function verdictWith(regular: Verdict, { moves, findings }: Payouts, gates: Verdict): Verdict {
  if (moves.length > 0 && gates === "move") return "move";
  if (regular !== "hold") return regular;
  if (moves.length > 0) return gates;
  return findings.some(({ effect }) => effect === "blocked") ? "blocked" : "hold";
}

/** What the whole pool holds, with the share that the levels were held against: of what the payouts leave. */
function beforeOf({ before, levels }: Decision, snapshot: Snapshot): Position | null {
  if (before === null) return null;
  const { share_percent, counted } = before;
  const whole = toPosition(fundsOf(snapshot), levels?.floor ?? null);
  return { ...whole, share_percent, ...(counted === undefined ? {} : { counted }) };
}

/** With what is only kept for later payouts still there. */
function afterOf(regular: Decision, { moves, kept }: Payouts, rests: boolean): Position | null {
  const position = (rests ? null : regular.after) ?? (moves.length > 0 ? regular.before : null);
  if (position === null || kept === 0n) return position;
  return { ...position, total: position.total + kept, reserve: position.reserve + kept };
}
