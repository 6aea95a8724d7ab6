/** What earlier decisions started and is not finished: said as the past, beside the decision of now. */
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Transfer } from "../../api/types.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Age, Amount } from "../../widgets/value.tsx";
import { TRANSFER_STATES } from "../../widgets/words.ts";

const SHOWN_MAX = 3;
const FOR_PEOPLE: ReadonlySet<Transfer["state"]> = new Set(["planned", "awaiting_approval"]);

interface Props {
  readonly transfers: readonly Transfer[];
  /** Transfers that stand with the decision itself. */
  readonly shown: readonly string[];
}

export function UnderWay({ transfers, shown }: Props): ReactNode {
  const decided = transfers.filter(({ id, decision_id }) => decision_id !== null && !shown.includes(id));
  if (decided.length === 0) return null;
  const more = decided.length - SHOWN_MAX;
  return (
    <div className="mt-2.5">
      <h3 className="label">Decided before, and under way</h3>
      <ul className="mt-0.5">
        {decided.slice(0, SHOWN_MAX).map((transfer) => (
          <Row key={transfer.id} transfer={transfer} />
        ))}
      </ul>
      {more > 0 && <p className="text-muted">and {more} more below</p>}
    </div>
  );
}

function Row({ transfer }: { readonly transfer: Transfer }): ReactNode {
  const state = TRANSFER_STATES[transfer.state];
  const asks = FOR_PEOPLE.has(transfer.state) && transfer.approvals_needed > 0;
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 py-0.5">
      <span>
        <Amount money={transfer.amount} className="font-medium" /> {transfer.from.label} → {transfer.to.label}
      </span>
      <Badge state={state} bare title={state.meaning} />
      {asks && (
        <span className="inline-flex items-center gap-1 text-watch">
          <Icon name="person" size={13} className="self-center" /> needs {transfer.approvals_needed} people
        </span>
      )}
      <span className="text-muted">
        decided{" "}
        <Link
          href={`/decisions/${transfer.decision_id}`}
          className="inline-flex min-h-6 items-center text-accent underline"
        >
          <span>
            <Age at={transfer.created_at} /> ago
          </span>
        </Link>
      </span>
      <Link
        href={`/transfers/${transfer.id}`}
        className="inline-flex min-h-6 items-center gap-1 font-medium whitespace-nowrap text-accent hover:underline"
      >
        Follow the transfer <Icon name="arrow" size={12} className="self-center" />
      </Link>
    </li>
  );
}
