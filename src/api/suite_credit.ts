/** A loan for the tests of the API: proposed, with an open call, a proposal of more time, and a sale. */
import { substitutionDigest } from "../authority/index.ts";
import type { LiquidationRow, MarginCallRow, SubstitutionRow } from "../lending/index.ts";
import { tables } from "../store/index.ts";
import type { TestTreasury } from "./suite_treasury.ts";

/** Ids by the noun of their routes. */
export async function lendOne(test: TestTreasury): Promise<Record<string, string>> {
  const { lending, deps } = test.treasury;
  if (lending === null) throw new Error("the sandbox lends");
  const facility = await lending.proposeFacility({
    ...{ reference: "L-1", customer_id: "acme", currency: "USD", principal: 100_000n, rate_percent: "12" },
    ...{ day_count: "actual/360", matures_on: "2026-12-31", opening_fee: 0n, schedule: [], levels: null },
    ...{ cure_ms: null, reason: "new loan", proposed_by: "person:ana" },
    collateral: [{ asset: "BTC", expected: 0n, return_address: "sandbox:bitcoin:acme", return_memo: null }],
  });
  const now = deps.clock.now();
  const call: MarginCallRow = {
    ...{ id: "call_1", facility_id: facility.id, state: "open", opened_at: now, deadline_at: now + 3_600_000 },
    ...{ ltv_percent: "80.00", skipped: [], acknowledged_by: null, acknowledged_at: null, partial_cures: 0 },
    ...{ extensions: 0, ended_at: null, note: null, updated_at: now, version: 0 },
  };
  const sale: LiquidationRow = {
    ...{ id: "liq_1", facility_id: facility.id, call_id: call.id, state: "planned", asset: "BTC", quote_asset: "USDT" },
    ...{ venue_id: "exchange", units: 1n, sold: 0n, proceeds: 0n, applied: 0n, at_market: 0n, repaid: 0n, surplus: 0n },
    ...{ price_limit: "60000", quote: null, transfer_id: null, approval: "each", rounds: 0, created_at: now },
    ...{ updated_at: now, ended_at: null, note: null, version: 0 },
  };
  await deps.store.tx("test", async (tx) => {
    await tx.insert(tables.marginCall, call);
    await tx.insert(tables.liquidation, sale);
  });
  const more = { deadline_at: now + 7_200_000, reason: "a wire is on its way", proposed_by: "person:ana" };
  const extension = await lending.proposeExtension({ call_id: call.id, ...more });
  const terms = {
    ...{ id: "sub_1", facility_id: facility.id, reference: "L-1", reason: "other coins", proposed_by: "person:ana" },
    brings: { asset: "ETH", decimals: 18, units: "1", venue: "northvault", network: "ethereum", wallet: "w" },
    releases: {
      ...{ asset: "BTC", decimals: 8, units: "1", fee_max: "1", network: "bitcoin", from_wallet: "w" },
      ...{ to_wallet: "r", return_address: "sandbox:bitcoin:acme", return_memo: null },
    },
    ...{ created_at: now, expires_at: now + 3_600_000, ends_at: now + 7_200_000 },
  };
  const substitution: SubstitutionRow = {
    ...{ id: terms.id, facility_id: facility.id, state: "open", terms, digest: substitutionDigest(terms) },
    ...{ transfer_id: null, note: null, created_at: now, expires_at: terms.expires_at, updated_at: now },
    ...{ ended_at: null, version: 0 },
  };
  await deps.store.tx("test", (tx) => tx.insert(tables.substitution, substitution));
  const { id } = facility;
  return {
    facilities: id,
    substitutions: substitution.id,
    "margin-calls": call.id,
    extensions: extension.id,
    liquidations: sale.id,
    credit: id,
  };
}
