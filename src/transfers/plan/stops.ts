/**
 * What a finding stops until a person lifts it: automatic moves of a pool to custody, or every new move of an asset. Both are one
 * row each, survive a restart, and are read by the decision and again in the transaction that plans or sends a transfer.
 */
import type { AssetId } from "../../money/index.ts";
import type { Instant } from "../../ports/index.ts";
import { type ReadTx, type Tx, tables } from "../../store/index.ts";

export interface Stop {
  readonly reason: string;
  readonly since: Instant;
}

/** While no witness outside can be asked, nothing of any asset is sent. */
const UNWITNESSED = "log_unwitnessed";
const heldName = (pool_id: string): string => `sweeps_held:${pool_id}`;
const frozenName = (asset: AssetId): string => `asset_frozen:${asset}`;

/** Why automatic moves of this pool to custody wait; null when they do not. */
export function readSweepsHeld(tx: Pick<ReadTx, "get">, pool_id: string): Promise<Stop | null> {
  return readStop(tx, heldName(pool_id));
}

/** Why nothing of this asset moves, beside breaks; null when it may. */
export function readAssetFrozen(tx: Pick<ReadTx, "get">, asset: AssetId): Promise<Stop | null> {
  return readStop(tx, frozenName(asset));
}

/** Why payments wait for a witness of the log; null when they do not. */
export function readUnwitnessed(tx: Pick<ReadTx, "get">): Promise<Stop | null> {
  return readStop(tx, UNWITNESSED);
}

/** Whether payments wait for a witness, as the leader last asked: null lets them go. Says whether that is new. */
export function setUnwitnessed(tx: Tx, stop: Stop | null): Promise<boolean> {
  return stop === null ? tx.delete(tables.control, { name: UNWITNESSED }) : write(tx, UNWITNESSED, stop);
}

/** Stops until lifted; what is stopped already keeps its first reason. Says whether that is new. */
export function holdSweeps(tx: Tx, pool_id: string, stop: Stop): Promise<boolean> {
  return write(tx, heldName(pool_id), stop);
}

export function freezeAsset(tx: Tx, asset: AssetId, stop: Stop): Promise<boolean> {
  return write(tx, frozenName(asset), stop);
}

/** Says whether there was something to lift. */
export function releaseSweeps(tx: Tx, pool_id: string): Promise<boolean> {
  return tx.delete(tables.control, { name: heldName(pool_id) });
}

export function thawAsset(tx: Tx, asset: AssetId): Promise<boolean> {
  return tx.delete(tables.control, { name: frozenName(asset) });
}

async function readStop(tx: Pick<ReadTx, "get">, name: string): Promise<Stop | null> {
  const row = await tx.get(tables.control, { name });
  if (row === undefined) return null;
  const { reason } = row.value as { readonly reason?: unknown };
  return { reason: typeof reason === "string" ? reason : "stopped", since: row.updated_at };
}

async function write(tx: Tx, name: string, { reason, since }: Stop): Promise<boolean> {
  if ((await tx.get(tables.control, { name })) !== undefined) return false;
  await tx.insert(tables.control, { name, value: { reason }, version: 1, updated_at: since });
  return true;
}
