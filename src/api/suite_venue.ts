/** Venues in memory that keep their word: what is submitted is paid at once, and movements say so. */
import type { TreasuryConfig } from "../config/types.ts";
import { parseDecimal, printDecimal } from "../money/index.ts";
import type { Clock } from "../ports/index.ts";
import {
  type OrderRequest,
  type Venue,
  type VenueBalance,
  VenueError,
  type VenueMovement,
  type VenueOrder,
  type VenueOrders,
  type VenueWallet,
  type WalletRef,
} from "../venues/index.ts";

/** 5 January 2026, 00:00 UTC. */
export const START = Date.UTC(2026, 0, 5);
const LEAD_TIME_MS = 600_000;

/** Stands still unless it is moved. */
export class TestClock implements Clock {
  #now = START;
  now(): number {
    return this.#now;
  }
  async sleep(ms: number): Promise<void> {
    this.#now += ms;
  }
}

interface Paid {
  readonly reference: string;
  readonly account: string;
  readonly to_address: string;
  readonly amount: bigint;
  readonly network: string;
  readonly asset: string;
}

interface Filled {
  readonly order: OrderRequest;
  readonly amount: bigint;
  readonly value: bigint;
  readonly fee: bigint;
}

/** Everything that the venues hold, and what was paid between them. */
export class TestWorld {
  readonly balances = new Map<string, bigint>();
  readonly movements = new Map<string, VenueMovement[]>();
  readonly paid: Paid[] = [];
  readonly orders: Filled[] = [];
  /** Accounts opened while it runs, by their reference. */
  readonly opened = new Map<string, VenueWallet>();
  /** Base units of the quote asset per whole asset, at which orders are filled. */
  market = 90_000_000_000n;
  /** Answers that get lost on their way back, and orders refused, by what the venue is asked; counted down. */
  lost_orders = 0;
  refused_orders = 0;
  down = false;
  readonly #addresses = new Map<string, string>();
  readonly #clock: Clock;
  readonly #accounts: ReadonlyMap<string, string>;

  constructor(clock: Clock, accounts: ReadonlyMap<string, string>) {
    this.#clock = clock;
    this.#accounts = accounts;
  }

  know(address: string, key: string): void {
    this.#addresses.set(address, key);
  }

  pay(key: string, paid: Paid): void {
    this.paid.push(paid);
    this.flow(key, -paid.amount, paid.asset, paid.reference);
    const to = this.#accounts.get(paid.to_address) ?? this.#addresses.get(paid.to_address);
    if (to !== undefined) this.flow(to, paid.amount, paid.asset, null, paid.reference);
  }

  flow(key: string, by: bigint, asset: string, reference: string | null = null, tx_hash: string | null = null): void {
    const list = this.movements.get(key) ?? [];
    this.balances.set(key, (this.balances.get(key) ?? 0n) + by);
    list.push({
      id: `${key}-${list.length + 1}`,
      direction: by < 0n ? "out" : "in",
      amount: by < 0n ? -by : by,
      fee: 0n,
      asset,
      reference,
      tx_hash: tx_hash ?? reference,
      counterparty: null,
      at: this.#clock.now(),
      height: String(list.length + 1),
      final: true,
    });
    this.movements.set(key, list);
  }
}

/** A hundredth of a coin at least, in steps of as much; a tenth of a per cent of the proceeds. */
const LOT = 1_000_000n;
const FEE_PPM = 1_000n;
const WHOLE = 100_000_000n;

/** A market with a price and no depth: what is within the limit is filled at once, and the rest is cancelled. */
function testOrders(id: string, world: TestWorld, clock: Clock): VenueOrders {
  const decimals = 6;
  const worth = (amount: bigint): bigint => (amount * world.market) / WHOLE;
  const foundOf = ({ order, amount, value, fee }: Filled): VenueOrder => ({
    ...{ venue_ref: `${id}-${order.reference}`, reference: order.reference, side: "sell", final: true },
    ...{ status: amount === order.amount ? "filled" : "cancelled", raw_status: "done" },
    ...{ amount_filled: amount, value_filled: value, fee, fee_asset: order.quote },
  });
  return {
    references_fills: true,
    listMarkets: async () => {
      if (world.down) throw new VenueError("venue_transient", "The exchange is down.");
      return [
        {
          ...{ base: "BTC", quote: "USDT", enabled: true, amount_min: LOT, amount_step: LOT, value_min: 0n },
          fee_ppm: Number(FEE_PPM),
        },
      ];
    },
    quote: async ({ amount }) => {
      const value = worth(amount);
      const fee = (value * FEE_PPM) / 1_000_000n;
      return {
        ...{ value: value - fee, fee, price_worst: printDecimal(world.market, decimals) },
        ...{ amount_available: amount, as_of: clock.now() },
      };
    },
    place: async (order) => {
      if (world.refused_orders > 0) {
        world.refused_orders -= 1;
        return { outcome: "rejected", code: "closed", message: "The market is closed." };
      }
      if (!world.orders.some((one) => one.order.reference === order.reference)) {
        const amount = parseDecimal(order.price_limit, decimals) <= world.market ? order.amount : 0n;
        const value = worth(amount);
        const fee = (value * FEE_PPM) / 1_000_000n;
        world.orders.push({ order, amount, value, fee });
        if (amount > 0n) {
          world.flow(`${id}/${order.account}`, -amount, order.base, order.reference);
          world.flow(`${id}/desk-usdt`, value - fee, order.quote, order.reference);
        }
      }
      if (world.lost_orders > 0) {
        world.lost_orders -= 1;
        return { outcome: "unknown", message: "No answer." };
      }
      return { outcome: "accepted", venue_ref: `${id}-${order.reference}` };
    },
    find: async ({ reference }) => {
      if (world.down) return { outcome: "unreadable", message: "The exchange is down." };
      const found = world.orders.find((one) => one.order.reference === reference);
      return found === undefined
        ? { outcome: "absent", as_of: clock.now() }
        : { outcome: "found", order: foundOf(found) };
    },
    cancel: async () => ({ outcome: "too_late", message: "It is filled." }),
  };
}

export function testVenue(id: string, config: TreasuryConfig, world: TestWorld, clock: Clock): Venue {
  const wallets = config.wallets.filter((wallet) => wallet.venue === id);
  const keyOf = (wallet: WalletRef): string => `${id}/${wallet.account}`;
  const networks = [...new Set(config.instruments.map((item) => item.network))];
  return {
    id,
    capabilities: () => ({
      idempotency: { kind: "key", lifetime_ms: 86_400_000, on_reuse: "replay" },
      lookup_by_reference: true,
      consistency_window_ms: 60_000,
      list_movements: true,
      cancel: false,
      push: false,
      webhooks: false,
      approval_stage: false,
      signing: "digest",
      finality: "at once",
      networks,
    }),
    verify: async () => undefined,
    listWallets: async () => wallets.map(({ account, asset, label }) => ({ account, asset, label })),
    getBalance: async (wallet): Promise<VenueBalance> => {
      const total = world.balances.get(keyOf(wallet)) ?? 0n;
      return {
        total,
        available: total,
        pending_in: 0n,
        pending_out: 0n,
        locked: 0n,
        as_of: clock.now(),
        height: String(world.movements.get(keyOf(wallet))?.length ?? 0),
        pending_readable: true,
      };
    },
    getAddress: async (wallet, network) => {
      const entry = config.address_book.find((item) => item.wallet === wallet.wallet_id && item.network === network);
      const opened = `${network}:${id}:${wallet.account}`;
      if (entry === undefined) world.know(opened, keyOf(wallet));
      return { address: entry?.address ?? opened, memo: null };
    },
    listNetworks: async (wallet) =>
      config.instruments
        .filter((item) => item.asset === wallet.asset)
        .map(({ network }) => ({
          network,
          enabled: true,
          fee_fixed: 0n,
          fee_ppm: 0,
          minimum: 1n,
          maximum: null,
          step: 1n,
          lead_time_ms: LEAD_TIME_MS,
        })),
    prepare: async (plan, context) => {
      const known = wallets.find((wallet) => wallet.id === plan.from.wallet) ?? world.opened.get(plan.from.wallet);
      const account = known?.account ?? "";
      const { id: reference, amount, network, asset, fee_max } = plan;
      const body = { reference, account, amount, network, asset, fee_max, to_address: plan.to.address };
      return { reference, body, tx_hash: null, prepared_at: context.now };
    },
    decode: (prepared) => {
      const body = prepared.body as Record<string, string>;
      return {
        from_account: body.account ?? "",
        to_address: body.to_address ?? "",
        to_memo: null,
        asset: body.asset ?? "",
        network: body.network ?? "",
        amount: BigInt(body.amount ?? 0),
        fee_max: BigInt(body.fee_max ?? 0),
        reference: body.reference ?? "",
      };
    },
    submit: async (prepared) => {
      const body = prepared.body as Record<string, string>;
      const { reference = "", account = "", to_address = "", network = "", asset = "" } = body;
      if (!world.paid.some((item) => item.reference === reference)) {
        world.pay(`${id}/${account}`, {
          reference,
          account,
          to_address,
          network,
          asset,
          amount: BigInt(body.amount ?? 0),
        });
      }
      return { outcome: "accepted", venue_ref: `${id}-${reference}`, tx_hash: reference, stage: "accepted" };
    },
    find: async (query) => {
      const paid = world.paid.find((item) => item.reference === query.reference);
      if (paid === undefined) return { outcome: "absent", as_of: clock.now() };
      return {
        outcome: "found",
        transfer: {
          venue_ref: `${id}-${paid.reference}`,
          reference: paid.reference,
          tx_hash: paid.reference,
          stage: "final",
          status: "succeeded",
          final: true,
          to_address: paid.to_address,
          asset: paid.asset,
          amount: paid.amount,
          amount_received: paid.amount,
          fee: 0n,
          confirmations: 1,
          confirmations_needed: 1,
          raw_status: "done",
        },
      };
    },
    cancel: async () => ({ outcome: "unsupported" }),
    listMovements: async (wallet, cursor) => {
      const all = world.movements.get(keyOf(wallet)) ?? [];
      return { movements: all.slice(Number(cursor ?? 0)), cursor: String(all.length), has_more: false };
    },
    createWallet: async ({ reference, asset, label }) => {
      if (world.down) return { outcome: "unknown", message: "No answer." };
      const wallet = world.opened.get(reference) ?? { account: `vault-${reference}`, asset, label };
      world.opened.set(reference, wallet);
      return { outcome: "created", wallet };
    },
    ...(id === "exchange" ? { orders: testOrders(id, world, clock) } : {}),
    close: async () => undefined,
  };
}
