/**
 * A sandbox venue behind the venue port: one dialect (what to say) on one transport (saying it). Nothing is retried here:
 * whether a request may be repeated is the transfer's decision.
 */
import { assert } from "../../errors/index.ts";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import { VenueError } from "../index.ts";
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
  VenueNetwork,
  VenueWallet,
  WalletRef,
} from "../port.ts";
import { createDialect } from "./create_dialect.ts";
import { bodyOf, readSubmit } from "./outcome.ts";
import { PushListener } from "./push.ts";
import { type SendResult, send } from "./transport.ts";
import type { Dialect, SandboxVenueOptions, WireRequest } from "./types.ts";

export const REQUEST_TIMEOUT_MS = 10_000;

/** @example createSandboxVenue({ id: "exchange", kind: "exchange", base_url, secrets, clock, assets, wallets }) */
export function createSandboxVenue(options: SandboxVenueOptions): Venue {
  return new SandboxVenue(options);
}

class SandboxVenue implements Venue {
  readonly id: string;
  readonly #options: SandboxVenueOptions;
  readonly #dialect: Dialect;
  readonly #push: PushListener;

  constructor(options: SandboxVenueOptions) {
    this.id = options.id;
    this.#options = options;
    this.#dialect = createDialect(options);
    this.#push = new PushListener(options.base_url, this.#dialect, options.clock);
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
    const wallet = this.#options.wallets.find((each) => each.id === plan.from.wallet);
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
    return readSubmit(this.#dialect, await this.#send(this.#dialect.submit(prepared)));
  }

  async find(query: FindQuery): Promise<FindOutcome> {
    const result = await this.#send(this.#dialect.find(query));
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
    const result = await this.#send(request);
    if (!result.answered) return { outcome: "unknown", message: result.message };
    const unknown: CancelOutcome = { outcome: "unknown", message: `The venue answered ${result.reply.status}.` };
    return this.#dialect.readCancelled(result.reply) ?? unknown;
  }

  subscribe(hint: (wallet_account: string | null) => void): () => void {
    return this.#push.subscribe(hint);
  }

  close(): Promise<void> {
    this.#push.close();
    return Promise.resolve();
  }

  async #read(request: WireRequest): Promise<unknown> {
    return bodyOf(this.#dialect, await this.#send(request));
  }

  #send(request: WireRequest): Promise<SendResult> {
    const { base_url, clock, request_timeout_ms = REQUEST_TIMEOUT_MS } = this.#options;
    return send(base_url, request, this.#dialect.sign(request, clock.now()), request_timeout_ms);
  }
}
