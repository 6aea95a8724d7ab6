/**
 * How many people of which roles a move needs, and whether the votes reach it. Pure. Every tier whose amount is reached must be
 * met, so that the most restrictive one wins and a larger amount never needs less. Votes are counted under the policy of now:
 * a person, role or key that was withdrawn meanwhile does not count any more.
 */
import type { AssetId } from "../money/index.ts";
import type { Move as PolicyMove } from "../policy/types.ts";
import type { Instant } from "../ports/index.ts";
import type { TransferDirection } from "../transfers/types.ts";
import type {
  ApprovalRow,
  AuthorityPolicy,
  ObjectKind,
  Person,
  PersonKey,
  QuorumTier,
  QuorumView,
  Role,
  Scheme,
} from "./types.ts";

/** So many people, each with one of the roles. */
export interface TierRequirement {
  readonly approvals_needed: number;
  readonly roles: readonly Role[];
}

export type Requirement =
  | { readonly kind: "quorum"; readonly needed: number; readonly tiers: readonly TierRequirement[] }
  /** No tier allows it: nobody can approve it. */
  | { readonly kind: "denied" };

export interface Move {
  readonly asset: AssetId;
  readonly direction: TransferDirection;
  readonly amount: bigint;
}

/** What is voted on, and what bounds the votes. */
export interface VoteSubject {
  readonly object_kind: ObjectKind;
  readonly object_id: string;
  readonly digest: string;
  /** `daemon` or `person:<id>`; never counted. */
  readonly initiator: string;
  /** Further people who are never counted, spelled like `initiator`. */
  readonly excluded?: readonly string[];
  readonly created_at: Instant;
  readonly expires_at: Instant;
  readonly requirement: Requirement;
  /** The kind of signature that approves it. */
  readonly scheme: Scheme;
}

const LEAVES_CUSTODY: ReadonlySet<TransferDirection> = new Set(["reserve_to_liquidity", "reserve_to_payee"]);

/** What a move that a policy decided is to the tiers. */
export function crossingOf(direction: PolicyMove["direction"]): TransferDirection {
  if (direction === "to_payee") return "reserve_to_payee";
  if (direction === "within") return "internal";
  return direction === "to_liquidity" ? "reserve_to_liquidity" : "liquidity_to_reserve";
}

/**
 * What a move needs. Custody pays only under an explicit tier of at least one person; the other directions need nobody unless a
 * tier says so.
 */
export function quorumFor(policy: AuthorityPolicy, move: Move): Requirement {
  const tiers = policy.tiers.filter((tier) => isReached(tier, move));
  const needed = Math.max(0, ...tiers.map((tier) => tier.approvals_needed));
  if (LEAVES_CUSTODY.has(move.direction) && needed < 1) return { kind: "denied" };
  return {
    kind: "quorum",
    needed,
    tiers: tiers.map(({ approvals_needed, roles }) => ({ approvals_needed, roles })),
  };
}

/** The same requirement, asking for at least as many people as were asked for when the move was planned. */
export function atLeast(requirement: Requirement, needed: number): Requirement {
  if (requirement.kind === "denied" || requirement.needed >= needed) return requirement;
  const roles = requirement.tiers.flatMap((tier) => tier.roles);
  const floor = { approvals_needed: needed, roles: roles.length > 0 ? [...new Set(roles)] : (["approver"] as const) };
  return { kind: "quorum", needed, tiers: [...requirement.tiers, floor] };
}

/** Leaving `frozen` needs one admin. */
export const RESUME_REQUIREMENT: Requirement = {
  kind: "quorum",
  needed: 1,
  tiers: [{ approvals_needed: 1, roles: ["admin"] }],
};

/** Going on with a log that is older than what was signed outside it: an admin, and one more who may approve payments. */
export const ACCEPT_LOSS_REQUIREMENT: Requirement = {
  kind: "quorum",
  needed: 2,
  tiers: [
    { approvals_needed: 1, roles: ["admin"] },
    { approvals_needed: 2, roles: ["admin", "approver"] },
  ],
};

/**
 * Counts the votes on one object. Distinct people with distinct keys, the initiator excluded, a role of the requirement, this
 * digest only, cast within the lifetime of the object; one valid denial ends it.
 */
export function tally(
  policy: AuthorityPolicy,
  votes: readonly ApprovalRow[],
  subject: VoteSubject,
  now: Instant,
): QuorumView {
  const counted = countedVotes(policy, votes, subject);
  const denial = counted.find(({ row }) => row.vote === "deny");
  const approvals = counted.filter(({ row }) => row.vote === "approve").map(({ person }) => person);
  const complete = denial === undefined && isMet(subject.requirement, approvals);
  const voted = new Set(counted.map(({ person }) => person.id));
  const open = denial === undefined && !complete && now < subject.expires_at;
  return {
    state: denial ? "denied" : complete ? "complete" : "pending",
    needed: neededOf(subject.requirement),
    approvals: approvals.map(({ id }) => id),
    denied_by: denial?.person.id ?? null,
    eligible: open ? policy.people.filter((person) => !voted.has(person.id) && canVote(person, subject)).map(idOf) : [],
  };
}

/** True when this person's vote would count. */
export function canVote(
  person: Person,
  subject: Pick<VoteSubject, "initiator" | "excluded" | "requirement" | "scheme">,
): boolean {
  if (isBarred(person.id, subject)) return false;
  return hasRole(person, subject.requirement) && person.keys.some((key) => key.scheme === subject.scheme);
}

export function isInitiator(person_id: string, initiator: string): boolean {
  return initiator === person_id || initiator === `person:${person_id}`;
}

/** Whoever started it, and whoever else may not judge it. */
export function isBarred(person_id: string, subject: Pick<VoteSubject, "initiator" | "excluded">): boolean {
  return [subject.initiator, ...(subject.excluded ?? [])].some((initiator) => isInitiator(person_id, initiator));
}

export function hasRole(person: Person, requirement: Requirement): boolean {
  if (requirement.kind === "denied") return false;
  return requirement.tiers.some((tier) => tier.roles.some((role) => person.roles.includes(role)));
}

/** The key as the policy knows it now. */
export function keyOf(person: Person, vote: Pick<ApprovalRow, "key_id" | "scheme">): PersonKey | undefined {
  return person.keys.find((key) => key.key_id === vote.key_id && key.scheme === vote.scheme);
}

interface Counted {
  readonly row: ApprovalRow;
  readonly person: Person;
}

/** Oldest first; a second vote of the same person or with the same key material is not counted. */
function countedVotes(policy: AuthorityPolicy, votes: readonly ApprovalRow[], subject: VoteSubject): Counted[] {
  const people = new Set<string>();
  const keys = new Set<string>();
  const counted: Counted[] = [];
  for (const row of [...votes].sort((a, b) => a.at - b.at || (a.person_id < b.person_id ? -1 : 1))) {
    const person = policy.people.find(({ id }) => id === row.person_id);
    const key = person && keyOf(person, row);
    if (person === undefined || key === undefined || !isBound(row, subject)) continue;
    if (isBarred(person.id, subject) || !hasRole(person, subject.requirement)) continue;
    const material = key.public_key.toLowerCase();
    if (people.has(person.id) || keys.has(material)) continue;
    people.add(person.id);
    keys.add(material);
    counted.push({ row, person });
  }
  return counted;
}

function isBound(row: ApprovalRow, subject: VoteSubject): boolean {
  if (row.object_id !== subject.object_id || row.digest !== subject.digest) return false;
  if (row.vote === "approve" && row.scheme !== subject.scheme) return false;
  return row.at >= subject.created_at && row.at < subject.expires_at;
}

function isMet(requirement: Requirement, approvals: readonly Person[]): boolean {
  if (requirement.kind === "denied") return false;
  return requirement.tiers.every(({ approvals_needed, roles }) => {
    const fitting = approvals.filter((person) => roles.some((role) => person.roles.includes(role)));
    return fitting.length >= approvals_needed;
  });
}

/** A denied move still shows a need, so that it never reads as "0 of 0". */
function neededOf(requirement: Requirement): number {
  return requirement.kind === "quorum" ? requirement.needed : 1;
}

/** What asks for people to let money go to a hot wallet asks for them no less when it goes to somebody else. */
function isReached(tier: QuorumTier, move: Move): boolean {
  const asks =
    tier.direction === move.direction ||
    (move.direction === "reserve_to_payee" && tier.direction === "reserve_to_liquidity");
  const same = (tier.asset === "*" || tier.asset === move.asset) && asks;
  return same && move.amount >= tier.from_amount;
}

function idOf(person: Person): string {
  return person.id;
}
