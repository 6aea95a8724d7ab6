/** That the log of now continues a smaller one, proved from the leaves since and the tree of then. */
import type { Store } from "../store/index.ts";
import { AuditError } from "./errors.ts";
import { consistencySince, EMPTY_FRONTIER, type Frontier, type Hash } from "./merkle.ts";
import { growTo, leavesBetween } from "./trusted.ts";

/**
 * The proof of RFC 6962 (section 2.1.2) from `first` leaves to `second`. `then`: the tree of `first` leaves where it is known;
 * without it, it is rebuilt from the first leaf.
 * @throws AuditError audit_log_damaged when a leaf is missing
 */
export async function proveSince(store: Store, first: number, second: number, then: Frontier | null): Promise<Hash[]> {
  if (first === 0 || first === second) return [];
  const from = then !== null && then.size === first ? then : await growTo(store, EMPTY_FRONTIER, first);
  const leaves = await leavesBetween(store, first, second);
  if (from === null || leaves === null) {
    throw new AuditError("audit_log_damaged", "A leaf of the log is missing: verify it against an export.");
  }
  return consistencySince(from, leaves);
}
