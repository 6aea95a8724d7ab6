/** Which open breaks stop their asset: all of them, as soon as their sizes together are above the asset's tolerance. */
import type { AssetId } from "../money/index.ts";
import { type Tx, tables } from "../store/index.ts";
import { OPEN_BREAKS_MAX } from "./breaks.ts";

export interface Freeze {
  readonly frozen: boolean;
  /** Whether that is new. */
  readonly changed: boolean;
  /** Sum of the sizes of the asset's open breaks, in base units. */
  readonly size: bigint;
}

/**
 * Counts the asset's open breaks again and writes whether they freeze it. Sizes are added without their signs: a surplus here
 * never pays for a theft there. Call it in the transaction that opened, changed or closed one.
 */
export async function refreshFreeze(tx: Tx, asset: AssetId, tolerance: bigint, before: boolean): Promise<Freeze> {
  const open = await tx.find(tables.breaks, { where: { asset, closed_at: null }, limit: OPEN_BREAKS_MAX });
  const size = open.reduce((sum, { difference }) => sum + (difference < 0n ? -difference : difference), 0n);
  const frozen = open.length >= OPEN_BREAKS_MAX || size > tolerance;
  for (const { id } of open.filter(({ freezes }) => freezes !== frozen)) {
    await tx.update(tables.breaks, { id }, { freezes: frozen });
  }
  return { frozen, changed: frozen !== before, size };
}

/** Whether open breaks stop this asset now. */
export async function isFrozenByBreaks(tx: Pick<Tx, "count">, asset: AssetId): Promise<boolean> {
  return (await tx.count(tables.breaks, { asset, closed_at: null, freezes: true })) > 0;
}
