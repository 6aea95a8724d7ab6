/** Announcing a flow before it happens. It moves nothing: it says what a movement will be, so that it is no break. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { actions } from "../../api/actions.ts";
import { queries } from "../../api/queries.ts";
import type { ExpectedFlow, ExpectedFlowRequest, Wallet } from "../../api/types.ts";
import { RequestForm } from "../../propose/request_form.tsx";
import { useRequest } from "../../propose/use_request.ts";
import { AmountInput, Input, Select } from "../../widgets/field.tsx";
import { Data } from "../../widgets/panel.tsx";
import { type FlowForm, flowCommand, flowRequest } from "./announcement.ts";

const DIRECTIONS = [
  ["out", "A customer is paid"],
  ["in", "A customer pays in"],
] as const;
const HOURS = [
  ["", "1 day"],
  ["72", "3 days"],
  ["168", "1 week"],
  ["696", "29 days"],
] as const;
/** Where nobody but our own transfers moves anything, no customer's flow can be announced. */
const CUSTODIAL: ReadonlySet<Wallet["kind"]> = new Set(["custody", "collateral"]);

interface Props {
  onDone(flow: ExpectedFlow): void;
}

export function AnnounceForm({ onDone }: Props): ReactNode {
  const wallets = useQuery(queries.wallets());
  return (
    <Data query={wallets} what="The wallets">
      {({ items, as_of }) => {
        const customers = items.filter(({ kind }) => !CUSTODIAL.has(kind));
        return customers.length === 0 ? (
          <p className="text-muted">No wallet pays customers: custody and collateral are moved by transfers alone.</p>
        ) : (
          <Form wallets={customers} now={as_of} onDone={onDone} />
        );
      }}
    </Data>
  );
}

function Form({
  wallets,
  now,
  onDone,
}: Props & { readonly wallets: readonly Wallet[]; readonly now: string }): ReactNode {
  const [form, setForm] = useState<FlowForm>({
    ...{ wallet_id: wallets[0]?.id ?? "", direction: "out", amount: "", reference: "" },
    ...{ destination: "", tx_hash: "", hours: "" },
  });
  // The instant at which the form was opened: asked for again unchanged, it is the same request.
  const [opened] = useState(now);
  const request = flowRequest(form, opened);
  const sending = useRequest(request, send, onDone);
  const asset = wallets.find(({ id }) => id === form.wallet_id)?.asset ?? "";
  const put = (name: keyof FlowForm) => (event: { readonly target: { readonly value: string } }) =>
    setForm({ ...form, [name]: event.target.value });
  return (
    <RequestForm
      text="Announce"
      ready={request !== null}
      sending={sending}
      what="The announcement"
      columns={3}
      {...(request === null ? {} : { command: flowCommand(request) })}
    >
      <Select
        label="Wallet"
        value={form.wallet_id}
        onChange={(wallet_id) => setForm({ ...form, wallet_id })}
        options={wallets.map(({ id, label }) => [id, label] as const)}
      />
      <Select
        label="What happens"
        value={form.direction}
        onChange={(direction) => setForm({ ...form, direction: direction === "in" ? "in" : "out" })}
        options={DIRECTIONS}
      />
      <AmountInput
        label={`Amount in ${asset}`}
        value={form.amount}
        onChange={(value) => put("amount")({ target: { value } })}
        hint="Exactly, without the network's fee."
      />
      <Input
        label="Reference"
        value={form.reference}
        maxLength={200}
        onChange={put("reference")}
        hint="The back office's own name of it, once per wallet."
      />
      <Input
        label={form.direction === "out" ? "Paid to (optional)" : "Comes from (optional)"}
        value={form.destination}
        maxLength={200}
        onChange={put("destination")}
        hint="The address as the venue writes it."
      />
      <Select
        label="Within"
        value={form.hours}
        onChange={(hours) => setForm({ ...form, hours })}
        options={HOURS}
        hint="From now on. Announce a payment before it is made."
      />
    </RequestForm>
  );
}

function send(request: ExpectedFlowRequest | null, key: string): Promise<ExpectedFlow> {
  if (request === null) throw new Error("The form is not complete.");
  return actions.announceFlow(request, key);
}
