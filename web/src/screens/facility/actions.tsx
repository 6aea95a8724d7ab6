/** What people may do with a loan in the state it is in. The daemon refuses with a sentence what its rules do not let through. */

import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { actions } from "../../api/actions.ts";
import type { Facility } from "../../api/types.ts";
import { formatAmount, isAmount, typedAmount } from "../../format/amount.ts";
import { isZero } from "../../format/decimal.ts";
import { ReasonForm } from "../../propose/reason_form.tsx";
import { RequestForm } from "../../propose/request_form.tsx";
import { useRequest } from "../../propose/use_request.ts";
import { useIdentity } from "../../shell/identity.tsx";
import { Segments } from "../../widgets/button.tsx";
import { AmountInput, Input, Select } from "../../widgets/field.tsx";
import { Panel } from "../../widgets/panel.tsx";
import { Amount } from "../../widgets/value.tsx";
import { type Deed, deedsOf, drawProblem } from "./deeds.ts";
import { Exchange } from "./exchange.tsx";

const NAMES: Readonly<Record<Deed, string>> = {
  disburse: "Draw",
  repay: "Repay",
  release: "Release",
  exchange: "Exchange",
  cancel: "Cancel",
};

export function Actions({ facility }: { readonly facility: Facility }): ReactNode {
  const deeds = deedsOf(facility);
  const [chosen, setChosen] = useState<Deed | null>(null);
  const deed = deeds.find((one) => one === chosen) ?? deeds[0];
  if (deed === undefined) return null;
  const cannot = facility.state === "active" ? drawProblem(facility) : null;
  return (
    <Panel title="Do">
      <div className="flex flex-col gap-3">
        <Segments<Deed>
          label="What to do"
          value={deed}
          onChange={setChosen}
          options={deeds.map((value) => ({ value, text: NAMES[value] }))}
        />
        {cannot !== null && <p className="text-xs text-muted">Draw: {cannot}</p>}
        <Form key={deed} deed={deed} facility={facility} />
      </div>
    </Panel>
  );
}

function Form({ deed, facility }: { readonly deed: Deed; readonly facility: Facility }): ReactNode {
  if (deed === "release") return <Release facility={facility} />;
  if (deed === "exchange") return <Exchange facility={facility} />;
  if (deed === "cancel") return <Cancel facility={facility} />;
  return <Payment facility={facility} deed={deed} />;
}

const PAYMENTS = {
  disburse: {
    kind: "disbursals",
    text: "Record what was drawn",
    what: "The disbursal",
    hint: "Let through only while the loan stays below its margin level after it.",
  },
  repay: {
    kind: "repayments",
    text: "Record the repayment",
    what: "The repayment",
    hint: "Fees first, then interest, principal and shortfall; the rest is owed to the customer.",
  },
} as const;

function Payment({ facility, deed }: { readonly facility: Facility; readonly deed: "disburse" | "repay" }): ReactNode {
  const { me } = useIdentity();
  const [amount, setAmount] = useState("");
  const [reference, setReference] = useState("");
  const { kind, text, what, hint } = PAYMENTS[deed];
  const sending = useRequest(
    { amount: typedAmount(amount), reference: reference.trim(), recorded_by: me?.id ?? "" },
    (request, key) => actions.pay(facility.object_id, kind, request, key),
    () => {
      setAmount("");
      setReference("");
    },
  );
  return (
    <RequestForm
      text={text}
      ready={isAmount(amount) && reference.trim() !== ""}
      sending={sending}
      what={what}
      person_hint="It is kept with the payment."
      command={`./tidegate facilities ${deed} ${facility.object_id} --amount ${amount || "AMOUNT"} --reference ${reference || "REFERENCE"} --as ${me?.id ?? "PERSON"}`}
    >
      <AmountInput
        label={`Amount in ${facility.principal.asset}`}
        value={amount}
        onChange={setAmount}
        hint={deed === "disburse" ? `${moneyText(facility.left_to_draw)} are left to draw. ${hint}` : hint}
      />
      <Input
        label="Reference"
        autoComplete="off"
        value={reference}
        onChange={(event) => setReference(event.target.value)}
        hint="Of the bank or chain: the same reference is the same payment."
      />
      {sending.done && amount === "" && (
        <p role="status" className="text-ok">
          Recorded.
        </p>
      )}
    </RequestForm>
  );
}

const moneyText = ({ amount, asset }: Facility["principal"]): string => `${formatAmount(amount)} ${asset}`;

function Release({ facility }: { readonly facility: Facility }): ReactNode {
  const [, go] = useLocation();
  const { me } = useIdentity();
  const held = facility.collateral.filter((one) => !isZero(one.held.amount));
  const [asset, setAsset] = useState(held[0]?.asset ?? "");
  // Who owes nothing gets all of it back.
  const [part, setPart] = useState<"all" | "part">(isZero(facility.outstanding.total.amount) ? "all" : "part");
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const amount = part === "all" ? "all" : typedAmount(typed);
  const holding = facility.collateral.find((one) => one.asset === asset);
  const back = holding?.return_address;
  const sending = useRequest(
    { asset, amount, reason: reason.trim(), initiator: me?.id ?? "" },
    (request, key) => actions.release(facility.object_id, request, key),
    ({ id }) => go(`/approvals/${id}`),
  );
  return (
    <RequestForm
      text={part === "all" ? "Release all" : "Ask for the release"}
      ready={asset !== "" && (part === "all" || isAmount(typed)) && reason.trim() !== ""}
      sending={sending}
      what="The release"
      person_hint="Who asks cannot approve: it leaves custody under its quorum."
      command={`./tidegate facilities release ${facility.object_id} --asset ${asset} --amount ${amount || "AMOUNT"} --reason "..." --as ${me?.id ?? "PERSON"}`}
    >
      <Select
        label="Asset"
        value={asset}
        onChange={setAsset}
        options={held.map((one) => [one.asset, one.asset] as const)}
        hint={back === undefined ? undefined : `To ${back}, and nowhere else.`}
      />
      <Segments<"all" | "part">
        label="How much"
        value={part}
        onChange={setPart}
        options={[
          { value: "all", text: `All ${asset}` },
          { value: "part", text: "A part" },
        ]}
      />
      {part === "all" ? (
        <p className="text-xs text-muted">
          {holding === undefined ? null : <Amount money={holding.held} />} less the fee that {holding?.venue} asks now.
          Nothing may be owed then; empty, the loan closes by itself.
        </p>
      ) : (
        <AmountInput
          label={`Amount in ${asset}`}
          value={typed}
          onChange={setTyped}
          hint="The fee comes on top. Never so much that the initial requirement is not met."
        />
      )}
      <Input label="Why" value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
    </RequestForm>
  );
}

function Cancel({ facility }: { readonly facility: Facility }): ReactNode {
  return (
    <ReasonForm
      text="End this loan"
      what="The end of the loan"
      hint="Only while nothing was drawn and nothing is held."
      send={(why, key) => actions.cancelFacility(facility.object_id, why, key)}
    />
  );
}
