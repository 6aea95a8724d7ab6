/** The balances a decision was made on, each with its age and its trust. */
import type { ReactNode } from "react";
import type { DecisionDetail } from "../../api/types.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Age, Amount, Time } from "../../widgets/value.tsx";
import { FRESHNESS } from "../../widgets/words.ts";

export function SnapshotTable({ snapshot }: { readonly snapshot: NonNullable<DecisionDetail["snapshot"]> }): ReactNode {
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
