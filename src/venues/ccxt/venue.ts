/** An exchange behind the venue port: one account, the withdrawals of `withdraw.ts`, and the exchange's own words in its dialect. */
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import { lookUp } from "../http/index.ts";
import type { VenueInput, VenueOrders } from "../index.ts";
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
  VenueHealth,
  VenueNetwork,
  VenueWallet,
  WalletRef,
} from "../port.ts";
import { type ApiInput, CcxtApi } from "./api.ts";
import type { ExchangeDialect, ExchangeFacts } from "./dialect.ts";
import type { CcxtOptions } from "./options.ts";
import { BalancePush } from "./push.ts";
import {
  decodeWithdrawal,
  findWithdrawal,
  prepareWithdrawal,
  submitWithdrawal,
  type WithdrawInput,
} from "./withdraw.ts";

/** Limits of the line that a test shortens. */
export type LineLimits = Pick<ApiInput, "request_timeout_ms">;

export class ExchangeVenue implements Venue {
  readonly id: string;
  readonly orders?: VenueOrders;
  readonly #input: VenueInput;
  readonly #options: CcxtOptions;
  readonly #facts: ExchangeFacts;
  readonly #api: CcxtApi;
  readonly #dialect: ExchangeDialect;
  readonly #push: BalancePush;

  constructor(input: VenueInput, options: CcxtOptions, facts: ExchangeFacts, line: LineLimits = {}) {
    const { id, clock, random, http, assets } = input;
    this.id = id;
    this.#input = input;
    this.#options = options;
    this.#facts = facts;
    this.#api = new CcxtApi({ id, options, facts, clock, random, http, ...line });
    this.#dialect = facts.create({ api: this.#api, options, assets });
    this.#push = new BalancePush({ options, facts, clock });
    if (this.#dialect.orders !== undefined && options.markets.length > 0) this.orders = this.#dialect.orders;
  }

  capabilities(): VenueCapabilities {
    const { idempotency, client_id, consistency_window_ms, cancel, push } = this.#facts;
    return {
      idempotency,
      lookup_by_reference: client_id,
      consistency_window_ms,
      list_movements: true,
      cancel,
      push,
      webhooks: false,
      approval_stage: true,
      signing: "digest",
      finality: "the exchange says completed",
      networks: Object.keys(this.#options.networks),
    };
  }

  async verify(): Promise<void> {
    await this.#dialect.assets();
  }

  async listWallets(): Promise<readonly VenueWallet[]> {
    const { account, exchange } = this.#facts;
    return (await this.#dialect.assets()).map((asset) => ({ account, asset, label: `${asset} at ${exchange}` }));
  }

  async getBalance(wallet: WalletRef): Promise<VenueBalance> {
    this.#checkAccount(wallet.account);
    const as_of = this.#input.clock.now();
    const { available, locked, leaving } = await this.#dialect.holding(wallet.asset);
    return {
      total: available + locked + leaving,
      available,
      pending_in: 0n,
      pending_out: leaving,
      locked,
      as_of,
      height: null,
      pending_readable: true,
    };
  }

  getAddress(wallet: WalletRef, network: string): Promise<VenueAddress> {
    return this.#dialect.depositAddress(wallet.asset, network);
  }

  async listNetworks(wallet: WalletRef): Promise<readonly VenueNetwork[]> {
    const { lead_time_ms } = this.#options;
    return (await this.#dialect.terms(wallet.asset)).map(({ fee, ...terms }) => ({
      ...terms,
      fee_fixed: fee,
      fee_ppm: 0,
      fee_firm: true as const,
      lead_time_ms,
    }));
  }

  prepare(plan: TransferPlan, context: PrepareContext): Promise<PreparedSubmit> {
    return prepareWithdrawal(this.#withdrawals(), plan, context);
  }

  decode(prepared: PreparedSubmit): DecodedEffect {
    return decodeWithdrawal(this.#withdrawals(), prepared);
  }

  submit(prepared: PreparedSubmit): Promise<SubmitOutcome> {
    return submitWithdrawal(this.#withdrawals(), prepared);
  }

  find(query: FindQuery): Promise<FindOutcome> {
    return lookUp(() => findWithdrawal(this.#withdrawals(), query));
  }

  async cancel(venue_ref: string): Promise<CancelOutcome> {
    const call = this.#dialect.cancellation(venue_ref);
    if (call === null) return { outcome: "unsupported" };
    const result = await this.#api.submit(call);
    if (!result.answered) return { outcome: "unknown", message: result.message };
    const error = this.#facts.readError(result.reply);
    if (result.reply.status !== 200) return { outcome: "unknown", message: `It answered ${result.reply.status}.` };
    if (error === null) return { outcome: "cancelled" };
    return error.kind === "venue_invalid"
      ? { outcome: "too_late", message: error.message }
      : { outcome: "unknown", message: error.message };
  }

  async listMovements(wallet: WalletRef, cursor: string | null): Promise<MovementPage> {
    this.#checkAccount(wallet.account);
    return this.#dialect.movements(wallet.asset, cursor);
  }

  subscribe(hint: (wallet_account: string | null) => void): () => void {
    return this.#push.subscribe(hint);
  }

  health(): VenueHealth {
    return this.#api.health();
  }

  async close(): Promise<void> {
    await this.#push.close();
  }

  #withdrawals(): WithdrawInput {
    return { api: this.#api, dialect: this.#dialect, facts: this.#facts, assets: this.#input.assets };
  }

  #checkAccount(account: string): void {
    if (account === this.#facts.account) return;
    const message = `A wallet at ${this.#facts.exchange} has the account "${this.#facts.account}", not "${account}".`;
    throw new VenueError("venue_not_found", message);
  }
}
