/** A sale of collateral for those who approve or follow it: what is sold, where, at what limit and why, with the formula's own numbers. */
import type { ReactNode } from "react";
import type { Liquidation, Money } from "../api/types.ts";
import { formatAmount, formatPercent, formatPrice } from "../format/amount.ts";
import { compare, isZero } from "../format/decimal.ts";
import { Icon } from "../widgets/icon.tsx";
import { Facts } from "../widgets/panel.tsx";
import { Amount, Percent, Price, Time } from "../widgets/value.tsx";
import { plainPercent } from "./ltv_geometry.ts";

type Sizing = NonNullable<Liquidation["sizing"]>;

export function SaleView({ sale }: { readonly sale: Liquidation }): ReactNode {
  return (
    <div className="flex flex-col gap-4">
      <div>
        <p className="text-2xl leading-8 font-semibold tracking-tight">
          <Amount money={sale.amount} exact />
        </p>
        <p>
          of {sale.reference}, sold at {sale.venue} for {sale.price_limit.asset}, never below{" "}
          <span className="font-medium">
            <Price money={sale.price_limit} /> a {sale.amount.asset}
          </span>
        </p>
      </div>
      {sale.sizing !== null && (
        <>
          <Why sizing={sale.sizing} />
          <Formula sizing={sale.sizing} planned={sale.amount} />
          <Expected sizing={sale.sizing} sale={sale} />
        </>
      )}
      <Quote sale={sale} />
    </div>
  );
}

function Why({ sizing }: { readonly sizing: Sizing }): ReactNode {
  return (
    <section aria-label="Why">
      <h3 className="label mb-1">Why</h3>
      <p>
        <Amount money={sizing.owed} /> are owed against collateral that counts for <Amount money={sizing.value} />:{" "}
        <span className="font-semibold">
          <Percent value={sizing.ltv_percent} /> loan to value
        </span>
        . The sale brings it back to {plainPercent(sizing.target_percent)} %.
      </p>
    </section>
  );
}

/** (owed - target x value) / (price x (1 - discount) x (1 - fee) - target x price x (1 - haircut)): the same rule as the daemon's. */
function Formula({ sizing, planned }: { readonly sizing: Sizing; readonly planned: Money }): ReactNode {
  const { owed, value, target_percent, price, discount_percent, fee_percent, haircut_percent, wanted, clamp, held } =
    sizing;
  const number = (money: Money): string => formatAmount(money.amount);
  const target = `${plainPercent(target_percent)}\u00a0%`;
  return (
    <section aria-label="How much">
      <h3 className="label mb-1">How much, by the formula, at the prices of now</h3>
      <div className="rounded border border-line bg-raised px-3 py-2">
        <div className="num flex flex-wrap items-center gap-x-2 text-ink-2">
          <div className="inline-flex flex-col text-center">
            <span className="border-b border-line-strong px-1 whitespace-normal">
              {number(owed)} − {target} × ({number(value)} − fee of the move)
            </span>
            <span className="px-1 whitespace-normal">
              {formatPrice(price.amount)} × (1 − {plainPercent(discount_percent)} %) × (1 − {plainPercent(fee_percent)}{" "}
              %) − {target} × {formatPrice(price.amount)}
              {!isZero(haircut_percent) && <> × (1 − {plainPercent(haircut_percent)} %)</>}
            </span>
          </div>
          <span>
            ={" "}
            <span className="font-semibold text-ink">
              {wanted === null ? "no sale helps" : <Amount money={wanted} exact />}
            </span>
          </span>
        </div>
      </div>
      <Facts
        rows={[
          ["Owed", <Amount key="owed" money={owed} />],
          ["Collateral counts for", <Amount key="value" money={value} />],
          ["Held", <Amount key="held" money={held} exact />],
          ["Fee of the move, at most", <Amount key="fee" money={sizing.move_fee_max} exact />],
          ["Bounded by", <Clamp key="clamp" clamp={clamp} />],
          [
            "Planned",
            <span key="planned">
              <Amount money={planned} exact /> <Against wanted={wanted} planned={planned} />
            </span>,
          ],
          [
            "In pieces",
            <span key="pieces">
              {sizing.tranches === 1 ? "one order" : `${sizing.tranches} orders`}{" "}
              <span className="text-muted">
                of at most <Amount money={sizing.tranche_max} />
              </span>
            </span>,
          ],
        ]}
      />
    </section>
  );
}

const CLAMPS: Readonly<Record<Sizing["clamp"], string>> = {
  none: "nothing: the formula's amount is there",
  collateral: "the collateral: all there is is sold",
  debt: "the debt: no more is sold than is owed",
};

function Clamp({ clamp }: { readonly clamp: Sizing["clamp"] }): ReactNode {
  return clamp === "collateral" ? <span className="font-medium text-breach">{CLAMPS[clamp]}</span> : CLAMPS[clamp];
}

/** The plan was frozen when it was made; a reader sees whether it still fits. */
function Against({ wanted, planned }: { readonly wanted: Money | null; readonly planned: Money }): ReactNode {
  if (wanted === null) return <span className="text-muted">when it was planned</span>;
  const by = compare(planned.amount, wanted.amount);
  return (
    <span className="text-muted">
      {by === -1 ? "less than now: the next sale follows" : "the formula's, in whole lots of the market"}
    </span>
  );
}

function Expected({
  sizing: { expected, target_percent },
  sale,
}: {
  readonly sizing: Sizing;
  readonly sale: Liquidation;
}): ReactNode {
  const rows = [
    ["Brings", expected.gross],
    ["Fee of the market", expected.fee],
    ["Pays of the loan", expected.repaid],
    ["Surplus for the borrower", expected.surplus],
    ["Still owed", expected.owed_after],
  ] as const;
  const short = !isZero(expected.shortfall.amount);
  return (
    <section aria-label="Expected">
      <h3 className="label mb-1">If all of it is sold at the limit</h3>
      <dl className="grid grid-cols-[1fr_auto] gap-x-3 gap-y-0.5">
        {rows.map(([name, money]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="text-right">
              <Amount money={money} />
            </dd>
          </div>
        ))}
        <dt className="text-muted">Loan to value then</dt>
        <dd className="text-right font-medium">
          {expected.ltv_after_percent === null ? (
            short ? (
              "no collateral"
            ) : (
              "no loan"
            )
          ) : (
            <>
              {formatPercent(expected.ltv_after_percent)}{" "}
              <span className="font-normal text-muted">wanted: {plainPercent(target_percent)} %</span>
            </>
          )}
        </dd>
        <dt className={short ? "font-medium text-breach" : "text-muted"}>Shortfall, covered by nothing</dt>
        <dd className={`text-right ${short ? "font-semibold text-breach" : ""}`}>
          <Amount money={expected.shortfall} />
        </dd>
      </dl>
      {sale.approval === "in_advance" && (
        <p className="mt-1 text-xs text-muted">
          Sales of this book may go inside an envelope that people approved in advance.
        </p>
      )}
    </section>
  );
}

function Quote({ sale: { quote, amount } }: { readonly sale: Liquidation }): ReactNode {
  if (quote === null) return null;
  const thin = compare(quote.available.amount, amount.amount) === -1;
  return (
    <section aria-label="The market's own quote">
      <h3 className="label mb-1">The market's own quote</h3>
      <Facts
        rows={[
          ["Would bring, net", <Amount key="value" money={quote.value} />],
          ["Its fee", <Amount key="fee" money={quote.fee} />],
          ["Worst price used", <Price key="worst" money={{ amount: quote.price_worst, asset: quote.value.asset }} />],
          [
            "It would take",
            <span key="available" className={thin ? "font-medium text-watch" : ""}>
              {thin && <Icon name="watch" size={13} className="inline" />} <Amount money={quote.available} />
              {thin && " of it: the market is thin"}
            </span>,
          ],
          ["Asked", <Time key="at" at={quote.as_of} />],
        ]}
      />
    </section>
  );
}
