/** A proposal of people, whatever it is about: every field of the canonical payload, its digest recomputed here, and the vote. */
import type { ReactNode } from "react";
import { Link } from "wouter";
import { actions } from "../../api/actions.ts";
import type { SignedVoteBody } from "../../api/types.ts";
import { readFields } from "../../review/fields.ts";
import { isSound, PayloadBytes, PayloadCheck, usePayloadCheck } from "../../review/payload_check.tsx";
import { decimalsOf } from "../../review/plan.ts";
import { QuorumView } from "../../review/quorum.tsx";
import { VoteBox } from "../../review/vote_box.tsx";
import { Copy } from "../../widgets/copy.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Data, Facts } from "../../widgets/panel.tsx";
import { Sheet } from "../../widgets/sheet.tsx";
import { Amount } from "../../widgets/value.tsx";
import type { Proposal } from "./proposals.ts";
import { useProposal } from "./use_proposals.ts";

interface Props {
  readonly id: string;
  readonly kind: Proposal["kind"];
  onClose(): void;
}

export function ProposalSheet({ id, kind, onClose }: Props): ReactNode {
  const read = useProposal(id, kind);
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
  const fields = readFields(proposal.payload_text, decimalsOf(proposal.amount?.amount ?? "0"));
  const command = `./tidegate approve ${proposal.id} --key FILE`;
  return (
    <div className="flex flex-col gap-4">
      <div>
        {proposal.amount && (
          <p className="text-2xl leading-8 font-semibold tracking-tight">
            <Amount money={proposal.amount} exact sign={proposal.kind === "break"} />
          </p>
        )}
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
              <span key={name} className="wrap-anywhere whitespace-pre-wrap">
                {value}
              </span>,
            ])}
          />
        )}
      </section>
      <PayloadCheck check={check} claimed={proposal.digest} command={command} />
      <PayloadBytes text={proposal.payload_text} />
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

function Vote({
  proposal,
  sound,
  onClose,
}: {
  readonly proposal: Proposal;
  readonly sound: boolean;
  onClose(): void;
}): ReactNode {
  if (proposal.state !== "open" || proposal.quorum.state !== "pending") {
    return <p className="text-muted">The vote is closed: the proposal is {proposal.state.replaceAll("_", " ")}.</p>;
  }
  return (
    <VoteBox
      subject={proposal}
      sound={sound}
      note="One denial ends the proposal. Whoever proposed it does not count."
      send={SEND[proposal.kind]}
      onDone={onClose}
    />
  );
}

const SEND: Readonly<Record<Proposal["kind"], (vote: SignedVoteBody, key: string) => Promise<unknown>>> = {
  break: actions.voteOnBreak,
  envelope: actions.voteOnEnvelope,
  extension: actions.voteOnExtension,
  facility: actions.voteOnFacility,
  resolution: actions.voteOnResolution,
  substitution: actions.voteOnSubstitution,
  wallet: actions.voteOnWallet,
};
