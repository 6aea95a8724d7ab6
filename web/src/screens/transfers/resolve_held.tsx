/** What a person says became of a held transfer, with evidence. It changes nothing: at least two others have to sign it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Link, useLocation } from "wouter";
import { actions } from "../../api/actions.ts";
import { mintKey } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import type { Resolution, Transfer } from "../../api/types.ts";
import { useIdentity } from "../../shell/identity.tsx";
import { Button } from "../../widgets/button.tsx";
import { Copy } from "../../widgets/copy.tsx";
import { Input, Select } from "../../widgets/field.tsx";
import { Failure } from "../../widgets/panel.tsx";

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

interface Said {
  readonly outcome: Outcome;
  readonly evidence: string;
  readonly reference: string;
  readonly trace: string;
  readonly received: string;
  readonly fee: string;
}

const NOTHING: Said = { outcome: "failed", evidence: "", reference: "", trace: "", received: "", fee: "" };

function Form({ transfer }: { readonly transfer: Transfer }): ReactNode {
  const client = useQueryClient();
  const [, go] = useLocation();
  const { me, people, choose } = useIdentity();
  const [key, setKey] = useState(mintKey);
  const [said, setSaid] = useState<Said>(NOTHING);
  const set = (change: Partial<Said>): void => {
    // Other words are another request.
    setKey(mintKey());
    setSaid({ ...said, ...change });
  };
  const send = useMutation({
    mutationFn: () => actions.resolveTransfer(transfer.id, { ...requestOf(said), proposed_by: me?.id ?? "" }, key),
    onSuccess: (made) => go(`/approvals/${made.object_id}`),
    onSettled: () => client.invalidateQueries(),
  });
  const ready = me !== null && isComplete(said);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready && !send.isPending) send.mutate();
  };
  const command = commandOf(transfer.id, said, me?.id ?? "PERSON");
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <Select
        label="Outcome"
        value={said.outcome}
        options={OUTCOMES}
        onChange={(outcome) => set({ outcome: outcome as Outcome })}
      />
      {said.outcome === "settled" && (
        <div className="grid grid-cols-2 gap-2">
          <Input
            label={`Received, ${transfer.asset}`}
            inputMode="decimal"
            value={said.received}
            onChange={(event) => set({ received: event.target.value })}
          />
          <Input
            label={`Fee beside it, ${transfer.asset}`}
            inputMode="decimal"
            value={said.fee}
            onChange={(event) => set({ fee: event.target.value })}
          />
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
      <Input
        label="Evidence"
        value={said.evidence}
        maxLength={2_000}
        onChange={(event) => set({ evidence: event.target.value })}
        hint="What you looked at and what it showed; it is signed and kept."
      />
      <Input
        label="Where it is kept (optional)"
        value={said.reference}
        maxLength={300}
        onChange={(event) => set({ reference: event.target.value })}
      />
      <Select
        label="You are"
        value={me?.id ?? ""}
        onChange={choose}
        options={[["", "Choose …"], ...people.map(({ id, name }) => [id, name] as const)]}
        hint="Who proposes cannot approve; at least two others have to sign."
      />
      <div>
        <Button type="submit" look="primary" disabled={!ready || send.isPending}>
          {send.isPending ? "Sending …" : "Propose"}
        </Button>
      </div>
      {send.error && <Failure error={send.error} what="The proposal" did="was not confirmed" />}
      <p className="text-xs text-muted">
        The same as a command: <code className="font-mono break-all">{command}</code>
        <Copy text={command} what="command" />
      </p>
    </form>
  );
}

const TX_HASH = /^(0x)?[0-9a-fA-F]{64}$/;

function requestOf({ outcome, evidence, reference, trace, received, fee }: Said) {
  const followed = outcome === "submitted" ? trace.trim() : "";
  const isHash = TX_HASH.test(followed);
  const settled = outcome === "settled";
  return {
    outcome,
    evidence: evidence.trim(),
    references: reference.trim() === "" ? [] : [reference.trim()],
    tx_hash: isHash ? followed : null,
    venue_ref: isHash || followed === "" ? null : followed,
    amount_received: settled ? received.trim() : null,
    fee: settled ? fee.trim() : null,
  };
}

function isComplete({ outcome, evidence, trace, received, fee }: Said): boolean {
  if (evidence.trim() === "") return false;
  if (outcome === "settled") return received.trim() !== "" && fee.trim() !== "";
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
