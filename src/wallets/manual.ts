/** Wallets whose balances people enter, because nobody can read them. */
import type { TreasuryConfig, WalletConfig } from "../config/types.ts";

/** The `type` of venues whose balances people enter. */
export const MANUAL_TYPE = "manual";

/** True of a wallet at such a venue. */
export function isManual({ venues }: Pick<TreasuryConfig, "venues">, { venue }: Pick<WalletConfig, "venue">): boolean {
  return venues.some(({ id, type }) => id === venue && type === MANUAL_TYPE);
}

/**
 * True of such a wallet in no pool. Nothing of ours is ever on its way there and no decision counts it, so what nobody entered yet
 * stops nothing; what was entered and differs from the books does, as everywhere.
 */
export function isAside(
  config: Pick<TreasuryConfig, "venues" | "pools">,
  wallet: Pick<WalletConfig, "id" | "venue">,
): boolean {
  const pooled = config.pools.some(
    ({ liquidity, reserve }) => liquidity.includes(wallet.id) || reserve.includes(wallet.id),
  );
  return !pooled && isManual(config, wallet);
}
