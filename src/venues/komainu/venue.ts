/** Komainu behind the venue port. Which of its facts are confirmed is said in docs/how-to/komainu.md. */
import { assert } from "../../errors/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import { VenueError, type VenueInput } from "../index.ts";
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
  WebhookHint,
} from "../port.ts";
import { type CollateralOperation, type CollateralOrder, listOperations, requestOperation } from "./collateral.ts";
import { KomainuLine } from "./line.ts";
import type { KomainuSettings } from "./options.ts";
import {
  demandDecimals,
  estimateFee,
  listKomainuWallets,
  readKomainuBalance,
  readKomainuMovements,
  readWallet,
} from "./reads.ts";
import { type AssetForm, readForms, stepOf } from "./registry.ts";
import { cancelRequest, findRequest, submitRequest } from "./requests.ts";
import { buildRequest, decodeRequest } from "./send_request.ts";
import { readWebhook } from "./webhook.ts";

/** How long after a request its absence means nothing. Komainu documents no figure; this one is ours. */
const CONSISTENCY_MS = 30 * 60_000;
/** How long decimals that agreed are taken to agree. */
const DECIMALS_MS = 3_600_000;
const MS_PER_MINUTE = 60_000;

export class KomainuVenue implements Venue {
  readonly id: string;
  readonly #input: VenueInput;
  readonly #settings: KomainuSettings;
  readonly #line: KomainuLine;
  readonly #forms: readonly AssetForm[];
  readonly #agreed = new Map<string, Instant>();

  /** @throws VenueError venue_invalid */
  constructor(input: VenueInput, settings: KomainuSettings) {
    this.id = input.id;
    this.#input = input;
    this.#settings = settings;
    this.#forms = readForms(input.id, settings, input);
    this.#line = new KomainuLine(input.id, settings, input);
  }

  capabilities(): VenueCapabilities {
    return {
      idempotency: { kind: "none" },
      lookup_by_reference: true,
      consistency_window_ms: CONSISTENCY_MS,
      list_movements: true,
      cancel: true,
      push: false,
      webhooks: this.#settings.webhook_secret !== undefined,
      approval_stage: true,
      signing: "digest",
      finality: "Komainu says CONFIRMED",
      networks: [...new Set(this.#forms.map(({ instrument }) => instrument.network))],
    };
  }

  async verify(): Promise<void> {
    for (const form of this.#forms) await this.#demandDecimals(form);
  }

  listWallets(): Promise<readonly VenueWallet[]> {
    return listKomainuWallets(this.#line, this.#forms);
  }

  async getBalance({ account, asset }: WalletRef): Promise<VenueBalance> {
    const form = await this.#form(asset);
    return readKomainuBalance(this.#line, account, form, this.#input.clock.now());
  }

  async getAddress({ account, asset }: WalletRef, network: string): Promise<VenueAddress> {
    const form = await this.#form(asset);
    const { address } = await readWallet(this.#line, account, form);
    if (form.instrument.network === network && address) return { address, memo: null };
    throw new VenueError("venue_not_found", `${account} has no address on ${network}.`);
  }

  async listNetworks({ account, asset }: WalletRef): Promise<readonly VenueNetwork[]> {
    const form = await this.#form(asset);
    const fee_fixed = await estimateFee(this.#line, account, form);
    const step = stepOf(form);
    const lead_time_ms = this.#settings.lead_minutes * MS_PER_MINUTE;
    const { network } = form.instrument;
    return [{ network, enabled: true, fee_fixed, fee_ppm: 0, minimum: step, maximum: null, step, lead_time_ms }];
  }

  async listMovements({ account, asset }: WalletRef, cursor: string | null): Promise<MovementPage> {
    return readKomainuMovements(this.#line, account, await this.#form(asset), cursor);
  }

  async prepare(plan: TransferPlan, context: PrepareContext): Promise<PreparedSubmit> {
    assert(plan.from.venue === this.id, `plan ${plan.id} leaves from ${plan.from.venue}, not from ${this.id}`);
    const wallet = this.#input.wallets.find(({ id }) => id === plan.from.wallet);
    if (!wallet)
      throw new VenueError("venue_not_found", `Wallet "${plan.from.wallet}" is not known at venue "${this.id}".`);
    const form = await this.#form(plan.asset);
    const prepared = buildRequest(plan, form, wallet.account, context);
    // Komainu's request has no fee limit: the estimate is held against ours before anything is asked.
    const fee = await estimateFee(this.#line, wallet.account, form);
    if (fee <= BigInt(plan.fee_max)) return prepared;
    throw new VenueError(
      "venue_policy_denied",
      `Komainu estimates a fee of ${fee} base units, and the plan allows ${plan.fee_max}.`,
    );
  }

  decode(prepared: PreparedSubmit): DecodedEffect {
    return decodeRequest(prepared, this.#forms);
  }

  submit(prepared: PreparedSubmit): Promise<SubmitOutcome> {
    return submitRequest(this.#line, prepared);
  }

  async find({ reference, asset }: FindQuery): Promise<FindOutcome> {
    return findRequest(this.#line, reference, this.#formOf(asset), this.#input.clock.now());
  }

  cancel(venue_ref: string): Promise<CancelOutcome> {
    return cancelRequest(this.#line, venue_ref);
  }

  verifyWebhook(raw: Uint8Array, headers: Readonly<Record<string, string>>, now: Instant): WebhookHint {
    return readWebhook(raw, headers, this.#settings.webhook_secret, now);
  }

  /** Operations on collateral of one asset. @throws VenueError */
  async collateralOperations(asset: string): Promise<readonly CollateralOperation[]> {
    return listOperations(this.#line, await this.#form(asset));
  }

  /** Pledges or releases collateral; nothing leaves the wallet. Never throws for an outcome. */
  async requestCollateral(order: CollateralOrder, asset: string): Promise<SubmitOutcome> {
    return requestOperation(this.#line, order, await this.#form(asset));
  }

  health(): VenueHealth {
    return this.#line.client.health();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** With decimals that were seen to agree of late. @throws VenueError */
  async #form(asset: string): Promise<AssetForm> {
    const form = this.#formOf(asset);
    const now = this.#input.clock.now();
    if (now - (this.#agreed.get(form.code) ?? Number.NEGATIVE_INFINITY) > DECIMALS_MS) await this.#demandDecimals(form);
    return form;
  }

  async #demandDecimals(form: AssetForm): Promise<void> {
    await demandDecimals(this.#line, form);
    this.#agreed.set(form.code, this.#input.clock.now());
  }

  #formOf(asset: string): AssetForm {
    const form = this.#forms.find((each) => each.asset.id === asset);
    if (form) return form;
    throw new VenueError("venue_invalid", `No asset of "${this.id}" is ${asset}.`, { venue: this.id });
  }
}
