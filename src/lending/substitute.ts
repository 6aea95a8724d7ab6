/**
 * Exchanging collateral as one: people approve what has to come and what may then leave, with one set of votes on one payload. The
 * new collateral comes first; the old leaves once it is confirmed, and never so that the loan is above its initial requirement.
 */
import {
  castVote,
  type QuorumView,
  type SignedVote,
  substitutionDigest,
  substitutionSubject,
  tally,
  verifyVote,
  votesOn,
} from "../authority/index.ts";
import type { Instant } from "../ports/index.ts";
import { insertRows, type Json, type ReadTx, type Tx, tables } from "../store/index.ts";
import { recordingRefusal } from "../transfers/index.ts";
import { demandState, emitFor, factsOf, getFacility } from "./change.ts";
import type { LendingDeps } from "./deps.ts";
import { LendingError } from "./errors.ts";
import { moveFeeMax } from "./move_fee.ts";
import { noticeRows } from "./notices.ts";
import { placeId, returnWalletId } from "./places.ts";
import { holdingsOf } from "./position.ts";
import { demandInitial } from "./release.ts";
import { DAY_MS } from "./terms.ts";
import type {
  CollateralDoc,
  FacilityRow,
  FacilityState,
  SubstitutionDoc,
  SubstitutionRow,
  SubstitutionState,
} from "./types.ts";

/** Nothing of it has left yet, and it goes on by itself. */
export const UNDER_WAY: readonly SubstitutionState[] = ["open", "awaiting_collateral", "releasing"];
/** A loan whose collateral is exchanged. */
export const EXCHANGING: readonly FacilityState[] = ["active", "matured"];
const LASTS_MS = 7 * DAY_MS;
const LASTS_MAX_MS = 30 * DAY_MS;
const REASON_LENGTH_MAX = 500;

export interface SubstitutionDraft {
  readonly facility_id: string;
  readonly brings: { readonly asset: string; readonly units: bigint };
  readonly releases: { readonly asset: string; readonly units: bigint };
  /** By when all of it has happened; null: within a week. */
  readonly ends_at: Instant | null;
  readonly reason: string;
  /** `person:<id>`; never counted. */
  readonly proposed_by: string;
}

/**
 * Writes the proposal; nothing moves by it.
 * @throws LendingError substitution_invalid, substitution_open, facility_wrong_state, and as `demandInitial` for the exchange at the
 * prices of now
 */
export async function proposeSubstitution(deps: LendingDeps, draft: SubstitutionDraft): Promise<SubstitutionRow> {
  return deps.store.tx("substitution.propose", async (tx) => {
    const facility = await getFacility(tx, draft.facility_id);
    demandState(facility, EXCHANGING, "its collateral is not exchanged");
    if (facility.liquidation_id !== null) {
      throw new LendingError("facility_wrong_state", `${facility.reference} is being liquidated: nothing is released.`);
    }
    const terms = termsOf(deps, draft, facility);
    const { brings, releases } = terms;
    const after = holdingsOf(facility).map((one) =>
      one.asset.id === brings.asset ? { ...one, units: one.units + BigInt(brings.units) } : one,
    );
    demandInitial(deps, facility, after, releases.asset, BigInt(releases.units) + BigInt(releases.fee_max));
    const where = { facility_id: facility.id, state: { in: [...UNDER_WAY] } };
    const [other] = await tx.find(tables.substitution, { where, limit: 1 });
    if (other !== undefined) {
      const message = `${other.id} already exchanges collateral of ${facility.reference}; let it end, or cancel it.`;
      throw new LendingError("substitution_open", message, { substitution: other.id });
    }
    const { id, created_at, expires_at } = terms;
    const row: SubstitutionRow = {
      ...{ id, facility_id: facility.id, state: "open", terms, digest: substitutionDigest(terms), transfer_id: null },
      ...{ note: null, created_at, expires_at, updated_at: created_at, ended_at: null, version: 0 },
    };
    await tx.insert(tables.substitution, row);
    await recordSubstitution(tx, deps, row, { facility, from_state: null, actor: draft.proposed_by });
    return row;
  });
}

function termsOf(deps: LendingDeps, draft: SubstitutionDraft, facility: FacilityRow): SubstitutionDoc {
  const now = deps.clock.now();
  const { brings, releases, reason, proposed_by } = draft;
  const [into, out] = [entryOf(facility, brings.asset), entryOf(facility, releases.asset)];
  if (into.asset === out.asset)
    throw invalid("An exchange is of one asset for another; use a release for the same one.");
  if (brings.units <= 0n || releases.units <= 0n) throw invalid("Amounts above zero are needed on both sides.");
  if (brings.units < BigInt(into.minimum)) throw invalid(`That is less ${into.asset} than the loan takes at once.`);
  if (reason.trim() === "" || reason.length > REASON_LENGTH_MAX) {
    throw invalid(`A reason of 1 to ${REASON_LENGTH_MAX} characters is needed.`);
  }
  const ends_at = draft.ends_at ?? now + LASTS_MS;
  if (!Number.isSafeInteger(ends_at) || ends_at <= now || ends_at > now + LASTS_MAX_MS) {
    throw invalid("It ends after now, and within 30 days.");
  }
  return {
    ...{ id: deps.ids.next("sub"), facility_id: facility.id, reference: facility.reference },
    brings: {
      ...{ asset: into.asset, decimals: into.decimals, units: brings.units.toString(), venue: into.venue },
      ...{ network: into.network, wallet: placeId(facility.id, into.asset) },
    },
    releases: {
      ...{ asset: out.asset, decimals: out.decimals, units: releases.units.toString() },
      ...{ fee_max: moveFeeMax(out, releases.units).toString(), network: out.network },
      ...{ from_wallet: placeId(facility.id, out.asset) },
      to_wallet: returnWalletId(facility.id, out.asset),
      ...{ return_address: out.return_address, return_memo: out.return_memo },
    },
    ...{ reason, proposed_by, created_at: now, ends_at },
    expires_at: Math.min(now + deps.config.authority.approval_lifetime_ms, ends_at),
  };
}

function entryOf({ reference, terms }: FacilityRow, asset: string): CollateralDoc {
  const entry = terms.collateral.find((one) => one.asset === asset);
  if (entry !== undefined) return entry;
  const taken = terms.collateral.map((one) => one.asset).join(" and ");
  throw invalid(`The terms of ${reference} take ${taken}, and no ${asset}.`);
}

export interface SubstitutionVoted {
  readonly substitution: SubstitutionRow;
  readonly quorum: QuorumView;
}

/** The vote that completes the quorum asks for the new collateral. @throws AuthorityError; LendingError */
export async function voteOnSubstitution(deps: LendingDeps, vote: SignedVote): Promise<SubstitutionVoted> {
  const { object_id } = vote.payload;
  await deps.store.read("substitution.read", (tx) => getSubstitution(tx, object_id));
  return recordingRefusal(deps, vote, async () => {
    const policy = deps.config.authority;
    const verified = await verifyVote(deps.verifier, policy, vote, null);
    return deps.store.tx("substitution.vote", async (tx) => {
      const row = await getSubstitution(tx, object_id);
      const facility = await getFacility(tx, row.facility_id);
      const now = deps.clock.now();
      const genuine = substitutionDigest(row.terms) === row.digest && row.terms.id === row.id;
      const open = row.state === "open" && now < row.expires_at && genuine && EXCHANGING.includes(facility.state);
      const subject = substitutionSubject(policy, row, facility);
      const { quorum } = await castVote(tx, deps.ids, { policy, vote: verified, subject, open, now });
      const actor = `person:${vote.person_id}`;
      if (quorum.state === "pending") return { substitution: row, quorum };
      if (quorum.state === "denied") {
        const patch = { state: "denied", note: "One person denied it." } as const;
        return { substitution: await changeSubstitution(tx, deps, row, { facility, patch, actor }), quorum };
      }
      const patch = {
        state: "awaiting_collateral",
        note: "The quorum is complete; the new collateral may come.",
      } as const;
      const substitution = await changeSubstitution(tx, deps, row, { facility, patch, actor });
      const { brings } = row.terms;
      const text = `${facility.reference} of ${facility.customer_id}: ${brings.asset} in exchange for ${row.terms.releases.asset} may come to its ${brings.asset} wallet now.`;
      const notices = noticeRows(deps, facility, "substitution.awaiting_collateral", text, now);
      if (notices.length > 0) await tx.writeMany([insertRows(tables.creditNotice, notices)]);
      return { substitution, quorum };
    });
  });
}

/** The count as it stands now. */
export async function substitutionQuorum(
  { store, config, clock }: Pick<LendingDeps, "store" | "config" | "clock">,
  row: SubstitutionRow,
): Promise<QuorumView> {
  return store.read("substitution.count", async (tx) => {
    const facility = await getFacility(tx, row.facility_id);
    const subject = substitutionSubject(config.authority, row, facility);
    return tally(config.authority, await votesOn(tx, row.id), subject, clock.now());
  });
}

/** Takes it back while nothing is released on it; one that ended so is returned as it is. @throws LendingError */
export async function cancelSubstitution(
  deps: LendingDeps,
  id: string,
  actor: string,
  reason: string,
): Promise<SubstitutionRow> {
  return deps.store.tx("substitution.cancel", async (tx) => {
    const row = await getSubstitution(tx, id);
    if (row.state === "cancelled") return row;
    if (row.state === "releasing") {
      const message = `Its release ${row.transfer_id ?? ""} is planned: cancel that transfer, and it ends with it.`;
      throw new LendingError("facility_wrong_state", message, { substitution: id });
    }
    if (!UNDER_WAY.includes(row.state)) {
      throw new LendingError("facility_wrong_state", `The exchange ${id} is ${row.state} already.`, {
        substitution: id,
      });
    }
    const facility = await getFacility(tx, row.facility_id);
    return changeSubstitution(tx, deps, row, { facility, patch: { state: "cancelled", note: reason }, actor });
  });
}

/** @throws LendingError substitution_not_found */
export async function getSubstitution(tx: ReadTx, id: string): Promise<SubstitutionRow> {
  const row = await tx.get(tables.substitution, { id });
  if (row !== undefined) return row;
  throw new LendingError("substitution_not_found", `There is no exchange of collateral ${id}.`, { substitution: id });
}

interface SubstitutionChange {
  readonly facility: FacilityRow;
  readonly patch: Partial<SubstitutionRow>;
  readonly actor: string;
}

/** Guarded by its version, with its event where its state changes. @throws LendingError facility_changed */
export async function changeSubstitution(
  tx: Tx,
  deps: Pick<LendingDeps, "ids" | "clock">,
  row: SubstitutionRow,
  { facility, patch, actor }: SubstitutionChange,
): Promise<SubstitutionRow> {
  const now = deps.clock.now();
  const ends = patch.state !== undefined && !UNDER_WAY.includes(patch.state);
  const full = { ...patch, updated_at: now, version: row.version + 1, ended_at: ends ? now : row.ended_at };
  if (!(await tx.update(tables.substitution, { id: row.id }, full, { version: row.version }))) {
    throw new LendingError("facility_changed", `The exchange ${row.id} changed meanwhile; read it again.`);
  }
  const next = { ...row, ...full };
  if (patch.state !== undefined) {
    await recordSubstitution(tx, deps, next, { facility, from_state: row.state, actor });
  }
  return next;
}

async function recordSubstitution(
  tx: Tx,
  deps: Pick<LendingDeps, "ids">,
  row: SubstitutionRow,
  {
    facility,
    from_state,
    actor,
  }: { readonly facility: FacilityRow; readonly from_state: SubstitutionState | null; readonly actor: string },
): Promise<void> {
  const { id: substitution_id, state: to_state, digest, terms, transfer_id, note } = row;
  const votes = await votesOn(tx, row.id);
  const approvals = votes.filter(({ vote }) => vote === "approve").map(({ person_id }) => person_id);
  await emitFor(tx, deps, facility, {
    kind: "substitution.state",
    ...{ actor, at: row.updated_at },
    payload: {
      ...{ ...factsOf(facility), substitution_id, from_state, to_state, digest, approvals, transfer_id, note },
      ...{ terms: terms as unknown as Json, brings: terms.brings.units, brings_asset: terms.brings.asset },
      ...{ releases: terms.releases.units, releases_asset: terms.releases.asset },
    },
  });
}

function invalid(message: string): LendingError {
  return new LendingError("substitution_invalid", message);
}
