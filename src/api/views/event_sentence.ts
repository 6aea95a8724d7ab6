/** One sentence per event, for people who read the log. */
import type { EventKind, EventRow } from "../../audit/types.ts";
import type { Money } from "../schemas/index.ts";
import { CREDIT_SENTENCES } from "./event_sentence_credit.ts";
import { type PayloadReader, readPayload } from "./payload.ts";
import { moneyText, type Printer, printTime } from "./printer.ts";

interface Facts {
  readonly event: Pick<EventRow, "ref" | "actor">;
  readonly payload: PayloadReader;
  readonly printer: Printer;
}

const SENTENCES: Readonly<Record<EventKind, (facts: Facts) => string>> = {
  "daemon.started": ({ payload }) => `The daemon started in mode ${payload.text("mode") ?? "unknown"}.`,
  "daemon.stopped": ({ payload }) => `The daemon stopped: ${payload.text("reason") ?? "no reason given"}.`,
  "mode.changed": ({ payload, event }) =>
    `The mode went from ${payload.text("from") ?? "none"} to ${payload.text("to") ?? "unknown"} by ${event.actor}: ${payload.text("reason") ?? ""}`,
  "wallet.observed": observed,
  "wallet.standing": ({ payload, printer }) =>
    `${label(payload, printer)} is ${payload.text("to_state") ?? "?"}: ${payload.text("reason") ?? ""}`,
  "wallet.proposal": proposedOfWallet,
  "wallet.opened": ({ payload }) =>
    `Opening ${payload.text("wallet_id") ?? "a wallet"} at ${payload.text("venue_id") ?? "?"}: ${payload.text("message") ?? ""}`,
  "movement.booked": booked,
  "decision.made": decided,
  "transfer.planned": ({ payload, printer }) =>
    `Planned ${show(payload.money("amount"))} ${way(payload, printer)}: ${payload.text("reason") ?? ""}`,
  "transfer.state": changedState,
  "transfer.stage": changedStage,
  "transfer.cancel": ({ payload }) => payload.text("text") ?? "Cancelling it at the venue.",
  "transfer.resolution": ({ payload }) =>
    `The proposal to resolve it as ${payload.text("outcome") ?? "?"} is ${payload.text("state") ?? "?"}: ${payload.text("evidence") ?? ""}`,
  "approval.voted": ({ payload }) =>
    `${payload.text("person_id") ?? "Somebody"} voted ${payload.text("vote") ?? ""}; ${payload.texts("approvals").length} of ${payload.number("needed") ?? "?"} approvals.`,
  "signature.given": ({ payload }) =>
    `A file holds the signature of ${payload.text("person_id") ?? payload.text("key_id") ?? "an owner"}: no vote, and it stays reserved while it can be sent.`,
  "approval.refused": ({ payload }) =>
    `A vote of ${payload.text("person_id") ?? "somebody"} was refused: ${payload.text("message") ?? payload.text("code") ?? ""}`,
  "break.opened": ({ payload, printer }) =>
    `The books and the venue differ by ${show(payload.money("difference"))} in ${label(payload, printer)}: ${payload.text("cause") ?? ""}`,
  "break.closed": ({ payload, printer }) =>
    `The difference of ${show(payload.money("difference"))} in ${label(payload, printer)} is ${payload.text("closed_by") === "resolved" ? "resolved by people" : "gone"}.`,
  "break.resolution": ({ payload, printer }) =>
    `The proposal to resolve the difference of ${show(payload.money("difference"))} in ${label(payload, printer)} as ${words(payload.text("remedy") ?? "?")} is ${payload.text("state") ?? "?"}: ${payload.text("evidence") ?? ""}`,
  "envelope.state": ({ payload }) =>
    `The envelope ${payload.text("envelope_id") ?? "?"} over ${show(payload.money("amount_total"))} is ${payload.text("state") ?? "?"}: ${payload.text("reason") ?? ""}`,
  "envelope.used": ({ payload }) =>
    `${show(payload.money("amount"))} of the envelope ${payload.text("envelope_id") ?? "?"} is used by ${payload.text("transfer_id") ?? "?"}; ${show(payload.money("amount_remaining"))} are left.`,
  "policy.tuning": ({ payload }) =>
    payload.text("proposal_id") === null
      ? `No policy is proposed for ${payload.text("pool_id") ?? "?"}: ${payload.text("sentence") ?? ""}`
      : `The policy proposed for ${payload.text("pool_id") ?? "?"} is ${payload.text("state") ?? "?"}: ${payload.text("sentence") ?? ""}`,
  "reconciliation.full": ({ payload }) =>
    `All ${payload.number("wallets") ?? "?"} wallets were compared in full; ${payload.number("breaks_open") ?? "?"} breaks are open.`,
  "price.state": ({ payload }) =>
    `The price of ${payload.text("asset") ?? "?"} is ${payload.text("to_status") ?? "unknown"} with ${payload.number("sources") ?? 0} sources.`,
  "venue.state": ({ payload }) =>
    `${payload.text("venue_id") ?? "A venue"} is ${payload.text("to_state") ?? "unknown"}: ${payload.text("message") ?? ""}`,
  "obligation.added": ({ payload }) =>
    `${show(payload.money("amount"))} ${payload.text("direction") === "in" ? "will come in" : "has to be paid"} by ${due(payload)}: ${payload.text("what") ?? ""}`,
  "obligation.closed": ({ payload }) =>
    `The known payment of ${show(payload.money("amount"))} due ${due(payload)} (${payload.text("what") ?? ""}) is ${payload.text("state") ?? "closed"}.`,
  "expected_flow.added": ({ payload }) =>
    `${show(payload.money("amount"))} ${payload.text("direction") === "in" ? "into" : "out of"} ${payload.text("wallet_id") ?? "?"} was announced as "${payload.text("reference") ?? "?"}"${payload.text("state") === "late" ? ", after its movement was listed" : ""}.`,
  "expected_flow.closed": ({ payload }) =>
    `"${payload.text("reference") ?? "?"}" of ${payload.text("wallet_id") ?? "?"} (${show(payload.money("amount"))}) is ${payload.text("state") ?? "closed"}${payload.text("movement_id") === null ? "" : `: ${payload.text("movement_id")}`}.`,
  "anomaly.found": ({ payload }) => `${payload.text("sentence") ?? "Something unusual was found."}${acted(payload)}`,
  "anomaly.lifted": ({ payload, event }) =>
    `${event.actor} lets ${payload.text("what") === "asset" ? `moves of ${payload.text("asset") ?? "?"}` : `sweeps of ${payload.text("pool_id") ?? "?"}`} go on: ${payload.text("reason") ?? ""}`,
  "alert.raised": ({ payload }) => payload.text("message") ?? "An alert was raised.",
  ...CREDIT_SENTENCES,
};

/** @example sentenceOfEvent(row, printer) // "Planned 360000.000000 USDT from Northvault USDT to Hot wallet USDT: …" */
export function sentenceOfEvent(event: Pick<EventRow, "kind" | "ref" | "actor" | "payload">, printer: Printer): string {
  const say = SENTENCES[event.kind];
  return say({ event, payload: readPayload(event.payload, printer), printer }).trim();
}

function observed({ payload, printer }: Facts): string {
  const error = payload.text("error");
  const name = label(payload, printer);
  if (error !== null) return `${name} could not be read: ${error}`;
  const as_of = payload.number("as_of");
  const when = as_of === null ? "" : ` as of ${printTime(as_of)}`;
  return `${name} holds ${show(payload.money("total"))}${when} (${payload.text("source") ?? "unknown source"}).`;
}

function proposedOfWallet({ payload, printer }: Facts): string {
  const name = label(payload, printer);
  const as_of = payload.number("as_of");
  const what =
    payload.text("what") === "balance"
      ? `that ${name} held ${show(payload.money("amount"))} at ${as_of === null ? "?" : printTime(as_of)}`
      : `to ${payload.text("what") ?? "change"} ${name}`;
  return `The proposal ${what} is ${payload.text("state") ?? "?"}: ${payload.text("evidence") ?? ""}`;
}

function booked({ payload, printer }: Facts): string {
  const amount = show(payload.money("amount"));
  return payload.text("direction") === "in"
    ? `${amount} came into ${label(payload, printer)}.`
    : `${amount} left ${label(payload, printer)}.`;
}

function decided({ payload, event }: Facts): string {
  const codes = payload.texts("codes").join(", ");
  return `${event.ref}: ${payload.text("verdict") ?? "decided"} (${codes}).`;
}

function changedState({ payload, printer }: Facts): string {
  const note = payload.text("note");
  const fee = payload.money("fee");
  const cost = fee === null ? "" : `, fee ${show(fee)}`;
  const why = note === null ? "" : `: ${note.replace(/\.$/, "")}`;
  const state = words(payload.text("to_state") ?? "changed");
  return `${show(payload.money("amount"))} ${way(payload, printer)} is ${state}${cost}${why}.`;
}

function changedStage({ payload, printer }: Facts): string {
  const confirmations = payload.number("confirmations");
  const needed = payload.number("confirmations_needed");
  const progress = confirmations === null ? "" : ` ${confirmations} of ${needed ?? "?"} confirmations`;
  return `${show(payload.money("amount"))} ${way(payload, printer)} is ${words(payload.text("to_stage") ?? "under way")}${progress}.`;
}

function acted(payload: PayloadReader): string {
  const action = payload.text("action");
  if (action === "hold_sweeps") return " Automatic moves to custody wait.";
  return action === "freeze_outgoing" ? ` Nothing of ${payload.text("asset") ?? "the asset"} moves.` : "";
}

function due(payload: PayloadReader): string {
  const at = payload.number("due_at");
  return at === null ? "an unknown time" : printTime(at);
}

/** A code as people say it: `awaiting_approval` is "awaiting approval". */
function words(code: string): string {
  return code.replaceAll("_", " ");
}

function way(payload: PayloadReader, printer: Printer): string {
  const name = (field: string): string => printer.label(payload.text(field) ?? "?");
  return `from ${name("from_wallet")} to ${name("to_wallet")}`;
}

function label(payload: PayloadReader, printer: Printer): string {
  return printer.label(payload.text("wallet_id") ?? "?");
}

function show(money: Money | null): string {
  return money === null ? "an unknown amount" : moneyText(money);
}
