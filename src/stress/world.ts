/** A copy of a pool that time can be let pass over: customers take, transfers land. Never the real state. */
import { maxOf, minOf } from "../money/index.ts";
import type { Move, OpenTransfer, Side, Snapshot, WalletState } from "../policy/index.ts";
import type { Instant } from "../ports/index.ts";

export const HOUR_MS = 3_600_000;

interface Wallet {
  readonly real: WalletState;
  total: bigint;
  available: bigint;
  reserved: bigint;
  in_flight_in: bigint;
}

interface Arrival {
  readonly transfer: OpenTransfer;
  readonly fee: bigint;
  /** Held in the source wallet until it lands: the amount and what its fee may come to. */
  readonly held: bigint;
  lands_at: Instant;
}

interface PastMove {
  readonly at: Instant;
  readonly direction: Move["direction"];
  readonly amount: bigint;
}

export class World {
  readonly #real: Snapshot;
  readonly #wallets: Map<string, Wallet>;
  #arrivals: Arrival[];
  #moves: PastMove[];
  /** Known payments that a transfer of the copy makes. */
  readonly #paying = new Set<string>();
  #outside: { readonly side: "low" | "high"; readonly since: Instant } | null;
  #next_id = 1;

  /** `landing_ms`: how long each open transfer of the real state still takes. */
  constructor(real: Snapshot, landing_ms: (transfer: OpenTransfer) => number) {
    this.#real = real;
    this.#wallets = new Map(
      real.wallets.map((wallet) => [
        wallet.wallet_id,
        {
          real: wallet,
          total: wallet.total ?? 0n,
          available: (wallet.available ?? 0n) - wallet.pending_out,
          reserved: wallet.reserved,
          in_flight_in: wallet.in_flight_in,
        },
      ]),
    );
    this.#arrivals = real.open_transfers.map((transfer) => ({
      transfer,
      fee: 0n,
      held: this.#heldFor(transfer),
      lands_at: real.taken_at + landing_ms(transfer),
    }));
    this.#moves = [...real.history.moves];
    const { outside, outside_since } = real.history;
    this.#outside = outside === null ? null : { side: outside, since: outside_since ?? real.taken_at };
  }

  /** What `decide` sees now. Balances count as just read, and the mode as auto: the question is what would be done. */
  snapshot(now: Instant): Snapshot {
    const last = (direction: Move["direction"]): Instant | null =>
      this.#moves.findLast((move) => move.direction === direction)?.at ?? null;
    return {
      ...this.#real,
      // What a copy would use up is not known here: only the slow lane is tried.
      lanes: [],
      taken_at: now,
      mode: "auto",
      wallets: [...this.#wallets.values()].map((wallet) => ({
        // What a wallet does to its own coins is not asked here.
        ...withoutCoins(wallet.real),
        freshness: wallet.real.total === null ? "unknown" : "fresh",
        as_of: now,
        total: wallet.real.total === null ? null : wallet.total,
        available: wallet.real.available === null ? null : wallet.available,
        pending_in: 0n,
        pending_out: 0n,
        reserved: wallet.reserved,
        in_flight_in: wallet.in_flight_in,
      })),
      open_transfers: this.#arrivals.map((arrival) => arrival.transfer),
      ...(this.#real.obligations === undefined
        ? {}
        : { obligations: this.#real.obligations.filter((one) => !this.#paying.has(one.obligation_id)) }),
      history: {
        last_to_reserve_at: last("to_reserve") ?? this.#real.history.last_to_reserve_at,
        last_to_liquidity_at: last("to_liquidity") ?? this.#real.history.last_to_liquidity_at,
        outside: this.#outside?.side ?? null,
        outside_since: this.#outside?.since ?? null,
        moves: this.#moves.flatMap((move) => {
          if (move.direction === "within") return [];
          const direction = move.direction === "to_payee" ? "to_liquidity" : move.direction;
          return [{ ...move, direction }];
        }),
      },
    };
  }

  /** Transfers whose time has come leave one wallet and are in the other. */
  land(now: Instant): void {
    const due = this.#arrivals.filter((arrival) => arrival.lands_at <= now);
    this.#arrivals = this.#arrivals.filter((arrival) => arrival.lands_at > now);
    for (const { transfer, fee, held } of due) {
      const { from, to } = this.#release(transfer, held);
      if (from !== undefined) this.#change(from, -(transfer.amount + fee));
      if (to !== undefined) this.#change(to, transfer.amount);
    }
  }

  /** Customers take `amount` from the liquidity side (negative: they bring it); answers what could not be paid. */
  flow(amount: bigint): bigint {
    if (amount >= 0n) return this.take("liquidity", amount);
    this.give("liquidity", -amount);
    return 0n;
  }

  /** Removes `amount` from what the wallets of a side have free; answers what was not there. */
  take(side: Side, amount: bigint): bigint {
    let left = amount;
    for (const wallet of this.#of(side)) {
      const part = minOf(maxOf(wallet.available - wallet.reserved, 0n), left);
      this.#change(wallet, -part);
      left -= part;
    }
    return left;
  }

  /** `amount` comes into the first wallet of a side from outside. */
  give(side: Side, amount: bigint): void {
    const [first] = this.#of(side);
    if (first !== undefined) this.#change(first, amount);
  }

  /** Makes `amount` of a side unusable for good, as far as it is free. */
  hold(side: Side, amount: bigint): void {
    let left = amount;
    for (const wallet of this.#of(side)) {
      const part = minOf(maxOf(wallet.available - wallet.reserved, 0n), left);
      wallet.reserved += part;
      left -= part;
    }
  }

  /** What the wallets of a side could send now. */
  free(side: Side): bigint {
    return this.#of(side).reduce((sum, wallet) => sum + maxOf(wallet.available - wallet.reserved, 0n), 0n);
  }

  /** Nothing that is under way from this side lands before `until`. */
  delay(side: Side, until: Instant): void {
    const from = new Set(this.#of(side).map((wallet) => wallet.real.wallet_id));
    for (const arrival of this.#arrivals) {
      if (from.has(arrival.transfer.from_wallet)) arrival.lands_at = Math.max(arrival.lands_at, until);
    }
  }

  #of(side: Side): Wallet[] {
    return [...this.#wallets.values()].filter((wallet) => wallet.real.side === side);
  }

  start(move: Move, now: Instant, lands_at: Instant): void {
    const transfer: OpenTransfer = {
      transfer_id: `what-if-${this.#next_id}`,
      from_wallet: move.from_wallet,
      to_wallet: move.to_wallet,
      amount: move.amount,
      state: "submitted",
      created_at: now,
      supersedable: false,
    };
    this.#next_id += 1;
    const held = move.amount + move.fee;
    this.#arrivals.push({ transfer, fee: move.fee, held, lands_at });
    this.#moves.push({ at: now, direction: move.direction, amount: move.amount });
    if (move.obligation_id !== undefined) this.#paying.add(move.obligation_id);
    const from = this.#wallets.get(move.from_wallet);
    const to = this.#wallets.get(move.to_wallet);
    if (from !== undefined) from.reserved += held;
    if (to !== undefined) to.in_flight_in += move.amount;
  }

  /** A newer plan replaced these before anything was sent. */
  withdraw(transfer_ids: readonly string[]): void {
    const [out, kept] = [true, false].map((wanted) =>
      this.#arrivals.filter((arrival) => transfer_ids.includes(arrival.transfer.transfer_id) === wanted),
    );
    for (const arrival of out ?? []) this.#release(arrival.transfer, arrival.held);
    this.#arrivals = kept ?? [];
  }

  /** Remembers since when liquidity has been outside its band. */
  mark(side: "low" | "high" | null, now: Instant): void {
    if (side === null) this.#outside = null;
    else if (this.#outside?.side !== side) this.#outside = { side, since: now };
  }

  /** Equal parts of what the wallet holds beyond the amounts are the fees' share. */
  #heldFor(transfer: OpenTransfer): bigint {
    const same = this.#real.open_transfers.filter((other) => other.from_wallet === transfer.from_wallet);
    const amounts = same.reduce((sum, other) => sum + other.amount, 0n);
    const reserved = this.#wallets.get(transfer.from_wallet)?.reserved ?? 0n;
    return transfer.amount + maxOf(0n, reserved - amounts) / BigInt(same.length);
  }

  #release(transfer: OpenTransfer, held: bigint): { from: Wallet | undefined; to: Wallet | undefined } {
    const from = this.#wallets.get(transfer.from_wallet);
    const to = this.#wallets.get(transfer.to_wallet);
    if (from !== undefined) from.reserved = maxOf(0n, from.reserved - held);
    if (to !== undefined) to.in_flight_in = maxOf(0n, to.in_flight_in - transfer.amount);
    return { from, to };
  }

  #change(wallet: Wallet, by: bigint): void {
    wallet.total += by;
    wallet.available += by;
  }
}

function withoutCoins({ small_coins: _, ...wallet }: WalletState): WalletState {
  return wallet;
}
