/** Mine, others', all. */
import type { Approval } from "../../api/types.ts";

export type Tab = "mine" | "others" | "all";

/** Mine is what this person may still vote on; with nobody at the screen, nothing is. */
export function split(approvals: readonly Approval[], me: string | null): Readonly<Record<Tab, readonly Approval[]>> {
  const isMine = (approval: Approval): boolean => me !== null && approval.quorum.eligible.includes(me);
  return {
    mine: approvals.filter(isMine),
    others: approvals.filter((approval) => !isMine(approval)),
    all: approvals,
  };
}
