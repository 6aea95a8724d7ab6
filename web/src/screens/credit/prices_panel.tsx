/** The prices that everything here hangs on: what each may set off, how old it is, how far its sources stand apart. */
import type { ReactNode } from "react";
import type { CreditPriceList } from "../../api/types.ts";
import { formatDuration } from "../../format/time.ts";
import { TRUST } from "../../lending/words.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Empty } from "../../widgets/panel.tsx";
import { Missing, Percent, Price } from "../../widgets/value.tsx";

type Item = CreditPriceList["items"][number];

export function Prices({ prices }: { readonly prices: CreditPriceList }): ReactNode {
  if (prices.items.length === 0) return <Empty title="No collateral is configured" />;
  return (
    <ul className="divide-y divide-line">
      {prices.items.map((price) => (
        <li key={price.asset} className="px-3 py-2">
          <One price={price} />
        </li>
      ))}
    </ul>
  );
}

function One({ price }: { readonly price: Item }): ReactNode {
  return (
    <>
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <h3 className="font-semibold">{price.asset}</h3>
        <Badge state={TRUST[price.trust]} bare title={TRUST[price.trust].meaning} />
      </div>
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <Price money={price.price} className="text-base font-semibold" missing="no price" />
        <span className="text-xs text-muted">
          <Old ms={price.age_ms} /> · spread <Percent value={price.spread_percent} />
        </span>
      </div>
      {price.doubt !== null && <p className="text-xs text-breach">{price.doubt}</p>}
      <ul aria-label={`Sources of ${price.asset}`} className="mt-1">
        {price.sources.map((source) => (
          <li key={source.id} className="grid grid-cols-[1fr_auto_4.5rem] items-baseline gap-x-3 text-xs">
            <span className="inline-flex items-center gap-1 text-muted">
              {source.id}
              {source.frozen && (
                <span
                  className="inline-flex items-center gap-0.5 text-watch"
                  title="It repeats itself while others move, and is left out"
                >
                  <Icon name="frozen" size={11} /> frozen
                </span>
              )}
            </span>
            <Price money={source.price} unit={false} />
            <span className="text-right">
              <Old ms={source.age_ms} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Old({ ms }: { readonly ms: number | null }): ReactNode {
  return ms === null ? <Missing why="never read" /> : <span className="num text-muted">{formatDuration(ms)} old</span>;
}
