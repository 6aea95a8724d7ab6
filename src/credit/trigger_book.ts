/**
 * Facilities that share asset, accrual and levels, in the order of their parity. A tick moves at most eight marks and visits
 * what lies between their old and new places; everybody else is untouched. Accrual is a tick: it moves the same marks.
 *
 * Invariant between calls: a facility's stage is held, and no level above it is reached.
 */
import { compareRatios, type Ratio, ratio } from "../money/index.ts";
import { LEVEL_NAMES, rankOf, releaseOf, STAGES } from "./levels.ts";
import { atIndexOne, gridFor, ltvAtParity, toKey } from "./parity.ts";
import type { Slots } from "./slots.ts";
import { SortedBlocks } from "./sorted_blocks.ts";
import { isReached } from "./stage.ts";
import type { LevelName, Levels } from "./types.ts";

/** Ranks of stages; see `STAGES`. */
export type OnCross = (slot: number, from: number, to: number) => void;

interface Mark {
  readonly name: LevelName;
  readonly rank: number;
  /** Rank of the level below it that exists. */
  readonly below: number;
  readonly level: Ratio;
  readonly release: Ratio;
  /** Keys above have reached the level, keys below have not. */
  reach: number;
  /** Keys above hold the level, keys below have released it. */
  hold: number;
}

export class TriggerBook {
  private readonly entries = new SortedBlocks();
  private readonly marks: readonly Mark[];
  private readonly grid: Ratio;
  private readonly slots: Slots;
  private x: Ratio;

  constructor(slots: Slots, levels: Levels, price: Ratio, index: bigint) {
    this.slots = slots;
    this.x = atIndexOne(price, index);
    this.grid = gridFor(this.x);
    this.marks = marksOf(levels);
    for (const mark of this.marks) this.place(mark);
  }

  get size(): number {
    return this.entries.size;
  }

  /** Puts a slot in; its stage becomes what its memory and its parity say, and is returned. */
  insert(slot: number, parity: Ratio): number {
    const { slots } = this;
    const key = toKey(parity, this.grid);
    slots.keys[slot] = key;
    slots.nums[slot] = parity.num;
    slots.dens[slot] = parity.den;
    this.entries.insert(key, slot);
    const rank = this.rankNow(slot, slots.stages[slot] as number);
    slots.stages[slot] = rank;
    return rank;
  }

  remove(slot: number): void {
    this.entries.remove(this.slots.keys[slot] as number, slot);
  }

  /** A new price or a new accrual index: every stage that changes is told once. */
  move(price: Ratio, index: bigint, on_cross: OnCross): void {
    const before = this.x;
    this.x = atIndexOne(price, index);
    const direction = compareRatios(this.x, before);
    if (direction < 0) this.fall(on_cross);
    if (direction > 0) this.rise(on_cross);
  }

  /** Every entry again, by the exact rule: slots whose key, order or stage is not what it must be. Changes nothing. */
  rescan(): readonly number[] {
    const wrong: number[] = [];
    const { stages, keys: known } = this.slots;
    const { above, below } = this.roomOfStages();
    let last = -1;
    this.entries.eachBlock((keys, slots, size) => {
      for (let place = 0; place < size; place += 1) {
        const key = keys[place] as number;
        const slot = slots[place] as number;
        const stage = stages[slot] as number;
        // Strictly between its marks a stage is right beyond doubt; at a mark, and anywhere else, the rule decides.
        const clear = key > (above[stage] as number) && key < (below[stage] as number);
        const right = clear || this.rankNow(slot, stage) === stage;
        if (!right || key < last || known[slot] !== key) wrong.push(slot);
        last = key;
      }
    });
    return wrong;
  }

  /** For each rank the keys that leave no doubt: above its own release, below the next level. */
  private roomOfStages(): { above: Float64Array; below: Float64Array } {
    const above = new Float64Array(STAGES.length).fill(Number.POSITIVE_INFINITY);
    const below = new Float64Array(STAGES.length).fill(Number.POSITIVE_INFINITY);
    above[0] = -1;
    for (const mark of this.marks) {
      above[mark.rank] = mark.hold;
      below[mark.below] = mark.reach;
    }
    return { above, below };
  }

  /** Worst level first: who falls through several is told of the worst alone. */
  private fall(on_cross: OnCross): void {
    const { stages } = this.slots;
    for (let at = this.marks.length - 1; at >= 0; at -= 1) {
      const mark = this.marks[at] as Mark;
      const old = mark.reach;
      this.place(mark);
      for (const slot of this.entries.find(mark.reach, old, stages, 0, mark.rank - 1)) {
        if (this.isBeyond(slot, mark, false)) this.cross(slot, mark.rank, on_cross);
      }
    }
  }

  /** Mildest level first: who recovers through several is told of the best alone. */
  private rise(on_cross: OnCross): void {
    const { stages } = this.slots;
    for (const mark of this.marks) {
      const old = mark.hold;
      this.place(mark);
      for (const slot of this.entries.find(old, mark.hold, stages, mark.rank, STAGES.length)) {
        if (!this.isBeyond(slot, mark, true)) this.cross(slot, mark.below, on_cross);
      }
    }
  }

  private cross(slot: number, to: number, on_cross: OnCross): void {
    const { stages } = this.slots;
    const from = stages[slot] as number;
    stages[slot] = to;
    on_cross(slot, from, to);
  }

  private rankNow(slot: number, held_rank: number): number {
    for (let at = this.marks.length - 1; at >= 0; at -= 1) {
      const mark = this.marks[at] as Mark;
      if (this.isBeyond(slot, mark, mark.rank <= held_rank)) return mark.rank;
    }
    return 0;
  }

  private isBeyond(slot: number, mark: Mark, held: boolean): boolean {
    const key = this.slots.keys[slot] as number;
    const at = held ? mark.hold : mark.reach;
    if (key !== at) return key > at;
    const parity = ratio(this.slots.nums[slot] as bigint, this.slots.dens[slot] as bigint);
    return isReached(mark.name, held ? mark.release : mark.level, ltvAtParity(parity, this.x));
  }

  private place(mark: Mark): void {
    mark.reach = toKey(times(mark.level, this.x), this.grid);
    mark.hold = toKey(times(mark.release, this.x), this.grid);
  }
}

function marksOf(levels: Levels): Mark[] {
  const marks: Mark[] = [];
  for (const name of LEVEL_NAMES) {
    const level = levels[name];
    if (level === null) continue;
    const release = releaseOf(level, levels.release);
    const below = marks.at(-1)?.rank ?? 0;
    marks.push({ name, rank: rankOf(name), below, level, release, reach: 0, hold: 0 });
  }
  return marks;
}

function times(a: Ratio, b: Ratio): Ratio {
  return ratio(a.num * b.num, a.den * b.den);
}
