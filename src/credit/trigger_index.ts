/**
 * Who crosses a level, at every price: all facilities of a currency. Facilities behind one asset stand in a trigger book per
 * asset, accrual and levels; those behind several in baskets. A price, an accrual or a change of one facility gives back the
 * crossings it caused, each once. `rescan` goes through everybody by the exact rule; it must find nothing, ever.
 */
import { assert } from "../errors/index.ts";
import type { AssetId, Ratio } from "../money/index.ts";
import { BasketBook } from "./basket_book.ts";
import { CreditError } from "./errors.ts";
import { INDEX_ONE } from "./interest.ts";
import { checkLevels, rankOf, STAGES } from "./levels.ts";
import { parityOf } from "./parity.ts";
import { Slots } from "./slots.ts";
import { crossingOf } from "./stage.ts";
import { type OnCross, TriggerBook } from "./trigger_book.ts";
import type { Collateral, Crossing, Levels, Stage } from "./types.ts";
import { exactValue, priceOf } from "./value.ts";

/** Different sets of levels and rates; each costs a tick about a microsecond. */
export const BOOKS_MAX = 4_096;

export interface Watched {
  readonly facility_id: string;
  /** Of `scaledDebt`; zero when nothing is owed. */
  readonly scaled: bigint;
  /** Facilities of one accrual share rate and day count, and so one index. */
  readonly accrual_id: string;
  /** One object for all who share them; never changed. */
  readonly levels: Levels;
  readonly holdings: readonly Collateral[];
}

export interface FacilityCrossing extends Crossing {
  readonly facility_id: string;
}

/** A trigger book with what it is for. */
interface Shelf {
  readonly key: string;
  readonly asset: AssetId;
  readonly accrual_id: string;
  readonly book: TriggerBook;
}

interface Home {
  readonly levels: Levels;
  /** Null for who needs no watching: no loan, or nothing behind it. */
  readonly book: TriggerBook | BasketBook | null;
}

export class TriggerIndex {
  private readonly slots = new Slots();
  private readonly slot_of = new Map<string, number>();
  private readonly ids: string[] = [];
  private readonly homes: Home[] = [];
  private readonly prices = new Map<AssetId, Ratio>();
  private readonly indices = new Map<string, bigint>();
  private readonly shelves = new Map<string, Shelf & Home>();
  private readonly baskets = new Map<string, BasketBook>();
  private readonly level_keys = new WeakMap<Levels, string>();
  /** Short names of level keys, so that finding a shelf is cheap. */
  private readonly level_names = new Map<string, string>();
  /** A crash tells thousands; what they say was put together once. */
  private readonly crossings_of = new WeakMap<Levels, Map<number, Crossing | null>>();
  private readonly unwatched = new WeakMap<Levels, Home>();
  private readonly basket_homes = new WeakMap<Levels, Map<BasketBook, Home>>();

  get size(): number {
    return this.slot_of.size;
  }

  stageOf(facility_id: string): Stage | null {
    const slot = this.slot_of.get(facility_id);
    return slot === undefined ? null : stageOfRank(this.slots.stages[slot] ?? 0);
  }

  /**
   * Puts a facility in, or what changed in its place: the stage it had is remembered. Null when its stage stays. `remembered`
   * is the stage of one that is new here and was not new before.
   * @throws CreditError credit_price_unknown | credit_book_full | credit_levels_out_of_order | credit_haircut_out_of_range
   */
  put(watched: Watched, remembered: Stage = "sound"): FacilityCrossing | null {
    const home = this.homeOf(watched);
    const parity = home.book instanceof TriggerBook ? parityOf(watched.scaled, solid(watched.holdings)) : null;
    const slot = this.slot_of.get(watched.facility_id) ?? this.enter(watched.facility_id, remembered);
    this.leaveHome(slot);
    const before = this.slots.stages[slot] ?? 0;
    this.homes[slot] = home;
    this.slots.stages[slot] = this.settle(slot, home, watched, parity);
    return this.crossing(slot, before, this.slots.stages[slot] ?? 0);
  }

  /** Whether it was there. */
  remove(facility_id: string): boolean {
    const slot = this.slot_of.get(facility_id);
    if (slot === undefined) return false;
    this.leaveHome(slot);
    delete this.homes[slot];
    this.slot_of.delete(facility_id);
    this.slots.give(slot);
    return true;
  }

  /** A new price of one asset, base units of the currency per whole asset. @throws CreditError credit_price_not_positive */
  setPrice(asset: AssetId, price: Ratio): readonly FacilityCrossing[] {
    const after = priceOf(asset, new Map([[asset, price]]));
    const before = this.prices.get(asset);
    this.prices.set(asset, after);
    const crossings: FacilityCrossing[] = [];
    const tell = this.teller(crossings);
    for (const shelf of this.shelves.values()) {
      if (shelf.asset === asset) shelf.book.move(after, this.indexOf(shelf.accrual_id), tell);
    }
    if (before !== undefined) for (const book of this.baskets.values()) book.onPrice(before, after, tell);
    return crossings;
  }

  /** A new accrual index, of `advanceIndex`; it never falls. No facility is touched. */
  setIndex(accrual_id: string, index: bigint): readonly FacilityCrossing[] {
    assert(index >= this.indexOf(accrual_id), "an accrual index never falls");
    this.indices.set(accrual_id, index);
    const crossings: FacilityCrossing[] = [];
    const tell = this.teller(crossings);
    for (const shelf of this.shelves.values()) {
      if (shelf.accrual_id === accrual_id) shelf.book.move(priceOf(shelf.asset, this.prices), index, tell);
    }
    this.baskets.get(accrual_id)?.onIndex(index, tell);
    return crossings;
  }

  /** Ids of facilities whose stage is not what the exact rule says. Empty, or a defect. */
  rescan(): readonly string[] {
    const books = [...this.shelves.values()].map((shelf) => shelf.book);
    return [...books, ...this.baskets.values()].flatMap((book) =>
      book.rescan().map((slot) => this.ids[slot] ?? String(slot)),
    );
  }

  private settle(slot: number, home: Home, watched: Watched, parity: Ratio | null): number {
    if (home.book instanceof TriggerBook) {
      assert(parity !== null, "a trigger book holds who has collateral");
      return home.book.insert(slot, parity);
    }
    if (home.book === null) return watched.scaled > 0n ? STAGES.length - 1 : 0;
    return home.book.insert(slot, watched, stageOfRank(this.slots.stages[slot] ?? 0));
  }

  private homeOf(watched: Watched): Home {
    const { levels, accrual_id, scaled } = watched;
    const level_key = this.levelKey(levels);
    const held = watched.holdings.filter((holding) => holding.units > 0n);
    const [only] = held;
    if (scaled <= 0n || only === undefined) return remember(this.unwatched, levels, () => ({ levels, book: null }));
    // Whatever is wrong with the holdings is found here, before anything has changed.
    exactValue(watched.holdings, this.prices);
    if (held.length === 1) return this.shelfFor(only.asset.id, accrual_id, levels, level_key);
    const book = remember(this.baskets, accrual_id, () => new BasketBook(this.prices, this.indexOf(accrual_id)));
    return remember(
      remember(this.basket_homes, levels, () => new Map<BasketBook, Home>()),
      book,
      () => ({ levels, book }),
    );
  }

  private shelfFor(asset: AssetId, accrual_id: string, levels: Levels, level_key: string): Home {
    const key = `${level_key} ${asset.length} ${asset} ${accrual_id}`;
    return remember(this.shelves, key, () => {
      if (this.shelves.size >= BOOKS_MAX) this.dropEmpty();
      if (this.shelves.size >= BOOKS_MAX) {
        throw new CreditError("credit_book_full", `One index watches at most ${BOOKS_MAX} sets of levels and rates.`);
      }
      const price = priceOf(asset, this.prices);
      const book = new TriggerBook(this.slots, levels, price, this.indexOf(accrual_id));
      return { key, asset, accrual_id, levels, book };
    });
  }

  private dropEmpty(): void {
    for (const [key, shelf] of this.shelves) if (shelf.book.size === 0) this.shelves.delete(key);
  }

  /** The same short name for the same levels, whoever brings them. */
  private levelKey(levels: Levels): string {
    return remember(this.level_keys, levels, () => {
      checkLevels(levels);
      const { initial, warning, margin_call, liquidation, release } = levels;
      const exact = [initial, warning, margin_call, liquidation, release].map((level) =>
        level === null ? "-" : `${level.num}/${level.den}`,
      );
      return remember(this.level_names, exact.join(" "), () => String(this.level_names.size));
    });
  }

  private enter(facility_id: string, stage: Stage): number {
    const slot = this.slots.take();
    this.slots.stages[slot] = rankOf(stage);
    this.slot_of.set(facility_id, slot);
    this.ids[slot] = facility_id;
    return slot;
  }

  private leaveHome(slot: number): void {
    this.homes[slot]?.book?.remove(slot);
  }

  private teller(into: FacilityCrossing[]): OnCross {
    return (slot, from, to) => {
      const crossing = this.crossing(slot, from, to);
      this.slots.stages[slot] = to;
      if (crossing !== null) into.push(crossing);
    };
  }

  private crossing(slot: number, from: number, to: number): FacilityCrossing | null {
    const home = this.homes[slot];
    if (home === undefined || from === to) return null;
    const known = remember(this.crossings_of, home.levels, () => new Map<number, Crossing | null>());
    const crossing = remember(known, from * STAGES.length + to, () =>
      crossingOf(stageOfRank(from), stageOfRank(to), home.levels),
    );
    if (crossing === null) return null;
    const { direction, skipped } = crossing;
    return { facility_id: this.ids[slot] ?? "", from: crossing.from, to: crossing.to, direction, skipped };
  }

  private indexOf(accrual_id: string): bigint {
    return this.indices.get(accrual_id) ?? INDEX_ONE;
  }
}

function stageOfRank(rank: number): Stage {
  const stage = STAGES[rank];
  assert(stage !== undefined, "a rank of a stage");
  return stage;
}

function solid(holdings: readonly Collateral[]): Collateral {
  const held = holdings.find((holding) => holding.units > 0n);
  assert(held !== undefined, "a trigger book holds who has collateral");
  return held;
}

interface Memory<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

function remember<K, V>(memory: Memory<K, V>, key: K, make: () => V): V {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}
