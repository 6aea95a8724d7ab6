/**
 * Any exchange of ccxt, watched only: its unified balance, as text, and nothing that moves money. An exchange whose answers nobody here
 * has read is not trusted with a withdrawal, and its history is not booked: what changes is a difference for people to explain.
 */
import { z } from "zod";
import { readUnits } from "../http/index.ts";
import type { VenueInput } from "../index.ts";
import { VenueError } from "../index.ts";
import type {
  CancelOutcome,
  FindOutcome,
  SubmitOutcome,
  Venue,
  VenueBalance,
  VenueCapabilities,
  VenueWallet,
  WalletRef,
} from "../port.ts";
import { credentialsOf, pointAt } from "./api.ts";
import { type CcxtExchange, loadExchange } from "./load.ts";
import { Names } from "./names.ts";
import type { CcxtOptions } from "./options.ts";

const ACCOUNT = "main";
const amounts = z.record(z.string(), z.string().nullish());
const balanceShape = z.looseObject({ free: amounts, used: amounts, total: amounts });

export class WatchedExchange implements Venue {
  readonly id: string;
  readonly #input: VenueInput;
  readonly #options: CcxtOptions;
  readonly #names: Names;
  #client: Promise<CcxtExchange> | null = null;

  constructor(input: VenueInput, options: CcxtOptions) {
    this.id = input.id;
    this.#input = input;
    this.#options = options;
    this.#names = new Names(input.assets, options);
  }

  capabilities(): VenueCapabilities {
    return {
      idempotency: { kind: "none" },
      lookup_by_reference: false,
      consistency_window_ms: 3_600_000,
      list_movements: false,
      cancel: false,
      push: false,
      webhooks: false,
      approval_stage: false,
      signing: "digest",
      finality: "watched only",
      networks: Object.keys(this.#options.networks),
    };
  }

  async verify(): Promise<void> {
    await this.#read();
  }

  async listWallets(): Promise<readonly VenueWallet[]> {
    const { total } = await this.#read();
    return Object.keys(total).flatMap((coin) => {
      const asset = this.#names.assetOf(coin);
      return asset === null ? [] : [{ account: ACCOUNT, asset, label: `${asset} at ${this.#options.exchange}` }];
    });
  }

  async getBalance(wallet: WalletRef): Promise<VenueBalance> {
    const as_of = this.#input.clock.now();
    const { free, used, total } = await this.#read();
    const coin = this.#names.coin(wallet.asset);
    const { decimals } = this.#input.assets.get(wallet.asset) ?? { decimals: 0 };
    const units = (text: string | null | undefined): bigint => readUnits(text ?? "0", { style: "decimal", decimals });
    const available = units(free[coin]);
    const locked = units(used[coin]);
    if (units(total[coin]) !== available + locked) {
      throw new VenueError("venue_invalid", `The balance of ${wallet.asset} is not the sum of its parts.`);
    }
    const rest = { pending_in: 0n, pending_out: 0n, height: null, pending_readable: true };
    return { total: available + locked, available, locked, as_of, ...rest };
  }

  getAddress(): Promise<never> {
    return Promise.reject(this.#unsupported());
  }

  listNetworks(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  prepare(): Promise<never> {
    return Promise.reject(this.#unsupported());
  }

  decode(): never {
    throw this.#unsupported();
  }

  submit(): Promise<SubmitOutcome> {
    const { code, message } = this.#unsupported();
    return Promise.resolve({ outcome: "rejected", code, message });
  }

  find(): Promise<FindOutcome> {
    return Promise.resolve({ outcome: "unreadable", message: this.#unsupported().message });
  }

  cancel(): Promise<CancelOutcome> {
    return Promise.resolve({ outcome: "unsupported" });
  }

  listMovements(): Promise<never> {
    return Promise.reject(this.#unsupported());
  }

  async close(): Promise<void> {
    if (this.#client !== null) await (await this.#client).close?.();
  }

  async #read(): Promise<z.output<typeof balanceShape>> {
    this.#client ??= this.#connect();
    const client = await this.#client;
    let body: unknown;
    try {
      body = await client.fetchBalance();
    } catch (cause) {
      throw asVenueError(cause);
    }
    const read = balanceShape.safeParse(body).data;
    if (read !== undefined) return read;
    throw new VenueError("venue_invalid", `ccxt read no balance of ${this.#options.exchange}.`);
  }

  async #connect(): Promise<CcxtExchange> {
    const client = await loadExchange(this.#options.exchange, credentialsOf(this.#options));
    if (this.#options.base_url !== undefined) pointAt(client, this.#options.base_url);
    client.milliseconds = () => this.#input.clock.now();
    return client;
  }

  #unsupported(): VenueError {
    const message = `"${this.id}" (${this.#options.exchange}) is watched only: Tidegate moves no money there.`;
    return new VenueError("venue_unsupported", message, { venue: this.id });
  }
}

/** ccxt's classes by their names: the package is not loaded where no exchange is used. */
function asVenueError(cause: unknown): VenueError {
  const name = cause instanceof Error ? cause.constructor.name : "";
  const message = cause instanceof Error ? cause.message.slice(0, 300) : "ccxt failed.";
  if (/Authentication|Permission|AccountSuspended|Nonce/.test(name))
    return new VenueError("venue_auth", message, {}, { cause });
  if (/RateLimit|DDoS/.test(name)) return new VenueError("venue_rate_limited", message, {}, { cause });
  if (/Network|NotAvailable|Timeout|Maintenance/.test(name))
    return new VenueError("venue_transient", message, {}, { cause });
  return new VenueError("venue_invalid", message, {}, { cause });
}
