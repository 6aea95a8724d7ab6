/** Who is safe, who must be warned, called or sold, at every price: the loan book, its calls, its loans and what they hang on. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link, useLocation } from "wouter";
import { ApiError } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import type { CreditPortfolio, Facility } from "../../api/types.ts";
import { Button, Segments } from "../../widgets/button.tsx";
import { Data, Empty, Panel, ScreenHead } from "../../widgets/panel.tsx";
import { BookFigures, Customers, Distribution, Watching } from "./book.tsx";
import { CallTable } from "./calls_panel.tsx";
import { FacilityTable } from "./facility_table.tsx";
import { Prices } from "./prices_panel.tsx";
import { ProposeFacilitySheet } from "./propose_facility.tsx";
import { WhatIf } from "./what_if.tsx";

type Shown = "live" | "ended";

export default function CreditScreen({ proposing }: { readonly proposing: boolean }): ReactNode {
  const [, go] = useLocation();
  const book = useQuery(queries.portfolio());
  const off = book.error instanceof ApiError && book.error.code === "lending_off";
  return (
    <>
      <ScreenHead
        title="Credit"
        sentence="Loans against collateral in custody: who is safe, who must be warned, called or sold, at every price."
      >
        {!off && (
          <>
            <Link href="/approvals" className="inline-flex min-h-7 items-center text-accent hover:underline">
              Approvals
            </Link>
            <Button look="primary" onClick={() => go("/credit/new")}>
              Propose a loan…
            </Button>
          </>
        )}
      </ScreenHead>
      {off ? <LendsNothing /> : <Book />}
      {proposing && <ProposeFacilitySheet onClose={() => go("/credit")} />}
    </>
  );
}

function LendsNothing(): ReactNode {
  return (
    <Panel title="Loans">
      <Empty title="This treasury lends nothing">
        A <code className="font-mono">credit</code> section in its configuration says which collateral it takes, at
        which levels, and where that is sold.
      </Empty>
    </Panel>
  );
}

function Book(): ReactNode {
  const [fall, setFall] = useState(0);
  const [shown, setShown] = useState<Shown>("live");
  const book = useQuery(queries.portfolio());
  const calls = useQuery(queries.marginCalls());
  const prices = useQuery(queries.creditPrices());
  const live = useQuery(queries.facilities("live"));
  const open = calls.data?.items ?? [];
  const lent = book.data?.facilities ?? 0;
  return (
    <>
      <Data query={book} what="The loan book">
        {(data) => <BookFigures book={data} calls={open} />}
      </Data>
      <div className="grid items-start gap-3 min-[88rem]:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-3">
          {open.length > 0 && (
            <Panel title={`Open margin calls (${open.length})`} flush>
              <CallTable calls={open} />
            </Panel>
          )}
          <Panel
            title="Loans, the worst first: by level passed, then by what is left to the next"
            aside={
              <Segments<Shown>
                label="Which loans"
                value={shown}
                onChange={setShown}
                options={[
                  { value: "live", text: "Live" },
                  { value: "ended", text: "Ended" },
                ]}
              />
            }
            flush
          >
            {shown === "live" ? (
              <Data query={live} what="The loans">
                {({ items, has_more }) => <Loans items={items} more={has_more} fall={fall} />}
              </Data>
            ) : (
              <Ended />
            )}
          </Panel>
          <Data query={book} what="The loan book">
            {(data) => <Spread book={data} />}
          </Data>
        </div>
        <div className="grid min-w-0 gap-3 md:max-[88rem]:grid-cols-2">
          {lent > 0 && <WhatIf facilities={live.data?.items ?? []} fall={fall} onFall={setFall} />}
          <Panel title="Prices" flush>
            <Data query={prices} what="The prices">
              {(data) => <Prices prices={data} />}
            </Data>
          </Panel>
        </div>
      </div>
    </>
  );
}

function Spread({ book }: { readonly book: CreditPortfolio }): ReactNode {
  if (book.facilities === 0) return null;
  return (
    <div className="grid gap-3 md:grid-cols-2">
      <Panel title="Owed by loan to value">
        <Distribution book={book} />
      </Panel>
      <Panel title="Owed by customer">
        <Customers book={book} />
        <div className="mt-2 border-t border-line pt-2">
          <Watching book={book} />
        </div>
      </Panel>
    </div>
  );
}

interface LoansProps {
  readonly items: readonly Facility[];
  readonly more: boolean;
  readonly fall: number;
}

function Loans({ items, more, fall }: LoansProps): ReactNode {
  if (items.length === 0) {
    return (
      <Empty title="Nothing is lent">
        A person proposes a loan, others sign its terms, the borrower deposits, and from then on it stands here.
      </Empty>
    );
  }
  return (
    <>
      <FacilityTable facilities={items} fall={fall} />
      {more && (
        <p className="border-t border-line px-3 py-2 text-muted">There are more; these are the newest of them.</p>
      )}
    </>
  );
}

function Ended(): ReactNode {
  const ended = useQuery(queries.facilities("ended"));
  return (
    <Data query={ended} what="The ended loans">
      {({ items }) =>
        items.length === 0 ? <Empty title="No loan has ended yet" /> : <FacilityTable facilities={items} />
      }
    </Data>
  );
}
