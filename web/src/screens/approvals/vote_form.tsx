/** The vote: your key, the amount typed where money leaves custody, then approve or deny. Nothing here is one key press away. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { actions } from "../../api/actions.ts";
import { ApiError, mintKey } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import type { Approval, SignedVoteBody } from "../../api/types.ts";
import { sameAmount } from "../../format/amount.ts";
import { ConfirmAmount } from "../../propose/propose_sheet.tsx";
import { isSound } from "../../review/payload_check.tsx";
import type { ReviewedPlan } from "../../review/plan.ts";
import { SignerChoice } from "../../review/signer_choice.tsx";
import { type Check, type Signatory, signVote } from "../../sign/vote.ts";
import { Button } from "../../widgets/button.tsx";
import { Failure } from "../../widgets/panel.tsx";

type Vote = SignedVoteBody["payload"]["vote"];

interface Props {
  readonly approval: Approval;
  readonly plan: ReviewedPlan;
  readonly check: Check | null;
  onClose(): void;
}

export function VoteForm({ approval, plan, check, onClose }: Props): ReactNode {
  const sandbox = useQuery(queries.overview()).data?.sandbox === true;
  const [signatory, setSignatory] = useState<Signatory | null>(null);
  const [typed, setTyped] = useState("");
  const cast = useVote(approval, onClose);
  if (approval.quorum.state !== "pending") {
    return <p className="text-muted">The vote is closed: {closedBecause(approval)}.</p>;
  }
  const confirmed = plan.direction === "liquidity_to_reserve" || sameAmount(typed, plan.amount);
  const sound = isSound(check);
  return (
    <section aria-label="Your vote" className="flex flex-col gap-3 rounded-lg border border-line-strong p-3">
      <h3 className="label">Your vote</h3>
      <SignerChoice
        eligible={approval.quorum.eligible}
        voted={approval.quorum.approvals}
        sandbox={sandbox}
        signatory={signatory}
        onChange={setSignatory}
      />
      {plan.direction !== "liquidity_to_reserve" && (
        <ConfirmAmount amount={plan.amount} asset={plan.asset} typed={typed} onType={setTyped} />
      )}
      <div className="flex flex-wrap gap-2">
        <Button
          look="primary"
          icon="approvals"
          disabled={!signatory || !sound || !confirmed || cast.isPending}
          onClick={() => signatory && cast.mutate({ vote: "approve", by: signatory })}
        >
          Sign and approve
        </Button>
        <Button
          look="danger"
          icon="blocked"
          disabled={!signatory || cast.isPending}
          onClick={() => signatory && cast.mutate({ vote: "deny", by: signatory })}
        >
          Sign and deny
        </Button>
      </div>
      <p className="text-xs text-muted">One denial ends it. Whoever asked for the move does not count.</p>
      {cast.error && (
        <Failure
          error={cast.error}
          what="Your vote"
          did={cast.error instanceof ApiError && cast.error.status === 409 ? "was not counted" : "was not confirmed"}
        />
      )}
    </section>
  );
}

function useVote(approval: Approval, onClose: () => void) {
  const client = useQueryClient();
  const [keys] = useState<Readonly<Record<Vote, string>>>(() => ({ approve: mintKey(), deny: mintKey() }));
  return useMutation({
    mutationFn: async ({ vote, by }: { vote: Vote; by: Signatory }) => {
      const payload = {
        object_kind: "transfer",
        object_id: approval.object_id,
        digest: approval.digest,
        vote,
      } as const;
      return actions.vote(await signVote(payload, approval.vote_message[vote], by), keys[vote]);
    },
    onSuccess: onClose,
    onSettled: () => client.invalidateQueries(),
  });
}

function closedBecause({ quorum }: Approval): string {
  return quorum.state === "denied" ? `denied by ${quorum.denied_by ?? "a person"}` : `${quorum.needed} people approved`;
}
