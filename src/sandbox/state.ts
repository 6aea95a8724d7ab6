/** The world's state and the one way it changes: rows of a patch replace the rows they name. */
import { assert } from "../errors/index.ts";
import type { AssetId } from "../money/index.ts";
import type { AccountRow, MovementRow, Patch, WorldState, WorldTransfer } from "./types.ts";

/** Movements kept per account; a venue's history is not endless either. */
export const MOVEMENTS_MAX = 4_000;
/** How far beyond the limit a list grows before it is cut, so that cutting is rare. */
const MOVEMENTS_SLACK = 1_000;
/** Final transfers kept; older ones are forgotten. */
export const TRANSFERS_MAX = 10_000;
const TRANSFERS_SLACK = 1_000;

export function emptyState(): WorldState {
  return {
    at: 0,
    genesis_at: 0,
    scenario: "",
    scenario_at: 0,
    next_step_at: 0,
    seq: 0,
    accounts: new Map(),
    transfers: new Map(),
    open: new Set(),
    movements: new Map(),
    assets: new Map(),
    orders: new Map(),
  };
}

/** Applies a patch in place. Time never goes back. */
export function applyPatch(state: WorldState, patch: Patch): void {
  state.at = Math.max(state.at, patch.at);
  if (patch.genesis_at !== undefined) state.genesis_at = patch.genesis_at;
  if (patch.scenario !== undefined) state.scenario = patch.scenario;
  if (patch.scenario_at !== undefined) state.scenario_at = patch.scenario_at;
  if (patch.next_step_at !== undefined) state.next_step_at = patch.next_step_at;
  for (const row of patch.accounts ?? []) state.accounts.set(row.key, { ...row });
  for (const row of patch.assets ?? []) state.assets.set(row.asset, { ...row });
  for (const row of patch.transfers ?? []) setTransfer(state, row);
  for (const row of patch.movements ?? []) addMovement(state, row);
  for (const row of patch.orders ?? []) state.orders.set(`${row.venue}/${row.reference}`, row);
  forgetTransfers(state);
}

/** The whole state as one patch; what the journal starts with after a compaction. */
export function snapshotOf(state: WorldState): Patch {
  return {
    at: state.at,
    genesis_at: state.genesis_at,
    scenario: state.scenario,
    scenario_at: state.scenario_at,
    next_step_at: state.next_step_at,
    accounts: [...state.accounts.values()],
    transfers: [...state.transfers.values()],
    assets: [...state.assets.values()],
    orders: [...state.orders.values()],
    movements: [...state.movements.values()].flat().sort((a, b) => a.seq - b.seq),
  };
}

/**
 * Crashes unless, for every asset: what the accounts hold and what is under way is what was there, plus deposits, minus
 * withdrawals, fees and what left the world; and no account is negative.
 */
export function assertConserved(state: WorldState): void {
  for (const row of state.assets.values()) {
    const held = sum(accountsOf(state, row.asset).map((account) => account.total));
    const expected = row.initial + row.deposited - row.withdrawn - row.network_fees - row.sent_outside;
    assert(held + underWay(state, row.asset) === expected, `sandbox: ${row.asset} is not conserved`);
  }
  for (const row of state.accounts.values()) {
    assert(row.held >= 0n && row.total >= row.held, `sandbox: ${row.key} holds less than it promised`);
  }
}

export function accountsOf(state: WorldState, asset: AssetId): AccountRow[] {
  return [...state.accounts.values()].filter((row) => row.asset === asset);
}

export function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

/** The open transfer whose next stage comes first. */
export function earliestDue(state: WorldState): WorldTransfer | null {
  let first: WorldTransfer | null = null;
  for (const id of state.open) {
    const row = state.transfers.get(id);
    if (row?.due_at == null) continue;
    if (first === null || first.due_at === null || row.due_at < first.due_at) first = row;
  }
  return first;
}

function setTransfer(state: WorldState, row: WorldTransfer): void {
  state.transfers.set(row.id, { ...row });
  if (row.final_at === null) state.open.add(row.id);
  else state.open.delete(row.id);
}

function underWay(state: WorldState, asset: AssetId): bigint {
  const confirming = [...state.transfers.values()].filter((row) => row.asset === asset && row.status === "confirming");
  return sum(confirming.filter((row) => row.to_key !== null).map((row) => row.amount));
}

function addMovement(state: WorldState, row: MovementRow): void {
  state.seq = Math.max(state.seq, row.seq);
  const list = state.movements.get(row.key) ?? [];
  state.movements.set(row.key, list);
  list.push(row);
  if (list.length <= MOVEMENTS_MAX + MOVEMENTS_SLACK) return;
  const forgotten = list.splice(0, list.length - MOVEMENTS_MAX);
  const account = state.accounts.get(row.key);
  if (account) account.forgotten = forgotten.at(-1)?.seq ?? account.forgotten;
}

function forgetTransfers(state: WorldState): void {
  if (state.transfers.size <= TRANSFERS_MAX + TRANSFERS_SLACK) return;
  for (const row of state.transfers.values()) {
    if (state.transfers.size <= TRANSFERS_MAX) return;
    if (row.final_at !== null) state.transfers.delete(row.id);
  }
}
