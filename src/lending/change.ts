/** Every change of a facility goes through here: guarded by its version, with its event in the same transaction. */
import { type EventInput, type EventKind, emit, type FacilityFacts } from "../audit/index.ts";
import { votesOn } from "../authority/index.ts";
import type { Instant } from "../ports/index.ts";
import { type Json, type ReadTx, type Tx, tables } from "../store/index.ts";
import type { LendingDeps } from "./deps.ts";
import { LendingError } from "./errors.ts";
import type { FacilityRow, FacilityState } from "./types.ts";

/** @throws LendingError facility_not_found */
export async function getFacility(tx: ReadTx, id: string): Promise<FacilityRow> {
  const row = await tx.get(tables.facility, { id });
  if (row !== undefined) return row;
  throw new LendingError("facility_not_found", `There is no facility ${id}.`, { facility: id });
}

export function factsOf({ id, reference, customer_id, currency }: FacilityRow): FacilityFacts {
  return { facility_id: id, reference, customer_id, currency };
}

/** @throws LendingError facility_changed when somebody was faster; nothing is written then */
export async function changeFacility(
  tx: Tx,
  row: FacilityRow,
  patch: Partial<FacilityRow>,
  now: Instant,
): Promise<FacilityRow> {
  const full = { ...patch, version: row.version + 1, updated_at: now };
  if (!(await tx.update(tables.facility, { id: row.id }, full, { version: row.version }))) {
    throw new LendingError("facility_changed", `${row.reference} changed meanwhile; read it again.`, {
      facility: row.id,
    });
  }
  return { ...row, ...full };
}

interface StateChange {
  readonly actor: string;
  readonly now: Instant;
  readonly note: string | null;
  readonly patch?: Partial<FacilityRow>;
}

const END_STATES: ReadonlySet<FacilityState> = new Set(["closed", "denied", "expired", "cancelled"]);

export async function moveFacility(
  tx: Tx,
  deps: Pick<LendingDeps, "ids">,
  row: FacilityRow,
  state: FacilityState,
  { actor, now, note, patch = {} }: StateChange,
): Promise<FacilityRow> {
  const ended_at = END_STATES.has(state) ? now : null;
  const next = await changeFacility(tx, row, { ...patch, state, note, ended_at }, now);
  await recordState(tx, deps, next, row.state, { actor, now, note });
  return next;
}

export async function recordState(
  tx: Tx,
  deps: Pick<LendingDeps, "ids">,
  row: FacilityRow,
  from_state: FacilityState | null,
  { actor, now, note }: Omit<StateChange, "patch">,
): Promise<void> {
  const approvals = (await votesOn(tx, row.id)).filter(({ vote }) => vote === "approve");
  await emitFor(tx, deps, row, {
    kind: "facility.state",
    ...{ actor, at: now },
    payload: {
      ...{ ...factsOf(row), from_state, to_state: row.state, digest: row.digest, note },
      terms: from_state === null ? (row.terms as unknown as Json) : null,
      approvals: approvals.map(({ person_id }) => person_id),
    },
  });
}

/** An event about this facility. */
export async function emitFor<K extends EventKind>(
  tx: Tx,
  deps: Pick<LendingDeps, "ids">,
  { id }: Pick<FacilityRow, "id">,
  input: Omit<EventInput<K>, "ref">,
): Promise<void> {
  await emit(tx, deps.ids, { ...input, ref: id } as EventInput<K>);
}

/** @throws LendingError facility_wrong_state */
export function demandState(row: FacilityRow, states: readonly FacilityState[], what: string): void {
  if (states.includes(row.state)) return;
  throw new LendingError("facility_wrong_state", `${row.reference} is ${row.state.replaceAll("_", " ")}: ${what}.`, {
    facility: row.id,
    state: row.state,
  });
}
