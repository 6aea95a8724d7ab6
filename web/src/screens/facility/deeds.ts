/** What may be asked for in each state of a loan; the daemon decides, this only hides what it would always refuse. */
import type { Facility } from "../../api/types.ts";
import { isZero } from "../../format/decimal.ts";

export type Deed = "disburse" | "repay" | "release" | "exchange" | "cancel";

const OWING: readonly Facility["state"][] = ["active", "matured", "defaulted"];
const RELEASING: readonly Facility["state"][] = [...OWING, "awaiting_collateral", "closed", "cancelled"];
const EXCHANGING: readonly Facility["state"][] = ["active", "matured"];
const CANCELLING: readonly Facility["state"][] = ["proposed", "approved", "awaiting_collateral", "active"];

type Facts = Pick<Facility, "state" | "stage" | "disbursed" | "left_to_draw" | "outstanding" | "collateral">;

const SAFE: readonly Facility["stage"][] = ["sound", "initial", "warning"];

/** Why nothing may be drawn from a loan; null where something may. */
export function drawProblem({
  state,
  stage,
  left_to_draw,
}: Pick<Facts, "state" | "stage" | "left_to_draw">): string | null {
  if (state !== "active") return "Money is drawn from an active loan only.";
  if (isZero(left_to_draw.amount)) return "All of the principal was drawn; what is repaid is not drawn again.";
  return SAFE.includes(stage) ? null : "Nothing is drawn from its margin level on.";
}

/** The one a person most likely came for stands first. */
export function deedsOf({ state, stage, disbursed, left_to_draw, outstanding, collateral }: Facts): readonly Deed[] {
  const owes = !isZero(outstanding.total.amount);
  const holds = collateral.some(({ held }) => !isZero(held.amount));
  const untouched = isZero(disbursed.amount) && !holds;
  const deeds: (readonly [Deed, boolean])[] = [
    ["repay", OWING.includes(state) && owes],
    ["disburse", drawProblem({ state, stage, left_to_draw }) === null],
    ["release", RELEASING.includes(state) && holds],
    ["exchange", EXCHANGING.includes(state) && holds && collateral.length > 1],
    ["cancel", CANCELLING.includes(state) && untouched],
  ];
  return deeds.filter(([, may]) => may).map(([deed]) => deed);
}
