/**
 * Borrowers of the sandbox: eight loans against coins, from calm ones to some that stand near their warning. They ask, deposit, draw,
 * and answer a margin call as each of them does: with coins, with money, or not at all. What they do is a function of the seed, of
 * what the treasury has stored and of the market; a restart goes on where it was.
 */
import type { DaemonDeps } from "../daemon/types.ts";
import type { FacilityDraft, FacilityRow, Lending, MarginCallRow, PlaceRow } from "../lending/index.ts";
import { divide } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { tables } from "../store/index.ts";
import { BORROWERS, type Borrower, pledgesOf, principalOf } from "./loan_book.ts";
import { between, indexOfText } from "./random.ts";
import { letPass, type Routine, startRoutine } from "./routine.ts";
import type { World } from "./world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How often they look. */
const LOOK_MS = HOUR_MS / 2;
const TERM_DAYS = 180;
/** How long one of them takes to answer a call, from and to. */
const ANSWER_MS: readonly [number, number] = [2 * HOUR_MS, 8 * HOUR_MS];
/** Collateral that was not enough at the price of its arrival is added to once a day, by so many parts of a hundred. */
const MORE_PARTS = 20n;
const LENDER = "person:loan-desk";

export interface BorrowersOptions {
  readonly lending: Lending;
  readonly deps: Pick<DaemonDeps, "clock" | "store" | "log" | "config">;
  readonly world: Pick<World, "receive" | "price" | "assetOf">;
  readonly seed: number;
}

/** Lets them live until `stop`. */
export function startBorrowers(options: BorrowersOptions): Routine {
  return startRoutine({ clock: options.deps.clock, every_ms: LOOK_MS, look: () => lookAtLoans(options) });
}

/** One look of everybody. */
export async function lookAtLoans(options: BorrowersOptions): Promise<void> {
  for (const borrower of BORROWERS.filter((one) => isWelcome(options, one))) {
    await letPass(() => act(options, borrower));
  }
}

/** A treasury that was set up when fewer coins were taken goes on lending to the others. */
function isWelcome({ deps }: BorrowersOptions, { pledges }: Borrower): boolean {
  const taken = deps.config.credit?.collateral ?? [];
  return pledges.every((pledge) => taken.some(({ asset }) => asset.id === pledge.asset));
}

async function act(options: BorrowersOptions, borrower: Borrower): Promise<void> {
  const { store } = options.deps;
  const [row] = await store.read("sandbox borrowers", (tx) =>
    tx.find(tables.facility, { where: { reference: borrower.reference }, limit: 1 }),
  );
  if (row === undefined) return void (await options.lending.proposeFacility(draftOf(options, borrower)));
  if (row.state === "awaiting_collateral") return deposit(options, borrower, row);
  if (row.state !== "active") return;
  if (row.disbursed === 0n) {
    const payment = { facility_id: row.id, amount: BigInt(row.terms.principal), reference: `wire-${row.reference}` };
    await options.lending.disburse({ ...payment, source: LENDER });
    return;
  }
  if (row.call_id !== null) await answerCall(options, borrower, row, row.call_id);
}

function draftOf({ deps, seed }: BorrowersOptions, borrower: Borrower): FacilityDraft {
  const matures_at = deps.clock.now() + TERM_DAYS * DAY_MS;
  return {
    ...{ reference: borrower.reference, customer_id: borrower.customer_id, currency: "USD" },
    ...{ principal: principalOf(seed, borrower), rate_percent: borrower.rate_percent, day_count: "actual/360" },
    ...{ matures_on: new Date(matures_at).toISOString().slice(0, 10), opening_fee: 0n, schedule: [] },
    ...{ levels: borrower.levels, cure_ms: null, reason: `A loan for ${borrower.customer_id}`, proposed_by: LENDER },
    collateral: borrower.pledges.map(({ asset, network }) => ({
      ...{ asset, expected: 0n, return_address: `sandbox:${network}:${borrower.customer_id}`, return_memo: null },
    })),
  };
}

/** Brings what the loan needs at the price of the market; a little more once a day while that was not enough. */
async function deposit(options: BorrowersOptions, borrower: Borrower, row: FacilityRow): Promise<void> {
  const { world, seed, deps } = options;
  const days = Math.floor((deps.clock.now() - row.updated_at) / DAY_MS);
  for (const { asset, units } of pledgesOf(
    seed,
    borrower,
    (id) => world.price(id),
    (id) => world.assetOf(id),
  )) {
    const place = await placeOf(options, row, asset);
    if (place === null) continue;
    bring(options, borrower, place, { units, name: "first" });
    if (days > 0) bring(options, borrower, place, { units: divide(units, MORE_PARTS, "up"), name: `more-${days}` });
  }
}

function bring(
  { world }: BorrowersOptions,
  { reference, customer_id }: Borrower,
  { venue_id, account, asset }: PlaceRow,
  { units, name }: { readonly units: bigint; readonly name: string },
): void {
  world.receive({
    ...{ key: `${venue_id}/${account ?? ""}`, amount: units, tx_hash: `pledge-${reference}-${asset}-${name}` },
    counterparty: customer_id,
  });
}

async function answerCall(
  options: BorrowersOptions,
  borrower: Borrower,
  row: FacilityRow,
  call_id: string,
): Promise<void> {
  const { lending, deps, seed } = options;
  const call = await deps.store.read("sandbox borrowers", (tx) => tx.get(tables.marginCall, { id: call_id }));
  if (call === undefined || borrower.temper === "silent" || deps.clock.now() < answersAt(seed, borrower, call)) return;
  const offer = lending.calculate(row)?.initial;
  if (offer === undefined) return;
  if (borrower.temper === "repays") {
    const payments = await deps.store.read("sandbox borrowers", (tx) =>
      tx.find(tables.loanPayment, { where: { facility_id: row.id, reference: `cure-${call_id}` }, limit: 1 }),
    );
    if (payments.length > 0 || offer.repay <= 0n) return;
    const payment = { facility_id: row.id, amount: offer.repay, reference: `cure-${call_id}`, source: LENDER };
    await lending.repay(payment);
    return;
  }
  const [first] = offer.deposits;
  const place = first === undefined ? null : await placeOf(options, row, first.asset);
  if (first !== undefined && place !== null) bring(options, borrower, place, { units: first.units, name: call_id });
}

/** When this borrower answers the call. */
function answersAt(seed: number, { reference }: Borrower, call: Pick<MarginCallRow, "id" | "opened_at">): Instant {
  return call.opened_at + between(seed, "borrower", indexOfText(`${reference}/${call.opened_at}`), ...ANSWER_MS);
}

async function placeOf({ deps }: BorrowersOptions, row: FacilityRow, asset: string): Promise<PlaceRow | null> {
  const [place] = await deps.store.read("sandbox borrowers", (tx) =>
    tx.find(tables.facilityPlace, { where: { facility_id: row.id, asset, state: "active" }, limit: 1 }),
  );
  return place ?? null;
}
