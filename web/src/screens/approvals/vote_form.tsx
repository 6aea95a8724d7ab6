/** The vote on a transfer: where money leaves custody the amount is typed first. */
import { type ReactNode, useState } from "react";
import { actions } from "../../api/actions.ts";
import type { Approval } from "../../api/types.ts";
import { sameAmount } from "../../format/amount.ts";
import { ConfirmAmount } from "../../propose/propose_sheet.tsx";
import { isSound } from "../../review/payload_check.tsx";
import type { ReviewedPlan } from "../../review/plan.ts";
import { VoteBox } from "../../review/vote_box.tsx";
import type { Check } from "../../sign/vote.ts";

interface Props {
  readonly approval: Approval;
  readonly plan: ReviewedPlan;
  readonly check: Check | null;
  onClose(): void;
}

export function VoteForm({ approval, plan, check, onClose }: Props): ReactNode {
  const [typed, setTyped] = useState("");
  if (approval.quorum.state !== "pending") {
    return <p className="text-muted">The vote is closed: {closedBecause(approval)}.</p>;
  }
  const leaves = plan.direction !== "liquidity_to_reserve";
  const confirm = {
    field: <ConfirmAmount amount={plan.amount} asset={plan.asset} typed={typed} onType={setTyped} />,
    given: sameAmount(typed, plan.amount),
  };
  const { object_id: id, digest, vote_message, quorum } = approval;
  return (
    <VoteBox
      subject={{ kind: "transfer", id, digest, vote_message, quorum }}
      sound={isSound(check)}
      confirm={leaves ? confirm : undefined}
      note="One denial ends it. Whoever asked for the move does not count."
      send={actions.vote}
      onDone={onClose}
    />
  );
}

function closedBecause({ quorum }: Approval): string {
  return quorum.state === "denied" ? `denied by ${quorum.denied_by ?? "a person"}` : `${quorum.needed} people approved`;
}
