/**
 * What a move of collateral may cost. The highest fee falls with the amount, by the rule that dispatch applies too; what a venue asks
 * now says how much can be sent at all. Amounts are base units of the asset.
 */
import { amountText, minOf } from "../money/index.ts";
import { cutToStep, feeLimit, feeOf } from "../routes/index.ts";
import { refOf } from "../transfers/index.ts";
import type { VenueNetwork } from "../venues/index.ts";
import type { LendingDeps } from "./deps.ts";
import { LendingError } from "./errors.ts";
import { MOVE_FEE_MAX_PPM } from "./places.ts";
import type { CollateralDoc } from "./types.ts";

/** A fee that moves with its network may double before people have signed. */
const ROOM = 2n;

/** The highest fee of a move of `units`. */
export function moveFeeMax({ fee_max }: Pick<CollateralDoc, "fee_max">, units: bigint): bigint {
  return feeLimit({ fee_max: BigInt(fee_max), fee_max_ppm: MOVE_FEE_MAX_PPM }, units);
}

export interface Sendable {
  readonly units: bigint;
  readonly fee_max: bigint;
}

/** What the venue of a wallet asks and takes now; null: it lists no terms of its own. @throws VenueError */
export async function readMoveTerms(
  { config, venues }: Pick<LendingDeps, "config" | "venues">,
  wallet_id: string,
  network: string,
): Promise<VenueNetwork | null> {
  const wallet = config.wallets.find((one) => one.id === wallet_id);
  const venue = wallet === undefined ? undefined : venues.get(wallet.venue);
  if (wallet === undefined || venue === undefined) return null;
  const listed = await venue.listNetworks(refOf(wallet));
  return listed.find((one) => one.network === network) ?? null;
}

/**
 * A part that a person named. @throws LendingError facility_amount_unsendable where the custodian would not send it so, whoever signs
 */
export function sendPart(entry: CollateralDoc, offered: VenueNetwork | null, units: bigint): Sendable {
  const fee_max = moveFeeMax(entry, units);
  if (offered === null) return { units, fee_max };
  const [asked, text] = [askedFor(offered, units), textOf(entry)];
  if (units < offered.minimum) {
    throw unsendable(`${entry.venue} sends no less than ${text(offered.minimum)}; you asked for ${text(units)}.`);
  }
  if (cutToStep(units, offered.step) !== units) {
    throw unsendable(`${entry.venue} sends multiples of ${text(offered.step)}; you asked for ${text(units)}.`);
  }
  if (asked > fee_max) throw unsendable(tooDear(entry, asked, fee_max));
  return { units, fee_max };
}

/** All of `spendable`, less the fee that is set aside for it. @throws LendingError facility_amount_unsendable */
export function sendAll(entry: CollateralDoc, offered: VenueNetwork | null, spendable: bigint): Sendable {
  const [sendable, text] = [mostOf(entry, offered, spendable), textOf(entry)];
  if (sendable !== null) return sendable;
  const asked = offered === null ? BigInt(entry.fee_max) : askedFor(offered, spendable);
  if (asked > BigInt(entry.fee_max)) throw unsendable(tooDear(entry, asked, BigInt(entry.fee_max)));
  throw unsendable(
    `The ${text(spendable)} that are held do not carry their own way: it costs ${text(asked)}, and ${entry.venue} sends no less than ${text(offered?.minimum ?? 1n)}.`,
  );
}

/** So little that it does not carry its own way, and no more than the terms let a move cost. A fee that is dear for a while makes none. */
export function isDust(entry: CollateralDoc, offered: VenueNetwork | null, units: bigint): boolean {
  const cap = BigInt(entry.fee_max);
  if (offered !== null && askedFor(offered, units) > cap) return false;
  return units > 0n && units <= cap && mostOf(entry, offered, units) === null;
}

/** As `sendAll`; null: nothing of it can be sent. */
function mostOf(entry: CollateralDoc, offered: VenueNetwork | null, spendable: bigint): Sendable | null {
  const cap = BigInt(entry.fee_max);
  if (offered === null) return spendable - cap < cap ? null : { units: spendable - cap, fee_max: cap };
  const asked = askedFor(offered, spendable);
  if (asked > cap) return null;
  for (const set_aside of offered.fee_firm === true ? [asked] : [minOf(asked * ROOM, cap), asked]) {
    const units = cutToStep(spendable - set_aside, offered.step);
    const carried = units > 0n && units >= offered.minimum && set_aside <= moveFeeMax(entry, units);
    if (carried) return { units, fee_max: set_aside };
  }
  return null;
}

/** A fee that is not stated costs everything: nothing is sent on it. */
function askedFor(offered: VenueNetwork, units: bigint): bigint {
  return feeOf(offered, units) ?? units;
}

function textOf({ asset: id, decimals }: CollateralDoc): (units: bigint) => string {
  return (units) => amountText({ id, decimals }, units);
}

function tooDear(entry: CollateralDoc, asked: bigint, fee_max: bigint): string {
  const text = textOf(entry);
  return `${entry.venue} asks ${text(asked)} for it now, more than its highest fee of ${text(fee_max)}.`;
}

function unsendable(message: string): LendingError {
  return new LendingError("facility_amount_unsendable", message);
}
