/** Mine, others', all. */
import type { Quorum } from "../../api/types.ts";

export type Tab = "mine" | "others" | "all";

/** Mine is what this person may still vote on; with nobody at the screen, nothing is. */
export function split<T extends { readonly quorum: Quorum }>(
  approvals: readonly T[],
  me: string | null,
): Readonly<Record<Tab, readonly T[]>> {
  const isMine = (approval: T): boolean => me !== null && approval.quorum.eligible.includes(me);
  return {
    mine: approvals.filter(isMine),
    others: approvals.filter((approval) => !isMine(approval)),
    all: approvals,
  };
}
