/**
 * The mode as the store has it. The row is read in the very transaction that lets a submit happen, so a freeze that committed
 * before it is always seen; a missing or unreadable row means frozen.
 */
import type { Mode } from "../../policy/types.ts";
import type { Instant } from "../../ports/index.ts";
import { type Json, type ReadTx, tables } from "../../store/index.ts";

export const MODE_CONTROL = "mode";

export interface ModeControl {
  readonly mode: Mode;
  readonly since: Instant;
  readonly actor: string;
  readonly reason: string;
  /** The configuration's own mode when this was written: an edit of the file shows as a difference. */
  readonly configured: Mode;
  /** While frozen: the mode that the freeze ended. Not said by what was written before this was kept. */
  readonly before?: Mode;
}

const MODES: ReadonlySet<unknown> = new Set<Mode>(["observe", "advise", "auto", "frozen"]);
const UNREADABLE: ModeControl = {
  mode: "frozen",
  since: 0,
  actor: "daemon",
  reason: "the mode is not known",
  configured: "frozen",
};

/** Null when no mode was ever set. */
export async function readModeControl(tx: ReadTx): Promise<(ModeControl & { readonly version: number }) | null> {
  const row = await tx.get(tables.control, { name: MODE_CONTROL });
  return row === undefined ? null : { ...parse(row.value), version: row.version };
}

/** What holds now; `frozen` where nothing is known. */
export async function readMode(tx: ReadTx): Promise<Mode> {
  return (await readModeControl(tx))?.mode ?? "frozen";
}

function parse(value: Json): ModeControl {
  const known = typeof value === "object" && value !== null && "mode" in value && MODES.has(value.mode);
  return known ? (value as unknown as ModeControl) : UNREADABLE;
}
