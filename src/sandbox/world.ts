/**
 * The sandbox's world: every account at every venue, what is under way between them, and the customers. It moves only when
 * asked (`advance`), event by event in order of time, so that the same seed and the same requests give the same world at
 * any speed. Every change is in the journal before it is seen.
 */
import { assert } from "../errors/index.ts";
import type { Asset, AssetId } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { Draft } from "./draft.ts";
import { flowStep } from "./flow_events.ts";
import { FLOW_STEP_MS, HOUR_MS } from "./flows.ts";
import { emptyAccount, openingPatch } from "./genesis.ts";
import type { Journal } from "./journal.ts";
import { type NetworkTerms, termsOf } from "./networks.ts";
import { marketPrice, type PriceShift } from "./prices_path.ts";
import { type SaleRequest, type SaleResult, sale } from "./sales.ts";
import { priceFactor, type Scenario, scenarioOf } from "./scenarios.ts";
import { applyPatch, assertConserved, earliestDue, emptyState, snapshotOf } from "./state.ts";
import {
  acceptTransfer,
  approveAtVenue,
  nextStage,
  type Refusal,
  refusalOf,
  release,
  type TransferRequest,
} from "./transfer_events.ts";
import type {
  AccountRow,
  MovementRow,
  Patch,
  WorldConfig,
  WorldOrder,
  WorldState,
  WorldTransfer,
  WorldVenue,
} from "./types.ts";

/** A longer jump of the clock leaves the customers out: nobody was there to watch them. */
const CATCH_UP_MAX_MS = 14 * 24 * HOUR_MS;

/** Coins that somebody outside sends to an account of this world. */
export interface OutsidePayment {
  readonly key: string;
  readonly amount: bigint;
  readonly tx_hash: string;
  readonly counterparty: string;
}

export type SubmitResult =
  | { readonly taken: true; readonly transfer: WorldTransfer }
  | { readonly taken: false; readonly refusal: Refusal };

/** Accounts whose height or holds changed, in one advance or one request. */
export type WorldListener = (changed: readonly AccountRow[]) => void;

export class World {
  readonly config: WorldConfig;
  readonly scenario: Scenario;
  readonly #state: WorldState = emptyState();
  readonly #journal: Journal | null;
  readonly #venues: ReadonlyMap<string, WorldVenue>;
  readonly #listeners = new Set<WorldListener>();

  /** Reads the journal, or makes a new world that begins at `now`. @throws TidegateError sandbox_journal_corrupt */
  constructor(config: WorldConfig, journal: Journal | null, now: Instant) {
    this.config = config;
    this.scenario = scenarioOf(config.scenario);
    this.#journal = journal;
    this.#venues = new Map(config.venues.map((venue) => [venue.id, venue]));
    const patches = journal?.read() ?? [];
    for (const patch of patches) applyPatch(this.#state, patch);
    applyPatch(this.#state, openingPatch(this.#state, config, patches.length === 0 ? now : null));
    assertConserved(this.#state);
    journal?.rewrite(snapshotOf(this.#state));
  }

  /** Treasury time of the world; never goes back. */
  get at(): Instant {
    return this.#state.at;
  }

  get state(): Readonly<WorldState> {
    return this.#state;
  }

  onChange(listener: WorldListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  venue(id: string): WorldVenue {
    const found = this.#venues.get(id);
    assert(found !== undefined, `sandbox: no venue ${id}`);
    return found;
  }

  account(venue: string, account: string): AccountRow | null {
    return this.#state.accounts.get(`${venue}/${account}`) ?? null;
  }

  accountsAt(venue: string): readonly AccountRow[] {
    return [...this.#state.accounts.values()].filter((row) => row.venue === venue);
  }

  assetOf(id: AssetId): Asset | null {
    return this.config.assets.get(id) ?? null;
  }

  networksOf(asset: AssetId): readonly string[] {
    return this.config.networks.get(asset) ?? [];
  }

  /** Null where the asset does not move on the network. */
  terms(venue: string, asset: Asset, network: string): NetworkTerms | null {
    if (!this.networksOf(asset.id).includes(network)) return null;
    const since_h = (this.at - this.#state.scenario_at) / HOUR_MS;
    return termsOf(asset, network, this.venue(venue).kind, this.scenario, since_h);
  }

  /** Movements of an account after `after`, oldest first; null when those were forgotten. */
  movements(key: string, after: number, limit: number): readonly MovementRow[] | null {
    const account = this.#state.accounts.get(key);
    if (after > 0 && account && after < account.forgotten) return null;
    const list = this.#state.movements.get(key) ?? [];
    const start = firstAfter(list, after);
    return list.slice(start, start + limit);
  }

  /** What the scenario does to prices, at a time. */
  readonly shift: PriceShift = (asset, at) =>
    priceFactor(this.scenario, asset, (at - this.#state.scenario_at) / HOUR_MS);

  /** USD per whole asset at the market, in units of 10^-8. */
  price(asset: AssetId): bigint {
    return marketPrice(this.config.seed, asset, this.at, this.shift);
  }

  /** Opens an account that no customer knows; the same name again is the same account. Null: that name is another asset's. */
  openAccount(venue: string, account: string, asset: AssetId): AccountRow | null {
    const known = this.account(venue, account);
    if (known !== null) return known.asset === asset ? known : null;
    const draft = new Draft(this.#state, this.at);
    draft.addAccount(emptyAccount({ venue, account, asset, hot: false, empty: true }));
    this.#commit([draft.patch()]);
    return this.account(venue, account);
  }

  /** Coins from outside arrive. False when they are there already, or the account is not. */
  receive({ key, amount, tx_hash, counterparty }: OutsidePayment): boolean {
    const account = this.#state.accounts.get(key);
    const known = (this.#state.movements.get(key) ?? []).some((movement) => movement.tx_hash === tx_hash);
    if (account === undefined || known || amount <= 0n) return false;
    const draft = new Draft(this.#state, this.at);
    draft.move(key, { direction: "in", amount, fee: 0n, reference: null, tx_hash, counterparty });
    draft.asset(account.asset).sent_outside -= amount;
    this.#commit([draft.patch()]);
    return true;
  }

  /** Sells at once what the limit allows, and nothing later. */
  sell(request: SaleRequest): SaleResult {
    const result = sale(this.#state, request, { seed: this.config.seed, price: (asset) => this.price(asset) });
    if (result.taken) this.#commit([result.patch]);
    return result;
  }

  order(venue: string, reference: string): WorldOrder | null {
    return this.#state.orders.get(`${venue}/${reference}`) ?? null;
  }

  transfer(venue: string, id: string): WorldTransfer | null {
    const row = this.#state.transfers.get(id);
    return row?.venue === venue ? row : null;
  }

  /** Every transfer with this reference at the venue, newest last. */
  transfersByReference(venue: string, reference: string): readonly WorldTransfer[] {
    return [...this.#state.transfers.values()].filter((row) => row.venue === venue && row.reference === reference);
  }

  transferByHash(venue: string, tx_hash: string): WorldTransfer | null {
    const found = [...this.#state.transfers.values()].find((row) => row.venue === venue && row.tx_hash === tx_hash);
    return found ?? null;
  }

  submit(request: TransferRequest): SubmitResult {
    const terms = this.terms(request.venue.id, request.asset, request.network);
    const refusal = refusalOf(this.#state, request, terms);
    if (refusal || !terms) return { taken: false, refusal: refusal ?? { code: "unknown_network", message: "" } };
    const patch = acceptTransfer(this.#state, request, terms.fee, this.config.seed);
    this.#commit([patch]);
    const transfer = patch.transfers?.[0];
    assert(transfer !== undefined, "sandbox: an accepted transfer has a row");
    return { taken: true, transfer };
  }

  /** Takes back a transfer that has not left; false when it is too late. */
  cancel(row: WorldTransfer): boolean {
    if (row.status !== "pending_approval" && row.status !== "processing") return false;
    this.#commit([release(this.#state, row, "cancelled", this.at)]);
    return true;
  }

  /** The answer of a venue's own approvers; false when nothing waits for it. */
  answer(row: WorldTransfer, approve: boolean): boolean {
    if (row.status !== "pending_approval") return false;
    const venue = this.venue(row.venue);
    this.#commit([
      approve
        ? approveAtVenue(this.#state, row, venue, this.at, this.config.seed)
        : release(this.#state, row, "rejected", this.at),
    ]);
    return true;
  }

  /** Lets everything happen that is due until `now`. Asking for an earlier time changes nothing. */
  advance(now: Instant): void {
    if (now <= this.#state.at) return;
    const skip = now - this.#state.next_step_at > CATCH_UP_MAX_MS;
    if (skip) this.#commit([{ at: this.#state.at, next_step_at: Math.ceil(now / FLOW_STEP_MS) * FLOW_STEP_MS }]);
    const patches: Patch[] = [];
    for (;;) {
      const patch = this.#nextEvent(now);
      if (!patch) break;
      applyPatch(this.#state, patch);
      patches.push(patch);
    }
    this.#state.at = now;
    this.#journal?.append([...patches, { at: now }]);
    this.#afterChange(patches);
  }

  /** Writes nothing any more; the state stays readable. */
  close(): void {
    this.#journal?.close();
  }

  #nextEvent(until: Instant): Patch | null {
    const due = earliestDue(this.#state);
    const step_at = this.#state.next_step_at;
    if (due?.due_at != null && due.due_at <= until && due.due_at <= step_at) {
      return nextStage(this.#state, due, this.venue(due.venue), due.due_at, this.config.seed);
    }
    return step_at <= until ? flowStep(this.#state, this.config.seed, this.scenario) : null;
  }

  #commit(patches: readonly Patch[]): void {
    this.#journal?.append(patches);
    for (const patch of patches) applyPatch(this.#state, patch);
    this.#afterChange(patches);
  }

  #afterChange(patches: readonly Patch[]): void {
    if (this.#journal?.isLong()) this.#journal.rewrite(snapshotOf(this.#state));
    const changed = new Set(patches.flatMap((patch) => (patch.accounts ?? []).map((row) => row.key)));
    if (changed.size === 0) return;
    const rows = [...this.#state.accounts.values()].filter((row) => changed.has(row.key));
    for (const listener of this.#listeners) listener(rows);
  }
}

/** Index of the first movement with a higher `seq`; the list is in order. */
function firstAfter(list: readonly MovementRow[], after: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.seq ?? 0) > after) high = middle;
    else low = middle + 1;
  }
  return low;
}
