/**
 * Destinations for a set of legs whose kinds are chosen: every leg in turn takes each destination it could go to, those that hold
 * it whole first. A branch is left when the legs placed so far, and the others wherever they would be cheapest, are no better than
 * the best found.
 */
import { maxOf, minOf } from "../money/index.ts";
import type { Candidate } from "./bounds.ts";
import { costOf, type FillInput, fillLegs } from "./fill.ts";
import type { Kind } from "./kinds.ts";

/** Destinations tried for one set of kinds. */
const STEPS_MAX = 1_000;

export interface Placed {
  readonly legs: readonly Candidate[];
  readonly amounts: readonly bigint[];
  readonly carried: bigint;
  readonly cost: bigint;
}

/** What legs could still do at best: the most they carry, and what enough costs at least, in parts per million of a unit. */
export interface Reach {
  readonly carried: bigint;
  readonly cost_ppm: bigint;
}

export interface Judge {
  /** How much a set has to carry to be no worse than the best found: `cost_ppm` is the cost of so much. */
  readonly priced: () => bigint;
  readonly worth: (reach: Reach) => boolean;
  readonly found: (placed: Placed) => "enough" | "more";
}

interface Placing {
  readonly input: FillInput;
  readonly judge: Judge;
  /** The legs of one source together, and those of one kind. */
  readonly legs: readonly Kind[];
  /** The place each of them was given at. */
  readonly turn: readonly number[];
  /** Places of the legs, cheapest unit first. */
  readonly by_ppm: readonly number[];
  readonly steps_max: number;
  steps: number;
  enough: boolean;
}

/** How many destinations were tried, at most `steps_max`, and whether every way worth it was looked at. */
export function placeLegs(
  kinds: readonly Kind[],
  input: FillInput,
  judge: Judge,
  steps_max: number,
): { steps: number; whole: boolean } {
  const turns = kinds.map((kind, at) => ({ kind, at })).sort((a, b) => largestFirst(a.kind, b.kind) || a.at - b.at);
  const legs = turns.map(({ kind }) => kind);
  const turn = turns.map(({ at }) => at);
  const by_ppm = legs.map((_, at) => at).sort((a, b) => Number((legs[a]?.ppm ?? 0n) - (legs[b]?.ppm ?? 0n)));
  const placing: Placing = {
    input,
    judge,
    legs,
    turn,
    by_ppm,
    steps_max: Math.min(steps_max, STEPS_MAX),
    steps: 0,
    enough: false,
  };
  place(placing, []);
  return { steps: placing.steps, whole: placing.enough || placing.steps < placing.steps_max };
}

function largestFirst(a: Kind, b: Kind): number {
  const [one = 0n, other = 0n] = [a.sizes[0], b.sizes[0]];
  if (a.from_wallet !== b.from_wallet && one !== other) return one > other ? -1 : 1;
  if (a.from_wallet !== b.from_wallet) return a.from_wallet < b.from_wallet ? -1 : 1;
  return a.place - b.place;
}

function place(placing: Placing, chosen: readonly Candidate[]): void {
  const { legs, judge } = placing;
  const kind = legs[chosen.length];
  if (kind === undefined) {
    placing.enough = finish(placing, chosen) === "enough";
    return;
  }
  const last = chosen.at(-1);
  const again = last !== undefined && legs[chosen.length - 1] === kind ? kind.members.indexOf(last) + 1 : 0;
  for (const member of byFit(placing, kind, chosen, again)) {
    if (placing.enough || placing.steps >= placing.steps_max) return;
    placing.steps += 1;
    const more = [...chosen, member];
    if (judge.worth(reachOf(placing, more, "from_wallet")) && judge.worth(reachOf(placing, more, "to_wallet")))
      place(placing, more);
  }
}

/** Members from a place on whose pair is free: those whose destination has room for the whole leg first, then the roomiest. */
function byFit({ input }: Placing, kind: Kind, chosen: readonly Candidate[], from: number): readonly Candidate[] {
  const whole = kind.sizes[0] ?? 0n;
  const fits = kind.members.slice(from).flatMap((member) => {
    const { to_wallet } = member.route;
    let left = input.receivable.get(to_wallet) ?? input.amount;
    for (const { route, most } of chosen) {
      if (route.to_wallet !== to_wallet) continue;
      if (route.from_wallet === kind.from_wallet) return [];
      left -= most;
    }
    return [{ member, room: minOf(member.most, maxOf(left, 0n)) }];
  });
  const roomier = fits
    .filter(({ room }) => room < whole)
    .sort((a, b) => (a.room > b.room ? -1 : a.room < b.room ? 1 : 0));
  return [...fits.filter(({ room }) => room >= whole), ...roomier].map(({ member }) => member);
}

/** Cheapest leg first, within what the wallets on one side give or take; a leg without a destination is as large as any. */
function reachOf(
  { input, judge, legs, by_ppm }: Placing,
  chosen: readonly Candidate[],
  side: "from_wallet" | "to_wallet",
): Reach {
  const rooms = new Map<string, bigint>();
  const priced = judge.priced();
  let [left, cost_ppm] = [input.amount, 0n];
  for (const at of by_ppm) {
    const [kind, member] = [legs[at], chosen[at]];
    if (kind === undefined || left <= 0n) break;
    const size = member?.most ?? kind.sizes[0] ?? 0n;
    const wallet = side === "from_wallet" ? kind.from_wallet : member?.route.to_wallet;
    let units = minOf(size, left);
    if (wallet !== undefined) {
      const room = rooms.get(wallet) ?? (side === "from_wallet" ? kind.own : (input.receivable.get(wallet) ?? left));
      units = minOf(units, room);
      rooms.set(wallet, room - units);
    }
    const carried = input.amount - left;
    left -= units;
    if (carried < priced) cost_ppm += minOf(units, priced - carried) * kind.ppm;
  }
  return { carried: input.amount - left, cost_ppm };
}

/** In the order they were given in: among equally cheap legs the first is filled first. */
function finish({ input, judge, turn }: Placing, chosen: readonly Candidate[]): "enough" | "more" {
  const legs = chosen
    .map((leg, at) => ({ leg, turn: turn[at] ?? at }))
    .sort((a, b) => a.turn - b.turn)
    .map(({ leg }) => leg);
  const amounts = fillLegs(legs, input);
  if (amounts === null) return "more";
  const carried = amounts.reduce((sum, units) => sum + units, 0n);
  return judge.found({ legs, amounts, carried, cost: costOf(legs, amounts) });
}
