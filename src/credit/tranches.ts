/** A sale in pieces, so that no single order moves the market more than it must. */
import { divide } from "../money/index.ts";
import { CreditError } from "./errors.ts";
import type { SaleTerms } from "./liquidate.ts";

/** More pieces than this are a mistake in the size of one. */
export const TRANCHES_MAX = 1_000;

/**
 * Pieces of at most `tranche_max` that add up to `units`, every one a whole number of lots and at least the minimum: the last
 * two are evened out where the last alone would be too small.
 * @throws CreditError credit_lot_malformed | credit_too_many_tranches
 * @example splitTranches(250n, 100n, { lot_step: 10n, lot_min: 60n }) // [100n, 90n, 60n]
 */
export function splitTranches(
  units: bigint,
  tranche_max: bigint,
  { lot_step, lot_min }: Pick<SaleTerms, "lot_step" | "lot_min">,
): readonly bigint[] {
  const least = divide(lot_min, lot_step, "up") * lot_step;
  const most = (tranche_max / lot_step) * lot_step;
  if (most <= 0n || most < 2n * least || units % lot_step !== 0n) {
    throw new CreditError(
      "credit_lot_malformed",
      "A tranche must hold at least twice the smallest lot, and the sale whole lots.",
    );
  }
  const count = divide(units, most, "up");
  if (count > BigInt(TRANCHES_MAX)) {
    throw new CreditError("credit_too_many_tranches", `This sale would need ${count} tranches; allow larger ones.`);
  }
  const pieces: bigint[] = [];
  for (let rest = units; rest > 0n; ) {
    const after = rest - most;
    const piece = after > 0n && after < least ? rest - least : after > 0n ? most : rest;
    pieces.push(piece);
    rest -= piece;
  }
  return pieces;
}
