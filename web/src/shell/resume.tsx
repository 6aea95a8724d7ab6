/** Leaving `frozen`: an admin signs exactly this freeze and the mode to go on in. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { actions } from "../api/actions.ts";
import { mintKey } from "../api/client.ts";
import { queries } from "../api/queries.ts";
import type { ResumeOffer } from "../api/types.ts";
import { isSound, PayloadCheck, usePayloadCheck } from "../review/payload_check.tsx";
import { SignerChoice } from "../review/signer_choice.tsx";
import { type Signatory, signVote } from "../sign/vote.ts";
import { Button, Segments } from "../widgets/button.tsx";
import { Data, Facts, Failure } from "../widgets/panel.tsx";
import { Sheet } from "../widgets/sheet.tsx";
import { Time } from "../widgets/value.tsx";
import { MODES } from "../widgets/words.ts";

type ResumeMode = ResumeOffer["mode"];
const CHOICES: readonly ResumeMode[] = ["observe", "advise", "auto"];

export function ResumeSheet({ onClose }: { onClose(): void }): ReactNode {
  const [chosen, setChosen] = useState<ResumeMode | null>(null);
  const offer = useQuery(queries.resume(chosen));
  const mode = chosen ?? offer.data?.mode ?? null;
  return (
    <Sheet title="Resume" head="Nothing new is sent until an admin signs." onClose={onClose}>
      <div className="flex flex-col gap-4">
        <div>
          <Segments<ResumeMode>
            label="Go on in mode"
            value={mode}
            onChange={setChosen}
            options={CHOICES.map((value) => ({ value, text: MODES[value].word }))}
          />
          {mode !== null && (
            <p className="mt-1 text-muted">
              {MODES[mode].word} {MODES[mode].meaning}.{chosen === null && " It is the mode before the freeze."}
            </p>
          )}
        </div>
        <Data query={offer} what="What to sign">
          {(data) => <Signing key={data.digest} offer={data} onDone={onClose} />}
        </Data>
      </div>
    </Sheet>
  );
}

function Signing({ offer, onDone }: { readonly offer: ResumeOffer; onDone(): void }): ReactNode {
  const client = useQueryClient();
  const sandbox = useQuery(queries.overview()).data?.sandbox === true;
  const check = usePayloadCheck("resume", offer.payload_text, offer.digest);
  const [signatory, setSignatory] = useState<Signatory | null>(null);
  const [key] = useState(mintKey);
  const send = useMutation({
    mutationFn: async (by: Signatory) => {
      const payload = {
        object_kind: "resume",
        object_id: offer.object_id,
        digest: offer.digest,
        vote: "approve",
      } as const;
      return actions.resume(offer.mode, await signVote(payload, offer.vote_message.approve, by), key);
    },
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries(),
  });
  return (
    <>
      <Facts rows={fields(offer.payload_text)} />
      <PayloadCheck check={check} claimed={offer.digest} command="./tidegate resume" />
      <SignerChoice eligible={offer.eligible} sandbox={sandbox} signatory={signatory} onChange={setSignatory} />
      {send.error && <Failure error={send.error} what="The resume" did="was not confirmed" />}
      <div>
        <Button
          look="primary"
          disabled={!signatory || !isSound(check) || send.isPending}
          onClick={() => signatory && send.mutate(signatory)}
        >
          Sign and resume
        </Button>
      </div>
    </>
  );
}

/** The payload as people read it: instants as UTC. */
function fields(text: string): readonly (readonly [string, ReactNode])[] {
  const value = JSON.parse(text) as Record<string, unknown>;
  return Object.entries(value).map(([name, member]) => [
    name.replaceAll("_", " "),
    typeof member === "number" ? <Time key={name} at={new Date(member).toISOString()} /> : String(member),
  ]);
}
