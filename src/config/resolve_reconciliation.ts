/** How far books and venues may differ before an asset stops, and how often everything is compared anew. */
import type { AssetId } from "../money/index.ts";
import type { ResolveContext } from "./context.ts";
import type { TreasuryConfig } from "./types.ts";
import { parseAmount, parseDuration } from "./values.ts";

/** More often would only burden the venues; less often is not "daily" any more. */
const FULL_INTERVAL_MIN_MS = 60_000;
const FULL_INTERVAL_MAX_MS = 24 * 3_600_000;

export function resolveReconciliation({ file, checker, assets }: ResolveContext): TreasuryConfig["reconciliation"] {
  const { tolerance, full_interval } = file.reconciliation;
  const named = tolerance.map((text) => text.trim().split(/\s+/)[1] ?? "");
  checker.unique(["reconciliation", "tolerance"], "tolerance of", named);
  const tolerances = new Map<AssetId, bigint>();
  tolerance.forEach((text, at) => {
    const path = ["reconciliation", "tolerance", at];
    const asset = assets.get(named[at] ?? "");
    if (!checker.refers(path, "asset", named[at] ?? "", [...assets.keys()]) || asset === undefined) return;
    const units = checker.attempt(path, () => parseAmount(text, asset));
    if (units !== null) tolerances.set(asset.id, units);
  });
  const at = ["reconciliation", "full_interval"];
  const full_interval_ms = checker.attempt(at, () => parseDuration(full_interval)) ?? FULL_INTERVAL_MAX_MS;
  if (full_interval_ms < FULL_INTERVAL_MIN_MS || full_interval_ms > FULL_INTERVAL_MAX_MS) {
    checker.problem(at, "config_limit_out_of_order", "The full comparison is due every 1m to 24h.");
  }
  return { tolerances, full_interval_ms };
}
