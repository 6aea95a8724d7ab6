/** The vote on anything that people sign: a key, then approve or deny. Nothing here is one key press away. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ApiError, mintKey } from "../api/client.ts";
import { queries } from "../api/queries.ts";
import type { Quorum, SignedVoteBody } from "../api/types.ts";
import { type Signatory, signVote, type VotePayload } from "../sign/vote.ts";
import { Button } from "../widgets/button.tsx";
import { Failure } from "../widgets/panel.tsx";
import { SignerChoice } from "./signer_choice.tsx";

type Said = VotePayload["vote"];

/** What is voted on. */
export interface VoteSubject {
  readonly kind: VotePayload["object_kind"];
  readonly id: string;
  readonly digest: string;
  readonly vote_message: Readonly<Record<Said, string>>;
  readonly quorum: Quorum;
}

interface Props {
  readonly subject: VoteSubject;
  /** What is shown was read from the payload, and its digest is what the server claims: only then may it be approved. */
  readonly sound: boolean;
  /** More that has to be given before it can be approved, and whether it is. */
  readonly confirm?: { readonly field: ReactNode; readonly given: boolean } | undefined;
  readonly note: string;
  send(vote: SignedVoteBody, key: string): Promise<unknown>;
  onDone(): void;
}

export function VoteBox({ subject, sound, confirm, note, send, onDone }: Props): ReactNode {
  const sandbox = useQuery(queries.overview()).data?.sandbox === true;
  const [signatory, setSignatory] = useState<Signatory | null>(null);
  const cast = useVote(subject, send, onDone);
  const { eligible, approvals } = subject.quorum;
  return (
    <section aria-label="Your vote" className="flex flex-col gap-3 rounded-lg border border-line-strong p-3">
      <h3 className="label">Your vote</h3>
      <SignerChoice
        eligible={eligible}
        voted={approvals}
        sandbox={sandbox}
        signatory={signatory}
        onChange={setSignatory}
      />
      {confirm?.field}
      <div className="flex flex-wrap gap-2">
        <Button
          look="primary"
          icon="approvals"
          disabled={!signatory || !sound || confirm?.given === false || cast.isPending}
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
      <p className="text-xs text-muted">{note}</p>
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

function useVote(
  { kind, id, digest, vote_message }: VoteSubject,
  send: (vote: SignedVoteBody, key: string) => Promise<unknown>,
  onDone: () => void,
) {
  const client = useQueryClient();
  const [keys] = useState<Readonly<Record<Said, string>>>(() => ({ approve: mintKey(), deny: mintKey() }));
  return useMutation({
    mutationFn: async ({ vote, by }: { vote: Said; by: Signatory }): Promise<unknown> => {
      const payload = { object_kind: kind, object_id: id, digest, vote } as const;
      return send(await signVote(payload, vote_message[vote], by), keys[vote]);
    },
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries(),
  });
}
