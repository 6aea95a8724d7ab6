/** What the decision stood on: balances, what was on its way, the price, the forecast and the levels of a model. */
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { DecisionDetail } from "../../api/types.ts";
import { formatPercent } from "../../format/amount.ts";
import { readable } from "../../format/sentence.ts";
import { formatDuration } from "../../format/time.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Facts } from "../../widgets/panel.tsx";
import { Amount, Price, Time } from "../../widgets/value.tsx";
import { SnapshotTable } from "./snapshot_table.tsx";

type Inputs = NonNullable<DecisionDetail["inputs"]>;
type Forecast = NonNullable<Inputs["forecast"]>;

export function InputsView({ detail }: { readonly detail: DecisionDetail }): ReactNode {
  const { snapshot, inputs } = detail;
  return (
    <>
      {snapshot && <SnapshotTable snapshot={snapshot} />}
      {inputs && (
        <>
          <InFlight items={inputs.in_flight} />
          {inputs.price && <PriceFacts price={inputs.price} />}
          {inputs.forecast && <ForecastFacts forecast={inputs.forecast} />}
        </>
      )}
    </>
  );
}

function InFlight({ items }: { readonly items: Inputs["in_flight"] }): ReactNode {
  return (
    <section aria-label="On its way">
      <h3 className="label mb-1">On its way then</h3>
      {items.length === 0 ? (
        <p className="text-muted">Nothing.</p>
      ) : (
        <ul>
          {items.map((item) => (
            <li key={item.transfer_id}>
              <Amount money={item.amount} className="font-medium" /> {item.from_label} → {item.to_label}{" "}
              <Link
                href={`/transfers/${item.transfer_id}`}
                className="inline-flex min-h-6 items-center text-accent hover:underline"
              >
                {item.state.replaceAll("_", " ")}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function PriceFacts({ price }: { readonly price: NonNullable<Inputs["price"]> }): ReactNode {
  return (
    <section aria-label="Price">
      <h3 className="label mb-1">Price</h3>
      <p>
        {price.price === null ? (
          "not known"
        ) : (
          <Price money={{ amount: price.price, asset: price.currency }} className="font-medium" />
        )}{" "}
        <span className="text-muted">
          {price.status}, {price.sources} {price.sources === 1 ? "source" : "sources"}
          {price.spread_percent !== null && <>, spread {formatPercent(price.spread_percent)}</>}, read{" "}
          <Time at={price.as_of} />
        </span>
      </p>
    </section>
  );
}

const PPM_PER_PERCENT = 10_000;

function ForecastFacts({ forecast }: { readonly forecast: Forecast }): ReactNode {
  const { observed_hours, needed_hours, lead_time_ms, covers, model } = forecast;
  return (
    <section aria-label="Forecast">
      <h3 className="label mb-1">Forecast</h3>
      <Facts
        rows={[
          [
            "Seen",
            observed_hours >= needed_hours
              ? `${Math.floor(observed_hours)} h of flow`
              : `${Math.floor(observed_hours)} h of flow; ${needed_hours} h are needed before it counts`,
          ],
          ["Refill takes", formatDuration(lead_time_ms)],
          ...covers.map(
            ({ horizon_ms, quantile_ppm, outflow }) =>
              [
                `Outflow, p${quantile_ppm / PPM_PER_PERCENT}`,
                <span key={`${horizon_ms} ${quantile_ppm}`}>
                  <Amount money={outflow} />{" "}
                  <span className="text-muted">
                    in {horizon_ms === null ? "the lead time" : formatDuration(horizon_ms)}
                  </span>
                </span>,
              ] as const,
          ),
        ]}
      />
      {model && <ModelFacts model={model} mode={forecast.model_mode} />}
    </section>
  );
}

function ModelFacts({
  model,
  mode,
}: {
  readonly model: NonNullable<Forecast["model"]>;
  readonly mode: Forecast["model_mode"];
}): ReactNode {
  const live = mode === "live";
  return (
    <div className="mt-2 rounded border border-line bg-raised px-3 py-2">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-medium">Model {model.name}</span>
        <Badge
          state={
            live
              ? { word: "Live", icon: "auto", tone: "info" }
              : { word: "In the shadow", icon: "observe", tone: "plain" }
          }
        />
        {!model.may_sweep && <Badge state={{ word: "No sweep: a run is on", icon: "watch", tone: "watch" }} />}
      </div>
      <Facts
        rows={[
          ["Low", <Amount key="low" money={model.low} />],
          ["Target", <Amount key="target" money={model.target} />],
          ["High", <Amount key="high" money={model.high} />],
          ["Sweeps down to", <Amount key="sweep" money={model.sweep_to} />],
        ]}
      />
      {model.because.length > 0 && (
        <ul className="mt-1 list-disc pl-5 text-ink-2">
          {model.because.map((sentence) => (
            <li key={sentence}>{readable(sentence)}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
