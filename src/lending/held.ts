/** What counts of a facility's collateral, and what waits to be sold: changed in one place, each time with its event. */
import { type ReadTx, type Tx, tables } from "../store/index.ts";
import { type CollateralDeps, recordAlert } from "../transfers/index.ts";
import { changeFacility, emitFor, factsOf } from "./change.ts";
import { LendingError } from "./errors.ts";
import type { FacilityRow } from "./types.ts";

/** Adds to (or takes from) what counts of an asset, with its event. */
export async function adjustHeld(
  tx: Tx,
  deps: CollateralDeps,
  row: FacilityRow,
  change: {
    readonly asset: string;
    readonly by: bigint;
    /** Into what waits to be sold, or out of it. */
    readonly selling_by?: bigint;
    readonly what: string;
    readonly ref: string | null;
    readonly note?: string | null;
    readonly actor?: string;
    readonly patch?: Partial<FacilityRow>;
    /** It has happened: less than nothing is written down as it is, and people are told. Else it is refused. */
    readonly fact?: boolean;
  },
): Promise<FacilityRow> {
  const { asset, by, selling_by = 0n, what, ref, note = null, actor = "daemon", patch = {}, fact = false } = change;
  const after = BigInt(row.held[asset] ?? "0") + by;
  const selling_after = BigInt(row.selling[asset] ?? "0") + selling_by;
  const now = deps.clock.now();
  if (after < 0n || selling_after < 0n) {
    const message = `${row.reference} does not hold that much ${asset}.`;
    if (!fact) throw new LendingError("facility_collateral_missing", message, { facility: row.id });
    const short = { code: "collateral_short", severity: "page", message: `${message} (${what})`, ref: row.id } as const;
    await recordAlert(tx, deps, short, now);
  }
  const held = { ...row.held, [asset]: after.toString() };
  const selling = selling_by === 0n ? row.selling : { ...row.selling, [asset]: selling_after.toString() };
  const next = await changeFacility(tx, row, { ...patch, held, selling }, now);
  await emitFor(tx, deps, row, {
    kind: "facility.collateral",
    ...{ actor, at: now },
    payload: {
      ...{ ...factsOf(row), asset, what, ref, note },
      amount: sizeOf(by === 0n ? selling_by : by).toString(),
      held_after: after.toString(),
    },
  });
  return next;
}

/** Collateral is on its way: until that has ended, it may come back and has to be released again. */
export async function isMoving(tx: ReadTx, facility_id: string): Promise<boolean> {
  const [open] = await tx.find(tables.collateralMove, { where: { facility_id, state: "open" }, limit: 1 });
  return open !== undefined;
}

function sizeOf(units: bigint): bigint {
  return units < 0n ? -units : units;
}
