/** Prometheus text, written by hand: base units in names, never an amount, never a secret. */
import type { WalletConfig } from "../config/types.ts";
import type { LendingStanding } from "../lending/index.ts";
import { type ReadTx, tables } from "../store/index.ts";
import type { VenueAllowance } from "../venues/index.ts";
import type { ApiDeps } from "./types.ts";
import { freshnessOf, OPEN_STATES, readBalances } from "./views/index.ts";

const MODES = ["observe", "advise", "auto", "frozen"] as const;
const MS_PER_SECOND = 1_000;
const PPM = 1_000_000n;

type Labels = Readonly<Record<string, string>>;

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "gauge" | "counter";
  readonly samples: readonly (readonly [labels: Labels, value: number])[];
}

/** Answers by status class, counted since the process started. */
export class RequestCounter {
  readonly #counts = new Map<string, number>();

  count(status: number): void {
    const key = `${Math.floor(status / 100)}xx`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  samples(): Metric["samples"] {
    return [...this.#counts].map(([status, count]) => [{ status }, count] as const);
  }
}

export async function printMetrics(deps: ApiDeps, requests: RequestCounter): Promise<string> {
  const { treasury } = deps;
  const now = treasury.deps.clock.now();
  const mode = await treasury.mode();
  const plans = await treasury.planNow();
  const last = treasury.lastCycleAt();
  const full = await treasury.lastFull();
  const stored = await treasury.deps.store.read("api.metrics", (tx) => storedMetrics(deps, tx, now));
  return print([
    metric(
      "tidegate_mode_info",
      "The mode that holds",
      "gauge",
      MODES.map((name) => [{ mode: name }, Number(name === mode)]),
    ),
    metric(
      "tidegate_last_cycle_age_seconds",
      "Treasury time since the last finished cycle",
      "gauge",
      last === null ? [] : [[{}, (now - last) / MS_PER_SECOND]],
    ),
    metric(
      "tidegate_pool_liquidity_ratio",
      "Liquidity share of the pool's total",
      "gauge",
      plans.flatMap(({ pool_id, decision }) => ratioSample(pool_id, decision.before?.share_percent ?? null)),
    ),
    metric(
      "tidegate_pool_blocked_info",
      "1 while the decision is blocked or escalated",
      "gauge",
      plans.map(({ pool_id, decision }) => [
        { pool: pool_id },
        Number(decision.verdict === "blocked" || decision.verdict === "escalate"),
      ]),
    ),
    ...stored,
    metric(
      "tidegate_full_reconciliation_age_seconds",
      "Treasury time since everything was last compared anew",
      "gauge",
      full === null ? [] : [[{}, (now - full.finished_at) / MS_PER_SECOND]],
    ),
    ...creditMetrics(treasury.lending?.standing() ?? null, now),
    ...(treasury.lending === null ? [] : await treasury.deps.store.read("api.metrics", loanMetrics)),
    metric("tidegate_http_requests_total", "Answers of the API", "counter", requests.samples()),
  ]);
}

async function storedMetrics({ config, treasury }: ApiDeps, tx: ReadTx, now: number): Promise<Metric[]> {
  const balances = await readBalances(tx);
  const ages = config.wallets.flatMap((wallet): Metric["samples"] => {
    const row = balances.get(wallet.id);
    return row === undefined ? [] : [[{ wallet: wallet.id, venue: wallet.venue }, (now - row.as_of) / MS_PER_SECOND]];
  });
  const fresh = config.wallets.map((wallet): Metric["samples"][number] => [
    { wallet: wallet.id, venue: wallet.venue },
    Number(freshnessOf(wallet, balances.get(wallet.id), now) === "fresh"),
  ]);
  const transfers: Metric["samples"][number][] = [];
  for (const state of OPEN_STATES) transfers.push([{ state }, await tx.count(tables.transfer, { state })]);
  return [
    metric("tidegate_balance_age_seconds", "Age of the last known balance", "gauge", ages),
    metric(
      "tidegate_allowance_remaining_ratio",
      "Of what the owners of a wallet allow in advance, the part that is left",
      "gauge",
      config.wallets.flatMap((wallet) => allowanceSample(wallet, treasury.allowance(wallet.id))),
    ),
    metric("tidegate_balance_fresh_info", "1 while the balance is fresh", "gauge", fresh),
    metric("tidegate_transfers_open", "Transfers that are not finished, by state", "gauge", transfers),
    metric("tidegate_breaks_open", "Differences between books and venues", "gauge", [
      [{}, await tx.count(tables.breaks, { closed_at: null })],
    ]),
    metric("tidegate_breaks_freezing", "Open breaks that stop their asset", "gauge", [
      [{}, await tx.count(tables.breaks, { closed_at: null, freezes: true })],
    ]),
    metric("tidegate_audit_unsealed_events", "Events that wait for their number", "gauge", [
      [{}, await tx.count(tables.event, { seq: null })],
    ]),
  ];
}

/** Nothing where nothing is lent. The mismatches are 0, or there is a defect and people were paged. */
function creditMetrics(standing: LendingStanding | null, now: number): Metric[] {
  if (standing === null) return [];
  const { watched, deferred, mismatches, rescanned_at } = standing;
  return [
    metric("tidegate_credit_facilities_watched", "Facilities that are looked at on every price", "gauge", [
      [{}, watched],
    ]),
    metric("tidegate_credit_facilities_deferred", "Facilities that cannot be judged now", "gauge", [[{}, deferred]]),
    metric(
      "tidegate_credit_mismatches_total",
      "Facilities that the exact scan found at another level than the index of trigger prices; always 0",
      "counter",
      [[{}, mismatches]],
    ),
    metric(
      "tidegate_credit_scan_age_seconds",
      "Treasury time since the last exact scan of every facility",
      "gauge",
      rescanned_at === null ? [] : [[{}, (now - rescanned_at) / MS_PER_SECOND]],
    ),
  ];
}

const FACILITY_STATES = [
  ...(["proposed", "approved", "awaiting_collateral", "active", "matured", "defaulted"] as const),
  ...(["closed", "denied", "expired", "cancelled"] as const),
];
const OPEN_CALLS = ["open", "notified", "escalated", "liquidating"] as const;

async function loanMetrics(tx: ReadTx): Promise<Metric[]> {
  const facilities: Metric["samples"][number][] = [];
  for (const state of FACILITY_STATES) facilities.push([{ state }, await tx.count(tables.facility, { state })]);
  const calls: Metric["samples"][number][] = [];
  for (const state of OPEN_CALLS) calls.push([{ state }, await tx.count(tables.marginCall, { state, ended_at: null })]);
  const notices: Metric["samples"][number][] = [];
  for (const state of ["queued", "failed"] as const) {
    notices.push([{ state }, await tx.count(tables.creditNotice, { state })]);
  }
  return [
    metric("tidegate_credit_facilities", "Facilities by state", "gauge", facilities),
    metric("tidegate_credit_margin_calls_open", "Margin calls that have not ended, by state", "gauge", calls),
    metric(
      "tidegate_credit_notices",
      "Notices that wait for their channel, and those that could not be delivered",
      "gauge",
      notices,
    ),
  ];
}

/** Nothing that can be used is 0 of it. */
function allowanceSample({ id, venue }: WalletConfig, allowance: VenueAllowance | null): Metric["samples"] {
  if (allowance === null) return [];
  const { amount, remaining, problem } = allowance;
  const ppm = problem !== null || amount === 0n ? 0n : (remaining * PPM) / amount;
  return [[{ wallet: id, venue }, Number(ppm) / Number(PPM)]];
}

function ratioSample(pool: string, share_percent: string | null): Metric["samples"] {
  return share_percent === null ? [] : [[{ pool }, Number(share_percent) / 100]];
}

function metric(name: string, help: string, type: Metric["type"], samples: Metric["samples"]): Metric {
  return { name, help, type, samples };
}

function print(metrics: readonly Metric[]): string {
  const lines = metrics.flatMap(({ name, help, type, samples }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(([labels, value]) => `${name}${printLabels(labels)} ${value}`),
  ]);
  return `${lines.join("\n")}\n`;
}

function printLabels(labels: Labels): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, "\\$&")}"`);
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}
