/** What lending needs of the daemon, and the prices it may act on. */
import type { CreditConfig } from "../config/types.ts";
import type { PriceTrust } from "../credit/index.ts";
import type { AssetId, Ratio } from "../money/index.ts";
import type { PriceState } from "../policy/types.ts";
import type { Instant } from "../ports/index.ts";
import type { Quote } from "../prices/types.ts";
import type { TransferDeps } from "../transfers/index.ts";
import { LendingError } from "./errors.ts";

/** A price for one use: base units of the loan's currency per whole asset. */
export interface CreditPrice {
  readonly asset: AssetId;
  readonly currency: AssetId;
  readonly trust: PriceTrust;
  /** Null when there is none at all. */
  readonly price: Ratio | null;
  readonly as_of: Instant | null;
  /** Why it may not act; null when it may. */
  readonly doubt: string | null;
  /** The asset's own price in the reference currency. */
  readonly state: PriceState | null;
}

export interface CreditPrices {
  /** What is held is valued low. */
  of(asset: AssetId, currency: AssetId): CreditPrice;
  /** The last quote of each source, in the reference currency, and whether it is left out because it stands still. */
  sources(asset: AssetId): readonly { readonly quote: Quote; readonly frozen: boolean }[];
}

export interface LendingDeps extends TransferDeps {
  readonly prices: CreditPrices;
}

/** @throws LendingError lending_off */
export function creditOf({ config }: Pick<LendingDeps, "config">): CreditConfig {
  if (config.credit !== undefined) return config.credit;
  throw new LendingError("lending_off", "The configuration lends nothing: it has no credit section.");
}
