/**
 * One owner of a job at a time. A lease lives in the database's own time; each new ownership raises the fence, and whoever
 * writes under a lease checks the fence in the same transaction, so that a process that slept through its lease does nothing.
 */
import { assert } from "../errors/index.ts";
import type { Instant } from "../ports/index.ts";
import type { Tx } from "./port.ts";
import { lease } from "./tables/schema.ts";

/** Longest time a dead owner may block the others. */
export const LEASE_TTL_MS_MAX = 10 * 60_000;

export interface LeaseRequest {
  /** The job: `loop`, `sealer`, `transfer/<id>`. */
  readonly name: string;
  /** Unique per process. */
  readonly owner: string;
  readonly ttl_ms: number;
}

export interface Lease {
  readonly fence: number;
  /** In the database's time. */
  readonly until: Instant;
}

/**
 * Takes the lease, or renews it when `owner` still holds it; null when somebody else does. A renewal keeps the fence, a take-over
 * raises it, and so does an owner that comes back after its own lease ran out.
 */
export async function acquireLease(tx: Tx, request: LeaseRequest): Promise<Lease | null> {
  const { name, owner, ttl_ms } = request;
  assert(
    Number.isSafeInteger(ttl_ms) && ttl_ms > 0 && ttl_ms <= LEASE_TTL_MS_MAX,
    `lease ttl_ms out of range: ${ttl_ms}`,
  );
  const [now, row] = await Promise.all([tx.now(), tx.get(lease, { name })]);
  const until = now + ttl_ms;
  if (row === undefined) {
    const taken = await tx.insertIfAbsent(lease, { name, owner, until, fence: 1 });
    return taken ? { fence: 1, until } : null;
  }
  const running = row.until > now;
  if (running && row.owner !== owner) return null;
  const fence = running ? row.fence : row.fence + 1;
  const taken = await tx.update(lease, { name }, { owner, until, fence }, { fence: row.fence, owner: row.owner });
  return taken ? { fence, until } : null;
}

/** True while `owner` holds the lease under this very fence. Ask in the transaction whose writes depend on it. */
export async function holdsLease(
  tx: Pick<Tx, "get" | "now">,
  name: string,
  owner: string,
  fence: number,
): Promise<boolean> {
  const [now, row] = await Promise.all([tx.now(), tx.get(lease, { name })]);
  return row !== undefined && row.owner === owner && row.fence === fence && row.until > now;
}

/** Gives the lease back before its time, on a clean stop; the fence stays, so that it only ever grows. */
export async function releaseLease(tx: Tx, name: string, owner: string, fence: number): Promise<boolean> {
  return tx.update(lease, { name }, { until: await tx.now() }, { owner, fence });
}
