/**
 * An approved exchange of collateral on its way: it waits until the new collateral has come and counts, plans the release of the old
 * one on the same votes, and ends with it. Whatever does not let the release go (the price, a sale, a stop) is waited for and named,
 * no longer than until its end; then the new collateral goes on counting, and people say what becomes of it.
 */
import { TidegateError } from "../errors/index.ts";
import { insertRows, type Tx, tables } from "../store/index.ts";
import { arrivedFor, getTransfer, messageOf, recordAlert, TERMINAL, type TransferRow } from "../transfers/index.ts";
import { getFacility } from "./change.ts";
import type { LendingDeps } from "./deps.ts";
import { noticeRows } from "./notices.ts";
import { OVERTAKEN, planRelease } from "./release.ts";
import { changeSubstitution, EXCHANGING, getSubstitution, UNDER_WAY } from "./substitute.ts";
import type { FacilityRow, SubstitutionRow } from "./types.ts";

/** Exchanges looked at in one turn. */
const OPEN_MAX = 1_000;
const GONE_AGAIN = "The new collateral is not there any more: the old one stays until it is back.";

/** Takes every exchange one step further; one that cannot keeps no other waiting. */
export async function workSubstitutions(deps: LendingDeps): Promise<void> {
  const open = await deps.store.read("substitution.open", (tx) =>
    tx.find(tables.substitution, {
      where: { state: { in: [...UNDER_WAY] } },
      order_by: [["id", "asc"]],
      limit: OPEN_MAX,
    }),
  );
  for (const { id } of open) {
    try {
      await deps.store.tx("substitution.step", (tx) => step(tx, deps, id));
    } catch (error) {
      if (!(error instanceof TidegateError)) throw error;
      await waits(deps, id, messageOf(error));
    }
  }
}

async function step(tx: Tx, deps: LendingDeps, id: string): Promise<void> {
  const row = await getSubstitution(tx, id);
  const facility = await getFacility(tx, row.facility_id);
  const now = deps.clock.now();
  if (row.state === "releasing") return follow(tx, deps, row, facility);
  if (!EXCHANGING.includes(facility.state)) {
    return end(tx, deps, row, facility, "stopped", `The loan is ${facility.state.replaceAll("_", " ")}.`);
  }
  if (row.state === "open") {
    if (now < row.expires_at) return;
    return end(tx, deps, row, facility, "expired", "Its time passed before the quorum was complete.");
  }
  if (row.state !== "awaiting_collateral") return;
  const arrived = await arrivedFor(tx, row);
  if (now >= row.terms.ends_at) {
    const nothing = "The new collateral did not come in time.";
    return end(tx, deps, row, facility, "expired", arrived === 0n ? nothing : tooLate(row));
  }
  if (arrived < BigInt(row.terms.brings.units)) return;
  const { releases, reason, proposed_by: initiator } = row.terms;
  const transfer = await planRelease(tx, deps, facility, {
    ...{ id: deps.ids.next("trf"), asset: releases.asset, reason, initiator },
    ...{ units: BigInt(releases.units), fee_max: BigInt(releases.fee_max) },
    substitution: { id: row.id, digest: row.digest },
  });
  const note = "The new collateral is there; the old one is on its way home.";
  const patch = { state: "releasing", transfer_id: transfer.id, note } as const;
  await changeSubstitution(tx, deps, row, { facility, patch, actor: "daemon" });
}

function tooLate({ terms }: SubstitutionRow): string {
  return `Its time passed before the release could go: what came in ${terms.brings.asset} counts on; release by hand what may leave.`;
}

async function follow(tx: Tx, deps: LendingDeps, row: SubstitutionRow, facility: FacilityRow): Promise<void> {
  const { transfer_id } = row;
  if (transfer_id === null) return;
  const transfer = await getTransfer(tx, transfer_id);
  const move = await tx.get(tables.collateralMove, { transfer_id });
  if (!TERMINAL.has(transfer.state) || move?.state === "open") return;
  if (transfer.state === "settled") {
    const { brings, releases } = row.terms;
    const text = `${facility.reference} of ${facility.customer_id}: ${brings.asset} took the place of ${releases.asset}, which went home.`;
    const notices = noticeRows(deps, facility, "substitution.done", text, deps.clock.now());
    if (notices.length > 0) await tx.writeMany([insertRows(tables.creditNotice, notices)]);
    return end(tx, deps, row, facility, "done", null);
  }
  const why = await standsBy(tx, row, transfer);
  if (why !== null) {
    // Nothing of it was sent: once that has passed it is planned anew, on the same votes.
    const patch = { state: "awaiting_collateral", transfer_id: null, note: why } as const;
    await changeSubstitution(tx, deps, row, { facility, patch, actor: "daemon" });
    return;
  }
  const note = `The release ${transfer_id} is ${transfer.state}: both assets count on; release by hand what may leave.`;
  return end(tx, deps, row, facility, "stopped", note);
}

/** Why a release that ended unsent is planned again by itself; null: people ended it, or its venue did. */
async function standsBy(tx: Tx, row: SubstitutionRow, { state, note, note_code }: TransferRow): Promise<string | null> {
  if (state === "cancelled" && note === OVERTAKEN) return OVERTAKEN;
  if (state !== "denied" || note_code !== "authority_substitution_unusable") return null;
  return (await arrivedFor(tx, row)) < BigInt(row.terms.brings.units) ? GONE_AGAIN : null;
}

/** Over; where collateral came for nothing, people are told. */
async function end(
  tx: Tx,
  deps: LendingDeps,
  row: SubstitutionRow,
  facility: FacilityRow,
  state: "done" | "expired" | "stopped",
  note: string | null,
): Promise<void> {
  await changeSubstitution(tx, deps, row, { facility, patch: { state, note }, actor: "daemon" });
  if (state === "done" || (await arrivedFor(tx, row)) === 0n || row.state === "open") return;
  const message = `The exchange ${row.id} of ${facility.reference}'s collateral did not come to its end. ${note ?? ""}`;
  const alert = { code: "substitution_unfinished", severity: "warning", message, ref: facility.id } as const;
  await recordAlert(tx, deps, alert, deps.clock.now());
}

/** Why it waits, written once. */
async function waits(deps: LendingDeps, id: string, note: string): Promise<void> {
  await deps.store.tx("substitution.waits", async (tx) => {
    const row = await getSubstitution(tx, id);
    if (row.note === note || !UNDER_WAY.includes(row.state)) return;
    const facility = await getFacility(tx, row.facility_id);
    await changeSubstitution(tx, deps, row, { facility, patch: { note }, actor: "daemon" });
  });
}
