/** What a person says a break was, with evidence. It changes nothing: at least two others have to sign it. */
import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { actions } from "../../api/actions.ts";
import type { Break, BreakResolution } from "../../api/types.ts";
import { EvidenceFields, evidenceOf, NO_EVIDENCE, PROPOSER_HINT, RequestForm } from "../../propose/request_form.tsx";
import { useRequest } from "../../propose/use_request.ts";
import { useIdentity } from "../../shell/identity.tsx";
import { Input, Select } from "../../widgets/field.tsx";

type Remedy = BreakResolution["remedy"];
const OPTIONS: readonly (readonly [Remedy, string])[] = [
  ["fee", "A fee"],
  ["suspense", "Into suspense, until more is known"],
  ["customer", "A customer's"],
  ["written_off", "Written off"],
  ["transfer", "A transfer of ours"],
];

export function ResolveForm({ item }: { readonly item: Break }): ReactNode {
  const [, go] = useLocation();
  const { me } = useIdentity();
  const [remedy, setRemedy] = useState<Remedy>("suspense");
  const [transfer, setTransfer] = useState("");
  const [said, setSaid] = useState(NO_EVIDENCE);
  const of_transfer = remedy === "transfer";
  const sending = useRequest(
    {
      ...{ remedy, transfer_id: of_transfer ? transfer.trim() : null },
      ...{ ...evidenceOf(said), proposed_by: me?.id ?? "" },
    },
    (request, key) => actions.resolveBreak(item.id, request, key),
    (made) => go(`/approvals/${made.object_id}`),
  );
  return (
    <RequestForm
      text="Propose"
      ready={said.evidence.trim() !== "" && (!of_transfer || transfer.trim() !== "")}
      sending={sending}
      what="The proposal"
      person_hint={PROPOSER_HINT}
      command={`./tidegate breaks resolve ${item.id} --remedy ${remedy} --evidence "..." --as ${me?.id ?? "PERSON"}`}
    >
      <Select label="It was" value={remedy} options={OPTIONS} onChange={(value) => setRemedy(value as Remedy)} />
      {of_transfer && (
        <Input label="Which transfer" value={transfer} onChange={(event) => setTransfer(event.target.value)} />
      )}
      <EvidenceFields said={said} onSay={setSaid} />
    </RequestForm>
  );
}
