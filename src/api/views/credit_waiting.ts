/** What of lending waits for votes: facilities that were proposed, and proposals of a later deadline. */
import type { ExtensionRow, FacilityRow } from "../../lending/index.ts";
import type { Instant } from "../../ports/index.ts";
import { type ReadTx, tables } from "../../store/index.ts";

/** More than this never waits at once. */
const WAITING_MAX = 200;

export function findProposedFacilities(tx: ReadTx, now: Instant): Promise<FacilityRow[]> {
  return tx
    .find(tables.facility, {
      where: { state: "proposed" },
      order_by: [
        ["created_at", "asc"],
        ["id", "asc"],
      ],
      limit: WAITING_MAX,
    })
    .then((rows) => rows.filter(({ terms }) => now < terms.expires_at));
}

/** Those whose call still stands at the deadline that they would move. */
export async function findOpenExtensions(tx: ReadTx, now: Instant): Promise<ExtensionRow[]> {
  const rows = await tx.find(tables.callExtension, {
    where: { state: "open" },
    order_by: [
      ["created_at", "asc"],
      ["id", "asc"],
    ],
    limit: WAITING_MAX,
  });
  const calls = await Promise.all(rows.map(({ call_id }) => tx.get(tables.marginCall, { id: call_id })));
  return rows.filter((row, at) => {
    const call = calls[at];
    const stands = call?.ended_at === null && call.deadline_at === row.terms.deadline_before;
    return stands && now < row.expires_at;
  });
}
