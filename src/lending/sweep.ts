/**
 * Who crosses a level, at every accepted price and at every change of a facility. The trigger index says whom to look at; the
 * exact rule, on the row as the store has it and at prices that may act, says what has happened; and the change, its margin
 * call, its event and its notices are written together, guarded by the row's version. So nobody is called twice, a crash between
 * two of them loses nothing, and whoever cannot be judged now (a price is not trusted, a custodian does not show the collateral)
 * is judged when he can be.
 */
import { makeEvent } from "../audit/index.ts";
import { type Crossing, crossingOf, type Ltv, nextStage, rankOf, TriggerIndex } from "../credit/index.ts";
import type { AssetId } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { insertRows, type ReadTx, tables, updateRows, type Write } from "../store/index.ts";
import { factsOf } from "./change.ts";
import type { LendingDeps } from "./deps.ts";
import { noticeRows } from "./notices.ts";
import {
  holdingsOf,
  isMissing,
  ltvNow,
  ltvText,
  owedOf,
  type Priced,
  pricesFor,
  WATCHED,
  watchedOf,
} from "./position.ts";
import { callEvent, type Effects, effectsOf } from "./stage_effects.ts";
import { fractionText, levelsIn } from "./terms.ts";
import type { FacilityRow, MarginCallRow } from "./types.ts";

/** Facilities judged together and written together. */
const BATCH = 500;
/** So many batches at the same time: the store writes one while another is judged here. */
const LANES = 3;
const PAGE = 2_000;
/** Rows written at the same instant that may become visible late. */
const OVERLAP_MS = 5_000;
const TRIES = 3;

export interface SweepStanding {
  readonly watched: number;
  /** Facilities that wait for a price that may act, or for collateral that their custodian does not show. */
  readonly deferred: number;
}

export class Sweep {
  readonly #deps: LendingDeps;
  #indexes = new Map<AssetId, TriggerIndex>();
  /** Prices each index has, by currency and asset. */
  #priced = new Map<string, string>();
  /** Facilities to be judged. */
  readonly #look = new Set<string>();
  /** Known and not in an index, because a price they need was never there. */
  readonly #unpriced = new Set<string>();
  /** Which facilities wait for trust, in a price or in what is held. */
  readonly #deferred = new Set<string>();
  /** Prices, by currency and asset, that may act now. */
  readonly #trusted = new Set<string>();
  /** The version of each facility that was seen last. */
  readonly #versions = new Map<string, number>();
  #since: Instant = 0;
  #started = false;

  constructor(deps: LendingDeps) {
    this.#deps = deps;
  }

  standing(): SweepStanding {
    const watched = [...this.#indexes.values()].reduce((sum, index) => sum + index.size, 0);
    return { watched, deferred: this.#deferred.size + this.#unpriced.size };
  }

  /** One turn: prices, changes, and whoever they concern. The rows that changed since the last turn are given back. */
  async turn(): Promise<readonly FacilityRow[]> {
    this.#takePrices();
    const changed = await this.#takeChanges();
    await this.#judgeAll([...this.#look]);
    return changed;
  }

  /** A batch that fails leaves its facilities to the next turn, and takes nothing from the others. */
  async #judgeAll(due: readonly string[]): Promise<void> {
    const batches = Array.from({ length: Math.ceil(due.length / BATCH) }, (_, at) =>
      due.slice(at * BATCH, (at + 1) * BATCH),
    );
    const lane = async (): Promise<void> => {
      for (let ids = batches.shift(); ids !== undefined; ids = batches.shift()) await this.#judge(ids);
    };
    const ended = await Promise.allSettled(Array.from({ length: Math.min(LANES, batches.length) }, lane));
    const failed = ended.find((one) => one.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  /** Everybody by the exact rule. Ids whose stored stage is not what it must be, or whose place in the index is wrong. */
  async rescan(): Promise<{ readonly facilities: number; readonly wrong: readonly string[] }> {
    const wrong = [...this.#indexes.values()].flatMap((index) => [...index.rescan()]);
    let facilities = 0;
    for (let after = ""; ; ) {
      const page = await this.#deps.store.read("facility.rescan", (tx) => watchedPage(tx, after));
      for (const row of page) {
        facilities += 1;
        // Whoever changed since the last look is looked at in the next turn: nothing was missed yet.
        const seen = this.#versions.get(row.id) === row.version && !this.#look.has(row.id);
        if (seen && !this.#stands(row)) wrong.push(row.id);
      }
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return { facilities, wrong: [...new Set(wrong)] };
      after = last.id;
    }
  }

  #stands(row: FacilityRow): boolean {
    const priced = this.#pricedFor(row);
    const ltv = ltvNow(row, priced);
    if (priced.trust !== "act" || ltv === null || isMissing(row)) return true;
    return nextStage(row.stage, ltv, levelsIn(row.terms)) === row.stage;
  }

  /** New prices that may act move the indexes; who crosses is looked at. */
  #takePrices(): void {
    let regained = false;
    for (const [currency, index] of this.#indexes) {
      for (const asset of this.#assets()) regained = this.#takePrice(currency, index, asset) || regained;
    }
    if (regained) for (const id of [...this.#deferred, ...this.#unpriced]) this.#look.add(id);
  }

  /** True when the price may act again, or for the first time. */
  #takePrice(currency: AssetId, index: TriggerIndex, asset: AssetId): boolean {
    const { price, trust } = this.#deps.prices.of(asset, currency);
    const key = `${currency}/${asset}`;
    if (price === null || trust !== "act") {
      this.#trusted.delete(key);
      return false;
    }
    const regained = !this.#trusted.has(key);
    this.#trusted.add(key);
    const text = fractionText(price);
    if (this.#priced.get(key) === text) return regained;
    this.#priced.set(key, text);
    for (const { facility_id } of index.setPrice(asset, price)) this.#look.add(facility_id);
    return regained;
  }

  /** Facilities that changed since the last turn stand anew; a first turn takes everybody. */
  async #takeChanges(): Promise<FacilityRow[]> {
    const changed: FacilityRow[] = [];
    const from = this.#started ? this.#since - OVERLAP_MS : -1;
    const began = this.#deps.clock.now();
    for (let after: FacilityRow | null = null; ; ) {
      const page: FacilityRow[] = await this.#deps.store.read("facility.changed", (tx) => changedPage(tx, from, after));
      for (const row of page) {
        if (this.#versions.get(row.id) === row.version) continue;
        changed.push(row);
        this.#enter(row);
      }
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      after = last;
    }
    this.#since = began;
    this.#started = true;
    return changed;
  }

  #enter(row: FacilityRow): void {
    const index = this.#indexOf(row.currency);
    this.#versions.set(row.id, row.version);
    this.#unpriced.delete(row.id);
    if (!WATCHED.includes(row.state)) {
      index.remove(row.id);
      this.#deferred.delete(row.id);
      return;
    }
    if (isMissing(row)) {
      index.remove(row.id);
      this.#deferred.add(row.id);
      return;
    }
    const priced = this.#pricedFor(row);
    const every = priced.used.every(({ asset }) => this.#priced.has(`${row.currency}/${asset}`));
    if (!every) {
      index.remove(row.id);
      this.#unpriced.add(row.id);
      return;
    }
    const before = index.stageOf(row.id);
    if (before !== null && before !== row.stage) index.remove(row.id);
    if (index.put(watchedOf(row), row.stage) !== null) this.#look.add(row.id);
    else this.#deferred.delete(row.id);
  }

  /** Judges some, and writes what has happened; who was changed meanwhile is judged again. */
  async #judge(ids: readonly string[]): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const { rows, calls } = await this.#deps.store.read("facility.due", (tx) => dueOf(tx, ids));
      const now = this.#deps.clock.now();
      const crossed = rows.flatMap((row) => this.#crossedOf(row, calls, now) ?? []);
      if (!(await this.#write(crossed, now))) continue;
      for (const id of ids) this.#look.delete(id);
      const after = new Map(crossed.map(({ row, effects: { patch } }) => [row.id, { ...row, ...patch }]));
      for (const row of rows) {
        const next = after.get(row.id);
        if (next === undefined) this.#enter(row);
        else this.#follow(row, { ...next, version: row.version + 1 });
      }
      return;
    }
  }

  /** The index went to the new stage with the price: where nothing else is new, it stands already as the row does now. */
  #follow(row: FacilityRow, next: FacilityRow): void {
    const known = this.#versions.get(row.id) === row.version;
    const stands = known && this.#indexes.get(row.currency)?.stageOf(row.id) === next.stage;
    if (stands) this.#versions.set(row.id, next.version);
    else this.#enter(next);
  }

  #crossedOf(row: FacilityRow, calls: ReadonlyMap<string, MarginCallRow>, now: Instant): Crossed | null {
    if (!WATCHED.includes(row.state)) return null;
    const priced = this.#pricedFor(row);
    const ltv = ltvNow(row, priced);
    const crossing = this.#crossingOf(row, priced, ltv);
    if (crossing === null) return null;
    const ltv_percent = ltvText(ltv);
    const call = row.call_id === null ? null : (calls.get(row.call_id) ?? null);
    const effects = effectsOf(this.#deps.ids, { row, crossing, call, ltv_percent, now });
    return { row, crossing, priced, ltv_percent, call, effects };
  }

  /**
   * Each facility with its call, its events and its notices in one transaction. Those who open a call and those who have one write
   * the same table in two ways, so they go one after the other.
   */
  async #write(crossed: readonly Crossed[], now: Instant): Promise<boolean> {
    const opening = crossed.filter(({ call }) => call === null);
    const called = crossed.filter(({ call }) => call !== null);
    for (const some of [opening, called]) {
      const writes = some.length === 0 ? [] : [...changesOf(some, now), ...this.#additions(some, now)];
      if (!(await this.#deps.store.write("facility.sweep", writes))) return false;
    }
    return true;
  }

  #crossingOf(row: FacilityRow, priced: Priced, ltv: Ltv | null): Crossing | null {
    if (priced.trust !== "act" || ltv === null || isMissing(row)) {
      this.#deferred.add(row.id);
      return null;
    }
    this.#deferred.delete(row.id);
    const levels = levelsIn(row.terms);
    return crossingOf(row.stage, nextStage(row.stage, ltv, levels), levels);
  }

  /** What is new: calls, notices and events. */
  #additions(crossed: readonly Crossed[], now: Instant): Write[] {
    const { ids } = this.#deps;
    const events = crossed.flatMap((one) => eventsOf(one, now)).map((event) => makeEvent(ids, event));
    const notices = crossed.flatMap(({ row, effects }) =>
      noticeRows(this.#deps, { ...row, ...effects.patch }, effects.notice.type, effects.notice.text, now),
    );
    const opened = crossed.flatMap(({ effects }) => effects.opened ?? []);
    return [
      ...(opened.length > 0 ? [insertRows(tables.marginCall, opened)] : []),
      ...(notices.length > 0 ? [insertRows(tables.creditNotice, notices)] : []),
      insertRows(tables.event, events),
    ];
  }

  #pricedFor(row: FacilityRow): Priced {
    return pricesFor(this.#deps.prices, holdingsOf(row), row.currency);
  }

  #indexOf(currency: AssetId): TriggerIndex {
    const known = this.#indexes.get(currency);
    if (known !== undefined) return known;
    const made = new TriggerIndex();
    this.#indexes.set(currency, made);
    this.#takePrices();
    return made;
  }

  #assets(): readonly AssetId[] {
    return (this.#deps.config.credit?.collateral ?? []).map(({ asset }) => asset.id);
  }
}

interface Crossed {
  readonly row: FacilityRow;
  readonly crossing: Crossing;
  readonly priced: Priced;
  readonly ltv_percent: string | null;
  /** The open call of the facility; null: none. */
  readonly call: MarginCallRow | null;
  readonly effects: Effects;
}

/**
 * What changes in place, each under its guard: all of it, or nothing is written. A crossing takes the version of its call even where
 * the call stays as it is: whoever works on the call at the same time has seen the stage before, or sees the one after.
 */
function changesOf(crossed: readonly Crossed[], now: Instant): Write[] {
  const facilities = crossed.map(({ row, effects: { patch } }) => ({
    key: { id: row.id },
    patch: {
      stage: patch.stage ?? row.stage,
      call_id: patch.call_id === undefined ? row.call_id : patch.call_id,
      updated_at: now,
      version: row.version + 1,
    },
    guard: { version: row.version },
  }));
  const calls = crossed.flatMap(({ call, effects: { changed } }) => {
    if (call === null) return [];
    const { state, note, ended_at, updated_at, version } = { ...call, ...changed?.patch };
    const patch = { state, note, ended_at, updated_at, version: version + 1 };
    return [{ key: { id: call.id }, patch, guard: { version } }];
  });
  return [updateRows(tables.facility, facilities), ...(calls.length > 0 ? [updateRows(tables.marginCall, calls)] : [])];
}

function eventsOf({ row, crossing, priced, ltv_percent, effects }: Crossed, now: Instant) {
  const stage = {
    kind: "facility.stage" as const,
    ...{ ref: row.id, actor: "daemon", at: now },
    payload: {
      ...{ ...factsOf(row), from_stage: crossing.from, to_stage: crossing.to, skipped: crossing.skipped, ltv_percent },
      ...{ outstanding: owedOf(row).toString(), held: row.held },
      prices: Object.fromEntries([...priced.prices].map(([asset, price]) => [asset, fractionText(price)])),
    },
  };
  const { opened, changed } = effects;
  if (opened !== null) return [stage, callEvent(factsOf(row), opened, null, "daemon", now)];
  if (changed === null) return [stage];
  const { call, patch } = changed;
  return [stage, callEvent(factsOf(row), { ...call, ...patch }, call.state, "daemon", now)];
}

interface Due {
  readonly rows: readonly FacilityRow[];
  /** Their open calls, by id. */
  readonly calls: ReadonlyMap<string, MarginCallRow>;
}

async function dueOf(tx: ReadTx, ids: readonly string[]): Promise<Due> {
  const rows = await tx.find(tables.facility, { where: { id: { in: [...ids] } }, limit: ids.length });
  return { rows, calls: await callsOf(tx, rows) };
}

async function callsOf(tx: ReadTx, rows: readonly FacilityRow[]): Promise<Map<string, MarginCallRow>> {
  const ids = rows.flatMap(({ call_id }) => call_id ?? []);
  if (ids.length === 0) return new Map();
  const found = await tx.find(tables.marginCall, { where: { id: { in: ids } }, limit: ids.length });
  return new Map(found.map((call) => [call.id, call]));
}

function watchedPage(tx: ReadTx, after: string): Promise<FacilityRow[]> {
  const where = { state: { in: [...WATCHED] }, id: { gt: after } };
  return tx.find(tables.facility, { where, order_by: [["id", "asc"]], limit: PAGE });
}

/** Rows in the order of their change; `after` is the last one seen. */
async function changedPage(tx: ReadTx, from: Instant, after: FacilityRow | null): Promise<FacilityRow[]> {
  const order = [
    ["updated_at", "asc"],
    ["id", "asc"],
  ] as const;
  if (after === null) {
    return tx.find(tables.facility, { where: { updated_at: { gt: from } }, order_by: order, limit: PAGE });
  }
  const { updated_at, id } = after;
  const same = await tx.find(tables.facility, { where: { updated_at, id: { gt: id } }, order_by: order, limit: PAGE });
  if (same.length === PAGE) return same;
  const later = { where: { updated_at: { gt: updated_at } }, order_by: order, limit: PAGE - same.length };
  return [...same, ...(await tx.find(tables.facility, later))];
}

/** Worst first. */
export function byStage(a: FacilityRow, b: FacilityRow): number {
  return rankOf(b.stage) - rankOf(a.stage);
}
