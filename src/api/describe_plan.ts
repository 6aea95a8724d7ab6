/** `plan` of the command line says the same as GET /v1/plan. */
import type { TreasuryConfig } from "../config/types.ts";
import type { PoolPlan } from "../daemon/types.ts";
import type { Plan } from "./schemas/index.ts";
import { createPrinter, viewPlan } from "./views/index.ts";

/** @example describePlan(config, await composition.planOnce(config)).decisions[0]?.headline */
export function describePlan(config: TreasuryConfig, plans: readonly PoolPlan[]): Plan {
  const [first] = plans;
  return viewPlan(plans, createPrinter(config), first?.snapshot.mode ?? config.mode, first?.snapshot.taken_at ?? 0);
}
