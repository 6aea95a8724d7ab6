/** What a person says became of a held transfer, with evidence. It changes nothing: at least two others have to sign it. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link, useLocation } from "wouter";
import { actions } from "../../api/actions.ts";
import { queries } from "../../api/queries.ts";
import type { Resolution, Transfer } from "../../api/types.ts";
import { isAmount, typedAmount } from "../../format/amount.ts";
import {
  type Evidence,
  EvidenceFields,
  evidenceOf,
  NO_EVIDENCE,
  PROPOSER_HINT,
  RequestForm,
} from "../../propose/request_form.tsx";
import { useRequest } from "../../propose/use_request.ts";
import { useIdentity } from "../../shell/identity.tsx";
import { AmountInput, Input, Select } from "../../widgets/field.tsx";

type Outcome = Resolution["outcome"];
const OUTCOMES: readonly (readonly [Outcome, string])[] = [
  ["failed", "Nothing moved"],
  ["settled", "It arrived"],
  ["submitted", "It was sent: follow it again"],
];

export function ResolveHeld({ transfer }: { readonly transfer: Transfer }): ReactNode {
  const open = useQuery(queries.resolutions()).data?.items.find((item) => item.transfer.id === transfer.id);
  return (
    <section aria-label="How it ended" className="rounded border border-line-strong p-3">
      <h3 className="label mb-2">Say how it ended</h3>
      {open ? (
        <p>
          A proposal waits for people:{" "}
          <Link
            href={`/approvals/${open.object_id}`}
            className="inline-flex min-h-6 items-center text-accent hover:underline"
          >
            review and sign it
          </Link>
        </p>
      ) : (
        <Form transfer={transfer} />
      )}
    </section>
  );
}

interface Said extends Evidence {
  readonly outcome: Outcome;
  readonly trace: string;
  readonly received: string;
  readonly fee: string;
}

const NOTHING: Said = { ...NO_EVIDENCE, outcome: "failed", trace: "", received: "", fee: "" };

function Form({ transfer }: { readonly transfer: Transfer }): ReactNode {
  const [, go] = useLocation();
  const { me } = useIdentity();
  const [said, setSaid] = useState<Said>(NOTHING);
  const set = (change: Partial<Said>): void => setSaid({ ...said, ...change });
  const sending = useRequest(
    { ...requestOf(said), proposed_by: me?.id ?? "" },
    (request, key) => actions.resolveTransfer(transfer.id, request, key),
    (made) => go(`/approvals/${made.object_id}`),
  );
  return (
    <RequestForm
      text="Propose"
      ready={isComplete(said)}
      sending={sending}
      what="The proposal"
      person_hint={PROPOSER_HINT}
      command={commandOf(transfer.id, said, me?.id ?? "PERSON")}
    >
      <Select
        label="Outcome"
        value={said.outcome}
        options={OUTCOMES}
        onChange={(outcome) => set({ outcome: outcome as Outcome })}
      />
      {said.outcome === "settled" && (
        <div className="grid grid-cols-2 gap-2">
          <AmountInput
            label={`Received, ${transfer.asset}`}
            value={said.received}
            onChange={(received) => set({ received })}
          />
          <AmountInput label={`Fee beside it, ${transfer.asset}`} value={said.fee} onChange={(fee) => set({ fee })} />
        </div>
      )}
      {said.outcome === "submitted" && (
        <Input
          label="Transaction hash, or the venue's reference"
          value={said.trace}
          onChange={(event) => set({ trace: event.target.value })}
          hint="A hash of 64 digits is taken as the transaction."
        />
      )}
      <EvidenceFields said={said} onSay={set} />
    </RequestForm>
  );
}

const TX_HASH = /^(0x)?[0-9a-fA-F]{64}$/;

function requestOf({ outcome, trace, received, fee, ...said }: Said) {
  const followed = outcome === "submitted" ? trace.trim() : "";
  const isHash = TX_HASH.test(followed);
  const settled = outcome === "settled";
  return {
    outcome,
    ...evidenceOf(said),
    tx_hash: isHash ? followed : null,
    venue_ref: isHash || followed === "" ? null : followed,
    amount_received: settled ? typedAmount(received) : null,
    fee: settled ? typedAmount(fee) : null,
  };
}

function isComplete({ outcome, evidence, trace, received, fee }: Said): boolean {
  if (evidence.trim() === "") return false;
  if (outcome === "settled") return isAmount(received) && isAmount(fee);
  return outcome === "failed" || trace.trim() !== "";
}

function commandOf(id: string, said: Said, person: string): string {
  const { tx_hash, venue_ref, amount_received, fee } = requestOf(said);
  const extra = [
    ...(tx_hash === null ? [] : ["--tx-hash", tx_hash]),
    ...(venue_ref === null ? [] : ["--venue-ref", venue_ref]),
    ...(amount_received === null ? [] : ["--received", amount_received || "AMOUNT"]),
    ...(fee === null ? [] : ["--fee", fee || "AMOUNT"]),
  ].map((word) => `${word} `);
  return `./tidegate transfers resolve ${id} --outcome ${said.outcome} ${extra.join("")}--evidence "..." --as ${person}`;
}
