/** What an ended sale left, and the ways that people have for it. */
import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { actions } from "../../api/actions.ts";
import type { Liquidation } from "../../api/types.ts";
import { RequestForm } from "../../propose/request_form.tsx";
import { useRequest } from "../../propose/use_request.ts";
import { useIdentity } from "../../shell/identity.tsx";
import { Segments } from "../../widgets/button.tsx";
import { Input } from "../../widgets/field.tsx";

type Way = "home" | "pay" | "paid";

const NAMES: Readonly<Record<Way, string>> = { home: "Bring home", pay: "Pay it out", paid: "Paid otherwise" };

export function SaleLeft({ sale }: { readonly sale: Liquidation }): ReactNode {
  const { left } = sale;
  const [chosen, setChosen] = useState<Way | null>(null);
  if (left === null) return null;
  const ways: readonly Way[] = [
    ...(left.at_market === null ? [] : (["home"] as const)),
    ...(left.surplus === null || left.surplus_to === null ? [] : (["pay"] as const)),
    ...(left.surplus === null ? [] : (["paid"] as const)),
  ];
  const way = ways.find((one) => one === chosen) ?? ways[0];
  if (way === undefined) return null;
  return (
    <section aria-label="What is left of it" className="rounded border border-line bg-raised px-3 py-2">
      <h3 className="label mb-1">What is left of it</h3>
      <p className="mb-2 font-medium text-watch">{left.sentence}</p>
      {ways.length > 1 && (
        <div className="mb-2">
          <Segments<Way>
            label="What to do"
            value={way}
            onChange={setChosen}
            options={ways.map((value) => ({ value, text: NAMES[value] }))}
          />
        </div>
      )}
      {way === "paid" ? <Paid sale={sale} /> : <Move key={way} sale={sale} way={way} />}
    </section>
  );
}

const MOVES = {
  home: { send: actions.bringHome, command: "bring-home", what: "Its way home" },
  pay: { send: actions.paySurplus, command: "pay-surplus", what: "The payment" },
} as const;

function Move({ sale, way }: { readonly sale: Liquidation; readonly way: "home" | "pay" }): ReactNode {
  const [, go] = useLocation();
  const { me } = useIdentity();
  const [reason, setReason] = useState("");
  const { send, command, what } = MOVES[way];
  const sending = useRequest(
    { reason: reason.trim(), initiator: me?.id ?? "" },
    (request, key) => send(sale.id, request, key),
    ({ id }) => go(`/transfers/${id}`),
  );
  return (
    <RequestForm
      text={NAMES[way]}
      ready={reason.trim() !== ""}
      sending={sending}
      what={what}
      person_hint="Who asks cannot approve: it is a transfer under its quorum."
      command={`./tidegate liquidations ${command} ${sale.id} --reason "..." --as ${me?.id ?? "PERSON"}`}
    >
      <Input label="Why" value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
    </RequestForm>
  );
}

function Paid({ sale }: { readonly sale: Liquidation }): ReactNode {
  const { me } = useIdentity();
  const [reference, setReference] = useState("");
  const sending = useRequest({ reference: reference.trim(), recorded_by: me?.id ?? "" }, (request, key) =>
    actions.surplusPaid(sale.id, request, key),
  );
  return (
    <RequestForm
      text="Record that it was paid"
      ready={reference.trim() !== ""}
      sending={sending}
      what="The record"
      person_hint="It is kept with the record. What lies at the market is the house's from then on."
      command={`./tidegate liquidations surplus-paid ${sale.id} --reference ${reference || "REFERENCE"} --as ${me?.id ?? "PERSON"}`}
    >
      <Input
        label="Reference"
        autoComplete="off"
        value={reference}
        onChange={(event) => setReference(event.target.value)}
        hint="Of the bank or chain."
      />
    </RequestForm>
  );
}
