/** Quotes from sources and the price made of them. */
import type { AssetId, Ratio } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";

export interface Quote {
  readonly source: string;
  /** Base units of the currency per whole asset. */
  readonly price: Ratio;
  /** The source's own time; null where it gives none (then it cannot satisfy the quorum alone). */
  readonly source_time: Instant | null;
  readonly received_at: Instant;
}

export interface PriceSource {
  readonly id: string;
  /** @throws TidegateError price_source_failed */
  fetchQuote(asset: AssetId, currency: AssetId): Promise<Quote>;
  close(): Promise<void>;
}

export interface PricePolicy {
  readonly quorum: number;
  readonly max_age_ms: number;
  /** Quotes further than this from the median are dropped. */
  readonly outlier_ppm: number;
}
