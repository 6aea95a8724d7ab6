/**
 * Margin calls between their crossing and their end: told, acknowledged, answered in part, given more time by a quorum, and
 * escalated when their time is over. What would cure one is a calculation on the facility as it stands.
 */
import { emit } from "../audit/index.ts";
import {
  castVote,
  extensionDigest,
  extensionSubject,
  type QuorumView,
  type SignedVote,
  tally,
  verifyVote,
  votesOn,
} from "../authority/index.ts";
import { cureOf, type Levels } from "../credit/index.ts";
import { type Ratio, ratio } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { insertRows, type Json, type ReadTx, type Tx, tables } from "../store/index.ts";
import { recordingRefusal } from "../transfers/index.ts";
import { factsOf, getFacility } from "./change.ts";
import type { LendingDeps } from "./deps.ts";
import { LendingError } from "./errors.ts";
import { noticeRows } from "./notices.ts";
import { holdingsOf, isMissing, owedOf, pricesFor } from "./position.ts";
import { callEvent } from "./stage_effects.ts";
import { DAY_MS, levelsIn } from "./terms.ts";
import type { CallState, ExtensionDoc, ExtensionRow, FacilityRow, MarginCallRow } from "./types.ts";

const CALLS_MAX = 1_000;
const REASON_LENGTH_MAX = 500;
const EXTENSION_MAX_MS = 30 * DAY_MS;
const WAITING: readonly CallState[] = ["open", "notified"];

/** @throws LendingError margin_call_not_found */
export async function getCall(tx: ReadTx, id: string): Promise<MarginCallRow> {
  const row = await tx.get(tables.marginCall, { id });
  if (row !== undefined) return row;
  throw new LendingError("margin_call_not_found", `There is no margin call ${id}.`, { call: id });
}

/** @throws LendingError facility_changed when somebody was faster */
export async function changeCall(
  tx: Tx,
  deps: Pick<LendingDeps, "ids">,
  { call, facility, patch, actor, now }: CallChange,
): Promise<MarginCallRow> {
  const full = { ...patch, updated_at: now, version: call.version + 1 };
  if (!(await tx.update(tables.marginCall, { id: call.id }, full, { version: call.version }))) {
    throw new LendingError("facility_changed", `The margin call ${call.id} changed meanwhile.`, { call: call.id });
  }
  const next = { ...call, ...full };
  await emit(tx, deps.ids, callEvent(factsOf(facility), next, call.state, actor, now));
  return next;
}

export interface CallChange {
  readonly call: MarginCallRow;
  readonly facility: FacilityRow;
  readonly patch: Partial<MarginCallRow>;
  readonly actor: string;
  readonly now: Instant;
}

/** Somebody who can answer for the borrower has seen it. A second time changes nothing. */
export async function acknowledgeCall(deps: LendingDeps, id: string, actor: string): Promise<MarginCallRow> {
  return deps.store.tx("call.acknowledge", async (tx) => {
    const call = await getCall(tx, id);
    if (call.acknowledged_at !== null) return call;
    if (call.ended_at !== null) throw ended(call);
    const facility = await getFacility(tx, call.facility_id);
    const now = deps.clock.now();
    const patch = { acknowledged_by: actor, acknowledged_at: now, note: "It was acknowledged." };
    return changeCall(tx, deps, { call, facility, patch, actor, now });
  });
}

/** Calls whose time is over. */
export async function escalateOverdue(deps: LendingDeps): Promise<void> {
  const now = deps.clock.now();
  const overdue = await deps.store.read("call.overdue", (tx) =>
    tx.find(tables.marginCall, {
      where: { state: { in: [...WAITING] }, deadline_at: { lte: now } },
      order_by: [
        ["deadline_at", "asc"],
        ["id", "asc"],
      ],
      limit: CALLS_MAX,
    }),
  );
  for (const { id } of overdue) {
    await deps.store.tx("call.escalate", async (tx) => {
      const call = await getCall(tx, id);
      if (!WAITING.includes(call.state) || call.deadline_at > now) return;
      const facility = await getFacility(tx, call.facility_id);
      if (isMissing(facility)) return;
      const note = "Its deadline passed without a cure.";
      await changeCall(tx, deps, { call, facility, patch: { state: "escalated", note }, actor: "daemon", now });
      const text = `The margin call of ${facility.reference} was not cured in time.`;
      const notices = noticeRows(deps, facility, "margin_call.escalated", text, now);
      if (notices.length > 0) await tx.writeMany([insertRows(tables.creditNotice, notices)]);
    });
  }
}

/** Money or collateral came in while the call was open: written beside it, whether or not it was enough. */
export async function notePartialCure(
  tx: Tx,
  deps: Pick<LendingDeps, "ids">,
  facility: FacilityRow,
  note: string,
  now: Instant,
): Promise<void> {
  if (facility.call_id === null) return;
  const call = await getCall(tx, facility.call_id);
  const patch = { partial_cures: call.partial_cures + 1, note };
  await changeCall(tx, deps, { call, facility, patch, actor: "daemon", now });
}

export interface CureOffer {
  readonly target: Ratio;
  readonly repay: bigint;
  readonly deposits: readonly { readonly asset: string; readonly units: bigint }[];
}

export interface Calculator {
  /** The least that ends the call: just below the release of its level. */
  readonly cure: CureOffer;
  /** What brings the loan back to its initial requirement. */
  readonly initial: CureOffer;
  /** False while the prices are not trusted: then these are figures of the last price. */
  readonly trusted: boolean;
}

/** So far below the release that equality is left: a level that is held at equality is over below it. */
const HAIR = 1_000_000_000n;

/** What would cure the facility now; null while a price is missing. @example "deposit 0.412 BTC or repay 18,200 USD" */
export function calculate(deps: Pick<LendingDeps, "prices">, row: FacilityRow): Calculator | null {
  const accepted = row.terms.collateral;
  const holdings = holdingsOf(row);
  const everything = holdings.map((one) => ({ ...one, units: 1n }));
  const priced = pricesFor(deps.prices, everything, row.currency);
  if (priced.used.some(({ price }) => price === null) || accepted.length === 0) return null;
  const offer = (target: Ratio): CureOffer => {
    const { repay, deposits } = cureOf(owedOf(row), holdings, target, holdings, priced.prices);
    return { target, repay, deposits };
  };
  const levels = levelsIn(row.terms);
  return { cure: offer(justReleased(levels)), initial: offer(levels.initial), trusted: priced.trust === "act" };
}

function justReleased({ margin_call, release }: Levels): Ratio {
  const at = ratio(margin_call.num * release.den - release.num * margin_call.den, margin_call.den * release.den);
  return ratio(at.num * (HAIR - 1n), at.den * HAIR);
}

export interface ExtensionDraft {
  readonly call_id: string;
  readonly deadline_at: Instant;
  readonly reason: string;
  /** `person:<id>`. */
  readonly proposed_by: string;
}

/** @throws LendingError margin_call_ended, extension_invalid, extension_open */
export async function proposeExtension(deps: LendingDeps, draft: ExtensionDraft): Promise<ExtensionRow> {
  return deps.store.tx("extension.propose", async (tx) => {
    const call = await getCall(tx, draft.call_id);
    const facility = await getFacility(tx, call.facility_id);
    const now = deps.clock.now();
    if (!WAITING.includes(call.state)) throw ended(call);
    const { reason, deadline_at } = draft;
    if (!Number.isSafeInteger(deadline_at) || deadline_at <= call.deadline_at || deadline_at <= now) {
      throw new LendingError("extension_invalid", "The new deadline is after the one it has, and after now.");
    }
    if (deadline_at - now > EXTENSION_MAX_MS) throw new LendingError("extension_invalid", "It is within 30 days.");
    if (reason.trim() === "" || reason.length > REASON_LENGTH_MAX) {
      throw new LendingError("extension_invalid", `A reason of 1 to ${REASON_LENGTH_MAX} characters is needed.`);
    }
    const [open] = await tx.find(tables.callExtension, { where: { call_id: call.id, state: "open" }, limit: 1 });
    if (open !== undefined && now < open.expires_at) {
      throw new LendingError("extension_open", `The proposal ${open.id} still waits.`, { extension: open.id });
    }
    if (open !== undefined) await endExtension(tx, deps, open, facility, { state: "expired", actor: "daemon", now });
    const terms: ExtensionDoc = {
      ...{ id: deps.ids.next("ext"), call_id: call.id, facility_id: facility.id },
      ...{ deadline_before: call.deadline_at, deadline_at, reason, proposed_by: draft.proposed_by },
      ...{ created_at: now, expires_at: Math.min(now + deps.config.authority.approval_lifetime_ms, call.deadline_at) },
    };
    const { id, created_at, expires_at } = terms;
    const row: ExtensionRow = {
      ...{ id, call_id: call.id, facility_id: facility.id, state: "open", terms, digest: extensionDigest(terms) },
      ...{ created_at, expires_at, ended_at: null },
    };
    await tx.insert(tables.callExtension, row);
    await recordExtension(tx, deps, row, facility, draft.proposed_by, now);
    return row;
  });
}

export interface ExtensionVoted {
  readonly extension: ExtensionRow;
  readonly quorum: QuorumView;
}

/** The vote that completes the quorum moves the deadline, if the call still waits for exactly the one it had. */
export async function voteOnExtension(deps: LendingDeps, vote: SignedVote): Promise<ExtensionVoted> {
  const { object_id } = vote.payload;
  await deps.store.read("extension.read", (tx) => getExtension(tx, object_id));
  return recordingRefusal(deps, vote, async () => {
    const policy = deps.config.authority;
    const verified = await verifyVote(deps.verifier, policy, vote, null);
    return deps.store.tx("extension.vote", async (tx) => {
      const row = await getExtension(tx, object_id);
      const facility = await getFacility(tx, row.facility_id);
      const call = await getCall(tx, row.call_id);
      const now = deps.clock.now();
      const stands = WAITING.includes(call.state) && call.deadline_at === row.terms.deadline_before;
      const genuine = extensionDigest(row.terms) === row.digest;
      const open = row.state === "open" && stands && genuine && now < row.expires_at;
      const subject = extensionSubject(policy, row, facility);
      const { quorum } = await castVote(tx, deps.ids, { policy, vote: verified, subject, open, now });
      const actor = `person:${vote.person_id}`;
      if (quorum.state === "pending") return { extension: row, quorum };
      if (quorum.state === "denied") {
        return { extension: await endExtension(tx, deps, row, facility, { state: "denied", actor, now }), quorum };
      }
      const { deadline_at } = row.terms;
      const patch = { deadline_at, extensions: call.extensions + 1, note: "People gave it more time." };
      await changeCall(tx, deps, { call, facility, patch, actor, now });
      return { extension: await endExtension(tx, deps, row, facility, { state: "applied", actor, now }), quorum };
    });
  });
}

/** @throws LendingError extension_not_found */
export async function getExtension(tx: ReadTx, id: string): Promise<ExtensionRow> {
  const row = await tx.get(tables.callExtension, { id });
  if (row !== undefined) return row;
  throw new LendingError("extension_not_found", `There is no proposal ${id}.`, { extension: id });
}

export async function extensionQuorum(
  { store, config, clock }: Pick<LendingDeps, "store" | "config" | "clock">,
  row: ExtensionRow,
): Promise<QuorumView> {
  return store.read("extension.count", async (tx) => {
    const facility = await getFacility(tx, row.facility_id);
    const subject = extensionSubject(config.authority, row, facility);
    return tally(config.authority, await votesOn(tx, row.id), subject, clock.now());
  });
}

interface End {
  readonly state: Exclude<ExtensionRow["state"], "open">;
  readonly actor: string;
  readonly now: Instant;
}

async function endExtension(
  tx: Tx,
  deps: LendingDeps,
  row: ExtensionRow,
  facility: FacilityRow,
  { state, actor, now }: End,
): Promise<ExtensionRow> {
  await tx.update(tables.callExtension, { id: row.id }, { state, ended_at: now }, { state: "open" });
  const next = { ...row, state, ended_at: now };
  await recordExtension(tx, deps, next, facility, actor, now);
  return next;
}

async function recordExtension(
  tx: Tx,
  deps: LendingDeps,
  row: ExtensionRow,
  facility: FacilityRow,
  actor: string,
  at: Instant,
): Promise<void> {
  const { id: extension_id, call_id, state, digest, terms } = row;
  const approvals = (await votesOn(tx, row.id))
    .filter(({ vote }) => vote === "approve")
    .map(({ person_id }) => person_id);
  await emit(tx, deps.ids, {
    kind: "call.extension",
    ref: facility.id,
    ...{ actor, at },
    payload: {
      ...{ ...factsOf(facility), call_id, extension_id, state, digest, approvals, reason: terms.reason },
      ...{ deadline_at: terms.deadline_at, terms: terms as unknown as Json },
    },
  });
}

function ended({ id, state }: MarginCallRow): LendingError {
  return new LendingError("margin_call_ended", `The margin call ${id} is ${state}.`, { call: id });
}
