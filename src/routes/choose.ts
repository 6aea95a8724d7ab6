/**
 * The set of legs that carries most, then costs least, then is smallest: branch and bound over the kinds of legs (`kinds.ts`), then
 * over the destinations of those chosen (`place.ts`). Choosing a leg pays its fixed fee; what a set then costs is a flow
 * (`fill.ts`). A branch is left when even its bound is no better: the bound charges every kind still open its fixed fee spread over
 * the most it could carry, or the fewest further legs their smallest fixed fees.
 */
import { divide, maxOf } from "../money/index.ts";
import type { Candidate } from "./bounds.ts";
import { PPM } from "./fee.ts";
import { costOf, type FillInput, fillLegs } from "./fill.ts";
import { type Kind, kindsOf, SCALE } from "./kinds.ts";
import { type Placed, placeLegs, type Reach } from "./place.ts";
import { compare, fewest, type Open, openOf, ownWays, pour } from "./reach.ts";
import { seedLegs } from "./seed.ts";

/** Sets of kinds looked at: 8 x 8 wallets over 4 networks mostly need fewer. */
const NODES_MAX = 1_000;
/** Destinations tried for all of them together. */
const STEPS_MAX = 2_000;
/** Of more kinds than this, the cheapest and the largest are looked at. */
const KINDS_MAX = 32;

export interface ChooseInput extends FillInput {
  readonly legs_max: number;
  /** Less than this may stay uncovered: it is not worth a leg. */
  readonly slack: bigint;
}

export interface Choice {
  readonly legs: readonly Candidate[];
  readonly amounts: readonly bigint[];
  /** False when the search stopped at its limit: the best found so far, perhaps not the best there is. */
  readonly exact: boolean;
}

interface Best {
  legs: readonly Candidate[];
  amounts: readonly bigint[];
  uncovered: bigint;
  cost: bigint;
}

interface Search {
  readonly input: ChooseInput;
  readonly order: readonly Kind[];
  readonly open: Map<number, Open>;
  /** What one destination more can take at most. */
  readonly rooms: readonly bigint[];
  best: Best;
  nodes: number;
  steps: number;
  whole: boolean;
  /** As good as the best set would be without limits on destinations: nothing can be better. */
  done: boolean;
  readonly floor: Best | null;
}

const UNLIMITED: ReadonlyMap<string, bigint> = new Map();

/**
 * `candidates` in order of preference: among equals the first found stays. The best set without limits on destinations is looked
 * for first: it is found fast, no set within the limits is better, and it often fits them.
 */
export function chooseLegs(candidates: readonly Candidate[], input: ChooseInput): Choice {
  if (input.receivable.size === 0) return searchFor(candidates, input, null);
  const free = searchFor(candidates, { ...input, receivable: UNLIMITED }, null);
  return searchFor(candidates, input, free.exact ? free : null);
}

interface Found extends Best {
  readonly exact: boolean;
}

function searchFor(candidates: readonly Candidate[], input: ChooseInput, floor: Best | null): Found {
  const kinds = kindsOf(candidates, input);
  const largest = [...kinds].sort((a, b) => compare(b.sizes[0] ?? 0n, a.sizes[0] ?? 0n));
  const kept = new Set([...kinds.slice(0, KINDS_MAX), ...largest.slice(0, KINDS_MAX)]);
  const order = kinds.filter((kind) => kept.has(kind));
  const best: Best = { legs: [], amounts: [], uncovered: input.amount, cost: 0n };
  const rooms = roomsOf(order, input);
  const search: Search = {
    input,
    order,
    open: new Map(),
    rooms,
    best,
    nodes: 0,
    steps: 0,
    whole: true,
    done: false,
    floor,
  };
  keepFilled(search, seedLegs(order, input, input.legs_max));
  if (floor !== null) tryOut(search, kindsLike(floor.legs, order));
  visit(search, [], 0);
  const exact = search.done || (search.whole && search.nodes < NODES_MAX && order.length === kinds.length);
  return { ...best, exact };
}

function roomsOf(kinds: readonly Kind[], { amount, receivable }: ChooseInput): readonly bigint[] {
  const names = new Set(kinds.flatMap(({ members }) => members.map(({ route }) => route.to_wallet)));
  return [...names].map((name) => receivable.get(name) ?? amount).sort((a, b) => compare(b, a));
}

/** What so many legs cannot carry, because their destinations together have no room for it. */
function beyond({ rooms, input }: Search, legs: number): bigint {
  return maxOf(input.amount - sumOf(rooms.slice(0, legs)), 0n);
}

function keepFilled(search: Search, legs: readonly Candidate[]): void {
  const amounts = legs.length === 0 ? null : fillLegs(legs, search.input);
  if (amounts !== null) keep(search, { legs, amounts, carried: sumOf(amounts), cost: costOf(legs, amounts) });
}

/** The kinds of legs that were best without limits on destinations. */
function kindsLike(legs: readonly Candidate[], order: readonly Kind[]): readonly Kind[] {
  return legs.flatMap(({ route, fixed, ppm }) => {
    const isLike = (kind: Kind): boolean =>
      kind.from_wallet === route.from_wallet && kind.fixed === fixed && kind.ppm === ppm;
    return order.find(isLike) ?? [];
  });
}

function visit(search: Search, chosen: readonly Kind[], next: number): void {
  if (search.done || search.nodes >= NODES_MAX) return;
  search.nodes += 1;
  tryOut(search, chosen);
  if (search.done) return;
  if (chosen.length >= search.input.legs_max) return;
  for (let index = next; index < search.order.length; index += 1) {
    if (!couldBeBetter(search, chosen, index)) return;
    const kind = search.order[index];
    if (kind === undefined || chosen.filter((one) => one === kind).length >= kind.members.length) continue;
    visit(search, [...chosen, kind], index);
  }
}

/** Finds the kinds their destinations, unless even without limits on those they would be no better than the best. */
function tryOut(search: Search, chosen: readonly Kind[]): void {
  const { input, best } = search;
  if (search.done || chosen.length === 0) return;
  const alone = pour(input.amount, pricedOf(search), ownWays(chosen), []);
  const fixed = sumOf(chosen.map(({ fixed: fee }) => fee));
  const worth = ({ carried, cost_ppm }: Reach): boolean => {
    const uncovered = withSlack(input, maxOf(input.amount - carried, beyond(search, chosen.length)));
    if (uncovered !== best.uncovered || best.legs.length === 0) return uncovered < best.uncovered;
    const cost = fixed + divide(cost_ppm, PPM, "down");
    return cost < best.cost || (cost === best.cost && chosen.length < best.legs.length);
  };
  const reach: Reach = { carried: input.amount - alone.left, cost_ppm: divide(alone.cost, SCALE, "down") };
  if (!worth(reach)) return;
  const found = (placed: Placed): "enough" | "more" => {
    keep(search, placed);
    return worth(reach) ? "more" : "enough";
  };
  const { steps, whole } = placeLegs(
    chosen,
    input,
    { priced: () => pricedOf(search), worth, found },
    STEPS_MAX - search.steps,
  );
  search.steps += steps;
  search.whole &&= whole;
}

function keep(search: Search, { legs, amounts, carried, cost }: Placed): void {
  const { input, best, floor } = search;
  const uncovered = withSlack(input, input.amount - carried);
  if (uncovered > best.uncovered || (uncovered === best.uncovered && cost > best.cost)) return;
  if (uncovered === best.uncovered && cost === best.cost && legs.length >= best.legs.length && best.legs.length > 0)
    return;
  Object.assign(best, { legs, amounts, uncovered, cost });
  search.done =
    floor !== null && uncovered === floor.uncovered && cost <= floor.cost && legs.length <= floor.legs.length;
}

function withSlack({ slack }: ChooseInput, uncovered: bigint): bigint {
  return uncovered < slack ? 0n : uncovered;
}

/** What a set has to carry to be no worse than the best found. */
function pricedOf({ input, best }: Search): bigint {
  const carried = input.amount - best.uncovered;
  return best.uncovered > 0n ? carried : maxOf(carried - input.slack + 1n, 0n);
}

/** Could `chosen` with more of the kinds from `next` on carry more, or as much for less? */
function couldBeBetter(search: Search, chosen: readonly Kind[], next: number): boolean {
  const { input, best } = search;
  const open = openFrom(search, next);
  const priced = pricedOf(search);
  const own = ownWays(chosen);
  const all = pour(input.amount, priced, own, open.by_unit);
  const alone = pour(input.amount, priced, own, []);
  const further = sumOf(open.sizes.slice(0, input.legs_max - chosen.length));
  const uncovered = withSlack(input, maxOf(maxOf(all.left, alone.left - further), beyond(search, input.legs_max)));
  if (uncovered !== best.uncovered) return uncovered < best.uncovered;
  if (best.legs.length === 0) return true;
  const fixed = sumOf(chosen.map(({ fixed: fee }) => fee));
  if (fixed + divide(all.cost, PPM * SCALE, "down") > best.cost) return false;
  const needed = fewest(open, alone.left - (input.amount - priced));
  const fees = sumOf(open.fees.slice(0, needed));
  const cost = fixed + fees + divide(pour(input.amount, priced, own, open.by_ppm).cost, PPM * SCALE, "down");
  // As cheap is good enough only with fewer legs.
  return cost < best.cost || (cost === best.cost && chosen.length + Math.max(1, needed) < best.legs.length);
}

function openFrom({ order, open }: Search, next: number): Open {
  const known = open.get(next) ?? openOf(order.slice(next));
  open.set(next, known);
  return known;
}

function sumOf(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}
