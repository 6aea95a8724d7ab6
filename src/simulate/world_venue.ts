/** The Venue port over the world, with the faults of the way: requests and replies that are lost or late, views that lag. */
import type { PreparedSubmit, SigningRequest, TransferPlan } from "../transfers/types.ts";
import { VenueError } from "../venues/index.ts";
import type {
  CancelOutcome,
  DecodedEffect,
  FindOutcome,
  FindQuery,
  MovementPage,
  OwnerSignature,
  PrepareContext,
  SignaturesStanding,
  SubmitOutcome,
  Venue,
  VenueAddress,
  VenueBalance,
  VenueCapabilities,
  VenueNetwork,
  VenueWallet,
  WalletRef,
} from "../venues/port.ts";
import { between } from "./seeded_random.ts";
import type { World } from "./world.ts";
import type { RequestBody, VenueSpec } from "./world_types.ts";

const LATENCY_MS: readonly [number, number] = [20, 1_500];
const SLOW_MS: readonly [number, number] = [60_000, 600_000];
const TIMEOUT_MS = 30_000;
const LATE_MAX_MS = 2 * 3_600_000;
const STALE_MAX = 12;
const PAGE = 20;
const MINUTE_MS = 60_000;
const REOPENING = { window_ms: 4 * 3_600_000, movements: "mirrored" } as const;

export const NETWORKS = ["tron", "ethereum"] as const;

export class WorldVenue implements Venue {
  readonly id: string;
  readonly #world: World;
  readonly #spec: VenueSpec;
  #down_until = 0;

  constructor(world: World, venue: string) {
    this.id = venue;
    this.#world = world;
    this.#spec = world.spec(venue);
  }

  capabilities(): VenueCapabilities {
    const { idempotency, consistency_window_ms, approval_stage } = this.#spec;
    return {
      idempotency,
      lookup_by_reference: true,
      consistency_window_ms,
      list_movements: true,
      cancel: approval_stage,
      push: true,
      webhooks: false,
      approval_stage,
      signing: this.#spec.owners_sign ? "eip712_safe" : "digest",
      finality: "5 minutes after arrival",
      // A chain is looked at again; what custodians call final and take back is for people.
      ...(idempotency.kind === "signed_transaction" ? { reopening: REOPENING } : {}),
      networks: NETWORKS,
    };
  }

  async verify(): Promise<void> {
    await this.#read();
  }

  async listWallets(): Promise<readonly VenueWallet[]> {
    await this.#read();
    const own = [...this.#world.accounts.values()].filter(({ venue }) => venue === this.id);
    return own.map(({ account }) => ({ account, asset: "USDT", label: account }));
  }

  async getBalance(wallet: WalletRef): Promise<VenueBalance> {
    await this.#read();
    const account = this.#world.account(this.id, wallet.account);
    const now = this.#world.clock.now();
    let { total, locked } = account;
    let height: number = account.movements.length;
    let as_of = now;
    const old = account.past.at(-between(this.#world.random, 1, STALE_MAX));
    const misdated = this.#world.faults.strikes("misdated_balance");
    if (old !== undefined && (misdated || this.#world.faults.strikes("stale_balance"))) {
      ({ total, locked, height } = old);
      as_of = misdated ? now : old.at;
    }
    return {
      total,
      available: total - locked,
      pending_in: 0n,
      pending_out: locked,
      locked: 0n,
      as_of: as_of + this.#spec.skew_ms,
      height: misdated ? String(account.movements.length) : String(height),
      pending_readable: true,
    };
  }

  async getAddress(wallet: WalletRef): Promise<VenueAddress> {
    return { address: this.#world.account(this.id, wallet.account).address, memo: null };
  }

  async listNetworks(): Promise<readonly VenueNetwork[]> {
    await this.#read();
    return NETWORKS.map((network, index) => ({
      network,
      enabled: true,
      fee_fixed: this.#spec.fee + BigInt(index),
      fee_ppm: 0,
      minimum: 1_000_000n,
      maximum: null,
      step: 1n,
      lead_time_ms: 30 * MINUTE_MS,
    }));
  }

  async requestSigning(plan: TransferPlan): Promise<SigningRequest> {
    await this.#read();
    return this.#world.owners.request(plan);
  }

  async readSignatures(request: SigningRequest, signatures: readonly OwnerSignature[]): Promise<SignaturesStanding> {
    await this.#read();
    return this.#world.owners.standing(request.hash, signatures, this.#world.effects);
  }

  async prepare(plan: TransferPlan, { signing, signatures }: PrepareContext): Promise<PreparedSubmit> {
    await this.#read();
    const body: RequestBody = {
      plan_id: plan.id,
      key: plan.id,
      account: accountOf(plan),
      to_address: plan.to.address,
      network: plan.network,
      amount: plan.amount,
      fee_max: plan.fee_max,
      ...(signing === null ? {} : { signing: { hash: signing.hash, signatures } }),
    };
    const signed = this.#spec.idempotency.kind === "signed_transaction";
    return {
      reference: plan.id,
      body,
      tx_hash: signed ? `tx-${plan.id}` : null,
      prepared_at: this.#world.clock.now(),
    };
  }

  decode(prepared: PreparedSubmit): DecodedEffect {
    const body = prepared.body as RequestBody;
    return {
      from_account: body.account,
      to_address: body.to_address,
      to_memo: null,
      asset: "USDT",
      network: body.network,
      amount: BigInt(body.amount),
      fee_max: BigInt(body.fee_max),
      reference: prepared.reference,
    };
  }

  async submit(prepared: PreparedSubmit): Promise<SubmitOutcome> {
    const { faults, random } = this.#world;
    const body = prepared.body as RequestBody;
    const reach = (): SubmitOutcome => this.#world.execute(this.id, body, prepared.tx_hash);
    if (this.#isDown(body.plan_id) || faults.strikes("lost_request", body.plan_id)) return this.#timeOut();
    if (faults.strikes("late_execution", body.plan_id)) {
      this.#world.executeLate(between(random, MINUTE_MS, LATE_MAX_MS), body.plan_id, reach);
      return this.#timeOut();
    }
    await this.#latency();
    const outcome = reach();
    if (faults.strikes("lost_reply", body.plan_id)) return this.#timeOut();
    await this.#latency();
    return outcome;
  }

  async find(query: FindQuery): Promise<FindOutcome> {
    await this.#latency();
    const { clock, faults, effects } = this.#world;
    if (this.#isDown(query.reference) || faults.strikes("lookup_error", query.reference))
      return { outcome: "unreadable", message: "503" };
    const now = clock.now();
    const seen = effects.filter((one) => one.venue === this.id && one.visible_at <= now);
    const effect =
      seen.find(({ venue_ref }) => venue_ref === query.venue_ref) ?? seen.find(({ key }) => key === query.reference);
    if (effect === undefined) return { outcome: "absent", as_of: now + this.#spec.skew_ms };
    const done = effect.stage === "final";
    return {
      outcome: "found",
      transfer: {
        venue_ref: effect.venue_ref,
        reference: effect.key,
        tx_hash: effect.left || this.#spec.idempotency.kind === "signed_transaction" ? effect.tx_hash : null,
        stage: effect.stage,
        status: effect.status,
        final: done,
        to_address: effect.shown_address ?? effect.to.address,
        asset: "USDT",
        amount: effect.amount,
        amount_received: effect.delivered > 0n ? effect.delivered : null,
        fee: effect.left ? effect.beside : null,
        confirmations: effect.arrived ? (done ? 2 : 1) : null,
        confirmations_needed: 2,
        raw_status: effect.stage,
      },
    };
  }

  async cancel(venue_ref: string): Promise<CancelOutcome> {
    if (!this.#spec.approval_stage) return { outcome: "unsupported" };
    await this.#latency();
    if (this.#isDown()) return { outcome: "unknown", message: "503" };
    if (this.#world.withdraw(this.id, venue_ref)) return { outcome: "cancelled" };
    return { outcome: "too_late", message: "It is approved or ended already." };
  }

  async listMovements(wallet: WalletRef, cursor: string | null): Promise<MovementPage> {
    await this.#read();
    const { movements } = this.#world.account(this.id, wallet.account);
    const from = cursor === null ? 0 : Number(cursor);
    const lag = this.#world.faults.strikes("list_lag") ? between(this.#world.random, 1, 3) : 0;
    const visible = movements.slice(0, Math.max(from, movements.length - lag));
    const page = visible.slice(from, from + PAGE);
    const next = from + page.length;
    return { movements: page, cursor: String(next), has_more: next < visible.length };
  }

  subscribe(hint: (account: string | null) => void): () => void {
    return this.#world.listen(this.id, hint);
  }

  async close(): Promise<void> {}

  async #read(): Promise<void> {
    await this.#latency();
    const { faults, clock, random } = this.#world;
    if (faults.strikes("outage")) this.#down_until = clock.now() + between(random, MINUTE_MS, 3 * 60 * MINUTE_MS);
    if (faults.strikes("rate_limit")) {
      const options = { retry_after_ms: between(random, MINUTE_MS, 30 * MINUTE_MS) };
      throw new VenueError("venue_rate_limited", "429 Too Many Requests", {}, options);
    }
    if (this.#isDown() || faults.strikes("read_error"))
      throw new VenueError("venue_transient", "503 Service Unavailable");
  }

  /** `transfer_id`: whom it strikes. */
  #isDown(transfer_id?: string): boolean {
    const is_down = this.#world.faults.on && this.#world.clock.now() < this.#down_until;
    if (is_down && transfer_id !== undefined) this.#world.faults.struck.add(transfer_id);
    return is_down;
  }

  async #latency(): Promise<void> {
    const { clock, faults, random } = this.#world;
    const range = faults.strikes("slow_answer") ? SLOW_MS : LATENCY_MS;
    await clock.sleep(between(random, ...range));
  }

  async #timeOut(): Promise<SubmitOutcome> {
    await this.#world.clock.sleep(TIMEOUT_MS);
    return { outcome: "unknown", message: "no answer within 30 s" };
  }
}

function accountOf(plan: TransferPlan): string {
  return plan.from.wallet;
}
