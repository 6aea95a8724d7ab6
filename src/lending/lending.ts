/**
 * Lending as the daemon and its faces see it: one turn in every cycle, and what people ask for. A turn: open wallets, close what
 * has moved, mark what is missing, book interest, look at everybody who crossed a level, follow facilities, calls and sales. Each
 * part stands for itself: one that fails is tried again in the next turn, but nothing is sold in a turn that does not know who was
 * cured. Notices go out beside the turns.
 */

import { emit } from "../audit/index.ts";
import type { SignedVote } from "../authority/types.ts";
import { AssertionError } from "../errors/index.ts";
import type { Instant } from "../ports/index.ts";
import { type CollateralBooks, messageOf, recordAlert } from "../transfers/index.ts";
import { accrueAll } from "./accrue.ts";
import {
  acknowledgeCall,
  type Calculator,
  calculate,
  type ExtensionDraft,
  escalateOverdue,
  extensionQuorum,
  proposeExtension,
  voteOnExtension,
} from "./calls.ts";
import type { NoticeChannel } from "./deliver.ts";
import { acceptDeposit } from "./deposits.ts";
import type { LendingDeps } from "./deps.ts";
import { eachOf, followOne } from "./follow.ts";
import { bringHome, type LeftoverDraft, type PaidOtherwise, paySurplus, recordSurplusPaid } from "./leftover.ts";
import { markMissing } from "./missing.ts";
import { closeMoves, reopenMove } from "./moves.ts";
import { Outbox } from "./outbox.ts";
import { disburse, type PaymentDraft, repay } from "./payments.ts";
import { type Added, NOTHING_ADDED, readAdded, workPlaces } from "./places.ts";
import { startSales } from "./plan_sale.ts";
import { cancelFacility, expireFacilities, facilityQuorum, proposeFacility, voteOnFacility } from "./propose.ts";
import { type ReleaseDraft, releaseCollateral, withdrawOvertaken } from "./release.ts";
import { disownDeposit } from "./returned.ts";
import {
  cancelSubstitution,
  proposeSubstitution,
  type SubstitutionDraft,
  substitutionQuorum,
  voteOnSubstitution,
} from "./substitute.ts";
import { Sweep } from "./sweep.ts";
import { dayOf, type FacilityDraft } from "./terms.ts";
import type { DepositRow, ExtensionRow, FacilityRow, SubstitutionRow } from "./types.ts";
import { workSales } from "./work_sale.ts";
import { workSubstitutions } from "./work_substitution.ts";

export interface LendingStanding {
  readonly watched: number;
  readonly deferred: number;
  /** Of the last exact scan of everybody; null before the first. */
  readonly rescanned_at: Instant | null;
  readonly rescanned: number;
  /** Stages that were not what they must be, since the start. Always 0. */
  readonly mismatches: number;
}

/** What a transfer's own changes mean for collateral. */
export const COLLATERAL_BOOKS: CollateralBooks = { takenBack: reopenMove, disown: disownDeposit };

export class Lending {
  readonly deps: LendingDeps;
  readonly #outbox: Outbox;
  readonly #sweep: Sweep;
  /** Facilities of which collateral is missing. */
  readonly #marked = new Set<string>();
  /** Why the sale of a call could not start, so that it is told once. */
  readonly #refused = new Map<string, string>();
  #added: Added = NOTHING_ADDED;
  #added_read = false;
  #day = -1;
  #rescan_due_at: Instant = 0;
  #standing: LendingStanding = { watched: 0, deferred: 0, rescanned_at: null, rescanned: 0, mismatches: 0 };

  constructor(deps: LendingDeps, channels: readonly NoticeChannel[]) {
    this.deps = deps;
    this.#outbox = new Outbox(deps, channels);
    this.#sweep = new Sweep(deps);
  }

  /** What facilities add to the configuration. */
  added(): Added {
    return this.#added;
  }

  standing(): LendingStanding {
    return { ...this.#standing, ...this.#sweep.standing() };
  }

  /** Before anything is observed: the wallets of every facility are known. */
  async prepare(): Promise<void> {
    if (!this.#added_read) await this.#readAdded();
  }

  /** One turn. `act`: this instance leads. */
  async turn(signal: AbortSignal): Promise<void> {
    const { deps } = this;
    this.#outbox.check();
    await this.#part(signal, "wallets", async () => {
      if (await workPlaces(deps)) await this.#readAdded();
    });
    const known = [
      await this.#part(signal, "moves", () => closeMoves(deps)),
      await this.#part(signal, "missing", () => markMissing(deps, this.#marked)),
      await this.#part(signal, "interest", () => accrueAll(deps)),
      await this.#part(signal, "sweep", () => this.#sweepOnce()),
    ];
    await this.#part(signal, "proposals", () => expireFacilities(deps));
    await this.#part(signal, "calls", () => escalateOverdue(deps));
    await this.#part(signal, "releases", () => withdrawOvertaken(deps));
    if (known.every((done) => done)) await this.#part(signal, "substitutions", () => workSubstitutions(deps));
    // Whoever was cured in the meantime is known by then, or nothing is sold in this turn.
    if (known.every((done) => done)) {
      await this.#part(signal, "sales", () => startSales(deps, this.#refused));
      await this.#part(signal, "orders", () => workSales(deps));
    }
    this.#outbox.send(signal);
    await this.#part(signal, "rescan", () => this.#rescanDue());
  }

  /** When the notices that are on their way have been answered. */
  delivered(): Promise<void> {
    return this.#outbox.idle();
  }

  proposeFacility(draft: FacilityDraft): Promise<FacilityRow> {
    return proposeFacility(this.deps, draft);
  }

  voteOnFacility(vote: SignedVote): ReturnType<typeof voteOnFacility> {
    return voteOnFacility(this.deps, vote);
  }

  facilityQuorum(row: FacilityRow): ReturnType<typeof facilityQuorum> {
    return facilityQuorum(this.deps, row);
  }

  cancelFacility(id: string, actor: string, reason: string): Promise<FacilityRow> {
    return cancelFacility(this.deps, id, actor, reason);
  }

  disburse(draft: PaymentDraft): ReturnType<typeof disburse> {
    return disburse(this.deps, draft);
  }

  repay(draft: PaymentDraft): ReturnType<typeof repay> {
    return repay(this.deps, draft);
  }

  release(draft: ReleaseDraft): ReturnType<typeof releaseCollateral> {
    return releaseCollateral(this.deps, draft);
  }

  bringHome(draft: LeftoverDraft): ReturnType<typeof bringHome> {
    return bringHome(this.deps, draft);
  }

  paySurplus(draft: LeftoverDraft): ReturnType<typeof paySurplus> {
    return paySurplus(this.deps, draft);
  }

  recordSurplusPaid(draft: PaidOtherwise): ReturnType<typeof recordSurplusPaid> {
    return recordSurplusPaid(this.deps, draft);
  }

  acceptDeposit(key: Pick<DepositRow, "wallet_id" | "movement_id">, actor: string): Promise<DepositRow> {
    return acceptDeposit(this.deps, key, actor);
  }

  acknowledgeCall(id: string, actor: string): ReturnType<typeof acknowledgeCall> {
    return acknowledgeCall(this.deps, id, actor);
  }

  proposeExtension(draft: ExtensionDraft): Promise<ExtensionRow> {
    return proposeExtension(this.deps, draft);
  }

  voteOnExtension(vote: SignedVote): ReturnType<typeof voteOnExtension> {
    return voteOnExtension(this.deps, vote);
  }

  extensionQuorum(row: ExtensionRow): ReturnType<typeof extensionQuorum> {
    return extensionQuorum(this.deps, row);
  }

  proposeSubstitution(draft: SubstitutionDraft): Promise<SubstitutionRow> {
    return proposeSubstitution(this.deps, draft);
  }

  voteOnSubstitution(vote: SignedVote): ReturnType<typeof voteOnSubstitution> {
    return voteOnSubstitution(this.deps, vote);
  }

  substitutionQuorum(row: SubstitutionRow): ReturnType<typeof substitutionQuorum> {
    return substitutionQuorum(this.deps, row);
  }

  cancelSubstitution(id: string, actor: string, reason: string): Promise<SubstitutionRow> {
    return cancelSubstitution(this.deps, id, actor, reason);
  }

  calculate(row: FacilityRow): Calculator | null {
    return calculate(this.deps, row);
  }

  async #readAdded(): Promise<void> {
    this.#added = await readAdded(this.deps);
    this.#added_read = true;
  }

  async #sweepOnce(): Promise<void> {
    const changed = await this.#sweep.turn();
    for (const row of changed) if (Object.keys(row.missing).length > 0) this.#marked.add(row.id);
    // A wallet that another instance opened is known here too.
    if (changed.some(({ id, state }) => state === "awaiting_collateral" && !this.#knows(id))) await this.#readAdded();
    await eachOf(this.deps, "awaiting_collateral", (row) => followOne(this.deps, row));
    const today = dayOf(this.deps.clock.now());
    if (today === this.#day) {
      for (const row of changed) await followOne(this.deps, row);
      return;
    }
    for (const state of ["active", "matured", "defaulted"] as const) {
      await eachOf(this.deps, state, (row) => followOne(this.deps, row));
    }
    this.#day = today;
  }

  #knows(facility_id: string): boolean {
    return this.#added.wallets.some((wallet) => wallet.facility_id === facility_id);
  }

  async #rescanDue(): Promise<void> {
    const { clock, config, store, ids } = this.deps;
    const now = clock.now();
    if (now < this.#rescan_due_at) return;
    this.#rescan_due_at = now + (config.credit?.rescan_interval_ms ?? 0);
    const { facilities, wrong } = await this.#sweep.rescan();
    const mismatches = this.#standing.mismatches + wrong.length;
    this.#standing = { ...this.#standing, rescanned_at: now, rescanned: facilities, mismatches };
    const payload = { facilities, mismatches: wrong.length, ids: wrong.slice(0, NAMED_MAX) };
    const message = `${wrong.length} facilities stood at another level than their price says.`;
    const notice = { code: "credit_mismatch", severity: "page", message, ref: "lending" } as const;
    if (facilities === 0) return;
    await store.tx("credit.rescan", async (tx) => {
      await emit(tx, ids, { kind: "credit.rescan", ref: "lending", actor: "daemon", at: now, payload });
      if (wrong.length > 0) await recordAlert(tx, this.deps, notice, now);
    });
    if (wrong.length > 0) this.deps.notifier.notify(notice);
  }

  /** True when it was done. */
  async #part(signal: AbortSignal, name: string, work: () => Promise<unknown>): Promise<boolean> {
    if (signal.aborted) return false;
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof AssertionError) throw error;
      this.deps.log.error({ part: name, cause: messageOf(error) }, "A part of lending failed; it is tried again.");
      return false;
    }
  }
}

/** Facilities that one event of the scan names. */
const NAMED_MAX = 20;
