/**
 * The far side of the fake exchanges: balances, withdrawals, deposits, a market, and a ledger of every change. It has no
 * protocol; the dialects put Binance's, Kraken's and OKX's words on it. Whether a client id that comes again pays again is the
 * dialect's fact, so the books do not ask.
 */
import { createHash } from "node:crypto";
import { minOf } from "../../money/index.ts";
import type { Clock } from "../../ports/index.ts";
import type {
  ExchangeCoin,
  ExchangeDeposit,
  ExchangeEntry,
  ExchangeMarket,
  ExchangeNetwork,
  ExchangeOrder,
  ExchangeTrade,
  ExchangeWithdrawal,
  Refusal,
} from "./types.ts";

/** Between asking and leaving; the books are settled by hand or by time. */
const PROCESSING_MS = 10 * 60_000;
const MILLION = 1_000_000n;

export interface ExchangeBooksOptions {
  readonly clock: Clock;
  readonly coins: readonly ExchangeCoin[];
  readonly markets: readonly ExchangeMarket[];
  readonly opening: Readonly<Record<string, bigint>>;
  /** When a withdrawal is in the ledger: when it is asked for (and comes back when it ends unsent), or when it has left. */
  readonly booked_at: "request" | "completion";
}

export interface WithdrawRequest {
  readonly client_id: string | null;
  readonly coin: string;
  readonly network: string;
  readonly address: string;
  readonly tag: string;
  readonly gross: bigint;
}

export class ExchangeBooks {
  readonly coins: readonly ExchangeCoin[];
  readonly markets: readonly ExchangeMarket[];
  readonly withdrawals: ExchangeWithdrawal[] = [];
  readonly deposits: ExchangeDeposit[] = [];
  readonly orders: ExchangeOrder[] = [];
  readonly trades: ExchangeTrade[] = [];
  readonly entries: ExchangeEntry[] = [];
  /** Quote units per whole base coin, by `BASE/QUOTE`; null book: nothing can be sold. */
  readonly prices = new Map<string, bigint>();
  /** Most of the base coin that can be sold at the price, by `BASE/QUOTE`. */
  readonly depth = new Map<string, bigint>();
  readonly #clock: Clock;
  readonly #booked_at: ExchangeBooksOptions["booked_at"];
  readonly #free = new Map<string, bigint>();
  readonly #held = new Map<string, bigint>();
  #count = 0;

  constructor(options: ExchangeBooksOptions) {
    this.#clock = options.clock;
    this.#booked_at = options.booked_at;
    this.coins = options.coins;
    this.markets = options.markets;
    for (const [coin, amount] of Object.entries(options.opening)) this.deposit(coin, amount);
  }

  get now(): number {
    return this.#clock.now();
  }

  coin(name: string): ExchangeCoin | undefined {
    return this.coins.find(({ coin }) => coin === name);
  }

  network(coin: string, network: string): ExchangeNetwork | undefined {
    return this.coin(coin)?.networks.find((each) => each.network === network);
  }

  market(base: string, quote: string): ExchangeMarket | undefined {
    return this.markets.find((each) => each.base === base && each.quote === quote);
  }

  free(coin: string): bigint {
    return this.#free.get(coin) ?? 0n;
  }

  /** Withdrawals that have not left yet. */
  leaving(coin: string): bigint {
    return this.#held.get(coin) ?? 0n;
  }

  addressOf(coin: string, network: string): string {
    const digest = createHash("sha256").update(`${coin}/${network}`).digest("hex");
    return network === "TRX" || network === "TRC20" ? `T${digest.slice(0, 33)}` : `0x${digest.slice(0, 40)}`;
  }

  deposit(coin: string, amount: bigint): ExchangeDeposit {
    const network = this.coin(coin)?.networks[0]?.network ?? "";
    const id = this.#next("D");
    const address = this.addressOf(coin, network);
    const row = { id, coin, network, address, amount, tx_hash: hashOf(id), at: this.now };
    this.deposits.push(row);
    this.#free.set(coin, this.free(coin) + amount);
    this.#enter(id, "deposit", coin, amount, 0n);
    return row;
  }

  withdraw(request: WithdrawRequest): ExchangeWithdrawal | Refusal {
    const { coin, gross } = request;
    const network = this.network(coin, request.network);
    if (this.coin(coin) === undefined) return { refused: "unknown_coin" };
    if (network === undefined) return { refused: "bad_network" };
    if (request.address.length < 10) return { refused: "bad_address" };
    const net = gross - network.fee;
    if (net < network.minimum || net > network.maximum || net % network.step !== 0n) return { refused: "bad_amount" };
    if (gross > this.free(coin)) return { refused: "insufficient" };
    const row: ExchangeWithdrawal = {
      ...request,
      id: this.#next("W"),
      fee: network.fee,
      created_at: this.now,
      state: "review",
      delivered: 0n,
      tx_hash: null,
      completed_at: null,
    };
    this.withdrawals.push(row);
    this.#free.set(coin, this.free(coin) - gross);
    if (this.#booked_at === "request") this.#enter(row.id, "withdrawal", coin, row.fee - gross, row.fee);
    else this.#held.set(coin, this.leaving(coin) + gross);
    return row;
  }

  cancel(id: string): ExchangeWithdrawal | undefined {
    const row = this.withdrawals.find((each) => each.id === id);
    if (row?.state !== "review") return undefined;
    this.end(row, "cancelled");
    return row;
  }

  /** What has waited long enough leaves. */
  catchUp(): void {
    for (const row of this.withdrawals) {
      if (row.state === "review" && this.now - row.created_at >= PROCESSING_MS / 2) row.state = "processing";
      if (row.state === "processing" && this.now - row.created_at >= PROCESSING_MS) this.end(row, "completed");
    }
  }

  end(row: ExchangeWithdrawal, state: "completed" | "partial" | "cancelled" | "failed"): void {
    const unsent = state === "cancelled" || state === "failed";
    const net = row.gross - row.fee;
    row.state = state;
    row.completed_at = this.now;
    row.delivered = unsent ? 0n : state === "partial" ? net / 2n : net;
    row.tx_hash = unsent ? null : hashOf(row.id);
    const back = unsent ? row.gross : net - row.delivered;
    this.#free.set(row.coin, this.free(row.coin) + back);
    if (this.#booked_at === "completion") {
      this.#held.set(row.coin, this.leaving(row.coin) - row.gross);
      if (!unsent) this.#enter(row.id, "withdrawal", row.coin, -row.delivered, row.fee);
    } else if (back > 0n) {
      this.#enter(row.id, "withdrawal", row.coin, unsent ? net : back, unsent ? -row.fee : 0n);
    }
  }

  /** Immediate or cancel: fills what the book holds at the price or better, and takes back the rest. */
  order(
    market: ExchangeMarket,
    request: { client_id: string | null; side: "sell" | "buy"; amount: bigint; price_limit: bigint },
  ): ExchangeOrder | Refusal {
    const { side, amount, price_limit } = request;
    const name = `${market.base}/${market.quote}`;
    const price = this.prices.get(name) ?? 0n;
    const unit = 10n ** BigInt(this.coin(market.base)?.decimals ?? 0);
    if (amount < market.amount_min || amount % market.amount_step !== 0n) return { refused: "bad_amount" };
    if ((amount * price_limit) / unit < market.value_min) return { refused: "bad_amount" };
    const needed = side === "sell" ? amount : (amount * price_limit) / unit;
    if (needed > this.free(side === "sell" ? market.base : market.quote)) return { refused: "insufficient" };
    const row: ExchangeOrder = {
      ...request,
      id: this.#next("O"),
      market,
      created_at: this.now,
      state: "open",
      filled: 0n,
      value: 0n,
      fee: 0n,
    };
    this.orders.push(row);
    const crosses = price > 0n && (side === "sell" ? price >= price_limit : price <= price_limit);
    const room = this.depth.get(name) ?? amount;
    const filled = crosses ? minOf(room, amount) : 0n;
    if (filled > 0n) this.#fill(row, filled, price, unit);
    row.state = row.filled === amount ? "filled" : "cancelled";
    return row;
  }

  #fill(row: ExchangeOrder, amount: bigint, price: bigint, unit: bigint): void {
    const { base, quote, fee_ppm } = row.market;
    const value = (amount * price) / unit;
    const fee = (value * fee_ppm) / MILLION;
    const id = this.#next("T");
    row.filled += amount;
    row.value += value;
    row.fee += fee;
    const sign = row.side === "sell" ? 1n : -1n;
    this.#free.set(base, this.free(base) - sign * amount);
    this.#free.set(quote, this.free(quote) + sign * value - fee);
    this.trades.push({ id, order: row, amount, value, price, fee, at: this.now });
    this.#enter(id, "trade", base, -sign * amount, 0n);
    this.#enter(id, "trade", quote, sign * value, fee);
  }

  #enter(ref: string, kind: ExchangeEntry["kind"], coin: string, change: bigint, fee: bigint): void {
    const last = this.entries.findLast((entry) => entry.coin === coin)?.balance ?? 0n;
    const balance = last + change - fee;
    this.entries.push({ id: this.#next("L"), ref, kind, coin, change, fee, balance, at: this.now });
  }

  #next(letter: string): string {
    this.#count += 1;
    return `${letter}${String(this.#count).padStart(11, "0")}`;
  }
}

function hashOf(id: string): string {
  return `0x${createHash("sha256").update(id).digest("hex")}`;
}
