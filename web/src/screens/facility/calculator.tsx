/** What would cure the loan: each line alone would do. */
import type { ReactNode } from "react";
import type { FacilityDetail } from "../../api/types.ts";
import { plainAmount } from "../../format/amount.ts";
import { isZero } from "../../format/decimal.ts";
import { cureText, type Offer } from "../../lending/cure.ts";
import { plainPercent } from "../../lending/ltv_geometry.ts";
import { Copy } from "../../widgets/copy.tsx";
import { Panel } from "../../widgets/panel.tsx";
import { Amount } from "../../widgets/value.tsx";

export function Calculator({ detail: { calculator, facility } }: { readonly detail: FacilityDetail }): ReactNode {
  if (isZero(facility.outstanding.total.amount)) return null;
  return (
    <Panel title="Calculator">
      {calculator === null ? (
        <p className="text-muted">A price is missing; what would cure it cannot be said.</p>
      ) : (
        <div className="flex flex-col gap-3">
          {!calculator.trusted && <p className="text-breach">At the last price, which is not trusted.</p>}
          <Offered title="To end a margin call" offer={calculator.cure} />
          <Offered title="To meet the initial requirement again" offer={calculator.initial} />
        </div>
      )}
    </Panel>
  );
}

function Offered({ title, offer }: { readonly title: string; readonly offer: Offer }): ReactNode {
  const text = cureText(offer);
  return (
    <section aria-label={title}>
      <h3 className="text-xs font-medium text-ink-2">
        {title}{" "}
        <span className="font-normal text-muted">below {plainPercent(offer.target_percent)} % loan to value</span>
      </h3>
      {text === null ? (
        <p className="text-ok">Nothing is needed.</p>
      ) : (
        <>
          <ul>
            {offer.deposits.map((money) => (
              <Line key={money.asset} verb="deposit" money={money} />
            ))}
            <Line verb="or repay" money={offer.repay} />
          </ul>
          <p className="text-xs text-muted">
            As a sentence <Copy text={text} what="sentence for the borrower" />
          </p>
        </>
      )}
    </section>
  );
}

function Line({ verb, money }: { readonly verb: string; readonly money: Offer["repay"] }): ReactNode {
  return (
    <li className="flex items-baseline justify-between gap-2">
      <span className="text-muted">{verb}</span>
      <span className="ml-auto font-semibold">
        <Amount money={money} exact />
      </span>
      <Copy text={plainAmount(money.amount)} what="amount" />
    </li>
  );
}
