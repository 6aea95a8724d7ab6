/**
 * A sandbox venue behind the venue port: one dialect (what to say) on the shared transport (saying it). Reads are tried again
 * there; whether a submit may be repeated is the transfer's decision.
 */
import { assert } from "../../errors/index.ts";
import { createSeededRandom } from "../../ports/index.ts";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import { createFetchPort, HttpClient, type HttpReply, type HttpRequest, readSubmit } from "../http/index.ts";
import { VenueError, type VenueOrders } from "../index.ts";
import type {
  CancelOutcome,
  DecodedEffect,
  FindOutcome,
  FindQuery,
  MovementPage,
  PrepareContext,
  SubmitOutcome,
  Venue,
  VenueAddress,
  VenueBalance,
  VenueCapabilities,
  VenueHealth,
  VenueNetwork,
  VenueWallet,
  WalletRef,
} from "../port.ts";
import { createDialect } from "./create_dialect.ts";
import { askForVault, readOpened } from "./custodian_vaults.ts";
import { createExchangeOrders } from "./exchange_orders.ts";
import { askExplorer, readExplorer } from "./explorer.ts";
import { PushListener } from "./push.ts";
import type { Dialect, SandboxVenueOptions, SandboxWallet } from "./types.ts";

/** Only spreads pauses between attempts. */
const PAUSE_SEED = 1;

/** @example createSandboxVenue({ id: "exchange", kind: "exchange", base_url, secrets, clock, assets, wallets }) */
export function createSandboxVenue(options: SandboxVenueOptions): Venue {
  return new SandboxVenue(options);
}

class SandboxVenue implements Venue {
  readonly id: string;
  readonly #options: SandboxVenueOptions;
  readonly #dialect: Dialect;
  readonly #client: HttpClient;
  readonly #push: PushListener;
  readonly readChain?: NonNullable<Venue["readChain"]>;
  readonly createWallet?: NonNullable<Venue["createWallet"]>;
  readonly orders?: VenueOrders;

  constructor(options: SandboxVenueOptions) {
    this.id = options.id;
    this.#options = options;
    this.#dialect = createDialect(options);
    this.#client = createClient(options, this.#dialect);
    this.#push = new PushListener(options.base_url, this.#dialect, options.clock);
    if (this.#dialect.on_chain) {
      this.readChain = async (wallet) => readExplorer(await this.#read(askExplorer(wallet)), options.assets);
    }
    const readError = (reply: HttpReply) => this.#dialect.readError(reply);
    if (keepsVaults(options.kind)) {
      this.createWallet = async (request) =>
        readOpened(await this.#client.submit(askForVault(request)), request, readError);
    }
    if (options.kind === "exchange") this.orders = createExchangeOrders(this.#client, options.assets, readError);
  }

  capabilities(): VenueCapabilities {
    return this.#dialect.capabilities;
  }

  async verify(): Promise<void> {
    await this.#read(this.#dialect.verify());
  }

  async listWallets(): Promise<readonly VenueWallet[]> {
    return this.#dialect.readWallets(await this.#read(this.#dialect.listWallets()));
  }

  async getBalance(wallet: WalletRef): Promise<VenueBalance> {
    return this.#dialect.readBalance(await this.#read(this.#dialect.getBalance(wallet)), wallet);
  }

  async getAddress(wallet: WalletRef, network: string): Promise<VenueAddress> {
    return this.#dialect.readAddress(await this.#read(this.#dialect.getAddress(wallet, network)));
  }

  async listNetworks(wallet: WalletRef): Promise<readonly VenueNetwork[]> {
    return this.#dialect.readNetworks(await this.#read(this.#dialect.listNetworks(wallet)), wallet);
  }

  async listMovements(wallet: WalletRef, cursor: string | null): Promise<MovementPage> {
    return this.#dialect.readMovements(await this.#read(this.#dialect.listMovements(wallet, cursor)), wallet);
  }

  prepare(plan: TransferPlan, context: PrepareContext): Promise<PreparedSubmit> {
    const wallet = this.#options.wallets.find((each) => each.id === plan.from.wallet) ?? this.#opened(plan);
    assert(plan.from.venue === this.id, `plan ${plan.id} leaves from ${plan.from.venue}, not from ${this.id}`);
    if (!wallet) {
      const message = `Wallet "${plan.from.wallet}" is not known at venue "${this.id}".`;
      return Promise.reject(new VenueError("venue_not_found", message));
    }
    return Promise.resolve(this.#dialect.prepare(plan, wallet, context.now));
  }

  decode(prepared: PreparedSubmit): DecodedEffect {
    return this.#dialect.decode(prepared);
  }

  async submit(prepared: PreparedSubmit): Promise<SubmitOutcome> {
    return readSubmit(bound(this.#dialect), await this.#client.submit(this.#dialect.submit(prepared)));
  }

  async find(query: FindQuery): Promise<FindOutcome> {
    const result = await this.#client.look(this.#dialect.find(query));
    if (!result.answered) return { outcome: "unreadable", message: result.message };
    const unreadable: FindOutcome = { outcome: "unreadable", message: `The venue answered ${result.reply.status}.` };
    try {
      return this.#dialect.readFound(result.reply, query) ?? unreadable;
    } catch (error) {
      if (error instanceof VenueError) return { outcome: "unreadable", message: error.message };
      throw error;
    }
  }

  async cancel(venue_ref: string): Promise<CancelOutcome> {
    const request = this.#dialect.cancel(venue_ref);
    if (!request) return { outcome: "unsupported" };
    const result = await this.#client.submit(request);
    if (!result.answered) return { outcome: "unknown", message: result.message };
    const unknown: CancelOutcome = { outcome: "unknown", message: `The venue answered ${result.reply.status}.` };
    return this.#dialect.readCancelled(result.reply) ?? unknown;
  }

  subscribe(hint: (wallet_account: string | null) => void): () => void {
    return this.#push.subscribe(hint);
  }

  health(): VenueHealth {
    return this.#client.health();
  }

  close(): Promise<void> {
    this.#push.close();
    return Promise.resolve();
  }

  /** A vault that was opened for a wallet bears its name. */
  #opened({ from, asset }: TransferPlan): SandboxWallet | undefined {
    return keepsVaults(this.#options.kind) ? { id: from.wallet, account: from.wallet, asset } : undefined;
  }

  #read(request: HttpRequest): Promise<unknown> {
    return this.#client.read(request);
  }
}

function keepsVaults(kind: SandboxVenueOptions["kind"]): boolean {
  return kind === "custodian" || kind === "custodian_with_approval";
}

function createClient(options: SandboxVenueOptions, dialect: Dialect): HttpClient {
  const { id, base_url, clock, timer, request_timeout_ms } = options;
  return new HttpClient({
    venue: id,
    base_url,
    clock,
    port: options.http ?? createFetchPort(),
    random: options.random ?? createSeededRandom(PAUSE_SEED),
    sign: (request, now) => dialect.sign(request, now),
    readError: (reply) => dialect.readError(reply),
    limits: [],
    // Treasury time runs thousands of times faster than the second that a Date is cut to.
    follow_date: false,
    ...(timer === undefined ? {} : { timer }),
    ...(request_timeout_ms === undefined ? {} : { request_timeout_ms }),
  });
}

function bound(dialect: Dialect): Pick<Dialect, "readAccepted" | "readError"> {
  return {
    readAccepted: (reply) => dialect.readAccepted(reply),
    readError: (reply) => dialect.readError(reply),
  };
}
