/** The way of a transfer through its states, as far as it went and as far as it would go. */
import type { Transfer, TransferState } from "../../api/types.ts";
import type { Step } from "../../widgets/way.tsx";

const WAY: readonly TransferState[] = [
  "planned",
  "awaiting_approval",
  "approved",
  "submitting",
  "submitted",
  "settled",
];
const NAMES: Readonly<Partial<Record<TransferState, string>>> = {
  planned: "Planned",
  awaiting_approval: "Approval",
  approved: "Approved",
  submitting: "Submitting",
  submitted: "Submitted",
  settled: "Settled",
};
/** Where an ending leaves the way. */
const LEFT_AFTER: Readonly<Partial<Record<TransferState, TransferState>>> = {
  denied: "awaiting_approval",
  expired: "awaiting_approval",
  cancelled: "planned",
  held: "submitting",
  failed: "submitting",
};

type Input = Pick<
  Transfer,
  "state" | "approvals_needed" | "stage" | "confirmations" | "confirmations_needed" | "submitted_at"
>;

export function stepsOf(transfer: Input): readonly Step[] {
  const way = WAY.filter((state) => state !== "awaiting_approval" || transfer.approvals_needed > 0);
  const left = LEFT_AFTER[transfer.state];
  if (left === undefined) {
    const at = way.indexOf(transfer.state);
    return way.map((state, index) => ({
      name: nameOf(state, transfer),
      state: stateAt(index, at, transfer.state === "settled"),
    }));
  }
  const reached = transfer.submitted_at === null ? left : "submitted";
  const until = Math.max(0, way.indexOf(reached));
  const done = way.slice(0, until + 1).map((state): Step => ({ name: nameOf(state, transfer), state: "done" }));
  return [...done, { name: transfer.state[0]?.toUpperCase() + transfer.state.slice(1), state: "ended" }];
}

function stateAt(index: number, at: number, finished: boolean): Step["state"] {
  if (index < at || (index === at && finished)) return "done";
  return index === at ? "now" : "ahead";
}

function nameOf(state: TransferState, transfer: Input): string {
  const name = NAMES[state] ?? state;
  if (state !== "submitted" || transfer.state !== "submitted" || transfer.stage === null) return name;
  if (transfer.stage === "confirming" && transfer.confirmations !== null) {
    return `Confirming ${transfer.confirmations}/${transfer.confirmations_needed ?? "?"}`;
  }
  const stage = transfer.stage.replaceAll("_", " ");
  return `${name}: ${stage}`;
}
