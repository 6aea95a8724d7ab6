/** One decision: its reasons with what was observed against which limit, its moves, and the snapshot it was made on. */

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { queries } from "../../api/queries.ts";
import type { DecisionDetail, DecisionView } from "../../api/types.ts";
import { readable } from "../../format/sentence.ts";
import { BeforeAfter } from "../../review/plan_view.tsx";
import { Badge } from "../../widgets/badge.tsx";
import { Code, Data, Facts } from "../../widgets/panel.tsx";
import { Sheet } from "../../widgets/sheet.tsx";
import { Age, Amount, Digest, Time } from "../../widgets/value.tsx";
import { FRESHNESS, SEVERITIES, VERDICTS } from "../../widgets/words.ts";

export function DecisionSheet({ id, onClose }: { readonly id: string; onClose(): void }): ReactNode {
  const query = useQuery(queries.decision(id));
  const decision = query.data?.decision;
  return (
    <Sheet
      title="Decision"
      head={
        <>
          <code className="font-mono text-xs">{id}</code>
          {decision && <Badge state={VERDICTS[decision.verdict]} />}
          {decision && decision.severity !== "normal" && <Badge state={SEVERITIES[decision.severity]} />}
        </>
      }
      onClose={onClose}
    >
      <Data query={query} what="The decision">
        {(detail) => <Body detail={detail} />}
      </Data>
    </Sheet>
  );
}

function Body({ detail }: { readonly detail: DecisionDetail }): ReactNode {
  const { decision, snapshot } = detail;
  return (
    <div className="flex flex-col gap-4">
      <p className="text-base font-semibold">{readable(decision.headline)}</p>
      <Facts
        rows={[
          ["Decided", <Time key="decided" at={decision.decided_at} />],
          ["Said again", `${decision.repeats} times`],
          ["Woken by", decision.cause],
          ["Policy", <Digest key="policy" hex={decision.policy_digest} short />],
        ]}
      />
      <Reasons decision={decision} />
      <Moves decision={decision} />
      {decision.moves.length > 0 && <BeforeAfter before={decision.before} after={decision.after} />}
      {snapshot && <SnapshotTable snapshot={snapshot} />}
      <details>
        <summary className="inline-flex min-h-6 cursor-pointer items-center rounded text-muted hover:text-ink">
          Raw decision and snapshot
        </summary>
        <Code text={JSON.stringify(detail.raw, null, 2)} label="Raw decision and snapshot" />
      </details>
    </div>
  );
}

function Reasons({ decision }: { readonly decision: DecisionView }): ReactNode {
  return (
    <section aria-label="Reasons">
      <h3 className="label mb-1">Reasons</h3>
      <ul className="flex flex-col divide-y divide-line">
        {decision.reasons.map((reason) => (
          <li key={`${reason.code} ${reason.sentence}`} className="py-1.5">
            <p>{readable(reason.sentence)}</p>
            <p className="text-xs text-muted">
              <code className="font-mono">{reason.code}</code>
              {reason.observed !== null && <> · observed {readable(reason.observed)}</>}
              {reason.limit !== null && <> · limit {readable(reason.limit)}</>}
            </p>
          </li>
        ))}
      </ul>
      {decision.counterfactuals.length > 0 && (
        <>
          <h3 className="label mt-3 mb-1">It would change if</h3>
          <ul className="list-disc pl-5 text-ink-2">
            {decision.counterfactuals.map((sentence) => (
              <li key={sentence}>{readable(sentence)}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Moves({ decision }: { readonly decision: DecisionView }): ReactNode {
  if (decision.moves.length === 0) return null;
  return (
    <section aria-label="Moves">
      <h3 className="label mb-1">Moves</h3>
      <ul>
        {decision.moves.map((move) => (
          <li key={`${move.from_wallet} ${move.to_wallet} ${move.network}`}>
            <Amount money={move.amount} exact className="font-medium" /> {move.from_label} → {move.to_label}{" "}
            <span className="text-muted">
              {move.network}, fee <Amount money={move.fee} />
            </span>
          </li>
        ))}
      </ul>
      {decision.transfer_ids.map((id) => (
        <Link
          key={id}
          href={`/transfers/${id}`}
          className="inline-flex min-h-6 items-center text-accent hover:underline"
        >
          {id}
        </Link>
      ))}
    </section>
  );
}

function SnapshotTable({ snapshot }: { readonly snapshot: NonNullable<DecisionDetail["snapshot"]> }): ReactNode {
  return (
    <section aria-label="What was known">
      <h3 className="label mb-1">
        What was known at <Time at={snapshot.taken_at} /> UTC
      </h3>
      {snapshot.frozen_reason !== null && <p className="text-breach">Asset frozen: {snapshot.frozen_reason}</p>}
      <table className="w-full text-left">
        <caption className="sr-only">Balances of the snapshot</caption>
        <thead>
          <tr className="label border-b border-line">
            <th scope="col" className="py-1">
              Wallet
            </th>
            <th scope="col" className="py-1 text-right">
              Available
            </th>
            <th scope="col" className="py-1 text-right max-sm:hidden">
              Reserved
            </th>
            <th scope="col" className="py-1 text-right">
              Read
            </th>
          </tr>
        </thead>
        <tbody>
          {snapshot.wallets.map((wallet) => (
            <tr key={wallet.wallet_id} className="border-b border-line">
              <td className="py-1">{wallet.wallet_id}</td>
              <td className="py-1 text-right">
                <Amount money={wallet.available} />
              </td>
              <td className="py-1 text-right max-sm:hidden">
                <Amount money={wallet.reserved} />
              </td>
              <td className="py-1 text-right">
                <span className="inline-flex items-center gap-1.5">
                  <span className="text-muted">
                    <Age at={wallet.as_of} />
                  </span>
                  <Badge state={FRESHNESS[wallet.freshness]} bare />
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
