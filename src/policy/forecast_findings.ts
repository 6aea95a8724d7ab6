/** What a decision says of levels that could not be resolved, and of forecasts that are young or kept within the fixed levels. */
import { amountText } from "../money/index.ts";
import { type Finding, finding } from "./finding.ts";
import type { Funds } from "./position.ts";
import type { ResolvedOutcome, UnresolvedOutcome } from "./resolve_levels.ts";
import type { ModelOutcome, OutflowForecast, PoolPolicy, Snapshot } from "./types.ts";

interface Frame {
  readonly snapshot: Snapshot;
  readonly policy: PoolPolicy;
  readonly funds: Funds;
}

export function levelProblem({ snapshot, policy, funds }: Frame, { code, levels, units }: UnresolvedOutcome): Finding {
  const detail = levels.map((name, at) => withUnits(name, units[at], policy)).join(", ");
  const seen = code === "forecast_unavailable" ? seenOf(snapshot.forecast) : null;
  return finding(
    code,
    "blocked",
    "levels",
    seen === null ? { observed: amountText(policy.asset, funds.total), detail } : { ...seen, detail },
  );
}

/** Levels of mixed kinds meet only at a balance: what each came to says which one to change. */
function withUnits(name: string, units: bigint | undefined, { asset }: PoolPolicy): string {
  return units === undefined ? name : `${name} ${amountText(asset, units)}`;
}

/** Said beside the position; neither stops anything. */
export function forecastFindings(snapshot: Snapshot, policy: PoolPolicy, outcome: ResolvedOutcome): readonly Finding[] {
  const findings = outcome.held.map(({ name, wanted }) =>
    finding("level_held_by_rail", "none", `levels.${name}`, {
      observed: amountText(policy.asset, wanted),
      limit: amountText(policy.asset, outcome.levels[name]),
      detail: name,
    }),
  );
  if (snapshot.forecast !== null && policy.model?.mode === "live" && snapshot.forecast.model !== null) {
    findings.unshift(modelFinding(policy, outcome, snapshot.forecast.model));
  }
  if (outcome.without_forecast.length === 0) return findings;
  const facts = { ...seenOf(snapshot.forecast), detail: outcome.without_forecast.join(", ") };
  return [...findings, finding("forecast_warming_up", "none", "forecast", facts)];
}

function modelFinding(policy: PoolPolicy, { levels }: ResolvedOutcome, { name, because }: ModelOutcome): Finding {
  const text = (units: bigint): string => amountText(policy.asset, units);
  return finding("model_sets_levels", "none", "model", {
    observed: text(levels.low),
    limit: `${text(levels.target)} and ${text(levels.high)}`,
    detail: because.length > 0 ? `${name} (${because.join("; ")})` : name,
  });
}

function seenOf(forecast: OutflowForecast | null): { readonly observed: string; readonly limit: string } {
  // A pool's forecast begins when a policy that names one is in force: a snapshot from before knows none.
  if (forecast === null) return { observed: "nothing", limit: "days" };
  return { observed: `${forecast.observed_hours} h`, limit: `${forecast.needed_hours} h` };
}
