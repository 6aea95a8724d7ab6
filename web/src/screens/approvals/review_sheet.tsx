/** What you see is what you sign: rendered from the canonical payload, its digest recomputed here, signed with your key. */

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { queries } from "../../api/queries.ts";
import type { Approval } from "../../api/types.ts";
import { readable } from "../../format/sentence.ts";
import { SaleView } from "../../lending/sale_view.tsx";
import { PayloadBytes, PayloadCheck, usePayloadCheck } from "../../review/payload_check.tsx";
import { decimalsOf, readPlan } from "../../review/plan.ts";
import { BeforeAfter, PlanView } from "../../review/plan_view.tsx";
import { QuorumView } from "../../review/quorum.tsx";
import { Badge } from "../../widgets/badge.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Data } from "../../widgets/panel.tsx";
import { Sheet } from "../../widgets/sheet.tsx";
import { OPERATION_TYPES, TRANSFER_STATES } from "../../widgets/words.ts";
import { PsbtSigning } from "./psbt_signing.tsx";
import { SafeSigning } from "./safe_signing.tsx";
import { VoteForm } from "./vote_form.tsx";

export function ReviewSheet({ id, onClose }: { readonly id: string; onClose(): void }): ReactNode {
  const query = useQuery(queries.approval(id));
  const transfer = query.data?.transfer;
  return (
    <Sheet
      title="Review and sign"
      head={
        <>
          <code className="font-mono text-xs">{id}</code>
          {transfer && <Badge state={TRANSFER_STATES[transfer.state]} />}
          {transfer && <Badge state={OPERATION_TYPES[transfer.type]} bare />}
        </>
      }
      onClose={onClose}
    >
      <Data query={query} what="The approval">
        {(approval) => <Review key={approval.digest} approval={approval} onClose={onClose} />}
      </Data>
    </Sheet>
  );
}

/** A transfer of collateral to a market is signed for what follows it: the sale stands above the move. */
function Sale({ transfer_id }: { readonly transfer_id: string }): ReactNode {
  const sales = useQuery(queries.liquidations("open")).data?.items ?? [];
  const sale = sales.find((one) => one.transfer_id === transfer_id);
  if (sale === undefined) return null;
  return (
    <section aria-label="Sale of collateral" className="flex flex-col gap-3 border-b border-line pb-4">
      <h3 className="label">What is sold, and why</h3>
      <SaleView sale={sale} />
      <Link
        href={`/credit/${sale.facility_id}`}
        className="inline-flex min-h-6 items-center self-start text-accent hover:underline"
      >
        The loan {sale.reference} of {sale.customer_id}
      </Link>
    </section>
  );
}

function Review({ approval, onClose }: { readonly approval: Approval; onClose(): void }): ReactNode {
  const check = usePayloadCheck("transfer", approval.payload_text, approval.digest);
  const plan = readPlan(approval.payload_text, decimalsOf(approval.transfer.amount.amount));
  // The payload carries its own reason; what the server adds to it stands below, not twice.
  const more = approval.why.filter((sentence) => !plan?.reason.includes(sentence));
  return (
    <div className="flex flex-col gap-4">
      <Sale transfer_id={approval.object_id} />
      {plan ? (
        <PlanView plan={plan} />
      ) : (
        <p role="alert" className="flex items-center gap-1.5 font-medium text-breach">
          <Icon name="breach" /> This payload cannot be read as a transfer. Do not approve; report this.
        </p>
      )}
      <section aria-label="Before and after">
        <h3 className="label mb-1">When it has landed</h3>
        <BeforeAfter before={approval.before} after={approval.after} />
      </section>
      {more.length > 0 && (
        <section aria-label="Rules">
          <h3 className="label mb-1">Rules that led here</h3>
          <ul className="list-disc pl-5 marker:text-muted">
            {more.map((sentence) => (
              <li key={sentence}>{readable(sentence)}</li>
            ))}
          </ul>
        </section>
      )}
      <PayloadCheck
        check={check}
        claimed={approval.digest}
        command={
          approval.scheme === "psbt"
            ? `./tidegate psbt export ${approval.object_id}`
            : `./tidegate approve ${approval.object_id} --key FILE`
        }
      />
      <PayloadBytes text={approval.payload_text} />
      <section aria-label="Quorum">
        <h3 className="label mb-1">Quorum</h3>
        <QuorumView quorum={approval.quorum} />
      </section>
      {approval.scheme === "eip712_safe" && <SafeSigning approval={approval} />}
      {approval.scheme === "psbt" && <PsbtSigning approval={approval} />}
      {approval.scheme === "ed25519" && plan && (
        <VoteForm approval={approval} plan={plan} check={check} onClose={onClose} />
      )}
    </div>
  );
}
