/** A transfer that a person makes up, between wallets of one pool: written, reviewed, then asked for once. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { actions } from "../api/actions.ts";
import { ApiError, mintKey } from "../api/client.ts";
import { queries } from "../api/queries.ts";
import type { ManualTransferRequest, Overview, Pool } from "../api/types.ts";
import { formatAmount, sameAmount, tableDigits } from "../format/amount.ts";
import { Address } from "../review/address.tsx";
import { useIdentity } from "../shell/identity.tsx";
import { Button } from "../widgets/button.tsx";
import { AmountInput, Input, Select } from "../widgets/field.tsx";
import { Icon } from "../widgets/icon.tsx";
import { Data, Facts, Failure } from "../widgets/panel.tsx";
import { Sheet } from "../widgets/sheet.tsx";
import { Amount, Digest } from "../widgets/value.tsx";
import { type Errors, type FreeMove, NO_MOVE, networksOf, readFreeMove, walletsOf } from "./free_form.ts";
import { ConfirmAmount } from "./propose_sheet.tsx";

export function FreeTransferSheet({ onClose }: { onClose(): void }): ReactNode {
  const overview = useQuery(queries.overview());
  return (
    <Sheet
      title="A transfer by hand"
      head={<span>Between wallets of one pool, never elsewhere.</span>}
      onClose={onClose}
    >
      <Data query={overview} what="The pools">
        {(data) => <Steps overview={data} onClose={onClose} />}
      </Data>
    </Sheet>
  );
}

function Steps({ overview, onClose }: { readonly overview: Overview; onClose(): void }): ReactNode {
  const [move, setMove] = useState<FreeMove>(() => ({ ...NO_MOVE, pool_id: overview.pools[0]?.id ?? "" }));
  const [intent, setIntent] = useState<Intent | null>(null);
  const [reviewing, setReviewing] = useState(false);
  const pool = overview.pools.find(({ id }) => id === move.pool_id);
  if (overview.mode === "frozen") return <p>The treasury is frozen: nothing new is sent until an admin resumes.</p>;
  if (overview.mode === "observe") return <p>In observe mode Tidegate watches and moves nothing.</p>;
  if (reviewing && intent && pool) {
    return <Review intent={intent} pool={pool} onBack={() => setReviewing(false)} onClose={onClose} />;
  }
  const review = (request: ManualTransferRequest): void => {
    setIntent((last) => (last && sameRequest(last.request, request) ? last : { request, key: mintKey() }));
    setReviewing(true);
  };
  return <Form move={move} pools={overview.pools} onChange={setMove} onReview={review} />;
}

/** What is asked for, under one key: looked at again unchanged, it is the same request. */
interface Intent {
  readonly request: ManualTransferRequest;
  readonly key: string;
}

function sameRequest(a: ManualTransferRequest, b: ManualTransferRequest): boolean {
  return (Object.keys(a) as (keyof ManualTransferRequest)[]).every((name) => a[name] === b[name]);
}

interface FormProps {
  readonly move: FreeMove;
  readonly pools: readonly Pool[];
  onChange(move: FreeMove): void;
  onReview(request: ManualTransferRequest): void;
}

function Form({ move, pools, onChange, onReview }: FormProps): ReactNode {
  const { me, people, choose } = useIdentity();
  const [tried, setTried] = useState(false);
  const pool = pools.find(({ id }) => id === move.pool_id);
  const read = readFreeMove(move, pool, me?.id ?? null);
  const errors: Errors = tried && "errors" in read ? read.errors : {};
  const set = (change: Partial<FreeMove>): void => onChange(settled({ ...move, ...change }, pools));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if ("request" in read) onReview(read.request);
  };
  const wallets = pool ? walletsOf(pool).map((wallet) => [wallet.id, walletText(wallet)] as const) : [];
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-3">
      <Select
        label="Pool"
        value={move.pool_id}
        onChange={(pool_id) => onChange({ ...NO_MOVE, pool_id, reason: move.reason })}
        options={pools.map(({ id, asset }) => [id, asset] as const)}
        hint={errors.pool_id}
      />
      <Select
        label="From"
        value={move.from_wallet}
        onChange={(from_wallet) => set({ from_wallet })}
        options={[["", "Choose …"], ...wallets]}
        hint={<Wrong text={errors.from_wallet} />}
      />
      <Select
        label="To"
        value={move.to_wallet}
        onChange={(to_wallet) => set({ to_wallet })}
        options={[["", "Choose …"], ...wallets.filter(([id]) => id !== move.from_wallet)]}
        hint={<Wrong text={errors.to_wallet} />}
      />
      <Select
        label="Network"
        value={move.network}
        onChange={(network) => set({ network })}
        options={[["", "Choose …"], ...(pool ? networksOf(pool, move) : []).map((name) => [name, name] as const)]}
        hint={<Wrong text={errors.network} />}
      />
      <AmountInput
        label={`Amount in ${pool?.asset ?? "the asset"}`}
        value={move.amount}
        onChange={(amount) => set({ amount })}
        error={errors.amount}
      />
      <Input
        label="Reason, for the log"
        value={move.reason}
        maxLength={500}
        onChange={(event) => set({ reason: event.target.value })}
        error={errors.reason}
      />
      <Select
        label="You are"
        value={me?.id ?? ""}
        onChange={choose}
        options={[["", "Choose …"], ...people.map(({ id, name }) => [id, name] as const)]}
        hint={<Wrong text={errors.initiator} or="Who asks for a move cannot approve it." />}
      />
      <div>
        <Button type="submit" look="primary">
          Review
        </Button>
      </div>
    </form>
  );
}

function Wrong({ text, or }: { readonly text: string | undefined; readonly or?: string }): ReactNode {
  return text === undefined ? or : <span className="text-breach">{text}</span>;
}

/** The only network there is, is chosen; one that no longer fits is not kept. */
function settled(move: FreeMove, pools: readonly Pool[]): FreeMove {
  const pool = pools.find(({ id }) => id === move.pool_id);
  const networks = pool ? networksOf(pool, move) : [];
  const to_wallet = move.to_wallet === move.from_wallet ? "" : move.to_wallet;
  const [only] = networks;
  const network = networks.includes(move.network) ? move.network : networks.length === 1 && only ? only : "";
  return { ...move, to_wallet, network };
}

function walletText({ label, side, balance, asset }: Pool["wallets"][number]): string {
  const there = balance ? formatAmount(balance.available.amount, { digits: tableDigits(asset) }) : "never read";
  return `${label} · ${side ?? "no side"} · ${there} ${balance ? `${asset} available` : ""}`;
}

interface ReviewProps {
  readonly intent: Intent;
  readonly pool: Pool;
  onBack(): void;
  onClose(): void;
}

/** What will be asked for, and then what the daemon says to it. */
function Review({ intent: { request, key }, pool, onBack, onClose }: ReviewProps): ReactNode {
  const client = useQueryClient();
  const [, go] = useLocation();
  const [typed, setTyped] = useState("");
  const { nameOf } = useIdentity();
  const send = useMutation({
    mutationFn: () => actions.propose(request, key),
    onSuccess: (transfer) => {
      onClose();
      go(`/transfers/${transfer.id}`);
    },
    onSettled: () => client.invalidateQueries(),
  });
  const money = { amount: request.amount, asset: pool.asset };
  return (
    <div className="flex flex-col gap-4">
      <p className="text-2xl leading-8 font-semibold tracking-tight">
        <Amount money={money} exact />
      </p>
      <Facts
        rows={[
          ["From", <End key="from" pool={pool} id={request.from_wallet} network={request.network} />],
          ["To", <End key="to" pool={pool} id={request.to_wallet} network={request.network} />],
          ["Network", request.network],
          ["Reason", request.reason],
          ["Asked by", nameOf(request.initiator)],
          ["Policy", <Digest key="policy" hex={pool.policy_digest} short />],
        ]}
      />
      <p className="text-ink-2">
        The daemon checks the route, the fee, the limits, the destination and the quorum now. What custody pays waits
        for people; yours does not count.
      </p>
      <ConfirmAmount amount={request.amount} asset={pool.asset} typed={typed} onType={setTyped} />
      {mayHaveArrived(send.error) && (
        <p className="text-watch">
          It may have arrived. Send it again as it is, which cannot make a second one; or close this and look under
          Transfers.
        </p>
      )}
      {send.error && <Refused error={send.error} />}
      <div className="flex flex-wrap gap-2">
        <Button onClick={onBack} disabled={send.isPending || mayHaveArrived(send.error)}>
          Back
        </Button>
        <Button
          look="primary"
          disabled={!sameAmount(typed, request.amount) || send.isPending}
          onClick={() => send.mutate()}
        >
          {send.isPending ? "Sending …" : "Create transfer"}
        </Button>
      </div>
    </div>
  );
}

function End({ pool, id, network }: { readonly pool: Pool; readonly id: string; readonly network: string }): ReactNode {
  const wallet = pool.wallets.find((candidate) => candidate.id === id);
  const place = wallet?.addresses.find((candidate) => candidate.network === network);
  return (
    <>
      <span className="font-medium">{wallet?.label ?? id}</span>{" "}
      <span className="text-muted">
        {wallet?.venue}, {wallet?.side}
      </span>
      {place && (
        <>
          <br />
          <Address address={place.address} memo={place.memo} />
        </>
      )}
    </>
  );
}

/** No answer, or one that says nothing of the request: what was sent may have been taken. */
function mayHaveArrived(error: Error | null): boolean {
  return error !== null && !(error instanceof ApiError && error.status >= 400 && error.status < 500);
}

/** Why it was not taken, with every field that was refused. */
function Refused({ error }: { readonly error: Error }): ReactNode {
  return (
    <div className="flex flex-col gap-1">
      <Failure error={error} what="The transfer" did="was not confirmed" />
      {error instanceof ApiError && (
        <p className="text-xs text-muted">
          <Icon name="blocked" size={12} className="mr-1 inline" />
          <code className="font-mono">{error.code}</code>
          {error.pointers.map(({ pointer, detail }) => (
            <span key={pointer}>
              {" "}
              · {pointer.slice(1)}: {detail}
            </span>
          ))}
        </p>
      )}
    </div>
  );
}
