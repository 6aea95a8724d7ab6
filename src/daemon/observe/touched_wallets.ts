/** Which wallets an ended transfer changed, so that they are read again before anything is planned on what they were. */
import type { TreasuryConfig } from "../../config/types.ts";
import type { TransferRow } from "../../transfers/index.ts";

/** Both ends, and what paid for the transaction: the next move would otherwise be planned on gas that is spent. */
export function touchedBy(
  { pools }: { readonly pools: readonly Pick<TreasuryConfig["pools"][number], "gas">[] },
  { from_wallet, to_wallet }: Pick<TransferRow, "from_wallet" | "to_wallet">,
): readonly string[] {
  return [from_wallet, to_wallet, ...pools.flatMap(({ gas }) => gas?.[from_wallet] ?? [])];
}
