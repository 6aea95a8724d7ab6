/** Why not the others: the ways that were looked at and left. */
import type { ReactNode } from "react";
import type { DecisionView } from "../../api/types.ts";
import { readable } from "../../format/sentence.ts";
import { Amount } from "../../widgets/value.tsx";

export function Alternatives({ decision }: { readonly decision: DecisionView }): ReactNode {
  if (decision.alternatives.length === 0) return null;
  return (
    <section aria-label="Why not the others">
      <h3 className="label mb-1">Why not the others</h3>
      <ul className="flex flex-col divide-y divide-line">
        {decision.alternatives.map((item) => (
          <li
            key={`${item.from_wallet} ${item.to_wallet} ${item.network} ${item.rejected_because}`}
            className="grid gap-x-4 py-1 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]"
          >
            <span>
              {item.from_label} → {item.to_label}{" "}
              <span className="text-muted">
                {item.network}
                {item.fee && (
                  <>
                    , fee <Amount money={item.fee} />
                  </>
                )}
              </span>
            </span>
            <span className="text-ink-2">{readable(item.rejected_because)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
