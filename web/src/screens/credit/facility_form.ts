/** A loan as a person types it, and the request that it becomes. The daemon checks it all; here only what is missing is seen. */

import type { FacilityRequest } from "../../api/types.ts";
import { typedAmount } from "../../format/amount.ts";

export interface PledgeForm {
  readonly asset: string;
  readonly expected: string;
  readonly return_address: string;
  readonly return_memo: string;
}

export interface DueForm {
  /** Its own among the rows, while they come and go. */
  readonly row: number;
  readonly due_on: string;
  readonly amount: string;
}

export interface FacilityForm {
  readonly reference: string;
  readonly customer_id: string;
  readonly currency: string;
  readonly principal: string;
  readonly rate_percent: string;
  readonly day_count: "actual/360" | "actual/365" | "30/360";
  readonly matures_on: string;
  readonly opening_fee: string;
  readonly cure_hours: string;
  /** `book`: the levels of the configuration. */
  readonly measure: "book" | "ltv" | "cvl";
  readonly initial: string;
  readonly warning: string;
  readonly margin_call: string;
  readonly liquidation: string;
  readonly schedule: readonly DueForm[];
  readonly collateral: readonly PledgeForm[];
  readonly reason: string;
}

export const NO_PLEDGE: PledgeForm = { asset: "", expected: "", return_address: "", return_memo: "" };

export const NO_FACILITY: FacilityForm = {
  ...{ reference: "", customer_id: "", currency: "", principal: "", rate_percent: "", day_count: "actual/360" },
  ...{ matures_on: "", opening_fee: "", cure_hours: "", measure: "book", initial: "", warning: "" },
  ...{ margin_call: "", liquidation: "", schedule: [], collateral: [NO_PLEDGE], reason: "" },
};

/** Levels in the order in which a fall reaches them. */
export const LEVEL_FIELDS = ["initial", "warning", "margin_call", "liquidation"] as const;

export function isComplete(form: FacilityForm): boolean {
  const { reference, customer_id, currency, principal, rate_percent, matures_on, reason, collateral, schedule } = form;
  const given = [reference, customer_id, currency, principal, rate_percent, matures_on, reason].every(isGiven);
  const pledged = collateral.length > 0 && collateral.every((one) => isGiven(one.asset) && isGiven(one.return_address));
  return given && pledged && schedule.every(({ due_on, amount }) => isGiven(due_on) && isGiven(amount));
}

function isGiven(text: string): boolean {
  return text.trim() !== "";
}

/** What is left empty is the configuration's, and is left out. */
export function facilityRequestOf(form: FacilityForm, proposed_by: string): FacilityRequest {
  const { currency, day_count, matures_on, opening_fee, cure_hours, schedule, collateral } = form;
  return {
    ...{ reference: form.reference.trim(), customer_id: form.customer_id.trim(), currency, day_count, matures_on },
    ...{ principal: typedAmount(form.principal), rate_percent: form.rate_percent.trim() },
    opening_fee: isGiven(opening_fee) ? typedAmount(opening_fee) : "0",
    schedule: schedule.map(({ due_on, amount }) => ({ due_on, amount: typedAmount(amount) })),
    levels: levelsOf(form),
    cure_hours: isGiven(cure_hours) ? Number(cure_hours) : null,
    collateral: collateral.map(({ asset, expected, return_address, return_memo }) => ({
      ...{ asset, expected: isGiven(expected) ? typedAmount(expected) : "0", return_address: return_address.trim() },
      return_memo: isGiven(return_memo) ? return_memo.trim() : null,
    })),
    ...{ reason: form.reason.trim(), proposed_by },
  };
}

function levelsOf(form: FacilityForm): FacilityRequest["levels"] {
  if (form.measure === "book") return null;
  const given = LEVEL_FIELDS.filter((name) => isGiven(form[name])).map((name) => [name, form[name].trim()]);
  return { as: form.measure, ...Object.fromEntries(given) };
}
