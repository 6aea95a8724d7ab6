/** What waits for people, as they will sign it: the canonical payload, its digest, its fields one by one. */
import type { QuorumView } from "../../authority/index.ts";
import { type ReadTx, tables } from "../../store/index.ts";
import type { SelfPayment, TransferPlan, TransferRow } from "../../transfers/types.ts";
import type { Approval } from "../schemas/index.ts";
import { viewPositionOrNull } from "./decisions.ts";
import { type Printer, printTime } from "./printer.ts";
import { viewSigned } from "./signed_object.ts";
import { readStoredDecision } from "./stored_decision.ts";
import { viewTransfer } from "./transfers.ts";

export async function viewApproval(
  row: TransferRow,
  quorum: QuorumView,
  tx: ReadTx,
  printer: Printer,
): Promise<Approval> {
  const { plan, digest } = row;
  const { expires_at } = plan;
  const decision = row.decision_id === null ? undefined : await tx.get(tables.decision, { id: row.decision_id });
  const stored = decision === undefined ? null : readStoredDecision(decision.decision);
  return {
    transfer: viewTransfer(row, printer),
    ...viewSigned({ object_kind: "transfer", object_id: row.id, payload: plan, digest, expires_at }, quorum),
    scheme: row.signing?.scheme ?? "ed25519",
    fields: fieldsOf(plan, row, printer),
    signing: row.signing,
    before: viewPositionOrNull(stored?.before ?? null, row.asset, printer),
    after: viewPositionOrNull(stored?.after ?? null, row.asset, printer),
    why: stored === null ? [plan.reason] : stored.reasons.map((reason) => reason.sentence),
  };
}

/** What it pays straight from custody, and who said so: who never counts among those who approve. */
function paidFields({ obligation }: TransferPlan): [name: string, label: string, value: string][] {
  if (obligation === undefined) return [];
  const { id, what, due_at, asked_by } = obligation;
  return [
    ["obligation.what", "Pays", what],
    ["obligation.due_at", "Due", printTime(due_at)],
    ["obligation.asked_by", "Said to be due by", asked_by],
    ["obligation.id", "Known payment", id],
  ];
}

const PURPOSES: Readonly<Record<SelfPayment["purpose"], string>> = {
  consolidate: "small coins become one",
  hasten: "a child pays for a transaction that waits",
};

/** What a payment of a wallet to itself takes up: its amount says nothing. */
function selfFields(
  { self }: TransferPlan,
  money: (units: string) => string,
): [name: string, label: string, value: string][] {
  if (self === undefined) return [];
  return [
    ["self.purpose", "Pays itself", PURPOSES[self.purpose]],
    ["self.touches_max", "Takes up and gives back at most", money(self.touches_max)],
    ["self.parent", "Pays for", self.parent ?? "none"],
  ];
}

/** Every field of the plan that a person should read, from the plan itself and nothing else. */
function fieldsOf(plan: TransferPlan, row: TransferRow, printer: Printer): Approval["fields"] {
  const money = (units: string): string => {
    const { amount, asset } = printer.money(row.asset, BigInt(units));
    return `${amount} ${asset}`;
  };
  const end = (which: TransferPlan["from"]): string => `${which.wallet} at ${which.venue} (${which.role})`;
  const fields: [name: string, label: string, value: string][] = [
    ["amount", "Amount", money(plan.amount)],
    ["from", "From", end(plan.from)],
    ["to", "To", end(plan.to)],
    ["to.address", "Address", plan.self === undefined ? plan.to.address : "its own, proved by its keys"],
    ["to.memo", "Memo", plan.to.memo ?? "none"],
    ["network", "Network", plan.network],
    ["instrument", "Instrument", plan.instrument],
    ["contract", "Token contract", plan.contract ?? "none: the coin of the network"],
    ["chain_id", "Chain", plan.chain_id === null ? "none" : String(plan.chain_id)],
    ["fee_max", "Highest fee", money(plan.fee_max)],
    ["direction", "Direction", plan.direction],
    ["reason", "Reason", plan.reason],
    ["initiator", "Started by", plan.initiator],
    ...paidFields(plan),
    ...selfFields(plan, money),
    ["quorum_needed", "Approvals needed", String(plan.quorum_needed)],
    ["not_before", "Not before", printTime(plan.not_before)],
    ["expires_at", "Expires", printTime(plan.expires_at)],
    ["policy_digest", "Policy", plan.policy_digest],
    ["nonce", "Nonce", plan.nonce],
    ["id", "Transfer", plan.id],
  ];
  return fields.map(([name, label, value]) => ({ name, label, value }));
}
