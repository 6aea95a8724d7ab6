/** Is a movement already part of a balance? By height where both have one, by the venue's own times where not. Pure. */
import type { BalanceRow, MovementRow } from "../../store/index.ts";

const HEIGHT = /^\d{1,30}$/;

export function isIncluded(
  movement: Pick<MovementRow, "height" | "at">,
  balance: Pick<BalanceRow, "height" | "as_of">,
): boolean {
  if (
    movement.height !== null &&
    balance.height !== null &&
    HEIGHT.test(movement.height) &&
    HEIGHT.test(balance.height)
  ) {
    return BigInt(movement.height) <= BigInt(balance.height);
  }
  return movement.at <= balance.as_of;
}
