/** Connectors and price sources by the `type` that a configuration gives them. */
import type { TreasuryConfig, VenueConfig } from "../config/types.ts";
import { assert, TidegateError } from "../errors/index.ts";
import type { Clock } from "../ports/index.ts";
import type { PriceSource } from "../prices/types.ts";
import { SANDBOX_TYPE, type Sandbox } from "../sandbox/index.ts";
import { createSystemClock } from "../system/index.ts";
import { createEvmVenue } from "../venues/evm/index.ts";
import { boundVenue, type Venue } from "../venues/index.ts";
import { createSafeVenue } from "../venues/safe/index.ts";
import { createSandboxPriceSource, createSandboxVenue } from "../venues/sandbox/index.ts";

/** Where a sandbox's servers are, whichever process runs them. */
export type SandboxAddresses = Pick<Sandbox, "venues" | "price_feeds">;

const VENUE_TYPES = ["evm", "safe", SANDBOX_TYPE] as const;

/** @throws TidegateError venue_unknown_type, and what a connector refuses of its options */
export function createVenues(
  config: TreasuryConfig,
  clock: Clock,
  sandbox: SandboxAddresses | null,
): ReadonlyMap<string, Venue> {
  const real_time = createSystemClock();
  return new Map(
    config.venues.map((venue) => [venue.id, boundVenue(createVenue(config, venue, clock, sandbox), real_time)]),
  );
}

export function createPriceSources(
  config: TreasuryConfig,
  clock: Clock,
  sandbox: SandboxAddresses | null,
): PriceSource[] {
  return config.prices.sources.map(({ id, type }) => {
    const feed = sandbox?.price_feeds.get(id);
    if (type !== SANDBOX_TYPE || feed === undefined) throw unknownType("price source", id, type, [SANDBOX_TYPE]);
    return createSandboxPriceSource({ id, ...feed, clock, currency: config.currency });
  });
}

function createVenue(
  config: TreasuryConfig,
  venue: VenueConfig,
  clock: Clock,
  sandbox: SandboxAddresses | null,
): Venue {
  const { assets, instruments } = config;
  const { id, type, options } = venue;
  const onchain = { id, options, assets, instruments, clock };
  switch (type) {
    case "evm":
      return createEvmVenue(onchain);
    case "safe":
      return createSafeVenue(onchain);
    case SANDBOX_TYPE: {
      const address = sandbox?.venues.get(id);
      assert(address !== undefined, `the sandbox serves the venue ${id}`);
      return createSandboxVenue({ id, ...address, clock, assets });
    }
    default:
      throw unknownType("venue", id, type, VENUE_TYPES);
  }
}

function unknownType(what: string, id: string, type: string, known: readonly string[]): TidegateError {
  return new TidegateError(
    "usage",
    "venue_unknown_type",
    `The ${what} "${id}" has the type "${type}"; there are: ${known.join(", ")}.`,
    { id, type },
  );
}
