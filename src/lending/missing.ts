/** Collateral that a custodian does not show: it does not count, and whom it belongs to is left alone until people know why. */
import { openBreaks } from "../ledger/index.ts";
import { recordAlert } from "../transfers/index.ts";
import { changeFacility, getFacility } from "./change.ts";
import type { LendingDeps } from "./deps.ts";
import { isMissing } from "./position.ts";
import type { FacilityRow } from "./types.ts";

/**
 * Collateral that the books have and a venue does not show does not count until that is cleared: an open break of a collateral
 * wallet takes what is missing off. A surplus of the venue adds nothing. `marked` are the facilities that have a mark; it is kept up.
 */
export async function markMissing(deps: LendingDeps, marked: Set<string>): Promise<void> {
  const wallets = new Map(
    deps.config.wallets.flatMap(({ id, facility_id }) => (facility_id === undefined ? [] : [[id, facility_id]])),
  );
  if (wallets.size === 0) return;
  const missing = await deps.store.read("collateral.breaks", async (tx) => {
    const found = new Map<string, Record<string, string>>();
    for (const { wallet_id, asset, difference } of await openBreaks(tx)) {
      const facility_id = wallets.get(wallet_id);
      if (facility_id === undefined || difference >= 0n) continue;
      const known = found.get(facility_id) ?? {};
      found.set(facility_id, { ...known, [asset]: (BigInt(known[asset] ?? "0") - difference).toString() });
    }
    return found;
  });
  for (const id of new Set([...missing.keys(), ...marked])) {
    const now_missing = missing.get(id) ?? {};
    await markOne(deps, id, now_missing);
    if (missing.has(id)) marked.add(id);
    else marked.delete(id);
  }
}

async function markOne(deps: LendingDeps, id: string, missing: FacilityRow["missing"]): Promise<void> {
  const notice = await deps.store.tx("collateral.missing", async (tx) => {
    const row = await getFacility(tx, id);
    if (sameAmounts(row.missing, missing)) return null;
    const now = deps.clock.now();
    await changeFacility(tx, row, { missing }, now);
    if (isMissing(row) || !isMissing({ missing })) return null;
    const message = `The custodian does not show all of ${row.reference}'s collateral. Its borrower is not called, and nothing is sold, until that is cleared.`;
    const told = { code: "collateral_missing", severity: "page", message, ref: id } as const;
    await recordAlert(tx, deps, told, now);
    return told;
  });
  if (notice !== null) deps.notifier.notify(notice);
}

function sameAmounts(a: FacilityRow["missing"], b: FacilityRow["missing"]): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => (a[key] ?? "0") === (b[key] ?? "0"));
}
