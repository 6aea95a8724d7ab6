/** One sentence per event of lending, for people who read the log. */
import type { EventKind } from "../../audit/types.ts";
import type { PayloadReader } from "./payload.ts";
import { moneyText, printTime } from "./printer.ts";

type CreditKind = Extract<
  EventKind,
  | `facility.${string}`
  | `margin_call.${string}`
  | `call.${string}`
  | `substitution.${string}`
  | `liquidation.${string}`
  | `credit.${string}`
>;

export const CREDIT_SENTENCES: Readonly<Record<CreditKind, (facts: { payload: PayloadReader }) => string>> = {
  "facility.state": ({ payload }) => `${facility(payload)} is ${word(payload, "to_state")}${note(payload)}.`,
  "facility.stage": ({ payload }) => {
    const ltv = payload.text("ltv_percent");
    const skipped = payload.texts("skipped");
    const passed = skipped.length === 0 ? "" : `, past ${skipped.join(" and ").replaceAll("_", " ")} without stopping`;
    return `${facility(payload)} went from ${word(payload, "from_stage")} to ${word(payload, "to_stage")}${passed}${ltv === null ? "" : ` at ${ltv} % loan to value`}.`;
  },
  "facility.collateral": ({ payload }) =>
    `${money(payload, "amount", "asset")} of collateral of ${facility(payload)}: ${word(payload, "what")}; ${money(payload, "held_after", "asset")} count${note(payload)}.`,
  "facility.payment": ({ payload }) =>
    // Events of before had it in the place of the facility's.
    `A ${word(payload, "kind")} of ${money(payload, "amount", "currency")} was recorded as ${payload.text("payment_reference") ?? payload.text("reference") ?? "?"}; ${money(payload, "outstanding_after", "currency")} are owed.`,
  "facility.accrued": ({ payload }) =>
    `${facility(payload)} owes ${money(payload, "amount", "currency")} more interest.`,
  "margin_call.state": ({ payload }) => {
    const deadline = payload.number("deadline_at");
    const until = deadline === null ? "" : `, due ${printTime(deadline)}`;
    return `The margin call of ${facility(payload)} is ${word(payload, "to_state")}${until}${note(payload)}.`;
  },
  "call.extension": ({ payload }) =>
    `More time for the margin call of ${facility(payload)} is ${word(payload, "state")}: ${payload.text("reason") ?? ""}`,
  "substitution.state": ({ payload }) =>
    `The exchange of ${money(payload, "releases", "releases_asset")} of ${facility(payload)} for ${money(payload, "brings", "brings_asset")} is ${word(payload, "to_state")}${note(payload)}.`,
  "liquidation.state": ({ payload }) =>
    `The sale of ${money(payload, "units", "asset")} of ${facility(payload)} is ${word(payload, "to_state")}: ${money(payload, "sold", "asset")} sold for ${money(payload, "proceeds", "quote_asset")}${note(payload)}.`,
  "credit.order": ({ payload }) =>
    `The order ${payload.text("order_id") ?? "?"} over ${money(payload, "units", "base")} of ${facility(payload)} is ${word(payload, "state")}${note(payload)}.`,
  "credit.notice": ({ payload }) =>
    `The notice ${word(payload, "kind")} of ${facility(payload)} to ${payload.text("channel_id") ?? "?"} is ${word(payload, "state")}.`,
  "credit.rescan": ({ payload }) =>
    `${payload.number("facilities") ?? "?"} facilities were valued anew; ${payload.number("mismatches") ?? "?"} stood wrong.`,
};

function facility(payload: PayloadReader): string {
  return payload.text("reference") ?? payload.text("facility_id") ?? "A facility";
}

function word(payload: PayloadReader, field: string): string {
  return (payload.text(field) ?? "?").replaceAll("_", " ");
}

function note(payload: PayloadReader): string {
  const text = payload.text("note");
  return text === null ? "" : ` (${text.replace(/\.$/, "")})`;
}

/** The amount in `field`, of the asset that `of` names. */
function money(payload: PayloadReader, field: string, of: string): string {
  const shown = payload.money(field, payload.text(of) ?? "");
  return shown === null ? (payload.text(field) ?? "an unknown amount") : moneyText(shown);
}
