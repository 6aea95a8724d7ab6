/**
 * The set of legs that carries most, then costs least, then is smallest: branch and bound over the routes. Choosing a route pays
 * its fixed fee; what a set then costs is a flow (`fill.ts`). A branch is left when even its bound is no better: the bound charges
 * every route still open its fixed fee spread over the most it could carry, or the fewest further legs their smallest fixed fees.
 */
import { divide, maxOf, minOf } from "../money/index.ts";
import type { Candidate } from "./bounds.ts";
import { PPM } from "./fee.ts";
import { costOf, type FillInput, fillLegs, sourceRoom } from "./fill.ts";

/** Sets looked at: 8 x 8 wallets over 4 networks need fewer, unless many destinations are limited at once. */
const NODES_MAX = 1_000;
/** Of more routes than this, the cheapest and the largest are looked at. */
const CANDIDATES_MAX = 32;
/** A unit cost is parts per million times this, so that small fixed fees over large amounts do not vanish. */
const SCALE = 1_000_000n;

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
  readonly order: readonly Candidate[];
  readonly open: Map<number, Open>;
  best: Best;
  nodes: number;
}

/** `candidates` in order of preference: among equals the first found stays. */
export function chooseLegs(candidates: readonly Candidate[], input: ChooseInput): Choice {
  const useful = withoutDominated(candidates, input)
    .map((candidate, place) => ({ candidate, place, unit: unitCost(candidate) }))
    .sort((a, b) => (a.unit === b.unit ? a.place - b.place : a.unit < b.unit ? -1 : 1))
    .map(({ candidate }) => candidate);
  const largest = [...useful].sort((a, b) => (a.most === b.most ? 0 : a.most > b.most ? -1 : 1));
  const kept = new Set([...useful.slice(0, CANDIDATES_MAX), ...largest.slice(0, CANDIDATES_MAX)]);
  const order = useful.filter((candidate) => kept.has(candidate));
  const nothing: Best = { legs: [], amounts: [], uncovered: input.amount, cost: 0n };
  const search: Search = { input, order, open: new Map(), best: nothing, nodes: 0 };
  const seed = new Set(fewestLargest(largest, input));
  tryOut(
    search,
    order.filter((candidate) => seed.has(candidate)),
  );
  visit(search, [], 0);
  const { legs, amounts } = search.best;
  return { legs, amounts, exact: search.nodes < NODES_MAX && order.length === useful.length };
}

/** Largest first until the amount is carried, at most one for each pair of wallets: where the search starts from. */
function fewestLargest(largest: readonly Candidate[], { amount, legs_max }: ChooseInput): readonly Candidate[] {
  const taken: Candidate[] = [];
  let left = amount;
  for (const candidate of largest) {
    if (taken.length >= legs_max || left <= 0n) break;
    if (taken.some((one) => isSamePair(one, candidate))) continue;
    taken.push(candidate);
    left -= candidate.most;
  }
  return taken;
}

function visit(search: Search, chosen: readonly Candidate[], next: number): void {
  if (search.nodes >= NODES_MAX) return;
  search.nodes += 1;
  if (chosen.length > 0) tryOut(search, chosen);
  if (chosen.length >= search.input.legs_max) return;
  for (let index = next; index < search.order.length; index += 1) {
    if (!couldBeBetter(search, chosen, index)) return;
    const candidate = search.order[index];
    if (candidate === undefined || chosen.some((one) => isSamePair(one, candidate))) continue;
    visit(search, [...chosen, candidate], index + 1);
  }
}

function tryOut({ input, best }: Search, chosen: readonly Candidate[]): void {
  const amounts = fillLegs(chosen, input);
  if (amounts === null || chosen.length === 0) return;
  const carried = amounts.reduce((sum, units) => sum + units, 0n);
  const uncovered = withSlack(input, input.amount - carried);
  const cost = costOf(chosen, amounts);
  if (uncovered > best.uncovered || (uncovered === best.uncovered && cost > best.cost)) return;
  if (uncovered === best.uncovered && cost === best.cost && chosen.length >= best.legs.length && best.legs.length > 0)
    return;
  Object.assign(best, { legs: chosen, amounts, uncovered, cost });
}

function withSlack({ slack }: ChooseInput, uncovered: bigint): bigint {
  return uncovered < slack ? 0n : uncovered;
}

/** Could `chosen` with more of the routes from `next` on carry more, or as much for less? */
function couldBeBetter(search: Search, chosen: readonly Candidate[], next: number): boolean {
  const { input, best } = search;
  const open = openFrom(search, next);
  const own = waysOf(chosen, ({ ppm }) => ppm * SCALE);
  const all = pour(input, [own, open.by_unit]);
  const alone = pour(input, [own]);
  const further = open.sizes.slice(0, input.legs_max - chosen.length).reduce((sum, size) => sum + size, 0n);
  const uncovered = withSlack(input, maxOf(all.left, alone.left - further));
  if (uncovered !== best.uncovered) return uncovered < best.uncovered;
  if (best.legs.length === 0) return true;
  const fixed = chosen.reduce((sum, one) => sum + one.fixed, 0n);
  if (fixed + divide(all.cost, PPM * SCALE, "down") > best.cost) return false;
  const needed = fewest(open, alone.left - all.left - input.slack);
  const fees = open.fees.slice(0, needed).reduce((sum, fee) => sum + fee, 0n);
  const cost = fixed + fees + divide(pour(input, [own, open.by_ppm]).cost, PPM * SCALE, "down");
  // As cheap is good enough only with fewer legs.
  return cost < best.cost || (cost === best.cost && chosen.length + Math.max(1, needed) < best.legs.length);
}

interface Way {
  readonly candidate: Candidate;
  readonly unit: bigint;
}

/** The routes still open from a place of the order on, sorted in the ways the bounds need. */
interface Open {
  /** With the fixed fee spread over the most each can carry. */
  readonly by_unit: readonly Way[];
  /** Without the fixed fee. */
  readonly by_ppm: readonly Way[];
  readonly sizes: readonly bigint[];
  readonly fees: readonly bigint[];
}

function openFrom({ order, open }: Search, next: number): Open {
  const known = open.get(next);
  if (known !== undefined) return known;
  const rest = order.slice(next);
  const made: Open = {
    by_unit: waysOf(rest, unitCost),
    by_ppm: waysOf(rest, ({ ppm }) => ppm * SCALE),
    sizes: rest.map((one) => one.most).sort((a, b) => (a > b ? -1 : a < b ? 1 : 0)),
    fees: rest.map((one) => one.fixed).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
  };
  open.set(next, made);
  return made;
}

function waysOf(candidates: readonly Candidate[], unitOf: (candidate: Candidate) => bigint): readonly Way[] {
  const ways = candidates.map((candidate) => ({ candidate, unit: unitOf(candidate) }));
  return ways.sort((a, b) => (a.unit < b.unit ? -1 : a.unit > b.unit ? 1 : 0));
}

/** Cheapest way first, up to each leg's most and each source's cash, whatever the smallest legs and the destinations say. */
function pour(
  { amount, spendable }: ChooseInput,
  [first = [], second = []]: readonly (readonly Way[])[],
): {
  left: bigint;
  cost: bigint;
} {
  const cash = new Map<string, bigint>();
  let [left, cost, at, place] = [amount, 0n, 0, 0];
  while (left > 0n && (at < first.length || place < second.length)) {
    const [one, other] = [first[at], second[place]];
    const way = other === undefined || (one !== undefined && one.unit <= other.unit) ? one : other;
    if (way === one) at += 1;
    else place += 1;
    if (way === undefined) break;
    const { from_wallet } = way.candidate.route;
    const own = cash.get(from_wallet) ?? maxOf(spendable.get(from_wallet) ?? 0n, 0n);
    const units = minOf(left, minOf(way.candidate.most, own));
    if (units <= 0n) continue;
    cash.set(from_wallet, own - units);
    left -= units;
    cost += units * way.unit;
  }
  return { left, cost };
}

/** How many further legs carrying `amount` takes at least. */
function fewest({ sizes }: Open, amount: bigint): number {
  let needed = 0;
  for (let left = amount; left > 0n && needed < sizes.length; needed += 1) left -= sizes[needed] ?? 0n;
  return needed;
}

function unitCost({ fixed, ppm, most }: Candidate): bigint {
  return ppm * SCALE + divide(fixed * PPM * SCALE, most, "down");
}

/**
 * Without a route that another one from the same source beats at every amount: over the same pair when it can carry as much; to
 * another destination when it can carry whatever the source can give (two legs are then no better than the one) and neither
 * destination is limited.
 */
function withoutDominated(candidates: readonly Candidate[], input: ChooseInput): readonly Candidate[] {
  const free = ({ route }: Candidate): boolean => !input.receivable.has(route.to_wallet);
  const carriesAll = ({ route, most }: Candidate): boolean => {
    const own = sourceRoom(input.spendable.get(route.from_wallet) ?? 0n, 1, input.limits);
    return most + route.step > minOf(input.amount, own);
  };
  const isDominated = (one: Candidate, place: number, rivals: readonly Candidate[]): boolean =>
    rivals.some((other, at) => {
      if (at === place || !beats(other, one) || (beats(one, other) && at > place)) return false;
      return isSamePair(one, other) || (free(one) && free(other) && carriesAll(other));
    });
  const by_source = Map.groupBy(candidates, ({ route }) => route.from_wallet);
  const left = new Set([...by_source.values()].flatMap((own) => own.filter((one, at) => !isDominated(one, at, own))));
  return candidates.filter((one) => left.has(one));
}

/** At least as cheap at both ends of what the other one may carry, and so, both being straight lines, everywhere between. */
function beats(a: Candidate, b: Candidate): boolean {
  if (a.least > b.least || a.most < b.most || a.route.step > b.route.step) return false;
  const cheaperAt = (units: bigint): boolean => (a.fixed - b.fixed) * PPM <= units * (b.ppm - a.ppm);
  return cheaperAt(b.least) && cheaperAt(b.most);
}

function isSamePair(a: Candidate, b: Candidate): boolean {
  return a.route.from_wallet === b.route.from_wallet && a.route.to_wallet === b.route.to_wallet;
}
