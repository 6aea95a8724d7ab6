/**
 * The detectors at work: each hour of a pool's net outflow, each withdrawal, each network fee is looked at once, in constant time.
 * What they have learnt is one row per pool; a row that is lost is learnt anew from the movements, without telling old news again.
 * A finding is an event, and what the configuration does about its severity; it moves nothing, it can only stop.
 */
import { emit } from "../../audit/index.ts";
import type { PoolConfig } from "../../config/types.ts";
import {
  type BurstState,
  type CusumState,
  createBurstState,
  createCusumState,
  createFeeState,
  createVelocityState,
  type DetectAction,
  type FeeState,
  type Finding,
  type FindingSeverity,
  observeBurst,
  observeDrain,
  observeFee,
  observeVelocity,
  type VelocityState,
} from "../../detect/index.ts";
import { digestOf } from "../../digest/index.ts";
import { figureOf, firstFlowAt, listedUntil, readNetFlows } from "../../outlook/index.ts";
import type { Instant, Notice } from "../../ports/index.ts";
import { type Json, type MovementRow, type ReadTx, type Tx, tables, thawJson } from "../../store/index.ts";
import { freezeAsset, holdSweeps, recordAlert } from "../../transfers/index.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps, WakeCause } from "../types.ts";
import { signal } from "./signals.ts";
import { createHabits, type Habits, scoreCustomers } from "./watch_customers.ts";
import { createDestinations, type Destinations, strangeDestination, watchDestinations } from "./watch_destinations.ts";

const HOUR_MS = 3_600_000;
/** Older flows teach nothing about now. */
const HISTORY_MS_MAX = 42 * 24 * HOUR_MS;
/** A movement is listed some time after it happened: an hour counts as ended this much later. */
const LISTING_DELAY_MS = 5 * 60_000;
/** What is older was learnt from, and is no news. */
const NEWS_MS = 6 * HOUR_MS;
/** The same detector on the same subject is told once in this time, and at once when it is graver than what was told. */
const TOLD_PAUSE_MS = HOUR_MS;
/** Fees stay high for days: that they still are is no news within one. */
const FEES_TOLD_PAUSE_MS = 24 * HOUR_MS;
const MOVEMENTS_MAX = 1_000;
/** A movement of more than this part of the wallet's balance is large. */
const LARGE_PART = 20n;

const ACTIONS: Readonly<Record<FindingSeverity, DetectAction>> = {
  note: "note",
  alert: "alert",
  high: "alert",
  critical: "alert",
};
const CAUSE: Readonly<Partial<Record<Finding["detector"], WakeCause>>> = {
  fee_spike: "fee_spike",
  burst: "customer_pattern",
  customer_score: "customer_pattern",
  off_hours: "customer_pattern",
  new_destination: "customer_pattern",
  unexplained_change: "large_transaction",
  seasonal_cusum: "customer_pattern",
  velocity_cap: "large_transaction",
};

interface Watch {
  readonly shape: string;
  /** Hours before it were observed. */
  through: Instant;
  readonly drain: CusumState;
  readonly burst: BurstState;
  readonly velocity: VelocityState;
  /** Usual fees, by wallet and network. */
  readonly fees: Record<string, FeeState>;
  readonly habits: Habits;
  readonly destinations: Destinations;
  /** The last movement seen, by wallet. */
  readonly seen: Record<string, { readonly at: Instant; readonly id: string }>;
  /** When what was last told, by detector, subject and severity. */
  readonly told: Record<string, Instant>;
}

interface Looked {
  readonly findings: readonly Finding[];
  readonly movements: readonly MovementRow[];
  readonly notices: readonly Notice[];
  /** Of wallets with new movements: what each of them held in all. */
  readonly totals: ReadonlyMap<string, bigint>;
}

export async function watchFlows(deps: DaemonDeps, state: DaemonState, pool: PoolConfig): Promise<void> {
  // What a gas wallet pays is fees, and nobody's flow.
  if (pool.policy.task?.kind === "gas") return;
  const { findings, movements, notices, totals } = await deps.store.tx("flows.watch", (tx) =>
    look(tx, deps, state, pool),
  );
  for (const notice of notices) deps.notifier.notify(notice);
  for (const { detector } of findings) {
    const cause = CAUSE[detector];
    if (cause !== undefined) signal(deps, state, cause, pool.id);
  }
  if (movements.length > 0) signalMovements(deps, state, pool, movements, totals);
}

async function look(tx: Tx, deps: DaemonDeps, state: DaemonState, pool: PoolConfig): Promise<Looked> {
  const now = deps.clock.now();
  const watch = await readWatch(tx, deps, pool, now);
  const before = watch.through;
  const fees_due = feesAreDue(watch, now);
  const [movements, paid, listed] = await Promise.all([
    readNew(tx, pool, watch),
    readPaid(tx, pool, watch),
    listedUntil(tx, deps.config, pool, now),
  ]);
  const totals = await totalsOf(tx, movements);
  const all = [
    ...(await hoursOf(tx, pool, watch, listed)),
    ...movements.flatMap((row) => withdrawalOf(pool, watch, row)),
    ...feesOf(deps, state, pool, watch),
    ...(await scoreCustomers(tx, pool, watch.habits, movements)),
    ...strangersIn(watch, paid),
    ...(await watchDestinations(tx, deps, state, pool, watch.destinations)),
  ];
  if (movements.length === 0 && watch.through === before && all.length === 0 && !fees_due) {
    return { findings: [], movements, notices: [], totals };
  }
  const elsewhere = all.some(isOfNetwork) ? await toldElsewhere(tx, deps, pool) : [];
  // Sweeps are held pool by pool: one that has to hold its own does not leave it to another to find that out.
  const others = (finding: Finding) =>
    isOfNetwork(finding) && actionOf(deps, finding) !== "hold_sweeps" ? elsewhere : [];
  const findings = all.filter((finding) => isNews(watch, others(finding), finding, now));
  const notices: Notice[] = [];
  for (const finding of findings) notices.push(...(await actOn(tx, deps, pool, finding)));
  const value = watch as unknown as Json;
  await tx.upsert(tables.control, { name: nameOf(pool), value, version: 1, updated_at: now });
  return { findings, movements, notices, totals };
}

async function totalsOf(tx: ReadTx, movements: readonly MovementRow[]): Promise<Map<string, bigint>> {
  const wallets = [...new Set(movements.map(({ wallet_id }) => wallet_id))];
  const balances = await Promise.all(wallets.map((wallet_id) => tx.get(tables.balance, { wallet_id })));
  return new Map(wallets.map((wallet_id, at) => [wallet_id, balances[at]?.total ?? 0n]));
}

function nameOf({ id }: PoolConfig): string {
  return `detect:${id}`;
}

/** Of each pool as it is configured, worked out once: what was learnt under another shape is learnt anew. */
const shapes = new WeakMap<PoolConfig, string>();

function shapeOf(pool: PoolConfig): string {
  const known = shapes.get(pool);
  if (known !== undefined) return known;
  const shape = digestOf("forecast", {
    detects: "flows, customers and destinations",
    liquidity: pool.liquidity,
    fed_by: pool.fed_by,
    window_ms: pool.velocity_cap?.window_ms ?? null,
  });
  shapes.set(pool, shape);
  return shape;
}

/** A copy: observing changes a state in place, and a transaction may run twice. */
async function readWatch(tx: ReadTx, deps: DaemonDeps, pool: PoolConfig, now: Instant): Promise<Watch> {
  const shape = shapeOf(pool);
  const row = await tx.get(tables.control, { name: nameOf(pool) });
  const known = row === undefined ? null : (thawJson(row.value) as Watch);
  if (known !== null && known.shape === shape) return known;
  const first = await firstFlowAt(tx, pool, now - HISTORY_MS_MAX);
  const through = Math.floor((first ?? now) / HOUR_MS) * HOUR_MS;
  return {
    ...{ shape, through, drain: createCusumState(), burst: createBurstState(), velocity: createVelocityState() },
    ...{ habits: createHabits(), destinations: known?.destinations ?? createDestinations(deps, pool, now) },
    ...{ fees: {}, seen: {}, told: known?.told ?? {} },
  };
}

/** `listed`: until when the venues have shown their movements. An hour they have not shown yet is no calm hour. */
async function hoursOf(tx: ReadTx, pool: PoolConfig, watch: Watch, listed: Instant): Promise<Finding[]> {
  const to = Math.floor((listed - LISTING_DELAY_MS) / HOUR_MS) * HOUR_MS;
  if (to <= watch.through) return [];
  const flows = await readNetFlows(tx, pool, watch.through, to);
  const from = watch.through;
  watch.through = from + flows.length * HOUR_MS;
  return flows.flatMap((value, hour) => {
    const at = from + hour * HOUR_MS;
    return observeDrain(watch.drain, { at, value, unit: pool.asset }, pool.id) ?? [];
  });
}

/** Movements of customers that were not looked at yet, oldest first. */
async function readNew(tx: ReadTx, pool: PoolConfig, watch: Watch): Promise<MovementRow[]> {
  // Nobody is paid from a deposit address; what leaves it otherwise is looked at with custody.
  const wallets = pool.policy.task === undefined ? pool.liquidity : [];
  const found = await Promise.all(wallets.map((wallet_id) => readNewOf(tx, watch, wallet_id)));
  return found.flat().toSorted((a, b) => a.at - b.at);
}

/** What is new of wallets that pay only ourselves, and is none of our transfers: wallet by wallet, oldest first. */
async function readPaid(tx: ReadTx, pool: PoolConfig, watch: Watch): Promise<MovementRow[]> {
  const wallets = pool.policy.task === undefined ? pool.reserve : pool.liquidity;
  return (await Promise.all(wallets.map((wallet_id) => readNewOf(tx, watch, wallet_id)))).flat();
}

function strangersIn(watch: Watch, paid: readonly MovementRow[]): Finding[] {
  const out = paid.filter(({ direction, amount }) => direction === "out" && amount > 0n);
  return out.flatMap((row) => strangeDestination(watch.destinations, row.wallet_id, row));
}

async function readNewOf(tx: ReadTx, watch: Watch, wallet_id: string): Promise<MovementRow[]> {
  const last = watch.seen[wallet_id] ?? { at: watch.through, id: "" };
  const rows = await tx.find(tables.movement, {
    where: { wallet_id, transfer_id: null, at: { gte: last.at } },
    order_by: [
      ["at", "asc"],
      ["movement_id", "asc"],
    ],
    limit: MOVEMENTS_MAX,
  });
  const fresh = rows.filter(({ at, movement_id }) => at > last.at || movement_id > last.id);
  const newest = fresh.at(-1);
  if (newest !== undefined) watch.seen[wallet_id] = { at: newest.at, id: newest.movement_id };
  return fresh;
}

function withdrawalOf(pool: PoolConfig, watch: Watch, row: MovementRow): Finding[] {
  if (row.direction !== "out") return [];
  const { asset } = pool.policy;
  const value = figureOf(row.amount, asset.decimals);
  const burst = observeBurst(watch.burst, { at: row.at, value, unit: asset.id }, pool.id);
  const cap = pool.velocity_cap;
  const passed = cap && observeVelocity(watch.velocity, { at: row.at, amount: row.amount }, { asset, ...cap }, pool.id);
  return [...(burst ? [burst] : []), ...(passed ? [passed] : [])];
}

/** Once an hour for each network of each wallet of the pool, so that a quiet day counts as much as a busy one. */
function feesOf(deps: DaemonDeps, state: DaemonState, pool: PoolConfig, watch: Watch): Finding[] {
  const now = deps.clock.now();
  if (!feesAreDue(watch, now)) return [];
  watch.told.fees = now;
  const { decimals, id: unit } = pool.policy.asset;
  const found = [...pool.liquidity, ...pool.reserve].flatMap((wallet_id) =>
    (state.networks.get(wallet_id)?.networks ?? []).flatMap(({ network, fee_fixed }) => {
      const key = `${wallet_id} over ${network}`;
      watch.fees[key] ??= createFeeState();
      const reading = { at: now, value: figureOf(fee_fixed, decimals), unit };
      return observeFee(watch.fees[key], reading, `Sending ${unit} over ${network}`) ?? [];
    }),
  );
  return oncePerNetwork(found);
}

/** A dear network is dear for every wallet: it is told once, by the gravest of what its wallets found. */
function oncePerNetwork(found: readonly Finding[]): Finding[] {
  const dearest = new Map<string, Finding>();
  for (const finding of found) {
    const known = dearest.get(finding.subject);
    if (known === undefined || (known.severity !== "high" && finding.severity === "high")) {
      dearest.set(finding.subject, finding);
    }
  }
  return [...dearest.values()];
}

function feesAreDue({ told }: Watch, now: Instant): boolean {
  return now - (told.fees ?? 0) >= HOUR_MS;
}

/** About an asset on a network, whichever pool saw it. */
function isOfNetwork({ detector }: Finding): boolean {
  return detector === "fee_spike";
}

/** What the other pools of the same asset told, and when: in the same transaction, so that two never tell the same. */
async function toldElsewhere(tx: ReadTx, { config }: DaemonDeps, pool: PoolConfig): Promise<Watch["told"][]> {
  const others = config.pools.filter(({ id, asset }) => id !== pool.id && asset === pool.asset);
  const rows = await Promise.all(others.map((other) => tx.get(tables.control, { name: nameOf(other) })));
  return rows.flatMap((row) => (row === undefined ? [] : [(thawJson(row.value) as Watch).told]));
}

const BY_GRAVITY: readonly FindingSeverity[] = ["note", "alert", "high", "critical"];

function isNews(watch: Watch, elsewhere: readonly Watch["told"][], finding: Finding, now: Instant): boolean {
  const { detector, subject, severity, at } = finding;
  const pause_ms = isOfNetwork(finding) ? FEES_TOLD_PAUSE_MS : TOLD_PAUSE_MS;
  const keyOf = (of: FindingSeverity): string => `${detector}/${subject}/${of}`;
  const as_grave = BY_GRAVITY.slice(BY_GRAVITY.indexOf(severity)).map(keyOf);
  const tellers = [watch.told, ...elsewhere];
  const told = Math.max(...tellers.flatMap((each) => as_grave.map((key) => each[key] ?? 0)));
  if (now - at > NEWS_MS || now - told < pause_ms) return false;
  watch.told[keyOf(severity)] = now;
  return true;
}

/** People were paged about the break already; the action is taken all the same. */
function isToldAsBreak({ policy }: PoolConfig, { detector, severity }: Finding): boolean {
  const by_break = detector === "unexplained_change" || (detector === "new_destination" && severity === "critical");
  return by_break && policy.task === undefined;
}

function actionOf({ config }: DaemonDeps, { severity }: Finding): DetectAction {
  return (config.anomalies ?? ACTIONS)[severity];
}

async function actOn(tx: Tx, deps: DaemonDeps, pool: PoolConfig, finding: Finding): Promise<Notice[]> {
  const now = deps.clock.now();
  const action = actionOf(deps, finding);
  const { detector, severity, subject, observed, expected, limit, sentence } = finding;
  await emit(tx, deps.ids, {
    kind: "anomaly.found",
    ref: pool.id,
    actor: "daemon",
    at: now,
    payload: {
      ...{
        pool_id: pool.id,
        asset: pool.asset,
        detector,
        severity,
        subject,
        observed,
        expected,
        limit,
        sentence,
        action,
      },
    },
  });
  if (action === "note") return [];
  const stop = { reason: sentence, since: now };
  if (action === "hold_sweeps") await holdSweeps(tx, pool.id, stop);
  if (action === "freeze_outgoing") await freezeAsset(tx, pool.asset, stop);
  if (isToldAsBreak(pool, finding)) return [];
  const grave = severity === "high" || severity === "critical";
  const notice: Notice & { readonly ref: string } = {
    code: `anomaly_${detector}`,
    severity: grave ? "page" : "warning",
    message: sentence,
    ref: pool.id,
  };
  await recordAlert(tx, deps, notice, now);
  return [notice];
}

function signalMovements(
  deps: DaemonDeps,
  state: DaemonState,
  pool: PoolConfig,
  movements: readonly MovementRow[],
  totals: ReadonlyMap<string, bigint>,
): void {
  const now = deps.clock.now();
  const recent = movements.filter(({ at }) => now - at <= NEWS_MS);
  if (recent.length === 0) return;
  signal(deps, state, "ledger_movement", pool.id);
  for (const wallet_id of new Set(recent.map((row) => row.wallet_id))) {
    const total = totals.get(wallet_id) ?? 0n;
    const large = recent.some((row) => row.wallet_id === wallet_id && row.amount * LARGE_PART > total);
    if (large) signal(deps, state, "large_transaction", wallet_id);
  }
}
