/**
 * Where a pool stands. Projected cash of a wallet = available - reserved - pending out that the venue has not deducted yet;
 * what is earmarked is nobody's to plan with; what is on its way in is added to the projection, suppresses further top-ups, and is never counted as cash to send.
 *
 * Counted are wallets that hold money of the pool: active, suspended or being archived; not those whose balance is earmarked
 * (collateral) or serves to pay for transactions (gas). A balance that was never read makes the whole position unknown:
 * unknown is not zero.
 */
import { divide, maxOf, minOf, printDecimal, printPercent } from "../money/index.ts";
import { basisOf, resolveLevel } from "./resolve_levels.ts";
import type { Counted, OpenTransfer, PoolPolicy, Position, Side, Snapshot, WalletState } from "./types.ts";

const HEALTH_DIGITS = 2;
const SHARE_DIGITS = 4;

/** The sums of a snapshot, before any level. `null` members: a balance that enters them was never read. */
export interface Funds {
  /** Wallets that count, in snapshot order. */
  readonly wallets: readonly WalletState[];
  /** Counted wallets whose balance was never read. */
  readonly unread: readonly string[];
  /** What each counted and read wallet could send: its cash, without anything on its way in. */
  readonly cash: ReadonlyMap<string, bigint>;
  /** Cash of the liquidity side now, nothing on its way in included; below zero when obligations ask for more. */
  readonly liquidity_cash: bigint;
  /** Outgoing obligations that are taken off `liquidity_cash`, `liquidity` and `total`, as if they were paid. */
  readonly obliged: bigint;
  /** Obligations due later that a move to custody leaves where they are. */
  readonly kept_back: bigint;
  /** Liquidity side when everything on its way in has landed. */
  readonly liquidity: bigint;
  readonly reserve: bigint;
  /** Cash of the reserve side now. */
  readonly reserve_cash: bigint;
  readonly total: bigint;
  /** Crossing, whether sent or only asked for. */
  readonly in_flight_to_liquidity: bigint;
  readonly in_flight_to_reserve: bigint;
  /** The part of it that was not sent: it suppresses a second request, and brings nothing while people may say no. */
  readonly awaiting_to_liquidity: bigint;
  readonly awaiting_to_reserve: bigint;
}

const COUNTED_STATUS: ReadonlySet<string> = new Set(["active", "suspended", "archiving"]);
/** States of a transfer of which nothing was sent. */
const UNSENT_STATE: ReadonlySet<string> = new Set(["planned", "awaiting_approval", "approved"]);
const EARMARKED_KIND: ReadonlySet<string> = new Set(["collateral", "gas"]);

export function isCounted(wallet: WalletState): boolean {
  return COUNTED_STATUS.has(wallet.status) && !EARMARKED_KIND.has(wallet.kind);
}

/**
 * Position of the pool, or null while any balance that enters it was never read.
 * @example positionOf(snapshot, policy)?.health_percent // "100.00"
 */
export function positionOf(snapshot: Snapshot, policy: PoolPolicy): Position | null {
  const funds = fundsOf(snapshot);
  if (funds.unread.length > 0) return null;
  if (policy.floor === null) return toPosition(funds, null);
  const floor = resolveLevel(policy.floor, basisOf(snapshot, funds.total), "up");
  return toPosition(funds, floor.ok ? floor.units : null);
}

export function toPosition(funds: Funds, floor: bigint | null): Position {
  const { awaiting_to_liquidity, awaiting_to_reserve } = funds;
  const unsent = awaiting_to_liquidity - awaiting_to_reserve;
  const liquidity = funds.liquidity + funds.obliged - unsent;
  const total = funds.total + funds.obliged;
  return {
    total,
    liquidity,
    reserve: funds.reserve + unsent,
    in_flight_to_liquidity: funds.in_flight_to_liquidity - awaiting_to_liquidity,
    in_flight_to_reserve: funds.in_flight_to_reserve - awaiting_to_reserve,
    awaiting_to_liquidity,
    awaiting_to_reserve,
    health_percent: healthPercent(liquidity, floor),
    share_percent: shareOf(funds.liquidity - unsent, levelTotal(funds)),
    counted: countedOf(funds),
  };
}

/** One definition of a share: of what is left in the pool when what is due is paid, as the levels are. */
function countedOf(funds: Funds): Counted {
  const { liquidity_cash: liquidity, reserve_cash: reserve } = funds;
  const total = levelTotal(funds);
  return { liquidity, reserve, total, share_percent: shareOf(liquidity, total) };
}

function shareOf(liquidity: bigint, total: bigint): string | null {
  return total > 0n ? printPercent(liquidity, total, SHARE_DIGITS) : null;
}

/** `clamp(liquidity / floor x 50, 0, 100)` with two decimals, rounded down: 100 means at least twice the floor. */
export function healthPercent(liquidity: bigint, floor: bigint | null): string | null {
  if (floor === null || floor <= 0n) return null;
  const scale = 10n ** BigInt(HEALTH_DIGITS);
  const health = divide(liquidity * 50n * scale, floor, "down");
  return printDecimal(minOf(maxOf(health, 0n), 100n * scale), HEALTH_DIGITS);
}

/** Levels are shares of what is left when the known payments are made; of everything, where nothing would be left. */
export function levelTotal({ total, obliged }: Funds): bigint {
  return total > 0n ? total : total + obliged;
}

/** What known payments take from the sums. */
export type Claims = Pick<Funds, "obliged" | "kept_back">;
const NO_CLAIMS: Claims = { obliged: 0n, kept_back: 0n };

/** The sums of a snapshot as if the open transfers named in `without` did not exist and what is obliged were paid. */
export function fundsOf(
  snapshot: Snapshot,
  without: ReadonlySet<string> = new Set(),
  { obliged, kept_back }: Claims = NO_CLAIMS,
): Funds {
  const wallets = snapshot.wallets.filter(isCounted);
  const side = new Map(wallets.map((wallet) => [wallet.wallet_id, wallet.side]));
  const undone = totalsOf(snapshot.open_transfers.filter((open) => without.has(open.transfer_id)));
  const crossing = totalsOf(
    snapshot.open_transfers.filter((open) => !without.has(open.transfer_id) && directionOf(open, side) !== null),
  );
  const asked = totalsOf(
    snapshot.open_transfers.filter(
      (open) => !without.has(open.transfer_id) && UNSENT_STATE.has(open.state) && directionOf(open, side) !== null,
    ),
  );
  const cash = new Map<string, bigint>();
  const unread: string[] = [];
  const sums = {
    liquidity_cash: 0n,
    liquidity: 0n,
    reserve: 0n,
    reserve_cash: 0n,
    to_liquidity: 0n,
    to_reserve: 0n,
    asked_in: 0n,
    asked_out: 0n,
  };
  for (const wallet of wallets) {
    if (wallet.available === null) {
      unread.push(wallet.wallet_id);
      continue;
    }
    const reserved = maxOf(wallet.reserved - (undone.out.get(wallet.wallet_id) ?? 0n), 0n);
    const inbound = maxOf(wallet.in_flight_in - (undone.in.get(wallet.wallet_id) ?? 0n), 0n);
    const own = ownCash(wallet, wallet.available, reserved);
    const from_other_side = minOf(inbound, crossing.in.get(wallet.wallet_id) ?? 0n);
    const unsent = minOf(from_other_side, asked.in.get(wallet.wallet_id) ?? 0n);
    cash.set(wallet.wallet_id, own);
    if (wallet.side === "liquidity") {
      sums.liquidity_cash += own;
      sums.liquidity += own + inbound;
      sums.to_liquidity += from_other_side;
      sums.asked_in += unsent;
    } else {
      sums.reserve_cash += own;
      sums.reserve += own + inbound;
      sums.to_reserve += from_other_side;
      sums.asked_out += unsent;
    }
  }
  return {
    wallets,
    unread,
    cash,
    obliged,
    kept_back,
    liquidity_cash: sums.liquidity_cash - obliged,
    liquidity: sums.liquidity - obliged,
    reserve: sums.reserve,
    reserve_cash: sums.reserve_cash,
    total: sums.liquidity + sums.reserve - obliged,
    in_flight_to_liquidity: sums.to_liquidity,
    in_flight_to_reserve: sums.to_reserve,
    awaiting_to_liquidity: sums.asked_in,
    awaiting_to_reserve: sums.asked_out,
  };
}

/**
 * What a wallet adds to its side now, without anything on its way in; null while its balance was never read or where it does not count.
 * The cash of all wallets of a side is what `counted` says of it, known payments apart.
 */
export function walletCash(wallet: WalletState): bigint | null {
  return isCounted(wallet) && wallet.available !== null ? ownCash(wallet, wallet.available, wallet.reserved) : null;
}

function ownCash({ pending_out, earmarked = 0n }: WalletState, available: bigint, reserved: bigint): bigint {
  return available - reserved - pending_out - earmarked;
}

/** Which way a transfer crosses the pool; null when it stays on one side or leaves the pool. */
export function directionOf(
  transfer: Pick<OpenTransfer, "from_wallet" | "to_wallet">,
  side: ReadonlyMap<string, Side>,
): "to_reserve" | "to_liquidity" | null {
  const from = side.get(transfer.from_wallet);
  const to = side.get(transfer.to_wallet);
  if (from === "liquidity" && to === "reserve") return "to_reserve";
  if (from === "reserve" && to === "liquidity") return "to_liquidity";
  return null;
}

function totalsOf(transfers: readonly OpenTransfer[]): { in: Map<string, bigint>; out: Map<string, bigint> } {
  const totals = { in: new Map<string, bigint>(), out: new Map<string, bigint>() };
  for (const { from_wallet, to_wallet, amount } of transfers) {
    totals.out.set(from_wallet, (totals.out.get(from_wallet) ?? 0n) + amount);
    totals.in.set(to_wallet, (totals.in.get(to_wallet) ?? 0n) + amount);
  }
  return totals;
}
