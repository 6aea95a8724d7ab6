/** A treasury in memory that lends, behind a real API and the built terminal: facilities in every state a person may meet. */
import { fileURLToPath } from "node:url";
import { type RunningApi, startApi } from "../../src/api/index.ts";
import type { FacilityDraft, FacilityRow } from "../../src/lending/index.ts";
import { BTC, createDesk, type Desk, USD } from "../../src/lending/suite.ts";

const WEB = fileURLToPath(new URL("../../web/dist", import.meta.url));
const DOLLARS_FIRST = 96_000n;
/** Called, and one sold: within the limit of what a price may jump. */
const FALL: readonly bigint[] = [76_000n, 62_000n];
const HOUR_MS = 3_600_000;

export interface LoanBook {
  readonly desk: Desk;
  readonly api: RunningApi;
  /** Ids by reference. */
  readonly ids: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

interface Loan {
  readonly draft: Partial<FacilityDraft> & Pick<FacilityDraft, "reference" | "customer_id">;
  readonly coins: bigint;
  readonly dollars: bigint;
}

const LOANS: readonly Loan[] = [
  { draft: { reference: "L-101", customer_id: "acme" }, coins: 2n * BTC, dollars: 100_000n },
  { draft: { reference: "L-102", customer_id: "borealis" }, coins: 5n * BTC, dollars: 200_000n },
  { draft: { reference: "L-103", customer_id: "corvus" }, coins: 3n * BTC, dollars: 90_000n },
  { draft: { reference: "L-104", customer_id: "dunmore" }, coins: BTC, dollars: 57_000n },
  {
    draft: {
      ...{ reference: "L-105", customer_id: "elbrus", matures_on: "2026-06-30" },
      levels: { as: "cvl", initial: "140", warning: null, margin_call: "125", liquidation: "105", release: "2" },
      schedule: [
        { due_on: "2026-03-31", amount: 20_000n * USD },
        { due_on: "2026-05-29", amount: 20_000n * USD },
      ],
    },
    coins: 2n * BTC,
    dollars: 80_000n,
  },
  // Collateral and no loan; a loan and no collateral yet.
  { draft: { reference: "L-106", customer_id: "farrow", principal: 50_000n * USD }, coins: BTC, dollars: 0n },
  { draft: { reference: "L-107", customer_id: "acme", principal: 60_000n * USD }, coins: 0n, dollars: 0n },
  {
    draft: {
      ...{ reference: "L-108", customer_id: "granite", opening_fee: 150n * USD },
      collateral: [
        { asset: "BTC", expected: BTC, return_address: "sandbox:bitcoin:granite", return_memo: null },
        { asset: "USDT", expected: 0n, return_address: "sandbox:tron:granite", return_memo: null },
      ],
    },
    coins: BTC,
    dollars: 55_000n,
  },
];

/** Takes about twenty cycles: everybody is opened, secured and drawn together, then the price falls. */
export async function startLoanBook(): Promise<LoanBook> {
  const desk = await createDesk();
  desk.price(DOLLARS_FIRST);
  const rows = await openAll(desk);
  for (const dollars of FALL) {
    desk.price(dollars);
    await desk.hours(1);
  }
  const ids = Object.fromEntries(rows.map(({ reference, id }) => [reference, id]));
  await answerAndAsk(desk, ids);
  const { deps } = desk.t;
  const api = await startApi({ ...deps, web_dir: WEB });
  return {
    ...{ desk, api, ids },
    close: async () => {
      await api.close();
      await desk.close();
    },
  };
}

async function openAll(desk: Desk): Promise<readonly FacilityRow[]> {
  const rows: FacilityRow[] = [];
  for (const { draft, dollars } of LOANS) {
    rows.push(await desk.propose({ ...(dollars > 0n ? { principal: dollars * USD } : {}), ...draft }));
  }
  for (const { id: object_id, digest } of rows) {
    for (const person of ["ana", "ben"]) {
      const payload = { object_kind: "facility", object_id, digest, vote: "approve" } as const;
      await desk.lending.voteOnFacility(await desk.t.sign(person, payload));
    }
  }
  await desk.hours(1);
  for (const [at, { coins }] of LOANS.entries()) {
    const row = rows[at];
    if (row !== undefined && coins > 0n) desk.deposit(row, coins);
  }
  const [, , , , , , waiting, mixed] = rows;
  // Too small to count: a person says what it is.
  if (waiting !== undefined) desk.deposit(waiting, BTC / 200n);
  if (mixed !== undefined) desk.deposit(mixed, 5_000n * 1_000_000n, "USDT");
  await desk.hours(1);
  for (const [at, { dollars }] of LOANS.entries()) {
    const facility_id = rows[at]?.id;
    if (facility_id === undefined || dollars === 0n) continue;
    const paid = { amount: dollars * USD, reference: `wire-${at + 1}`, source: "person:dora" };
    await desk.lending.disburse({ facility_id, ...paid });
  }
  await desk.hours(1);
  return rows;
}

/** People answer the first call in part, ask for more time, and propose a new loan. */
async function answerAndAsk(desk: Desk, ids: Readonly<Record<string, string>>): Promise<void> {
  const { lending, t } = desk;
  const called = await desk.facility(ids["L-101"] ?? "");
  const call = await desk.call(called.call_id);
  await lending.acknowledgeCall(call.id, "person:chen");
  const paid = { facility_id: called.id, amount: 500n * USD, reference: "wire-31", source: "person:dora" };
  await lending.repay(paid);
  await desk.hours(1);
  const more = { reason: "a wire is on its way", proposed_by: "person:dora" };
  await lending.proposeExtension({ call_id: call.id, deadline_at: t.clock.now() + 36 * HOUR_MS, ...more });
  await desk.propose({
    ...{ reference: "L-109", customer_id: "harrow", principal: 250_000n * USD, reason: "a bridge to the next round" },
    collateral: [{ asset: "BTC", expected: 5n * BTC, return_address: "sandbox:bitcoin:harrow", return_memo: null }],
  });
}
