/** Known payments of a pool: added and cancelled by people or systems. What the venues report closes them (`close_obligations.ts`). */
import { emit } from "../../audit/index.ts";
import type { PoolConfig } from "../../config/types.ts";
import { digestOf } from "../../digest/index.ts";
import { assert } from "../../errors/index.ts";
import type { ObligationState } from "../../policy/types.ts";
import { type ObligationRow, type ReadTx, type Tx, tables } from "../../store/index.ts";
import { endUnsent, getTransfer, obligationFacts, UNSENT } from "../../transfers/index.ts";
import { DaemonError } from "../errors.ts";
import type { DaemonDeps, ObligationDraft } from "../types.ts";

/** Open obligations of one pool; more are refused. */
export const OBLIGATIONS_MAX = 500;
const ID_HEX_DIGITS = 32;

/**
 * Records it, or returns the one that the key already made.
 * @throws DaemonError obligation_invalid, obligation_key_reused, obligation_too_many
 */
export async function addObligation(deps: DaemonDeps, draft: ObligationDraft): Promise<ObligationRow> {
  const { pool_id, direction, amount, due_at, what, source, reference, payee, actor, key } = draft;
  const pool = deps.config.pools.find(({ id }) => id === pool_id);
  if (pool === undefined) throw new DaemonError("obligation_invalid", `There is no pool "${pool_id}".`);
  if (pool.policy.task !== undefined) {
    throw new DaemonError("obligation_invalid", `${pool_id} pays nobody; name the pool that customers are paid from.`);
  }
  if (amount <= 0n) throw new DaemonError("obligation_invalid", "An obligation needs an amount above zero.");
  if (payee !== null) assertPayee(deps, pool, direction, payee);
  const now = deps.clock.now();
  const id = `obl_${digestOf("request", { actor, key, kind: "obligation" }).slice(0, ID_HEX_DIGITS)}`;
  return deps.store.tx("obligation.add", async (tx) => {
    const known = await tx.get(tables.obligation, { id });
    if (known !== undefined) {
      if (isSame(known, draft)) return known;
      throw new DaemonError("obligation_key_reused", "This key was used for another obligation; use a new key.");
    }
    if (due_at <= now) throw new DaemonError("obligation_invalid", "It is due in the past; give a later time.");
    if ((await tx.count(tables.obligation, { pool_id, state: "open" })) >= OBLIGATIONS_MAX) {
      throw new DaemonError("obligation_too_many", `${OBLIGATIONS_MAX} obligations of ${pool_id} are open already.`);
    }
    const row: ObligationRow = {
      ...{ id, pool_id, asset: pool.asset, direction, amount, due_at, what, source, reference, payee },
      ...{ transfer_id: null, retry_at: null },
      ...{ state: "open", created_at: now, created_by: actor, ended_at: null, note: null },
    };
    await tx.insert(tables.obligation, row);
    const payload = { ...obligationFacts(row), source, reference };
    await emit(tx, deps.ids, { kind: "obligation.added", ref: pool_id, actor, at: now, payload });
    return row;
  });
}

/** Only what people registered is ever paid to. @throws DaemonError obligation_invalid */
function assertPayee({ config }: DaemonDeps, pool: PoolConfig, direction: "in" | "out", payee: string): void {
  if (direction === "in") throw new DaemonError("obligation_invalid", "What comes in is paid to nobody: no payee.");
  const known = (config.payees ?? []).filter(({ asset }) => asset === pool.asset).map(({ id }) => id);
  if (known.includes(payee)) return;
  const which = known.length === 0 ? "none is registered" : `registered are ${known.slice(0, 10).join(", ")}`;
  throw new DaemonError("obligation_invalid", `"${payee}" is no payee of ${pool.asset}; ${which} (\`payees\`).`);
}

function isSame(row: ObligationRow, draft: ObligationDraft): boolean {
  return (["pool_id", "direction", "amount", "due_at", "what", "source", "reference", "payee"] as const).every(
    (name) => row[name] === draft[name],
  );
}

/**
 * A cancelled one is returned as it is. A transfer that was to pay it ends with it, while nothing of it was sent.
 * @throws DaemonError obligation_not_found, obligation_not_open, obligation_being_paid
 */
export async function cancelObligation(
  deps: DaemonDeps,
  id: string,
  actor: string,
  reason: string,
): Promise<ObligationRow> {
  return deps.store.tx("obligation.cancel", async (tx) => {
    const row = await tx.get(tables.obligation, { id });
    if (row === undefined) throw new DaemonError("obligation_not_found", `There is no obligation "${id}".`);
    if (row.state === "cancelled") return row;
    if (row.state !== "open") {
      throw new DaemonError("obligation_not_open", `The obligation is ${row.state} and cannot be cancelled.`);
    }
    if (row.transfer_id !== null) await endPayout(tx, deps, row.transfer_id, actor, reason);
    return closeObligation(tx, deps, row, { state: "cancelled", note: reason, actor });
  });
}

/** @throws DaemonError obligation_being_paid once something was sent, or may have been */
async function endPayout(tx: Tx, deps: DaemonDeps, transfer_id: string, actor: string, reason: string): Promise<void> {
  const transfer = await getTransfer(tx, transfer_id);
  if (!UNSENT.has(transfer.state)) {
    const message = `${transfer_id} pays it and is ${transfer.state}: cancel that transfer, if its venue still can.`;
    throw new DaemonError("obligation_being_paid", message, { transfer: transfer_id });
  }
  const note = { code: "cancelled", text: `What it was to pay is not due any more: ${reason}` };
  await endUnsent(tx, deps, transfer, "cancelled", { now: deps.clock.now(), actor, note });
}

/** What is still to be paid or to come, first due first. */
export async function readObligations(tx: ReadTx, pool_id: string): Promise<ObligationState[]> {
  const rows = await findOpen(tx, pool_id);
  return rows.map(({ id, direction, amount, due_at, what, payee, transfer_id, retry_at }) => ({
    ...{ obligation_id: id, direction, amount, due_at, what },
    ...(payee === null ? {} : { payee }),
    ...(transfer_id === null ? {} : { transfer_id }),
    ...(retry_at === null ? {} : { retry_at }),
  }));
}

/** First due first. */
export async function findOpen(tx: ReadTx, pool_id: string): Promise<ObligationRow[]> {
  return tx.find(tables.obligation, {
    where: { pool_id, state: "open" },
    order_by: [
      ["due_at", "asc"],
      ["id", "asc"],
    ],
    limit: OBLIGATIONS_MAX,
  });
}

/** The one way an obligation ends. */
export async function closeObligation(
  tx: Tx,
  deps: DaemonDeps,
  row: ObligationRow,
  { state, note, actor }: Pick<ObligationRow, "state" | "note"> & { readonly actor: string },
): Promise<ObligationRow> {
  const ended_at = deps.clock.now();
  const closed = await tx.update(tables.obligation, { id: row.id }, { state, note, ended_at }, { state: "open" });
  assert(closed, "an open obligation is closed once");
  const payload = { ...obligationFacts(row), state, note };
  await emit(tx, deps.ids, { kind: "obligation.closed", ref: row.pool_id, actor, at: ended_at, payload });
  return { ...row, state, note, ended_at };
}
