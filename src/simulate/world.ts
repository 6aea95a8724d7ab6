/**
 * The venues' truth: accounts, what was asked, what really moved. Requests arrive here after the faults of the way have been
 * drawn; what happens afterwards happens whether or not anybody hears of it.
 */
import { assert } from "../errors/index.ts";
import type { Random } from "../ports/index.ts";
import type { TransferRow } from "../transfers/index.ts";
import type { OwnerSignature, SubmitOutcome } from "../venues/port.ts";
import type { Faults } from "./faults.ts";
import { Owners } from "./owners.ts";
import { between } from "./seeded_random.ts";
import { AUTHORITY, addressOf, PAYEE } from "./sim_config.ts";
import type { VirtualClock } from "./virtual_clock.ts";
import type { Effect, RequestBody, VenueSpec, WorldAccount } from "./world_types.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const PAST_MAX = 64;
/** Nobody's wallet: where a tampered request would go. */
const STRANGER = "sim:stranger";
const OTHERS_MS: readonly [number, number] = [MINUTE_MS, 2 * HOUR_MS];
const LATE_HINT_MS = 6 * HOUR_MS;
/** Share of an amount that comes alone, or never comes. */
const PART_PERCENT: readonly [number, number] = [5, 80];
const NEXT_PART_MS: readonly [number, number] = [MINUTE_MS, 90 * MINUTE_MS];

export interface AccountSpec {
  readonly venue: string;
  readonly account: string;
  readonly address: string;
  readonly hot: boolean;
  readonly total: bigint;
}

export class World {
  readonly accounts = new Map<string, WorldAccount>();
  /** Somebody else's: at no venue here, and read by nobody. */
  readonly outside = new Map<string, WorldAccount>();
  readonly effects: Effect[] = [];
  readonly specs: ReadonlyMap<string, VenueSpec>;
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly faults: Faults;
  readonly #listeners = new Map<string, Set<(account: string | null) => void>>();
  /** Requests the checker looks at before they take effect. */
  onEffect: (effect: Effect) => void = () => {};
  #flows_in = 0n;
  #flows_out = 0n;
  readonly #opening: bigint;
  #counter = 0;
  readonly #late: string[] = [];
  readonly owners = new Owners(AUTHORITY.people);

  constructor(
    clock: VirtualClock,
    random: Random,
    faults: Faults,
    specs: readonly VenueSpec[],
    accounts: readonly AccountSpec[],
  ) {
    this.clock = clock;
    this.random = random;
    this.faults = faults;
    this.specs = new Map(specs.map((spec) => [spec.id, spec]));
    for (const { venue, account, address, hot, total } of accounts) {
      const key = `${venue}/${account}`;
      this.accounts.set(key, { key, venue, account, address, hot, total, locked: 0n, movements: [], past: [] });
    }
    const payee = {
      key: `external/${PAYEE}`,
      venue: "external",
      account: PAYEE,
      address: addressOf(PAYEE),
      hot: false,
    };
    this.outside.set(payee.key, { ...payee, total: 0n, locked: 0n, movements: [], past: [] });
    this.#opening = accounts.reduce((sum, { total }) => sum + total, 0n);
  }

  spec(venue: string): VenueSpec {
    const spec = this.specs.get(venue);
    assert(spec !== undefined, `no venue ${venue} in this world`);
    return spec;
  }

  account(venue: string, account: string): WorldAccount {
    const found = this.accounts.get(`${venue}/${account}`);
    assert(found !== undefined, `no account ${venue}/${account} in this world`);
    return found;
  }

  /** A request has reached the venue. */
  execute(venue: string, body: RequestBody, tx_hash: string | null): SubmitOutcome {
    const spec = this.spec(venue);
    const known = this.#repeatOf(spec, body, tx_hash);
    if (known !== undefined) {
      if (spec.idempotency.kind === "key" && spec.idempotency.on_reuse === "reject") {
        return { outcome: "rejected", code: "duplicate_reference", message: "This reference was used before." };
      }
      return { outcome: "accepted", venue_ref: known.venue_ref, tx_hash: this.#hashOf(known), stage: known.stage };
    }
    if (this.faults.strikes("venue_refuses", body.plan_id)) {
      return { outcome: "rejected", code: "refused", message: "The venue does not want to." };
    }
    if (spec.owners_sign) {
      const problem = this.owners.problem(body.signing?.hash ?? "", body.signing?.signatures ?? []);
      if (problem !== null) return { outcome: "rejected", code: "not_executable", message: problem };
    }
    const from = this.account(venue, body.account);
    const everybody = [...this.accounts.values(), ...this.outside.values()];
    const to = everybody.find(({ address }) => address === body.to_address);
    const amount = BigInt(body.amount);
    if (to === undefined || from.total - from.locked < amount + spec.fee) {
      return { outcome: "rejected", code: "insufficient", message: "The account does not have it." };
    }
    if (spec.owners_sign) this.owners.use(body.account);
    const effect = this.#accept(spec, body, { from, to, amount, tx_hash });
    return { outcome: "accepted", venue_ref: effect.venue_ref, tx_hash: this.#hashOf(effect), stage: effect.stage };
  }

  /** A customer pays in (above zero) or is paid; refused when the account does not have it. */
  flow(account: WorldAccount, amount: bigint): void {
    if (amount < 0n && account.total - account.locked < -amount) return;
    this.#remember(account);
    account.total += amount;
    if (amount > 0n) this.#flows_in += amount;
    else this.#flows_out -= amount;
    this.#move(account, amount > 0n ? "in" : "out", amount > 0n ? amount : -amount, 0n, null, `flow-${this.#next()}`);
  }

  /** The world's own books balance, or the simulator is wrong. */
  assertConserved(): void {
    let sum = 0n;
    for (const { total } of [...this.accounts.values(), ...this.outside.values()]) sum += total;
    for (const effect of this.effects) {
      if (effect.left) sum += effect.amount + effect.beside - effect.delivered;
    }
    assert(sum === this.#opening + this.#flows_in - this.#flows_out, "the world lost or made money");
  }

  /** Owners' signatures are in the world once they are given; now and then somebody who holds enough of them uses them. */
  ownersSigned(venue: string, hash: string, signatures: readonly OwnerSignature[]): void {
    const request = this.owners.requested(hash);
    if (request === undefined || this.owners.problem(hash, signatures) !== null) return;
    if (!this.faults.strikes("executed_by_others", request.plan_id)) return;
    const { plan_id, account, to_address, network, amount, fee_max } = request;
    const body = { plan_id, key: plan_id, account, to_address, network, amount, fee_max };
    this.clock.after(between(this.random, ...OTHERS_MS), () => {
      if (this.faults.on && !this.effects.some((effect) => effect.plan_id === plan_id)) {
        this.execute(venue, { ...body, signing: { hash, signatures }, by_others: true }, `tx-${plan_id}`);
      }
    });
  }

  /** The owners use its nonce for a payment of nothing; false when it was used already. */
  burn({ id, signing, plan }: TransferRow): boolean {
    const request = this.owners.requested(signing?.hash ?? "");
    const executed = this.effects.some(({ plan_id }) => plan_id === id);
    if (executed || request?.nonce !== this.owners.nonce(plan.from.wallet)) return false;
    this.owners.use(request.account);
    this.faults.note("nonce_burnt");
    return true;
  }

  /** A request that the client gave up on and that arrives all the same. */
  executeLate(after_ms: number, plan_id: string, reach: () => void): void {
    this.#late.push(plan_id);
    this.clock.after(after_ms, () => {
      this.#late.splice(this.#late.indexOf(plan_id), 1);
      reach();
    });
  }

  /** Whether a request for this transfer may still arrive. */
  isLate(plan_id: string): boolean {
    return this.#late.includes(plan_id);
  }

  /** Nothing is on its way at any venue. */
  isIdle(): boolean {
    return this.#late.length === 0 && this.effects.every(({ stage }) => stage === "final");
  }

  listen(venue: string, hint: (account: string | null) => void): () => void {
    const hints = this.#listeners.get(venue) ?? new Set();
    hints.add(hint);
    this.#listeners.set(venue, hints);
    return () => hints.delete(hint);
  }

  #hashOf(effect: Effect): string | null {
    return this.spec(effect.venue).idempotency.kind === "signed_transaction" || effect.left ? effect.tx_hash : null;
  }

  #repeatOf(spec: VenueSpec, body: RequestBody, tx_hash: string | null): Effect | undefined {
    const { idempotency } = spec;
    if (idempotency.kind === "none") return undefined;
    const now = this.clock.now();
    return this.effects.find((effect) => {
      if (effect.venue !== spec.id) return false;
      if (idempotency.kind === "signed_transaction") return effect.tx_hash === tx_hash || effect.key === body.key;
      return effect.key === body.key && now - effect.accepted_at < idempotency.lifetime_ms;
    });
  }

  #accept(
    spec: VenueSpec,
    body: RequestBody,
    move: { from: WorldAccount; to: WorldAccount; amount: bigint; tx_hash: string | null },
  ): Effect {
    const now = this.clock.now();
    const lag = this.faults.strikes("lookup_lag", body.plan_id)
      ? between(this.random, 1_000, spec.consistency_window_ms - 1_000)
      : 0;
    const net = this.faults.strikes("fee_from_amount", body.plan_id) ? spec.fee : 0n;
    const short = this.faults.strikes("short_delivery", body.plan_id) ? this.#part(move.amount) : 0n;
    const effect: Effect = {
      venue_ref: `${spec.id}-${this.#next()}`,
      venue: spec.id,
      plan_id: body.plan_id,
      key: body.key,
      from: move.from,
      to: move.to,
      amount: move.amount,
      fee: spec.fee,
      beside: spec.fee - net,
      received: move.amount - net - short,
      delivered: 0n,
      parts: [],
      by_others: body.by_others === true,
      shown_address: spec.approval_stage && this.faults.strikes("tampered_at_venue", body.plan_id) ? STRANGER : null,
      accepted_at: now,
      visible_at: now + lag,
      tx_hash: move.tx_hash ?? `hash-${this.#next()}`,
      stage: spec.approval_stage ? "pending_approval" : "accepted",
      status: "pending",
      left: false,
      arrived: false,
      reorged: false,
    };
    this.#remember(move.from);
    move.from.locked += effect.amount + effect.beside;
    this.effects.push(effect);
    this.onEffect(effect);
    this.#proceed(spec, effect);
    return effect;
  }

  #proceed(spec: VenueSpec, effect: Effect): void {
    const { random, clock } = this;
    const approval_ms = spec.approval_stage ? between(random, 20 * MINUTE_MS, 2 * HOUR_MS) : 0;
    clock.after(approval_ms, () => {
      if (effect.stage === "final") return;
      // Nobody at the venue approves what they did not ask for themselves, when they look at last.
      if (effect.shown_address !== null) return this.#stop(effect);
      if (spec.approval_stage && this.faults.strikes("venue_denies", effect.plan_id)) return this.#stop(effect);
      effect.stage = "signing";
      clock.after(between(random, ...spec.processing_ms), () => {
        if (this.faults.strikes("cancelled_at_venue", effect.plan_id)) return this.#stop(effect);
        if (this.faults.strikes("reissued", effect.plan_id)) effect.venue_ref = `${spec.id}-${this.#next()}`;
        this.#leave(spec, effect);
      });
    });
  }

  /** What waits for the venue's own approval can be taken back; true when it was. */
  withdraw(venue: string, venue_ref: string): boolean {
    const effect = this.effects.find((one) => one.venue === venue && one.venue_ref === venue_ref);
    if (effect?.stage !== "pending_approval") return false;
    this.#stop(effect);
    return true;
  }

  #stop(effect: Effect): void {
    this.#remember(effect.from);
    effect.from.locked -= effect.amount + effect.beside;
    effect.stage = "final";
    effect.status = "failed";
  }

  #leave(spec: VenueSpec, effect: Effect): void {
    const { from, amount, beside } = effect;
    this.#remember(from);
    from.locked -= amount + beside;
    from.total -= amount + beside;
    effect.left = true;
    effect.stage = "broadcast";
    this.#move(from, "out", amount, beside, effect.key, effect.tx_hash);
    if (this.faults.strikes("replaced_hash", effect.plan_id)) {
      this.clock.after(MINUTE_MS, () => {
        if (effect.arrived) return;
        effect.tx_hash = `hash-${this.#next()}`;
        effect.stage = "broadcast";
      });
    }
    this.#travel(spec, effect);
  }

  #travel(spec: VenueSpec, effect: Effect): void {
    this.clock.after(between(this.random, ...spec.network_ms), () => {
      if (!this.faults.strikes("reorg", effect.plan_id)) return this.#arrive(spec, effect);
      effect.stage = "confirming";
      this.clock.after(3 * MINUTE_MS, () => {
        effect.stage = "broadcast";
        this.#travel(spec, effect);
      });
    });
  }

  /** Some of an amount, never all of it. */
  #part(amount: bigint): bigint {
    return (amount * BigInt(between(this.random, ...PART_PERCENT))) / 100n;
  }

  #arrive(spec: VenueSpec, effect: Effect): void {
    effect.stage = "confirming";
    const in_parts = !effect.reorged && this.faults.strikes("partial_fill", effect.plan_id);
    if (in_parts) this.#deliver(effect, this.#part(effect.received));
    const rest_ms = in_parts ? between(this.random, ...NEXT_PART_MS) : 0;
    if (rest_ms === 0) this.#arriveWhole(spec, effect);
    else this.clock.after(rest_ms, () => this.#arriveWhole(spec, effect));
  }

  #deliver(effect: Effect, amount: bigint): void {
    const { to, tx_hash } = effect;
    this.#remember(to);
    to.total += amount;
    effect.delivered += amount;
    effect.parts.push(this.#move(to, "in", amount, 0n, null, tx_hash));
  }

  /** What has not come yet comes now. */
  #arriveWhole(spec: VenueSpec, effect: Effect): void {
    effect.arrived = true;
    this.#deliver(effect, effect.received - effect.delivered);
    this.clock.after(5 * MINUTE_MS, () => {
      effect.stage = "final";
      effect.status = "succeeded";
      // What came in parts is undone in parts: another story.
      if (effect.parts.length > 1) return;
      if (this.faults.strikes("reorg_after_final", effect.plan_id)) this.#undoLater(spec, effect);
    });
  }

  /** The network forgets what it had called final, and takes it up again; only while the destination still has it. */
  #undoLater(spec: VenueSpec, effect: Effect): void {
    this.clock.after(between(this.random, MINUTE_MS, HOUR_MS), () => {
      const { to, received } = effect;
      if (to.total - to.locked < received) return;
      this.#remember(to);
      to.total -= received;
      effect.delivered -= received;
      effect.parts.length = 0;
      effect.arrived = false;
      effect.reorged = true;
      effect.stage = "broadcast";
      effect.status = "pending";
      this.#move(to, "out", received, 0n, null, effect.tx_hash);
      this.#travel(spec, effect);
    });
  }

  #move(
    account: WorldAccount,
    direction: "in" | "out",
    amount: bigint,
    fee: bigint,
    reference: string | null,
    tx_hash: string,
  ): string {
    const height = account.movements.length + 1;
    const id = `${account.key}-${height}`;
    account.movements.push({
      id,
      direction,
      amount,
      fee,
      asset: "USDT",
      reference,
      tx_hash,
      counterparty: null,
      // Somebody else's wallet is at no venue of this world.
      at: this.clock.now() + (this.specs.get(account.venue)?.skew_ms ?? 0),
      height: String(height),
      final: true,
    });
    const times = this.faults.strikes("duplicate_hint") ? 3 : 1;
    for (let i = 0; i < times; i += 1) if (!this.faults.strikes("lost_hint")) this.#hint(account);
    if (this.faults.strikes("forged_hint")) this.#forge();
    return id;
  }

  /** A push of somebody who only pretends to be a venue, about a wallet where nothing happened, or about none. */
  #forge(): void {
    const accounts = [...this.accounts.values()];
    const victim = accounts[between(this.random, 0, accounts.length - 1)];
    if (victim === undefined) return;
    for (const hint of this.#listeners.get(victim.venue) ?? []) {
      hint(victim.account);
      hint("no-such-account");
      hint(null);
    }
  }

  #hint(account: WorldAccount): void {
    const hints = this.#listeners.get(account.venue);
    if (hints === undefined) return;
    const late_ms = this.faults.strikes("late_hint") ? LATE_HINT_MS : MINUTE_MS;
    this.clock.after(between(this.random, 0, late_ms), () => {
      for (const hint of hints) hint(account.account);
    });
  }

  #remember(account: WorldAccount): void {
    const { total, locked } = account;
    account.past.push({ at: this.clock.now(), total, locked, height: account.movements.length });
    if (account.past.length > PAST_MAX) account.past.shift();
  }

  #next(): number {
    this.#counter += 1;
    return this.#counter;
  }
}
