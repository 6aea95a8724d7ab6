/** A person proposes a facility; others approve its terms as a whole, or one of them ends it. */
import {
  castVote,
  facilityDigest,
  facilitySubject,
  type QuorumView,
  type SignedVote,
  tally,
  verifyVote,
  votesOn,
} from "../authority/index.ts";
import { tables } from "../store/index.ts";
import { recordingRefusal } from "../transfers/index.ts";
import { demandState, getFacility, moveFacility, recordState } from "./change.ts";
import { creditOf, type LendingDeps } from "./deps.ts";
import { dustOf } from "./dust.ts";
import { LendingError } from "./errors.ts";
import { isMoving } from "./held.ts";
import { openPlaces } from "./places.ts";
import { isHolding } from "./position.ts";
import { dayOf, type FacilityDraft, termsOf } from "./terms.ts";
import type { FacilityDoc, FacilityRow } from "./types.ts";

/**
 * Writes the facility as `proposed`.
 * @throws LendingError facility_invalid, facility_reference_used; CreditError for terms that make no sense
 */
export async function proposeFacility(deps: LendingDeps, draft: FacilityDraft): Promise<FacilityRow> {
  const now = deps.clock.now();
  const { config, ids } = deps;
  const terms = termsOf({ ...config, credit: creditOf(deps) }, draft, ids.next("fac"), now);
  return deps.store.tx("facility.propose", async (tx) => {
    const row = newRow(terms, draft);
    const [known] = await tx.find(tables.facility, { where: { reference: draft.reference }, limit: 1 });
    if (known !== undefined) {
      throw new LendingError("facility_reference_used", `${draft.reference} is the reference of another facility.`, {
        facility: known.id,
      });
    }
    await tx.insert(tables.facility, row);
    await recordState(tx, deps, row, null, { actor: draft.proposed_by, now, note: null });
    return row;
  });
}

export interface FacilityVoted {
  readonly facility: FacilityRow;
  readonly quorum: QuorumView;
}

/** The vote that completes the quorum approves the facility and asks for its wallets. @throws AuthorityError; LendingError */
export async function voteOnFacility(deps: LendingDeps, vote: SignedVote): Promise<FacilityVoted> {
  const { object_id } = vote.payload;
  await deps.store.read("facility.read", (tx) => getFacility(tx, object_id));
  return recordingRefusal(deps, vote, async () => {
    const policy = deps.config.authority;
    const verified = await verifyVote(deps.verifier, policy, vote, null);
    return deps.store.tx("facility.vote", async (tx) => {
      const row = await getFacility(tx, object_id);
      const now = deps.clock.now();
      const genuine = facilityDigest(row.terms) === row.digest && row.terms.id === row.id;
      const open = row.state === "proposed" && now < row.terms.expires_at && genuine;
      const subject = facilitySubject(policy, row);
      const { quorum } = await castVote(tx, deps.ids, { policy, vote: verified, subject, open, now });
      const change = { actor: `person:${vote.person_id}`, now };
      if (quorum.state === "denied") {
        const note = "One person denied it.";
        return { facility: await moveFacility(tx, deps, row, "denied", { ...change, note }), quorum };
      }
      if (quorum.state !== "complete") return { facility: row, quorum };
      const note = "The quorum is complete.";
      const facility = await moveFacility(tx, deps, row, "approved", { ...change, note });
      await openPlaces(tx, facility, now);
      return { facility, quorum };
    });
  });
}

/** The count as it stands now. */
export async function facilityQuorum(
  { store, config, clock }: Pick<LendingDeps, "store" | "config" | "clock">,
  row: FacilityRow,
): Promise<QuorumView> {
  const votes = await store.read("facility.count", (tx) => votesOn(tx, row.id));
  return tally(config.authority, votes, facilitySubject(config.authority, row), clock.now());
}

/** Ends a facility of which nothing was drawn, nothing is held and nothing is on its way; one that ended so is returned as it is. */
export async function cancelFacility(
  deps: LendingDeps,
  id: string,
  actor: string,
  reason: string,
): Promise<FacilityRow> {
  const seen = await deps.store.read("facility.cancel", (tx) => getFacility(tx, id));
  const dust = await dustOf(deps, seen);
  return deps.store.tx("facility.cancel", async (tx) => {
    const row = await getFacility(tx, id);
    if (row.state === "cancelled") return row;
    demandState(row, ["proposed", "approved", "awaiting_collateral", "active"], "it can no longer be cancelled");
    if (row.disbursed > 0n) {
      const message = `Of ${row.reference} money was drawn: it can no longer be cancelled, and closes by itself once it is repaid and empty.`;
      throw new LendingError("facility_wrong_state", message, { facility: id });
    }
    if (await isMoving(tx, id)) {
      const message = `Collateral of ${row.reference} is on its way, and may still come back: cancel it once that has ended.`;
      throw new LendingError("facility_wrong_state", message, { facility: id });
    }
    if (isHolding(row) && (dust === null || row.version !== seen.version)) {
      throw new LendingError("facility_wrong_state", `${row.reference} holds collateral: release it first.`, {
        facility: id,
      });
    }
    return moveFacility(tx, deps, row, "cancelled", { actor, now: deps.clock.now(), note: reason });
  });
}

/** Proposals whose time passed. */
export async function expireFacilities(deps: LendingDeps): Promise<void> {
  const now = deps.clock.now();
  const open = await deps.store.read("facility.proposed", (tx) =>
    tx.find(tables.facility, { where: { state: "proposed" }, order_by: [["id", "asc"]], limit: PROPOSED_MAX }),
  );
  for (const { id } of open.filter(({ terms }) => now >= terms.expires_at)) {
    await deps.store.tx("facility.expire", async (tx) => {
      const row = await getFacility(tx, id);
      if (row.state !== "proposed") return;
      const note = "Its time passed before the quorum was complete.";
      await moveFacility(tx, deps, row, "expired", { actor: "daemon", now, note });
    });
  }
}

/** Proposals looked at in one turn. */
const PROPOSED_MAX = 1_000;

function newRow(terms: FacilityDoc, { reference, customer_id }: FacilityDraft): FacilityRow {
  const now = terms.created_at;
  return {
    ...{ id: terms.id, reference, customer_id, state: "proposed", currency: terms.currency },
    ...{ terms, digest: facilityDigest(terms), disbursed: 0n, principal: 0n },
    ...{
      interest: 0n,
      interest_before: 0n,
      interest_paid: 0n,
      accrual_day: dayOf(now),
      booked_day: dayOf(now),
      fees: 0n,
      fees_paid: 0n,
    },
    ...{ shortfall: 0n, held: {}, selling: {}, missing: {}, stage: "sound", call_id: null, liquidation_id: null },
    ...{ created_at: now, updated_at: now, ended_at: null, note: null, version: 0 },
  };
}
