/** A move that a person asks for: the advisor's, reviewed; sent once, under a key minted when this sheet opened. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { actions } from "../api/actions.ts";
import { mintKey } from "../api/client.ts";
import type { DecisionView, ManualTransferRequest, Mode, Move, Pool } from "../api/types.ts";
import { plainAmount, sameAmount } from "../format/amount.ts";
import { readable } from "../format/sentence.ts";
import { formatDuration } from "../format/time.ts";
import { BeforeAfter } from "../review/plan_view.tsx";
import { useIdentity } from "../shell/identity.tsx";
import { Button } from "../widgets/button.tsx";
import { AmountInput, Input, Select } from "../widgets/field.tsx";
import { Facts, Failure } from "../widgets/panel.tsx";
import { Sheet } from "../widgets/sheet.tsx";
import { Amount, Digest } from "../widgets/value.tsx";

interface Props {
  readonly pool: Pool;
  readonly mode: Mode;
  readonly decision: DecisionView;
  readonly move: Move;
  onClose(): void;
}

/** Why a person cannot ask for it now; null when they can. */
export function whyNot(mode: Mode): string | null {
  switch (mode) {
    case "frozen":
      return "The treasury is frozen: nothing new is sent until an admin resumes.";
    case "observe":
      return "In observe mode Tidegate watches and moves nothing.";
    case "auto":
      return "In auto mode Tidegate makes this move by itself when its rules allow; asking for it again would double it.";
    case "advise":
      return null;
  }
}

export function ProposeSheet({ pool, mode, decision, move, onClose }: Props): ReactNode {
  const [reason, setReason] = useState(() => decision.headline.slice(0, 500));
  const [typed, setTyped] = useState("");
  const send = usePropose(onClose);
  const { me, people, choose } = useIdentity();
  const blocked = whyNot(mode);
  const confirmed = me !== null && sameAmount(typed, move.amount.amount);
  const request: ManualTransferRequest = {
    pool_id: pool.id,
    from_wallet: move.from_wallet,
    to_wallet: move.to_wallet,
    network: move.network,
    amount: move.amount.amount,
    reason,
    initiator: me?.id ?? "",
  };
  return (
    <Sheet
      title="Review the move"
      head={<span>{readable(decision.headline)}</span>}
      onClose={onClose}
      foot={
        <Foot
          blocked={blocked}
          ready={confirmed && reason.trim() !== "" && !send.isPending}
          approvals={decision.approvals?.needed ?? 0}
          pending={send.isPending}
          onSend={() => send.mutate(request)}
          onClose={onClose}
        />
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-2xl leading-8 font-semibold tracking-tight">
          <Amount money={move.amount} exact />
        </p>
        <Facts rows={factsOf(decision, move)} />
        <BeforeAfter before={decision.before} after={decision.after} />
        {blocked === null && (
          <div className="flex flex-col gap-3">
            <Select
              label="You are"
              value={me?.id ?? ""}
              onChange={choose}
              options={[["", "Choose …"], ...people.map(({ id, name }) => [id, name] as const)]}
              hint="Who asks for a move cannot approve it."
            />
            <Input
              label="Reason, for the log"
              value={reason}
              maxLength={500}
              onChange={(event) => setReason(event.target.value)}
            />
            <ConfirmAmount amount={move.amount.amount} asset={move.amount.asset} typed={typed} onType={setTyped} />
          </div>
        )}
        {send.error && <Failure error={send.error} what="The transfer" did="was not confirmed" />}
      </div>
    </Sheet>
  );
}

function usePropose(onClose: () => void) {
  const client = useQueryClient();
  const [, go] = useLocation();
  const [key] = useState(mintKey);
  return useMutation({
    mutationFn: (request: ManualTransferRequest) => actions.propose(request, key),
    onSuccess: (transfer) => {
      onClose();
      go(`/transfers/${transfer.id}`);
    },
    onSettled: () => client.invalidateQueries(),
  });
}

function factsOf(decision: DecisionView, move: Move): readonly (readonly [string, ReactNode])[] {
  return [
    ["From", `${move.from_label} (${move.from_wallet})`],
    ["To", `${move.to_label} (${move.to_wallet})`],
    ["Network", move.network],
    ["Fee now", <Amount key="fee" money={move.fee} exact />],
    ["Fee at most", <Amount key="fee_max" money={move.fee_max} exact />],
    ["Takes about", formatDuration(move.lead_time_ms)],
    ["Policy", <Digest key="policy" hex={decision.policy_digest} short />],
  ];
}

interface FootProps {
  readonly blocked: string | null;
  readonly ready: boolean;
  readonly approvals: number;
  readonly pending: boolean;
  onSend(): void;
  onClose(): void;
}

function Foot({ blocked, ready, approvals, pending, onSend, onClose }: FootProps): ReactNode {
  if (blocked !== null) {
    return (
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-ink-2">{blocked}</p>
        <Button onClick={onClose}>Close</Button>
      </div>
    );
  }
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="text-xs text-muted">
        {approvals > 0
          ? `It then waits for ${approvals} approvals; yours does not count.`
          : "It needs no further approval and is sent at once."}
      </p>
      <div className="flex gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" disabled={!ready} onClick={onSend}>
          {pending ? "Sending …" : "Create transfer"}
        </Button>
      </div>
    </div>
  );
}

interface ConfirmProps {
  readonly amount: string;
  readonly asset: string;
  readonly typed: string;
  onType(value: string): void;
}

/** The amount, typed by hand: a hand that types it has read it. */
export function ConfirmAmount({ amount, asset, typed, onType }: ConfirmProps): ReactNode {
  const wrong = typed !== "" && !sameAmount(typed, amount);
  return (
    <AmountInput
      label={`Type the amount in ${asset} to confirm`}
      value={typed}
      placeholder={plainAmount(amount)}
      onChange={onType}
      error={wrong ? "This is not the amount above." : undefined}
    />
  );
}
