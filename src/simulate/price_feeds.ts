/**
 * Three sources of one price, which is always near one dollar. One of them, the same for a whole run, is the bad one: it may say
 * ten times too much or too little. Any of them may be silent or old. More than one liar at a time nobody can see through.
 */
import { type AssetId, ratio } from "../money/index.ts";
import type { PriceSource, Quote } from "../prices/types.ts";
import { VenueError } from "../venues/index.ts";
import type { Faults } from "./faults.ts";
import { between, createStream } from "./seeded_random.ts";
import type { VirtualClock } from "./virtual_clock.ts";

const LATENCY_MS: readonly [number, number] = [20, 1_500];
const OLD_MS: readonly [number, number] = [3_600_000, 12 * 3_600_000];
/** Cents of a dollar, in ten thousands: 0.999 to 1.001. */
const NEAR: readonly [number, number] = [999_000, 1_001_000];
const NAMES = ["alpha", "beta", "gamma"] as const;

/** Prices further than this from the truth are wrong, whoever says so. */
export const PRICE_TOLERANCE_PPM = 50_000n;

export function priceFeeds(seed: number, clock: VirtualClock, faults: Faults): PriceSource[] {
  const random = createStream(seed, "prices");
  const bad = NAMES[between(random, 0, NAMES.length - 1)];
  return NAMES.map((name) => ({
    id: name,
    close: async () => {},
    fetchQuote: async (_asset: AssetId): Promise<Quote> => {
      await clock.sleep(between(random, ...LATENCY_MS));
      if (faults.strikes("price_down")) throw new VenueError("venue_transient", `${name} does not answer`);
      const now = clock.now();
      const age_ms = faults.strikes("price_stale") ? between(random, ...OLD_MS) : 0;
      const wrong = name === bad && faults.strikes("price_outlier");
      const factor = wrong ? (random.next() < 0.5 ? 10 : 0.1) : 1;
      const millionths = Math.round(between(random, ...NEAR) * factor);
      return { source: name, price: ratio(BigInt(millionths), 10_000n), source_time: now - age_ms, received_at: now };
    },
  }));
}
