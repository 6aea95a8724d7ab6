/**
 * Routes worth looking at, gathered into kinds: the legs of one source at the same terms, whatever their destination. A search
 * over kinds looks once at what a search over routes would look at for every permutation of the destinations.
 */
import { divide, maxOf, minOf } from "../money/index.ts";
import { type Candidate, isSamePair } from "./bounds.ts";
import { cutToStep, PPM } from "./fee.ts";
import { type FillInput, sourceRoom } from "./fill.ts";

/** A unit cost is parts per million times this, so that small fixed fees over large amounts do not vanish. */
export const SCALE = 1_000_000n;

export interface Kind {
  readonly from_wallet: string;
  /** What the source can send over one leg; over several it is no more. */
  readonly own: bigint;
  readonly fixed: bigint;
  readonly ppm: bigint;
  /** In order of preference. */
  readonly members: readonly Candidate[];
  /** What each member can carry alone, largest first. */
  readonly sizes: readonly bigint[];
  /** What all of them could carry, whatever the source says. */
  readonly total: bigint;
  /** Cost of a unit with the fixed fee spread over the largest leg: none of the kind is cheaper. */
  readonly unit: bigint;
  /** Place in the order of preference. */
  readonly place: number;
}

/** Cheapest first; among equals in order of preference. */
export function kindsOf(candidates: readonly Candidate[], input: FillInput): readonly Kind[] {
  const useful = withoutDominated(
    candidates.flatMap((candidate) => within(candidate, input)),
    input,
  );
  const groups = Map.groupBy(useful, ({ route, fixed, ppm, least }) =>
    [route.from_wallet, fixed, ppm, least, route.step].join(" "),
  );
  return [...groups.values()]
    .map((members, place) => kindOf(members, place, input))
    .sort((a, b) => (a.unit < b.unit ? -1 : a.unit > b.unit ? 1 : 0));
}

function kindOf(members: readonly Candidate[], place: number, { spendable, limits }: FillInput): Kind {
  const [first] = members;
  if (first === undefined) throw new Error("A kind of legs has no member.");
  const { fixed, ppm, route } = first;
  const sizes = members.map(({ most }) => most).sort((a, b) => (a > b ? -1 : a < b ? 1 : 0));
  const total = sizes.reduce((sum, size) => sum + size, 0n);
  const unit = ppm * SCALE + divide(fixed * PPM * SCALE, sizes[0] ?? 1n, "down");
  const own = sourceRoom(spendable.get(route.from_wallet) ?? 0n, 1, limits);
  return { from_wallet: route.from_wallet, own, fixed, ppm, members, sizes, total, unit, place };
}

/** With `most` no more than its destination may take; nothing when that is less than the smallest leg. */
function within(candidate: Candidate, { receivable }: FillInput): readonly Candidate[] {
  const room = receivable.get(candidate.route.to_wallet);
  if (room === undefined || room >= candidate.most) return [candidate];
  const most = maxOf(room, 0n);
  return candidate.least > cutToStep(most, candidate.route.step) ? [] : [{ ...candidate, most }];
}

/**
 * Without a route that another one from the same source beats at every amount: over the same pair when it can carry as much; to
 * another destination when it can carry whatever the source can give (two legs are then no better than the one) and neither
 * destination is limited.
 */
function withoutDominated(candidates: readonly Candidate[], input: FillInput): readonly Candidate[] {
  const free = ({ route }: Candidate): boolean => !input.receivable.has(route.to_wallet);
  const carriesAll = ({ route, most }: Candidate): boolean => {
    const own = sourceRoom(input.spendable.get(route.from_wallet) ?? 0n, 1, input.limits);
    return most + route.step > minOf(input.amount, own);
  };
  const isDominated = (one: Candidate, place: number, rivals: readonly Candidate[]): boolean =>
    rivals.some((other, at) => {
      if (at === place || !(isSamePair(one, other) || (free(one) && free(other) && carriesAll(other)))) return false;
      return beats(other, one) && !(beats(one, other) && at > place);
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
