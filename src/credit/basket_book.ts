/**
 * Facilities behind several assets. Each has a slack: the relative move of its collateral's value that cannot take it over a
 * level. Two odometers add up the worst relative fall and rise of any asset (and of the accrual index); a facility is looked
 * at again only when an odometer has used up its slack. Falls a, b, ... leave at least 1 - (a + b + ...) of a value, and rises
 * measured against the new price leave at most 1 / (1 - (a + b + ...)), so the sum is safe. Slack rounds down, moves round up,
 * both in parts per thousand million; buckets of slack are emptied early, never late.
 */
import { compareRatios, divide, type Ratio, ratio } from "../money/index.ts";
import { INDEX_ONE } from "./interest.ts";
import { LEVEL_NAMES, rankOf, releaseOf } from "./levels.ts";
import { nextStage } from "./stage.ts";
import type { OnCross } from "./trigger_book.ts";
import type { Collateral, Levels, Ltv, Prices, Stage } from "./types.ts";
import { exactValue } from "./value.ts";

const PPB = 1_000_000_000n;
const BUCKET_PPB = 500_000;
/** Old places in the buckets are dropped once they outnumber the facilities by this. */
const STALE_FACTOR = 8;

export interface Basket {
  readonly scaled: bigint;
  readonly levels: Levels;
  readonly holdings: readonly Collateral[];
}

interface Row extends Basket {
  stage: Stage;
  /** Changes with every evaluation; a bucket's entry of another turn is out of date. */
  turn: number;
}

type Way = "fall" | "rise";

export class BasketBook {
  private readonly rows = new Map<number, Row>();
  private readonly odometer: Record<Way, number> = { fall: 0, rise: 0 };
  private readonly emptied: Record<Way, number> = { fall: 0, rise: 0 };
  private readonly buckets: Record<Way, Map<number, [slot: number, turn: number][]>> = {
    fall: new Map(),
    rise: new Map(),
  };
  private places = 0;
  private turns = 0;
  /** Facilities evaluated so far; what the slack is there to keep low. */
  evaluations = 0;

  private readonly prices: Prices;
  private index: bigint;

  /** `prices` is read at every evaluation: its owner writes it. */
  constructor(prices: Prices, index: bigint) {
    this.prices = prices;
    this.index = index;
  }

  get size(): number {
    return this.rows.size;
  }

  /** The stage of the facility now, as a rank. */
  insert(slot: number, basket: Basket, before: Stage): number {
    const row: Row = { ...basket, stage: before, turn: 0 };
    this.rows.set(slot, row);
    this.evaluate(slot, row);
    return rankOf(row.stage);
  }

  remove(slot: number): void {
    this.rows.delete(slot);
  }

  /** After `prices` has the new price of one of the assets. */
  onPrice(before: Ratio, after: Ratio, on_cross: OnCross): void {
    const [old, now] = [before.num * after.den, after.num * before.den];
    if (now < old) this.advance("fall", divide((old - now) * PPB, old, "up"), on_cross);
    if (now > old) this.advance("rise", divide((now - old) * PPB, now, "up"), on_cross);
  }

  onIndex(index: bigint, on_cross: OnCross): void {
    const before = this.index;
    this.index = index;
    if (index > before) this.advance("fall", divide((index - before) * PPB, index, "up"), on_cross);
  }

  rescan(): readonly number[] {
    return [...this.rows].filter(([, row]) => this.stageNow(row) !== row.stage).map(([slot]) => slot);
  }

  private advance(way: Way, move: bigint, on_cross: OnCross): void {
    this.odometer[way] += Number(move);
    const until = Math.floor(this.odometer[way] / BUCKET_PPB);
    // The bucket we stand in is emptied again each time: what is put back there may be due at any moment.
    for (let at = this.emptied[way]; at <= until; at += 1) {
      const due = this.buckets[way].get(at);
      if (due === undefined) continue;
      this.buckets[way].delete(at);
      this.places -= due.length;
      for (const [slot, turn] of due) this.look(slot, turn, on_cross);
    }
    this.emptied[way] = until;
    if (this.places > STALE_FACTOR * this.rows.size + 1_024) this.sweepPlaces();
  }

  private look(slot: number, turn: number, on_cross: OnCross): void {
    const row = this.rows.get(slot);
    if (row === undefined || row.turn !== turn) return;
    const before = row.stage;
    this.evaluate(slot, row);
    if (row.stage !== before) on_cross(slot, rankOf(before), rankOf(row.stage));
  }

  private evaluate(slot: number, row: Row): void {
    this.evaluations += 1;
    const ltv = this.ltvNow(row);
    row.stage = nextStage(row.stage, ltv, row.levels);
    this.turns += 1;
    row.turn = this.turns;
    if (ltv.state !== "ratio") return;
    const worse = LEVEL_NAMES.find((name) => row.levels[name] !== null && rankOf(name) > rankOf(row.stage));
    const level = worse === undefined ? null : row.levels[worse];
    if (level !== null) this.wait("fall", slot, row.turn, slackOf(ltv.ratio, level));
    const held = row.stage === "sound" ? null : row.levels[row.stage];
    if (held !== null) this.wait("rise", slot, row.turn, slackOf(releaseOf(held, row.levels.release), ltv.ratio));
  }

  private wait(way: Way, slot: number, turn: number, slack: number): void {
    const at = Math.floor((this.odometer[way] + slack) / BUCKET_PPB);
    const bucket = this.buckets[way].get(at);
    if (bucket === undefined) this.buckets[way].set(at, [[slot, turn]]);
    else bucket.push([slot, turn]);
    this.places += 1;
  }

  private stageNow(row: Row): Stage {
    return nextStage(row.stage, this.ltvNow(row), row.levels);
  }

  private ltvNow(row: Row): Ltv {
    if (row.scaled <= 0n) return { state: "no_loan" };
    const value = exactValue(row.holdings, this.prices);
    if (value.num === 0n) return { state: "no_collateral" };
    return { state: "ratio", ratio: ratio(row.scaled * this.index * value.den, INDEX_ONE * INDEX_ONE * value.num) };
  }

  private sweepPlaces(): void {
    this.places = 0;
    for (const way of ["fall", "rise"] as const) {
      for (const [at, entries] of this.buckets[way]) {
        const current = entries.filter(([slot, turn]) => this.rows.get(slot)?.turn === turn);
        if (current.length === 0) this.buckets[way].delete(at);
        else this.buckets[way].set(at, current);
        this.places += current.length;
      }
    }
  }
}

/** 1 - near / far in parts per thousand million, rounded down; none where they touch. */
function slackOf(near: Ratio, far: Ratio): number {
  if (compareRatios(near, far) >= 0) return 0;
  const part = divide(near.num * far.den * PPB, near.den * far.num, "up");
  return Number(PPB - part);
}
