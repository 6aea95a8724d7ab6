/** What legs could do at best, destinations aside: what the bounds of the search are made of. */
import { maxOf, minOf } from "../money/index.ts";
import { type Kind, SCALE } from "./kinds.ts";

export interface Way {
  readonly from_wallet: string;
  readonly own: bigint;
  readonly size: bigint;
  readonly unit: bigint;
}

/** The kinds still open from a place of the order on, sorted in the ways the bounds need. */
export interface Open {
  /** With the fixed fee spread over the most each can carry. */
  readonly by_unit: readonly Way[];
  /** Without the fixed fee. */
  readonly by_ppm: readonly Way[];
  /** What one leg more of a source adds at most, largest first. */
  readonly sizes: readonly bigint[];
  readonly fees: readonly bigint[];
}

export function openOf(rest: readonly Kind[]): Open {
  const ways = (unitOf: (kind: Kind) => bigint): readonly Way[] =>
    rest
      .map((kind) => ({ from_wallet: kind.from_wallet, own: kind.own, size: kind.total, unit: unitOf(kind) }))
      .sort((a, b) => compare(a.unit, b.unit));
  return {
    by_unit: ways(({ unit }) => unit),
    by_ppm: ways(({ ppm }) => ppm * SCALE),
    sizes: sizesOf(rest),
    fees: rest.flatMap(({ fixed, members }) => members.map(() => fixed)).sort(compare),
  };
}

/** What the largest leg of each source adds, then the second largest within what the source has left, and so on. */
function sizesOf(kinds: readonly Kind[]): readonly bigint[] {
  const by_source = Map.groupBy(kinds, ({ from_wallet }) => from_wallet);
  const added = [...by_source].flatMap(([, own]) => {
    const by_pair = new Map<string, bigint>();
    for (const { members } of own)
      for (const { route, most } of members)
        by_pair.set(route.to_wallet, maxOf(by_pair.get(route.to_wallet) ?? 0n, most));
    let left = own[0]?.own ?? 0n;
    return [...by_pair.values()]
      .sort((a, b) => compare(b, a))
      .map((size) => {
        const units = minOf(size, left);
        left -= units;
        return units;
      });
  });
  return added.filter((units) => units > 0n).sort((a, b) => compare(b, a));
}

/** The chosen legs at their own price, each kind's largest first. */
export function ownWays(chosen: readonly Kind[]): readonly Way[] {
  const counts = new Map<Kind, number>();
  const ways = chosen.map((kind) => {
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    return { from_wallet: kind.from_wallet, own: kind.own, size: kind.sizes[count] ?? 0n, unit: kind.ppm * SCALE };
  });
  return ways.sort((a, b) => compare(a.unit, b.unit));
}

/**
 * Cheapest way first, up to each leg's most and each source's cash, whatever the smallest legs and the destinations say. The cost
 * is that of the first `priced` units: what must be carried to be no worse than the best found.
 */
export function pour(
  amount: bigint,
  priced: bigint,
  first: readonly Way[],
  second: readonly Way[],
): { left: bigint; cost: bigint } {
  const cash = new Map<string, bigint>();
  let [left, cost, at, place] = [amount, 0n, 0, 0];
  while (left > 0n && (at < first.length || place < second.length)) {
    const [one, other] = [first[at], second[place]];
    const way = other === undefined || (one !== undefined && one.unit <= other.unit) ? one : other;
    if (way === one) at += 1;
    else place += 1;
    if (way === undefined) break;
    const { from_wallet } = way;
    const own = cash.get(from_wallet) ?? way.own;
    const units = minOf(left, minOf(way.size, own));
    if (units <= 0n) continue;
    cash.set(from_wallet, own - units);
    const counted = amount - left < priced ? minOf(units, priced - (amount - left)) : 0n;
    left -= units;
    cost += counted * way.unit;
  }
  return { left, cost };
}

/** How many further legs carrying `amount` takes at least. */
export function fewest({ sizes }: Open, amount: bigint): number {
  let needed = 0;
  for (let left = amount; left > 0n && needed < sizes.length; needed += 1) left -= sizes[needed] ?? 0n;
  return needed;
}

export function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
