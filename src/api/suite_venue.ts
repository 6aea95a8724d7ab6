/** Venues in memory that keep their word: what is submitted is paid at once, and movements say so. */
import type { TreasuryConfig } from "../config/types.ts";
import type { Clock } from "../ports/index.ts";
import type { Venue, VenueBalance, VenueMovement, WalletRef } from "../venues/index.ts";

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

/** Everything that the venues hold, and what was paid between them. */
export class TestWorld {
  readonly balances = new Map<string, bigint>();
  readonly movements = new Map<string, VenueMovement[]>();
  readonly paid: Paid[] = [];
  readonly #clock: Clock;
  readonly #accounts: ReadonlyMap<string, string>;

  constructor(clock: Clock, accounts: ReadonlyMap<string, string>) {
    this.#clock = clock;
    this.#accounts = accounts;
  }

  pay(key: string, paid: Paid): void {
    this.paid.push(paid);
    this.flow(key, -paid.amount, paid.asset, paid.reference);
    const to = this.#accounts.get(paid.to_address);
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
      return { address: entry?.address ?? "nowhere", memo: null };
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
      const account = wallets.find((wallet) => wallet.id === plan.from.wallet)?.account ?? "";
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
    close: async () => undefined,
  };
}
