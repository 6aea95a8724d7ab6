/** Which wallets may give, over which routes: usable wallets, free pairs, cash above each floor. */
import { maxOf } from "../money/index.ts";
import type { RouteOption, Spendable } from "../routes/index.ts";
import { type Direction, pairKey } from "./in_flight.ts";
import { directionOf, type Funds } from "./position.ts";
import { basisOf, resolveLevel } from "./resolve_levels.ts";
import type { OpenTransfer, PoolPolicy, Side, Snapshot, WalletState } from "./types.ts";

export interface Candidates {
  readonly routes: readonly RouteOption[];
  /** Routes set aside before any price is asked, with the reason. */
  readonly excluded: readonly { readonly route: RouteOption; readonly because: string }[];
  /** Open transfers whose pair is taken: the other way, or by a refill that is already open. */
  readonly opposite: readonly OpenTransfer[];
  readonly stacked: readonly OpenTransfer[];
}

/** Routes that cross in `direction` between usable wallets whose pair is free. */
export function candidateRoutes(
  snapshot: Snapshot,
  funds: Funds,
  direction: Direction,
  replaced: readonly OpenTransfer[],
): Candidates {
  const wallets = new Map(funds.wallets.map((wallet) => [wallet.wallet_id, wallet]));
  const side = new Map(funds.wallets.map((wallet) => [wallet.wallet_id, wallet.side]));
  const taken = takenPairs(snapshot, side, direction, replaced);
  const routes: RouteOption[] = [];
  const excluded: { route: RouteOption; because: string }[] = [];
  const blockers = new Set<OpenTransfer>();
  for (const route of snapshot.routes) {
    if (directionOf(route, side) !== direction) continue;
    const open = taken.size > 0 ? taken.get(pairKey(route)) : undefined;
    const because = open
      ? `transfer ${open.transfer_id} is open on this pair`
      : unusable(wallets.get(route.from_wallet), wallets.get(route.to_wallet));
    if (open) blockers.add(open);
    if (because === null) routes.push(route);
    else excluded.push({ route, because });
  }
  const same = [...blockers].filter((open) => directionOf(open, side) === direction);
  return { routes, excluded, stacked: same, opposite: [...blockers].filter((open) => !same.includes(open)) };
}

/** Cash of every wallet on the giving side above its floor. */
export function spendableOf(funds: Funds, policy: PoolPolicy, direction: Direction): Spendable {
  const spendable = new Map<string, bigint>();
  for (const wallet of givers(funds, direction)) {
    const cash = (funds.cash.get(wallet.wallet_id) ?? 0n) - floorOf(policy, wallet.wallet_id);
    spendable.set(wallet.wallet_id, maxOf(cash, 0n));
  }
  return spendable;
}

/** What each capped destination may still take, with what is on its way there counted; one without a cap takes any amount. */
export function receivableOf(snapshot: Snapshot, funds: Funds, policy: PoolPolicy): Spendable {
  const basis = basisOf(snapshot, funds.total);
  const room = new Map<string, bigint>();
  for (const [wallet_id, cap] of Object.entries(policy.wallet_caps)) {
    const wallet = funds.wallets.find((one) => one.wallet_id === wallet_id);
    const outcome = resolveLevel(cap, basis, "down");
    const held = (wallet?.total ?? wallet?.available ?? 0n) + (wallet?.in_flight_in ?? 0n) + (wallet?.pending_in ?? 0n);
    // A cap that cannot be resolved allows nothing: missing never means unlimited.
    room.set(wallet_id, outcome.ok ? maxOf(outcome.units - held, 0n) : 0n);
  }
  return room;
}

/** A wallet without a floor of its own may be drained to zero, never below. */
export function floorOf(policy: Pick<PoolPolicy, "wallet_floors">, wallet_id: string): bigint {
  return Object.hasOwn(policy.wallet_floors, wallet_id) ? (policy.wallet_floors[wallet_id] ?? 0n) : 0n;
}

function takenPairs(
  snapshot: Snapshot,
  side: ReadonlyMap<string, Side>,
  direction: Direction,
  replaced: readonly OpenTransfer[],
): ReadonlyMap<string, OpenTransfer> {
  const taken = new Map<string, OpenTransfer>();
  for (const open of snapshot.open_transfers) {
    const way = directionOf(open, side);
    if (way === null || replaced.includes(open)) continue;
    if (way === direction && direction === "to_reserve") continue;
    // A refill of the slow lane may go beside an expedited one.
    if (way === direction && open.lane === "expedited") continue;
    taken.set(pairKey(open), open);
  }
  return taken;
}

function unusable(from: WalletState | undefined, to: WalletState | undefined): string | null {
  if (from && !isGiver(from)) return `${from.wallet_id} is ${from.status}`;
  if (to && to.status !== "active") return `${to.wallet_id} is ${to.status}`;
  return null;
}

/** A wallet being archived may still be emptied; a suspended one gives nothing. */
function isGiver(wallet: WalletState): boolean {
  return wallet.status === "active" || wallet.status === "archiving";
}

/** Counted wallets of the side that gives in this direction. */
export function givers(funds: Funds, direction: Direction): readonly WalletState[] {
  const side = direction === "to_liquidity" ? "reserve" : "liquidity";
  return funds.wallets.filter((wallet) => wallet.side === side && isGiver(wallet));
}
