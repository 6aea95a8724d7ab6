/** What a recorded decision stood on beside the balances, out of its snapshot. */
import {
  decodePolicy,
  decodeSnapshot,
  type ModelOutcome,
  type OutflowForecast,
  type Snapshot,
} from "../../policy/index.ts";
import type { Json } from "../../store/index.ts";
import type { DecisionInputs } from "../schemas/index.ts";
import { viewPrice } from "./prices.ts";
import { type Printer, printTime } from "./printer.ts";

type Forecast = NonNullable<DecisionInputs["forecast"]>;

/** Null when the snapshot was written by a version whose snapshots had another shape; its raw form is still shown. */
export function viewDecisionInputs(stored: Json, policy: Json | null, printer: Printer): DecisionInputs | null {
  const snapshot = orNull(() => decodeSnapshot(stored));
  if (snapshot === null) return null;
  const model_mode = policy === null ? null : (orNull(() => decodePolicy(policy))?.model?.mode ?? null);
  return {
    in_flight: viewInFlight(snapshot, printer),
    price: snapshot.price === null ? null : viewPrice(snapshot.asset, snapshot.price),
    forecast: snapshot.forecast === null ? null : viewForecast(snapshot.forecast, snapshot.asset, model_mode, printer),
  };
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function viewInFlight({ open_transfers, asset }: Snapshot, printer: Printer): DecisionInputs["in_flight"] {
  return open_transfers.map(({ transfer_id, from_wallet, to_wallet, amount, state, created_at }) => ({
    transfer_id,
    from_label: printer.label(from_wallet),
    to_label: printer.label(to_wallet),
    amount: printer.money(asset, amount),
    state,
    created_at: printTime(created_at),
  }));
}

function viewForecast(
  { as_of, observed_hours, needed_hours, lead_time_ms, covers, model }: OutflowForecast,
  asset: string,
  model_mode: Forecast["model_mode"],
  printer: Printer,
): Forecast {
  return {
    as_of: printTime(as_of),
    observed_hours,
    needed_hours,
    lead_time_ms,
    covers: covers.map(({ horizon_ms, quantile_ppm, units }) => ({
      horizon_ms,
      quantile_ppm,
      outflow: printer.money(asset, units),
    })),
    model: model === null ? null : viewModel(model, asset, printer),
    model_mode,
  };
}

function viewModel(model: ModelOutcome, asset: string, printer: Printer): Forecast["model"] {
  const { name, low, target, high, sweep_to, may_sweep, because } = model;
  const money = (units: bigint) => printer.money(asset, units);
  return {
    name,
    low: money(low),
    target: money(target),
    high: money(high),
    sweep_to: money(sweep_to),
    may_sweep,
    because: [...because],
  };
}
