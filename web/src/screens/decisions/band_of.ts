/** In which part of its band the pool stood when it was decided on. */
import type { Band, DecisionView } from "../../api/types.ts";
import { compare } from "../../format/decimal.ts";

export function bandOf({ before, levels }: Pick<DecisionView, "before" | "levels">): Band {
  const held = before?.now.liquidity.amount;
  const at = (name: "emergency_low" | "low" | "high" | "emergency_high"): string | undefined =>
    levels?.[name].amount?.amount;
  const past = (name: Parameters<typeof at>[0], side: -1 | 1): boolean => {
    const level = at(name);
    const order = held === undefined || level === undefined ? null : compare(held, level);
    return order === 0 || order === side;
  };
  if (held === undefined || at("low") === undefined || at("high") === undefined) return "unknown";
  if (past("emergency_low", -1)) return "emergency_low";
  if (past("emergency_high", 1)) return "emergency_high";
  if (past("low", -1)) return "low";
  return past("high", 1) ? "high" : "inside";
}
