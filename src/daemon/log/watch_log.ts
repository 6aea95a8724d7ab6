/**
 * The log against its witnesses. A database restored from a copy does not know what was paid since, and might pay again: whoever
 * takes the lead first proves that the log continues every checkpoint kept outside, and pays nothing otherwise until an admin
 * accepts the loss. While it does not, nothing is sealed: no second tree is signed beside the one that was published.
 */
import {
  type CheckpointRow,
  type Frontier,
  proveSince,
  readFrontier,
  sizeOfNote,
  type TrustedCheckpoint,
  type Witness,
} from "../../audit/index.ts";
import { StoreError, tables } from "../../store/index.ts";
import { messageOf, readUnwitnessed, recordAlert, setUnwitnessed } from "../../transfers/index.ts";
import { freeze } from "../people/control.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps, WitnessFault } from "../types.ts";
import { faultOf, isAccepted, keepShown, readStanding, sentenceOf } from "./log_standing.ts";

/** Before the first payment under a new lead. */
export async function watchLog(deps: DaemonDeps, state: DaemonState, fence: number): Promise<void> {
  await lookAtLog(deps, state);
  await publishLast(deps, state);
  state.log_fence = fence;
}

/** The newest checkpoint once more, to whoever does not have it: one that takes none is no witness of the next payment. */
export async function publishLast(deps: DaemonDeps, state: DaemonState): Promise<void> {
  if (deps.witnesses === undefined || state.log_standing.faults.length > 0) return;
  const [last] = await deps.store.read("audit.last", (tx) =>
    tx.find(tables.checkpoint, { order_by: [["size", "desc"]], limit: 1 }),
  );
  if (last !== undefined) await publish(deps, state, last);
}

/** Asks every witness, remembers what they say, and stops paying when one of them knows more than the database. */
export async function lookAtLog(deps: DaemonDeps, state: DaemonState): Promise<void> {
  const standing = await readStanding(deps, state.unpublished);
  const before = state.log_standing;
  const told = new Set([...before.faults, ...before.unreadable].map(({ witness, message }) => witness + message));
  const [first] = standing.faults;
  // Before anything else: the freeze is what keeps money where it is, and nobody lifts it without what was shown here.
  await keepShown(deps, standing.faults);
  if (first !== undefined) await freeze(deps, "daemon", sentenceOf(first));
  await keepWaiting(deps, standing.waits);
  for (const fault of standing.faults) if (!told.has(fault.witness + fault.message)) await alert(deps, fault);
  for (const { witness, message } of standing.unreadable) {
    if (!told.has(witness + message))
      deps.log.warn({ witness, cause: message }, "A witness of the log cannot be asked.");
  }
  state.log_standing = standing;
}

/** In the store, where the write that precedes every submit reads it. People are told when the wait begins. */
async function keepWaiting(deps: DaemonDeps, waits: string | null): Promise<void> {
  const stop = await deps.store.read("audit.waits", readUnwitnessed);
  if (stop?.reason === waits || (stop === null && waits === null)) return;
  const since = stop?.since ?? deps.clock.now();
  const notice = { code: "log_unwitnessed", severity: "page", message: waits ?? "", ref: "log" } as const;
  await deps.store.tx("audit.waits", async (tx) => {
    await setUnwitnessed(tx, null);
    if (waits !== null) await setUnwitnessed(tx, { reason: waits, since });
    if (waits !== null && stop === null) await recordAlert(tx, deps, notice, since);
  });
  if (waits !== null && stop === null) deps.notifier.notify(notice);
  if (waits === null) deps.log.info({}, "A witness of the log can be asked again; payments go on.");
}

async function alert(deps: DaemonDeps, fault: WitnessFault): Promise<void> {
  const notice = { code: fault.code, severity: "page", message: sentenceOf(fault), ref: fault.witness } as const;
  await deps.store.tx("audit.alert", (tx) => recordAlert(tx, deps, notice, deps.clock.now()));
  deps.notifier.notify(notice);
}

/** Gives a new checkpoint to every witness; one that holds what the log does not continue is never written over. */
export async function publish(deps: DaemonDeps, state: DaemonState, checkpoint: CheckpointRow): Promise<void> {
  const { note, size } = checkpoint;
  const frontier = await deps.store.read("audit.frontier", readFrontier);
  const next = { note, frontier: frontier.size === size ? frontier : null };
  const silent = new Set<string>();
  for (const witness of deps.witnesses ?? []) {
    try {
      const there = await witness.latest().catch((error: unknown) => {
        silent.add(witness.id);
        throw error;
      });
      if (!(await publishTo(deps, state, { witness, there }, next, size))) return await lookAtLog(deps, state);
      state.unpublished.delete(witness.id);
    } catch (error) {
      if (error instanceof StoreError) throw error;
      if (!silent.has(witness.id)) state.unpublished.set(witness.id, `it takes no checkpoint: ${messageOf(error)}`);
      deps.log.error({ witness: witness.id, cause: messageOf(error) }, "A checkpoint could not be given to a witness.");
    }
  }
  // Whether one hears of it at all decides about the next payment.
  const known = state.log_standing.unreadable.map(({ witness }) => witness);
  const deaf = new Set([...silent, ...state.unpublished.keys()]);
  if (known.length !== deaf.size || known.some((id) => !deaf.has(id))) await lookAtLog(deps, state);
}

async function publishTo(
  deps: DaemonDeps,
  state: DaemonState,
  { witness, there }: { readonly witness: Witness; readonly there: TrustedCheckpoint | null },
  next: TrustedCheckpoint,
  size: number,
): Promise<boolean> {
  // Our own last word needs no proof.
  const news = there !== null && there.note !== state.published.get(witness.id);
  if (news && (await faultOf(deps, witness, there)) !== null) return false;
  const aside = news && (await isAccepted(deps, there.note));
  if (there === null || aside || sizeOfNote(there.note) < size) {
    const prove = (first: number, then: Frontier | null) => proveSince(deps.store, first, size, then);
    const cosignature = await witness.publish(next, { aside, prove });
    if (cosignature !== null) await keepCosignature(deps, size, cosignature);
  }
  state.published.set(witness.id, next.note);
  return true;
}

/** Beside the log's own signature: whoever exports the log has what the witnesses saw. */
async function keepCosignature(deps: DaemonDeps, size: number, line: string): Promise<void> {
  await deps.store.tx("audit.cosigned", async (tx) => {
    const row = await tx.get(tables.checkpoint, { size });
    if (row === undefined || row.note.includes(line)) return;
    await tx.update(tables.checkpoint, { size }, { note: row.note + line });
  });
}
