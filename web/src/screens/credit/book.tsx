/** The loan book as a whole: exposure and what stands behind it, how loan to value is spread, and on whom it hangs. */
import type { ReactNode } from "react";
import type { CreditPortfolio, MarginCall, Money } from "../../api/types.ts";
import { formatPercent } from "../../format/amount.ts";
import { compare } from "../../format/decimal.ts";
import { Deadline, mayBeCured } from "../../lending/deadline.tsx";
import { ltvWord } from "../../lending/words.ts";
import { Badge } from "../../widgets/badge.tsx";
import { type BarRow, Bars } from "../../widgets/bars.tsx";
import { Amount, Percent, Time } from "../../widgets/value.tsx";

interface FiguresProps {
  readonly book: CreditPortfolio;
  readonly calls: readonly MarginCall[];
}

export function BookFigures({ book, calls }: FiguresProps): ReactNode {
  const nearest = calls.find(mayBeCured);
  const [largest] = book.customers;
  const word = ltvWord(book.ltv);
  return (
    <section
      aria-label="The loan book"
      className="mb-3 grid grid-cols-2 overflow-hidden rounded-lg border border-line bg-surface max-lg:gap-px max-lg:bg-line lg:grid-cols-[repeat(5,auto)] lg:divide-x divide-line"
    >
      <Figure name="Exposure" small={`${book.facilities} ${book.facilities === 1 ? "loan" : "loans"}`}>
        <Amount money={book.owed} />
      </Figure>
      <Figure
        name="Collateral after haircuts"
        small={book.trusted ? "at trusted prices" : "at the last price: not trusted"}
      >
        <Amount money={book.value} />
      </Figure>
      <Figure name="Loan to value of the book" small={<Reached book={book} />}>
        {word === null ? <Percent value={book.ltv.percent} /> : <Badge state={word} />}
      </Figure>
      <Figure
        name="Open margin calls"
        small={nearest === undefined ? "none has time left to run" : <>nearest {nearest.reference}</>}
      >
        <span className="inline-flex items-baseline gap-2">
          {calls.length}
          {nearest !== undefined && (
            <span className="text-sm">
              <Deadline at={nearest.deadline_at} />
            </span>
          )}
        </span>
      </Figure>
      <Figure
        name="Largest customer"
        small={
          <span title="The sum of the squared shares of the customers">
            concentration {formatPercent(book.concentration_percent)} (0&nbsp;% spread thin, 100&nbsp;% one borrower)
          </span>
        }
      >
        {largest === undefined ? (
          "none"
        ) : (
          <span className="inline-flex items-baseline gap-2">
            <Percent value={largest.share_percent} />
            <span className="text-sm font-normal text-muted">{largest.customer_id}</span>
          </span>
        )}
      </Figure>
    </section>
  );
}

interface FigureProps {
  readonly name: string;
  readonly small: ReactNode;
  readonly children: ReactNode;
}

function Figure({ name, small, children }: FigureProps): ReactNode {
  return (
    <div className="min-w-0 bg-surface px-3 py-2.5 max-lg:last:col-span-2">
      <h2 className="label">{name}</h2>
      <p className="mt-0.5 text-lg leading-6 font-semibold tracking-tight">{children}</p>
      <p className="text-xs text-muted">{small}</p>
    </div>
  );
}

function Reached({ book: { at_level } }: { readonly book: CreditPortfolio }): ReactNode {
  return (
    <>
      {at_level.warning} warned, {at_level.margin_call} called, {at_level.liquidation} to be sold
    </>
  );
}

/** What is owed in each class of loan to value, drawn; every bar is a row that can be read. */
export function Distribution({ book }: { readonly book: CreditPortfolio }): ReactNode {
  const rows = book.classes.map((one, at) => {
    const from = book.classes[at - 1]?.up_to_percent ?? 0;
    const name = one.up_to_percent === null ? `over ${from} %` : `${from} to ${one.up_to_percent} %`;
    return { id: name, name, money: one.owed, note: String(one.facilities), tone: toneOf(one.up_to_percent) };
  });
  return <Bars label="Owed by loan to value" rows={rows} most={largestOf(rows)} />;
}

export function Customers({ book }: { readonly book: CreditPortfolio }): ReactNode {
  const rows = book.customers.map(({ customer_id, owed }) => ({
    id: customer_id,
    name: customer_id,
    money: owed,
    note: "",
    tone: "var(--accent)",
  }));
  return <Bars label="Owed by customer" rows={rows} most={book.owed} />;
}

function largestOf(rows: readonly BarRow[]): Money {
  return rows.reduce<Money>((most, { money }) => (compare(money.amount, most.amount) === 1 ? money : most), {
    amount: "0",
    asset: "",
  });
}

function toneOf(up_to_percent: number | null): string {
  if (up_to_percent === null || up_to_percent > 80) return "var(--breach-fill)";
  return up_to_percent > 60 ? "var(--watch-fill)" : "var(--ok-fill)";
}

/** How the watching itself stands: a person may trust the rows above only if this is whole. */
export function Watching({ book: { watch } }: { readonly book: CreditPortfolio }): ReactNode {
  const wrong = watch.mismatches > 0;
  return (
    <p className={`text-xs ${wrong ? "font-medium text-breach" : "text-muted"}`}>
      {watch.watched} watched at every price
      {watch.deferred > 0 && <>, {watch.deferred} wait for a price</>}.{" "}
      {watch.rescanned_at === null ? (
        "Not valued anew yet."
      ) : (
        <>
          The last exact scan, at <Time at={watch.rescanned_at} short />, valued {watch.rescanned} anew:{" "}
          {watch.mismatches} stood wrong.
        </>
      )}
    </p>
  );
}
