/**
 * How much each leg of a chosen set carries so that together they carry as much of an amount as they can, as cheaply as they can.
 * A min-cost flow from sources to destinations: every leg starts at its least, then the cheapest way that still has room is
 * filled, also by taking from one leg and giving to another. Exact for linear costs (successive shortest paths; Ahuja, Magnanti,
 * Orlin, Network Flows, 9.7). At most eight legs, so plain Bellman-Ford is fast enough.
 */
import { divide, maxOf, minOf } from "../money/index.ts";
import type { Candidate } from "./bounds.ts";
import { PPM, ppmOf } from "./fee.ts";
import type { RouteLimits, Spendable } from "./types.ts";

/** Augmentations: each fills a leg, a source, a destination or the amount. */
const AUGMENTATIONS_MAX = 64;

export interface FillInput {
  readonly amount: bigint;
  readonly spendable: Spendable;
  /** What a destination may still take; a wallet that is missing takes any amount. */
  readonly receivable: Spendable;
  readonly limits: RouteLimits;
}

/** Amounts in the order of `legs`; null when the smallest legs together are already too much. */
export function fillLegs(legs: readonly Candidate[], input: FillInput): readonly bigint[] | null {
  const flow = legs.map((leg) => leg.least);
  const room = roomOf(legs, input);
  for (const leg of legs) take(room, leg);
  if (room.amount < 0n || [...room.from.values(), ...room.to.values()].some((left) => left < 0n)) return null;
  for (let round = 0; round < AUGMENTATIONS_MAX && room.amount > 0n; round += 1) {
    const path = cheapestPath(legs, flow, room);
    if (path === null) break;
    augment(legs, flow, room, path);
  }
  return flow;
}

/** Cost of the legs: what the search minimises. */
export function costOf(legs: readonly Candidate[], flow: readonly bigint[]): bigint {
  return legs.reduce((sum, leg, index) => sum + leg.fixed + divide((flow[index] ?? 0n) * leg.ppm, PPM, "up"), 0n);
}

/**
 * What a source can send over `count` legs, with the highest fee of each set aside: `max(c / (1 + p), c - count x fee_max)`.
 */
export function sourceRoom(cash: bigint, count: number, limits: RouteLimits): bigint {
  const ppm = ppmOf(limits.fee_max_ppm) ?? 0n;
  const by_share = divide(maxOf(cash, 0n) * PPM, PPM + ppm, "down");
  return maxOf(by_share, maxOf(cash, 0n) - BigInt(count) * maxOf(limits.fee_max, 0n));
}

interface Room {
  amount: bigint;
  readonly from: Map<string, bigint>;
  readonly to: Map<string, bigint>;
}

function roomOf(legs: readonly Candidate[], { amount, spendable, receivable, limits }: FillInput): Room {
  const counts = new Map<string, number>();
  for (const { route } of legs) counts.set(route.from_wallet, (counts.get(route.from_wallet) ?? 0) + 1);
  const from = new Map([...counts].map(([id, count]) => [id, sourceRoom(spendable.get(id) ?? 0n, count, limits)]));
  const to = new Map(legs.map(({ route }) => [route.to_wallet, receivable.get(route.to_wallet) ?? amount]));
  return { amount, from, to };
}

function take(room: Room, { route, least }: Candidate): void {
  room.amount -= least;
  room.from.set(route.from_wallet, (room.from.get(route.from_wallet) ?? 0n) - least);
  room.to.set(route.to_wallet, (room.to.get(route.to_wallet) ?? 0n) - least);
}

/** Legs of the path in turn; odd places give back. */
type Path = readonly { readonly index: number; readonly back: boolean }[];

interface Label {
  readonly cost: bigint;
  readonly path: Path;
}

/** From any source with cash left to any destination with room left, over legs that can take more or give back. */
function cheapestPath(legs: readonly Candidate[], flow: readonly bigint[], room: Room): Path | null {
  const from = new Map<string, Label>();
  for (const [id, left] of room.from) if (left > 0n) from.set(id, { cost: 0n, path: [] });
  const to = new Map<string, Label>();
  for (let round = 0; round < 2 * legs.length; round += 1) {
    let changed = false;
    legs.forEach((leg, index) => {
      const units = flow[index] ?? 0n;
      const { from_wallet, to_wallet } = leg.route;
      if (units < leg.most)
        changed = relax(from.get(from_wallet), to, to_wallet, leg.ppm, { index, back: false }) || changed;
      if (units > leg.least)
        changed = relax(to.get(to_wallet), from, from_wallet, -leg.ppm, { index, back: true }) || changed;
    });
    if (!changed) break;
  }
  let best: Label | null = null;
  for (const [id, label] of to) {
    if ((room.to.get(id) ?? 0n) > 0n && (best === null || label.cost < best.cost)) best = label;
  }
  return best === null ? null : best.path;
}

function relax(
  start: Label | undefined,
  ends: Map<string, Label>,
  end: string,
  ppm: bigint,
  step: Path[number],
): boolean {
  if (start === undefined) return false;
  const cost = start.cost + ppm;
  const known = ends.get(end);
  if (known !== undefined && known.cost <= cost) return false;
  ends.set(end, { cost, path: [...start.path, step] });
  return true;
}

function augment(legs: readonly Candidate[], flow: bigint[], room: Room, path: Path): void {
  const wallet = (step: Path[number] | undefined, key: "from_wallet" | "to_wallet"): string =>
    legs[step?.index ?? 0]?.route[key] ?? "";
  const [first, last] = [wallet(path[0], "from_wallet"), wallet(path.at(-1), "to_wallet")];
  const [from, to] = [room.from.get(first) ?? 0n, room.to.get(last) ?? 0n];
  const units = path.reduce(
    (least, step) => minOf(least, slackOf(legs, flow, step)),
    minOf(room.amount, minOf(from, to)),
  );
  for (const { index, back } of path) flow[index] = (flow[index] ?? 0n) + (back ? -units : units);
  room.amount -= units;
  room.from.set(first, from - units);
  room.to.set(last, to - units);
}

/** What a leg can still take, or give back. */
function slackOf(legs: readonly Candidate[], flow: readonly bigint[], { index, back }: Path[number]): bigint {
  const leg = legs[index];
  const carried = flow[index] ?? 0n;
  if (leg === undefined) return 0n;
  return back ? carried - leg.least : leg.most - carried;
}
