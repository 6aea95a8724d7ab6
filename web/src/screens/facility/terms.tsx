/** The terms that people signed, and when what is due. */
import type { ReactNode } from "react";
import type { Facility } from "../../api/types.ts";
import { plainAmount } from "../../format/amount.ts";
import { plainPercent } from "../../lending/ltv_geometry.ts";
import { PayloadBytes } from "../../review/payload_check.tsx";
import { QuorumView } from "../../review/quorum.tsx";
import { useIdentity } from "../../shell/identity.tsx";
import { Copy } from "../../widgets/copy.tsx";
import { Facts, Panel } from "../../widgets/panel.tsx";
import { Amount, Digest, Time } from "../../widgets/value.tsx";

export function Terms({ facility }: { readonly facility: Facility }): ReactNode {
  const { nameOf } = useIdentity();
  const { principal, disbursed, left_to_draw, rate_percent, day_count, matures_on, reason, proposed_by, digest } =
    facility;
  return (
    <Panel title="Terms">
      <Facts
        rows={[
          ["Principal", <Amount key="principal" money={principal} />],
          ["Drawn", <Amount key="drawn" money={disbursed} />],
          ["Left to draw", <Amount key="left" money={left_to_draw} />],
          ["Rate", `${plainPercent(rate_percent)} % a year, ${day_count}`],
          ["Matures on", matures_on],
          ["Repayments before", <Schedule key="schedule" facility={facility} />],
          ["Why", reason],
          ["Proposed by", nameOf(proposed_by).replace(/^person:/, "")],
          ["Opened", <Time key="at" at={facility.created_at} />],
          [
            "Digest",
            <span key="digest">
              <Digest hex={digest} short />
              <Copy text={digest} what="digest" />
            </span>,
          ],
          ...(facility.note === null ? [] : ([["Note", facility.note]] as const)),
        ]}
      />
      <div className="mt-2">
        <QuorumView quorum={facility.quorum} />
      </div>
      <PayloadBytes text={facility.payload_text} />
    </Panel>
  );
}

function Schedule({ facility: { schedule } }: { readonly facility: Facility }): ReactNode {
  if (schedule.length === 0) return "none: all of it at maturity";
  return (
    <ul>
      {schedule.map(({ due_on, amount }) => (
        <li key={due_on} className="num" title={`${plainAmount(amount.amount)} ${amount.asset}`}>
          {due_on} <Amount money={amount} />
        </li>
      ))}
    </ul>
  );
}
