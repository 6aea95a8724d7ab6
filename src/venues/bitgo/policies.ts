/** BitGo's own policy rules, read to see that it really asks before it signs. */
import { z } from "zod";
import { get, readShape } from "../http/index.ts";
import { VenueError } from "../index.ts";
import type { LookUps } from "./look_up.ts";

const RULES_MAX = "100";
const rulesShape = z.object({
  rules: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      clauses: z.array(z.object({ conditions: z.array(z.object({ name: z.string() })).optional() })),
    }),
  ),
});

/** @throws VenueError venue_policy_denied when no active rule asks a webhook */
export async function demandWebhookRule(look: LookUps, enterprise: string): Promise<void> {
  const target = get(`/api/policy/v1/enterprises/${enterprise}/rules`, { limit: RULES_MAX });
  const { rules } = readShape(rulesShape, await look.lines.platform.read(target), "policy rules");
  const asks = rules.some(
    ({ status, clauses }) =>
      status === "ACTIVE" &&
      clauses.some(({ conditions = [] }) => conditions.some(({ name }) => name === "transfer.webhook")),
  );
  if (asks) return;
  const message = `A policy secret is configured, and none of the ${rules.length} policy rules at BitGo asks a webhook: BitGo would sign without asking.`;
  throw new VenueError("venue_policy_denied", message);
}
