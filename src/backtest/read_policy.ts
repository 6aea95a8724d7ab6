/**
 * A policy file for the benchmark, already parsed: `{ model: hybrid, deviations: 3 }`, or
 * `{ model: static, low: 5%, target: 10%, high: 15% }`. Keys are strict; a key left out keeps its shipped value.
 */
import {
  createDualLead,
  createHybrid,
  createStatic,
  DUAL_LEAD_DEFAULTS,
  HYBRID_DEFAULTS,
  MODEL_NAMES,
  modelByName,
} from "../models/index.ts";
import type { LevelModel } from "../models/types.ts";
import { BacktestError } from "./errors.ts";

/** The model of this name, or an error that lists the names. */
export function namedPolicy(name: string): LevelModel {
  const model = modelByName(name);
  if (model !== null) return model;
  throw new BacktestError(
    "backtest_policy_unknown",
    `There is no policy "${name}"; there are ${MODEL_NAMES.join(", ")}, or name a file.`,
    { policy: name },
  );
}

export function readPolicy(value: unknown, label: string): LevelModel {
  if (typeof value !== "object" || value === null || !("model" in value) || typeof value.model !== "string") {
    throw new BacktestError(
      "backtest_policy_unknown",
      `${label} is not a policy: it needs a "model" of ${MODEL_NAMES.join(", ")} or static.`,
    );
  }
  const { model, ...rest } = value as { model: string } & Record<string, unknown>;
  if (model === "static") return { ...createStatic(label, staticShares(rest, label)) };
  if (model === "hybrid") return { ...createHybrid(numbers(rest, HYBRID_DEFAULTS, label)), name: label };
  if (model === "dual-lead") return { ...createDualLead(numbers(rest, DUAL_LEAD_DEFAULTS, label)), name: label };
  if (Object.keys(rest).length > 0) {
    throw new BacktestError("backtest_policy_unknown", `${label}: the model ${model} has no parameters.`);
  }
  return { ...namedPolicy(model), name: label };
}

function staticShares(given: Record<string, unknown>, label: string) {
  const share = (key: string): number => {
    const match = /^(\d+(?:\.\d+)?)\s*%$/.exec(String(given[key] ?? ""));
    if (match !== null) return Number(match[1]) / 100;
    throw new BacktestError("backtest_policy_unknown", `${label}: "${key}" must be a share such as 5%.`, { key });
  };
  const shares = { low: share("low"), target: share("target"), high: share("high") };
  if (shares.low < shares.target && shares.target < shares.high && shares.high <= 1) return shares;
  throw new BacktestError(
    "backtest_policy_unknown",
    `${label}: low, target and high contradict each other; they must rise strictly, up to 100%.`,
  );
}

function numbers<T extends object>(given: Record<string, unknown>, defaults: T, label: string): T {
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, key)) {
      throw new BacktestError(
        "backtest_policy_unknown",
        `${label}: there is no parameter "${key}"; there are ${Object.keys(defaults).join(", ")}.`,
        { key },
      );
    }
    if (typeof value !== "number" || !Number.isFinite(value) || value < 0) {
      throw new BacktestError("backtest_policy_unknown", `${label}: "${key}" must be a number of at least zero.`, {
        key,
      });
    }
  }
  return { ...defaults, ...given };
}
