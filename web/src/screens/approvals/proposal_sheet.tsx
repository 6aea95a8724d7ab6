/** A proposal on a held transfer, a break or an envelope: every field of the canonical payload, its digest recomputed here, and the vote. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { actions } from "../../api/actions.ts";
import { mintKey } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import type { SignedVoteBody } from "../../api/types.ts";
import { readFields } from "../../review/fields.ts";
import { isSound, PayloadCheck, usePayloadCheck } from "../../review/payload_check.tsx";
import { decimalsOf } from "../../review/plan.ts";
import { QuorumView } from "../../review/quorum.tsx";
import { SignerChoice } from "../../review/signer_choice.tsx";
import { type Signatory, signVote } from "../../sign/vote.ts";
import { Button } from "../../widgets/button.tsx";
import { Copy } from "../../widgets/copy.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Code, Data, Facts, Failure } from "../../widgets/panel.tsx";
import { Sheet } from "../../widgets/sheet.tsx";
import { Amount } from "../../widgets/value.tsx";
import { fromBreak, fromEnvelope, fromResolution, type Proposal } from "./proposals.ts";

interface Props {
  readonly id: string;
  readonly kind: Proposal["kind"];
  onClose(): void;
}

export function ProposalSheet({ id, kind, onClose }: Props): ReactNode {
  const resolution = useQuery({ ...queries.resolution(id), enabled: kind === "resolution" });
  const closing = useQuery({ ...queries.breakResolution(id), enabled: kind === "break" });
  const envelope = useQuery({ ...queries.envelope(id), enabled: kind === "envelope" });
  // Only the one that was asked for is read: whatever else is in the cache under this id is of another kind.
  const read = {
    break: () => ({ data: closing.data && fromBreak(closing.data), error: closing.error }),
    envelope: () => ({ data: envelope.data && fromEnvelope(envelope.data), error: envelope.error }),
    resolution: () => ({ data: resolution.data && fromResolution(resolution.data), error: resolution.error }),
  }[kind]();
  return (
    <Sheet
      title="Review and sign"
      head={
        <>
          <code className="font-mono text-xs break-all">{id}</code>
          {read.data && <span>{read.data.state}</span>}
        </>
      }
      onClose={onClose}
    >
      <Data query={read} what="The proposal">
        {(proposal) => <Review key={proposal.digest} proposal={proposal} onClose={onClose} />}
      </Data>
    </Sheet>
  );
}

function Review({ proposal, onClose }: { readonly proposal: Proposal; onClose(): void }): ReactNode {
  const check = usePayloadCheck(proposal.kind, proposal.payload_text, proposal.digest);
  const fields = readFields(proposal.payload_text, decimalsOf(proposal.amount.amount));
  const command = `./tidegate approve ${proposal.id} --key FILE`;
  return (
    <div className="flex flex-col gap-4">
      <div>
        <p className="text-2xl leading-8 font-semibold tracking-tight">
          <Amount money={proposal.amount} exact sign={proposal.kind === "break"} />
        </p>
        <p className="font-medium">{proposal.title}</p>
        <Link href={proposal.about.href} className="inline-flex min-h-6 items-center text-accent hover:underline">
          {proposal.about.name}
        </Link>
      </div>
      <section aria-label="What is signed">
        <h3 className="label mb-1">What is signed, field by field</h3>
        {fields === null ? (
          <p role="alert" className="flex items-center gap-1.5 font-medium text-breach">
            <Icon name="breach" /> This payload cannot be read. Do not approve; report this.
          </p>
        ) : (
          <Facts
            rows={fields.map(({ name, value }) => [
              name.replaceAll("_", " "),
              <span key={name} className="break-all whitespace-pre-wrap">
                {value}
              </span>,
            ])}
          />
        )}
      </section>
      <PayloadCheck check={check} claimed={proposal.digest} command={command} />
      <details>
        <summary className="inline-flex min-h-6 cursor-pointer items-center rounded text-muted hover:text-ink">
          The payload, byte for byte
        </summary>
        <Code text={proposal.payload_text} label="Canonical payload" />
      </details>
      <section aria-label="Quorum">
        <h3 className="label mb-1">Quorum</h3>
        <QuorumView quorum={proposal.quorum} />
      </section>
      <Vote proposal={proposal} sound={isSound(check) && fields !== null} onClose={onClose} />
      <section aria-label="Sign with the command line">
        <h3 className="label mb-1">Or sign where your key is</h3>
        <p>
          <code className="font-mono text-xs break-all">{command}</code>
          <Copy text={command} what="command" />
        </p>
      </section>
    </div>
  );
}

type Said = SignedVoteBody["payload"]["vote"];

function Vote({
  proposal,
  sound,
  onClose,
}: {
  readonly proposal: Proposal;
  readonly sound: boolean;
  onClose(): void;
}): ReactNode {
  const sandbox = useQuery(queries.overview()).data?.sandbox === true;
  const [signatory, setSignatory] = useState<Signatory | null>(null);
  const cast = useVote(proposal, onClose);
  if (proposal.state !== "open" || proposal.quorum.state !== "pending") {
    return <p className="text-muted">The vote is closed: the proposal is {proposal.state}.</p>;
  }
  return (
    <section aria-label="Your vote" className="flex flex-col gap-3 rounded-lg border border-line-strong p-3">
      <h3 className="label">Your vote</h3>
      <SignerChoice
        eligible={proposal.quorum.eligible}
        voted={proposal.quorum.approvals}
        sandbox={sandbox}
        signatory={signatory}
        onChange={setSignatory}
      />
      <div className="flex flex-wrap gap-2">
        <Button
          look="primary"
          icon="approvals"
          disabled={!signatory || !sound || cast.isPending}
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
      <p className="text-xs text-muted">One denial ends the proposal. Whoever proposed it does not count.</p>
      {cast.error && <Failure error={cast.error} what="Your vote" did="was not confirmed" />}
    </section>
  );
}

function useVote(proposal: Proposal, onClose: () => void) {
  const client = useQueryClient();
  const [keys] = useState<Readonly<Record<Said, string>>>(() => ({ approve: mintKey(), deny: mintKey() }));
  const send: (vote: SignedVoteBody, key: string) => Promise<unknown> = {
    break: actions.voteOnBreak,
    envelope: actions.voteOnEnvelope,
    resolution: actions.voteOnResolution,
  }[proposal.kind];
  return useMutation({
    mutationFn: async ({ vote, by }: { vote: Said; by: Signatory }): Promise<unknown> => {
      const payload = { object_kind: proposal.kind, object_id: proposal.id, digest: proposal.digest, vote } as const;
      return send(await signVote(payload, proposal.vote_message[vote], by), keys[vote]);
    },
    onSuccess: onClose,
    onSettled: () => client.invalidateQueries(),
  });
}
