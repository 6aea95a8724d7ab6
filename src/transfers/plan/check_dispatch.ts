/** The last look before money leaves, on the votes, the mode and the configuration of this very moment. */
import { AuthorityError, checkDispatch, votesOn } from "../../authority/index.ts";
import type { TidegateError } from "../../errors/index.ts";
import type { ReadTx } from "../../store/index.ts";
import { allOf } from "../all_of.ts";
import { destinationsOf, type TransferDeps } from "../context.ts";
import { TransferError } from "../errors.ts";
import type { TransferRow } from "../types.ts";
import { substitutionOf } from "./covered.ts";
import { envelopeOf } from "./envelopes.ts";
import { assertLimitsNow } from "./limits_now.ts";
import { readMode } from "./mode_control.ts";
import { assertStillOwed } from "./payout.ts";
import { assertDataNow, assertStandingNow } from "./plan_checks.ts";
import { readUnwitnessed } from "./stops.ts";

/** Refusals that time or people can lift: the transfer waits, no longer than its plan lasts. */
const PASSING: ReadonlySet<string> = new Set([
  "authority_frozen",
  "authority_too_early",
  "transfer_asset_frozen",
  "transfer_pending_unreadable",
  "transfer_wallet_busy",
  "transfer_wallet_inactive",
  "transfer_floor_raised",
  "transfer_window_exhausted",
  "transfer_log_unwitnessed",
]);

/** @throws AuthorityError; TransferError when what is known does not allow it now */
export async function assertDispatchable(tx: ReadTx, deps: TransferDeps, row: TransferRow): Promise<void> {
  await allOf([
    assertWitnessed(tx),
    assertStandingNow(tx, deps, row),
    assertAuthority(tx, deps, row),
    assertDataNow(tx, deps, row),
    assertLimitsNow(tx, deps, row),
    assertStillOwed(tx, row),
  ]);
}

/** What a look at a transfer that may go out said: null where nothing forbids it. */
export interface Looked {
  readonly refusal: AuthorityError | TransferError | null;
}

/** `assertDispatchable` that tells what forbids it instead of throwing it. */
export async function lookAtDispatch(tx: ReadTx, deps: TransferDeps, row: TransferRow): Promise<Looked> {
  try {
    await assertDispatchable(tx, deps, row);
    return { refusal: null };
  } catch (error) {
    if (error instanceof AuthorityError || error instanceof TransferError) return { refusal: error };
    throw error;
  }
}

/** For what was sent before: the mode and the log still allow a request. @throws TransferError */
export async function assertMaySend(tx: ReadTx): Promise<void> {
  const mode = await readMode(tx);
  if (mode === "frozen") throw frozen();
  if (mode === "observe") throw onlyWatches();
  await assertWitnessed(tx);
}

async function assertWitnessed(tx: ReadTx): Promise<void> {
  const stop = await readUnwitnessed(tx);
  if (stop !== null) throw new TransferError("transfer_log_unwitnessed", stop.reason);
}

export function frozen(): TransferError {
  return new TransferError("treasury_frozen", "The treasury is frozen: nothing new is sent until an admin resumes it.");
}

function onlyWatches(): TransferError {
  return new TransferError("treasury_frozen", "The mode is observe: nothing is sent until it is advise or auto.");
}

async function assertAuthority(tx: ReadTx, { config, verifier, clock }: TransferDeps, row: TransferRow): Promise<void> {
  const [votes, mode, envelope, substitution] = await Promise.all([
    ...([votesOn(tx, row.id), readMode(tx), envelopeOf(tx, row), substitutionOf(tx, row)] as const),
  ]);
  await checkDispatch({
    transfer: row,
    votes,
    ...{ envelope, substitution },
    authority: config.authority,
    address_book: config.address_book,
    wallets: [...config.wallets, ...destinationsOf(config)],
    pools: [...config.pools, ...(config.facility_places?.pools ?? [])],
    verifier,
    mode,
    now: clock.now(),
  });
}

export function isPassing(error: TidegateError): boolean {
  return PASSING.has(error.code);
}
