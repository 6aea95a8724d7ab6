/** What people proposed and what waits for votes, beside the transfers that do. */
import { findOpenBreakResolutions } from "../../daemon/index.ts";
import type { ExtensionRow, SubstitutionRow } from "../../lending/index.ts";
import type { Instant } from "../../ports/index.ts";
import { type ReadTx, tables } from "../../store/index.ts";
import { findOpenEnvelopes, findOpenResolutions } from "../../transfers/index.ts";
import { findWalletProposals } from "../../wallets/index.ts";

/** More than this never waits at once. */
const WAITING_MAX = 200;
const OLDEST_FIRST = [
  ["created_at", "asc"],
  ["id", "asc"],
] as const;

/** On held transfers, breaks, wallets, refills in advance, loans, their collateral, and deadlines of margin calls. */
export async function countProposals(tx: ReadTx, now: Instant): Promise<number> {
  const find = { order_by: OLDEST_FIRST, limit: WAITING_MAX };
  const facilities = await tx.find(tables.facility, { where: { state: "proposed" }, ...find });
  return [
    ...[await findOpenResolutions(tx), await findOpenBreakResolutions(tx), await findOpenExtensions(tx, now)],
    (await findWalletProposals(tx, "waiting")).filter(({ terms }) => now < terms.expires_at),
    facilities.filter(({ terms }) => now < terms.expires_at),
    ...[await findOpenEnvelopes(tx, now), await findOpenSubstitutions(tx, now)],
  ].reduce((count, rows) => count + rows.length, 0);
}

/** Exchanges of collateral. */
export async function findOpenSubstitutions(tx: ReadTx, now: Instant): Promise<SubstitutionRow[]> {
  const where = { state: "open" } as const;
  const rows = await tx.find(tables.substitution, { where, order_by: OLDEST_FIRST, limit: WAITING_MAX });
  return rows.filter(({ expires_at }) => now < expires_at);
}

/** Those whose call still stands at the deadline that they would move. */
export async function findOpenExtensions(tx: ReadTx, now: Instant): Promise<ExtensionRow[]> {
  const rows = await tx.find(tables.callExtension, {
    where: { state: "open" },
    order_by: OLDEST_FIRST,
    limit: WAITING_MAX,
  });
  const calls = await Promise.all(rows.map(({ call_id }) => tx.get(tables.marginCall, { id: call_id })));
  return rows.filter((row, at) => {
    const call = calls[at];
    const stands = call?.ended_at === null && call.deadline_at === row.terms.deadline_before;
    return stands && now < row.expires_at;
  });
}
