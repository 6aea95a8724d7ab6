/** The books: where value is and whose it is, asset by asset, now or at an instant; and every account with its statement. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { queries } from "../../api/queries.ts";
import { instantOf } from "../../format/utc_minute.ts";
import { Input } from "../../widgets/field.tsx";
import { Data, Empty, ScreenHead } from "../../widgets/panel.tsx";
import { Time } from "../../widgets/value.tsx";
import { type AccountFilter, Accounts, NO_FILTER } from "./accounts.tsx";
import { StatementSheet } from "./statement_sheet.tsx";
import { TrialPanel } from "./trial_panel.tsx";

export default function BooksScreen(): ReactNode {
  const [typed, setTyped] = useState("");
  const [filter, setFilter] = useState<AccountFilter>(NO_FILTER);
  const [, go] = useLocation();
  const account = new URLSearchParams(useSearch()).get("account");
  const at = instantOf(typed);
  const trial = useQuery(queries.trialBalance(at));
  return (
    <>
      <ScreenHead
        title="Books"
        sentence="Double entry: in every asset and at every instant, where value is comes to the same as whose it is."
      >
        <Input
          label="As of (UTC); empty is now"
          type="datetime-local"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          className="w-56 max-w-full"
        />
      </ScreenHead>
      <Data query={trial} what="The trial balance">
        {({ assets, as_of }) =>
          assets.length === 0 ? (
            <Empty title="Nothing is booked yet">The first look at each wallet opens its account.</Empty>
          ) : (
            <>
              <p className="mb-2 text-xs text-muted">
                {at === null ? "Now, " : "As it was on "}
                <Time at={as_of} /> UTC
              </p>
              <div className="mb-3 grid gap-3 2xl:grid-cols-2">
                {assets.map((asset) => (
                  <TrialPanel
                    key={asset.asset}
                    trial={asset}
                    onKind={(kind) => setFilter({ kind, asset: asset.asset })}
                  />
                ))}
              </div>
            </>
          )
        }
      </Data>
      <Accounts
        at={at}
        filter={filter}
        assets={trial.data?.assets.map(({ asset }) => asset) ?? []}
        onFilter={setFilter}
      />
      {account !== null && <StatementSheet key={account} account={account} onClose={() => go("/books")} />}
    </>
  );
}
