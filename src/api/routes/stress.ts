/** Stress tests: they compute on a copy, and can execute nothing. */
import { StressError } from "../../stress/index.ts";
import { defineRoute, type Route } from "../route.ts";
import { ScenarioListSchema, StressRequestSchema, StressSchema } from "../schemas/index.ts";
import { createPrinter, viewScenarios, viewStress } from "../views/index.ts";
import { bandPoolOf } from "./params.ts";

/** A test is seconds of work on the thread that also runs the treasury; it pauses between runs, and is kept short all the same. */
const RUNS_PER_REQUEST_MAX = 50;

export const STRESS_ROUTES: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/stress/scenarios",
    summary: "Stress scenarios that ship with Tidegate, with their provenance",
    tag: "simulate",
    permission: "read",
    out: ScenarioListSchema,
    handler: async () => viewScenarios(),
  }),
  defineRoute({
    method: "post",
    path: "/v1/stress",
    summary: "A scenario under the live policy, on a copy of the live snapshot; executes and records nothing",
    tag: "simulate",
    permission: "read",
    body: StressRequestSchema,
    out: StressSchema,
    handler: async ({ deps, body }) => {
      const runs = body.monte_carlo?.runs ?? 0;
      if (runs > RUNS_PER_REQUEST_MAX) {
        const message = `A running treasury tries at most ${RUNS_PER_REQUEST_MAX} runs; for more, use the command line on another machine.`;
        throw new StressError("stress_too_large", message, { runs, most: RUNS_PER_REQUEST_MAX });
      }
      const wanted = body.pool_id === undefined ? null : bandPoolOf(deps, body.pool_id).id;
      const plans = await deps.treasury.planNow();
      return viewStress(
        plans.filter(({ pool_id }) => wanted === null || pool_id === wanted),
        body,
        createPrinter(deps.config),
      );
    },
  }),
];
