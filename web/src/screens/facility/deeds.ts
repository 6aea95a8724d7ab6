/** What may be asked for in each state of a loan; the daemon decides, this only hides what it would always refuse. */
import type { Facility } from "../../api/types.ts";
import { isZero } from "../../format/decimal.ts";

export type Deed = "disburse" | "repay" | "release" | "exchange" | "cancel";

const OWING: readonly Facility["state"][] = ["active", "matured", "defaulted"];
const RELEASING: readonly Facility["state"][] = [...OWING, "awaiting_collateral", "closed", "cancelled"];
const EXCHANGING: readonly Facility["state"][] = ["active", "matured"];
const CANCELLING: readonly Facility["state"][] = ["proposed", "approved", "awaiting_collateral", "active"];

type Facts = Pick<Facility, "state" | "stage" | "disbursed" | "outstanding" | "collateral">;

/** The one a person most likely came for stands first. */
export function deedsOf({ state, stage, disbursed, outstanding, collateral }: Facts): readonly Deed[] {
  const owes = !isZero(outstanding.total.amount);
  const holds = collateral.some(({ held }) => !isZero(held.amount));
  const untouched = isZero(disbursed.amount) && !holds;
  const safe = stage === "sound" || stage === "initial" || stage === "warning";
  const deeds: (readonly [Deed, boolean])[] = [
    ["repay", OWING.includes(state) && owes],
    ["disburse", state === "active" && safe],
    ["release", RELEASING.includes(state) && holds],
    ["exchange", EXCHANGING.includes(state) && holds && collateral.length > 1],
    ["cancel", CANCELLING.includes(state) && untouched],
  ];
  return deeds.filter(([, may]) => may).map(([deed]) => deed);
}
