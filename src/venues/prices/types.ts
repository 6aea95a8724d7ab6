/** A market's public price, in its own words: which request asks for it, and how its answer is read. */
import type { AssetId } from "../../money/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { HttpReply, RateLimit } from "../http/types.ts";

export interface Dialect {
  readonly base_url: string;
  /** As published for its public interface. */
  readonly limits: readonly RateLimit[];
  /** The market's own name of a pair, where the options name none. */
  symbolOf(asset: AssetId, currency: AssetId): string;
  targetOf(symbol: string): string;
  /** @throws VenueError venue_invalid when the answer is not of the promised shape */
  read(body: unknown): Reading;
  /** Null: the answer is no error in the market's own words. */
  errorIn(reply: HttpReply): string | null;
}

export interface Reading {
  /** Of one whole coin, in whole units of the currency: a decimal as it was written. */
  readonly price: string;
  /** When the market says that it was true; null where it does not say. */
  readonly source_time: Instant | null;
}
