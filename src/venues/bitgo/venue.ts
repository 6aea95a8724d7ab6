/**
 * BitGo behind the venue port: reads from the platform, sends through Express. Money never leaves by this connector alone:
 * BitGo's own policies and people come after it, and the webhook policy rule asks Tidegate again before anything is signed.
 */
import { assert } from "../../errors/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import { get } from "../http/index.ts";
import { VenueError, type VenueInput } from "../index.ts";
import type {
  CancelOutcome,
  CreateWalletOutcome,
  CreateWalletRequest,
  DecodedEffect,
  FindOutcome,
  FindQuery,
  MovementPage,
  PrepareContext,
  SigningQuestion,
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
import { CoinRegistry } from "./coins.ts";
import { createBitgoWallet } from "./create_wallet.ts";
import { openLines } from "./lines.ts";
import { findSend, type LookUps } from "./look_up.ts";
import type { BitgoSettings } from "./options.ts";
import { demandWebhookRule } from "./policies.ts";
import { listHoldings, readAddress, readBalance, readMovements, readNetworks } from "./reads.ts";
import { buildSend, decodeSend } from "./send_request.ts";
import { readSigningQuestion } from "./signing_question.ts";
import { cancelSend, submitSend } from "./submit.ts";
import { readWebhook } from "./webhook.ts";

/** BitGo never forgets a sequence id: a hundred years. */
const FOR_EVER_MS = 100 * 365 * 24 * 3_600_000;
/** A confirmed transfer may be `removed`: settled ones are looked at again for so long. */
const REOPENING_MS = 3 * 24 * 3_600_000;
/** How long after a send its absence means nothing. BitGo documents no figure; this one is ours. */
const CONSISTENCY_MS = 15 * 60_000;

export class BitgoVenue implements Venue {
  readonly id: string;
  readonly #input: VenueInput;
  readonly #settings: BitgoSettings;
  readonly #coins: CoinRegistry;
  readonly #look: LookUps;

  /** @throws VenueError venue_invalid */
  constructor(input: VenueInput, settings: BitgoSettings) {
    this.id = input.id;
    this.#input = input;
    this.#settings = settings;
    this.#coins = new CoinRegistry(input.id, settings.coins, input);
    this.#look = { lines: openLines(input.id, settings, input), now: () => input.clock.now() };
  }

  capabilities(): VenueCapabilities {
    const depths = this.#coins.all.map(({ coin, settings }) => `${settings.confirmations} on ${coin}`).join(", ");
    return {
      idempotency: { kind: "key", lifetime_ms: FOR_EVER_MS, on_reuse: "reject" },
      lookup_by_reference: true,
      consistency_window_ms: CONSISTENCY_MS,
      list_movements: true,
      cancel: true,
      push: false,
      webhooks: this.#settings.webhook_secret !== undefined,
      approval_stage: true,
      signing: "digest",
      finality: `BitGo says confirmed, and so many confirmations have followed: ${depths}`,
      reopening: { window_ms: REOPENING_MS, movements: "mirrored" },
      networks: [...new Set(this.#coins.all.map(({ instrument }) => instrument.network))],
    };
  }

  async verify(): Promise<void> {
    const { enterprise, policy_secret } = this.#settings;
    await this.#look.lines.platform.read(get("/api/v2/wallets/count", { enterprise }));
    if (policy_secret !== undefined) await demandWebhookRule(this.#look, enterprise);
  }

  listWallets(): Promise<readonly VenueWallet[]> {
    return listHoldings(this.#look, this.#settings.enterprise, this.#coins);
  }

  async getBalance(wallet: WalletRef): Promise<VenueBalance> {
    return readBalance(this.#look, this.#holding(wallet));
  }

  async getAddress(wallet: WalletRef, network: string): Promise<VenueAddress> {
    const holding = this.#holding(wallet);
    if (holding.form.instrument.network === network) return readAddress(this.#look, holding);
    throw new VenueError(
      "venue_not_found",
      `${holding.form.coin} is on ${holding.form.instrument.network}, not on ${network}.`,
    );
  }

  async listNetworks(wallet: WalletRef): Promise<readonly VenueNetwork[]> {
    return readNetworks(this.#look, this.#holding(wallet), this.#settings.lead_minutes);
  }

  async listMovements(wallet: WalletRef, cursor: string | null): Promise<MovementPage> {
    return readMovements(this.#look, this.#holding(wallet), cursor);
  }

  async prepare(plan: TransferPlan, context: PrepareContext): Promise<PreparedSubmit> {
    assert(plan.from.venue === this.id, `plan ${plan.id} leaves from ${plan.from.venue}, not from ${this.id}`);
    const wallet = this.#input.wallets.find(({ id }) => id === plan.from.wallet);
    if (wallet) return buildSend(plan, this.#holding(wallet), context);
    throw new VenueError("venue_not_found", `Wallet "${plan.from.wallet}" is not known at venue "${this.id}".`);
  }

  decode(prepared: PreparedSubmit): DecodedEffect {
    return decodeSend(prepared, this.#coins);
  }

  submit(prepared: PreparedSubmit): Promise<SubmitOutcome> {
    return submitSend(this.#look, prepared, this.#coins, this.#settings.wallet_passphrase);
  }

  async find(query: FindQuery): Promise<FindOutcome> {
    return findSend(this.#look, query, this.#holding(query.wallet));
  }

  cancel(venue_ref: string): Promise<CancelOutcome> {
    return cancelSend(this.#look, venue_ref, this.#coins);
  }

  verifyWebhook(raw: Uint8Array, headers: Readonly<Record<string, string>>, _now: Instant): WebhookHint {
    return readWebhook(raw, headers, this.#settings.webhook_secret);
  }

  readSigningQuestion(raw: Uint8Array, secret: string): SigningQuestion {
    const accounts = this.#input.wallets.map(({ account }) => account);
    return readSigningQuestion(raw, secret, this.#settings.policy_secret, this.#coins, accounts);
  }

  createWallet(request: CreateWalletRequest): Promise<CreateWalletOutcome> {
    return createBitgoWallet(this.#look, request, this.#coins, this.#settings);
  }

  health(): VenueHealth {
    return this.#look.lines.platform.health();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** @throws VenueError venue_not_found; venue_invalid where the coin is not the wallet's asset */
  #holding(wallet: Pick<WalletRef, "account" | "asset">) {
    const holding = this.#coins.holding(wallet.account);
    if (holding.form.asset.id === wallet.asset) return holding;
    const message = `The wallet of ${wallet.asset} names ${holding.form.coin}, which is ${holding.form.asset.id}.`;
    throw new VenueError("venue_invalid", message, { account: wallet.account });
  }
}
