/** What a person says a break was, with evidence. It changes nothing: at least two others have to sign it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { actions } from "../../api/actions.ts";
import { mintKey } from "../../api/client.ts";
import type { Break, BreakResolution } from "../../api/types.ts";
import { useIdentity } from "../../shell/identity.tsx";
import { Button } from "../../widgets/button.tsx";
import { Copy } from "../../widgets/copy.tsx";
import { Input, Select } from "../../widgets/field.tsx";
import { Failure } from "../../widgets/panel.tsx";

type Remedy = BreakResolution["remedy"];
const OPTIONS: readonly (readonly [Remedy, string])[] = [
  ["fee", "A fee"],
  ["suspense", "Into suspense, until more is known"],
  ["customer", "A customer's"],
  ["written_off", "Written off"],
  ["transfer", "A transfer of ours"],
];

export function ResolveForm({ item }: { readonly item: Break }): ReactNode {
  const client = useQueryClient();
  const [, go] = useLocation();
  const { me, people, choose } = useIdentity();
  const [key] = useState(mintKey);
  const [remedy, setRemedy] = useState<Remedy>("suspense");
  const [transfer, setTransfer] = useState("");
  const [evidence, setEvidence] = useState("");
  const [reference, setReference] = useState("");
  const send = useMutation({
    mutationFn: () =>
      actions.resolveBreak(
        item.id,
        {
          remedy,
          transfer_id: remedy === "transfer" ? transfer.trim() : null,
          evidence: evidence.trim(),
          references: reference.trim() === "" ? [] : [reference.trim()],
          proposed_by: me?.id ?? "",
        },
        key,
      ),
    onSuccess: (made) => go(`/approvals/${made.object_id}`),
    onSettled: () => client.invalidateQueries(),
  });
  const ready = me !== null && evidence.trim() !== "" && (remedy !== "transfer" || transfer.trim() !== "");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready && !send.isPending) send.mutate();
  };
  const command = `./tidegate breaks resolve ${item.id} --remedy ${remedy} --evidence "..." --as ${me?.id ?? "PERSON"}`;
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <Select label="It was" value={remedy} options={OPTIONS} onChange={(value) => setRemedy(value as Remedy)} />
      {remedy === "transfer" && (
        <Input label="Which transfer" value={transfer} onChange={(event) => setTransfer(event.target.value)} />
      )}
      <Input
        label="Evidence"
        value={evidence}
        maxLength={2_000}
        onChange={(event) => setEvidence(event.target.value)}
        hint="What you looked at and what it showed; it is signed and kept."
      />
      <Input
        label="Where it is kept (optional)"
        value={reference}
        maxLength={300}
        onChange={(event) => setReference(event.target.value)}
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
