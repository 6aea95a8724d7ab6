/** One envelope: its bounds, what is left of them, which transfers took of it, and taking it back. */
import type { ReactNode } from "react";
import { Link } from "wouter";
import { actions } from "../../api/actions.ts";
import type { Envelope } from "../../api/types.ts";
import { ReasonForm } from "../../propose/reason_form.tsx";
import { QuorumView } from "../../review/quorum.tsx";
import { useIdentity } from "../../shell/identity.tsx";
import { Badge } from "../../widgets/badge.tsx";
import { Facts } from "../../widgets/panel.tsx";
import { Sheet } from "../../widgets/sheet.tsx";
import { Amount, Time } from "../../widgets/value.tsx";
import { ReviewLink } from "../approvals/review_link.tsx";
import { stateWord } from "./words.ts";

interface Props {
  readonly envelope: Envelope;
  onClose(): void;
}

export function EnvelopeSheet({ envelope, onClose }: Props): ReactNode {
  const { nameOf } = useIdentity();
  const live = envelope.state === "open" || envelope.state === "active";
  return (
    <Sheet
      title="Approved in advance"
      head={
        <>
          <code className="font-mono text-xs break-all">{envelope.object_id}</code>
          <Badge state={stateWord(envelope)} bare />
        </>
      }
      onClose={onClose}
    >
      <div className="flex flex-col gap-4">
        <div>
          <p className="text-2xl leading-8 font-semibold tracking-tight">
            <Amount money={envelope.amount_remaining} /> <span className="text-base font-normal text-muted">left</span>
          </p>
          <p className="font-medium">{envelope.reason}</p>
        </div>
        <Facts
          rows={[
            ["Pool", envelope.pool_id],
            ["From", envelope.from_wallets.join(", ")],
            [
              "To",
              envelope.to.map(({ wallet, network, address }) => (
                <span key={`${wallet} ${network}`} className="block break-all">
                  {wallet} over {network} <code className="font-mono text-xs text-muted">{address}</code>
                </span>
              )),
            ],
            ["All together", <Amount key="total" money={envelope.amount_total} exact />],
            ["Each at most", <Amount key="max" money={envelope.amount_max} exact />],
            ["Refills left", `${envelope.count_remaining} of ${envelope.count_max}`],
            ["Valid from", <Time key="from" at={envelope.valid_from} />],
            ["Valid until", <Time key="until" at={envelope.valid_until} />],
            ["Proposed by", nameOf(envelope.proposed_by.replace(/^person:/, ""))],
          ]}
        />
        <Uses envelope={envelope} />
        <section aria-label="Quorum">
          <h3 className="label mb-1">Quorum</h3>
          <QuorumView quorum={envelope.quorum} />
          {envelope.state === "open" && <ReviewLink href={`/approvals/${envelope.object_id}`} />}
        </section>
        {live && <Revoke envelope={envelope} />}
      </div>
    </Sheet>
  );
}

function Uses({ envelope }: { readonly envelope: Envelope }): ReactNode {
  return (
    <section aria-label="Uses">
      <h3 className="label mb-1">What took of it</h3>
      {envelope.uses.length === 0 ? (
        <p className="text-muted">Nothing so far.</p>
      ) : (
        <ul>
          {envelope.uses.map(({ transfer_id, amount, at, state }) => (
            <li key={transfer_id} className="flex flex-wrap items-baseline justify-between gap-x-3 py-0.5">
              <Link
                href={`/transfers/${transfer_id}`}
                className="inline-flex min-h-6 items-center font-mono text-xs text-accent hover:underline"
              >
                {transfer_id}
              </Link>
              <span>
                <Amount money={amount} /> <span className="text-muted">{state.replaceAll("_", " ")}</span>{" "}
                <Time at={at} short />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Revoke({ envelope }: { readonly envelope: Envelope }): ReactNode {
  return (
    <section aria-label="Take it back" className="flex flex-col gap-2 rounded-lg border border-line-strong p-3">
      <h3 className="label">Take it back</h3>
      <ReasonForm
        text="Take it back"
        what="Taking it back"
        hint="It holds at once and needs nobody else."
        send={(why, key) => actions.revokeEnvelope(envelope.object_id, why, key)}
      />
    </section>
  );
}
