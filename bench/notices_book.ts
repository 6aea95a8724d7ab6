/** The loan book of the notices bench: many loans alike, sound at 90,000 dollars a coin and past their margin call at 62,000. */
import { facilityDigest } from "../src/authority/index.ts";
import type { CreditPrice, FacilityDoc, FacilityRow } from "../src/lending/index.ts";
import { ratio } from "../src/money/index.ts";

export const LOANS_PER_WRITE = 1_000;
const CENTS = 100n;
const COIN = 100_000_000n;
const BTC = { id: "BTC", decimals: 8 };
const DAY_MS = 86_400_000;

/** The parts of the configuration that the sweep and the outbox read. */
export function crashBook() {
  return { collateral: [{ asset: BTC }] };
}

export function pricesAt(dollars: bigint, asset: string, currency: string, now: number): CreditPrice {
  const price = ratio(dollars * CENTS, 1n);
  return { asset, currency, trust: "act", price, as_of: now, doubt: null, state: null };
}

/** 100,000 dollars against two coins since yesterday: 55.6 % at 90,000, 80.6 % at 62,000. */
export function facilityOf(number: number, now: number): FacilityRow {
  const opened_at = now - DAY_MS;
  const id = `fac_${String(number).padStart(8, "0")}`;
  const terms: FacilityDoc = {
    ...{ id, reference: id, customer_id: "acme", currency: "USD", decimals: 2, principal: "10000000", rate: "0/1" },
    ...{ day_count: "actual/360", matures_on: "2099-12-31", opening_fee: "0", schedule: [] },
    levels: { initial: "3/5", warning: "7/10", margin_call: "4/5", liquidation: "9/10", release: "1/20" },
    ...{ cure_ms: DAY_MS, grace_ms: DAY_MS, reason: "bench", proposed_by: "person:bench", created_at: now },
    expires_at: now + DAY_MS,
    collateral: [
      {
        ...{
          asset: "BTC",
          decimals: 8,
          haircut: "0/1",
          minimum: "1",
          expected: "0",
          venue: "vault",
          network: "bitcoin",
        },
        ...{ fee_max: "1", return_address: "bench", return_memo: null },
      },
    ],
  };
  const day = Math.floor(now / DAY_MS);
  return {
    ...{
      id,
      reference: id,
      customer_id: "acme",
      state: "active",
      currency: "USD",
      terms,
      digest: facilityDigest(terms),
    },
    ...{ disbursed: 10_000_000n, principal: 10_000_000n, interest: 0n, interest_before: 0n, interest_paid: 0n },
    ...{ accrual_day: day, booked_day: day, fees: 0n, fees_paid: 0n, shortfall: 0n },
    ...{ held: { BTC: (2n * COIN).toString() }, selling: {}, missing: {}, stage: "sound", call_id: null },
    ...{ liquidation_id: null, created_at: opened_at, updated_at: opened_at, ended_at: null, note: null, version: 0 },
  };
}
