/** Exchanging collateral: both legs proposed as one, and what became of each exchange. */

import { type ReactNode, useState } from "react";
import { Link, useLocation } from "wouter";
import { actions } from "../../api/actions.ts";
import type { Facility, Substitution } from "../../api/types.ts";
import { isAmount, typedAmount } from "../../format/amount.ts";
import { isZero } from "../../format/decimal.ts";
import { SUBSTITUTION_STATES } from "../../lending/words.ts";
import { ReasonForm } from "../../propose/reason_form.tsx";
import { RequestForm } from "../../propose/request_form.tsx";
import { useRequest } from "../../propose/use_request.ts";
import { Address } from "../../review/address.tsx";
import { useIdentity } from "../../shell/identity.tsx";
import { Badge } from "../../widgets/badge.tsx";
import { Copy } from "../../widgets/copy.tsx";
import { AmountInput, Input, Select } from "../../widgets/field.tsx";
import { Facts, Panel } from "../../widgets/panel.tsx";
import { Amount, Time } from "../../widgets/value.tsx";
import { ReviewLink } from "../approvals/review_link.tsx";

export function Exchange({ facility }: { readonly facility: Facility }): ReactNode {
  const [, go] = useLocation();
  const { me } = useIdentity();
  const assets = facility.collateral.map(({ asset }) => asset);
  const held = facility.collateral.filter((one) => !isZero(one.held.amount)).map(({ asset }) => asset);
  const [out, setOut] = useState(held[0] ?? "");
  const others = assets.filter((asset) => asset !== out);
  const [chosen, setChosen] = useState("");
  const into = others.includes(chosen) ? chosen : (others[0] ?? "");
  const [brings, setBrings] = useState("");
  const [releases, setReleases] = useState("");
  const [reason, setReason] = useState("");
  const request = {
    brings: { asset: into, amount: typedAmount(brings) },
    releases: { asset: out, amount: typedAmount(releases) },
    ...{ reason: reason.trim(), proposed_by: me?.id ?? "" },
  };
  const sending = useRequest(
    request,
    (body, key) => actions.proposeSubstitution(facility.object_id, body, key),
    ({ object_id }) => go(`/approvals/${object_id}`),
  );
  const options = (names: readonly string[]) => names.map((asset) => [asset, asset] as const);
  return (
    <RequestForm
      text="Propose the exchange"
      ready={isAmount(brings) && isAmount(releases) && reason.trim() !== ""}
      sending={sending}
      what="The exchange"
      person_hint="Who proposes cannot approve: the votes let the old collateral out of custody as well."
      command={`./tidegate facilities exchange ${facility.object_id} --bring ${into}=${typedAmount(brings) || "AMOUNT"} --release ${out}=${typedAmount(releases) || "AMOUNT"} --reason "..." --as ${me?.id ?? "PERSON"}`}
    >
      <Select label="New collateral" value={into} onChange={setChosen} options={options(others)} />
      <AmountInput
        label={`Brings, in ${into}`}
        value={brings}
        onChange={setBrings}
        hint="It has to come and be confirmed before anything leaves."
      />
      <Select label="Old collateral" value={out} onChange={setOut} options={options(held)} />
      <AmountInput
        label={`Goes home, in ${out}`}
        value={releases}
        onChange={setReleases}
        hint="Never so much that the initial requirement is not met."
      />
      <Input label="Why" value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
    </RequestForm>
  );
}

export function Exchanges({ exchanges }: { readonly exchanges: readonly Substitution[] }): ReactNode {
  if (exchanges.length === 0) return null;
  return (
    <Panel title="Exchanges of collateral">
      <div className="flex flex-col gap-4">
        {exchanges.map((one) => (
          <One key={one.object_id} exchange={one} />
        ))}
      </div>
    </Panel>
  );
}

function One({ exchange }: { readonly exchange: Substitution }): ReactNode {
  const { object_id, state, brings, arrived, releases, deposit_address, note, transfer_id, ends_at } = exchange;
  const waits = state === "open" || state === "awaiting_collateral";
  return (
    <section aria-label={`Exchange of ${releases.asset} for ${brings.asset}`} className="min-w-0">
      <div className="mb-1 flex flex-wrap items-center justify-between gap-2">
        <p className="font-medium">
          <Amount money={releases} exact /> for <Amount money={brings} exact />
        </p>
        <Badge state={SUBSTITUTION_STATES[state]} title={SUBSTITUTION_STATES[state].meaning} />
        {state === "open" && <ReviewLink href={`/approvals/${object_id}`} />}
      </div>
      {note !== null && <p className="mb-1 text-muted">{note}</p>}
      <Facts
        rows={[
          ["Has come", <Amount key="arrived" money={arrived} exact />],
          ...(waits && deposit_address !== null
            ? ([
                [
                  "Deposit to",
                  <span key="to">
                    <Address address={deposit_address} memo={null} />
                    <Copy text={deposit_address} what="deposit address" />
                  </span>,
                ],
              ] as const)
            : []),
          ["Goes back to", <Address key="back" address={exchange.return_address} memo={null} />],
          ...(transfer_id === null
            ? []
            : ([
                [
                  "Its release",
                  <Link key="transfer" href={`/transfers/${transfer_id}`} className="text-accent hover:underline">
                    {transfer_id}
                  </Link>,
                ],
              ] as const)),
          ...(waits ? ([["Until", <Time key="until" at={ends_at} />]] as const) : []),
        ]}
      />
      {waits && (
        <details className="mt-2 max-w-md">
          <summary className="cursor-pointer text-muted">Take it back…</summary>
          <ReasonForm
            text="End this exchange"
            what="The end of the exchange"
            hint="What has come goes on counting as collateral."
            send={(why, key) => actions.cancelSubstitution(object_id, why, key)}
          />
        </details>
      )}
    </section>
  );
}
