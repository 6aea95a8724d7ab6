/**
 * How fast a loan book is revalued: every facility watched at four levels and their releases, a price that walks five basis
 * points a tick through a fall and a recovery, and now and then a change of one facility. What the index says is compared with a reference in BigInt.
 */
import { FACILITIES_MAX, type FacilityCrossing, INDEX_ONE, scaledDebt, TriggerIndex } from "../src/credit/index.ts";
import { ratio } from "../src/money/index.ts";
import { createSeededRandom, type Random } from "../src/ports/index.ts";
import { LEVELS, type Loan, Reference } from "./revalue_reference.ts";

export interface BenchRevalueOptions {
  readonly facilities?: number;
  readonly ticks?: number;
  readonly seed?: number;
  /** Milliseconds, as finely as the machine tells. */
  readonly now_ms?: () => number;
}

export interface BenchRevalueResult {
  readonly facilities: number;
  readonly ticks: number;
  readonly p50_us: number;
  readonly p99_us: number;
  readonly mean_us: number;
  readonly max_us: number;
  readonly crossings: number;
  /** Every facility again by the exact rule, the fastest of three. */
  readonly full_scan_ms: number;
  readonly build_ms: number;
  /** Mean of replacing one facility: out at its old trigger, in at its new one. */
  readonly insert_us: number;
  /** Facilities whose stage differs from the reference, plus crossings that only one of the two told. Must be 0. */
  readonly mismatches: number;
  /** Of the whole process once the index is built. */
  readonly memory_mb: number;
}

const [FACILITIES_DEFAULT, TICKS_DEFAULT, WARM_UP_TICKS, UPDATES] = [1_000_000, 2_000, 50, 20_000];
/** So many facilities in all when the reference goes through everybody. */
const REFERENCE_LOOKS = 4_000_000;
const BTC = { id: "BTC", decimals: 8 };
const NO_HAIRCUT = ratio(0n, 1n);
const START_CENTS = 6_000_000;

/** @example benchRevalue({ facilities: 1_000_000, ticks: 2_000 }).p99_us */
export function benchRevalue(options: BenchRevalueOptions = {}): BenchRevalueResult {
  const facilities = Math.min(FACILITIES_MAX, Math.max(1, options.facilities ?? FACILITIES_DEFAULT));
  const ticks = Math.max(1, options.ticks ?? TICKS_DEFAULT);
  const now_ms = options.now_ms ?? (() => performance.now());
  const seed = options.seed ?? 1;
  const random = createSeededRandom(seed);
  const index = new TriggerIndex();
  index.setPrice("BTC", ratio(BigInt(START_CENTS), 1n));

  const build_started_ms = now_ms();
  for (let n = 0; n < facilities; n += 1) put(index, n, makeLoan(random));
  const build_ms = now_ms() - build_started_ms;
  const memory_mb = process.memoryUsage().rss / 2 ** 20;

  const walk = makeWalk(random, ticks + WARM_UP_TICKS);
  const times_ms: number[] = [];
  const told: (readonly FacilityCrossing[])[] = [];
  for (const cents of walk) {
    const price = ratio(BigInt(cents), 1n);
    const started_ms = now_ms();
    const crossings = index.setPrice("BTC", price);
    times_ms.push(now_ms() - started_ms);
    told.push(crossings);
  }
  times_ms.splice(0, WARM_UP_TICKS);

  // The same loans again: the reference was not in memory, nor in the way, while the index was measured.
  const same = createSeededRandom(seed);
  const reference = new Reference(
    Array.from({ length: facilities }, () => makeLoan(same)),
    START_CENTS,
  );
  let mismatches = checkWalk(reference, walk, told);
  const last_cents = walk.at(-1) ?? START_CENTS;
  mismatches += reference.compare(index, last_cents);
  const { insert_us, changes } = timeUpdates(index, facilities, random, now_ms);
  for (const { n, loan } of changes) reference.change(n, loan, last_cents);
  mismatches += reference.compare(index, last_cents);
  const full_scan_ms = Math.min(...[1, 2, 3].map(() => timeRescan(index, now_ms)));
  mismatches += index.rescan().length;
  times_ms.sort((a, b) => a - b);
  const at = (share: number): number => times_ms[Math.min(ticks - 1, Math.floor(ticks * share))] ?? 0;
  return {
    facilities,
    ticks,
    p50_us: round(at(0.5) * 1_000),
    p99_us: round(at(0.99) * 1_000),
    mean_us: round((times_ms.reduce((sum, time) => sum + time, 0) / ticks) * 1_000),
    max_us: round(at(1) * 1_000),
    crossings: told.slice(WARM_UP_TICKS).reduce((sum, crossings) => sum + crossings.length, 0),
    full_scan_ms: round(full_scan_ms),
    build_ms: round(build_ms),
    insert_us: round(insert_us),
    mismatches,
    memory_mb: round(memory_mb),
  };
}

/** Every tick for the sample and for whoever crossed; everybody as often as the limit allows. */
function checkWalk(
  reference: Reference,
  walk: readonly number[],
  told: readonly (readonly FacilityCrossing[])[],
): number {
  const every = Math.max(1, Math.ceil((walk.length * reference.size) / REFERENCE_LOOKS));
  let wrong = 0;
  for (const [tick, cents] of walk.entries()) {
    wrong += reference.take(told[tick] ?? [], cents);
    if ((tick + 1) % every === 0) wrong += reference.check(cents);
  }
  return wrong;
}

/** Between 1 000 and 1 000 000 USD, at an LTV of 25 to 75 % at the start. */
function makeLoan(random: Random): Loan {
  const owed = BigInt(100_000 + Math.floor(random.next() * 99_900_000));
  const ltv_ppm = BigInt(250_000 + Math.floor(random.next() * 500_000));
  return { owed, units: (owed * 1_000_000n * 10n ** 8n) / (ltv_ppm * BigInt(START_CENTS)) };
}

/** Steps of five basis points on average in either direction; a basis point a tick downwards, and half-way back up. */
function makeWalk(random: Random, length: number): number[] {
  let cents = START_CENTS;
  return Array.from({ length }, (_, tick) => {
    const drift = tick * 2 < length ? -0.0001 : 0.0001;
    cents = Math.max(1, Math.round(cents * (1 + (random.next() - 0.5) * 0.002 + drift)));
    return cents;
  });
}

function put(index: TriggerIndex, n: number, { owed, units }: Loan): void {
  index.put({
    facility_id: String(n),
    scaled: scaledDebt(owed, INDEX_ONE),
    accrual_id: "book",
    levels: LEVELS,
    holdings: [{ asset: BTC, units, haircut: NO_HAIRCUT }],
  });
}

function timeUpdates(index: TriggerIndex, facilities: number, random: Random, now_ms: () => number) {
  const changes = Array.from({ length: Math.min(UPDATES, facilities) }, () => ({
    n: Math.floor(random.next() * facilities),
    loan: makeLoan(random),
  }));
  const started_ms = now_ms();
  for (const { n, loan } of changes) put(index, n, loan);
  return { insert_us: ((now_ms() - started_ms) / changes.length) * 1_000, changes };
}

function timeRescan(index: TriggerIndex, now_ms: () => number): number {
  const started_ms = now_ms();
  index.rescan();
  return now_ms() - started_ms;
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000;
