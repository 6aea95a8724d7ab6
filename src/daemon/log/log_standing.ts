/** What the witnesses of the log say, what they showed last, and which losses people have accepted. */
import { faultOfLog, logOrigin, type TrustedCheckpoint, verifierKey, type Witness } from "../../audit/index.ts";
import { canonicalJson } from "../../digest/index.ts";
import { type Json, type ReadTx, StoreError, type Tx, tables } from "../../store/index.ts";
import { messageOf } from "../../transfers/index.ts";
import type { DaemonDeps, LogStanding, WitnessFault } from "../types.ts";

type Unreadable = LogStanding["unreadable"][number];
export type LogWatch = Pick<DaemonDeps, "store" | "verifier" | "log_signer" | "witnesses" | "config" | "clock">;

const ACCEPTED = "audit.accepted";
const SHOWN = "audit.faults";
/** Losses that are remembered; each is one restore. */
const ACCEPTED_MAX = 50;

/**
 * What a witness showed stands while it cannot be asked again: to pull its disk out ends nothing. `unpublished`: witnesses that answer
 * and did not take the last checkpoint, each with why.
 */
export async function readStanding(
  deps: LogWatch,
  unpublished: ReadonlyMap<string, string> = new Map(),
): Promise<LogStanding> {
  const shown = await deps.store.read("audit.shown", shownFaults);
  const faults: WitnessFault[] = [];
  const unreadable: Unreadable[] = [];
  const witnesses = deps.witnesses ?? [];
  // All at once: several that hang must not cost the lead.
  const answers = await Promise.allSettled(witnesses.map((witness) => witness.latest()));
  for (const [index, witness] of witnesses.entries()) {
    const answer = answers[index];
    try {
      if (answer?.status !== "fulfilled") throw answer?.reason;
      const fault = await faultOf(deps, witness, answer.value);
      if (fault !== null) faults.push(fault);
      const message = unpublished.get(witness.id);
      if (message !== undefined) unreadable.push({ witness: witness.id, message });
    } catch (error) {
      if (error instanceof StoreError) throw error;
      unreadable.push({ witness: witness.id, message: messageOf(error) });
      const last = shown.find((fault) => fault.witness === witness.id);
      if (last !== undefined && !(await isAccepted(deps, last.note))) faults.push(last);
    }
  }
  return { faults, unreadable, waits: waitsFor(witnesses, unreadable), looked_at: deps.clock.now() };
}

/**
 * Why payments wait; null when they need not. What is paid while no witness hears of it is what a copy of the database that is
 * restored afterwards neither knows nor can be told, and pays again.
 */
export function waitsFor(witnesses: readonly Witness[], unreadable: readonly Unreadable[]): string | null {
  const outside = witnesses.filter((witness) => witness.outside);
  const silent = unreadable.filter(({ witness }) => outside.some(({ id }) => id === witness));
  if (outside.length === 0 || silent.length < outside.length) return null;
  const which = silent.map(({ witness, message }) => `${witness}: ${message}`).join("; ");
  return `Payments wait until a witness of the log outside the data directory can be asked again (${which}).`;
}

/** Null when the log continues the checkpoint, or people have accepted that it does not. */
export async function faultOf(
  deps: LogWatch,
  witness: Witness,
  there: TrustedCheckpoint | null,
): Promise<WitnessFault | null> {
  if (there === null || (await isAccepted(deps, there.note))) return null;
  const { store, verifier, log_signer, config } = deps;
  const verifier_key = verifierKey(logOrigin(config.name), log_signer.public_key);
  const fault = await faultOfLog({ store, verifier, verifier_key }, there);
  return fault === null ? null : { ...fault, witness: witness.id, note: there.note };
}

export async function isAccepted({ store }: LogWatch, note: string): Promise<boolean> {
  return (await store.read("audit.accepted", acceptedNotes)).includes(note);
}

/** Remembers in the transaction of the vote that these checkpoints are lost. */
export async function acceptLoss(tx: Tx, faults: readonly WitnessFault[], at: number): Promise<void> {
  const row = await tx.get(tables.control, { name: ACCEPTED });
  const notes = [...(await acceptedNotes(tx)), ...faults.map(({ note }) => note)].slice(-ACCEPTED_MAX);
  await tx.upsert(tables.control, { name: ACCEPTED, value: notes, version: (row?.version ?? 0) + 1, updated_at: at });
}

/** Remembers what the witnesses show, over restarts; writes only what is new. */
export async function keepShown({ store, clock }: LogWatch, faults: readonly WitnessFault[]): Promise<void> {
  const value = faults.map((fault) => ({ ...fault }));
  const known = await store.read("audit.shown", shownFaults);
  if (canonicalJson(known) === canonicalJson(value)) return;
  await store.tx("audit.shown", async (tx) => {
    const row = await tx.get(tables.control, { name: SHOWN });
    const version = (row?.version ?? 0) + 1;
    await tx.upsert(tables.control, { name: SHOWN, value, version, updated_at: clock.now() });
  });
}

async function shownFaults(tx: Pick<ReadTx, "get">): Promise<readonly WitnessFault[]> {
  const value = (await tx.get(tables.control, { name: SHOWN }))?.value ?? [];
  return value as unknown as readonly WitnessFault[];
}

async function acceptedNotes(tx: Pick<ReadTx, "get">): Promise<string[]> {
  const value: Json = (await tx.get(tables.control, { name: ACCEPTED }))?.value ?? [];
  return Array.isArray(value) ? value.filter((note): note is string => typeof note === "string") : [];
}

export function sentenceOf({ witness, message }: WitnessFault): string {
  return `The log does not continue the checkpoint kept by ${witness}. ${message}`;
}
