/** Where a search starts from: the leg that can carry most of what is left, again and again. */
import { minOf } from "../money/index.ts";
import { type Candidate, isSamePair } from "./bounds.ts";
import type { FillInput } from "./fill.ts";
import type { Kind } from "./kinds.ts";

interface Rooms {
  left: bigint;
  readonly from: Map<string, bigint>;
  readonly to: Map<string, bigint>;
}

/** Legs that keep every limit, in the order of `kinds`; perhaps none. */
export function seedLegs(
  kinds: readonly Kind[],
  { amount, receivable }: FillInput,
  legs_max: number,
): readonly Candidate[] {
  const all = kinds.flatMap(({ members }) => members);
  const rooms: Rooms = {
    left: amount,
    from: new Map(kinds.map(({ from_wallet, own }) => [from_wallet, own])),
    to: new Map(all.map(({ route: { to_wallet } }) => [to_wallet, receivable.get(to_wallet) ?? amount])),
  };
  const chosen = new Set<Candidate>();
  while (rooms.left > 0n && chosen.size < legs_max) {
    const free = all.filter((leg) => ![...chosen].some((one) => isSamePair(one, leg)));
    const largest = largestOf(free, rooms);
    if (largest === null) break;
    take(rooms, largest);
    chosen.add(largest);
  }
  return all.filter((leg) => chosen.has(leg));
}

function largestOf(legs: readonly Candidate[], rooms: Rooms): Candidate | null {
  let [largest, most]: [Candidate | null, bigint] = [null, 0n];
  for (const leg of legs) {
    const units = unitsOf(rooms, leg);
    if (units > most && units >= leg.least) [largest, most] = [leg, units];
  }
  return largest;
}

function unitsOf({ left, from, to }: Rooms, { route, most }: Candidate): bigint {
  return minOf(minOf(most, left), minOf(from.get(route.from_wallet) ?? 0n, to.get(route.to_wallet) ?? 0n));
}

function take(rooms: Rooms, leg: Candidate): void {
  const { from_wallet, to_wallet } = leg.route;
  const units = unitsOf(rooms, leg);
  rooms.left -= units;
  rooms.from.set(from_wallet, (rooms.from.get(from_wallet) ?? 0n) - units);
  rooms.to.set(to_wallet, (rooms.to.get(to_wallet) ?? 0n) - units);
}
