/**
 * What may be forgotten, in small steps: answers kept for repeated requests, and decisions to do nothing, customers not seen for long. Events, transfers,
 * votes and everything booked stay for ever; a decision that moved something, or that is its pool's last, stays too.
 */
import type { Instant } from "../ports/index.ts";
import { type ReadTx, tables } from "../store/index.ts";
import { PRUNE_BATCH, PRUNE_PAUSE_REAL_MS } from "./limits.ts";
import type { DaemonState } from "./state.ts";
import type { DaemonDeps } from "./types.ts";
import { CUSTOMER_MEMORY_MS, forgottenCustomers } from "./watch/watch_customers.ts";

const FORGETTABLE = ["hold", "wait", "blocked"] as const;

/** One step now and then; how many rows went. */
export async function prune(deps: DaemonDeps, state: DaemonState): Promise<number> {
  const { config, clock } = deps;
  const now = clock.now();
  const { idempotency_ms, decisions_ms } = config.store.retention;
  const found = await deps.store.read("prune.find", async (tx) => ({
    keys: await oldAnswers(tx, (await tx.now()) - idempotency_ms),
    decisions: await oldDecisions(
      tx,
      config.pools.map(({ id }) => id),
      now - decisions_ms,
    ),
    customers: await forgottenCustomers(tx, now - CUSTOMER_MEMORY_MS, PRUNE_BATCH),
  }));
  const count = found.keys.length + found.decisions.length + found.customers.length;
  if (count > 0) {
    await deps.store.tx("prune", async (tx) => {
      for (const key of found.keys) await tx.delete(tables.idempotency, { key });
      for (const name of found.customers) await tx.delete(tables.control, { name });
      for (const id of found.decisions) await tx.delete(tables.decision, { id });
    });
  }
  // More waits when a step was full.
  state.prune_due_at = count >= PRUNE_BATCH ? now : now + PRUNE_PAUSE_REAL_MS * (clock.rate ?? 1);
  return count;
}

/** In database time, in which they were written. */
async function oldAnswers(tx: ReadTx, before: Instant): Promise<string[]> {
  const rows = await tx.find(tables.idempotency, {
    where: { at: { lt: before } },
    order_by: [
      ["at", "asc"],
      ["key", "asc"],
    ],
    limit: PRUNE_BATCH,
  });
  return rows.map(({ key }) => key);
}

async function oldDecisions(tx: ReadTx, pools: readonly string[], before: Instant): Promise<string[]> {
  const ids: string[] = [];
  for (const pool_id of pools) {
    const rows = await tx.find(tables.decision, {
      where: { pool_id, at: { lt: before }, last_at: { lt: before }, verdict: { in: FORGETTABLE } },
      order_by: [
        ["at", "asc"],
        ["id", "asc"],
      ],
      limit: PRUNE_BATCH,
    });
    const [last] = await tx.find(tables.decision, {
      where: { pool_id },
      order_by: [
        ["at", "desc"],
        ["id", "desc"],
      ],
      limit: 1,
    });
    ids.push(...rows.map(({ id }) => id).filter((id) => id !== last?.id));
  }
  return ids;
}
