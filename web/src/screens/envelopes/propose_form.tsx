/** Proposing an envelope. It pays nothing and changes nothing: at least two others have to sign it. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { actions } from "../../api/actions.ts";
import { queries } from "../../api/queries.ts";
import type { Pool } from "../../api/types.ts";
import { isAmount, typedAmount } from "../../format/amount.ts";
import { PROPOSER_HINT, RequestForm } from "../../propose/request_form.tsx";
import { useRequest } from "../../propose/use_request.ts";
import { useIdentity } from "../../shell/identity.tsx";
import { AmountInput, Input, Select } from "../../widgets/field.tsx";

const HOUR_MS = 3_600_000;
const HOURS = [
  ["8", "8 hours"],
  ["24", "1 day"],
  ["72", "3 days"],
  ["168", "1 week"],
] as const;

export function ProposeForm(): ReactNode {
  const overview = useQuery(queries.overview()).data;
  const pools = (overview?.pools ?? []).filter(({ task }) => task === null);
  const [chosen, setChosen] = useState("");
  const pool = pools.find(({ id }) => id === chosen) ?? pools[0];
  if (overview === undefined || pool === undefined) return null;
  return <Form key={pool.id} now={overview.as_of} pool={pool} pools={pools} onPool={setChosen} />;
}

interface FormProps {
  readonly now: string;
  readonly pool: Pool;
  readonly pools: readonly Pool[];
  onPool(id: string): void;
}

function Form({ now, pool, pools, onPool }: FormProps): ReactNode {
  const [, go] = useLocation();
  const { me } = useIdentity();
  const wallets = (side: "liquidity" | "reserve") => pool.wallets.filter((wallet) => wallet.side === side);
  // The instant at which the form was opened: asked for again unchanged, it is the same request.
  const [valid_from] = useState(now);
  const [from, setFrom] = useState(wallets("reserve")[0]?.id ?? "");
  const [to, setTo] = useState(wallets("liquidity")[0]?.id ?? "");
  const [each, setEach] = useState("");
  const [total, setTotal] = useState("");
  const [count, setCount] = useState("3");
  const [hours, setHours] = useState("24");
  const [reason, setReason] = useState("");
  const sending = useRequest(
    {
      ...{ pool_id: pool.id, from_wallets: [from], to_wallets: [to], valid_from },
      ...{ amount_max: typedAmount(each), amount_total: typedAmount(total), count_max: Number(count) },
      valid_until: new Date(Date.parse(valid_from) + Number(hours) * HOUR_MS).toISOString(),
      ...{ reason: reason.trim(), proposed_by: me?.id ?? "" },
    },
    actions.proposeEnvelope,
    ({ object_id }) => go(`/approvals/${object_id}`),
  );
  const said = [from, to, reason].every((text) => text.trim() !== "");
  const ready = said && isAmount(each) && isAmount(total) && Number(count) >= 1;
  const named = (side: "liquidity" | "reserve") => wallets(side).map(({ id, label }) => [id, label] as const);
  return (
    <RequestForm
      text="Propose"
      ready={ready}
      sending={sending}
      what="The proposal"
      person_hint={PROPOSER_HINT}
      columns={3}
    >
      <Select
        label="Pool"
        value={pool.id}
        onChange={onPool}
        options={pools.map(({ id, asset }) => [id, asset] as const)}
      />
      <Select label="From custody" value={from} onChange={setFrom} options={named("reserve")} />
      <Select label="To" value={to} onChange={setTo} options={named("liquidity")} />
      <AmountInput label={`Each at most, in ${pool.asset}`} value={each} onChange={setEach} />
      <AmountInput
        label={`All together, in ${pool.asset}`}
        value={total}
        onChange={setTotal}
        hint="Its quorum is the one that a payment of this amount needs."
      />
      <Input
        label="Refills"
        inputMode="numeric"
        value={count}
        onChange={(event) => setCount(event.target.value.replace(/\D/g, ""))}
      />
      <Select label="For" value={hours} onChange={setHours} options={HOURS} hint="From now on." />
      <Input label="Why" value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
    </RequestForm>
  );
}
