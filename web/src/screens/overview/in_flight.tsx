/** What is on its way. */
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Pool, Transfer } from "../../api/types.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Panel } from "../../widgets/panel.tsx";
import { Age, Amount } from "../../widgets/value.tsx";
import { TRANSFER_STATES } from "../../widgets/words.ts";

export function InFlight({ pool }: { readonly pool: Pool }): ReactNode {
  return (
    <Panel
      title="In flight"
      className="flex-1"
      aside={
        <span className="num">
          {pool.asset} · {pool.in_flight.length}
        </span>
      }
      flush
    >
      {pool.in_flight.length === 0 ? (
        <p className="px-3 py-2 text-muted">Nothing is on its way.</p>
      ) : (
        <ul>
          {pool.in_flight.map((transfer) => (
            <Row key={transfer.id} transfer={transfer} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Row({ transfer }: { readonly transfer: Transfer }): ReactNode {
  const state = TRANSFER_STATES[transfer.state];
  return (
    <li className="relative flex items-center gap-x-3 border-b border-line px-3 py-0.5 last:border-b-0 focus-within:bg-hover hover:bg-hover max-sm:flex-wrap max-sm:py-1">
      <Link
        data-row=""
        href={`/transfers/${transfer.id}`}
        className="min-h-6 min-w-0 flex-1 truncate leading-6 font-medium after:absolute after:inset-0 max-sm:basis-full"
      >
        {transfer.from.label}{" "}
        <span aria-hidden="true" className="text-muted">
          →
        </span>
        <span className="sr-only">to</span> {transfer.to.label}
      </Link>
      <Amount money={transfer.amount} unit={false} className="text-right font-medium" />
      <span className="w-31">
        <Badge state={state} bare title={state.meaning} />
      </span>
      <span className="w-13 text-right text-muted max-sm:ml-auto">
        <Age at={transfer.created_at} />
      </span>
    </li>
  );
}
