/** Quotes from sources and the price made of them. */
import type { AssetId, Ratio } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";

export interface Quote {
  readonly source: string;
  /** Base units of the currency per whole asset. */
  readonly price: Ratio;
  /** What the price counts in where it is not the reference currency: an asset of ours, to be converted by its own price. */
  readonly currency?: AssetId;
  /** The source's own time; null where it gives none (then it cannot satisfy the quorum alone). */
  readonly source_time: Instant | null;
  readonly received_at: Instant;
}

export interface PriceSource {
  readonly id: string;
  /** The assets that its quotes count in where that is not the reference currency. */
  readonly counts_in?: readonly AssetId[];
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
