/** Proposing an envelope. It pays nothing and changes nothing: at least two others have to sign it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { actions } from "../../api/actions.ts";
import { mintKey } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import type { Pool } from "../../api/types.ts";
import { useIdentity } from "../../shell/identity.tsx";
import { Button } from "../../widgets/button.tsx";
import { Input, Select } from "../../widgets/field.tsx";
import { Failure } from "../../widgets/panel.tsx";

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
  const client = useQueryClient();
  const [, go] = useLocation();
  const { me, people, choose } = useIdentity();
  const [key] = useState(mintKey);
  const wallets = (side: "liquidity" | "reserve") => pool.wallets.filter((wallet) => wallet.side === side);
  const [from, setFrom] = useState(wallets("reserve")[0]?.id ?? "");
  const [to, setTo] = useState(wallets("liquidity")[0]?.id ?? "");
  const [each, setEach] = useState("");
  const [total, setTotal] = useState("");
  const [count, setCount] = useState("3");
  const [hours, setHours] = useState("24");
  const [reason, setReason] = useState("");
  const send = useMutation({
    mutationFn: () =>
      actions.proposeEnvelope(
        {
          ...{ pool_id: pool.id, from_wallets: [from], to_wallets: [to] },
          ...{ amount_max: each.trim(), amount_total: total.trim(), count_max: Number(count) },
          valid_from: now,
          valid_until: new Date(Date.parse(now) + Number(hours) * HOUR_MS).toISOString(),
          ...{ reason: reason.trim(), proposed_by: me?.id ?? "" },
        },
        key,
      ),
    onSuccess: ({ object_id }) => go(`/approvals/${object_id}`),
    onSettled: () => client.invalidateQueries(),
  });
  const ready =
    me !== null && [from, to, each, total, reason].every((text) => text.trim() !== "") && Number(count) >= 1;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready && !send.isPending) send.mutate();
  };
  const named = (side: "liquidity" | "reserve") => wallets(side).map(({ id, label }) => [id, label] as const);
  return (
    <form onSubmit={submit} className="grid gap-3 md:grid-cols-3">
      <Select
        label="Pool"
        value={pool.id}
        onChange={onPool}
        options={pools.map(({ id, asset }) => [id, asset] as const)}
      />
      <Select label="From custody" value={from} onChange={setFrom} options={named("reserve")} />
      <Select label="To" value={to} onChange={setTo} options={named("liquidity")} />
      <Input
        label={`Each at most, in ${pool.asset}`}
        inputMode="decimal"
        value={each}
        onChange={(event) => setEach(event.target.value)}
      />
      <Input
        label={`All together, in ${pool.asset}`}
        inputMode="decimal"
        value={total}
        onChange={(event) => setTotal(event.target.value)}
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
      <Select
        label="You are"
        value={me?.id ?? ""}
        onChange={choose}
        options={[["", "Choose …"], ...people.map(({ id, name }) => [id, name] as const)]}
        hint="Who proposes cannot approve; at least two others have to sign."
      />
      <div className="md:col-span-3">
        <Button type="submit" look="primary" disabled={!ready || send.isPending}>
          {send.isPending ? "Sending …" : "Propose"}
        </Button>
      </div>
      {send.error && (
        <div className="md:col-span-3">
          <Failure error={send.error} what="The proposal" did="was not confirmed" />
        </div>
      )}
    </form>
  );
}
