/** What stands behind the loan, where it lies and where it came in; a deposit that waits is told what it is by a person. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { actions } from "../../api/actions.ts";
import { queries } from "../../api/queries.ts";
import type { Facility, FacilityDetail } from "../../api/types.ts";
import { formatAmount, formatPercent, isAmount, typedAmount } from "../../format/amount.ts";
import { isZero } from "../../format/decimal.ts";
import { middle } from "../../format/digest.ts";
import { DEPOSIT_STATES } from "../../lending/words.ts";
import { RequestForm } from "../../propose/request_form.tsx";
import { useRequest } from "../../propose/use_request.ts";
import { Address } from "../../review/address.tsx";
import { useIdentity } from "../../shell/identity.tsx";
import { Badge } from "../../widgets/badge.tsx";
import { Button } from "../../widgets/button.tsx";
import { Copy } from "../../widgets/copy.tsx";
import { AmountInput, Select } from "../../widgets/field.tsx";
import { Empty, Facts, Panel } from "../../widgets/panel.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Amount, Price, Time } from "../../widgets/value.tsx";

type Holding = Facility["collateral"][number];
type Deposit = FacilityDetail["deposits"][number];

/** Nobody is asked to deposit for these any more; what comes all the same is still seen. */
const ENDED: ReadonlySet<Facility["state"]> = new Set(["closed", "denied", "cancelled", "expired"]);

export function Collateral({ facility }: { readonly facility: Facility }): ReactNode {
  const sandbox = useQuery(queries.overview()).data?.sandbox === true;
  const ended = ENDED.has(facility.state);
  const open = !ended && facility.collateral.some(({ address }) => address !== null);
  return (
    <Panel title="Collateral">
      <div className="grid gap-4 lg:grid-cols-2">
        {facility.collateral.map((holding) => (
          <Held key={holding.asset} holding={holding} ended={ended} />
        ))}
      </div>
      {sandbox && open && <PayIn facility={facility} />}
    </Panel>
  );
}

const WALLETS: Readonly<Record<Holding["wallet_state"], string>> = {
  none: "opened once the terms are approved",
  requested: "being opened",
  creating: "being opened",
  active: "open",
  failed: "could not be opened",
};

interface HeldProps {
  readonly holding: Holding;
  readonly ended: boolean;
}

function Held({ holding, ended }: HeldProps): ReactNode {
  const { held, selling, missing, pending, expected, required, value, price, haircut_percent, address, memo } = holding;
  const some = (money: Holding["held"]): boolean => !isZero(money.amount);
  return (
    <section aria-label={`Collateral in ${holding.asset}`} className="min-w-0">
      <p className="text-lg leading-6 font-semibold tracking-tight">
        <Amount money={held} exact />
      </p>
      <p className="mb-1 text-muted">
        counts for <Amount money={value} className="text-ink" missing="no price" />
        {!isZero(haircut_percent) && <> after a haircut of {formatPercent(haircut_percent)}</>}
        {price !== null && (
          <>
            , at <Price money={price} />
          </>
        )}
      </p>
      <Facts
        rows={[
          ...(some(pending) ? ([["Seen, not credited", <Amount key="pending" money={pending} exact />]] as const) : []),
          ...(some(selling)
            ? ([["On its way to a sale", <Amount key="selling" money={selling} exact />]] as const)
            : []),
          ...(some(missing)
            ? ([
                [
                  "Not shown by the venue",
                  <span key="missing" className="font-medium text-breach">
                    <Amount money={missing} exact /> does not count
                  </span>,
                ],
              ] as const)
            : []),
          ...(some(expected) ? ([["Expected", <Amount key="expected" money={expected} exact />]] as const) : []),
          ...(ended
            ? []
            : ([
                ["Needed for the principal", <Amount key="required" money={required} exact missing="no price" />],
                ["Smallest deposit", <Amount key="minimum" money={holding.minimum} />],
              ] as const)),
          ["Wallet", `${WALLETS[holding.wallet_state]}, at ${holding.venue} over ${holding.network}`],
          ...(address === null || ended
            ? []
            : ([
                [
                  "Deposit to",
                  <span key="to">
                    <Address address={address} memo={memo} />
                    <Copy text={address} what="deposit address" />
                  </span>,
                ],
              ] as const)),
          ["Goes back to", <Address key="back" address={holding.return_address} memo={null} />],
        ]}
      />
    </section>
  );
}

/** In a sandbox nobody else is there to bring the collateral of one's own loan. */
function PayIn({ facility }: { readonly facility: Facility }): ReactNode {
  const open = facility.collateral.filter(({ address }) => address !== null).map(({ asset }) => asset);
  const [asset, setAsset] = useState(open[0] ?? "");
  const [amount, setAmount] = useState("");
  const sending = useRequest(
    { facility_id: facility.object_id, asset, amount: typedAmount(amount) },
    (request, key) => actions.payIn(request, key),
    () => setAmount(""),
  );
  return (
    <details className="mt-3 max-w-md">
      <summary className="cursor-pointer text-muted">Sandbox: pay in as the customer…</summary>
      <RequestForm
        text="Pay in"
        look="plain"
        ready={isAmount(amount)}
        sending={sending}
        what="The deposit"
        person_hint="It comes from the local world; nothing real moves."
        command={`./tidegate facilities deposit ${facility.object_id} --asset ${asset} --amount ${amount || "AMOUNT"}`}
      >
        <Select label="Asset" value={asset} onChange={setAsset} options={open.map((one) => [one, one] as const)} />
        <AmountInput
          label={`Amount in ${asset}`}
          value={amount}
          onChange={setAmount}
          hint="It counts once the venue lists it."
        />
      </RequestForm>
    </details>
  );
}

interface DepositsProps {
  readonly facility: Facility;
  readonly deposits: readonly Deposit[];
}

export function Deposits({ facility, deposits }: DepositsProps): ReactNode {
  const waiting = deposits.filter(({ state }) => state === "waiting");
  return (
    <Panel title="Deposits" flush>
      {deposits.length === 0 ? (
        <Empty title="Nothing has come in yet">What the venue sees and has not credited stands above.</Empty>
      ) : (
        <Table caption="Deposits" columns={COLUMNS} rows={deposits} id={({ movement_id }) => movement_id} />
      )}
      {waiting.map((deposit) => (
        <Waiting key={deposit.movement_id} facility={facility} deposit={deposit} />
      ))}
    </Panel>
  );
}

const COLUMNS: readonly Column<Deposit>[] = [
  { head: "When", main: true, cell: ({ at }) => <Time at={at} /> },
  {
    head: "Amount",
    right: true,
    cell: ({ amount, asset }) => (
      <span className="num" title={`${amount} ${asset}`}>
        {formatAmount(amount)} <span className="text-muted">{asset}</span>
      </span>
    ),
  },
  { head: "State", cell: ({ state }) => <Badge state={DEPOSIT_STATES[state]} bare /> },
  {
    head: "Transaction",
    className: "max-sm:hidden",
    cell: ({ tx_hash }) =>
      tx_hash !== null && (
        <code className="font-mono text-xs text-muted" title={tx_hash}>
          {middle(tx_hash, 16)}
        </code>
      ),
  },
  { head: "Why it waits", cell: ({ sentence, state }) => state === "waiting" && sentence },
];

/** It is there and does not count, until a person says what it is. */
function Waiting({ facility, deposit }: { readonly facility: Facility; readonly deposit: Deposit }): ReactNode {
  const { me } = useIdentity();
  const [open, setOpen] = useState(false);
  const { wallet_id, movement_id, amount, asset } = deposit;
  const sending = useRequest({ wallet_id, movement_id, accepted_by: me?.id ?? "" }, (request, key) =>
    actions.acceptDeposit(facility.object_id, request, key),
  );
  return (
    <div className="border-t border-line px-3 py-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p>
          {formatAmount(amount)} {asset} waits: does it belong to this loan?
        </p>
        {!open && <Button onClick={() => setOpen(true)}>It does…</Button>}
      </div>
      {open && (
        <div className="mt-2 max-w-md">
          <RequestForm
            text="Count it as collateral"
            ready
            sending={sending}
            what="That it counts"
            person_hint="It is kept with the deposit."
          >
            {null}
          </RequestForm>
        </div>
      )}
    </div>
  );
}
