/** The correcting entry of a break: from or to its wallet, against the account that people chose. Pure. */
import { assert } from "../errors/index.ts";
import { customersAccount, equityAccount, feeAccount, walletAccount } from "./accounts.ts";
import { credit, debit } from "./lines.ts";
import type { AccountRef, BreakRemedy, BreakRow, Line } from "./types.ts";

/** Remedies that book an entry; `transfer` gives the movement to a transfer, which books it itself. */
export type BookedRemedy = Exclude<BreakRemedy, "transfer">;

/** Makes the books say what the venue says: one line on the wallet, one on the other account. */
export function correctingLines(
  row: Pick<BreakRow, "wallet_id" | "asset" | "difference">,
  remedy: BookedRemedy,
): Line[] {
  const { wallet_id, asset, difference } = row;
  assert(difference !== 0n, "a break has a difference");
  const wallet = walletAccount(wallet_id, asset);
  const other = counterAccount(row, remedy);
  return difference < 0n
    ? [debit(other, -difference), credit(wallet, -difference)]
    : [debit(wallet, difference), credit(other, difference)];
}

/**
 * Suspense of a break has an owner of its own: the wallet's own suspense is cleared by the daemon as soon as it can be, and what
 * people put aside must wait for people. A wallet's id has no colon.
 */
function counterAccount(row: Pick<BreakRow, "wallet_id" | "asset" | "difference">, remedy: BookedRemedy): AccountRef {
  const { wallet_id, asset, difference } = row;
  switch (remedy) {
    case "fee":
      return feeAccount(wallet_id, asset);
    case "customer":
      return customersAccount(asset);
    case "written_off":
      return equityAccount(asset);
    case "suspense": {
      const kind = difference < 0n ? "suspense_shortfall" : "suspense_surplus";
      return { kind, owner: `break:${wallet_id}`, asset };
    }
  }
}
