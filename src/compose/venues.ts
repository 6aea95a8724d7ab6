/** Connectors and price sources by the `type` that a configuration gives them. */
import type { TreasuryConfig, VenueConfig } from "../config/types.ts";
import { assert, TidegateError } from "../errors/index.ts";
import type { Clock } from "../ports/index.ts";
import type { PriceSource } from "../prices/types.ts";
import { SANDBOX_TYPE, type Sandbox } from "../sandbox/index.ts";
import type { Store } from "../store/index.ts";
import { createRandom, createSystemClock } from "../system/index.ts";
import { createFetchPort } from "../venues/http/index.ts";
import { boundVenue, type Venue, type VenueInput } from "../venues/index.ts";
import { PRICE_SOURCE_TYPES } from "../venues/prices/index.ts";
import { createSandboxPriceSource } from "../venues/sandbox/index.ts";
import { type EnteredBalances, enteredBalances } from "../wallets/index.ts";
import { VENUE_TYPES } from "./venue_types.ts";

/** Where a sandbox's servers are, whichever process runs them. */
export type SandboxAddresses = Pick<Sandbox, "venues" | "price_feeds">;

/** @throws TidegateError venue_unknown_type, and what a connector refuses of its options */
export function createVenues(
  config: TreasuryConfig,
  clock: Clock,
  sandbox: SandboxAddresses | null,
  store: Pick<Store, "read"> | null = null,
): ReadonlyMap<string, Venue> {
  const real_time = createSystemClock();
  const entered = store === null ? undefined : enteredBalances(store);
  return new Map(
    config.venues.map((venue) => [
      venue.id,
      boundVenue(createVenue(config, venue, clock, sandbox, entered), real_time),
    ]),
  );
}

export function createPriceSources(
  config: TreasuryConfig,
  clock: Clock,
  sandbox: SandboxAddresses | null,
): PriceSource[] {
  const outside = { clock, random: createRandom(), http: createFetchPort() };
  return config.prices.sources.map(({ id, type, options }) => {
    const feed = sandbox?.price_feeds.get(id);
    if (type === SANDBOX_TYPE && feed !== undefined) {
      return createSandboxPriceSource({ id, ...feed, clock, currency: config.currency });
    }
    const found = PRICE_SOURCE_TYPES.find((each) => each.type === type);
    if (found === undefined) {
      throw unknownType("price source", id, type, [SANDBOX_TYPE, ...PRICE_SOURCE_TYPES.map((each) => each.type)]);
    }
    return found.create({ id, assets: config.assets, currency: config.currency, ...outside }, options);
  });
}

function createVenue(
  config: TreasuryConfig,
  { id, type, options }: VenueConfig,
  clock: Clock,
  sandbox: SandboxAddresses | null,
  entered: EnteredBalances | undefined,
): Venue {
  const found = VENUE_TYPES.find((each) => each.type === type);
  if (found === undefined) {
    const known = VENUE_TYPES.map((each) => each.type);
    throw unknownType("venue", id, type, known);
  }
  const input: VenueInput = {
    id,
    options: type === SANDBOX_TYPE ? sandboxOptions(sandbox, id) : options,
    assets: config.assets,
    instruments: config.instruments,
    wallets: config.wallets.filter(({ venue }) => venue === id),
    clock,
    random: createRandom(),
    http: createFetchPort(),
    ...(entered === undefined ? {} : { entered }),
  };
  return found.create(input);
}

/** A sandbox's servers choose their ports and keys when they start; nobody configures them. */
function sandboxOptions(sandbox: SandboxAddresses | null, id: string): unknown {
  const address = sandbox?.venues.get(id);
  assert(address !== undefined, `the sandbox serves the venue ${id}`);
  return address;
}

function unknownType(what: string, id: string, type: string, known: readonly string[]): TidegateError {
  return new TidegateError(
    "usage",
    "venue_unknown_type",
    `The ${what} "${id}" has the type "${type}"; there are: ${known.join(", ")}.`,
    { id, type },
  );
}
