/** The codes that are no errors: notes on a transfer, alerts, and findings of `audit verify`. */
import { code, table } from "./markdown.ts";

/** `note_code` of a transfer, beside the error codes that can stand there too. */
export const NOTES: Readonly<Record<string, string>> = {
  signing_unavailable: "The venue could not say what its owners have to sign; it is asked again.",
  outcome_unknown: "The request may or may not have reached the venue. Nothing is sent anew; the venue is asked.",
  lookup_unreadable: "The venue could not be asked; a failed look-up is not an absence.",
  sent_again: "The venue does not know it, and sending the same bytes again is harmless there; they were sent again.",
  identity_mismatch: "What the venue reports contradicts the approved plan. Held for people.",
  receipt_unproven: "The venue says that it is done, and nothing proves what was delivered. Held for people.",
  partially_filled:
    "Less arrived than was sent, by more than any approved fee. Held once it is final: people say where the rest is.",
  transfer_missing: "The venue accepted it and now does not know it. It stays in flight and is looked for.",
  replacing: "The same payment with a higher fee is durable and goes out; only one of the two can be carried out.",
  sped_up: "It waited too long in its network's pool; the same payment was sent with a higher fee.",
  settlement_doubted:
    "It is settled, and its venue did not show it as it settled at the last look. It is asked again before that is believed.",
  settlement_reopened:
    "It was settled, and its network took it back. It is in flight again, and its settlement was taken back in the books.",
  settlement_unsteady: "Its settlement came and went too often. It is followed no more; people look at both wallets.",
  settlement_failed:
    "It was settled, was taken back, and its venue says finally that nothing moved. Held: people say how it ended.",
  overdue: "It is not final a day after it was sent. It stays in flight; ask the venue.",
  fee_above_cap: "It settled and cost more than the cap that was approved.",
  resolved: "People ended the hold, under quorum, with the evidence named.",
  cancel_asked:
    "A person asked the venue to cancel it. It stays in flight until the venue says finally what became of it.",
  envelope: "People had approved it in advance, within an envelope that is named; nobody had to sign it again.",
  substitution:
    "People had approved it together with the collateral that takes its place; nobody had to sign it again.",
  envelope_ended:
    "What people had approved in advance does not hold any more, and the wallet's owners were not asked: it is planned anew, and they sign.",
  venue_failed: "The venue says finally that nothing moved.",
  cancelled_signed: "It was cancelled after owners signed it. Held until nobody can execute their signatures.",
  denied_signed: "It was denied after owners signed it. Held until nobody can execute their signatures.",
  expired_signed: "Its time passed after owners signed it. Held until nobody can execute their signatures.",
  failed_signed: "Its venue refused it after owners signed it. Held until nobody can execute their signatures.",
  denied: "A person denied it.",
  cancelled: "A person, or a newer plan, took it back before anything was sent.",
  coins_needed:
    "It was to put coins of its wallet together, and a payment needed them. Ask for it again in a calm hour.",
  superseded: "A newer plan replaced it before anything was sent.",
  expired: "Its time passed before anything was sent.",
};

/** Codes of alerts; a star stands for an error code. */
export const ALERTS: Readonly<Record<string, string>> = {
  treasury_frozen: "Somebody froze the treasury; the actor and the reason are named.",
  log_unwitnessed:
    "No witness of the log outside the data directory can be asked: payments wait, and go on by themselves when one can.",
  venue_down: "A venue cannot be read. Its balances age, and old data moves nothing out of custody.",
  gas_low: "A gas wallet covers only a few more transactions at the present price.",
  gas_empty: "A gas wallet does not cover one transaction; what would be sent with it waits.",
  endpoint_contradicts: "A node of a chain says something else than the others. What only it says counts for nothing.",
  endpoint_lags: "A node of a chain is behind the others.",
  endpoint_silent: "A node of a chain does not answer; the others are asked.",
  break_opened: "Something that nothing explains; above the tolerance new moves of the asset stop.",
  archived_wallet_received:
    "Something arrived at a wallet that people archived; find out who sent it, and where it belongs.",
  asset_frozen: "Open breaks are above the asset's tolerance; see [a break](../runbooks/break.md).",
  reconciliation_problem:
    "The full comparison found the books out of balance, or a movement that a venue changed afterwards.",
  transfer_outcome_unknown: "A transfer is held: its outcome is unknown.",
  transfer_identity_mismatch: "A transfer is held: the venue's account of it contradicts the plan.",
  transfer_receipt_unproven: "A transfer is held: it is done, and nothing proves what arrived.",
  transfer_settlement_failed: "A transfer is held: it was settled once, and now its venue says that nothing moved.",
  transfer_partially_filled: "A transfer is held: less arrived than was sent, by more than any approved fee.",
  transfer_signatures_out:
    "A transfer ended with enough owners' signatures to execute it. The message says what the owners sign to make them worthless.",
  transfer_executed_by_others: "Somebody executed a transfer that had ended, with its owners' signatures.",
  transfer_missing: "A venue lost a transfer it had accepted.",
  transfer_sped_up: "A payment waited too long, and was sent once more with a higher fee in its place.",
  "speed_up_*": "A connector built something else than the same payment in place of a stuck one; nothing was sent.",
  settlement_reopened: "A network took back a transfer that was settled; it is in flight again.",
  settlement_unsteady: "A settled transfer was taken back again and again, and is missing once more.",
  transfer_overdue: "A transfer is not final a day after it was sent.",
  fee_above_cap: "A transfer cost more than was approved.",
  expected_flow_missed: "A flow that the back office announced was not listed by its venue in its time.",
  obligation_overdue: "A known payment is past its time and nothing that the venues report has met it.",
  signed_after_end:
    "Owners' signatures for a transfer came in after it had ended. With enough of them anybody can send it, and nothing is reserved for it: let the owners use up the coin or the nonce it would spend, and look before it is paid again.",
  payout_short:
    "The fee of a payment straight from custody was taken off its amount: its payee received less than he is owed, by the numbers named. It counts as met; people agree on the rest with him.",
  payout_beside:
    "A known payment was paid by hand, with its reference, and its transfer out of custody had been sent already: it may have been paid twice. Ask the payee.",
  obligation_underpaid:
    "A movement carries the reference of a known payment and is less than its amount by more than any fee. It does not meet it.",
  "dispatch_*": "A transfer was stopped at the last check before sending, for the error named.",
  credit_notice_failed:
    "A notice of lending was tried as often as it may be and did not arrive; tell the borrower yourself.",
  credit_mismatch:
    "The index of trigger prices and the exact valuation differed: the exact one was used. It is a defect; report it.",
  order_unclear:
    "An order at a market may or may not have been placed, and the market cannot say. Nothing is placed anew.",
  liquidation_waits: "A sale of collateral is due and waits; the message says for what.",
  liquidation_unsellable: "Collateral is due to be sold and no configured market takes it. People sell it.",
  instalment_missed:
    "An instalment of a loan is past its due day and not paid in full; after the days of grace the loan is in default.",
  surplus_waits:
    "A sale brought more than was owed, and it did not go to the borrower: no address of theirs for that asset was approved with the facility, its transfer was refused, or it ended without paying. The message says which. People pay it out (`liquidations pay-surplus`), or record that it was paid otherwise (`liquidations surplus-paid`).",
  collateral_at_market:
    "A sale is over, and collateral that it did not need stays at the market: its way home was refused or ended unpaid. It goes on counting; people bring it home (`liquidations bring-home`).",
  substitution_unfinished:
    "An exchange of collateral ended without its release although new collateral had come. Both assets go on counting; people release what may leave.",
  order_oversold:
    "A market names an order of a sale for more than was promised to it. The rest is a break of that wallet; the sale goes on once people have resolved it.",
  collateral_missing:
    "A custodian does not show all of a facility's collateral. Its borrower is not called and nothing is sold until that is cleared.",
  collateral_short:
    "What happened to a facility's collateral needs more of it than the books have: it was spent again before a network took a move back.",
  collateral_move_reopened:
    "A network took back a settled move of collateral; what it had meant for the facility is taken back too, and it is followed again.",
  collateral_wallet_failed: "The custodian did not open the wallet of a facility; it is not asked again by itself.",
  loan_shortfall: "After the sales something is still owed and no collateral stands behind it.",
  facility_defaulted: "A facility is past its maturity and its days of grace, and something is still owed.",
  signing_unreadable: "A custodian asked whether it may sign, and the question could not be read: it was told no.",
  policy_proposed: "The weekly search found levels that would have cost less; people read the proposal and decide.",
  "plan_*": "A decided move was refused when it was planned, for the error named.",
};

/** What `audit verify` finds. */
export const FINDINGS: Readonly<Record<string, string>> = {
  audit_gap: "An event is missing, repeated or out of order.",
  audit_root_mismatch: "The events are not those that were signed.",
  audit_size_mismatch: "A checkpoint stands at the wrong place.",
  audit_wrong_origin: "A checkpoint is of another log.",
  audit_bad_signature: "A checkpoint is not signed by the key.",
  audit_note_malformed: "A checkpoint is not in the signed-note format.",
  audit_too_few_witnesses: "Fewer of the named witnesses cosigned the last checkpoint than are required.",
  audit_unsigned_tail: "The last events are not covered by a signed checkpoint.",
};

export function notesReference(): string {
  const rows = (codes: Readonly<Record<string, string>>): string =>
    table(
      ["code", "what it means"],
      Object.entries(codes).map(([name, meaning]) => [code(name), meaning]),
    );
  return `## Notes on a transfer

\`note_code\` says why a transfer waits, is held or ended. Beside these it can be an error code of above: the check that made it wait or end it.

${rows(NOTES)}

## Alerts

What people should hear of. Each is an event of the audit log, and most are a line of the daemon's log with \`notice\` and \`severity\`: route \`page\` to a pager.

${rows(ALERTS)}

## Findings of \`audit verify\`

${rows(FINDINGS)}`;
}
